"""The panes of the window, which F6 walks through with the keyboard."""

from typing import Protocol

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QScrollArea, QWidget

from fal_studio.ui import mirroring
from fal_studio.ui.library.dock import LibraryDock
from fal_studio.ui.shell.comparing import ComparePlace
from fal_studio.ui.shell.gallery_place import GalleryPlace
from fal_studio.ui.shell.library_place import LibraryPlace
from fal_studio.ui.shell.monitor import Monitor
from fal_studio.ui.shell.pages import Pages
from fal_studio.ui.shell.rail import Rail
from fal_studio.ui.shell.second_window import SecondWindow
from fal_studio.ui.shell.top_bar import TopBar
from fal_studio.ui.shell.workspace import Workspace


class Host(Protocol):
    """What is walked through in the window."""

    library: LibraryDock
    library_place: LibraryPlace
    rail: Rail
    monitor: Monitor
    second: SecondWindow
    top: TopBar
    pages: Pages
    comparing: ComparePlace
    gallery: GalleryPlace

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...


class Panes:
    """Knows which panes stand on the page in front, and where the keyboard goes in each."""

    def __init__(self, host: Host, window: QWidget) -> None:
        self._host, self._window = host, window

    def step(self, by: int) -> None:
        """Move the keyboard to the next pane, or back."""
        panes = [pane for pane in self._panes() if pane.isVisible()]
        focused = QGuiApplication.focusObject()
        at = next(
            (
                n
                for n, pane in enumerate(panes)
                if isinstance(focused, QWidget) and (pane is focused or pane.isAncestorOf(focused))
            ),
            -1,
        )
        if at < 0 and by < 0:
            at = 0  # from nowhere, back is to the last one
        self._focus(panes[(at + by) % len(panes)])

    def _panes(self) -> list[QWidget]:
        """Return those on the page in front, in their order; also what is in windows of its own."""
        host = self._host
        others = (host.monitor.dock, host.second.viewer, host.top)
        docks: list[QWidget] = [one for one in others if one is not None]
        desk = host.pages.desk
        sides = (host.library, host.rail)  # one of them is seen, or the rail and the library's own window
        if host.pages.front == "live" and desk is not None:
            return [*sides, desk.bar, desk.canvas, desk.fields, *docks]
        if host.gallery.is_shown and host.gallery.pane is not None:
            return [*host.gallery.pane.panes(), *docks]
        if host.comparing.is_shown:
            return [*sides, *host.comparing.panes(), *docks]
        space = host.workspace
        return [*sides, space.bar, space.editor, space.result, *docks]

    def _focus(self, pane: QWidget) -> None:
        host, space = self._host, self._host.workspace
        reason = Qt.FocusReason.ShortcutFocusReason
        self._window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if not pane.window().isActiveWindow():
            pane.window().activateWindow()
        if pane is host.library:
            host.library_place.focus()
        elif pane is space.bar:
            space.bar.focus_endpoint()
        elif pane is space.editor:
            space.editor.focus_main()
        elif pane is space.result:
            space.result.focus_main()
        elif pane is host.monitor.dock:
            host.monitor.focus()
        elif host.gallery.pane is not None and pane.isAncestorOf(host.gallery.pane.tiles):
            host.gallery.pane.focus_tiles()
        elif pane is host.top:
            host.top.profile.setFocus(reason)
        elif (first := first_of(pane)) is not None:
            first.setFocus(reason)
            scroll_to(first)


def first_of(pane: QWidget) -> QWidget | None:
    """Return the first part of a pane that takes the keyboard, as one reads; the pane itself if it does; None for none."""
    if pane.focusPolicy() != Qt.FocusPolicy.NoFocus and pane.isEnabled():
        return pane
    found = [
        part
        for part in pane.findChildren(QWidget)
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and part.isEnabled()
    ]

    def place(part: QWidget) -> tuple[int, int]:
        box = QRect(part.mapTo(pane, QPoint()), part.size())
        return box.y(), mirroring.seen(box, pane.rect(), pane.layoutDirection()).x()

    return min(found, key=place, default=None)


def scroll_to(part: QWidget) -> None:
    """Bring a part into sight in what scrolls around it."""
    around = part.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(part)
        around = around.parentWidget()
