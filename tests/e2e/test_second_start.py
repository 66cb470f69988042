"""A second start hands what it was given to the window that is open: real processes, and what the first one writes down."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fal_studio.app.sole import TAKEN, socket_name
from fal_studio.core.accounts import Account
from fal_studio.core.paste import link
from fal_studio.core.request import Mode
from fal_studio.core.saved import Saved, write
from fal_studio.store import accounts
from fal_studio.store.paths import folders
from tests.waiting import until_blocking

pytestmark = pytest.mark.e2e
COMMAND = [sys.executable, "-m", "fal_studio"]
LIMIT_S = 120


@contextmanager
def started(home: Path, *words: str) -> Generator["subprocess.Popen[bytes]"]:
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen([*COMMAND, "--data-dir", str(home), *words], env=environ) as process:
        try:
            yield process
        finally:
            process.kill()


def prompts(home: Path) -> list[str]:
    """The prompts of the requests that are open, as they are written down."""
    try:
        left = json.loads((folders(home).state / "window.json").read_bytes())
    except FileNotFoundError:
        return []
    return [json.loads(draft["text"]).get("prompt", "") for draft in left["drafts"]]


def profiles(home: Path) -> list[str]:
    """The profiles of the requests that are open, as they are written down."""
    try:
        left = json.loads((folders(home).state / "window.json").read_bytes())
    except FileNotFoundError:
        return []
    return [draft.get("profile", "emulator") for draft in left["drafts"]]


def begins(home: Path, *names: str) -> None:
    until_blocking(
        lambda: profiles(home) == list(names), what=lambda: f"{names}: {profiles(home)}", limit_s=LIMIT_S
    )


def opens(home: Path, prompt: str) -> None:
    until_blocking(
        lambda: prompts(home)[-1:] == [prompt], what=lambda: f"{prompt} in {prompts(home)}", limit_s=LIMIT_S
    )


def link_to(prompt: str) -> str:
    return link.write("emulator/image", Mode.STREAM, {"prompt": prompt})


@pytest.mark.timeout(420)
def test_a_second_start_opens_what_it_was_given_in_the_window_that_is_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    saved = tmp_path / "Hat.falrequest.json"
    saved.write_text(write(Saved("Hat", "emulator/image", {"prompt": "from a file"})), "utf-8")
    with started(home, link_to("first")) as first:
        # While the first one is still being built, the second waits for it.
        claim = folders(home).data / "started.lock"
        until_blocking(claim.exists, what="the first one claims the folder", limit_s=LIMIT_S)
        with started(home, link_to("second")) as second:
            assert second.wait(LIMIT_S) == 0
        until_blocking(
            lambda: {"first", "second"} <= set(prompts(home)),
            what=lambda: str(prompts(home)),
            limit_s=LIMIT_S,
        )
        with started(home, str(saved)) as third:
            assert third.wait(LIMIT_S) == 0
        opens(home, "from a file")
        assert first.poll() is None
        _says_nothing_to_strangers(home)
        # A separate window does not ask, and has a door of nobody.
        with started(home, "--separate", link_to("apart")) as apart:
            opens(home, "apart")
            apart.send_signal(signal.SIGTERM)
            assert apart.wait(LIMIT_S) == 0
        first.kill()
        first.wait()
    # The claim and the socket of a program that was killed are in nobody's way.
    assert Path(socket_name(folders(home))).exists()
    with started(home, link_to("afterwards")) as again:
        opens(home, "afterwards")
        with started(home, link_to("and on")) as later:
            assert later.wait(LIMIT_S) == 0
        opens(home, "and on")
        again.send_signal(signal.SIGTERM)
        assert again.wait(LIMIT_S) == 0
    assert not Path(socket_name(folders(home))).exists()


def _says_nothing_to_strangers(home: Path) -> None:
    """What is no message is not answered, and changes nothing."""
    before = prompts(home)
    for said in (
        b"GET / HTTP/1.1\r\n",
        b'{"things": 5}\n',
        b'{"things": ["falstudio://run?endpoint=a/b"]}\n',
    ):
        with socket.socket(socket.AF_UNIX) as guest:
            guest.settimeout(LIMIT_S)
            guest.connect(socket_name(folders(home)))
            guest.sendall(said)
            answer = guest.recv(100)
        assert (answer == TAKEN) == said.startswith(b'{"things": [')
    assert prompts(home) == before


@pytest.mark.timeout(420)
def test_a_start_begins_with_the_profile_that_it_names(tmp_path: Path) -> None:
    home = tmp_path / "home"
    accounts.save(folders(home).config / "accounts.json", (Account("team"), Account("mine")))
    with started(home, "--profile", "team") as first:
        begins(home, "emulator", "team")
        # Another start passes the name on, and what is open keeps its own.
        with started(home, "--profile", "mine") as second:
            assert second.wait(LIMIT_S) == 0
        begins(home, "emulator", "team", "mine")
        with started(home, "--profile", "mine") as third:
            assert third.wait(LIMIT_S) == 0
        # A window of its own begins with it as well, whoever is there.
        with started(home, "--new-instance", "--profile=team", link_to("apart")) as apart:
            opens(home, "apart")
            assert profiles(home) == ["emulator", "team", "mine", "team", "emulator"]
            assert first.poll() is None
            apart.send_signal(signal.SIGTERM)
            assert apart.wait(LIMIT_S) == 0
        first.send_signal(signal.SIGTERM)
        assert first.wait(LIMIT_S) == 0


def test_a_profile_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path: Path) -> None:
    accounts.save(folders(tmp_path).config / "accounts.json", (Account("team"), Account("mine")))
    done = subprocess.run(
        [*COMMAND, "--data-dir", str(tmp_path), "--profile", "taem"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "fal-studio: There is no profile called taem. There are: emulator, team, mine.\n"
    assert not (folders(tmp_path).data / "started.lock").exists(), "it was seen before anything began"
