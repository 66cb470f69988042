"""The Run button: one press runs, its arrow offers the other ways to run."""

from typing import Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from fal_studio.ui import icons, key_choice, mirroring, paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.key_words import beside
from fal_studio.words import tr

RUN_KEY: Final = "Ctrl+Return"
"""Of the command Run at first."""
_ARROW: Final = 25
_SIDE: Final = 12
_ICON: Final = 16
_GAP: Final = 6


class RunButton(QAbstractButton):
    """A split button. `run_wanted` tells a press; `blocked_clicked` a press while a reason forbids running.

    It stays focusable while it is blocked, so that the keyboard reaches the reason. The down arrow opens the menu.
    """

    run_wanted = Signal()
    blocked_clicked = Signal()

    def __init__(
        self,
        text: str = tr("Run"),
        *,
        hint: str | None = None,
        menu: QMenu | None = None,
        icon: str = "play",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._hint = hint or ""
        self._hint_shown = True
        self._menu = menu
        self._icon = icon
        self._reason = ""
        self._in_arrow = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        if hint is None:
            key_choice.current().commands_changed.connect(self._show_key)
            self._show_key()

    def _show_key(self) -> None:
        self._hint = beside(key_choice.current().now(RUN_KEY))
        self.updateGeometry()
        self.update()

    def set_menu(self, menu: QMenu | None) -> None:
        """Offer other ways to run; None takes the arrow away."""
        self._menu = menu
        self.updateGeometry()
        self.update()

    def menu(self) -> QMenu | None:
        """Return the menu behind the arrow."""
        return self._menu

    def set_blocked(self, reason: str) -> None:
        """Say why running is not possible now; an empty reason allows it again."""
        if reason == self._reason:
            return
        self._reason = reason
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)
        self.update()

    def set_icon(self, icon: str) -> None:
        """Show another icon before the word."""
        if icon != self._icon:
            self._icon = icon
            self.update()

    @property
    def is_blocked(self) -> bool:
        """Whether a reason forbids running."""
        return bool(self._reason)

    def set_hint_shown(self, *, shown: bool) -> None:
        """Show the key behind the word, or save its room in a narrow window."""
        if shown != self._hint_shown:
            self._hint_shown = shown
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for icon, word, key and arrow."""
        theme = current()
        widths = [theme.px(_ICON), QFontMetricsF(theme.font("value")).horizontalAdvance(self.text())]
        if self._hint and self._hint_shown:
            widths.append(QFontMetricsF(theme.font("caption")).horizontalAdvance(self._hint) + theme.px(2))
        main = sum(widths) + theme.px(_GAP) * (len(widths) - 1) + 2 * theme.px(_SIDE)
        return QSize(round(main + 0.5) + self._arrow_width(), theme.px(tokens.LARGE))

    def minimumSizeHint(self) -> QSize:
        """Return the same: the word is never cut."""
        return self.sizeHint()

    def open_menu(self) -> None:
        """Open the menu under the button."""
        if self._menu is not None and self.isEnabled():
            self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the menu on the down arrow, run on Enter."""
        if event.key() == Qt.Key.Key_Down and self._menu is not None:
            self.open_menu()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the menu on the arrow."""
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and self._menu is not None and self._over_arrow(event.position().x()):
            self.open_menu()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the part under the pointer."""
        over = self._over_arrow(event.position().x())
        if over != self._in_arrow:
            self._in_arrow = over
            self.update()
        super().mouseMoveEvent(event)

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both parts."""
        del event
        theme = current()
        painter = QPainter(self)
        usable = self.isEnabled() and not self._reason
        whole = QRectF(self.rect())
        arrow = float(self._arrow_width())
        main = whole.adjusted(0, 0, -arrow, 0)
        if usable:
            self._paint_fills(painter, whole, main)
        else:
            self._paint_outline(painter, whole, main)
        self._paint_words(painter, main, "on.accent" if usable else "text.off")
        if arrow:
            side = theme.px(_ICON)
            box = QRectF(main.right() + 1 + (arrow - 1 - side) / 2, whole.center().y() - side / 2, side, side)
            icons.draw(painter, box, "chevron-down", theme.color("on.accent" if usable else "text.off"))

    def _paint_fills(self, painter: QPainter, whole: QRectF, main: QRectF) -> None:
        theme = current()
        radius = theme.px(tokens.RADIUS)
        hover = self.underMouse()
        press = self.isDown()
        fill: Role = (
            "accent.press" if press else "accent.hover" if hover and not self._in_arrow else "accent.fill"
        )
        painter.save()
        painter.setClipRect(mirroring.placed(main))
        paint.frame(painter, whole, radius, theme.color(fill))
        painter.restore()
        if main.width() < whole.width():
            painter.save()
            painter.setClipRect(mirroring.placed(whole.adjusted(main.width() + 1, 0, 0, 0)))
            over: Role = "accent.hover" if hover and self._in_arrow else "accent.fill"
            paint.frame(painter, whole, radius, theme.color(over))
            painter.restore()

    def _paint_outline(self, painter: QPainter, whole: QRectF, main: QRectF) -> None:
        theme = current()
        color = theme.color("line.subtle")
        paint.frame(painter, whole, theme.px(tokens.RADIUS), None, color)
        if main.width() < whole.width():
            paint.box(painter, QRectF(main.right(), whole.top() + 1, 1, whole.height() - 2), color)

    def _paint_words(self, painter: QPainter, main: QRectF, role: Role) -> None:
        theme = current()
        ink = theme.color(role)
        gap = theme.px(_GAP)
        side = theme.px(_ICON)
        x = main.left() + theme.px(_SIDE)
        icons.draw(painter, QRectF(x, main.center().y() - side / 2, side, side), self._icon, ink)
        x += side + gap
        room = QRectF(x, main.top(), main.right() - x, main.height())
        x += paint.text(painter, room, self.text(), theme.font("value"), ink) + gap + 2
        if self._hint and self._hint_shown:
            room = QRectF(x, main.top(), main.right() - x, main.height())
            paint.text(painter, room, self._hint, theme.font("caption"), ink)

    def _arrow_width(self) -> int:
        return current().px(_ARROW) + 1 if self._menu is not None else 0

    def _over_arrow(self, x: float) -> bool:
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            x = self.width() - 1 - x
        return self._menu is not None and x >= self.width() - self._arrow_width()

    def _on_clicked(self) -> None:
        if self._reason:
            self.blocked_clicked.emit()
        else:
            self.run_wanted.emit()
