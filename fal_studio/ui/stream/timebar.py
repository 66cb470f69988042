"""The time of a call as a ruler: a tick for each event, a place that can be moved, and playing at a chosen speed."""

import time
from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fal_studio import figures
from fal_studio.core.events import Event
from fal_studio.ui import mirroring
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.fields import ChoiceBox
from fal_studio.words import tr

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
FRAME_MS = 16
_ROOM = 12


class Ruler(QWidget):
    """Draws the ticks; `sought` tells a moment in nanoseconds since the call's start.

    Time runs from left to right also in a mirrored window, as on every instrument.
    """

    sought = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeRuler")
        self.setAccessibleName(tr("Time of the call: arrow keys step through its events"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._events: Sequence[Event] = ()
        self._seen = 0
        self._span_ns = 1
        self._ticks: set[int] = set()
        self._place_ns: int | None = None
        self._first_ns: int | None = None
        self._useful_ns: int | None = None

    @property
    def place_ns(self) -> int | None:
        """The moment that is looked at; None for the newest."""
        return self._place_ns

    def show_events(self, events: Sequence[Event]) -> None:
        """Show another call, at its newest moment."""
        self._events, self._seen, self._span_ns = events, 0, 1
        self._ticks.clear()
        self._place_ns = self._first_ns = self._useful_ns = None
        self.grow()

    def grow(self) -> None:
        """Show what the call has by now."""
        count = len(self._events)
        if count == 0 or count == self._seen:
            return
        last_ns = max(1, self._events[count - 1].t_ns)
        if last_ns > self._span_ns:
            self._span_ns = (
                last_ns if last_ns < self._span_ns * 1.25 and self._seen else round(last_ns * 1.25)
            )
            self._ticks.clear()
            self._seen = 0
        step = max(1, (count - self._seen) // 4000)  # more than there are pixels would only take time
        for at in range(self._seen, count, step):
            self._ticks.add(self._pixel(self._events[at].t_ns))
        self._seen = count
        self.update()

    def fit(self) -> None:
        """Let the ruler end where the call does."""
        if self._events:
            self._span_ns = max(1, self._events[-1].t_ns)
            self._ticks.clear()
            self._seen = 0
            self.grow()

    @property
    def flags(self) -> tuple[int | None, int | None]:
        """When the first event came and the first useful preview, in nanoseconds."""
        return self._first_ns, self._useful_ns

    def set_flags(self, first_ns: int | None, useful_ns: int | None) -> None:
        """Mark the first event and the first useful preview."""
        if (first_ns, useful_ns) != (self._first_ns, self._useful_ns):
            self._first_ns, self._useful_ns = first_ns, useful_ns
            self.update()

    def set_place(self, place_ns: int | None) -> None:
        """Look at a moment, None for the newest; tells nobody."""
        if place_ns != self._place_ns:
            self._place_ns = place_ns
            self.update()

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        return QSize(200, current().px(40))

    def resizeEvent(self, event: object) -> None:
        """Put the ticks where they belong in the new width."""
        super().resizeEvent(event)  # pyright: ignore[reportArgumentType] - Qt's own
        self._ticks.clear()
        self._seen = 0
        self.grow()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the moment under the pointer."""
        self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along with the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step from event to event; Home and End go to the ends."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageUp: -20,
            Qt.Key.Key_PageDown: 20,
            Qt.Key.Key_Home: -(10**9),
            Qt.Key.Key_End: 10**9,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._events:
            super().keyPressEvent(event)
            return
        count = len(self._events)
        now = count - 1 if self._place_ns is None else place_of(self._events, self._place_ns)
        self.sought.emit(self._events[min(max(now + step, 0), count - 1)].t_ns)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ruler."""
        colours = current()
        painter = QPainter(self)
        painter.setFont(colours.font("caption"))
        base = self.height() - colours.px(17)
        for x in self._ticks:
            painter.fillRect(QRectF(x, base - colours.px(10), 1, colours.px(10)), colours.color("text.3"))
        painter.fillRect(QRectF(0, base, self.width(), 1), colours.color("line.subtle"))
        self._paint_seconds(painter, base)
        for moment, role in ((self._first_ns, "accent.line"), (self._useful_ns, "good")):
            if moment is not None:
                x = self._pixel(moment)
                colour = colours.color(role)  # pyright: ignore[reportArgumentType] - two roles above
                painter.fillRect(QRectF(x, base - colours.px(18), 1.5, colours.px(18)), colour)
                painter.fillRect(QRectF(x, base - colours.px(18), colours.px(6), colours.px(5)), colour)
        if self._place_ns is not None:
            spot = QRectF(self._pixel(self._place_ns) - 3, base - colours.px(14), 6, colours.px(16))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(colours.color("accent.line"))
            painter.setBrush(colours.color("accent.tint"))
            painter.drawRoundedRect(spot, 2, 2)
        if self.hasFocus():
            painter.setPen(colours.color("accent.line"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_seconds(self, painter: QPainter, base: int) -> None:
        colours = current()
        painter.setPen(colours.color("text.3"))
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # "0.5 s", also in a mirrored window
        span_s = self._span_ns / 1e9
        step = next((s for s in (0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300) if span_s / s <= 8), 3600)
        number = 0
        while number * step <= span_s:
            x = self._pixel(round(number * step * 1e9))
            painter.fillRect(QRectF(x, base, 1, colours.px(4)), colours.color("line.strong"))
            label = f"{figures.number(number * step, 'g')} s"
            if x + colours.px(24) < self.width():
                painter.drawText(QPointF(x + 3, self.height() - colours.px(4)), label)
            number += 1

    def _pixel(self, t_ns: int) -> int:
        return round((self.width() - _ROOM) * min(1.0, t_ns / self._span_ns))

    def _seek(self, x: float) -> None:
        if self._events:
            part = min(max(x / max(1, self.width() - _ROOM), 0.0), 1.0)
            self.sought.emit(round(part * self._span_ns))


class TimeBar(QWidget):
    """The ruler with a button that plays and a choice of speeds; `moved` tells the place of the event to be shown."""

    moved = Signal(int)
    """Place of the last event up to the moment that is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._events: Sequence[Event] = ()
        self._at_ns = 0.0
        self._told = -1
        self._clock_s = 0.0
        self.play = IconButton("play", tr("Play it again with its own timing"), scale="s", parent=self)
        self.speed = ChoiceBox([_times(speed) for speed in SPEEDS], _times(1), name=tr("Speed"), parent=self)
        self.speed.setToolTip(tr("How fast it is played"))
        self.ruler = Ruler(self)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_tick)
        row = QHBoxLayout(self)
        mirroring.margins(row, current().px(8), 0, current().px(12), 0)
        row.setSpacing(current().px(8))
        row.addWidget(self.play)
        row.addWidget(self.speed)
        row.addWidget(self.ruler, 1)
        self.play.clicked.connect(self.toggle)
        self.ruler.sought.connect(self._on_sought)

    @property
    def is_playing(self) -> bool:
        """Whether time passes by itself."""
        return self._timer.isActive()

    def show_events(self, events: Sequence[Event]) -> None:
        """Show another call."""
        self.pause()
        self._events = events
        self.ruler.show_events(events)

    def toggle(self) -> None:
        """Play from the moment that is looked at, from the beginning if it is the end; or pause."""
        if self.is_playing:
            self.pause()
            return
        if not self._events:
            return
        place_ns = self.ruler.place_ns
        at_end = place_ns is None or place_ns >= self._events[-1].t_ns
        self._at_ns, self._told = (0.0 if at_end or place_ns is None else float(place_ns)), -1
        self._clock_s = time.perf_counter()
        self._timer.start()
        self.play.set_icon_name("pause")
        self._on_tick()

    def pause(self) -> None:
        """Let time stand still."""
        self._timer.stop()
        self.play.set_icon_name("play")

    def set_speed(self, speed: float) -> None:
        """Choose how fast it is played: 0.1 to 10."""
        self.speed.setCurrentText(_times(speed))

    def hideEvent(self, event: object) -> None:
        """Nobody looks: time stands still."""
        self.pause()
        super().hideEvent(event)  # pyright: ignore[reportArgumentType] - Qt's own

    def _on_tick(self) -> None:
        now_s = time.perf_counter()
        self._at_ns += (now_s - self._clock_s) * 1e9 * SPEEDS[self.speed.currentIndex()]
        self._clock_s = now_s
        self._show(round(self._at_ns))
        if self._at_ns >= self._events[-1].t_ns:
            self.pause()

    def _on_sought(self, t_ns: int) -> None:
        self._at_ns, self._clock_s, self._told = float(t_ns), time.perf_counter(), -1
        self._show(t_ns)

    def _show(self, t_ns: int) -> None:
        self.ruler.set_place(min(t_ns, self._events[-1].t_ns))
        place = place_of(self._events, t_ns)
        if place != self._told:
            self._told = place
            self.moved.emit(place)


def place_of(events: Sequence[Event], t_ns: int) -> int:
    """Return the place of the last event up to a moment; 0 for a moment before the first."""
    return max(0, bisect_right(events, t_ns, key=_moment) - 1)


def _times(speed: float) -> str:
    return f"{figures.number(speed, 'g')}x"


def _moment(event: Event) -> int:
    return event.t_ns
