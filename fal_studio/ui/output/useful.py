"""Looks at pictures on the way, small and off the window's thread, to tell when they were worth judging."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from fal_studio.core.artifacts import Artifact, Kind, find
from fal_studio.core.events import Event, Partial
from fal_studio.core.useful import SIDE, Useful
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.decode import look


class _Answers(QObject):
    ready = Signal(int, int, bytes)


class _Work(QRunnable):
    def __init__(self, turn: int, place: int, data: bytes) -> None:
        super().__init__()
        self.answers = _Answers()
        self._turn, self._place, self._data = turn, place, data

    def run(self) -> None:
        self.answers.ready.emit(self._turn, self._place, small(self._data))


class FirstUseful(QObject):
    """Follows the pictures of one call after another; `found` tells when the first useful one came, or a better answer."""

    found = Signal()

    def __init__(self, bytes_of: Bytes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bytes = bytes_of
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._turn = 0
        self.begin()

    @property
    def first_ns(self) -> int | None:
        """When the first useful picture came, as far as is known."""
        return self._useful.first_ns if len(self._items) > 1 else None

    def begin(self) -> None:
        """Follow another call."""
        self._turn += 1
        self._useful = Useful()
        self._items: list[Artifact] = []
        self._is_busy = self._is_ended = False

    def take(self, events: Sequence[Event]) -> None:
        """Note the pictures among new events; only those whose bytes came along count."""
        for event in events:
            fact = event.fact
            if not isinstance(fact, Partial) or isinstance(fact.payload, str):
                continue
            for item in find(fact.payload, 1000):
                if item.kind is Kind.IMAGE and (item.blob is not None or item.url.startswith("data:")):
                    self._items.append(item)
                    self._useful.came(event.t_ns)
                    break

    def go_on(self, *, is_ended: bool) -> None:
        """Look at the next picture, unless one is being looked at."""
        self._is_ended = is_ended
        if self._is_busy or (place := self._useful.wanted(is_ended=is_ended)) is None:
            return
        self._is_busy = True
        bytes_here = self._bytes.get(self._items[place])
        work = _Work(self._turn, place, bytes_here[0] if bytes_here is not None else b"")
        work.answers.ready.connect(self._on_ready)
        self._pool.start(work)

    def close(self) -> None:
        """Wait for what has begun."""
        self._turn += 1
        self._pool.clear()
        self._pool.waitForDone(3000)

    @Slot(int, int, bytes)
    def _on_ready(self, turn: int, place: int, seen: bytes) -> None:
        if turn != self._turn:
            return
        before = self.first_ns
        self._useful.looked(place, seen)
        self._is_busy = False
        if self._is_ended:
            self.go_on(is_ended=True)
        if self.first_ns != before:
            self.found.emit()


def small(data: bytes) -> bytes:
    """Return a picture as SIDE x SIDE pixels of three bytes; empty if it cannot be read. Blocks."""
    image = look(data, 4 * SIDE).image
    if image.isNull():
        return b""
    smooth = Qt.TransformationMode.SmoothTransformation
    image = image.scaled(SIDE, SIDE, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    return bytes(image.convertToFormat(QImage.Format.Format_RGB888).constBits())
