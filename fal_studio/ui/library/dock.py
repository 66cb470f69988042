"""The left dock: saved requests, requests to begin with, favourites, what was used lately, and the profile's endpoints."""

import importlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.ui import mirroring, theme
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.fields import SearchField
from fal_studio.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QStandardItem

    from fal_studio.ui.library.listing import Listing

RECENTS = 6
DETACH, ATTACH = tr("Open the library in a window of its own"), tr("Put the library back into the window")


class LibraryDock(QWidget):
    """A searchable list in sections; `build` makes the list, whose ground is there from the beginning."""

    starter_wanted = Signal(str)
    endpoint_wanted = Signal(str)
    browse_wanted = Signal(str)
    """Look through the whole catalogue, for these words."""
    endpoint_menu_wanted = Signal(str, QPoint)
    """An endpoint, and where on the screen its menu is to be."""
    saved_wanted = Signal(str)
    """The file of a saved request."""
    saved_menu_wanted = Signal(str, QPoint)
    """The same, and where on the screen its menu is to be."""
    saved_rename_wanted = Signal(str)
    saved_remove_wanted = Signal(str)
    detach_wanted = Signal()
    """A window of its own is wanted, or the place in the main window back."""

    def __init__(
        self, catalogue: Catalogue, saved: SavedFiles | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        laid(self, "rail")
        self._catalogue = catalogue
        self._saved = saved or SavedFiles(self)
        self._current = ("", "")
        self._recents: list[str] = []
        self._list: Listing | None = None
        self.search = SearchField(tr("Filter models and requests"), parent=self)
        self.search.textChanged.connect(self._on_search_changed)
        self.search.returnPressed.connect(self._on_search_entered)
        px = theme.current().px
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, px(8), 0, 0)
        self._column.setSpacing(px(4))
        self._detach = IconButton("detach", DETACH, scale="s", parent=self)
        self._detach.clicked.connect(self.detach_wanted)
        around = QHBoxLayout()
        mirroring.margins(around, px(8), 0, px(4), 0)
        around.setSpacing(px(4))
        around.addWidget(self.search, 1)
        around.addWidget(self._detach)
        self._column.addLayout(around)
        self._column.addStretch(1)
        catalogue.changed.connect(self._on_catalogue_changed)

    def show_detached(self, *, is_detached: bool) -> None:
        """Offer the way back while it is in a window of its own."""
        words = ATTACH if is_detached else DETACH
        self._detach.set_icon_name("sidebar" if is_detached else "detach")
        self._detach.setToolTip(words)
        self._detach.setAccessibleName(words)

    @property
    def view(self) -> "Listing":
        """The list; built now if it is not there yet."""
        self.build()
        assert self._list is not None
        return self._list

    @property
    def recents(self) -> tuple[str, ...]:
        """Endpoints used lately, newest first."""
        return tuple(self._recents)

    def build(self) -> None:
        """Make the list and fill it."""
        if self._list is not None:
            return
        module: Any = importlib.import_module("fal_studio.ui.library.listing")
        view: Listing = module.Listing(self._catalogue, self._saved, self)
        self._list = view
        for theirs, ours in (
            (view.starter_wanted, self.starter_wanted),
            (view.endpoint_wanted, self.endpoint_wanted),
            (view.browse_wanted, self.browse_wanted),
            (view.endpoint_menu_wanted, self.endpoint_menu_wanted),
            (view.saved_wanted, self.saved_wanted),
            (view.saved_menu_wanted, self.saved_menu_wanted),
            (view.saved_rename_wanted, self.saved_rename_wanted),
            (view.saved_remove_wanted, self.saved_remove_wanted),
        ):
            theirs.connect(ours)
        view.show_now(self._recents, self.search.text(), self._current)
        self._column.takeAt(self._column.count() - 1)  # the room that was kept for it
        self._column.addWidget(view, 1)
        QWidget.setTabOrder(self.search, self._detach)
        QWidget.setTabOrder(self._detach, view)

    def note_use(self, endpoint: str) -> None:
        """Put an endpoint in front of the recent ones."""
        if not self._recents or self._recents[0] != endpoint:
            self.set_recents([endpoint, *(e for e in self._recents if e != endpoint)])

    def set_recents(self, endpoints: Sequence[str]) -> None:
        """Show these as used lately."""
        self._recents = list(endpoints)[:RECENTS]
        if self._list is not None:
            self._list.show_recents(self._recents)

    def show_current(self, title: str, endpoint: str) -> None:
        """Choose the row of the request in front: its file, its starter, or its endpoint."""
        self._current = title, endpoint
        if self._list is not None:
            self._list.show_current(title, endpoint)

    def rows(self) -> "Iterator[QStandardItem]":
        """Give every row that can be chosen."""
        return self.view.rows()

    def focus_search(self) -> None:
        """Put the keyboard into the filter."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_catalogue_changed(self) -> None:
        if self._list is not None:
            self._list.rebuild()

    def _on_search_changed(self, text: str) -> None:
        self.view.show_search(text)

    def _on_search_entered(self) -> None:
        self.view.open_first()
