"""Other inputs than the pen: a camera and a part of the screen, laid on the paper frame by frame; a picture, once."""

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QMimeData, QObject, QRect, QRunnable, QSize, Qt, QThreadPool, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage, QImageReader, QScreen
from PySide6.QtWidgets import QWidget

from fal_studio.core.realtime.pacing import Pace, look_every_s
from fal_studio.ui.realtime.regions import RegionPicker, look, why_not
from fal_studio.ui.widgets.steering import Running
from fal_studio.words import tr

NO_CAMERA = tr("No camera was found. Connect one, then press Camera again.")
NO_SOUND_LIBRARY = tr("Cameras need QtMultimedia, which cannot be loaded here: {}.")
MOST_PIXELS = 100_000_000
MOST_SIDE = 2048
_FORMS = frozenset({b"png", b"jpeg", b"jpg", b"webp", b"gif", b"bmp", b"tiff", b"avif"})


class _Answers(QObject):
    ready = Signal(QImage, str)


class _Reading(QRunnable):
    """Reads a picture of the disk, small enough for the paper."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.answers = _Answers()
        self._path = path

    def run(self) -> None:
        self.answers.ready.emit(*_read(self._path))


def _read(path: str) -> tuple[QImage, str]:
    """Return the picture, or an empty one and why. Blocks."""
    reader = QImageReader(path)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if reader.canRead() and bytes(reader.format().data()) not in _FORMS:
        return QImage(), tr("This is no picture that can be laid on the paper.")
    size = reader.size()
    if size.isValid() and size.width() * size.height() > MOST_PIXELS:
        return QImage(), tr("The picture is too large for the paper. Make it smaller first.")
    if max(size.width(), size.height()) > MOST_SIDE:
        reader.setScaledSize(size.scaled(QSize(MOST_SIDE, MOST_SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return image, tr("The file cannot be read as a picture: {error_string}.").format(
            error_string=reader.errorString()
        )
    return image, ""


class Sources(QObject):
    """One of them runs at a time, or none."""

    laid = Signal(QImage)
    """A picture to be laid on the paper."""
    changed = Signal()
    """Another one runs, or none."""

    def __init__(
        self, put: Callable[[QImage], object], tell: Callable[[str], object], parent: QObject | None = None
    ) -> None:
        """`put` takes a frame, `tell` why there is none."""
        super().__init__(parent)
        self._put, self._tell = put, tell
        self._camera: Any = None
        self._parts: tuple[Any, ...] = ()
        self.picker: RegionPicker | None = None
        """What lies over the screen while a part of it is chosen."""
        self._screen: QScreen | None = None
        self._region, self._seen = QRect(), QImage()
        self._looking = QTimer(self)
        self._looking.timeout.connect(self._on_look)
        self.follow_pace(Pace())
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    @property
    def running(self) -> str:
        """Which one runs: "camera", "screen" or ""."""
        return (
            "camera"
            if self._camera is not None
            else "screen"
            if self._looking.isActive() or self.picker
            else ""
        )

    def stop(self) -> None:
        """Let go of the camera and the screen."""
        self._looking.stop()
        if self.picker is not None:
            self.picker.close()
        if self._camera is not None:
            self._told.stop.emit()
            for part in (self._camera, *self._parts):
                part.deleteLater()  # once it has stopped
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
        self._told = Running(camera)
        self._told.start.emit()
        return True

    def start_screen(self) -> bool:
        """Let a part of the screen be chosen, and show it from then on; False: it cannot be seen, and it was told why."""
        self.stop()
        if why := why_not():
            self._tell(why)
            return False
        window = self.parent()
        screen = window.screen() if isinstance(window, QWidget) else QGuiApplication.primaryScreen()
        self.picker = picker = RegionPicker(screen)
        picker.chosen.connect(partial(self.show_region, screen))
        picker.left.connect(self._on_picker_left)
        picker.show()
        picker.activateWindow()
        self.changed.emit()
        return True

    def show_region(self, screen: QScreen, region: QRect) -> None:
        """Show a part of a screen, as often as the send policy can use it."""
        self._screen, self._region = screen, region
        self._seen = QImage()
        self._looking.start()
        self._on_look()
        self.changed.emit()

    def follow_pace(self, pace: Pace) -> None:
        """Look at the screen as often as the policy can use it."""
        self._looking.setInterval(round(look_every_s(pace) * 1000))

    def take(self, data: QMimeData) -> bool:
        """Lay a dropped or pasted picture on the paper; False: there is none in it."""
        if file := next((url.toLocalFile() for url in data.urls() if url.isLocalFile()), ""):
            self.open_picture(file)
            return True
        image = data.imageData() if data.hasImage() else None
        if isinstance(image, QImage) and not image.isNull():
            self.laid.emit(image)
            return True
        if data.hasUrls():
            self._tell(
                tr("Pictures of the web are not fetched from here: save it first, then drop the file.")
            )
        return False

    def open_picture(self, path: str) -> None:
        """Lay a picture of the disk on the paper, or tell why not; it is read beside the window."""
        work = _Reading(path)
        work.answers.ready.connect(self._on_read)
        self._pool.start(work)

    def close(self) -> None:
        """Let go of everything."""
        self.stop()
        self._pool.waitForDone(3000)

    def _on_read(self, image: QImage, error: str) -> None:
        if error:
            self._tell(error)
        else:
            self.laid.emit(image)

    def _on_picker_left(self) -> None:
        self.picker = None
        self.changed.emit()

    def _on_frame(self, frame: Any) -> None:
        image = frame.toImage()
        if not image.isNull() and self._camera is not None:  # it may come after the end
            self._put(image)

    def _on_camera_error(self, _error: object, words: str) -> None:
        if self._camera is None:
            return
        self._tell(tr("The camera stopped: {words}.").format(words=words))
        self.stop()
        self.changed.emit()

    def _on_look(self) -> None:
        if self._screen is None:
            return
        image = look(self._screen, self._region).toImage()
        # What stands still is not sent again: it would cost money and show nothing new.
        if not image.isNull() and image != self._seen:
            self._seen = image
            self._put(image)
