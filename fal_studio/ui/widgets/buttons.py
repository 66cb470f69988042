"""Buttons: default, primary, quiet, danger, link; with icon, key hint, menu."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from fal_studio.ui import icons, key_choice, paint
from fal_studio.ui.tokens import Role

Kind = Literal["default", "primary", "quiet", "danger", "link", "workspace", "moving", "good", "ask"]
"""`moving`, `good` and `ask` show a live state; `workspace` is a choice in the top bar."""
Scale = Literal["s", "", "l"]
"""Heights 24, 28, 32."""

_INK: dict[str, Role] = {
    "primary": "on.accent", "danger": "bad", "link": "accent.text",
    "moving": "accent.text", "good": "good", "ask": "ask", "default": "text.1",
}  # fmt: skip


class Button(QPushButton):
    """A push button. `hint` is a key shown behind the words; the action itself is bound elsewhere."""

    def __init__(
        self,
        text: str,
        kind: Kind = "default",
        *,
        icon: str = "",
        scale: Scale = "",
        hint: str = "",
        menu: QMenu | None = None,
        checkable: bool = False,
        tooltip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon_name = icon
        self.setProperty("kind", kind)
        self.setProperty("scale", scale)
        self.setProperty("hint", hint)
        self.setCheckable(checkable)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(tooltip)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        if menu is not None:
            self.setMenu(menu)
        self._show_icon()

    def set_kind(self, kind: Kind) -> None:
        """Change the look, for example when a live state changes."""
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self._show_icon()
            paint.refresh_style(self)

    def set_icon_name(self, name: str) -> None:
        """Change the icon; an empty name takes it away."""
        self._icon_name = name
        self._show_icon()

    def width_with(self, words: str) -> int:
        """Return how wide it is with these words, in pixels; "" for its icon alone."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = words  # pyright: ignore[reportAttributeAccessIssue] - the stubs know no fields
        kind = QStyle.ContentsType.CT_PushButton
        return self.style().sizeFromContents(kind, option, self.iconSize(), self).width()

    def set_hint(self, hint: str) -> None:
        """Change the key behind the words."""
        if self.property("hint") != hint:
            self.setProperty("hint", hint)
            self.updateGeometry()
            self.update()

    def _show_icon(self) -> None:
        if self._icon_name:
            kind = str(self.property("kind"))
            self.setIcon(icons.icon(self._icon_name, _INK.get(kind, "text.2")))
        elif not self.icon().isNull():
            self.setIcon(type(self.icon())())


class ActionButton(Button):
    """A quiet small button that gives a command of the registry: its words, its state, and why it cannot be given."""

    def __init__(self, action: QAction, icon: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", "quiet", icon=icon, scale="s", parent=parent)
        self._action = action
        self._given = text
        self._is_bare = False
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def set_bare(self, *, is_bare: bool) -> None:
        """Show only the icon where there is little room."""
        self._is_bare = is_bare
        self._follow()

    def _follow(self) -> None:
        words = self._given or self._action.text().replace("&", "").rstrip("…")
        self.setText("" if self._is_bare else words)
        self.setAccessibleName(words)
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())


class IconButton(Button):
    """A quiet square button that shows only an icon; `name` is what it does, for tooltip and screen reader."""

    def __init__(
        self,
        icon: str,
        name: str,
        *,
        scale: Scale = "",
        kind: Kind = "quiet",
        menu: QMenu | None = None,
        checkable: bool = False,
        shortcut_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._key = shortcut_text
        tip = self._tip(name)
        super().__init__("", kind, icon=icon, scale=scale, checkable=checkable, tooltip=tip, parent=parent)
        self.setAccessibleName(name)
        if shortcut_text:
            self._told = name, tip
            key_choice.current().commands_changed.connect(self._follow_key)
        if menu is not None:
            # No arrow: an icon with a menu opens it by itself.
            self.clicked.connect(lambda: menu.popup(self.mapToGlobal(self.rect().bottomLeft())))

    def _tip(self, name: str) -> str:
        key = QKeySequence(key_choice.current().now(self._key) if self._key else "")
        words = key.toString(QKeySequence.SequenceFormat.NativeText)
        return f"{name} ({words})" if words else name

    def _follow_key(self) -> None:
        """Tell the command's other key; who has said something else since then is left alone."""
        name, tip = self._told
        if self.toolTip() == tip:
            self._told = name, self._tip(name)
            self.setToolTip(self._told[1])
