"""The tabs of open requests: profile swatch, icon, title, a dot when changed, a cross to close."""

import importlib
from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from fal_studio.ui import icons, mirroring, paint, tokens
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.tabs import PlainTabBar, paint_changed_dot, paint_close, tab_icon_box
from fal_studio.words import tr

_SIDE = 12
_SWATCH = QSize(3, 14)
_WIDEST, _NARROWEST = 240, 160
_FADE_PX = 40


class RequestTab(msgspec.Struct, frozen=True):
    """One open request. `swatch` is the colour role of its profile, `profile` its words."""

    key: str
    title: str
    icon: str = "image"
    swatch: Role = "stage.setup"
    profile: str = ""
    changed: bool = False
    """Whether it is something else than its file."""
    about: str = ""
    """More words for its tooltip: where its file is."""


class RequestTabs(QWidget):
    """The strip over the workspace. `chosen`, `close_wanted` tell a key; `new_wanted` asks for another request."""

    chosen = Signal(str)
    close_wanted = Signal(str)
    new_wanted = Signal()

    def __init__(self, tabs: Sequence[RequestTab] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = _RequestBar(self)
        plus = IconButton("plus", tr("New request"), shortcut_text="Ctrl+T")
        row = QHBoxLayout(self)
        mirroring.margins(row, 0, 0, 8, 0)
        row.setSpacing(4)
        row.addWidget(self._bar)
        row.addWidget(plus)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_tabs(tabs)
        self._bar.currentChanged.connect(self._on_bar_current_changed)
        self._bar.close_wanted.connect(self.close_wanted)
        plus.clicked.connect(self.new_wanted)

    def set_tabs(self, tabs: Sequence[RequestTab]) -> None:
        """Show other requests; the chosen key stays when it is still there. Nothing is told."""
        self._bar.set_tabs(tabs)

    def set_tab(self, tab: RequestTab) -> None:
        """Show new words, or the changed dot, for one request."""
        self._bar.set_tab(tab)

    def set_chosen(self, key: str) -> None:
        """Bring a request to the front. Raises ValueError for a key that is not here."""
        self._bar.setCurrentIndex(self._bar.keys().index(key))

    def current(self) -> str:
        """Return the key of the tab in front, empty without tabs."""
        keys = self._bar.keys()
        index = self._bar.currentIndex()
        return keys[index] if 0 <= index < len(keys) else ""

    def sizeHint(self) -> QSize:
        """Return the strip's height."""
        return QSize(super().sizeHint().width(), current().px(tokens.LARGE))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line that only the tab in front interrupts."""
        del event
        theme = current()
        painter = QPainter(self)
        paint.fill(painter, self.rect(), theme.color("bg.window"))
        paint.box(painter, QRectF(0, self.height() - 1, self.width(), 1), theme.color("line.subtle"))

    def _on_bar_current_changed(self, index: int) -> None:
        keys = self._bar.keys()
        if 0 <= index < len(keys):
            self.chosen.emit(keys[index])


class _RequestBar(PlainTabBar):
    close_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "bg.window")
        self._tabs: list[RequestTab] = []
        self._pressed = ""
        """The key of the tab that is closed when the button is let go of."""
        self.setAccessibleName(tr("Open requests"))

    def keys(self) -> list[str]:
        return [tab.key for tab in self._tabs]

    def set_tabs(self, tabs: Sequence[RequestTab]) -> None:
        keys = self.keys()
        before = keys[self.currentIndex()] if 0 <= self.currentIndex() < len(keys) else ""
        blocked = self.blockSignals(True)  # noqa: FBT003 -- Qt's signature
        self._tabs = list(tabs)
        while self.count() > len(self._tabs):
            self.removeTab(self.count() - 1)
        for index, tab in enumerate(self._tabs):
            if index == self.count():
                self.addTab(tab.title)
            self._tell(index)
        if before in self.keys():
            self.setCurrentIndex(self.keys().index(before))
        self.blockSignals(blocked)
        self.update()

    def set_tab(self, tab: RequestTab) -> None:
        index = self.keys().index(tab.key)
        if self._tabs[index] != tab:
            self._tabs[index] = tab
            self._tell(index)

    def _tell(self, index: int) -> None:
        tab = self._tabs[index]
        # The tab bar keeps its sizes until a text changes.
        self.setTabText(index, tab.title + " ")
        self.setTabText(index, tab.title)
        told = f"{tab.title}, {tab.profile}" if tab.profile else tab.title
        self.setAccessibleTabName(index, tr("{told}, changed").format(told=told) if tab.changed else told)
        self.setTabToolTip(index, f"{told}\n{tab.about}" if tab.about else told)

    def tabSizeHint(self, index: int) -> QSize:
        theme = current()
        words = text_width("control", self._tabs[index].title)
        width = theme.px(_SIDE + 3 + 10 + 16 + 8) + words + theme.px(8 + 14 + 8)
        return QSize(min(round(width + 0.5), theme.px(_WIDEST)), theme.px(tokens.LARGE))

    def minimumTabSizeHint(self, index: int) -> QSize:
        whole = self.tabSizeHint(index)
        return QSize(min(whole.width(), current().px(_NARROWEST)), whole.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and 0 <= self.currentIndex() < len(self._tabs):
            self.close_wanted.emit(self.keys()[self.currentIndex()])
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.tabAt(point)
        middle = event.button() == Qt.MouseButton.MiddleButton
        left = event.button() == Qt.MouseButton.LeftButton
        pressed, self._pressed = self._pressed, ""
        if index >= 0 and (middle or (left and self._is_at_close(index, point))):
            if self._tabs[index].key == pressed:  # whoever lets go elsewhere has thought better of it
                self.close_wanted.emit(pressed)
            return
        super().mouseReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.tabAt(point)
        is_at_close = index >= 0 and self._is_at_close(index, point)
        closes = is_at_close or event.button() == Qt.MouseButton.MiddleButton
        self._pressed = self._tabs[index].key if index >= 0 and closes else ""
        if is_at_close:
            return  # a press on the cross chooses nothing
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.update()

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)  # pyright: ignore[reportArgumentType]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        pointer = self.mapFromGlobal(self.cursor().pos()) if self.underMouse() else QPoint(-1, -1)
        for index, tab in enumerate(self._tabs):
            is_chosen, rect = index == self.currentIndex(), self._counted(self.tabRect(index))
            with mirroring.mirrored(self.rect(), self.layoutDirection()):
                self._paint_tab(painter, rect, tab, chosen=is_chosen, pointer=self._counted_at(pointer))
            if is_chosen:
                self.paint_focus(painter, self.tabRect(index))
        if any(
            rect.left() < 0 <= rect.right()
            for rect in map(self._counted, map(self.tabRect, range(len(self._tabs))))
        ):
            self._paint_fade(painter)

    def _paint_fade(self, painter: QPainter) -> None:
        """Let a tab that begins before the strip fade into the edge, so that nobody takes its end for a title."""
        ground, wide = current().color("bg.window"), current().px(_FADE_PX)
        place = self._counted(QRect(0, 0, wide, self.height() - 1))
        sides = (place.left(), place.right() + 1)
        begin, end = sides if self.layoutDirection() is Qt.LayoutDirection.LeftToRight else sides[::-1]
        gui: Any = importlib.import_module("PySide6.QtGui")  # makes the colours of gradients only now
        shade = gui.QLinearGradient(begin, 0, end, 0)
        shade.setColorAt(0, ground)
        shade.setColorAt(1, current().color("bg.window", 0))
        painter.fillRect(place, shade)

    def _paint_tab(
        self, painter: QPainter, rect: QRect, tab: RequestTab, *, chosen: bool, pointer: QPoint
    ) -> None:
        theme = current()
        area = QRectF(rect)
        end = self._end()
        is_cut = rect.left() < end <= rect.right()
        hovered = rect.contains(pointer) and not is_cut
        if chosen:
            paint.box(painter, area, theme.color("bg.panel"))
        paint.box(painter, QRectF(area.right() - 1, area.top(), 1, area.height()), theme.color("line.subtle"))
        x = area.left() + theme.px(_SIDE)
        high = theme.px(_SWATCH.height())
        swatch = QRectF(x, round(area.center().y() - high / 2), theme.px(_SWATCH.width()), high)
        paint.box(painter, swatch, theme.color(tab.swatch))
        x += theme.px(3 + 10)
        side = theme.px(16)
        icons.draw(painter, tab_icon_box(area, x, side), tab.icon, theme.color("text.3"))
        x += side + theme.px(8)
        close = self._close_box(rect)
        ink: Role = "text.1" if chosen else "text.2" if hovered else "text.3"
        right = end if is_cut else close.left()
        room = QRectF(x, area.top(), max(0.0, right - theme.px(6) - x), area.height())
        paint.text(painter, room, tab.title, theme.font("control"), theme.color(ink))
        if hovered:
            paint_close(painter, close, hovered=close.contains(QPointF(pointer)))
        elif tab.changed and not is_cut:
            paint_changed_dot(painter, close.center())

    def _end(self) -> int:
        """Return where the arrows begin that lie over tabs; without arrows, where the strip ends."""
        arrows = [arrow for arrow in self.findChildren(QToolButton) if arrow.isVisible()]
        return min((self._counted(arrow.geometry()).left() for arrow in arrows), default=self.width())

    def _counted(self, rect: QRect) -> QRect:
        """Return where something lies, counted from where the tabs begin."""
        return mirroring.seen(rect, self.rect(), self.layoutDirection())

    def _counted_at(self, at: QPoint) -> QPoint:
        return self._counted(QRect(at, QSize(1, 1))).topLeft()

    def _is_at_close(self, index: int, at: QPoint) -> bool:
        box = self._close_box(self._counted(self.tabRect(index)))
        return box.contains(QPointF(self._counted_at(at)))

    def _close_box(self, rect: QRect) -> QRectF:
        side = current().px(14)
        area = QRectF(rect)
        return QRectF(area.right() - current().px(8) - side, area.center().y() - side / 2, side, side)
