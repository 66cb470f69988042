"""The lanes of a comparison: switch, name, stages on one time axis, and four numbers. Painted; the table is its twin."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui.compare import lane_paint
from fal_studio.ui.compare.bars import rects
from fal_studio.ui.compare.lane_view import NUMBERS, TITLES, LaneView, stage_words, title
from fal_studio.ui.compare.time_axis import TimeAxis, panned, zoomed
from fal_studio.ui.key_choice import hears
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.words import tr

NOTHING_NS = 1_000_000_000
"""As much time is shown while nothing was called."""
HEAD_PX, NAME_PX, WIDE_NAME_PX, NUMBER_PX, END_PX = 26, 214, 256, 98, 12
PROBE = tr("Probe")
NARROW_PX = 1080
"""Below this width p95 and cost move into the second line of the row."""
NARROWEST_PX, LEAST_PX = 580, 440
"""Below this width only the median is left, and the table tells the rest; and the least width."""
_STEP_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LANE_KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LaneChart(QWidget):
    """Arrow keys walk through lanes and stages, Space switches a lane, Enter opens its call, Ctrl+wheel zooms.

    Time runs from left to right also in a mirrored window, as on every instrument, with names and numbers at its ends.
    """

    switched = Signal(str, bool)
    """Id of a lane, and whether it is to take part."""
    call_wanted = Signal(str)
    probe_wanted = Signal(str)
    """Id of a lane of which nobody knows whether the endpoint has it."""
    chosen_changed = Signal(str, str)
    """The stage that is chosen: its words, and how it is known."""
    menu_wanted = Signal(QPoint)
    """Offer what can be done with the chosen lane, at this place of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views: tuple[LaneView, ...] = ()
        self.lane, self.stage = 0, -1
        """Which lane the keyboard is in, and which of its stages; -1 is the lane itself."""
        self.is_locked = False
        self._start_ns, self._span_ns = 0.0, 0.0
        self._pressed: tuple[float, float] | None = None
        """Where a drag began, and what the axis began with then."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Lanes of the comparison"))
        current().changed.connect(self.updateGeometry)

    def show_views(self, views: Sequence[LaneView]) -> None:
        """Draw other lanes, or the same ones a frame later."""
        is_other = [view.lane.id for view in views] != [view.lane.id for view in self.views]
        was_whole_ns, is_fitted = self.whole_ns, self._span_ns in (0.0, self.whole_ns)
        self.views = tuple(views)
        if is_other:
            self.lane, self.stage = 0, -1
            self.updateGeometry()
        if is_other or is_fitted:
            self._start_ns, self._span_ns = 0.0, self.whole_ns
        elif was_whole_ns != self.whole_ns:
            self._start_ns, self._span_ns = panned(self._start_ns, self._span_ns, self.whole_ns)
        if self.lane < len(self.views):
            self.stage = min(self.stage, len(self.views[self.lane].stretches) - 1)
        self.update()

    @property
    def whole_ns(self) -> float:
        """As much time as there is to be seen, with a little behind it."""
        last = max((view.end_ns for view in self.views), default=0)
        return max(last or NOTHING_NS, 1_000_000) * 1.06

    @property
    def columns(self) -> tuple[str, ...]:
        """The numbers that have a column of their own."""
        px = current().px
        if self.width() >= px(NARROW_PX):
            return NUMBERS
        return NUMBERS[:2] if self.width() >= px(NARROWEST_PX) else NUMBERS[1:2]

    @property
    def axis(self) -> TimeAxis:
        """The time axis as it stands."""
        px = current().px
        left = px(WIDE_NAME_PX if self.width() >= px(NARROW_PX) else NAME_PX)
        right = self.width() - px(END_PX) - len(self.columns) * px(NUMBER_PX) - px(12)
        return TimeAxis(self._start_ns, self._span_ns or self.whole_ns, left, max(1, right - left))

    def row(self, index: int) -> QRect:
        """Return where a lane stands."""
        px = current().px
        return QRect(0, px(HEAD_PX) + index * px(HEIGHTS["lane"]), self.width(), px(HEIGHTS["lane"]))

    def bar_rects(self, index: int) -> list[QRectF]:
        """Return where the stages of a lane stand."""
        return rects(self.views[index].stretches, self.axis, self.row(index).top() + current().px(6))

    def number_rect(self, index: int, place: int) -> QRect:
        """Return where a number of a lane stands; `index` -1 is the head."""
        px = current().px
        left = self.width() - px(END_PX) - (len(self.columns) - place) * px(NUMBER_PX)
        row = self.row(index) if index >= 0 else QRect(0, 0, self.width(), px(HEAD_PX))
        return QRect(left, row.top(), px(NUMBER_PX), row.height())

    def switch_rect(self, index: int) -> QRect:
        """Return where the box of a lane stands."""
        px = current().px
        row = self.row(index)
        return QRect(px(12), row.center().y() - px(8), px(16), px(16))

    def probe_rect(self, index: int) -> QRect:
        """Return where the button stands that asks for a lane nobody knows of; empty where there is none."""
        view = self.views[index]
        if not view.lane.can_probe or view.stretches or self.is_locked:
            return QRect()
        px, row, axis = current().px, self.row(index), self.axis
        wide = round(text_width("control", PROBE)) + px(20)
        right = min(
            axis.left_px + px(16) + text_width("cell", view.note) + wide, axis.left_px + axis.width_px
        )
        return QRect(round(right) - wide, row.top() + px(5), wide, row.height() - px(10))

    def fit(self) -> None:
        """Show all of the time."""
        self._start_ns, self._span_ns = 0.0, self.whole_ns
        self.update()

    def zoom(self, factor: float, at_x: float | None = None) -> None:
        """Show the time closer (above 1) or from further away, around a place or the middle."""
        axis = self.axis
        at_ns = axis.t_ns(axis.left_px + axis.width_px / 2 if at_x is None else at_x)
        self._start_ns, self._span_ns = zoomed(axis.start_ns, axis.span_ns, self.whole_ns, at_ns, factor)
        self.update()

    def choose(self, lane: int, stage: int = -1) -> None:
        """Choose a lane, or a stage in it, and tell it in words."""
        if not self.views:
            return
        self.lane = min(max(0, lane), len(self.views) - 1)
        self.stage = min(max(-1, stage), len(self.views[self.lane].stretches) - 1)
        words = self._words()
        self.setAccessibleDescription(". ".join(part for part in words if part))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.chosen_changed.emit(*words)
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the head and every lane."""
        px = current().px
        return QSize(px(800), px(HEAD_PX) + len(self.views) * px(HEIGHTS["lane"]))

    def minimumSizeHint(self) -> QSize:
        """Return the height of all lanes: what is around them scrolls."""
        return QSize(current().px(LEAST_PX), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the head and the lanes."""
        painter = QPainter(self)
        lane_paint.draw_head(painter, self)
        for index in range(len(self.views)):
            if self.row(index).intersects(event.rect()):
                lane_paint.draw_lane(painter, self, index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.choose(self.lane, self.stage)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    @hears("compare.pane")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, switch, open, zoom."""
        key = Qt.Key(event.key())
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if has_control and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / 1.5 if key == Qt.Key.Key_Minus else 1.5)
        elif has_control and key == Qt.Key.Key_0:
            self.fit()
        elif event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
        elif key in _STEP_KEYS:
            self.choose(self.lane, self.stage + _STEP_KEYS[key])
        elif key in _LANE_KEYS:
            self.choose(self.lane + _LANE_KEYS[key], self.stage)
        elif key == Qt.Key.Key_Space and self.views:
            self._switch(self.lane)
        elif key == Qt.Key.Key_P and self.views and not self.probe_rect(self.lane).isEmpty():
            self.probe_wanted.emit(self.views[self.lane].lane.id)
        elif key in _ENTERS and self.views and self.views[self.lane].call:
            self.call_wanted.emit(self.views[self.lane].call)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer; a press on a box switches its lane."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = event.position()
        index = self._lane_at(place)
        if index is None:
            return
        if self.switch_rect(index).adjusted(-6, -6, 6, 6).contains(place.toPoint()):
            self.choose(index)
            self._switch(index)
            return
        if self.probe_rect(index).contains(place.toPoint()):
            self.choose(index)
            self.probe_wanted.emit(self.views[index].lane.id)
            return
        self.choose(index, self._stage_at(index, place))
        self._pressed = (place.x(), self._start_ns)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done, with what is under the pointer or at what the keyboard chose."""
        if not self.views:
            return
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            area = self.bar_rects(self.lane)[self.stage].toRect() if self.stage >= 0 else self.row(self.lane)
            left = min(max(area.left(), 0), self.width())  # what is chosen may lie outside the zoomed time
            self.menu_wanted.emit(self.mapToGlobal(QPoint(left, area.bottom())))
            return
        place = QPointF(event.pos())
        if (index := self._lane_at(place)) is not None:
            self.choose(index, self._stage_at(index, place))
            self.menu_wanted.emit(event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the time along with the pointer."""
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            began_x, began_ns = self._pressed
            axis = self.axis
            moved_ns = (event.position().x() - began_x) / axis.width_px * axis.span_ns
            self._start_ns, self._span_ns = panned(began_ns - moved_ns, axis.span_ns, self.whole_ns)
            self.update()
            return
        index = self._lane_at(event.position())
        self.setToolTip(self._tip(index) if index is not None else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        del event
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all of the time; on a name open the lane's call."""
        index = self._lane_at(event.position())
        is_name = event.position().x() < self.axis.left_px
        if index is not None and is_name and self.views[index].call:
            self.call_wanted.emit(self.views[index].call)
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl; else let the pane scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.views:
            self.zoom(1.25 if event.angleDelta().y() > 0 else 1 / 1.25, event.position().x())
            event.accept()
        else:
            event.ignore()

    def _switch(self, index: int) -> None:
        lane = self.views[index].lane
        if not lane.reason and not self.is_locked:
            self.switched.emit(lane.id, not lane.is_on)

    def _stage_at(self, index: int, place: QPointF) -> int:
        areas = self.bar_rects(index) if place.x() >= self.axis.left_px else []
        return next((n for n, area in enumerate(areas) if area.left() <= place.x() <= area.right()), -1)

    def _lane_at(self, place: QPointF) -> int | None:
        return next((n for n in range(len(self.views)) if self.row(n).contains(place.toPoint())), None)

    @property
    def words(self) -> str:
        """What is chosen, in one line."""
        return ": ".join(part for part in self._words() if part)

    def _words(self) -> tuple[str, str]:
        view = self.views[self.lane]
        if self.stage >= 0:
            return stage_words(view, self.stage)
        if view.note:
            key = tr(". Press P to ask, for free") if not self.probe_rect(self.lane).isEmpty() else ""
            return title(view.lane), f"{view.note.rstrip('.')}{key}" if key else view.note
        numbers = ", ".join(f"{TITLES[one]} {view.number(one)}" for one in NUMBERS)
        return title(view.lane), numbers

    def _tip(self, index: int) -> str:
        view = self.views[index]
        failed = (
            tr("{failed} failed: {failure}").format(failed=view.numbers.failed, failure=view.failure)
            if view.failure
            else ""
        )
        return "\n".join(part for part in (title(view.lane), view.lane.reason, failed) if part)
