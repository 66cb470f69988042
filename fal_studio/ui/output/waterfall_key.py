"""Under the waterfall: the chosen row once more where it is too short to see, and the key of its colours."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import paint, theme
from fal_studio.ui.output.waterfall import (
    ROOM,
    ROW,
    Bar,
    Bars,
    Lane,
    Waterfall,
    added_up,
    draw_text,
    short,
    words_at,
)
from fal_studio.words import tr

_SWATCH_PX = 18
_ENLARGED_BELOW = 0.2
"""A chosen lane that is shorter than this part of all the time is drawn once more, over the full width."""


class WaterfallKey(Bars):
    """Belongs to one waterfall, and stays in sight while that scrolls.

    Not mirrored, as the waterfall is not: its parts stand in the order of time.
    """

    def __init__(self, waterfall: Waterfall, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waterfall = waterfall
        self._lane: Lane | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # What it says stands in the waterfall's description, and in the text below.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def is_enlarged(self) -> bool:
        """Whether the chosen lane is drawn once more: it has several bars, and they are too short to tell apart."""
        lane = self._lane
        if lane is None or len(lane.bars) < 2:
            return False
        return lane.length_ns < _ENLARGED_BELOW * self._waterfall.end_ns

    def show_lane(self, lane: Lane | None) -> None:
        """Show the key of this lane."""
        self._lane = lane
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        key = self._key()
        rows = self.is_enlarged + (key[-1][2] + 1 if key else 0)
        return QSize(300, theme.current().px(ROW) * rows + theme.current().px(4))

    def resizeEvent(self, event: object) -> None:
        """Take another line where one is too short."""
        super().resizeEvent(event)  # pyright: ignore[reportArgumentType] - Qt's own
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the enlarged bars and the key."""
        px = theme.current().px
        painter, high = QPainter(self), px(ROW)
        if self._lane is not None and self.is_enlarged:
            names = self._waterfall.name_px - px(ROOM + 8)
            draw_text(painter, px(ROOM), 0, names, high, tr("enlarged"), font="caption")
            for bar, rect in self._large():
                paint.stage(painter, rect, bar.step)
        for bar, x, row in self._key():
            top = (row + self.is_enlarged) * high
            paint.stage(painter, QRectF(x, top + px(9), px(_SWATCH_PX), px(10)), bar.step)
            left = x + px(_SWATCH_PX + 6)
            draw_text(painter, left, top, self.width() - left, high, _key_words(bar), font="caption")
        painter.end()

    def _large(self) -> list[tuple[Bar, QRectF]]:
        """Return the bars of the lane, and where they are when it has all the width."""
        lane, left, px = self._lane, self._waterfall.x_of(0), theme.current().px
        if lane is None or not lane.bars:
            return []
        wide = (self._waterfall.x_of(self._waterfall.end_ns) - left) / max(1, lane.length_ns)
        placed: list[tuple[Bar, QRectF]] = []
        for bar in lane.bars:
            start, end = ((at - lane.bars[0].start_ns) * wide + left for at in (bar.start_ns, bar.end_ns))
            placed.append((bar, QRectF(start, px(9), max(2.0, end - start), px(10))))
        return placed

    def _key(self) -> list[tuple[Bar, int, int]]:
        """Return the parts of the lane, added up, each with its place and its line."""
        if self._lane is None:
            return []
        px, metrics = theme.current().px, QFontMetrics(theme.current().font("caption"))
        placed: list[tuple[Bar, int, int]] = []
        x, row = px(ROOM), 0
        for bar in added_up(self._lane.bars):
            wide = px(_SWATCH_PX + 6 + 16) + metrics.horizontalAdvance(_key_words(bar))
            if x > px(ROOM) and x + wide > self.width():
                x, row = px(ROOM), row + 1
            placed.append((bar, x, row))
            x += wide
        return placed

    def _words_at(self, at: QPoint) -> str:
        return words_at(at, self._large()) if self.is_enlarged else ""

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height() if self._lane is not None else 0)


def _key_words(bar: Bar) -> str:
    return f"{bar.word} {short(bar.end_ns)}"
