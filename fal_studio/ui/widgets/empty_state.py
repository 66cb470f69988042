"""What a pane shows before there is anything: one sentence, one button, two or three keys."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.ui import key_choice, paint
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.chips import KeyCap
from fal_studio.ui.widgets.key_sentence import KeySentence
from fal_studio.ui.widgets.key_words import caps_of
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.ui.widgets.run_button import RUN_KEY

_WIDE = 408
_LINE = 320


class EmptyState(QWidget):
    """Hero sentence (keys in braces), a line, a primary button and shortcuts, centred on the stage.

    `shortcuts` are pairs of keys and words: `(("Ctrl", "K"), "find any model")`.
    """

    action_wanted = Signal()

    def __init__(
        self,
        hero: str,
        line: str = "",
        *,
        action: str = "",
        icon: str = "",
        shortcuts: Sequence[tuple[Sequence[str], str]] = (),
        ground: Role = "bg.stage",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ground: Role = ground
        self._sentence = hero
        self._hero = KeySentence(_with_keys_now(hero))
        self._line = Paragraph(line, "body", "2", centred=True)
        # Not setVisible: a widget without a parent would flash up as a window of its own.
        if not line:
            self._line.hide()
        self._button = Button(action, "primary", icon=icon, scale="l")
        if not action:
            self._button.hide()
        self._button.clicked.connect(self.action_wanted)
        self._column = QWidget()
        self._more = QWidget(self._column)
        """The line and the shortcuts: they go first when there is little room."""
        self._keys: list[tuple[str, KeyCap, Label]] = []
        """The shortcuts as they were at first, and what shows them now."""
        self._lay(shortcuts)
        key_choice.current().commands_changed.connect(self._show_keys)
        self._show_keys()

    def set_texts(self, hero: str, line: str = "", action: str = "") -> None:
        """Say something else."""
        self._sentence = hero
        self._hero.set_sentence(_with_keys_now(hero))
        self._line.set_text(line)
        self._line.setVisible(bool(line))
        self._button.setText(action)
        self._button.setVisible(bool(action))

    def focus_action(self) -> bool:
        """Put the keyboard to the button; False if there is none."""
        if self._button.isHidden():
            return False
        self._button.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def minimumSizeHint(self) -> QSize:
        """Return room for the sentence and the button."""
        least = super().minimumSizeHint()
        return QSize(
            least.width(),
            least.height() - self._more.sizeHint().height() if self._has_more() else least.height(),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the shortcuts out when they do not fit."""
        super().resizeEvent(event)
        if self._has_more():
            whole = self._column.sizeHint().height() + (
                0 if self._more.isVisibleTo(self) else self._more.sizeHint().height()
            )
            self._more.setVisible(self.height() >= whole + 2 * 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        del event
        paint.fill(QPainter(self), self.rect(), current().color(self._ground))

    def _show_keys(self) -> None:
        """Show the keys that the commands have now; a command without one is not told."""
        self._hero.set_sentence(_with_keys_now(self._sentence))
        for first, caps, words in self._keys:
            now = key_choice.current().now(first)
            caps.set_keys(*caps_of(now))
            for part in (caps, words):
                part.setVisible(bool(now))

    def _has_more(self) -> bool:
        return self._more.layout() is not None

    def _lay(self, shortcuts: Sequence[tuple[Sequence[str], str]]) -> None:
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._hero)
        column.addWidget(self._line)
        column.addSpacing(8)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        if shortcuts:
            more = QVBoxLayout(self._more)
            more.setContentsMargins(0, 16, 0, 0)
            more.setSpacing(8)
            rule = Divider(role="line.control")
            rule.setMaximumWidth(_LINE)
            rule.setMinimumWidth(min(_LINE, 160))
            middle = QHBoxLayout()
            middle.addStretch(1)
            middle.addWidget(rule, 100)
            middle.addStretch(1)
            more.addLayout(middle)
            more.addSpacing(4)
            more.addLayout(self._shortcut_grid(shortcuts))
            column.addWidget(self._more)
        else:
            self._more.hide()
        self._column.setMaximumWidth(current().px(_WIDE))
        around = QHBoxLayout()
        around.addStretch(1)
        around.addWidget(self._column, 100)
        around.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addStretch(1)
        whole.addLayout(around)
        whole.addStretch(1)

    def _shortcut_grid(self, shortcuts: Sequence[tuple[Sequence[str], str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for row, (keys, told) in enumerate(shortcuts):
            caps, words = KeyCap(parent=self._more), Label(told, "cell", "2", parent=self._more)
            self._keys.append(("+".join(keys), caps, words))
            grid.addWidget(caps, row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(words, row, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(3, 1)
        return grid


def _with_keys_now(sentence: str) -> str:
    """Return a sentence that tells the key of Run with the key that Run has now."""
    now = key_choice.current().now(RUN_KEY)
    if now in ("", RUN_KEY):
        return sentence
    return sentence.replace("{Ctrl} {Enter}", " ".join(f"{{{part}}}" for part in now.split("+")))
