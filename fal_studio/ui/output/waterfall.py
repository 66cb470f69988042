"""The waterfall: the whole call and each of its exchanges as bars on one time scale, with a key of their colours."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from fal_studio.core.events import Event
from fal_studio.core.exchanges import Exchange, exchanges
from fal_studio.core.timeline import Part, spans
from fal_studio.ui import paint, theme
from fal_studio.ui.models import seconds
from fal_studio.words import tr

_ROW, _NAME_PX, _TIME_PX, _ROOM = 28, 132, 64, 12
_SWATCH_PX = 18
_TICK_NS = 1_000_000
"""Messages that came closer together than a millisecond are one tick."""
_STEPS = (
    ("blocked", "blocked_ns", "prepare"),
    ("DNS", "dns_ns", "token"),
    ("connect", "connect_ns", "connect"),
    ("TLS", "tls_ns", "submit"),
    ("send", "send_ns", "upload"),
    ("wait", "wait_ns", "queue wait"),
    ("receive", "receive_ns", "result fetch"),
)
"""What is shown of an exchange: word, field of Marks, and stage whose look it has."""
_PARTS = {
    Part.PREPARING: "prepare",
    Part.HELD: "held back",
    Part.UPLOADING: "upload",
    Part.TOKEN: "token",
    Part.CONNECTING: "connect",
    Part.SENDING: "submit",
    Part.WAITING: "queue wait",
    Part.QUEUED: "queue wait",
    Part.RUNNING: "run",
    Part.STREAMING: "run",
    Part.LIVE: "run",
    Part.FETCHING: "result fetch",
    Part.RECEIVING: "result fetch",
}


class Bar(msgspec.Struct, frozen=True):
    """A stretch of a row, in nanoseconds since the call's start."""

    word: str
    stage: str
    start_ns: int
    end_ns: int


class Lane(msgspec.Struct, frozen=True):
    """One row: the whole call, or one exchange."""

    name: str
    bars: tuple[Bar, ...]
    exchange: Exchange | None = None
    arrivals_ns: tuple[int, ...] = ()
    """When messages came or went."""

    @property
    def length_ns(self) -> int:
        """How long it took: its bars follow each other without a gap."""
        return self.bars[-1].end_ns - self.bars[0].start_ns if self.bars else 0


def lanes_of(events: Sequence[Event]) -> tuple[Lane, ...]:
    """Return the whole call, whose bars sum to the wall clock, and under it each exchange."""
    whole = tuple(
        Bar(span.part.value, _PARTS.get(span.part, "unexplained"), span.start_ns, span.end_ns)
        for span in spans(events)
    )
    if not whole:
        return ()
    return (Lane(tr("whole call"), whole), *(_lane(one) for one in exchanges(events)))


