"""The tests' own ground: the loop, the keyring, the empty home and the leak detector really do what they say."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import keyring
import pytest
from keyring.errors import NoKeyringError
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from tests import waiting
from tests.conftest import Homes
from tests.leaks import Leaks, put_away
from tests.waiting import until, until_blocking


def test_a_coroutine_runs_on_qt_and_returns(in_loop, qapp):
    async def main() -> list[int]:
        seen: list[int] = []
        QTimer.singleShot(1, lambda: seen.append(1))
        return await until(lambda: seen)

    assert in_loop(main()) == [1]
    assert in_loop(main()) == [1]


def test_what_a_thread_says_to_a_loop_that_has_ended_does_not_trouble_the_next_one(in_loop):
    async def leave() -> None:
        late = asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.3)
        await asyncio.sleep(0.05)  # the thread is at it
        late.cancel()

    async def look() -> None:
        await asyncio.sleep(0.1)

    in_loop(leave())
    in_loop(look())


@pytest.mark.parametrize("loop", ["in_loop", "in_plain_loop"])
def test_a_task_left_behind_fails(loop, request, monkeypatch):
    monkeypatch.setattr(waiting, "PATIENCE", 0.1)  # nothing can make that task end

    async def main() -> None:
        loop_now = asyncio.get_running_loop()
        kept.append(loop_now.create_task(asyncio.Event().wait(), name="forgotten"))

    kept: list[asyncio.Task[bool]] = []
    with pytest.raises(AssertionError, match="forgotten"):
        request.getfixturevalue(loop)(main())


def test_what_never_comes_is_named(in_plain_loop):
    async def main() -> None:
        await until(lambda: False, what="the cows", limit_s=0.02)

    with pytest.raises(AssertionError, match="the cows"):
        in_plain_loop(main())


def test_an_open_socket_is_a_leak():
    before = Leaks()
    with socket.socket():
        assert "socket" in "".join(before.found(in_qt=False, grace_s=0))
    assert before.found(in_qt=False) == []


def test_a_running_thread_is_a_leak():
    before, gate = Leaks(), threading.Event()
    thread = threading.Thread(target=gate.wait, name="busy")
    thread.start()
    assert "busy" in "".join(before.found(in_qt=False, grace_s=0))
    gate.set()
    assert before.found(in_qt=False) == []


def test_a_child_process_is_a_leak():
    before = Leaks()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert str(child.pid) in "".join(before.found(in_qt=False, grace_s=0))
        child.communicate(b"\n")
    assert before.found(in_qt=False) == []


def test_a_ticking_timer_is_a_leak(qapp):
    before, timer = Leaks(), QTimer()
    timer.start(60_000)
    assert "timer" in "".join(before.found(in_qt=True, grace_s=0))
    timer.stop()
    assert before.found(in_qt=True) == []


def test_a_stray_window_is_a_leak(qapp):
    before, window = Leaks(), QWidget()
    assert "window" in "".join(before.found(in_qt=True, grace_s=0))
    window.deleteLater()
    assert before.found(in_qt=True) == []


def test_what_a_test_left_is_put_away_before_the_next_one(qapp):
    before, window, timer = Leaks(), QWidget(), QTimer()
    timer.start(60_000)
    assert len(before.found(in_qt=True, grace_s=0)) == 2
    put_away()
    assert before.found(in_qt=True, grace_s=0) == []
    assert not isValid(window)


def test_without_a_service_there_is_no_keyring():
    with pytest.raises(NoKeyringError):
        keyring.get_password("fal-studio-test", "nobody")


def test_the_real_secret_service_keeps_a_secret(secret_service):
    keyring.set_password("fal-studio-test", "profile", "key:value")
    assert keyring.get_password("fal-studio-test", "profile") == "key:value"
    keyring.delete_password("fal-studio-test", "profile")
    assert keyring.get_password("fal-studio-test", "profile") is None


def test_a_home_serves_again_until_somebody_has_been_there(tmp_path_factory):
    homes = Homes(tmp_path_factory)
    home = homes.empty()
    assert homes.empty() == home
    (home / "data" / "left").touch()
    other = homes.empty()
    assert other != home
    (other / "cache").rmdir()
    assert homes.empty() not in (home, other)


def test_home_is_empty_and_elsewhere(own_home, tmp_path_factory):
    assert Path.home() == own_home
    assert own_home.is_relative_to(tmp_path_factory.getbasetemp())
    assert not any(path.is_file() for path in own_home.rglob("*"))
    assert not {name for name in os.environ if name.lower().endswith("_proxy")}


WINDOW = """
from PySide6.QtWidgets import QApplication, QLineEdit
app = QApplication([])
line = QLineEdit()
line.setWindowTitle("planted window")
line.returnPressed.connect(lambda: (print(line.text(), app.platformName()), app.quit()))
line.show()
app.exec()
"""


@pytest.mark.screen
def test_a_real_screen_shows_a_window_that_takes_keys(screen):
    with subprocess.Popen([sys.executable, "-c", WINDOW], stdout=subprocess.PIPE, text=True) as program:
        try:
            found = until_blocking(lambda: xdotool("search", "--onlyvisible", "--name", "planted window"))
            xdotool("windowactivate", "--sync", found.split()[0])
            xdotool("type", "hello")
            xdotool("key", "Return")
            told, _ = program.communicate(timeout=100)
        finally:
            program.kill()
    assert told.split() == ["hello", "xcb"]


def xdotool(*words: str) -> str:
    """What xdotool says, empty when it found nothing."""
    return subprocess.run(
        ["xdotool", *words], capture_output=True, text=True, timeout=100, check=False
    ).stdout


@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_emulator_is_given_back_as_it_was(emulator, turn):
    with emulator.client() as client:
        armed = client.get("/emulator/faults").json()
        assert client.get("/emulator/settings").json()["cold_start_s"] == 0, f"changed before the {turn} test"
    assert armed["armed"] == []
    emulator.settings(cold_start_s=3.5)
    emulator.arm(next(iter(armed["names"])))
