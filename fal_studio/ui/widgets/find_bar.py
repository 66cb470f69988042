"""The bar in which one looks for words in a text: the words, how many places have them, and the ways between them."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fal_studio import figures
from fal_studio.ui import mirroring
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.fields import TextField, mark_error
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.words import tr

_USUAL_COUNT = tr("99 of 999")


class FindBar(QWidget):
    """Stands above a text. Enter goes on, Shift+Enter back, Esc closes."""

    changed = Signal()
    """Other words, or capitals matter now, or no more."""
    step_wanted = Signal(int)
    closed = Signal()

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self.field = TextField(
            "", tr("Find in {what}").format(what=what), icon="search", scale="s", parent=self
        )
        self.field.textChanged.connect(self._on_changed)
        self.field.installEventFilter(self)
        self.count = Label("", "caption", "3", parent=self)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.case = Button("Aa", "quiet", scale="s", checkable=True, tooltip=tr("Match case"), parent=self)
        self.case.setAccessibleName(tr("Match case"))
        self.case.toggled.connect(self._on_changed)
        self._back = IconButton(
            "chevron-up", tr("Previous place"), scale="s", shortcut_text="Shift+F3", parent=self
        )
        self._on = IconButton("chevron-down", tr("Next place"), scale="s", shortcut_text="F3", parent=self)
        self._back.clicked.connect(lambda: self.step_wanted.emit(-1))
        self._on.clicked.connect(lambda: self.step_wanted.emit(1))
        self._cross = IconButton("close", tr("Close"), scale="s", shortcut_text="Esc", parent=self)
        self._cross.clicked.connect(self.closed)
        row = QHBoxLayout()
        mirroring.margins(row, px(12), px(6), px(8), px(6))
        row.setSpacing(px(2))
        row.addWidget(self.field, 1)
        row.addSpacing(px(6))
        row.addWidget(self.count)
        row.addSpacing(px(4))
        for part in (self.case, self._back, self._on, self._cross):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(Divider())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_count(0, 0)

    @property
    def words(self) -> str:
        """What is looked for."""
        return self.field.text()

    @property
    def matches_case(self) -> bool:
        """Whether capitals matter."""
        return self.case.isChecked()

    def show_count(self, number: int, count: int, *, is_more: bool = False) -> None:
        """Say which place is shown, from 1 (0 for none of them), of how many; `is_more` if there are more than that."""
        total = f"{figures.number(count)}{('+' if is_more else '')}"
        told = (
            ""
            if not self.words
            else tr("not found")
            if not count
            else tr("{number} of {total}").format(number=figures.number(number), total=total)
            if number
            else total
        )
        is_news = told != self.count.text()
        self.count.setText(told)
        self.count.setMinimumWidth(round(text_width("caption", _USUAL_COUNT)))
        for button in (self._back, self._on):
            button.setEnabled(count > 0)
        mark_error(self.field, tr("Not found") if self.words and not count else "")
        if is_news and told and self.isVisible() and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, told))

    def show_looking(self, values: int) -> None:
        """Say that nothing was found so far, and how many values were looked at."""
        self.count.setText(tr("looked at {values}").format(values=figures.number(values)))
        mark_error(self.field, "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Enter and Esc in the field, also Esc that the window has a command for."""
        if isinstance(event, QKeyEvent) and watched is self.field:
            key = Qt.Key(event.key())
            if event.type() == QEvent.Type.ShortcutOverride and key == Qt.Key.Key_Escape:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self._take_key(key, event.modifiers())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc, also from a button."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window's own command while the keyboard is in here."""
        is_esc = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_esc and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def _on_changed(self, _what: object) -> None:
        self.changed.emit()

    def _take_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        if key == Qt.Key.Key_Escape:
            self.closed.emit()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if modifiers & Qt.KeyboardModifier.ControlModifier:
                return False
            self.step_wanted.emit(-1 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
            return True
        return False
