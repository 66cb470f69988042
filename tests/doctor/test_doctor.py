"""The doctor says what is true of this machine, names a next step for what is not well, and never faints."""

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fal_studio import doctor
from fal_studio.core.request import Hosts
from fal_studio.doctor import machine, probes
from fal_studio.doctor.findings import Finding, Level, note, ok, problem
from fal_studio.store.paths import folders
from tests.waiting import until_blocking

CHECKS = [
    "versions",
    "window",
    "fonts",
    "multimedia",
    "keyring",
    "data folder",
    "loopback",
    "emulator",
    "network",
]


def run_doctor(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fal_studio.doctor", *arguments]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=240, check=False
    )


def test_this_machine_is_usable_and_says_so_in_json(tmp_path: Path) -> None:
    done = run_doctor("--json", "--home", str(tmp_path), QT_QPA_PLATFORM="offscreen")
    report = json.loads(done.stdout)
    by_name = {finding["check"]: finding for finding in report["findings"]}
    assert list(by_name) == CHECKS
    assert (done.returncode, report["usable"]) == (0, True), report
    for name in ("versions", "window", "fonts", "data folder", "loopback", "emulator"):
        assert by_name[name]["level"] == "ok", by_name[name]
    assert by_name["multimedia"]["details"]["picture"] == [64, 48]
    assert by_name["multimedia"]["details"]["sound_buffers"] > 0
    assert by_name["window"]["details"]["platform"] == "offscreen"
    for finding in report["findings"]:
        assert finding["message"]
        assert bool(finding["next_step"]) == (finding["level"] != "ok")
    assert list(tmp_path.iterdir()) == []


def test_without_a_display_it_says_what_works_instead(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can be without a display")
    done = run_doctor("--home", str(tmp_path), QT_QPA_PLATFORM="")
    assert done.returncode == 1
    assert "neither WAYLAND_DISPLAY nor DISPLAY" in done.stdout
    assert "fal-studio call" in done.stdout
    assert done.stdout.splitlines()[-1] == "To be mended first: window."


def test_a_platform_that_does_not_exist_is_a_finding_although_qt_aborts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "nonsense")
    found = probes.check_window()
    assert found.level is Level.PROBLEM
    assert found.next_step


def test_the_broken_pair_is_known() -> None:
    assert machine.is_broken_pair((3, 11), "6.12.0")
    assert machine.is_broken_pair((3, 11), "6.13.1")
    assert not machine.is_broken_pair((3, 11), "6.11.3")
    assert not machine.is_broken_pair((3, 12), "6.12.0")
    assert machine.check_versions().level is Level.OK


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    found = machine.check_folders(folders(tmp_path / "file"))
    assert found.level is Level.PROBLEM
    assert str(tmp_path / "file") in found.message
    assert "FAL_STUDIO_HOME" in found.next_step


def test_the_keyring_states_are_told(secret_service: str) -> None:
    assert machine.check_keyring().level is Level.OK


def test_names_that_do_not_resolve_and_closed_ports_are_notes_not_crashes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = f"http://127.0.0.1:{listening.getsockname()[1]}"
        fine = Hosts(here, here, here, here, here)
        assert machine.check_network(fine).level is Level.OK
        gone = Hosts("https://no-such-host.invalid", here, here, here, "http://127.0.0.1:1")
        found = machine.check_network(gone)
    assert found.level is Level.NOTE
    assert "cannot be resolved" in found.details["no-such-host.invalid"]
    assert "emulator profile works without a network" in found.next_step


def test_a_server_that_never_answers_the_greeting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "NETWORK_LIMIT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        port = listening.getsockname()[1]
        hosts = Hosts(*[f"https://127.0.0.1:{port}"] * 5)
        before = set(threading.enumerate())
        found = machine.check_network(hosts)
        # It is not closed before they gave up: Python loses a socket that is reset just before its greeting.
        until_blocking(lambda: set(threading.enumerate()) <= before, limit_s=20)
    assert found.level is Level.NOTE
    assert "127.0.0.1" in found.message


def test_a_check_that_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def faint() -> Finding:
        raise RuntimeError("oh")

    found = doctor._survived(("window", faint))
    assert (found.level, found.check) == (Level.PROBLEM, "window")
    assert "RuntimeError: oh" in found.message


def test_the_text_lists_next_steps_and_a_verdict() -> None:
    text = doctor.as_text([ok("a", "fine"), note("b", "hm", "do this"), problem("c", "bad", "do that")])
    assert "→ do this" in text
    assert "→ do that" in text
    assert text.endswith("To be mended first: c.")
    assert doctor.as_text([note("b", "hm", "x")]).endswith("can be used here.")
