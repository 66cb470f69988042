"""A recording: scrubbed, played at any speed, saved, sent again and compared."""

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio import figures
from fal_studio.core import events as e
from fal_studio.core.realtime.recording import Outcome, Recording
from fal_studio.ui.realtime.outcomes import OutcomeTable
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.fields import ChoiceBox, Slider
from fal_studio.ui.widgets.flow import FlowRow
from fal_studio.ui.widgets.labels import Label
from fal_studio.words import tr

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
FRAME_MS = 16
_NS_PER_STEP = 1_000_000
_SLIDER_PX = 120
"""The least width of the slider, at 100 %."""


class Player(QWidget):
    """Two rows under the desk; `moved` tells what was on screen at the position."""

    moved = Signal(object, object)
    """The Sent and the Partial that were the newest, each may be None."""
    lines_wanted = Signal()
    animation_wanted = Signal()
    again_wanted = Signal()
    marked = Signal()
    """Another stretch is marked: `stretch`."""
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self._recording: Recording | None = None
        self._shown: tuple[e.Sent | None, e.Partial | None] = (None, None)
        self._from_ns = 0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_tick)
        self.play = IconButton("play", tr("Play"), shortcut_text="Space", parent=self)
        self.play.clicked.connect(self.toggle)
        self.slider = Slider(0, 0, 1, sent=True, name=tr("Position in the recording, in milliseconds"))
        self.slider.valueChanged.connect(self._on_moved)
        self.slider.sliderPressed.connect(self.stop)
        self.time = Label("", "control", "1")
        self.time.setMinimumWidth(px(110))
        self.speed = ChoiceBox([_times(speed) for speed in SPEEDS], _times(1), name=tr("Speed"))
        self.speed.textActivated.connect(self._on_speed)
        self._from_step, self._to_step = 0, 0
        self.begin = Button(
            tr("Begin"), "quiet", scale="s", hint="I", tooltip=tr("The stretch begins here (I)")
        )
        self.end = Button(tr("End"), "quiet", scale="s", hint="O", tooltip=tr("The stretch ends here (O)"))
        self.begin.clicked.connect(self.begin_here)
        self.end.clicked.connect(self.end_here)
        self.lines = Button(
            tr("JSON lines…"),
            "quiet",
            icon="save",
            tooltip=tr("Save every byte of the stretch with its time; can be replayed"),
        )
        self.animation = Button(
            tr("Animation…"),
            "quiet",
            icon="video",
            tooltip=tr("Save the answers of the stretch as an animated WebP or GIF, or as an MP4"),
        )
        self.again = Button(
            tr("Run again"),
            icon="repeat",
            tooltip=tr(
                "Send the inputs of the stretch with the endpoint and the policy that are chosen now, and compare"
            ),
        )
        self.leave = IconButton("close", tr("Back to drawing"), parent=self)
        self.lines.clicked.connect(self.lines_wanted)
        self.animation.clicked.connect(self.animation_wanted)
        self.again.clicked.connect(self.again_wanted)
        self.leave.clicked.connect(self._on_leave)
        row = FlowRow(8, self)
        row.add(_beside(self.play, self.slider, self.time), 1)
        for part in (_beside(self.begin, self.end, self.speed), _beside(self.lines, self.animation)):
            row.add(part)
        row.add(_beside(self.again, self.leave))
        self.slider.setMinimumWidth(px(_SLIDER_PX))
        self.outcomes: list[Outcome] = []
        self.table = OutcomeTable(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(6), px(12), px(6))
        column.setSpacing(px(4))
        column.addWidget(row)
        column.addWidget(self.table)

    @property
    def recording(self) -> Recording | None:
        """What is played."""
        return self._recording

    @property
    def is_playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    def show_recording(self, recording: Recording, outcome: Outcome) -> None:
        """Show a recording from its beginning."""
        self.stop()
        self._recording = recording
        self._shown = (None, None)
        self.slider.setRange(0, max(1, recording.length_ns // _NS_PER_STEP))
        self.slider.setValue(0)
        self._from_step, self._to_step = 0, self.slider.maximum()
        self.outcomes = []
        self.add_outcome(outcome)
        self._on_moved(0)

    @property
    def stretch(self) -> Recording | None:
        """What is saved and sent again: what is marked, or all of it."""
        recording = self._recording
        if recording is None or self.is_whole:
            return recording
        return recording.part(self._from_step * _NS_PER_STEP, (self._to_step + 1) * _NS_PER_STEP)

    @property
    def is_whole(self) -> bool:
        """Whether all of it is marked."""
        return self._from_step == 0 and self._to_step == self.slider.maximum()

    def begin_here(self) -> None:
        """Let the stretch begin here; at its end, all up to there is marked again."""
        here = self.slider.value()
        self._mark(here, self._to_step if here < self._to_step else self.slider.maximum())

    def end_here(self) -> None:
        """Let the stretch end here; before its beginning, all from the first on is marked again."""
        here = self.slider.value()
        self._mark(self._from_step if here > self._from_step else 0, here)

    def _mark(self, from_step: int, to_step: int) -> None:
        self._from_step, self._to_step = from_step, max(to_step, from_step + 1)
        self._show_time()
        self.marked.emit()

    def show_stretch(self, outcome: Outcome) -> None:
        """Show the numbers of another stretch; runs of the one before are no comparison any more."""
        self.outcomes = []
        self.add_outcome(outcome)

    def add_outcome(self, outcome: Outcome) -> None:
        """Put the numbers of another run under the first."""
        self.outcomes.append(outcome)
        self.table.show_outcomes(self.outcomes)

    def toggle(self) -> None:
        """Play, or stop."""
        if self.is_playing:
            self.stop()
            return
        if self.slider.value() >= self.slider.maximum():
            self.slider.setValue(0)
        self._begin()
        self._timer.start()
        self.play.set_icon_name("pause")

    def stop(self) -> None:
        """Stay where it is."""
        self._timer.stop()
        self.play.set_icon_name("play")

    def position_ns(self) -> int:
        """Return where it is, since its beginning."""
        return self.slider.value() * _NS_PER_STEP

    def _begin(self) -> None:
        self._from_ns = self.position_ns()
        self._clock.start()

    def _on_speed(self, _text: str) -> None:
        if self.is_playing:
            self._begin()

    def _on_tick(self) -> None:
        speed = SPEEDS[self.speed.currentIndex()]
        self.slider.setValue(round((self._from_ns + self._clock.nsecsElapsed() * speed) / _NS_PER_STEP))
        if self.slider.value() >= self.slider.maximum():
            self.stop()

    def _on_moved(self, _value: int) -> None:
        if self._recording is None:
            return
        self._show_time()
        found = self._recording.at(self.position_ns())
        if found != self._shown:
            self._shown = found
            self.moved.emit(*found)

    def _show_time(self) -> None:
        if self._recording is None:
            return
        here, whole = self.position_ns() / 1e9, self._recording.length_ns / 1e9
        words = tr("{here} of {whole} s").format(
            here=figures.number(here, ".2f"), whole=figures.number(whole, ".2f")
        )
        if not self.is_whole:
            words += tr(", {from_step} to {to_step} marked").format(
                from_step=figures.number(self._from_step / 1000.0, ".2f"),
                to_step=figures.number(self._to_step / 1000.0, ".2f"),
            )
        self.time.setText(words)

    def _on_leave(self) -> None:
        self.stop()
        self.closed.emit()


def _times(speed: float) -> str:
    return f"{figures.number(speed, 'g')}x"


def _beside(*parts: QWidget) -> QWidget:
    """Return parts that stay beside each other; a slider among them takes what is left over."""
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(current().px(8))
    for part in parts:
        row.addWidget(part, 1 if isinstance(part, Slider) else 0)
    return group
