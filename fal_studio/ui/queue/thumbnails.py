"""Small pictures of results for rows: read and scaled off the UI thread, the recent ones kept."""

import importlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QObject,
    QRunnable,
    QSize,
    QThreadPool,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage, QPixmap

from fal_studio.core.blobs import Load
from fal_studio.ui.queue.scaling import scaled
from fal_studio.ui.theme import current

if TYPE_CHECKING:
    from fal_studio.ui.queue.stills import Still

KEPT = 2_000
"""Pictures kept; one of a row takes about 10 KB …"""
KEPT_BYTES = 96 * 2**20
"""… and one of a tile a hundred times that, so their bytes are bounded, too."""


class _Answers(QObject):
    ready = Signal(str, QSize, QImage)
    made = Signal(str, QSize, object)


class _Work(QRunnable):
    def __init__(self, load: Load, sha256: str, size: QSize) -> None:
        super().__init__()
        self.answers = _Answers()
        self._load, self._sha256, self._size = load, sha256, size

    @Slot()
    def run(self) -> None:
        try:
            data = self._load(self._sha256)
        except KeyError:
            image = QImage()
        else:
            image = scaled(data, self._size)
        self.answers.ready.emit(self._sha256, self._size, image)


class _Life:
    """Of who asks: other threads look at it."""

    def __init__(self) -> None:
        self.is_over = False


class _SlowWork(QRunnable):
    """Makes a picture of a film, a sound or a 3D model."""

    def __init__(self, load: Load, sha256: str, size: QSize, life: "_Life") -> None:
        super().__init__()
        self.answers = _Answers()
        self._load, self._sha256, self._size, self._life = load, sha256, size, life
        theme = current()
        self._colours = theme.color("bg.field"), theme.color("text.3")

    @Slot()
    def run(self) -> None:
        stills: Any = importlib.import_module("fal_studio.ui.queue.stills")
        try:
            colours = stills.Colours(*self._colours)
            made = stills.still(self._load(self._sha256), self._size, colours, self._is_wanted)
        except KeyError:
            made = stills.Still(QImage())
        self.answers.made.emit(self._sha256, self._size, made)

    def _is_wanted(self) -> bool:
        return not self._life.is_over


class Thumbnails(QObject):
    """Hands out pictures by the hash of their blob; one that is not there yet is told by `arrived`."""

    arrived = Signal(str)

    def __init__(self, load: Load, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load = load
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._slow = QThreadPool(self)
        """For what is no picture: those must not wait for a film."""
        self._slow.setMaxThreadCount(1)
        self._life = _Life()
        self._durations_s: dict[str, float] = {}
        current().changed.connect(self._on_theme_changed)
        self._kept: OrderedDict[tuple[str, int, int], QPixmap] = OrderedDict()
        self._asked: set[tuple[str, int, int]] = set()
        self._bytes = 0
        self._urgency = 0

    def get(self, sha256: str, size: QSize) -> QPixmap | None:
        """Return the picture that covers `size` device pixels, None while it is made or if it cannot be."""
        key = (sha256, size.width(), size.height())
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found if not found.isNull() else None
        if key not in self._asked:
            self._asked.add(key)
            work = _Work(self._load, sha256, size)
            work.answers.ready.connect(self._on_ready)
            self._pool.start(work, self._urgency)
        return None

    def duration_s(self, sha256: str) -> float:
        """Return how long a film or sound is whose picture was made; 0 where that is not known, or it is none."""
        return self._durations_s.get(sha256, 0.0)

    def hurry(self) -> None:
        """Make what is asked for from now on before all that was asked for earlier: somebody has scrolled on."""
        self._urgency += 1

    def close(self) -> None:
        """Drop what has not begun, and wait for what has: a film's first frame, but not for a view of a 3D model."""
        self._life.is_over = True
        for pool in (self._slow, self._pool):
            pool.clear()
            pool.waitForDone(3000)

    @Slot(str, QSize, QImage)
    def _on_ready(self, sha256: str, size: QSize, image: QImage) -> None:
        if image.isNull():
            if self._life.is_over:
                return
            work = _SlowWork(self._load, sha256, size, self._life)
            work.answers.made.connect(self._on_made)
            self._slow.start(work, self._urgency)
        else:
            self._keep(sha256, size, image)

    @Slot(str, QSize, object)
    def _on_made(self, sha256: str, size: QSize, made: "Still") -> None:
        if made.duration_s:
            self._durations_s[sha256] = made.duration_s
        self._keep(sha256, size, made.image)

    def _on_theme_changed(self) -> None:
        """Make sounds anew, which are drawn in its colours."""
        for key in [key for key in self._kept if key[0] in self._durations_s]:
            self._bytes -= _bytes_of(self._kept.pop(key))

    def _keep(self, sha256: str, size: QSize, image: QImage) -> None:
        key = (sha256, size.width(), size.height())
        self._asked.discard(key)
        self._kept[key] = QPixmap.fromImage(image)
        self._bytes += _bytes_of(self._kept[key])
        while len(self._kept) > KEPT or (self._bytes > KEPT_BYTES and len(self._kept) > 1):
            self._bytes -= _bytes_of(self._kept.popitem(last=False)[1])
        self.arrived.emit(sha256)


def _bytes_of(picture: QPixmap) -> int:
    return picture.width() * picture.height() * picture.depth() // 8
