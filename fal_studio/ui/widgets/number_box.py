"""Fields for numbers of any size: one with minus and plus, one without. They take any text; who owns them judges it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QWidget

from fal_studio.ui.widgets.fields import TextField

_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


class NumberBox(QAbstractSpinBox):
    """A number with minus and plus side by side; unlike Qt's own it is not bound to 32 bits and shows wrong values."""

    edited = Signal(str)
    stepped = Signal(int)
    """Somebody pressed plus (1), minus (-1) or a page key (10, -10)."""

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._down, self._up = True, True
        self.line.textEdited.connect(self.edited)

    @property
    def line(self) -> QLineEdit:
        """The text in it."""
        return self.lineEdit()

    def set_possible(self, *, down: bool, up: bool) -> None:
        """Say which steps lead somewhere."""
        if (down, up) != (self._down, self._up):
            self._down, self._up = down, up
            self.update()

    def stepBy(self, steps: int) -> None:
        """Tell the step; the number changes when the owner shows another one."""
        self.stepped.emit(steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Return which of minus and plus are on."""
        flags = QAbstractSpinBox.StepEnabledFlag
        return (flags.StepUpEnabled if self._up else flags.StepNone) | (
            flags.StepDownEnabled if self._down else flags.StepNone
        )

    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        """Take any text."""
        return QValidator.State.Acceptable, text, pos

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let a pane scroll under the pointer."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberLine(TextField):
    """A number without minus and plus; the arrow keys step."""

    stepped = Signal(int)
    resized = Signal()
    """It is wider or narrower than before."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell what may choose its words by the room."""
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrow and page keys."""
        steps = _STEPS.get(Qt.Key(event.key()))
        if steps is not None and not event.modifiers() & ~_KEYPAD:
            self.stepped.emit(steps)
            return
        super().keyPressEvent(event)
