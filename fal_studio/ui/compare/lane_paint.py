"""Paints the head and the rows of the lanes."""

from typing import Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from fal_studio.ui import icons, paint
from fal_studio.ui.compare import bars
from fal_studio.ui.compare.lane_view import BEST, NUMBERS, TITLES, LaneView
from fal_studio.ui.compare.time_axis import TimeAxis
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.segmented import Capability, draw_capability
from fal_studio.words import tr

_RIGHT = Qt.AlignmentFlag.AlignRight


class _Chart(Protocol):
    """What is drawn, and where its parts stand."""

    views: tuple[LaneView, ...]
    lane: int
    stage: int

    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def axis(self) -> TimeAxis: ...
    def row(self, index: int) -> QRect: ...
    def bar_rects(self, index: int) -> list[QRectF]: ...
    def number_rect(self, index: int, place: int) -> QRect: ...
    def switch_rect(self, index: int) -> QRect: ...
    def probe_rect(self, index: int) -> QRect: ...
    def width(self) -> int: ...
    def hasFocus(self) -> bool: ...


def draw_head(painter: QPainter, chart: _Chart) -> None:
    """Draw the titles and the moments of the axis, with a line down through all lanes."""
    theme = current()
    px = theme.px
    head = QRect(0, 0, chart.width(), chart.row(0).top())
    painter.fillRect(head, theme.color("bg.panel"))
    font, quiet = theme.font("header"), theme.color("text.3")
    paint.text(painter, head.adjusted(px(12), 0, 0, 0), tr("lane"), font, quiet)
    axis = chart.axis
    below = chart.row(len(chart.views) - 1).bottom() if chart.views else head.bottom()
    for x, words in axis.ticks(px(72)):
        paint.box(painter, QRectF(x, head.bottom(), 1, below - head.bottom()), theme.color("line.subtle"))
        wide = theme.metrics("header").horizontalAdvance(words)
        if x + wide <= axis.left_px + axis.width_px + px(8):
            paint.text(painter, QRectF(x, 0, wide + 2, head.height()), words, font, quiet)
    for place, column in enumerate(chart.columns):
        paint.text(painter, chart.number_rect(-1, place), TITLES[column], font, quiet, _RIGHT)
    paint.box(painter, QRect(0, head.bottom(), chart.width(), 1), theme.color("line.subtle"))


def draw_lane(painter: QPainter, chart: _Chart, index: int) -> None:
    """Draw one row."""
    theme = current()
    view, row = chart.views[index], chart.row(index)
    is_at = chart.hasFocus() and chart.lane == index
    _draw_switch(painter, chart, index)
    _draw_name(painter, view, row, chart.axis.left_px - theme.px(8))
    _draw_time(painter, chart, index, is_at=is_at)
    for place, column in enumerate(chart.columns):
        _draw_number(painter, view, column, chart.number_rect(index, place), is_narrow=len(chart.columns) < 4)
    paint.box(painter, QRect(0, row.bottom(), row.width(), 1), theme.color("line.subtle"))
    if is_at and chart.stage < 0:
        paint.frame(painter, row.adjusted(1, 1, -1, -2), 2, border=theme.color("focus"), width_px=2)


def _draw_switch(painter: QPainter, chart: _Chart, index: int) -> None:
    theme = current()
    lane, box = chart.views[index].lane, chart.switch_rect(index)
    if lane.is_called:
        paint.frame(painter, box, 4, fill=theme.color("accent.fill"))
        icons.draw(painter, box.adjusted(2, 2, -2, -2), "check", theme.color("on.accent"))
    else:
        paint.frame(painter, box, 4, border=theme.color("line.subtle" if lane.reason else "line.strong"))


