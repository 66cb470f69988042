"""The models that were found, page after page; a newer search makes the older one pointless."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from fal_studio.core.catalogue import Found, Wish
from fal_studio.core.catalogue_words import category_in_words
from fal_studio.core.model import Model
from fal_studio.core.prices import Price
from fal_studio.ui.browser.words import licence
from fal_studio.ui.model_search import ModelSearch
from fal_studio.ui.prices import Prices
from fal_studio.words import tr

MODEL = int(Qt.ItemDataRole.UserRole) + 1
_Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class FoundModels(QAbstractListModel):
    """Rows of models. Asks for the next page when the view comes to the end."""

    changed = Signal()
    """Rows, or what is known about the search."""

    def __init__(
        self, door: ModelSearch, prices: Prices, profile: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._door, self._prices = door, prices
        self._profile = profile
        self._rows: list[Model] = []
        self._wish = Wish()
        self._number = 0
        self._cursor = ""
        self.is_waiting = False
        """Whether an answer is still to come."""
        self.has_answer = False
        """Whether anything has come for this search."""
        self.found = Found()
        """The newest answer, for where it came from."""
        self.problem = ""
        """Why there is no answer, or no next page."""
        self.next_step = ""
        door.page.connect(self._on_page)
        door.failed.connect(self._on_failed)
        prices.changed.connect(self._on_prices_changed)

    @property
    def wish(self) -> Wish:
        """What is looked for."""
        return self._wish

    @property
    def has_more(self) -> bool:
        """Whether the server has more than what is listed."""
        return bool(self._cursor)

    def price(self, endpoint: str) -> Price | None:
        """Return what a model costs; None while nobody knows."""
        return self._prices.of(self._profile, endpoint)

    def search(self, wish: Wish) -> None:
        """Look for something else, or for the same once more."""
        self._wish, self._cursor = wish, ""
        self.is_waiting, self.has_answer, self.problem = True, False, ""
        self._number = self._door.search(wish)
        self.changed.emit()

    def row_of(self, endpoint: str) -> int:
        """Return where a model stands, -1 if it is not listed."""
        return next((row for row, model in enumerate(self._rows) if model.id == endpoint), -1)

    def rowCount(self, parent: _Index = _NONE) -> int:
        """Return how many models are listed."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return a model, its title, or all of it in words."""
        if not index.isValid():
            return None
        model = self._rows[index.row()]
        if role == MODEL:
            return model
        if role == Qt.ItemDataRole.DisplayRole:
            return model.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{model.title}\n{model.id}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            price = self.price(model.id)
            parts = (
                model.title,
                model.id,
                category_in_words(model.category),
                tr("deprecated") if model.is_deprecated else "",
                licence(model),
                price.words if price is not None else tr("price unknown"),
            )
            return ", ".join(part for part in parts if part)
        return None

    def canFetchMore(self, parent: _Index) -> bool:
        """Say whether there is a next page that nobody has asked for."""
        return not parent.isValid() and bool(self._cursor) and not self.is_waiting and not self.problem

    def fetchMore(self, parent: _Index) -> None:
        """Ask for the next page."""
        if self.canFetchMore(parent):
            self.more()

    def more(self) -> None:
        """Ask for the next page, also again after it could not be had."""
        self.is_waiting, self.problem = True, ""
        self._number = self._door.search(msgspec.structs.replace(self._wish, cursor=self._cursor))
        self.changed.emit()

    def _on_page(self, number: int, found: Found) -> None:
        if number != self._number:
            return
        is_next = bool(self._cursor)
        is_provisional = found.kept_s is not None and not found.why_kept
        self.is_waiting, self.has_answer, self.found = is_provisional, True, found
        self._cursor = found.cursor
        if is_next:
            self._append(found.models)
        elif list(found.models) != self._rows:
            self.beginResetModel()
            self._rows = list(found.models)
            self.endResetModel()
        self.changed.emit()

    def _append(self, models: Sequence[Model]) -> None:
        known = {model.id for model in self._rows}
        new = [model for model in models if model.id not in known]
        if new:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(new) - 1)
            self._rows += new
            self.endInsertRows()

    def _on_failed(self, number: int, why: str, next_step: str) -> None:
        if number != self._number:
            return
        self.is_waiting, self.has_answer = False, True
        self.problem, self.next_step = why, next_step
        if not self._cursor and self._rows:
            self.beginResetModel()
            self._rows = []
            self.endResetModel()
        self.changed.emit()

    def _on_prices_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
