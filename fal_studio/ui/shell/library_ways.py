"""What the library asks for: requests from files, to begin with, and for endpoints."""

from PySide6.QtCore import QObject, QPoint

from fal_studio.ui.library.dock import LibraryDock
from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.shell.later import Later
from fal_studio.ui.shell.model_place import ModelPlace
from fal_studio.ui.shell.new_requests import NewRequests


class LibraryWays(QObject):
    """Opens them; what handles files is loaded when the first is wanted, or listed."""

    def __init__(
        self, library: LibraryDock, saved: SavedFiles, new: NewRequests, models: ModelPlace, later: Later
    ) -> None:
        super().__init__(library)
        self._later = later
        saved.changed.connect(self._on_saved_changed)
        models.saved_wanted.connect(self._on_open_wanted)
        library.saved_wanted.connect(self._on_open_wanted)
        library.saved_menu_wanted.connect(self._on_menu_wanted)
        library.saved_rename_wanted.connect(self._on_rename_wanted)
        library.saved_remove_wanted.connect(self._on_remove_wanted)
        library.starter_wanted.connect(new.open_starter)
        library.endpoint_wanted.connect(models.use)
        library.browse_wanted.connect(models.browse)
        library.endpoint_menu_wanted.connect(models.show_menu)

    def _on_saved_changed(self) -> None:
        self._later.saving.look_again()

    def _on_open_wanted(self, file: str) -> None:
        self._later.saving.open(file)

    def _on_menu_wanted(self, file: str, at: QPoint) -> None:
        self._later.saving.show_menu(file, at)

    def _on_rename_wanted(self, file: str) -> None:
        self._later.saving.rename(file)

    def _on_remove_wanted(self, file: str) -> None:
        self._later.saving.remove(file)
