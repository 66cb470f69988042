"""Other inputs than the pen: a camera and the screen, laid on the paper frame by frame; a picture, once."""

import importlib
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QImageReader

NO_CAMERA = "No camera was found. Connect one, then press Camera again."
NO_SOUND_LIBRARY = "Cameras need QtMultimedia, which cannot be loaded here: {}."
NO_SCREEN = "This desktop does not let programs see the screen."
SCREEN_MS = 125
"""Eight looks a second; the send policy decides what goes out."""
MOST_PIXELS = 100_000_000


class Sources(QObject):
    """One of them runs at a time, or none."""

    def __init__(
        self, put: Callable[[QImage], object], tell: Callable[[str], object], parent: QObject | None = None
    ) -> None:
        """`put` takes a frame, `tell` why there is none."""
        super().__init__(parent)
        self._put, self._tell = put, tell
        self._camera: Any = None
        self._parts: tuple[Any, ...] = ()
        self._screen = QTimer(self)
        self._screen.setInterval(SCREEN_MS)
        self._screen.timeout.connect(self._on_screen)

    @property
    def running(self) -> str:
        """Which one runs: "camera", "screen" or ""."""
        return "camera" if self._camera is not None else "screen" if self._screen.isActive() else ""

    def stop(self) -> None:
        """Let go of the camera and the screen."""
        self._screen.stop()
        if self._camera is not None:
            self._camera.stop()
            self._camera, self._parts = None, ()

    def start_camera(self) -> bool:
        """Show the first camera; False: there is none, and it was told why."""
        self.stop()
        try:
            media: Any = importlib.import_module("PySide6.QtMultimedia")
        except ImportError as error:
            self._tell(NO_SOUND_LIBRARY.format(error))
            return False
        devices = media.QMediaDevices.videoInputs()
        if not devices:
            self._tell(NO_CAMERA)
            return False
        camera, session, sink = (
            media.QCamera(devices[0], self),
            media.QMediaCaptureSession(self),
            media.QVideoSink(self),
        )
        session.setCamera(camera)
        session.setVideoSink(sink)
        sink.videoFrameChanged.connect(self._on_frame)
        camera.errorOccurred.connect(self._on_camera_error)
        self._camera, self._parts = camera, (session, sink)
        camera.start()
        return True

    def start_screen(self) -> bool:
        """Show the screen; False: it cannot be seen, and it was told why."""
        self.stop()
        if self._look() is None:
            self._tell(NO_SCREEN)
            return False
        self._screen.start()
        return True

    def open_picture(self, path: str) -> None:
        """Lay a picture of the disk on the paper, or tell why not."""
        reader = QImageReader(path)
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid() and size.width() * size.height() > MOST_PIXELS:
            self._tell("The picture is too large for the paper. Make it smaller first.")
            return
        image = reader.read()
        if image.isNull():
            self._tell(f"The file cannot be read as a picture: {reader.errorString()}.")
        else:
            self._put(image)

    def _on_frame(self, frame: Any) -> None:
        image = frame.toImage()
        if not image.isNull():
            self._put(image)

    def _on_camera_error(self, _error: object, words: str) -> None:
        self._tell(f"The camera stopped: {words}.")
        self.stop()

    def _on_screen(self) -> None:
        image = self._look()
        if image is not None:
            self._put(image)

    def _look(self) -> QImage | None:
        screen = QGuiApplication.primaryScreen()
        image = screen.grabWindow(0).toImage()
        return None if image.isNull() else image
