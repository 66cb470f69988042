"""Runs in a process of its own, since Qt ends the process when it finds no screen; prints one JSON line.

`python -m fal_studio.doctor.qt_probe screens|multimedia FILE`
"""

import importlib
import json
import sys
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer, QUrl
from PySide6.QtGui import QFontDatabase, QGuiApplication

from fal_studio import resources

DECODE_LIMIT_MS = 8000


def main(argv: list[str]) -> int:
    """Answer the one question in `argv`."""
    app = QGuiApplication(["fal-studio-doctor"])
    answer = _screens(app) if argv[0] == "screens" else _multimedia(argv[1])
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    return 0


def _screens(app: QGuiApplication) -> dict[str, Any]:
    screens = [
        {
            "name": screen.name(),
            "size": [screen.size().width(), screen.size().height()],
            "scale": screen.devicePixelRatio(),
        }
        for screen in app.screens()
    ]
    fonts: dict[str, list[str]] = {}
    for path in sorted(resources.path("fonts").glob("*.[to]tf")):
        number = QFontDatabase.addApplicationFont(str(path))
        fonts[path.name] = list(QFontDatabase.applicationFontFamilies(number)) if number >= 0 else []
    return {"platform": app.platformName(), "screens": screens, "fonts": fonts}


def _multimedia(file: str) -> dict[str, Any]:
    """Decode the first picture and the sound of a clip."""
    # By name: it needs libraries of the system that may be missing, which is what we want to know.
    multimedia = importlib.import_module("PySide6.QtMultimedia")
    loop = QEventLoop()
    seen: dict[str, Any] = {"picture": None, "sound_buffers": 0, "error": ""}
    sink, player, decoder = multimedia.QVideoSink(), multimedia.QMediaPlayer(), multimedia.QAudioDecoder()
    is_done = {"picture": False, "sound": False}

    def done(part: str) -> None:
        is_done[part] = True
        if all(is_done.values()):
            loop.quit()

    def on_picture(frame: Any) -> None:
        if frame.isValid() and seen["picture"] is None:
            seen["picture"] = [frame.width(), frame.height()]
            done("picture")

    def on_sound() -> None:
        seen["sound_buffers"] += 1
        decoder.read()

    def on_error(*_: Any) -> None:
        seen["error"] = player.errorString() or decoder.errorString()

    sink.videoFrameChanged.connect(on_picture)
    player.errorOccurred.connect(on_error)
    player.setVideoSink(sink)
    player.setSource(QUrl.fromLocalFile(file))
    decoder.bufferReady.connect(on_sound)
    decoder.finished.connect(lambda: done("sound"))
    decoder.error.connect(on_error)
    decoder.setSource(QUrl.fromLocalFile(file))
    decoder.start()
    player.play()
    QTimer.singleShot(DECODE_LIMIT_MS, loop.quit)
    loop.exec()
    # From Qt's own loop: told from Python, which holds its lock, a player may wait for its threads for ever.
    end = QTimer()
    end.setSingleShot(True)
    for slot in (player.stop, decoder.stop, player.deleteLater, decoder.deleteLater):
        end.timeout.connect(slot)
    player.destroyed.connect(loop.quit)
    end.start(0)
    QTimer.singleShot(DECODE_LIMIT_MS, loop.quit)
    loop.exec()
    return seen


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
