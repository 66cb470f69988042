"""One request taken apart: what it was sent with, every exchange on one time scale, and where each one's time went."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.events import Event
from fal_studio.core.exchanges import Exchange, exchanges
from fal_studio.core.request import Request
from fal_studio.core.timeline import Part, spans
from fal_studio.ui import paint, theme
from fal_studio.ui.models import seconds
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.finding import Finder
from fal_studio.ui.widgets.labels import Divider

_ROW, _NAME_PX, _TIME_PX, _ROOM = 28, 132, 64, 12
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
    Part.WAITING: "run",
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
    return (Lane("whole call", whole), *(_lane(one) for one in exchanges(events)))


def _lane(one: Exchange) -> Lane:
    at_ns, bars = one.start_ns, list[Bar]()
    for word, name, stage in _STEPS:
        length_ns: int = getattr(one.marks, name) or 0
        if length_ns:
            bars.append(Bar(word, stage, at_ns, at_ns + length_ns))
            at_ns += length_ns
    again = f", attempt {one.number}" if one.number > 1 else ""
    return Lane(
        f"{one.why}{again}", tuple(bars) or (Bar("blocked", "prepare", one.start_ns, one.end_ns),), one
    )


class Waterfall(QWidget):
    """Draws the lanes; `chosen` tells the index of one. Arrow keys walk."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Exchanges of the call: arrow keys walk")
        self._lanes: tuple[Lane, ...] = ()
        self.index = 0

    def show_lanes(self, lanes: tuple[Lane, ...]) -> None:
        """Show these."""
        self._lanes = lanes
        self.index = min(self.index, max(0, len(lanes) - 1))
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        return QSize(300, theme.current().px(_ROW) * max(1, len(self._lanes)))

    def choose(self, index: int) -> None:
        """Choose a lane, and tell."""
        if 0 <= index < len(self._lanes):
            self.index = index
            self.update()
            self.chosen.emit(index)

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
                painter.fillRect(0, top, self.width(), high, colours.color("bg.selected"))
                painter.fillRect(0, top, 2, high, colours.color("accent.line"))
            _text(painter, px(_ROOM), top, px(_NAME_PX - _ROOM), high, lane.name, is_strong=number == 0)
            for bar in lane.bars:
                rect = self._rect(bar, top)
                if rect.width() >= 0.5:
                    paint.stage(painter, rect, bar.stage)
            right = self.width() - px(_TIME_PX + _ROOM)
            _text(painter, right, top, px(_TIME_PX), high, seconds(lane.length_ns / 1e9), is_right=True)
        painter.end()

    def _rect(self, bar: Bar, top: int) -> QRectF:
        px = theme.current().px
        left, span_ns = px(_NAME_PX), max(1, self._end_ns)
        width = self.width() - left - px(_TIME_PX + 2 * _ROOM)
        start = left + width * bar.start_ns / span_ns
        return QRectF(start, top + px(9), max(1.0, width * (bar.end_ns - bar.start_ns) / span_ns), px(10))

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


