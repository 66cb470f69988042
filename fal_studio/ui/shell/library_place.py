"""Where the library is: at the left of the window, folded to a strip of icons, or in a window of its own."""

import importlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from fal_studio.ui.library.dock import LibraryDock
from fal_studio.ui.shell.rail import Rail
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.labels import Divider
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.shell.dock_window import DockWindow

LEAST_PX, MOST_PX = 200, 360
OWN_LEAST = QSize(240, 320)
OWN_SIZE = (320, 640)
_ANY = 16_777_215


class LibraryPlace(QObject):
    """Folds and unfolds the library, and gives it a window of its own."""

    toggled = Signal()
    """It was folded, unfolded, taken out or put back by somebody."""

    def __init__(self, library: LibraryDock, rail: Rail, line: Divider, window: QWidget) -> None:
        super().__init__(window)
        self._library, self._rail, self._line, self._window = library, rail, line, window
        self._split: QSplitter | None = None
        self._own: DockWindow | None = None
        self._box = QRect()
        self.is_wanted = True
        """Whether somebody wants to see it beside the requests where there is room."""
        self.is_detached = False
        library.detach_wanted.connect(self.toggle_detached)
        self._bound()

    @property
    def is_open(self) -> bool:
        """Whether it can be seen, in whatever window."""
        return not self._library.isHidden() and (self._own is None or not self._own.isHidden())

    @property
    def box(self) -> QRect:
        """Where its own window is, or was last; null if it never had one."""
        if self._own is not None and self.is_detached and not self._own.isHidden():
            self._box = self._own.geometry()
        return self._box

    def take(self, box: QRect, *, is_folded: bool) -> None:
        """Be as it was left; `detach` then opens its own window at `box`."""
        self._box = box
        if is_folded:
            self.is_wanted = False
            self.place(is_open=False)

    def stand_in(self, split: QSplitter) -> None:
        """Say where it stands while it is no window: at the left of `split`."""
        self._split = split

    def place(self, *, is_open: bool) -> None:
        """Unfold or fold it at the left of the window; one in its own window stays there."""
        if not self.is_detached:
            self._library.setVisible(is_open)
        is_open = is_open and not self.is_detached
        self._rail.setVisible(not is_open)
        self._line.setVisible(not is_open)

    def toggle(self) -> None:
        """Show it, or put it away."""
        if self.is_detached and self._own is not None:
            if self._own.isHidden():
                self._show_own()
            else:
                self._hide_own()
            return
        self.is_wanted = not self._library.isVisible()
        self.place(is_open=self.is_wanted)
        if self.is_wanted:
            self._library.focus_search()
        self.toggled.emit()

    def toggle_detached(self) -> None:
        """Give it a window of its own, or its place at the left again."""
        if self.is_detached:
            self.attach()
        else:
            self.detach()

    def detach(self, *, takes_keyboard: bool = True) -> None:
        """Give it a window of its own, where that was last."""
        if self.is_detached:
            return
        self._library.build()
        self._first_box_if_none()
        self.is_detached = True
        self._library.hide()
        self._bound()
        self._library.show_detached(is_detached=True)
        self.place(is_open=False)
        self._show_own(takes_keyboard=takes_keyboard)

    def attach(self) -> None:
        """Put it back to the left of the window."""
        if not self.is_detached or self._own is None or self._split is None:
            return
        self._box = self.box
        self._own.hide()
        self.is_detached, self.is_wanted = False, True
        self._library.show_detached(is_detached=False)
        self._split.insertWidget(0, self._library)
        self._bound()
        self.place(is_open=True)
        self._window.activateWindow()
        self._library.focus_search()
        self.toggled.emit()

    def focus(self) -> None:
        """Put the keyboard into the list."""
        if self.is_detached and self._own is not None:
            self._own.activateWindow()
        self._library.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def reset(self) -> None:
        """Put it to the left of the window, and forget where its own was."""
        self.attach()
        self._box = QRect()
        self.is_wanted = True

    def let_go(self) -> None:
        """Close its own window for good: it is open again after the next start."""
        self._box = self.box
        if self._own is not None:
            self._own.hide()

    def _bound(self) -> None:
        """Bound its width at the left of the window; its own window is as wide as somebody likes."""
        px = current().px
        self._library.setMinimumWidth(0 if self.is_detached else px(LEAST_PX))
        self._library.setMaximumWidth(_ANY if self.is_detached else px(MOST_PX))

    def _show_own(self, *, takes_keyboard: bool = True) -> None:
        own = self._own
        if own is None:
            room: Any = importlib.import_module("fal_studio.ui.shell.dock_window")
            made: DockWindow = room.DockWindow(tr("Library"), self._window, OWN_LEAST)
            made.close_wanted.connect(self._hide_own)
            self._own = own = made
        own.hold(self._library, self._box, takes_keyboard=takes_keyboard)
        if takes_keyboard:
            self._library.focus_search()
        self.toggled.emit()

    def _hide_own(self) -> None:
        self._box = self.box
        assert self._own is not None
        self._own.hide()
        self._window.activateWindow()
        self.toggled.emit()

    def _first_box_if_none(self) -> None:
        """Open at the left of the window for the first time, as far as the screen goes, and on a screen that is there."""
        screens = QGuiApplication.screens()
        if self._box.isValid() and any(one.availableGeometry().intersects(self._box) for one in screens):
            return
        px = current().px
        corner = self._window.mapToGlobal(self._window.rect().topLeft())
        box = QRect(0, corner.y(), px(OWN_SIZE[0]), px(OWN_SIZE[1]))
        box.moveRight(corner.x() - px(8))
        room = self._window.screen().availableGeometry()
        box.moveLeft(max(room.left(), box.left()))
        box.moveTop(max(room.top(), min(box.top(), room.bottom() - box.height())))
        self._box = box
