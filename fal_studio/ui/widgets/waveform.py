"""A sound as a picture: its loudness from left to right, the part that was played in blue."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from fal_studio.ui import theme
from fal_studio.words import tr

BAR_PX, GAP_PX = 3, 2


class Waveform(QWidget):
    """Draws the loudness; a press moves the place of playing.

    Time runs from left to right also in a mirrored window, as on every instrument.
    """

    moved_to = Signal(float)
    """A place, 0 to 1."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Waveform of {name}").format(name=name))
        self._peaks: list[float] = []
        self.read = 1.0
        """The part of the sound that the loudness is of."""
        self._played = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been read yet."""
        return not self._peaks

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        return QSize(theme.current().px(400), theme.current().px(120))

    def set_peaks(self, peaks: list[float], read: float = 1.0) -> None:
        """Show a loudness; `read` is the part of the sound, 0 to 1, that it is of."""
        self._peaks, self.read = peaks, read
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
        draw_loudness(painter, QRectF(self.rect()), self._peaks, self._played, self.read)


def draw_loudness(
    painter: QPainter, area: QRectF, peaks: list[float], played: float, read: float = 1.0
) -> None:
    """Draw a loudness into an area; `played` is the part that was played, `read` the part it is of, both 0 to 1."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    colours = theme.current()
    step = BAR_PX + GAP_PX
    count = max(1, int(area.width()) // step)
    whole = len(peaks) / read if 0 < read < 1 else len(peaks)
    tallest = max(peaks, default=0.0) or 1.0
    high = min(area.height() * 0.9, colours.px(180))
    middle = area.center().y()
    for number in range(count):
        low = int(number * whole) // count
        top = max(low + 1, int((number + 1) * whole) // count)
        part = max(peaks[low:top], default=0.0) / tallest
        length = max(BAR_PX, part * high)
        is_played = (number + 0.5) / count <= played
        painter.setBrush(colours.color("accent.line" if is_played else "line.strong"))
        bar = QRectF(area.left() + number * step, middle - length / 2, BAR_PX, length)
        painter.drawRoundedRect(bar, BAR_PX / 2, BAR_PX / 2)