def _lane(one: Exchange) -> Lane:
    at_ns, bars = one.start_ns, list[Bar]()
    for word, name, stage in _STEPS:
        length_ns: int = getattr(one.marks, name) or 0
        if length_ns:
            bars.append(Bar(word, stage, at_ns, at_ns + length_ns))
            at_ns += length_ns
    seen_ns = sorted({event.t_ns // _TICK_NS * _TICK_NS for event in one.messages})
    again = tr(", attempt {number}").format(number=one.number) if one.number > 1 else ""
    only = (Bar("blocked", "prepare", one.start_ns, one.end_ns),)
    return Lane(f"{one.why}{again}", tuple(bars) or only, one, tuple(seen_ns))


class Waterfall(QWidget):
    """Draws the lanes; `chosen` tells the index of one. Arrow keys walk."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Exchanges of the call: arrow keys walk"))
        self._lanes: tuple[Lane, ...] = ()
        self.index = 0

    def show_lanes(self, lanes: tuple[Lane, ...]) -> None:
        """Show these."""
        self._lanes = lanes
        self.index = min(self.index, max(0, len(lanes) - 1))
        self._tell()
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        rows = len(self._lanes) + self._key_rows()
        return QSize(300, theme.current().px(_ROW) * max(1, rows))

    def resizeEvent(self, event: object) -> None:
        """Take another line for the key where one is too short."""
        super().resizeEvent(event)  # pyright: ignore[reportArgumentType] - Qt's own
        self.setMinimumHeight(self.sizeHint().height())

    def choose(self, index: int) -> None:
        """Choose a lane, and tell."""
        if 0 <= index < len(self._lanes):
            self.index = index
            self._tell()
            self.setMinimumHeight(self.sizeHint().height())
            self.update()
            self.chosen.emit(index)

    def _tell(self) -> None:
        """Say in words what the chosen lane shows: its name, how long it took, and its bars."""
        lane = self._lanes[self.index] if self._lanes else None
        if lane is None:
            self.setAccessibleDescription("")
            return
        bars = ", ".join(f"{bar.word} {seconds((bar.end_ns - bar.start_ns) / 1e9)}" for bar in lane.bars)
        words = tr("{name}, {index} of {count}, {length_ns}: {bars}").format(
            name=lane.name,
            index=self.index + 1,
            count=len(self._lanes),
            length_ns=seconds(lane.length_ns / 1000000000.0),
            bars=bars,
        )
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the lane under the pointer."""
        self.choose(int(event.position().y()) // theme.current().px(_ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.choose(self.index + step)

    def event(self, event: object) -> bool:
        """Tell what the bar under the pointer is."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._words_at(event.pos()), self)
            return True
        return super().event(event)  # pyright: ignore[reportArgumentType] - Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw names, bars and times."""
        colours = theme.current()
        px = colours.px
        painter = QPainter(self)
        high = px(_ROW)
        for number, lane in enumerate(self._lanes):
            top = number * high
            if number == self.index:
                painter.fillRect(0, top, self.width(), high, colours.color("bg.chosen"))
                painter.fillRect(0, top, 2, high, colours.color("accent.line"))
            _text(painter, px(_ROOM), top, px(_NAME_PX - _ROOM), high, lane.name, is_strong=number == 0)
            for bar in lane.bars:
                rect = self._rect(bar, top)
                if rect.width() >= 0.5:
                    paint.stage(painter, rect, bar.stage)
            for t_ns in lane.arrivals_ns:
                x = self._x(t_ns)
                painter.fillRect(QRectF(x, top + px(6), 1, px(3)), colours.color("text.2"))
            right = self.width() - px(_TIME_PX + _ROOM)
            _text(painter, right, top, px(_TIME_PX), high, seconds(lane.length_ns / 1e9), is_right=True)
        for bar, x, row in self._key():
            top = (len(self._lanes) + row) * high
            paint.stage(painter, QRectF(x, top + px(9), px(_SWATCH_PX), px(10)), bar.stage)
            left = x + px(_SWATCH_PX + 6)
            _text(painter, left, top, self.width() - left, high, _key_words(bar), font="caption")
        painter.end()

    def _key(self) -> list[tuple[Bar, int, int]]:
        """Return the parts of the chosen lane, added up, each with its place and its line under the lanes."""
        if not self._lanes:
            return []
        px, metrics = theme.current().px, QFontMetrics(theme.current().font("caption"))
        placed: list[tuple[Bar, int, int]] = []
        x, row = px(_ROOM), 0
        for bar in added_up(self._lanes[self.index].bars):
            wide = px(_SWATCH_PX + 6 + 16) + metrics.horizontalAdvance(_key_words(bar))
            if x > px(_ROOM) and x + wide > self.width():
                x, row = px(_ROOM), row + 1
            placed.append((bar, x, row))
            x += wide
        return placed

    def _key_rows(self) -> int:
        key = self._key()
        return key[-1][2] + 1 if key else 0

    def _x(self, t_ns: int) -> float:
        px = theme.current().px
        left = px(_NAME_PX)
        return left + (self.width() - left - px(_TIME_PX + 2 * _ROOM)) * t_ns / max(1, self._end_ns)

    def _rect(self, bar: Bar, top: int) -> QRectF:
        px, start, end = theme.current().px, self._x(bar.start_ns), self._x(bar.end_ns)
        return QRectF(start, top + px(9), max(1.0, end - start), px(10))

    @property
    def _end_ns(self) -> int:
        return max((lane.bars[-1].end_ns for lane in self._lanes if lane.bars), default=1)

    def _words_at(self, at: QPoint) -> str:
        number = at.y() // theme.current().px(_ROW)
        if not 0 <= number < len(self._lanes):
            return ""
        top = number * theme.current().px(_ROW)
        for bar in self._lanes[number].bars:
            if self._rect(bar, top).adjusted(-1, -6, 1, 6).contains(at.toPointF()):
                return f"{bar.word}: {seconds((bar.end_ns - bar.start_ns) / 1e9)}"
        return ""


def added_up(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """Return one bar for each word, as long as all of that word together; they are in no place."""
    lengths: dict[tuple[str, str], int] = {}
    for bar in bars:
        key = (bar.word, bar.stage)
        lengths[key] = lengths.get(key, 0) + bar.end_ns - bar.start_ns
    return tuple(Bar(word, stage, 0, length) for (word, stage), length in lengths.items())


def _key_words(bar: Bar) -> str:
    return f"{bar.word} {seconds(bar.end_ns / 1e9)}"


def _text(
    painter: QPainter,
    left: int,
    top: int,
    width: int,
    high: int,
    words: str,
    *,
    is_strong: bool = False,
    is_right: bool = False,
    font: str = "cell",
) -> None:
    colours = theme.current()
    letters = colours.font("chosen" if is_strong else font)
    painter.setFont(letters)
    painter.setPen(colours.color("text.1" if is_strong else "text.2"))
    short = QFontMetrics(letters).elidedText(words, Qt.TextElideMode.ElideRight, width)
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(left, top, width, high, int(side | Qt.AlignmentFlag.AlignVCenter), short)
