"""Fields: text, search, number, choice; each says when its value is wrong."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDropEvent,
    QFocusEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QWidget,
)

from fal_studio.core.paste.addresses import is_more_than_an_id
from fal_studio.ui import dropping, icons, mirroring, paint
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Scale
from fal_studio.ui.widgets.labels import Label, Mark
from fal_studio.words import tr

_ABOUT = "about"


def mark_error(field: QWidget, message: str = "") -> None:
    """Mark a field as wrong, with the reason as its tooltip and description; no message takes the mark away.

    What `describe` said of the field stays behind the reason.
    """
    state = "error" if message else ""
    if field.property("state") != state:
        field.setProperty("state", state)
        field.update()
    field.setToolTip(message)
    _tell(field, message)


def describe(field: QWidget, about: str) -> None:
    """Say what a field takes: its kind, unit, bounds and default; a screen reader reads it behind the name."""
    field.setProperty(_ABOUT, about)
    _tell(field, field.toolTip() if field.property("state") == "error" else "")


def _tell(field: QWidget, message: str) -> None:
    parts = (message, str(field.property(_ABOUT) or ""))
    field.setAccessibleDescription(" ".join(f"{part.rstrip('.')}." for part in parts if part))


class TextField(QLineEdit):
    """One line of text, optionally with an icon in front."""

    def __init__(
        self,
        text: str = "",
        placeholder: str = "",
        *,
        name: str = "",
        icon: str = "",
        scale: Scale = "",
        mono: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon = icon
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        self.setProperty("scale", scale)
        self._make_room()
        if mono:
            self._follow_theme()
            current().changed.connect(self._follow_theme)

    def _follow_theme(self) -> None:
        self.setFont(current().font("mono"))

    def _make_room(self) -> None:
        px = current().px
        self.setTextMargins(px(16 + 6) if self._icon else 0, 0, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the room in front for the icon when the text zoom changes."""
        self._make_room()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and its icon."""
        super().paintEvent(event)
        if self._icon:
            theme = current()
            side = theme.px(16)
            box = QRect(theme.px(9), (self.height() - side) // 2, side, side)
            role = "text.3" if self.isEnabled() else "text.off"
            icons.draw(QPainter(self), box, self._icon, theme.color(role))


class SearchField(TextField):
    """A field that filters; Esc clears it first."""

    def __init__(self, placeholder: str, *, scale: Scale = "", parent: QWidget | None = None) -> None:
        super().__init__("", placeholder, icon="search", scale=scale, parent=parent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say under the pointer what does not fit into the field."""
        super().resizeEvent(event)
        need, margins = self.fontMetrics().horizontalAdvance(self.placeholderText()), self.textMargins()
        has = self.contentsRect().width() - margins.left() - margins.right() - 4
        self.setToolTip(self.placeholderText() if need > has else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear on Esc; an empty field leaves Esc to the window."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


class SpinBox(QSpinBox):
    """A whole number with minus and plus side by side. The wheel changes it only while it has the focus.

    Numbers beyond 32 bits (seeds) belong in a TextField.
    """

    def __init__(
        self,
        value: int = 0,
        minimum: int = 0,
        maximum: int = 99,
        *,
        name: str = "",
        prefix: str = "",
        scale: Scale = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setRange(minimum, maximum)
        self.setPrefix(prefix)
        self.setValue(value)
        self.setAccessibleName(name)
        self.setProperty("scale", scale)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def stepBy(self, steps: int) -> None:
        """Step without marking the number, which Qt would leave marked when the keyboard is elsewhere."""
        super().stepBy(steps)
        self.lineEdit().deselect()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let a pane scroll under the pointer."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave no number marked that nobody is about to replace."""
        super().focusOutEvent(event)
        self.lineEdit().deselect()


class ChoiceBox(QComboBox):
    """A list to choose from. The wheel changes it only while it has the focus."""

    def __init__(
        self, choices: Sequence[str] = (), chosen: str = "", *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.addItems(list(choices))
        if chosen:
            self.setCurrentText(chosen)
        self.setAccessibleName(name)
        # On Linux Qt tells a screen reader what is chosen in place of the name: the name is said behind it.
        self.setAccessibleDescription(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return the least size. Qt keeps the one from before when the words become smaller, but not the size it likes."""
        return super().minimumSizeHint().boundedTo(self.sizeHint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let a pane scroll under the pointer."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Slider(QSlider):
    """A slider; its filled part is blue when the value will be sent, grey for a default."""

    def __init__(
        self,
        value: int,
        minimum: int,
        maximum: int,
        *,
        sent: bool = False,
        name: str = "",
        orientation: Qt.Orientation = Qt.Orientation.Horizontal,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(orientation, parent)
        self.setRange(minimum, maximum)
        self.setValue(value)
        self.setProperty("sent", sent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_sent(self, *, sent: bool) -> None:
        """Say whether the value will be sent."""
        self.setProperty("sent", sent)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let a pane scroll under the pointer."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class FieldError(QWidget):
    """The line under a wrong field. Its room is kept while it is empty, so nothing moves."""

    def __init__(self, message: str = "", parent: QWidget | None = None, *, wraps: bool = False) -> None:
        super().__init__(parent)
        self._icon = Mark("failed", "bad", 14, self)
        self._words = Label(message, "cell", "bad")
        self._words.setWordWrap(wraps)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.set_message(message)

    def set_message(self, message: str) -> None:
        """Show a message, or none."""
        self._words.setText(message)
        self._icon.setVisible(bool(message))


BROWSE = tr("Browse models…")
"""The last line of the list of endpoints: it leads to all others."""


class ModelBox(QComboBox):
    """The endpoint field of the run bar: type or choose an id; the owner part is quieter.

    `editTextChanged` and `activated` are the combo's own; `endpoint()` is the text without spaces around it.
    """

    open_wanted = Signal(str)
    """Text was pasted or dropped that is more than an id: a command, code, JSON."""
    browse_wanted = Signal()
    """The last line of the list was chosen; put back the text that stood there."""

    def __init__(
        self, endpoints: Sequence[str] = (), *, icon: str = "image", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        # This makes the box editable; `setEditable` would also make the list that drops down, and PySide would
        # then make all of its classes to find out what the list's parts are.
        field = _EndpointEdit(self)
        field.open_wanted.connect(self.open_wanted)
        self.setLineEdit(field)
        field.setAccessibleName(tr("Endpoint"))
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setProperty("scale", "l")
        self.setAccessibleName(tr("Endpoint"))
        self.setAccessibleDescription(tr("Endpoint"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(11)
        # Without this the longest id of the catalogue decides, as soon as Qt measures the box anew.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(16)
        self.set_endpoints(endpoints)
        self.activated.connect(self._on_activated)
        if (completer := self.completer()) is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)

    def set_endpoints(self, endpoints: Sequence[str]) -> None:
        """Offer other endpoints; the text stays."""
        text = self.currentText()
        self.clear()
        self.addItems(list(endpoints))
        self.insertSeparator(self.count())
        self.addItem(BROWSE)
        if text:
            self.setEditText(text)

    def set_icon(self, name: str) -> None:
        """Show what kind of model it is."""
        self._icon = name
        self.update()

    def _on_activated(self, index: int) -> None:
        if self.itemText(index) == BROWSE:
            self.browse_wanted.emit()

    def endpoint(self) -> str:
        """Return what is typed, without spaces around it."""
        return self.currentText().strip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box and the icon in front."""
        super().paintEvent(event)
        theme = current()
        side = theme.px(16)
        box = QRect(theme.px(9), (self.height() - side) // 2, side, side)
        box = mirroring.seen(box, self.rect(), self.layoutDirection())
        icons.draw(QPainter(self), box, self._icon, theme.color("text.3"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the room for the icon."""
        super().resizeEvent(event)
        if (field := self.lineEdit()) is not None:
            is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            room = current().px(16 + 6)
            field.setTextMargins(0 if is_mirrored else room, 0, room if is_mirrored else 0, 0)


class _EndpointEdit(QLineEdit):
    """Shows the owner part quieter while nobody types; does not take what is more than an id."""

    open_wanted = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                action.triggered.disconnect()
                action.triggered.connect(self._paste)
        menu.popup(event.globalPos())

    def dropEvent(self, event: QDropEvent) -> None:
        text = event.mimeData().text()
        if is_more_than_an_id(text):
            dropping.take(event)
            self.open_wanted.emit(text)
            return
        super().dropEvent(event)

    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text()
        if is_more_than_an_id(text):
            self.open_wanted.emit(text)
        else:
            self.paste()

    def paintEvent(self, event: QPaintEvent) -> None:
        owner, slash, rest = self.text().partition("/")
        if self.hasFocus() or not slash or not self.isEnabled():
            super().paintEvent(event)
            return
        theme = current()
        painter = QPainter(self)
        room = self.textMargins()
        area = self.rect().adjusted(room.left() + 2, 0, -room.right(), 0)
        font = theme.font("body")
        used = paint.text(painter, area, owner + slash, font, theme.color("text.3"))
        area.setLeft(area.left() + round(used))
        shown = QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideMiddle, area.width())
        paint.text(painter, area, shown, font, theme.color("text.1"))
