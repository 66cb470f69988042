"""The strip of numbers: round trips, their spread, what became of inputs, sizes, and the send policy."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.realtime.figures import Match
from fal_studio.core.realtime.pacing import WORDS, Pace, Policy
from fal_studio.ui.realtime.chart import TripBars, TripLine
from fal_studio.ui.realtime.session import LiveSession
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.fields import ChoiceBox, SpinBox
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label

HEIGHT = 118
NONE = "–"
_COUNTS = ("sent", "answered", "superseded", "lost", "in flight")
_SIZES = ("answers", "out, a frame", "in, a frame", "on screen", "last ping")


class Numbers(QWidget):
    """Everything is in its fixed place, so nothing moves as numbers grow."""

    pace_chosen = Signal(object)
    """A Pace."""
    buffering_chosen = Signal(object)
    """How many inputs may wait at the server, None for the server's own rule; from the next start on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self.line, self.bars = TripLine(self), TripBars(self)
        self.match = ElidedLabel(f"round trip, last 60 s, {Match.NONE}", "caption", "3")
        self.quantiles = {name: Label(NONE, "value", "1") for name in ("p50", "p95", "p99")}
        self.counts = {name: Label("0", "value", "1") for name in _COUNTS}
        self.sizes = {name: Label(NONE, "value", "1") for name in _SIZES}
        self.policy = ChoiceBox(
            [policy.capitalize() for policy in Policy], Policy.LATEST.capitalize(), name="Send"
        )
        self.explained = Label(WORDS[Policy.LATEST], "caption", "2")
        self.explained.setWordWrap(True)
        self.explained.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.buffer = SpinBox(
            2, 0, 60, name="How many inputs may wait at the server (max_buffering)", scale="s"
        )
        self.buffer.setSpecialValueText("server's")
        self.buffer.setToolTip(
            "max_buffering: how many inputs may wait at the server, from the next start on"
        )
        self.policy.textActivated.connect(self._on_policy)
        self.buffer.valueChanged.connect(self._on_buffer)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(6), px(12), px(6))
        row.setSpacing(px(12))
        row.addLayout(self._trips(), 4)
        row.addWidget(Divider(Qt.Orientation.Vertical))
        row.addWidget(self.bars, 2)
        for labels in (self.counts, self.sizes):
            row.addWidget(Divider(Qt.Orientation.Vertical))
            row.addLayout(_table(labels))
        row.addWidget(Divider(Qt.Orientation.Vertical))
        row.addLayout(self._sending(), 3)
        self.setFixedHeight(px(HEIGHT))

    def show_session(self, session: LiveSession, shown_age_ms: float | None) -> None:
        """Show the numbers as they are now."""
        figures, now_ns = session.figures, session.now_ns
        quantiles, trips = figures.quantiles(), figures.trips()
        self.match.set_text(f"round trip, last 60 s, {figures.match}")
        for name, label in self.quantiles.items():
            label.setText(f"{getattr(quantiles, name):.0f} ms" if quantiles is not None else NONE)
        self.line.show_trips(trips, figures.losses_ns(), now_ns, quantiles)
        self.bars.show_trips(trips, quantiles)
        counts = (figures.sent, figures.answered, session.pacer.superseded, figures.lost, figures.in_flight)
        for label, count in zip(self.counts.values(), counts, strict=True):
            label.setText(f"{count:,}")
        self.counts["lost"].set_tone("bad" if figures.lost else "1")
        self.counts["answered"].setToolTip(
            f"{figures.late:,} came after the answer to a later input, {figures.strays:,} belong to no open input."
        )
        values = (
            f"{figures.answers_a_second(now_ns):.1f} /s" if session.is_live else NONE,
            _size(figures.out_frame_bytes),
            _size(figures.in_frame_bytes),
            NONE if shown_age_ms is None else age(shown_age_ms),
            NONE if figures.ping_ms is None else f"{figures.ping_ms:.0f} ms",
        )
        for label, value in zip(self.sizes.values(), values, strict=True):
            label.setText(value)

    def show_pace(self, pace: Pace) -> None:
        """Show a policy as the chosen one."""
        self.policy.setCurrentText(pace.policy.capitalize())
        self.explained.setText(WORDS[pace.policy])

    def _on_policy(self, text: str) -> None:
        pace = Pace(Policy(text.lower()))
        self.show_pace(pace)
        self.pace_chosen.emit(pace)

    def _on_buffer(self, value: int) -> None:
        self.buffering_chosen.emit(value or None)

    def _trips(self) -> QVBoxLayout:
        px = current().px
        column, row, grid = QVBoxLayout(), QHBoxLayout(), QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(0)
        for place, (name, label) in enumerate(self.quantiles.items()):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setMinimumWidth(px(56))
            grid.addWidget(Label(name, "control", "2"), place, 0)
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
        for row, words, field in ((first, "send", self.policy), (last, "buffer", self.buffer)):
            row.setSpacing(px(8))
            label = Label(words, "control", "2")
            label.setMinimumWidth(px(40))
            row.addWidget(label)
            row.addWidget(field, 1 if field is self.policy else 0)
        last.addStretch(1)
        self.explained.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        column.setSpacing(px(4))
        column.addLayout(first)
        column.addWidget(self.explained, 1)
        column.addLayout(last)
        return column


def _table(labels: dict[str, Label]) -> QGridLayout:
    px = current().px
    grid = QGridLayout()
    grid.setHorizontalSpacing(px(14))
    grid.setVerticalSpacing(0)
    for place, (name, label) in enumerate(labels.items()):
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setMinimumWidth(px(54))
        label.setAccessibleName(name)
        grid.addWidget(Label(name, "control", "2"), place, 0)
        grid.addWidget(label, place, 1)
    return grid


def _size(value: float | None) -> str:
    return NONE if value is None else in_bytes(round(value))


def age(milliseconds: float) -> str:
    """Return the age of a picture: 120 ms, 3.4 s, 2 min."""
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.0f} min"
