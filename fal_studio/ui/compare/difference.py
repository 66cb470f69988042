"""How two pictures differ, pixel by pixel, computed off the window's thread."""

import importlib
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from PySide6.QtGui import QImage

AMPLIFIED = 8
"""A difference of one step in 255 could not be seen."""


class Difference(NamedTuple):
    """What two pictures of one size have not in common."""

    share: float
    """Of the pixels that differ in any channel, 0 to 1."""
    picture: QImage
    """Black where they are the same, brighter the more they differ."""


def difference(one: QImage, other: QImage) -> Difference | None:
    """Return how two pictures differ; None for pictures of different sizes."""
    if one.isNull() or other.isNull() or one.size() != other.size():
        return None
    numpy: Any = importlib.import_module("numpy")
    form = QImage.Format.Format_RGBA8888
    first, second = one.convertToFormat(form), other.convertToFormat(form)
    high, wide = first.height(), first.width()
    left = numpy.frombuffer(first.constBits(), numpy.uint8).reshape(high, wide, 4)
    right = numpy.frombuffer(second.constBits(), numpy.uint8).reshape(high, wide, 4)
    apart = numpy.abs(left.astype(numpy.int16) - right.astype(numpy.int16))
    share = float((apart.max(axis=2) > 0).mean())
    shown = numpy.minimum(apart * AMPLIFIED, 255).astype(numpy.uint8)
    shown[:, :, 3] = 255
    data = shown.tobytes()
    return Difference(share, QImage(data, wide, high, wide * 4, form).copy())


class _Answers(QObject):
    ready = Signal(str, object)


class _Work(QRunnable):
    def __init__(self, lane: str, one: QImage, other: QImage) -> None:
        super().__init__()
        self.answers = _Answers()
        self._lane, self._one, self._other = lane, one, other

    def run(self) -> None:
        self.answers.ready.emit(self._lane, difference(self._one, self._other))


class Differ(QObject):
    """Compares pictures of lanes with the one that sets the reference."""

    compared = Signal(str, object)
    """A lane, and its Difference; None where the sizes differ."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def compare(self, lane: str, reference: QImage, picture: QImage) -> None:
        """Begin to compare; `compared` tells."""
        work = _Work(lane, reference, picture)
        work.answers.ready.connect(self.compared)
        self._pool.start(work)

    def close(self) -> None:
        """Wait for what has begun."""
        self._pool.clear()
        self._pool.waitForDone(3000)
