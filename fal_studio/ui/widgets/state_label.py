"""A call's state as people read it: shape, word and colour; the running arc turns."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import icons, mirroring, paint
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.ticker import Moving
from fal_studio.ui.tokens import STATES, Tone
from fal_studio.words import told

TURN_S = 1.2


class StateLabel(Moving):
    """Icon and word of a state. The word is one of `tokens.STATES`; `words` may say more, for example "Live 02:14"."""

    def __init__(
        self, state: str = "draft", words: str = "", *, style: str = "control", parent: QWidget | None = None
    ) -> None:
        super().__init__(current().ticker, parent)
        self._style = style
        self._state = ""
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_state(state, words)

    def state(self) -> str:
        """Return the state's word."""
        return self._state

    def set_state(self, state: str, words: str = "") -> None:
        """Show another state. Raises KeyError for a word that is no state."""
        tone = STATES[state]
        words = words or told(state)
        if (state, words) == (self._state, self._words):
            return
        self._state = state
        self._words = words
        self._tone: Tone = tone
        self.setAccessibleName(self._words)
        self.set_moving(moving=state == "running")
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return room for icon and word."""
        theme = current()
        width = theme.px(16 + 6) + text_width(self._style, self._words) + 1
        return QSize(round(width + 0.5), max(theme.line_px(self._style), theme.px(16)))

    def minimumSizeHint(self) -> QSize:
        """Return room for the icon and a few letters."""
        return QSize(current().px(16 + 6 + 24), self.sizeHint().height())

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon and word."""
        del event
        draw_state(QPainter(self), QRectF(self.rect()), self._state, self._words, style=self._style)


def draw_state(
    painter: QPainter, area: QRectF, state: str, words: str = "", *, style: str = "control"
) -> None:
    """Draw icon and word of a state into a row; delegates use this too."""
    theme = current()
    tone = STATES[state]
    color = theme.color(tone.role)
    side = theme.px(16)
    turning = state == "running" and not theme.reduced_motion
    angle = 360 * theme.ticker.turn(TURN_S) if turning else 0.0
    box = QRectF(area.left(), round(area.center().y() - side / 2), side, side)
    icons.draw(painter, box, tone.icon, color, angle)
    rest = area.adjusted(theme.px(16 + 6), 0, 0, 0)
    paint.text(painter, rest, words or told(state), theme.font(style), color)
