"""The strip of numbers: round trips, their spread, what became of inputs, sizes, and the send policy."""

from math import ceil

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.realtime.figures import Figures, Match
from fal_studio.core.realtime.pacing import Pace, Policy, words
from fal_studio.figures import number
from fal_studio.ui.realtime.chart import TripBars, TripLine
from fal_studio.ui.realtime.session import LiveSession
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.fields import ChoiceBox, SpinBox
from fal_studio.ui.widgets.flow import FlowRow
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.words import mark, told, tr

_BLOCK_PX = 106
"""The height of one line of numbers, at 100 %."""
_BARS_PX = 110
_LETTERS = 10
"""So many of a policy's name are seen at least."""
NONE = "–"
_COUNTS = (mark("sent"), mark("answered"), mark("superseded"), mark("lost"), mark("in flight"))
_SIZES = (
    mark("answers"),
    mark("out, a frame"),
    mark("in, a frame"),
    mark("on screen"),
    mark("last ping"),
    mark("link fetched"),
)
_POLICIES = {
    told(policy).capitalize() if told(policy) == policy else told(policy): policy for policy in Policy
}
_QUANTILES = ("p50", "p95", "p99")


def _named(policy: Policy) -> str:
    return next(words for words, one in _POLICIES.items() if one is policy)


