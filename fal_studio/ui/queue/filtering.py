"""The filter of a list: words and conditions as they are typed, with what can follow."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QWidget

from fal_studio.core import search
from fal_studio.core.call import Phase
from fal_studio.core.history import Query
from fal_studio.core.request import Mode
from fal_studio.ui import paint
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.fields import TextField
from fal_studio.ui.widgets.rows import TRAILING_ROLE, RowDelegate
from fal_studio.words import tr

_MOST = 9


class Known(NamedTuple):
    """What can stand behind the keys of the search language, as far as it differs from day to day."""

    models: Sequence[str] = ()
    profiles: Sequence[str] = ()
    projects: Sequence[str] = ()
    clients: Sequence[str] = ()


_HELP = {
    "model:": tr("a part of the endpoint's id"),
    "state:": tr("queued, running, done, failed, unknown …"),
    "mode:": tr("run, subscribe, submit, stream, realtime"),
    "is:": tr("open, ended, starred, rejected, trash"),
    "-is:rejected": tr("leave out what was rejected"),
    "rating>": tr("rated higher than, 1 to 5"),
    "rating<": tr("rated lower than, 1 to 5"),
    "cost>": tr("dearer than, in dollars"),
    "cost<": tr("cheaper than, in dollars"),
    "after:": tr("a day, today, 7d"),
    "before:": tr("a day, today, 7d"),
    "seed:": tr("a whole number"),
    "profile:": tr("where it was sent"),
    "project:": tr("what it was counted for"),
    "client:": tr("which of fal's clients made it, in comparisons"),
    "id:": tr("the beginning of a request id"),
}


def query_of(text: str) -> tuple[Query, str]:
    """Return the question, and what in it was not understood."""
    found = search.parse(text)
    return found.query, " ".join(found.problems)


def chips_of(text: str) -> tuple[str, ...]:
    """Return the conditions of a filter one by one."""
    return search.chips(search.parse(text).query)


def without(text: str, chip: str) -> str:
    """Return the filter without one of its conditions."""
    return " ".join(part for part in chips_of(text) if part != chip)


def suggestions(text: str, known: Known) -> list[tuple[str, str]]:
    """Return what the last word may become, each with a word of help."""
    head, _, last = text.rpartition(" ")
    if head.count('"') % 2:
        return []  # within a phrase
    key, sign, begun = last.partition(":")
    if sign and key.lower() in _values(known):
        values = _values(known)[key.lower()]
        fitting = [
            value
            for value in values
            if begun.lower().strip('"') in value.lower() and value.lower() != begun.lower()
        ]
        return [(f"{key}:{_quoted(value)}", "") for value in fitting[:_MOST]]
    if sign or not last:
        return list(_HELP.items()) if not text else []
    return [(word, about) for word, about in _HELP.items() if word.startswith(last.lower()) and word != last]


def _values(known: Known) -> dict[str, Sequence[str]]:
    days = ("today", "yesterday", "7d", "30d")
    return {
        "state": [phase.value.rstrip("?") for phase in Phase if phase is not Phase.DRAFT],
        "mode": [mode.value for mode in Mode],
        "is": ("open", "ended", "starred", "rejected", "trash"),
        "after": days,
        "before": days,
        "model": known.models,
        "profile": known.profiles,
        "project": known.projects,
        "client": known.clients,
    }


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


class FilterField(TextField):
    """One line in the search language. The Down key, or a letter, brings what can follow; Tab and Enter take it."""

    list_wanted = Signal()
    """The keyboard wants into the list."""

    def __init__(self, known: Callable[[], Known], parent: QWidget | None = None) -> None:
        super().__init__(
            "",
            tr("Words, state:, model:, cost> …"),
            name=tr("Filter"),
            icon="filter",
            scale="s",
            parent=parent,
        )
        self.setClearButtonEnabled(False)
        self._known = known
        self._offers = _Offers(self)
        self._offers.taken.connect(self._on_taken)
        self.textEdited.connect(self._on_edited)

    @property
    def offers(self) -> list[str]:
        """What is offered now."""
        return self._offers.words if self._offers.isVisible() else []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through what is offered; Esc takes the offers away, then the text."""
        key = event.key()
        offers = self._offers
        if offers.isVisible() and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            offers.step(1 if key == Qt.Key.Key_Down else -1)
        elif offers.isVisible() and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and offers.current():
            self._on_taken(offers.current())
        elif offers.isVisible() and key == Qt.Key.Key_Escape:
            offers.hide()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key == Qt.Key.Key_Down and not self.text():
            self._offer()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            offers.hide()
            self.list_wanted.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take an offer with Tab, and keep Esc from the window while it has something to do here."""
        if isinstance(event, QKeyEvent):
            is_esc = event.key() == Qt.Key.Key_Escape and (self.text() or self._offers.isVisible())
            if event.type() == QEvent.Type.ShortcutOverride and is_esc:
                event.accept()
                return True
            if (
                event.type() == QEvent.Type.KeyPress
                and event.key() == Qt.Key.Key_Tab
                and self._offers.current()
            ):
                self._on_taken(self._offers.current())
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the offers away."""
        super().focusOutEvent(event)
        self._offers.hide()

    def _on_edited(self) -> None:
        self._offer()

    def _offer(self) -> None:
        found = suggestions(self.text(), self._known())
        if found:
            self._offers.show_under(self, found)
        else:
            self._offers.hide()

    def _on_taken(self, words: str) -> None:
        head, space, _ = self.text().rpartition(" ")
        ends = words.endswith((":", ">", "<"))
        self.setText(f"{head}{space}{words}{'' if ends else ' '}")
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if ends:
            self._offer()
        else:
            self._offers.hide()


