"""Tabs of a pane: words with a quiet count; the chosen one has a line."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar, QToolButton, QWidget

from fal_studio.ui import icons, paint, tokens
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import Role

_SIDE = 8
_GAP = 6


class Tab(msgspec.Struct, frozen=True):
    """One tab of a pane. `count` is shown behind the words: "14", "4 sent", "2.1 KB"."""

    key: str
    text: str
    count: str = ""
    enabled: bool = True


class PlainTabBar(QTabBar):
    """A tab bar without any drawing of the style; only the keyboard's focus is looked after."""

    def __init__(self, parent: QWidget | None, ground: Role) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setProperty("ownFocus", True)  # noqa: FBT003 -- a property value
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

        for arrow in self.findChildren(QToolButton):
            # The arrows lie over tabs, so they need the strip's ground behind them.
            arrow.setProperty("kind", "quiet")
            arrow.setProperty("ground", ground)

    def hovered(self) -> int:
        """Return the tab under the pointer, -1 for none."""
        return self.tabAt(self.mapFromGlobal(self.cursor().pos())) if self.underMouse() else -1

    def paint_focus(self, painter: QPainter, rect: QRect) -> None:
        """Draw the keyboard's focus inside a tab."""
        if self.hasFocus() and self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            theme = current()
            paint.frame(
                painter,
                QRectF(rect).adjusted(1, 2, -1, -2),
                tokens.RADIUS_SMALL,
                None,
                theme.color("focus"),
                2,
            )


class TabStrip(PlainTabBar):
    """The tabs over a pane. `chosen` tells the key when the user, or the program, changes it."""

    chosen = Signal(str)

    def __init__(
        self, tabs: Sequence[Tab], chosen: str = "", *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, "bg.panel")
        self._tabs: list[Tab] = []
        self.setAccessibleName(name)
        self.set_tabs(tabs)
        if chosen:
            self.set_chosen(chosen)
        self.currentChanged.connect(self._on_current_changed)

    def set_tabs(self, tabs: Sequence[Tab]) -> None:
        """Show other tabs; the chosen key stays when it is still there."""
        before = self.current_key()
        blocked = self.blockSignals(True)  # noqa: FBT003 -- Qt's signature
        while self.count():
            self.removeTab(0)
        self._tabs = []
        for tab in tabs:
            self._tabs.append(tab)
            self.addTab(tab.text)
            self._tell(self.count() - 1)
        if before in self._keys():
            self.setCurrentIndex(self._keys().index(before))
        self.blockSignals(blocked)
        self.updateGeometry()

    def set_count(self, key: str, count: str) -> None:
        """Change what stands behind the words of a tab."""
        index = self._keys().index(key)
        tab = self._tabs[index]
        if tab.count != count:
            self._tabs[index] = Tab(tab.key, tab.text, count, tab.enabled)
            self._tell(index)
            # The tab bar keeps its sizes until a text changes.
            self.setTabText(index, tab.text + " ")
            self.setTabText(index, tab.text)

    def current_key(self) -> str:
        """Return the key of the chosen tab, empty without tabs."""
        index = self.currentIndex()
        return self._tabs[index].key if 0 <= index < len(self._tabs) else ""

    def set_chosen(self, key: str) -> None:
        """Choose a tab. Raises ValueError for a key that is not here."""
        self.setCurrentIndex(self._keys().index(key))

    def tabSizeHint(self, index: int) -> QSize:
        """Return room for the words when chosen, and the count."""
        theme = current()
        tab = self._tabs[index]
        width = text_width("chosen", tab.text) + 2 * theme.px(_SIDE)
        if tab.count:
            width += theme.px(_GAP) + text_width("caption", tab.count)
        return QSize(round(width + 0.5), theme.px(tokens.LARGE))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Return the same: words are never cut, a narrow strip scrolls."""
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw words, counts and the line of the chosen one."""
        del event
        painter = QPainter(self)
        hovered = self.hovered()
        for index, tab in enumerate(self._tabs):
            rect = self.tabRect(index)
            chosen = index == self.currentIndex()
            self._paint_tab(painter, rect, tab, chosen=chosen, hovered=index == hovered)
            if chosen:
                self.paint_focus(painter, rect)

    def _paint_tab(self, painter: QPainter, rect: QRect, tab: Tab, *, chosen: bool, hovered: bool) -> None:
        theme = current()
        side = theme.px(_SIDE)
        area = QRectF(rect).adjusted(side, 0, -side, 0)
        role: Role = (
            "text.1" if chosen or (hovered and tab.enabled) else "text.3" if tab.enabled else "text.off"
        )
        font = theme.font("chosen" if chosen else "control")
        room = QRectF(area.left(), area.top(), area.width() + 2, area.height())
        used = paint.text(painter, room, tab.text, font, theme.color(role))
        if tab.count:
            room = area.adjusted(used + theme.px(_GAP), 0, 2, 0)
            off: Role = "text.3" if tab.enabled else "text.off"
            paint.text(painter, room, tab.count, theme.font("caption"), theme.color(off))
        if chosen:
            line = QRectF(area.left(), rect.bottom() - 1, area.width(), 2)
            paint.box(painter, line, theme.color("text.1"))

    def _keys(self) -> list[str]:
        return [tab.key for tab in self._tabs]

    def _tell(self, index: int) -> None:
        tab = self._tabs[index]
        self.setTabEnabled(index, tab.enabled)
        self.setAccessibleTabName(index, f"{tab.text} {tab.count}".strip())

    def _on_current_changed(self, index: int) -> None:
        if 0 <= index < len(self._tabs):
            self.chosen.emit(self._tabs[index].key)


def tab_icon_box(rect: QRectF, x: float, side: float) -> QRectF:
    """Return the box of an icon in a tab, vertically centred."""
    return QRectF(x, rect.center().y() - side / 2, side, side)


def paint_changed_dot(painter: QPainter, middle: QPointF) -> None:
    """Draw the dot of 6 px that says a request was changed."""
    theme = current()
    paint.dot(painter, middle, theme.px(6), theme.color("text.3"))


def paint_close(painter: QPainter, box: QRectF, *, hovered: bool) -> None:
    """Draw the cross that closes a tab."""
    theme = current()
    if hovered:
        paint.frame(painter, box.adjusted(-2, -2, 2, 2), tokens.RADIUS_SMALL, theme.color("bg.hover"))
    icons.draw(painter, box, "close", theme.color("text.1" if hovered else "text.2"))
