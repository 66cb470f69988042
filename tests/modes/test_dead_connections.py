"""Connections that died while the machine slept: found out soon, told plainly, and nothing new goes that way."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fal_studio.core import events as e
from fal_studio.core.kept_words import NO_LIFE
from fal_studio.core.request import Mode
from fal_studio.language import PSEUDO, VARIABLE
from tests.modes.raw import answer, raw_server, saying, self_signed
from tests.modes.stage import end_of, of_kind, profile_at, stage

ROOT = Path(__file__).parents[2]


@pytest.fixture
def apart() -> list[str]:
    """The words that run a program in a network of its own, which it may take down."""
    words = ["unshare", "--user", "--map-root-user", "--net"]
    if not all(map(shutil.which, ("unshare", "ip"))):
        pytest.skip("this system has no networks that one can take down")
    if subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("nobody may have a network of their own here")
    return words


@pytest.mark.parametrize("language", ["en", PSEUDO])
def test_a_stream_and_a_run_whose_connection_died_in_a_sleep_end_soon(
    apart: list[str], language: str
) -> None:
    program = [*apart, sys.executable, "-m", "tests.modes.dead_network"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), VARIABLE: language}
    done = subprocess.run(
        program, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert not done.returncode, done.stderr
    told = json.loads(done.stdout)
    if language == PSEUDO:
        assert told["closed"] == ["network", NO_LIFE], (
            "kept in English, and read in the language of the reader"
        )
        return
    assert told["stream"] == ["Failed", f"The stream of a/b broke off after 2 events: {NO_LIFE}."]
    assert told["next"].startswith(
        "What has arrived is kept. The model may have gone on, and it may be charged: nothing"
    )
    assert told["closed"] == ["network", NO_LIFE]
    assert told["kept"] == 2
    kind, words = told["run"]
    assert kind == "Unknown"
    assert words.startswith("a/b may have run, and may be charged.")
    assert words.endswith("connection timed out.")
    assert told["requests"] == 2, "nothing was sent twice"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nothing_new_is_sent_over_a_connection_from_before_the_sleep(
    in_plain_loop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    tls = self_signed(tmp_path) if scheme == "https" else None
    if tls is not None:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))

    async def main() -> None:
        async with (
            raw_server(saying(answer(b'{"x": 1}')), tls) as server,
            stage(profile_at(f"{scheme}://127.0.0.1:{server.port}")) as it,
        ):

            async def is_reused() -> bool:
                facts = await it.call("a/b", Mode.RUN, {})
                assert isinstance(end_of(facts), e.Output)
                (connection,) = of_kind(facts, e.Connection)
                return connection.reused

            assert [await is_reused() for _ in range(2)] == [False, True]
            it.runner._on_slept(3600.0, 2_000_000_000.0)
            assert [await is_reused() for _ in range(2)] == [False, True]

    in_plain_loop(main())
