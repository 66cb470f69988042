"""Where the time of a call went, on one line: a bar in proportion, and the same in words."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.core.events import Event
from fal_studio.core.stages import Step
from fal_studio.core.timeline import spans, step_now
from fal_studio.ui import paint
from fal_studio.ui.queue.words import exact
from fal_studio.ui.theme import current, text_width
from fal_studio.words import told


class StageTime(NamedTuple):
    """How long a call was in one stage, in seconds."""

    step: Step
    seconds: float

    @property
    def words(self) -> str:
        """What it is, in the language of this run."""
        return told(self.step)


MOST_EVENTS = 20_000
"""A longer call is not looked through every second while it goes on."""


def stages_of(events: Sequence[Event], age_s: float, *, is_ended: bool) -> list[StageTime]:
    """Return what a call did and for how long; a call that goes on counts to now. The times add up to all of it."""
    if not events or (len(events) > MOST_EVENTS and not is_ended):
        return []
    found = list(spans(list(events)))
    times: dict[Step, float] = {}
    for span in found:
        times[span.step] = times.get(span.step, 0.0) + span.length_ns / 1e9
    if not is_ended:
        last = step_now(list(events))
        times[last] = times.get(last, 0.0) + max(0.0, age_s - events[-1].t_ns / 1e9)
    return [StageTime(step, seconds) for step, seconds in times.items() if seconds > 0]


class StageLine(QWidget):
    """A bar of 8 px and a line of words under it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stages: list[StageTime] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_stages(self, stages: list[StageTime]) -> None:
        """Show other times."""
        self._stages = stages
        self.setAccessibleName(", ".join(f"{stage.words} {exact(stage.seconds)}" for stage in stages))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the bar and the words."""
        return QSize(200, current().px(8 + 6) + current().line_px("caption"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both."""
        del event
        theme = current()
        painter = QPainter(self)
        whole = sum(stage.seconds for stage in self._stages)
        if not whole:
            return
        x, high = 0.0, theme.px(8)
        room = self.width() - (len(self._stages) - 1)
        for stage in self._stages:
            wide = max(2.0, room * stage.seconds / whole)
            paint.stage(painter, QRectF(x, 0, min(wide, self.width() - x), high), stage.step)
            x += wide + 1
        self._paint_words(painter, high + theme.px(6))

    def _paint_words(self, painter: QPainter, top: float) -> None:
        theme = current()
        x, side = 0.0, theme.px(8)
        line = theme.line_px("caption")
        for stage, wide in self._named():
            value = exact(stage.seconds)
            paint.stage(painter, QRectF(x, top + (line - side) / 2, side, side), stage.step)
            room = QRectF(x + side + theme.px(5), top, wide, line)
            used = paint.text(painter, room, f"{stage.words} ", theme.font("caption"), theme.color("text.3"))
            room.adjust(used, 0, theme.px(40), 0)
            paint.text(painter, room, value, theme.font("caption"), theme.color("text.1"))
            x += wide + theme.px(12)

    def _named(self) -> list[tuple[StageTime, float]]:
        """Return the stages whose words have room, with how wide they are: the longest first, in the order of time."""
        theme = current()
        wides = [
            theme.px(8) + theme.px(5) + text_width("caption", f"{stage.words} {exact(stage.seconds)}")
            for stage in self._stages
        ]
        chosen: set[int] = set()
        room = float(self.width())
        for place in sorted(range(len(wides)), key=lambda place: -self._stages[place].seconds):
            if wides[place] <= room:
                chosen.add(place)
                room -= wides[place] + theme.px(12)
        return [(self._stages[place], wides[place]) for place in sorted(chosen)]
