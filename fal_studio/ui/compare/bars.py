"""Paints the stages of a lane: bars in family colour and hatch, labels that fit, whiskers, one dot for each run."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from fal_studio.core.comparing.stages import Stretch
from fal_studio.core.stages import Step
from fal_studio.ui import paint
from fal_studio.ui.compare.time_axis import TimeAxis
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import STAGES
from fal_studio.words import told

BAR_PX, LEAST_PX, DOT_PX = 16, 2.0, 4.0
FAINT = 0.5
"""How much of its colour a bar has that counts nowhere."""


def rects(stretches: tuple[Stretch, ...], axis: TimeAxis, top: float) -> list[QRectF]:
    """Return where each stage is drawn: 1 px apart and at least 2 px wide; the later ones give way."""
    found: list[QRectF] = []
    edge = axis.x(0)
    for stretch in stretches:
        left = max(axis.x(stretch.start_ns), edge)
        right = max(axis.x(stretch.end_ns) - 1, left + LEAST_PX)
        found.append(QRectF(left, top, right - left, current().px(BAR_PX)))
        edge = right + 1
    return found


def draw(
    painter: QPainter,
    stretches: tuple[Stretch, ...],
    areas: list[QRectF],
    axis: TimeAxis,
    chosen: int | None = None,
    frames_ns: tuple[int, ...] = (),
    *,
    is_faint: bool = False,
) -> None:
    """Draw bars, then what stands over them; `frames_ns` are the answers of a session, whose bar is cut into them.

    `is_faint`: in less of their colour. The words over them stay as they are.
    """
    painter.setOpacity(FAINT if is_faint else 1.0)
    for stretch, area in zip(stretches, areas, strict=True):
        paint.stage(painter, area, stretch.step)
    painter.setOpacity(1.0)
    if areas:
        _draw_frames(painter, stretches, frames_ns, axis, areas[0])
    for stretch in stretches:
        _draw_whisker(painter, stretch, axis, areas[0].center().y())
    for stretch, area in zip(stretches, areas, strict=True):
        _draw_label(painter, stretch.step, area, has_plate=is_faint)
    if chosen is not None and chosen < len(areas):
        area = areas[chosen].adjusted(-2, -2, 2, 2)
        paint.frame(painter, area, 2, border=current().color("focus"), width_px=2)


def _draw_frames(
    painter: QPainter,
    stretches: tuple[Stretch, ...],
    frames_ns: tuple[int, ...],
    axis: TimeAxis,
    area: QRectF,
) -> None:
    """Cut the bar of a session where one answer has come and the next input goes out: each waits for the one before."""
    end_ns = next((one.end_ns for one in reversed(stretches) if one.step is Step.WAIT), 0)
    color = current().color("bg.panel")
    for took_ns in reversed(frames_ns[1:]):
        end_ns -= took_ns
        paint.box(painter, QRectF(axis.x(end_ns), area.top(), 1, area.height()), color)


def draw_dots(painter: QPainter, moments_ns: tuple[int, ...], axis: TimeAxis, y: float) -> None:
    """Draw a dot for each run; where many meet they grow darker."""
    color = current().color("text.3", 0.8)
    for moment in moments_ns:
        paint.dot(painter, QPointF(axis.x(moment), y), DOT_PX, color)


def draw_whisker(painter: QPainter, left: float, right: float, y: float) -> None:
    """Draw a span in which a moment lies."""
    color = current().color("text.1")
    half = current().px(4)
    paint.line(painter, QPointF(left, y), QPointF(right, y), color)
    for x in (left, right):
        paint.line(painter, QPointF(x, y - half), QPointF(x, y + half), color)


def _draw_whisker(painter: QPainter, stretch: Stretch, axis: TimeAxis, y: float) -> None:
    if stretch.early_ns is None or stretch.late_ns is None:
        return
    left, right = axis.x(stretch.early_ns), axis.x(stretch.late_ns)
    if right - left >= LEAST_PX:
        draw_whisker(painter, left, right, y)


def _draw_label(painter: QPainter, step: Step, area: QRectF, *, has_plate: bool) -> None:
    theme = current()
    words = told(step)
    wide = text_width("caption", words)
    is_plain = STAGES[step] == ("stage.run", "solid") and not has_plate
    side = theme.px(4) + (0 if is_plain else theme.px(4))
    if wide + 2 * side > area.width():
        return
    left = area.center().x() - wide / 2
    ink: QColor = theme.color("on.stage.run" if is_plain else "text.1")
    if not is_plain:
        plate = QRectF(left - theme.px(4), area.top() + 2, wide + 2 * theme.px(4), area.height() - 4)
        paint.frame(painter, plate, 3, fill=theme.color("bg.panel"))
    paint.text(painter, QRectF(left, area.top(), wide + 1, area.height()), words, theme.font("caption"), ink)
