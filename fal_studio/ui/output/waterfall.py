"""The waterfall: the whole call, each of its exchanges and files as bars on one time scale."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from fal_studio.core import events as e
from fal_studio.core.events import Event, FileState
from fal_studio.core.exchanges import Exchange, exchanges
from fal_studio.core.purpose import REDIRECTED
from fal_studio.core.stages import Step
from fal_studio.core.timeline import spans
from fal_studio.figures import number
from fal_studio.ui import paint, theme
from fal_studio.ui.models import seconds
from fal_studio.words import told, tr

ROW, _NAME_PX, _TIME_PX, ROOM = 28, 132, 64, 12
_NAME_PART = 0.34
"""Of the width, for the names at most."""
_SOON_NS = 60_000_000_000
_TICK_NS = 1_000_000
"""Messages that came closer together than a millisecond are one tick."""


class Bar(msgspec.Struct, frozen=True):
    """A stretch of a row, in nanoseconds since the call's start."""

    step: Step
    start_ns: int
    end_ns: int

    @property
    def word(self) -> str:
        """What it is, in the language of this run."""
        return told(self.step)


class Lane(msgspec.Struct, frozen=True):
    """One row: the whole call, or one exchange."""

    name: str
    bars: tuple[Bar, ...]
    exchange: Exchange | None = None
    file: e.Download | None = None
    """A file of the result that was fetched; its time is beside that of the call."""
    arrivals_ns: tuple[int, ...] = ()
    """When messages came or went."""

    @property
    def length_ns(self) -> int:
        """How long it took: its bars follow each other without a gap."""
        return self.bars[-1].end_ns - self.bars[0].start_ns if self.bars else 0


def lanes_of(events: Sequence[Event]) -> tuple[Lane, ...]:
    """Return the whole call, whose bars sum to the wall clock, and under it each exchange."""
    whole = tuple(Bar(span.step, span.start_ns, span.end_ns) for span in spans(events))
    if not whole:
        return ()
    return (Lane(tr("whole call"), whole), *(_lane(one) for one in exchanges(events)), *_files(events))


def _files(events: Sequence[Event]) -> list[Lane]:
    """Return the files that were fetched, each try that ended; a call's result is there before they are."""
    lanes: list[Lane] = []
    end_ns = next((event.t_ns for event in reversed(events) if isinstance(event.fact, e.ENDS)), 0)
    for event in events:
        fact = event.fact
        if event.t_ns > end_ns + _SOON_NS:
            break  # one fetched days later would leave the call itself no room
        if isinstance(fact, e.Download) and fact.state is not FileState.FETCHING and fact.took_s > 0:
            name = urlsplit(fact.url).path.rpartition("/")[2] or tr("file")
            began_ns = max(0, event.t_ns - round(fact.took_s * 1e9))
            bar = Bar(Step.DOWNLOAD, began_ns, event.t_ns)
            lanes.append(Lane(tr("file {name}").format(name=name), (bar,), file=fact))
    return lanes