def _draw_name(painter: QPainter, view: LaneView, row: QRect, end: float) -> None:
    theme = current()
    px = theme.px
    lane = view.lane
    capability = Capability.SUPPORTED if not lane.reason else Capability.UNSUPPORTED
    if lane.doubt and not view.done:
        capability = Capability.UNKNOWN
    under = _second(view)
    is_two = under is not None
    left = row.left() + px(52)
    wide = end - left
    high = row.height() / 2 if is_two else row.height()
    middle = QPointF(row.left() + px(40), row.top() + high / 2 + (2 if is_two else 0))
    if view.failure and not view.stretches:
        paint.dot(painter, middle, px(7), theme.color("bad"))
    else:
        draw_capability(painter, middle, capability)
    ink: Role = "text.1" if lane.is_called else "text.3"
    first = QRectF(left, row.top() + (2 if is_two else 0), wide, high)
    paint.text(painter, first, lane.name, theme.font("control"), theme.color(ink))
    if under is not None:
        words, role = under
        second = QRectF(left, row.top() + high - 1, wide, high - 2)
        paint.text(painter, second, words, theme.font("caption"), theme.color(role))


def _second(view: LaneView) -> tuple[str, Role] | None:
    if view.failure:
        count = view.numbers.failed or 1
        return (tr("{count} failed: {failure}").format(count=count, failure=view.failure), "bad")
    return (view.lane.detail, "text.3") if view.lane.detail else None


def _draw_time(painter: QPainter, chart: _Chart, index: int, *, is_at: bool) -> None:
    theme = current()
    px = theme.px
    view, row, axis = chart.views[index], chart.row(index), chart.axis
    area = QRectF(axis.left_px, row.top(), axis.width_px + px(8), row.height())
    painter.save()
    if view.note:
        failed = not view.stretches and bool(view.failure) and view.lane.is_called
        ink: Role = "bad" if failed else "text.3"
        words = area.adjusted(px(4), 0, 0, 0)
        wide = theme.metrics("cell").horizontalAdvance(view.note) + px(8)
        ground = QRectF(area.left() + 1, row.top() + 2, min(wide, area.width()), row.height() - 4)
        painter.fillRect(ground, theme.color("bg.panel"))
        paint.text(painter, words, view.note, theme.font("cell"), theme.color(ink))
    else:
        painter.setClipRect(area.adjusted(-2, 0, 2, 0))
        bars.draw(
            painter,
            view.stretches,
            chart.bar_rects(index),
            axis,
            chart.stage if is_at and chart.stage >= 0 else None,
            view.frames_ns,
            is_faint=view.is_warm_up,
        )
        bars.draw_dots(painter, view.dots_ns, axis, row.top() + px(27))
    painter.restore()
    button = chart.probe_rect(index)
    if not button.isEmpty():
        paint.frame(painter, button, 4, fill=theme.color("bg.field"), border=theme.color("line.control"))
        paint.text(
            painter,
            QRectF(button),
            tr("Probe"),
            theme.font("control"),
            theme.color("text.1"),
            Qt.AlignmentFlag.AlignCenter,
        )
    if words := tr("warm-up") if view.is_warm_up else view.progress:
        beside = QRectF(chart.number_rect(index, 0)).adjusted(-px(6), 0, 0, 0)
        paint.text(painter, beside, words, theme.font("caption"), theme.color("text.3"))


def _draw_number(painter: QPainter, view: LaneView, column: str, area: QRect, *, is_narrow: bool) -> None:
    theme = current()
    aside, role = view.aside(column), "good" if column in view.best else "text.3"
    if is_narrow and not view.note:
        other = NUMBERS[2] if column == NUMBERS[1] else NUMBERS[3]
        best = "◆ " if other in view.best else ""
        under = (
            f"{best}{TITLES[other]} {view.number(other)}"
            if other == "p95_s"
            else f"{best}{view.number(other)}"
        )
        aside = f"{aside}, {under}" if aside == BEST and other == "cost_usd" else under
    ink: Role = "text.1" if view.number(column)[:1].isalnum() or view.number(column)[:1] == "$" else "text.3"
    if not aside:
        paint.text(painter, area, view.number(column), theme.font("value"), theme.color(ink), _RIGHT)
        return
    half = area.height() / 2
    first = QRectF(area.left(), area.top() + 1, area.width(), half)
    second = QRectF(area.left() - theme.px(8), area.top() + half - 1, area.width() + theme.px(8), half - 1)
    paint.text(painter, first, view.number(column), theme.font("value"), theme.color(ink), _RIGHT)
    color = theme.color("good" if role == "good" else "text.3")
    paint.text(painter, second, aside, theme.font("caption"), color, _RIGHT)
