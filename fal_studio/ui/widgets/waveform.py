"""A sound as a picture: its loudness from left to right, the part that was played in blue."""

import array
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from fal_studio.ui import theme
from fal_studio.words import tr

SLICE_MS = 20
"""How long one value stands for."""
LOOK_AT_EVERY = 8
"""Of this many samples one is looked at: enough for a picture."""
_SAMPLES = {"Float": ("f", 1.0), "Int16": ("h", 32768.0), "Int32": ("i", 2147483648.0)}
BAR_PX, GAP_PX = 3, 2


class Loudness(QObject):
    """Reads a sound in the background and tells its loudness, 0 to 1, every 20 ms."""

    read = Signal(list)

    def __init__(self, media: Any, data: bytes, parent: QObject) -> None:
        super().__init__(parent)
        self._store = QByteArray(data)
        self._buffer = QBuffer(self._store, self)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._peaks: list[float] = []
        self._is_over = False
        # No format is asked for: with one, the first piece of an MP3 comes out empty and nothing follows.
        self._decoder = media.QAudioDecoder(self)
        self._decoder.setSourceDevice(self._buffer)
        self._decoder.bufferReady.connect(self._on_buffer_ready)
        self._decoder.finished.connect(self._on_finished)
        # A sound that cannot be decoded has no picture; playing it may still work.
        self._decoder.error.connect(self._on_finished)
        self._decoder.start()

    def stop(self) -> None:
        """Read no further."""
        if not self._is_over:
            self._decoder.stop()

    def _on_buffer_ready(self) -> None:
        while self._decoder.bufferAvailable():
            part = self._decoder.read()
            kind, full = _SAMPLES.get(part.format().sampleFormat().name, ("", 1.0))
            if not part.isValid() or not kind:
                continue
            samples = array.array(kind)
            samples.frombytes(bytes(part.constData()))
            step = max(1, part.format().sampleRate() * part.format().channelCount() * SLICE_MS // 1000)
            self._peaks += [
                max(abs(value) for value in samples[at : at + step : LOOK_AT_EVERY]) / full
                for at in range(0, len(samples), step)
            ]

    def _on_finished(self) -> None:
        self._is_over = True
        self.read.emit(self._peaks)


class Waveform(QWidget):
    """Draws the loudness; a press moves the place of playing."""

    moved_to = Signal(float)
    """A place, 0 to 1."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Waveform of {name}").format(name=name))
        self._peaks: list[float] = []
        self._played = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been read yet."""
        return not self._peaks

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        return QSize(theme.current().px(400), theme.current().px(120))

    def set_peaks(self, peaks: list[float]) -> None:
        """Show a loudness."""
        self._peaks = peaks
        self.update()

    def set_played(self, part: float) -> None:
        """Say how much was played, 0 to 1."""
        if part != self._played:
            self._played = part
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the place of playing."""
        if event.button() == Qt.MouseButton.LeftButton and self.width() > 0:
            self.moved_to.emit(max(0.0, min(1.0, event.position().x() / self.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        del event
        painter = QPainter(self)
        draw_loudness(painter, QRectF(self.rect()), self._peaks, self._played)


def draw_loudness(painter: QPainter, area: QRectF, peaks: list[float], played: float) -> None:
    """Draw a loudness into an area; `played` is the part that was played, 0 to 1."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    colours = theme.current()
    step = BAR_PX + GAP_PX
    count = max(1, int(area.width()) // step)
    tallest = max(peaks, default=0.0) or 1.0
    high = min(area.height() * 0.9, colours.px(180))
    middle = area.center().y()
    for number in range(count):
        low = number * len(peaks) // count
        top = max(low + 1, (number + 1) * len(peaks) // count)
        part = max(peaks[low:top], default=0.0) / tallest
        length = max(BAR_PX, part * high)
        is_played = (number + 0.5) / count <= played
        painter.setBrush(colours.color("accent.line" if is_played else "line.strong"))
        bar = QRectF(area.left() + number * step, middle - length / 2, BAR_PX, length)
        painter.drawRoundedRect(bar, BAR_PX / 2, BAR_PX / 2)