def _lane(one: Exchange) -> Lane:
    at_ns, bars = one.start_ns, list[Bar]()
    for step, length_ns in one.marks.steps.items():
        if length_ns:
            bars.append(Bar(step, at_ns, at_ns + length_ns))
            at_ns += length_ns
    seen_ns = sorted({event.t_ns // _TICK_NS * _TICK_NS for event in one.messages})
    word, _, rest = one.why.partition(" ")
    purpose = told(word)
    if rest:
        again = tr("redirected") if rest == REDIRECTED else tr("try {number}").format(number=one.number)
        purpose = f"{purpose}, {again}"
    only = (Bar(Step.PREPARE, one.start_ns, one.end_ns),)
    outcome = "" if one.status == 101 or 200 <= one.status < 300 else f": {one.status}"
    if not one.status:
        outcome = "" if one.end is None and not one.error else f": {tr('no answer')}"
    return Lane(purpose + outcome, tuple(bars) or only, one, arrivals_ns=tuple(seen_ns))


class Bars(QWidget):
    """Painted bars that tell what lies under the pointer."""

    def event(self, event: object) -> bool:
        """Tell what the bar under the pointer is."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._words_at(event.pos()), self)
            return True
        return super().event(event)  # pyright: ignore[reportArgumentType] - Qt's own

    def _words_at(self, at: QPoint) -> str:
        """Return what the bar at a place is, "" where there is none."""
        raise NotImplementedError


class Waterfall(Bars):
    """Draws the lanes; `chosen` tells the index of one. Arrow keys walk.

    Time runs from left to right also in a mirrored window, as on every instrument.
    """

    chosen = Signal(int)
    menu_wanted = Signal(QPoint)
    """Offer what can be done with the chosen lane, at this place of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Exchanges of the call: arrow keys walk"))
        self.setProperty("ownFocus", True)  # noqa: FBT003 - a property value; the chosen row shows it
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
        return QSize(300, theme.current().px(ROW) * max(1, len(self._lanes)))

    def row_of(self, index: int) -> QRect:
        """Return where the row of a lane is."""
        high = theme.current().px(ROW)
        return QRect(0, index * high, self.width(), high)

    def choose(self, index: int) -> None:
        """Choose a lane, and tell."""
        if 0 <= index < len(self._lanes):
            self.index = index
            self._tell()
            self.update()
            self.chosen.emit(index)

    def _tell(self) -> None:
        """Say in words what the chosen lane shows: its name, how long it took, and its bars."""
        lane = self._lanes[self.index] if self._lanes else None
        if lane is None:
            self.setAccessibleDescription("")
            return
        words = tr("{name}, {index} of {count}, {length}: {bars}").format(
            name=lane.name,
            index=self.index + 1,
            count=len(self._lanes),
            length=short(lane.length_ns),
            bars=_bars_in_words(lane),
        )
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the lane under the pointer."""
        self.choose(int(event.position().y()) // theme.current().px(ROW))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done, at the pointer or at the chosen lane; a press has chosen the lane under it."""
        at = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            at = self.mapToGlobal(self.row_of(self.index).bottomLeft() + QPoint(theme.current().px(ROOM), 0))
        if self._lanes:
            self.menu_wanted.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.choose(self.index + step)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw names, bars and times."""
        colours = theme.current()
        px = colours.px
        painter = QPainter(self)
        high = px(ROW)
        for place, lane in enumerate(self._lanes):
            top = place * high
            if place == self.index:
                painter.fillRect(0, top, self.width(), high, colours.color("bg.chosen"))
                painter.fillRect(0, top, 2, high, colours.color("accent.line"))
            names = self.name_px - px(ROOM + 8)
            draw_text(painter, px(ROOM), top, names, high, lane.name, is_strong=place == 0)
            for bar in lane.bars:
                paint.stage(painter, self._rect(bar, top), bar.step)
            for t_ns in lane.arrivals_ns:
                x = self.x_of(t_ns)
                painter.fillRect(QRectF(x, top + px(6), 1, px(3)), colours.color("text.2"))
            right = self.width() - px(_TIME_PX + ROOM)
            draw_text(painter, right, top, px(_TIME_PX), high, short(lane.length_ns), is_right=True)
        if self.hasFocus() and self._lanes:
            row = QRectF(self.row_of(self.index))
            paint.frame(painter, row, 0, None, colours.color("focus"), 2.0)
        painter.end()

    @property
    def name_px(self) -> int:
        """How far from the left the bars begin: as the longest name wants, within reason."""
        px, metrics = theme.current().px, QFontMetrics(theme.current().font("cell"))
        longest = max((metrics.horizontalAdvance(lane.name) for lane in self._lanes), default=0)
        return min(
            max(px(_NAME_PX), longest + px(ROOM + 12)), max(px(_NAME_PX), int(self.width() * _NAME_PART))
        )

    def x_of(self, t_ns: int) -> float:
        """Return where a moment is."""
        left = self.name_px
        wide = self.width() - left - theme.current().px(_TIME_PX + 2 * ROOM)
        return left + wide * t_ns / max(1, self.end_ns)

    def _rect(self, bar: Bar, top: int) -> QRectF:
        px, start, end = theme.current().px, self.x_of(bar.start_ns), self.x_of(bar.end_ns)
        return QRectF(start, top + px(9), max(2.0, end - start), px(10))

    @property
    def end_ns(self) -> int:
        """When the last bar ends."""
        return max((lane.bars[-1].end_ns for lane in self._lanes if lane.bars), default=1)

    def _words_at(self, at: QPoint) -> str:
        number = at.y() // theme.current().px(ROW)
        if not 0 <= number < len(self._lanes):
            return ""
        top = number * theme.current().px(ROW)
        return words_at(at, [(bar, self._rect(bar, top)) for bar in self._lanes[number].bars])


def words_at(at: QPoint, placed: Sequence[tuple[Bar, QRectF]]) -> str:
    """Return what the bar under the pointer is, "" where there is none."""
    for bar, rect in placed:
        if rect.adjusted(-1, -6, 1, 6).contains(at.toPointF()):
            return f"{bar.word}: {short(bar.end_ns - bar.start_ns)}"
    return ""


def _bars_in_words(lane: Lane) -> str:
    return ", ".join(f"{bar.word} {short(bar.end_ns - bar.start_ns)}" for bar in lane.bars)


def line_of(lane: Lane) -> str:
    """Return a lane in one line: its name, how long it took, and its bars."""
    return tr("{name}, {length}: {bars}").format(
        name=lane.name, length=short(lane.length_ns), bars=_bars_in_words(lane)
    )


def added_up(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """Return one bar for each stage, as long as all of that stage together; they are in no place."""
    lengths: dict[Step, int] = {}
    for bar in bars:
        lengths[bar.step] = lengths.get(bar.step, 0) + bar.end_ns - bar.start_ns
    return tuple(Bar(step, 0, length) for step, length in lengths.items())


def short(length_ns: int) -> str:
    """Return a duration; below ten milliseconds the tenths count: a lookup and a handshake are that short."""
    if length_ns >= 9_950_000:
        return seconds(length_ns / 1e9)
    if length_ns < 50_000:
        return tr("< 0.1 ms")
    return tr("{length} ms").format(length=number(length_ns / 1e6, ".1f"))


def draw_text(
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
    """Draw words on one line of a row, cut where there is no more room."""
    colours = theme.current()
    letters = colours.font("chosen" if is_strong else font)
    painter.setFont(letters)
    painter.setPen(colours.color("text.1" if is_strong else "text.2"))
    short = QFontMetrics(letters).elidedText(words, Qt.TextElideMode.ElideRight, width)
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    paint.words_in(painter, QRect(left, top, width, high), int(side | Qt.AlignmentFlag.AlignVCenter), short)
