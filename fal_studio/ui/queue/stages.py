"""Where the time of a call went, on one line: a bar in proportion, and the same in words."""

from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.core.call import CallState
from fal_studio.ui import paint
from fal_studio.ui.queue.words import exact
from fal_studio.ui.theme import current, text_width


class StageTime(NamedTuple):
    """One stretch of a call: a stage of `tokens.STAGES`, its words and its seconds."""

    stage: str
    words: str
    seconds: float


def stages_of(state: CallState, age_s: float) -> list[StageTime]:
    """Return what a call did and for how long, as far as it was seen; a call that goes on counts to now."""
    end_s = state.elapsed_s if state.is_ended else age_s
    marks = [
        ("submit", "sending", 0.0),
        ("queue wait", "in line", _s(state.enqueued_t_ns)),
        ("run", "run", _s(state.running_t_ns)),
        ("result fetch", "fetch", _s(state.fetching_t_ns)),
    ]
    reached = [(stage, words, at) for stage, words, at in marks if at is not None]
    found: list[StageTime] = []
    for number, (stage, words, at) in enumerate(reached):
        until = reached[number + 1][2] if number + 1 < len(reached) else end_s
        found.append(StageTime(stage, words, max(0.0, until - at)))
    return [stage for stage in found if stage.seconds > 0]


def _s(t_ns: int | None) -> float | None:
    return None if t_ns is None else t_ns / 1e9


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
            paint.stage(painter, QRectF(x, 0, min(wide, self.width() - x), high), stage.stage)
            x += wide + 1
        self._paint_words(painter, high + theme.px(6))

    def _paint_words(self, painter: QPainter, top: float) -> None:
        theme = current()
        x, side = 0.0, theme.px(8)
        line = theme.line_px("caption")
        for stage in self._stages:
            value = exact(stage.seconds)
            wide = side + theme.px(5) + text_width("caption", f"{stage.words} {value}")
            if x + wide > self.width():
                break
            paint.stage(painter, QRectF(x, top + (line - side) / 2, side, side), stage.stage)
            room = QRectF(x + side + theme.px(5), top, wide, line)
            used = paint.text(painter, room, f"{stage.words} ", theme.font("caption"), theme.color("text.3"))
            room.adjust(used, 0, theme.px(40), 0)
            paint.text(painter, room, value, theme.font("caption"), theme.color("text.1"))
            x += wide + theme.px(12)