class Inspector(QWidget):
    """The waterfall, and the chosen exchange in full."""

    archive_wanted = Signal()
    transcript_wanted = Signal()
    copy_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self.lanes: tuple[Lane, ...] = ()
        self._request: Request | None = None
        self._request_id = ""
        self.waterfall = Waterfall()
        self.waterfall.chosen.connect(self._show_detail)
        self._text = QPlainTextEdit(self)
        self._text.setAccessibleName("The chosen exchange")
        self._text.setReadOnly(True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setTabChangesFocus(True)
        self._archive = Button(
            "Save as HAR", icon="save", scale="s", tooltip="Save as HTTP archive, without keys"
        )
        self._archive.clicked.connect(self.archive_wanted)
        self._transcript = Button(
            "Save transcript", icon="save", scale="s", tooltip="Save every byte as it came"
        )
        self._transcript.clicked.connect(self.transcript_wanted)
        self._copy = Button("Copy request id", icon="copy", scale="s")
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self._request_id))
        self._lay_out()
        self.finder = Finder(self._text, "the exchange", lambda bar: self._below.insertWidget(0, bar))
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """What is told of the chosen lane."""
        return self._text.toPlainText()

    def show_call(
        self, events: Sequence[Event], request: Request | None, request_id: str, *, has_bytes: bool
    ) -> None:
        """Show a call as far as it is; `has_bytes`: there is a transcript of it."""
        self._request, self._request_id = request, request_id
        self.lanes = lanes_of(events)
        self.waterfall.show_lanes(self.lanes)
        for button in (self._archive, self._transcript, self._copy):
            button.setEnabled(bool(self.lanes))
        self._transcript.setVisible(has_bytes)
        self._copy.setVisible(bool(request_id))
        self._show_detail(self.waterfall.index)

    def open_find(self) -> None:
        """Look for words."""
        self.finder.open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self.finder.step(step)

    def _show_detail(self, index: int) -> None:
        if not self.lanes:
            text = "Run a request to see where its time goes."
        elif (one := self.lanes[index].exchange) is None:
            text = _whole_text(self.lanes[0], self._request)
        else:
            text = _exchange_text(self.lanes[index], one)
        if text != self._text.toPlainText():
            self._text.setPlainText(text)

    def _lay_out(self) -> None:
        px = theme.current().px
        tools = QHBoxLayout()
        tools.setContentsMargins(px(12), px(6), px(12), px(6))
        tools.setSpacing(px(8))
        for button in (self._archive, self._transcript):
            tools.addWidget(button)
        tools.addStretch(1)
        tools.addWidget(self._copy)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = laid(QWidget(), "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.waterfall)
        column.addStretch(1)
        area.setWidget(inner)
        below = QWidget(self)
        self._below = QVBoxLayout(below)
        self._below.setContentsMargins(0, 0, 0, 0)
        self._below.setSpacing(0)
        self._below.addWidget(self._text, 1)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(area)
        split.addWidget(below)
        split.setSizes([220, 260])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(tools)
        whole.addWidget(Divider())
        whole.addWidget(split, 1)

    def _on_theme_changed(self) -> None:
        self._text.setFont(theme.current().font("mono"))
        self._text.document().setDocumentMargin(theme.current().px(12))


def _ms(length_ns: int) -> str:
    return f"{length_ns / 1e6:12,.2f} ms"


def _whole_text(lane: Lane, request: Request | None) -> str:
    rows = [f"{bar.word:<24}{_ms(bar.end_ns - bar.start_ns)}" for bar in lane.bars]
    rows.append(f"{'together, the wall clock':<24}{_ms(lane.length_ns)}")
    if request is not None:
        rows += ["", "Sent with", f"    mode: {request.mode.value}", f"    profile: {request.profile}"]
        options = msgspec.to_builtins(request.options)
        # Headers may hold a secret: the exchange shows them as they went, with secrets replaced.
        rows += [
            f"    {name}: {value}" for name, value in options.items() if name not in ("headers", "query")
        ]
    return "\n".join(rows)


def _exchange_text(lane: Lane, one: Exchange) -> str:
    rows = [f"{one.method} {one.url}"]
    rows += [f"    {name}: {value}" for name, value in one.sent_headers.items()]
    body = f", body {in_bytes(one.sent_bytes)}" if one.sent_bytes >= 0 else ""
    connection = "reused connection" if one.reused else "new connection"
    rows += ["", f"{connection} to {one.remote or 'nobody'}, {one.http_version}{body}", ""]
    if one.status:
        rows.append(f"{one.status}" + (f", body {in_bytes(one.body_bytes)}" if one.body_bytes >= 0 else ""))
        rows += [f"    {name}: {value}" for name, value in one.headers.items()]
    else:
        rows.append(f"No answer. {one.error}".strip())
    rows.append("")
    rows += [f"{bar.word:<12}{_ms(bar.end_ns - bar.start_ns)}" for bar in lane.bars]
    rows.append(f"{'together':<12}{_ms(lane.length_ns)}")
    return "\n".join(rows)


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
) -> None:
    colours = theme.current()
    font = colours.font("chosen" if is_strong else "cell")
    painter.setFont(font)
    painter.setPen(colours.color("text.1" if is_strong else "text.2"))
    short = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, width)
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(left, top, width, high, int(side | Qt.AlignmentFlag.AlignVCenter), short)
