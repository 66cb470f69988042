"""What the systems ask of the application: files and links that macOS hands over as events, and its name for Windows.

Neither system is here: the events are Qt's own, posted to the real program; of Windows only what it would be called with is seen.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from fal_studio import resources
from fal_studio.app.application import name_process
from fal_studio.core.paste import link
from fal_studio.core.request import Mode
from fal_studio.core.saved import Saved, write
from fal_studio.store.paths import APP_ID, folders
from tests.waiting import until_blocking

PROGRAM = """
import sys, threading, time
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QFileOpenEvent
from fal_studio.app import start

home, early, *late = sys.argv[1:]

def post(thing):
    url = QUrl(thing) if thing.startswith("falstudio:") else QUrl.fromLocalFile(thing)
    QCoreApplication.postEvent(QCoreApplication.instance(), QFileOpenEvent(url))

def ask():
    while QCoreApplication.instance() is None:
        time.sleep(0.001)
    post(early)
    for line in sys.stdin:
        post(late[int(line)])

threading.Thread(target=ask, daemon=True).start()
sys.exit(start.main(["--data-dir", home]))
"""


def prompts(home: Path) -> list[str]:
    try:
        left = json.loads((folders(home).state / "window.json").read_bytes())
    except FileNotFoundError:
        return []
    return [json.loads(draft["text"]).get("prompt", "") for draft in left["drafts"]]


@pytest.mark.skipif(sys.platform == "win32", reason="no process is asked to end by a signal there")
def test_what_the_system_hands_over_while_it_runs_is_opened(tmp_path: Path) -> None:
    home, saved = tmp_path / "home", tmp_path / "A big hat.falrequest.json"
    saved.write_text(write(Saved("Hat", "emulator/image", {"prompt": "from a file"})), "utf-8")
    links = [
        link.write("emulator/image", Mode.STREAM, {"prompt": words}) for words in ("50 % & früh", "late")
    ]
    words = [sys.executable, "-c", PROGRAM, str(home), links[0], str(saved), links[1]]
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(words, stdin=subprocess.PIPE, text=True, env=environ) as process:
        try:
            assert process.stdin is not None
            for index, prompt in enumerate(("50 % & früh", "from a file", "late")):
                until_blocking(
                    lambda prompt=prompt: prompts(home)[-1:] == [prompt],
                    what=lambda prompt=prompt: f"{prompt} in {prompts(home)}",
                    limit_s=60,
                )
                if index < 2:
                    process.stdin.write(f"{index}\n")
                    process.stdin.flush()
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            process.kill()


def test_windows_is_told_the_name_of_the_desktop_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    shell = SimpleNamespace(SetCurrentProcessExplicitAppUserModelID=lambda name: told.append(name.value))
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(shell32=shell), raising=False)
    name_process()
    assert told == [], "nobody else is asked"
    monkeypatch.setattr(sys, "platform", "win32")
    name_process()
    assert told == [APP_ID]
    assert resources.path("desktop", f"{APP_ID}.desktop").exists()


def test_a_windows_without_such_names_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(shell32=SimpleNamespace()), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    name_process()
