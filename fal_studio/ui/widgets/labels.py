"""Words on a pane: labels in a type style and tone, dividers between panes."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from fal_studio.ui import icons, paint
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import Role

TextTone = Literal["1", "2", "3", "off", "good", "bad", "ask", "moving"]
TextType = Literal[
    "hero", "title", "body", "value", "control", "chosen", "cell", "caption", "header", "section", "mono"
]
TONE_ROLES: dict[str, Role] = {
    "1": "text.1", "2": "text.2", "3": "text.3", "off": "text.off",
    "good": "good", "bad": "bad", "ask": "ask", "moving": "accent.text",
}  # fmt: skip


_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


class Label(QLabel):
    """Plain words in a type style and a tone."""

    def __init__(
        self,
        text: str = "",
        style: TextType = "control",
        tone: TextTone = "2",
        *,
        selectable: bool = False,
        of: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`of`: the field that it names."""
        super().__init__(text, parent)
        if QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            # Else English words, such as those of a server, would stand at the left there.
            self.setAlignment(_AT_RIGHT)
        if of is not None:
            self.setBuddy(of)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._type: TextType = style
        self._tone: TextTone = tone
        self._follow_theme()
        current().changed.connect(self._follow_theme)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.setCursor(Qt.CursorShape.IBeamCursor)

    def set_tone(self, tone: TextTone) -> None:
        """Change the colour."""
        if self._tone != tone:
            self._tone = tone
            self._follow_theme()

    def _follow_theme(self) -> None:
        theme = current()
        font = theme.font(self._type)
        if font != self.font():
            self.setFont(font)
        palette = QPalette()
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            palette.setColor(group, QPalette.ColorRole.WindowText, theme.color(TONE_ROLES[self._tone]))
        palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText, theme.color("text.off"))
        self.setPalette(palette)


class ElidedLabel(QWidget):
    """One line that ends in an ellipsis when there is no room; the whole is in the tooltip.

    An endpoint id can be shown with its owner part quieter: pass `quiet_until="/"`.
    """

    def __init__(
        self,
        text: str = "",
        style: TextType = "control",
        tone: TextTone = "2",
        *,
        quiet_until: str = "",
        is_trailing: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`is_trailing`: it stands at the end of its room, not at the beginning."""
        super().__init__(parent)
        self._style = style
        self._is_trailing = is_trailing
        self._tone = tone
        self._quiet_until = quiet_until
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the whole text."""
        return QSize(round(text_width(self._style, self._text) + 1.5), current().line_px(self._style))

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters."""
        return QSize(min(self.sizeHint().width(), current().px(24)), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        del event
        theme = current()
        painter = QPainter(self)
        tone = theme.color(TONE_ROLES[self._tone] if self.isEnabled() else "text.off")
        quiet, loud = split_quiet(self._text, self._quiet_until)
        area = self.rect()
        font = theme.font(self._style)
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        if self._is_trailing is not is_mirrored:
            area.setLeft(max(area.left(), area.right() + 1 - self.sizeHint().width()))
        if quiet:
            used = paint.text(painter, area, quiet, font, theme.color("text.3"))
            area = area.adjusted(round(used), 0, 0, 0)
        paint.text(painter, area, loud, font, tone)


def split_quiet(text: str, mark: str) -> tuple[str, str]:
    """Return the part up to and with the first `mark`, and the rest; no mark means no quiet part."""
    head, found, tail = text.partition(mark) if mark else ("", "", text)
    return (head + found, tail) if found else ("", text)


class Divider(QFrame):
    """A line of 1 px between panes or groups; crisp at every scale because it is a filled area."""

    def __init__(
        self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, role: Role = "line.subtle",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._role: Role = role
        if orientation == Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the line."""
        del event
        paint.box(QPainter(self), self.rect(), current().color(self._role))


class Mark(QWidget):
    """An icon that only shows something; the words beside it say the same."""

    def __init__(
        self, icon: str, role: Role = "text.2", size_px: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._role: Role = role
        self._size = size_px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str, role: Role) -> None:
        """Show another icon in another colour."""
        self._icon, self._role = icon, role
        self.update()

    def sizeHint(self) -> QSize:
        """Return the icon's square."""
        side = current().px(self._size)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon."""
        del event
        icons.draw(QPainter(self), self.rect(), self._icon, current().color(self._role))
