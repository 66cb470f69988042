"""Progress that is never invented: a known part, a place in line, or a piece that travels."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.figures import percent
from fal_studio.ui import paint
from fal_studio.ui.theme import current
from fal_studio.ui.ticker import Moving
from fal_studio.words import tr

TRAVEL_S = 1.6
PIECE = 0.22
_SEGMENT, _SEGMENT_HEIGHT, _SEGMENT_GAP = 10, 5, 2
_SEGMENTS_AT_MOST = 7


class ProgressLine(Moving):
    """A thin line. Nothing is shown until one of the `show_…` functions is called; the room is always kept."""

    def __init__(self, height_px: int = 4, *, groove: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(current().ticker, parent)
        self._height = height_px
        self._groove = groove
        self._fraction: float | None = None
        self._place: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_fraction(self, fraction: float) -> None:
        """Show a part that is known, 0 to 1."""
        self._set(min(1.0, max(0.0, fraction)), None, moving=False)
        self.setAccessibleName(tr("{fraction} done").format(fraction=percent(self._fraction or 0)))

    def show_place(self, place: int) -> None:
        """Show a place in line; 1 is next."""
        self._set(None, max(0, place), moving=False)
        self.setAccessibleName(tr("place {place} in line").format(place=place))

    def show_unknown(self) -> None:
        """Show that work goes on and nobody knows how much is left."""
        self._set(None, None, moving=True)
        self.setAccessibleName(tr("working"))

    def clear(self) -> None:
        """Show nothing."""
        self._set(None, None, moving=False)
        self.setAccessibleName("")

    def sizeHint(self) -> QSize:
        """Return the height of what is shown."""
        height = _SEGMENT_HEIGHT if self._place is not None else self._height
        return QSize(current().px(96), max(2, height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        del event
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self._place is not None:
            draw_place(painter, area, self._place)
        else:
            idle = self._fraction is None and not self.is_moving
            draw_progress(
                painter,
                area,
                self._fraction,
                groove=self._groove and not (idle and self._height < 3),
                idle=idle,
            )

    def _set(self, fraction: float | None, place: int | None, *, moving: bool) -> None:
        self._fraction = fraction
        self._place = place
        self.set_moving(moving=moving)
        self.updateGeometry()


def draw_progress(
    painter: QPainter, area: QRectF, fraction: float | None, *, groove: bool = True, idle: bool = False
) -> None:
    """Draw a line: its known part, or the travelling piece when `fraction` is None. Delegates use this too."""
    theme = current()
    radius = min(2.0, area.height() / 2)
    if groove:
        paint.frame(painter, area, radius, theme.color("bg.pressed"))
    if idle:
        return
    color = theme.color("accent.line")
    if fraction is not None:
        if fraction > 0:
            part = QRectF(area)
            part.setWidth(max(area.height(), area.width() * fraction))
            paint.frame(painter, part, radius, color)
        return
    if theme.reduced_motion:
        _draw_tick(painter, area)
        return
    wide = area.width() * PIECE
    # The piece enters and leaves beyond the ends, so it never jumps.
    left = area.left() - wide + (area.width() + wide) * theme.ticker.turn(TRAVEL_S)
    painter.save()
    painter.setClipRect(area)
    paint.frame(painter, QRectF(left, area.top(), wide, area.height()), radius, color)
    painter.restore()


def _draw_tick(painter: QPainter, area: QRectF) -> None:
    """Draw three places of which one is lit, moving on once a second."""
    theme = current()
    lit = int(theme.ticker.turn(3.0) * 3)
    wide = theme.px(10)
    for index in range(3):
        box = QRectF(area.left() + index * (wide + 4), area.top(), wide, area.height())
        paint.box(painter, box, theme.color("accent.line" if index == lit else "line.strong"))


def draw_place(painter: QPainter, area: QRectF, place: int) -> None:
    """Draw a place in line as segments: one for each call that goes first, the rest empty."""
    theme = current()
    shown = min(place, _SEGMENTS_AT_MOST)
    wide, high = theme.px(_SEGMENT), theme.px(_SEGMENT_HEIGHT)
    top = area.center().y() - high / 2
    x = area.left()
    for index in range(_SEGMENTS_AT_MOST):
        if x + wide > area.right() + 1:
            break
        color = theme.color("text.2" if index < shown else "bg.pressed")
        paint.frame(painter, QRectF(x, top, wide, high), 1, color)
        x += wide + theme.px(_SEGMENT_GAP)
