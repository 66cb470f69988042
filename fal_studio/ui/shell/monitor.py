"""The bottom dock of the window: built when it is first wanted, at the height it had last, or in a window of its own."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from fal_studio.core.blobs import Load
from fal_studio.ui import mirroring
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.queue.scope import Scope
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.labels import Label
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.queue.dock import QueueDock
    from fal_studio.ui.queue.jobs_panel import JobsList
    from fal_studio.ui.shell.dock_window import DockWindow
    from fal_studio.ui.widgets.floating_panel import FloatingPanel

DOCK_PX = 420
JOBS_PX, JOBS_HIGH_PX = 360, 420
LEAST_PX = 180
UPPER_LEAST_PX = 288
ALONE_BELOW_PX = 300
"""Where there is less for both, the dock has all of it: two slits would serve nobody."""
START_HIGH_PX = 640
"""As high as the window is at least, until it is seen."""


class Monitor(QObject):
    """Opens and closes the dock, and keeps its height. `built` tells when there is one to be wired."""

    built = Signal(object)
    jobs_built = Signal(object)
    """The same for the popover."""
    toggled = Signal()

    def __init__(
        self, calls: Calls, catalogue: Catalogue, history: History, load: Load, window: QWidget
    ) -> None:
        super().__init__(window)
        self._calls, self._catalogue, self._history, self._load = calls, catalogue, history, load
        self.dock: QueueDock | None = None
        self.jobs: JobsList | None = None
        self._popover: FloatingPanel | None = None
        self._window = window
        self._split = QSplitter(Qt.Orientation.Vertical, window)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._height = DOCK_PX
        """Of the dock, in pixels at 100 %."""
        self._before: QWidget | None = None
        self._upper: QWidget | None = None
        self._own: DockWindow | None = None
        """The window that holds the dock while it is detached."""
        self._box = QRect()
        """Where that window was last."""
        self.is_detached = False
        self._lists: dict[str, tuple[str, ...]] = {}
        """How its lists were sorted and gathered before it was built."""

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """How its lists are sorted and gathered, by their names."""
        return self.dock.listing.shown_as() if self.dock is not None else dict(self._lists)

    def set_lists(self, lists: Mapping[str, tuple[str, ...]]) -> None:
        """Sort and gather so when the dock is built."""
        self._lists = dict(lists)

    @property
    def box(self) -> QRect:
        """Where the detached dock is, or was when it was last detached; null if it never was."""
        self._note_box()
        return self._box

    @property
    def height(self) -> int:
        """How high the dock is, or was when it was last open, in pixels at 100 %."""
        self._note_height()
        return self._height

    def set_height(self, height: int) -> None:
        """Give the dock this height when it is next opened; what is too small or too large is bounded then."""
        self._height = max(LEAST_PX, height)

    def set_box(self, box: QRect) -> None:
        """Open the window of the detached dock here when it is next wanted."""
        self._box = box

    def around(self, upper: QWidget) -> QWidget:
        """Return what holds the window's upper part and, under it, the dock."""
        self._upper = upper
        self._split.addWidget(upper)
        self._split.installEventFilter(self)
        self._bound()
        self._split.setStretchFactor(0, 1)
        return self._split

    @property
    def scope(self) -> Scope:
        """Which of the two views is in front, or would be."""
        return self.dock.listing.scope if self.dock is not None else Scope.QUEUE

    @property
    def is_open(self) -> bool:
        """Whether the dock is open."""
        if self.is_detached:
            return self._own is not None and not self._own.isHidden()
        return self.dock is not None and not self.dock.isHidden()

    def toggle_queue(self) -> None:
        """Open the queue, bring it to the front, or close it."""
        self._toggle(Scope.QUEUE)

    def toggle_history(self) -> None:
        """Open the history, bring it to the front, or close it."""
        self._toggle(Scope.HISTORY)

    def open(self, scope: Scope = Scope.QUEUE, *, takes_keyboard: bool = True) -> "QueueDock":
        """Open the dock with a view in front; `takes_keyboard`: whether its own window, if it has one, comes forward."""
        dock = self.dock or self._build()
        dock.show_scope(scope)
        if self.is_detached:
            self._show_own(takes_keyboard=takes_keyboard)
        elif dock.isHidden():
            dock.show()
            self._size()
            self.toggled.emit()
        elif not dock.isVisible():
            self.toggled.emit()  # its page comes to the front
        return dock

    def detach(self, *, takes_keyboard: bool = True) -> None:
        """Give the dock a window of its own, where that was last."""
        if self.is_detached:
            return
        self._note_height()
        dock = self.dock or self._build()
        dock.hide()
        self._bound()
        self.is_detached = True
        dock.show_detached(is_detached=True)
        self._show_own(takes_keyboard=takes_keyboard)

    def attach(self) -> None:
        """Put the dock back to the foot of the window."""
        if not self.is_detached or self.dock is None or self._own is None:
            return
        self._note_box()
        self._own.hide()
        self.is_detached = False
        self.dock.hide()
        self._add(self.dock)
        self.dock.show_detached(is_detached=False)
        self.open(self.scope)
        self._window.activateWindow()

    def reset(self) -> None:
        """Close it, at the foot of the window and as high as at first."""
        self.attach()
        self.close()
        self._height = DOCK_PX
        self._box = QRect()
        self._lists = {}
        if self.dock is not None:
            self.dock.show_as(dict.fromkeys(Scope, ("started", "down", "none")))

    def toggle_detached(self) -> None:
        """Detach the dock, or put it back."""
        if self.is_detached:
            self.attach()
        else:
            self.detach()

    def toggle_jobs(self, chip: QWidget) -> None:
        """Open the queue in little under the job chip, or close it."""
        panel = self._popover or self._build_jobs()
        if panel.isVisible():
            panel.dismiss()
            return
        px = current().px
        box = mirroring.seen(
            QRect(chip.mapTo(self._window, QPoint(0, 0)), chip.size()),
            self._window.rect(),
            self._window.layoutDirection(),
        )
        corner = box.bottomRight()
        wide = max(px(JOBS_PX), panel.foot.minimumSize().width() + px(32))
        high = min(px(JOBS_HIGH_PX), self._window.height() - corner.y() - px(24))
        place = QRect(corner.x() - wide, corner.y() + px(8), wide, high)
        panel.place(mirroring.seen(place, self._window.rect(), self._window.layoutDirection()))
        panel.open()
        assert self.jobs is not None
        self.jobs.view.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_jobs(self) -> None:
        """Close the popover."""
        if self._popover is not None and self._popover.isVisible():
            self._popover.dismiss()

    def close(self) -> None:
        """Close the dock and give the keyboard back."""
        if self.dock is None or not self.is_open:
            return
        if self.is_detached:
            self._hide_own()
            return
        self._note_height()
        had_focus = self.dock.isAncestorOf(self.dock.window().focusWidget() or self._split)
        self.dock.hide()
        self._bound()
        if had_focus and self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None
        self.toggled.emit()

    def focus(self) -> None:
        """Put the keyboard into the list."""
        if self._own is not None and self.is_detached:
            self._own.activateWindow()
        if self.dock is not None:
            self.dock.focus_table()

    def let_go(self) -> None:
        """Stop its threads and timers."""
        if self.dock is not None:
            self._note_height()
            self._note_box()
            self.dock.let_go()
        if self.jobs is not None:
            self.jobs.let_go()
        if self._own is not None:
            self._own.hide()

    def _toggle(self, scope: Scope) -> None:
        is_seen = self.dock is not None and self.dock.isVisible()  # on another page it is open and not seen
        if is_seen and self.dock is not None and self.dock.listing.scope is scope:
            self.close()
            return
        if not self.is_open:
            self._before = self._split.window().focusWidget()
        self.open(scope)
        self.focus()

    def _build(self) -> "QueueDock":
        # Loaded when somebody looks for the first time: the window's start does not wait for it.
        room: Any = importlib.import_module("fal_studio.ui.queue.dock")
        dock: QueueDock = room.QueueDock(self._calls, self._catalogue, self._history, self._load)
        self.dock = dock
        dock.hide()
        self._add(dock)
        if self._lists:
            dock.show_as(self._lists)
        dock.arranged.connect(self.toggled)
        dock.close_wanted.connect(self.close)
        dock.detach_wanted.connect(self.toggle_detached)
        self.built.emit(dock)
        return dock

    def _add(self, dock: "QueueDock") -> None:
        self._split.addWidget(dock)
        self._split.setStretchFactor(1, 0)
        self._bound()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window."""
        if watched is self._split and event.type() == QEvent.Type.Resize:
            self._bound()
        return super().eventFilter(watched, event)

    def _bound(self) -> None:
        """Say how high both parts are at least; very large words leave each its share.

        Said here, because what the panes would like to have at least would leave the dock no room.
        """
        px, whole = current().px, self._split.height() if self._split.isVisible() else START_HIGH_PX
        if self._upper is not None:
            self._upper.setMinimumHeight(min(px(UPPER_LEAST_PX), whole * 11 // 20))
        if self.dock is not None and not self.is_detached:
            self.dock.setMinimumHeight(min(px(LEAST_PX), whole * 8 // 20))
        if self._upper is not None:
            self._upper.setVisible(not self.is_alone)

    @property
    def is_alone(self) -> bool:
        """Whether the dock stands in place of the pages, because there is no room for both."""
        is_here = self.is_open and not self.is_detached
        return is_here and self._split.isVisible() and self._split.height() < current().px(ALONE_BELOW_PX)

    def make_room(self) -> None:
        """Close the dock if the pages cannot be seen beside it."""
        if self.is_alone:
            self.close()

    def _show_own(self, *, takes_keyboard: bool = True) -> None:
        """Show the window of its own, on a screen that is there."""
        own = self._own
        assert self.dock is not None
        if own is None:
            room: Any = importlib.import_module("fal_studio.ui.shell.dock_window")
            made: DockWindow = room.DockWindow(tr("Queue and history"), self._window)
            made.close_wanted.connect(self.close)
            self._own = own = made
        if not own.isHidden():
            if takes_keyboard:
                own.raise_()
                own.activateWindow()
            return
        is_seen = any(
            screen.availableGeometry().intersects(self._box) for screen in QGuiApplication.screens()
        )
        own.hold(
            self.dock,
            self._box if self._box.isValid() and is_seen else self._first_box(),
            takes_keyboard=takes_keyboard,
        )
        self.toggled.emit()

    def _first_box(self) -> QRect:
        """Return a place over the foot of the window, a little aside, so that both are seen."""
        px = current().px
        corner = self._window.mapToGlobal(self._window.rect().bottomLeft())
        wide, high = max(self._window.width(), px(900)), px(self._height) + px(40)
        box = QRect(corner.x() + px(48), corner.y() - high + px(48), wide, high)
        room = self._window.screen().availableGeometry()
        box.moveRight(min(box.right(), room.right()))
        box.moveBottom(min(box.bottom(), room.bottom()))
        return box

    def _hide_own(self) -> None:
        self._note_box()
        assert self._own is not None
        self._own.hide()
        self._window.activateWindow()
        self.toggled.emit()

    def _note_box(self) -> None:
        if self._own is not None and self.is_detached and not self._own.isHidden():
            self._box = self._own.geometry()

    def _build_jobs(self) -> "FloatingPanel":
        room: Any = importlib.import_module("fal_studio.ui.queue.jobs_panel")
        panels: Any = importlib.import_module("fal_studio.ui.widgets.floating_panel")
        panel: FloatingPanel = panels.FloatingPanel(tr("Jobs"), self._window)
        jobs: JobsList = room.JobsList(self._calls, self._catalogue, self._history, self._load, panel)
        count = Label("", "cell", "3", parent=panel)
        jobs.counted.connect(count.setText)
        panel.head.insertWidget(1, count)
        jobs.head = panel.head
        panel.body.setContentsMargins(0, 0, 0, 0)
        panel.body.addWidget(jobs)
        panel.foot.addWidget(jobs.foot)
        self.jobs, self._popover = jobs, panel
        self.jobs_built.emit(jobs)
        return panel

    def _size(self) -> None:
        whole = self._split.height()
        assert self.dock is not None
        self._bound()
        least = self._upper.minimumHeight() if self._upper is not None else 0
        most = max(self.dock.minimumHeight(), whole - least - 1)
        high = min(current().px(self._height), most)
        self._split.setSizes([whole - high - 1, high])

    def _note_height(self) -> None:
        if self.is_open and self.dock is not None and not self.is_detached and not self.is_alone:
            self._height = round(self.dock.height() / current().zoom)