class Numbers(QWidget):
    """Everything is in its fixed place, so nothing moves as numbers grow; in more lines where large words need them."""

    policy_chosen = Signal(object)
    """A Policy."""
    buffering_chosen = Signal(int)
    """How many inputs may wait at the server, 0 for the server's own rule; from the next start on."""
    rules_wanted = Signal()
    """All numbers of the session are to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self.line, self.bars = TripLine(self), TripBars(self)
        self.match = ElidedLabel(
            tr("round trip, last 60 s, {none}").format(none=told(Match.NONE)), "caption", "3"
        )
        self.quantiles = {name: Label(NONE, "value", "1") for name in (*_QUANTILES, mark("jitter"))}
        self.counts = {name: Label("0", "value", "1") for name in _COUNTS}
        self.sizes = {name: Label(NONE, "value", "1") for name in _SIZES}
        self.policy = ChoiceBox(list(_POLICIES), _named(Policy.LATEST), name=tr("Send"))
        # Its items are as wide as they are in a language; the line shall not fold for the longest of them.
        self.policy.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.policy.setMinimumContentsLength(_LETTERS)
        self.explained = Label(words(Pace()), "caption", "2")
        self.explained.setWordWrap(True)
        self.explained.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.buffer = SpinBox(
            2, 0, 60, name=tr("How many inputs may wait at the server (max_buffering)"), scale="s"
        )
        self.buffer.setSpecialValueText(tr("server's"))
        self.buffer.setToolTip(
            tr("max_buffering: how many inputs may wait at the server, from the next start on")
        )
        self.rules = IconButton("settings", tr("Rules of the session: numbers, limits, pauses"), parent=self)
        self.rules.clicked.connect(self.rules_wanted)
        self.policy.textActivated.connect(self._on_policy)
        self.buffer.valueChanged.connect(self._on_buffer)
        self._names: dict[str, Label] = {}
        row = FlowRow(24, self, is_divided=True)
        row.add(_block(self._trips()), 4)
        self.bars.setMinimumSize(px(_BARS_PX), px(_BLOCK_PX))
        row.add(self.bars, 2)
        for labels in (self.counts, self.sizes):
            row.add(_block(_table(labels, self._names)))
        row.add(_block(self._sending()), 3)
        around = QHBoxLayout(self)
        around.setContentsMargins(px(12), px(6), px(12), px(6))
        around.addWidget(row)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_session(
        self, session: LiveSession, shown_age_ms: float | None, fetch_ms: float | None = None
    ) -> None:
        """Show the numbers as they are now; `fetch_ms`: how long the last linked picture took, None without one."""
        figures, now_ns = session.figures, session.now_ns
        quantiles, trips = figures.quantiles(), figures.trips()
        self.match.set_text(
            ", ".join((tr("round trip, last 60 s"), told(figures.match), *_oddities(figures)))
        )
        for name in _QUANTILES:
            self.quantiles[name].setText(
                tr("{value} ms").format(value=number(getattr(quantiles, name), ".0f"))
                if quantiles is not None
                else NONE
            )
        jitter_ms = figures.jitter_ms()
        self.quantiles["jitter"].setText(
            NONE if jitter_ms is None else tr("{jitter_ms} ms").format(jitter_ms=number(jitter_ms, ".0f"))
        )
        self.line.show_trips(trips, figures.losses_ns(), now_ns, quantiles)
        self.bars.show_trips(trips, quantiles)
        counts = (figures.sent, figures.answered, session.pacer.superseded, figures.lost, figures.in_flight)
        for label, count in zip(self.counts.values(), counts, strict=True):
            label.setText(number(count))
        self.counts["lost"].set_tone("bad" if figures.lost else "1")
        self.counts["answered"].setToolTip(
            tr("{late} came after the answer to a later input, {strays} belong to no open input.").format(
                late=number(figures.late), strays=number(figures.strays)
            )
        )
        values = (
            f"{number(figures.answers_a_second(now_ns), '.1f')} /s" if session.is_live else NONE,
            _size(figures.out_frame_bytes),
            _size(figures.in_frame_bytes),
            NONE if shown_age_ms is None else age(shown_age_ms),
            _ms(figures.ping_ms),
        )
        for label, value in zip(self.sizes.values(), (*values, _ms(fetch_ms)), strict=True):
            label.setText(value)
        for widget in (self.sizes["link fetched"], self._names["link fetched"]):
            widget.setVisible(fetch_ms is not None)

    def show_pace(self, pace: Pace, buffering: int) -> None:
        """Show the policy with its numbers, and how many inputs may wait at the server (0: its own rule)."""
        self.policy.setCurrentText(_named(pace.policy))
        self.policy.setToolTip(self.policy.currentText())
        self.explained.setText(words(pace))
        self.buffer.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.buffer.setValue(buffering)
        self.buffer.blockSignals(False)  # noqa: FBT003 - Qt's own

    def _on_policy(self, text: str) -> None:
        self.policy_chosen.emit(_POLICIES[text])

    def _on_buffer(self, value: int) -> None:
        self.buffering_chosen.emit(value)

    def _trips(self) -> QVBoxLayout:
        px = current().px
        column, row, grid = QVBoxLayout(), QHBoxLayout(), QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(0)
        for place, (name, label) in enumerate(self.quantiles.items()):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setMinimumWidth(_value_width(56))
            grid.addWidget(Label(told(name), "control", "2"), place, 0)
            grid.addWidget(label, place, 1)
        row.setSpacing(px(14))
        row.addLayout(grid)
        row.addWidget(self.line, 1)
        column.setSpacing(px(2))
        column.addWidget(self.match)
        column.addLayout(row, 1)
        return column

    def _sending(self) -> QVBoxLayout:
        px = current().px
        column, first, last = QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        send, buffer = tr("send"), tr("buffer")
        wide = max(px(40), *(ceil(text_width("control", name)) for name in (send, buffer)))
        for row, name, field in ((first, send, self.policy), (last, buffer, self.buffer)):
            row.setSpacing(px(8))
            label = Label(name, "control", "2", of=field)
            label.setMinimumWidth(wide)
            row.addWidget(label)
            row.addWidget(field, 1 if field is self.policy else 0)
        last.addStretch(1)
        last.addWidget(self.rules)
        self.explained.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        column.setSpacing(px(4))
        column.addLayout(first)
        column.addWidget(self.explained, 1)
        column.addLayout(last)
        return column


def _block(layout: QLayout) -> QWidget:
    """Return what stands together also where the line is folded."""
    block = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    block.setLayout(layout)
    block.setMinimumHeight(current().px(_BLOCK_PX))
    return block


def _table(labels: dict[str, Label], names: dict[str, Label]) -> QGridLayout:
    px = current().px
    grid = QGridLayout()
    grid.setHorizontalSpacing(px(14))
    grid.setVerticalSpacing(0)
    for place, (name, label) in enumerate(labels.items()):
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setMinimumWidth(_value_width(54))
        label.setAccessibleName(told(name))
        names[name] = Label(told(name), "control", "2")
        grid.addWidget(names[name], place, 0)
        grid.addWidget(label, place, 1)
    return grid


def _value_width(least: int) -> int:
    """Return how wide a column of values is in pixels: `least` of the design, more where the language's words are long."""
    longest = tr("{value} ms").format(value=number(8888, ".0f"))
    return max(current().px(least), ceil(text_width("value", longest)))


def _ms(value: float | None) -> str:
    return (
        NONE
        if value is None
        else tr("{value} ms").format(value=number(value, ".1f"))
        if value < 10
        else tr("{value} ms").format(value=number(value, ".0f"))
    )


def _oddities(figures: Figures) -> list[str]:
    """Return what was strange about the answers, in words."""
    found = ((figures.late, tr("out of order")), (figures.strays, tr("twice or too late")))
    return [f"{number(count)} {words}" for count, words in found if count]


def _size(value: float | None) -> str:
    return NONE if value is None else in_bytes(round(value))


def age(milliseconds: float) -> str:
    """Return the age of a picture: 120 ms, 3.4 s, 2 min."""
    if milliseconds < 1000:
        return tr("{milliseconds} ms").format(milliseconds=number(milliseconds, ".0f"))
    seconds = milliseconds / 1000
    return (
        f"{number(seconds, '.1f')} s"
        if seconds < 60
        else tr("{minutes} min").format(minutes=number(seconds / 60, ".0f"))
    )