class _Offers(QFrame):
    """The list under the field; the keyboard stays in the field."""

    taken = Signal(str)

    def __init__(self, field: QWidget) -> None:
        super().__init__(field.window())
        self._field = field
        self._model = _OfferModel(self)
        self._view = QListView(self)
        self._view.setModel(self._model)
        self._view.setItemDelegate(RowDelegate(self._view, height_px=HEIGHTS["list"]))
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setAccessibleName(tr("What can follow"))
        self._view.setUniformItemSizes(True)
        grounded(self._view, "float")
        self._view.clicked.connect(self._on_clicked)
        self.hide()

    @property
    def words(self) -> list[str]:
        """What is offered."""
        return self._model.stringList()

    def show_under(self, field: QWidget, offers: list[tuple[str, str]]) -> None:
        """Offer words under a field."""
        window = field.window()
        if self.parent() is not window:
            self.setParent(window)
        self._model.show(offers)
        px = current().px
        high = px(HEIGHTS["list"]) * len(offers) + 2
        below = field.mapTo(window, QPoint(0, field.height() + 2))
        top = (
            below.y() if below.y() + high < window.height() else field.mapTo(window, QPoint(0, -2)).y() - high
        )
        self.setGeometry(QRect(below.x(), top, max(field.width(), px(340)), high))
        self._view.setGeometry(self.rect().adjusted(1, 1, -1, -1))
        self._view.clearSelection()
        self._view.setCurrentIndex(self._model.index(-1, 0))
        self.show()
        self.raise_()

    def _on_clicked(self, index: QModelIndex) -> None:
        self.taken.emit(str(index.data()))

    def current(self) -> str:
        """Return what is chosen, "" for nothing."""
        index = self._view.currentIndex()
        return str(index.data()) if self.isVisible() and index.isValid() else ""

    def step(self, way: int) -> None:
        """Choose the next one, or the one before."""
        count = self._model.rowCount()
        at = self._view.currentIndex().row()
        at = 0 if at < 0 and way > 0 else (at + way) % count
        self._view.setCurrentIndex(self._model.index(at, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        del event
        theme = current()
        paint.frame(QPainter(self), self.rect(), 0, theme.color("bg.float"), theme.color("line.control"))


class _OfferModel(QStringListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._help: list[str] = []

    def show(self, offers: list[tuple[str, str]]) -> None:
        """Offer these."""
        self._help = [about for _, about in offers]
        self.setStringList([words for words, _ in offers])

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == TRAILING_ROLE:
            return self._help[index.row()]
        return super().data(index, role)
