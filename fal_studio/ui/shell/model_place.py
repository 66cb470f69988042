"""Where models are looked for: the sheet of models, and the menu of one in the library."""

import importlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from fal_studio.core.accounts import EMULATOR
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.model_search import ModelSearch
from fal_studio.ui.prices import Prices
from fal_studio.ui.shell.new_requests import NewRequests
from fal_studio.ui.shell.open_requests import OpenRequests
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.browser.sheet import ModelSheet


class ModelPlace(QObject):
    """Opens them, and takes an endpoint into the request in front or into one of its own."""

    copy_wanted = Signal(str)
    saved_wanted = Signal(str)
    """The file of a saved request that is to be opened."""

    def __init__(
        self,
        requests: OpenRequests,
        new: NewRequests,
        models: ModelSearch,
        catalogue: Catalogue,
        prices: Prices,
        history: History,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._requests, self._new, self._models = requests, new, models
        self._catalogue, self._prices, self._history, self._window = catalogue, prices, history, window
        self._sheet: ModelSheet | None = None

    @property
    def sheet(self) -> "ModelSheet":
        """The sheet of models; built when it is first wanted."""
        if self._sheet is None:
            sheets: Any = importlib.import_module("fal_studio.ui.browser.sheet")
            sheet: ModelSheet = sheets.ModelSheet(
                self._models, self._catalogue, self._prices, self._history, self._window
            )
            sheet.open_wanted.connect(self._new.open_endpoint)
            sheet.use_wanted.connect(self.use)
            sheet.example_wanted.connect(self._use_example)
            sheet.copy_wanted.connect(self.copy_wanted)
            sheet.saved_wanted.connect(self.saved_wanted)
            self._sheet = sheet
        return self._sheet

    def browse(self, words: str = "", endpoint: str = "") -> None:
        """Open the sheet: with a search for words, or at the card of an endpoint."""
        self.sheet.open_at(words, endpoint)

    def show_front(self) -> None:
        """Open the sheet at the card of the endpoint in front."""
        self.browse(endpoint=self._requests.front.endpoint)

    def use(self, endpoint: str) -> None:
        """Show an endpoint in the request in front; one of the emulator's is called there."""
        front = self._requests.front
        front.set_endpoint(endpoint)
        if front.is_elsewhere:
            front.set_profile(EMULATOR)

    def show_menu(self, endpoint: str, at: QPoint) -> None:
        """Offer what can be done with an endpoint."""
        is_favourite = self._catalogue.is_favourite(endpoint)
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Use in this request"), lambda: self.use(endpoint))
        menu.addAction(tr("Open in a new tab"), lambda: self._new.open_endpoint(endpoint))
        menu.addAction(tr("About this model"), lambda: self.browse(endpoint=endpoint))
        menu.addSeparator()
        star = tr("Take the star away") if is_favourite else tr("Add to favourites")
        menu.addAction(star, lambda: self._catalogue.toggle_favourite(endpoint))
        menu.addAction(tr("Copy its id"), lambda: self.copy_wanted.emit(endpoint))
        menu.popup(at)

    def _use_example(self, endpoint: str) -> None:
        self._requests.front.use_example(endpoint)
