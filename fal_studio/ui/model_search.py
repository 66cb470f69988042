"""The window's door to a profile's catalogue: asks for pages of models, for cards and for thumbnails."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from fal_studio.core.catalogue import Card, Found, Wish


class ModelSearch(QObject):
    """Questions go out as signals; those that come before anybody listens wait."""

    search_wanted = Signal(int, object)
    """A number and a Wish; answer with `put_page` or `fail`. A newer question makes the older one pointless."""
    card_wanted = Signal(str)
    """An endpoint; answer with `put_card`, as often as more is known."""
    picture_wanted = Signal(str)
    """An endpoint; answer with `put_picture`."""
    accept_wanted = Signal(str)
    """An endpoint whose changed inputs somebody has seen."""

    schema_wanted = Signal(str, str)
    """A profile and an endpoint of it that nothing is known of; the catalogue is told what is found."""

    page = Signal(int, object)
    """The number of a question and a Found; a page from memory may be followed by the server's."""
    failed = Signal(int, str, str)
    """The number of a question, why there is no answer, and what to do."""
    card = Signal(object)
    """A Card."""
    picture = Signal(str, QImage)
    """An endpoint and its thumbnail; an empty one if it has none that can be shown."""
    categories_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._waiting: list[Callable[[], None]] | None = []
        self._categories: tuple[str, ...] = ()

    @property
    def categories(self) -> tuple[str, ...]:
        """Every category that is known, sorted."""
        return self._categories

    def open(self) -> None:
        """Somebody listens: send on what was asked before."""
        waiting, self._waiting = self._waiting or [], None
        for ask in waiting:
            ask()

    def search(self, wish: "Wish") -> int:
        """Ask for a page; return the question's number."""
        self._number += 1
        number = self._number
        self._ask(lambda: self.search_wanted.emit(number, wish))
        return number

    def want_card(self, endpoint: str) -> None:
        """Ask for all that is known of a model."""
        self._ask(lambda: self.card_wanted.emit(endpoint))

    def want_picture(self, endpoint: str) -> None:
        """Ask for a thumbnail."""
        self._ask(lambda: self.picture_wanted.emit(endpoint))

    def want_schema(self, profile: str, endpoint: str) -> None:
        """Ask what an endpoint takes."""
        self._ask(lambda: self.schema_wanted.emit(profile, endpoint))

    def accept(self, endpoint: str) -> None:
        """Say that somebody has seen how an endpoint's inputs changed."""
        self._ask(lambda: self.accept_wanted.emit(endpoint))

    def put_page(self, number: int, found: "Found") -> None:
        """Take the answer to a question."""
        self.page.emit(number, found)

    def fail(self, number: int, why: str, next_step: str) -> None:
        """Take the news that a question cannot be answered."""
        self.failed.emit(number, why, next_step)

    def put_card(self, card: "Card") -> None:
        """Take what is known of a model."""
        self.card.emit(card)

    def put_picture(self, endpoint: str, image: QImage) -> None:
        """Take a thumbnail."""
        self.picture.emit(endpoint, image)

    def put_categories(self, categories: tuple[str, ...]) -> None:
        """Take the categories that are known."""
        if (known := tuple(sorted({*self._categories, *categories}))) != self._categories:
            self._categories = known
            self.categories_changed.emit()

    def _ask(self, ask: Callable[[], None]) -> None:
        if self._waiting is None:
            ask()
        else:
            self._waiting.append(ask)
