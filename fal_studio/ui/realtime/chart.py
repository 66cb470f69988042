"""Round trips as a line over the last minute, and how they are spread."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.core.realtime.figures import WINDOW_S, Quantiles, Trip, bins
from fal_studio.figures import number
from fal_studio.ui import paint
from fal_studio.ui.theme import current
from fal_studio.words import tr

BINS = 24
_MOST_POINTS = 240
"""More than a strip has pixels for: of each share of time the slowest is drawn."""


class TripLine(QWidget):
    """One point for each answer; a cross where an input was lost.

    Time runs from left to right also in a mirrored window, as on every instrument.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trips: Sequence[Trip] = ()
        self._losses: Sequence[int] = ()
        self._now_ns = 0
        self._quantiles: Quantiles | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Round trips of the last minute"))

    def show_trips(
        self, trips: Sequence[Trip], losses_ns: Sequence[int], now_ns: int, quantiles: Quantiles | None
    ) -> None:
        """Show the round trips before now."""
        self._trips, self._losses, self._now_ns, self._quantiles = trips, losses_ns, now_ns, quantiles
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Return room for a small line."""
        return QSize(current().px(90), current().px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, p95, and losses."""
        del event
        theme = current()
        painter = QPainter(self)
        legend = theme.px(26)
        area = QRectF(self.rect()).adjusted(1, theme.px(12), -legend, -2)
        paint.box(painter, QRectF(area.left(), area.bottom(), area.width(), 1), theme.color("line.subtle"))
        if not self._trips or self._quantiles is None:
            return
        top = max(self._quantiles.p99, self._quantiles.p50 * 2, 1.0) * 1.1
        points = [
            QPointF(self._x(trip.answered_ns, area), area.bottom() - min(1.0, trip.ms / top) * area.height())
            for trip in _thinned(self._trips)
        ]
        self._mark(painter, area, "p95", self._quantiles.p95, top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent.line"), 1.25))
        painter.drawPolyline(QPolygonF(points))
        paint.dot(painter, points[-1], 6, theme.color("accent.line"))
        painter.setPen(QPen(theme.color("bad"), 1.5))
        for moment in self._losses:
            x, y = self._x(moment, area), theme.px(6)
            painter.drawLine(QPointF(x - 3, y - 3), QPointF(x + 3, y + 3))
            painter.drawLine(QPointF(x - 3, y + 3), QPointF(x + 3, y - 3))

    def _x(self, moment_ns: int, area: QRectF) -> float:
        part = 1 - (self._now_ns - moment_ns) / (WINDOW_S * 1e9)
        return area.left() + min(1.0, max(0.0, part)) * (area.width() - 4)

    def _mark(self, painter: QPainter, area: QRectF, words: str, value: float, top: float) -> None:
        theme = current()
        y = area.bottom() - min(1.0, value / top) * area.height()
        painter.setPen(QPen(theme.color("text.3"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        box = QRectF(area.right() + 4, y - 8, theme.px(26), 16)
        paint.text(painter, box, words, theme.font("caption"), theme.color("text.3"))


class TripBars(QWidget):
    """A histogram with p50, p95 and p99 marked.

    It grows from left to right also in a mirrored window, as every axis of numbers.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low = self._width = 0.0
        self._counts: tuple[int, ...] = ()
        self._quantiles: Quantiles | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("How the round trips are spread"))

    def show_trips(self, trips: Sequence[Trip], quantiles: Quantiles | None) -> None:
        """Show how these are spread."""
        self._low, self._width, self._counts = bins([trip.ms for trip in trips], BINS)
        self._quantiles = quantiles
        if QAccessible.isActive():
            self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        """Return what the bars show: how many round trips took how long."""
        if self._quantiles is None:
            return tr("no round trip yet")
        bars = (
            tr("{count} from {low} to {low_2} ms").format(
                count=count,
                low=number(self._low + at * self._width, ".0f"),
                low_2=number(self._low + (at + 1) * self._width, ".0f"),
            )
            for at, count in enumerate(self._counts)
            if count
        )
        found = self._quantiles
        return tr("{bars}; half within {p50} ms, 95 % {p95}, 99 % {p99}").format(
            bars=", ".join(bars),
            p50=number(found.p50, ".0f"),
            p95=number(found.p95, ".0f"),
            p99=number(found.p99, ".0f"),
        )

    def minimumSizeHint(self) -> QSize:
        """Return room for small bars."""
        return QSize(current().px(110), current().px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars, marks and the two ends."""
        del event
        theme = current()
        painter = QPainter(self)
        below, above = theme.px(16), theme.px(14)
        area = QRectF(self.rect()).adjusted(0, above, 0, -below)
        paint.box(painter, QRectF(area.left(), area.bottom(), area.width(), 1), theme.color("line.control"))
        if not self._counts or self._quantiles is None:
            return
        most, step = max(self._counts), area.width() / len(self._counts)
        for place, count in enumerate(self._counts):
            high = area.height() * count / most
            if count:
                bar = QRectF(
                    area.left() + place * step, area.bottom() - max(1.0, high), step - 1, max(1.0, high)
                )
                paint.box(painter, bar, theme.color("text.3"))
        taken = -1.0
        caption, ink = theme.font("caption"), theme.color("text.2")
        marks = (("p50", self._quantiles.p50), ("p95", self._quantiles.p95), ("p99", self._quantiles.p99))
        for words, value in marks:
            part = (value - self._low) / (self._width * len(self._counts))
            x = area.left() + min(1.0, max(0.0, part)) * (area.width() - 1)
            pen = Qt.PenStyle.SolidLine if words == "p50" else Qt.PenStyle.DotLine
            painter.setPen(QPen(theme.color("text.1"), 1, pen))
            painter.drawLine(QPointF(x, area.top() - 2), QPointF(x, area.bottom()))
            left = min(x + 3, area.right() - theme.px(24))
            if left > taken:
                paint.text(painter, QRectF(left, 0, theme.px(26), above), words, caption, ink)
                taken = left + theme.px(24)
        high_ms = self._low + self._width * len(self._counts)
        box = QRectF(area.left(), area.bottom() + 1, area.width(), below)
        paint.text(
            painter, box, tr("{low} ms").format(low=number(self._low, ".0f")), caption, theme.color("text.3")
        )
        paint.text(
            painter,
            box,
            tr("{high_ms} ms").format(high_ms=number(high_ms, ".0f")),
            caption,
            theme.color("text.3"),
            Qt.AlignmentFlag.AlignRight,
        )


def _thinned(trips: Sequence[Trip]) -> list[Trip]:
    if len(trips) <= _MOST_POINTS:
        return list(trips)
    share = len(trips) / _MOST_POINTS
    cuts = [round(place * share) for place in range(_MOST_POINTS + 1)]
    return [max(trips[start:end], key=lambda trip: trip.ms) for start, end in pairwise(cuts) if end > start]
