"""The sheet over the window in which models are looked for: a search, the list of what was found, and a card."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListView, QStackedWidget, QWidget

from fal_studio.core.catalogue import Wish
from fal_studio.core.catalogue_words import category_in_words
from fal_studio.core.model import Model
from fal_studio.figures import number
from fal_studio.ui.browser.card import ModelCard
from fal_studio.ui.browser.found import MODEL, FoundModels
from fal_studio.ui.browser.pictures import Pictures
from fal_studio.ui.browser.rows import ModelRows
from fal_studio.ui.browser.words import ago
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.model_search import ModelSearch
from fal_studio.ui.prices import Prices
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.empty_state import EmptyState
from fal_studio.ui.widgets.fields import ChoiceBox, SearchField
from fal_studio.ui.widgets.floating_panel import SHADOW, FloatingPanel
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.ui.widgets.progress import ProgressLine
from fal_studio.words import tr, trn

SIZE = (1060, 720)
"""At most so large, in pixels of the design."""
SEARCH_AFTER_MS = 180
"""The catalogue is asked this long after the last letter."""
CARD_AFTER_MS = 120
"""A model that is only passed by with the arrows is not asked for."""
LIST_PX = 400
_ANY = tr("Any category")
_STATES = {tr("Any status"): "", tr("Active"): "active", tr("Deprecated"): "deprecated"}
_WALKS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class ModelSheet(FloatingPanel):
    """Models to search, to look at and to open."""

    open_wanted = Signal(str)
    """Open a request for this endpoint in a tab of its own."""
    use_wanted = Signal(str)
    """Show this endpoint in the request in front."""
    example_wanted = Signal(str)
    copy_wanted = Signal(str)
    saved_wanted = Signal(str)
    """Open the saved request of this file."""

    def __init__(
        self,
        door: ModelSearch,
        catalogue: Catalogue,
        prices: Prices,
        history: History,
        window: QWidget,
        profile: str = "emulator",
    ) -> None:
        super().__init__(tr("Models"), window)
        self._catalogue = catalogue
        self._wanted = ""
        """The endpoint whose card is shown although the list may not have it."""
        self._is_asked_for = False
        """Whether somebody asked for that card, and not only for the list."""
        self.search = SearchField(tr("Search models by words or id"))
        self.category = ChoiceBox([_ANY], name=tr("Category"))
        self.status = ChoiceBox(list(_STATES), name=tr("Status"))
        self.progress = ProgressLine(2, groove=False)
        self._pictures = Pictures(door, self)
        self.found = FoundModels(door, prices, profile, self)
        self.view = _List(self.found)
        self._rows = ModelRows(self.view, self.found, catalogue, self._pictures, self.search)
        self.view.setItemDelegate(self._rows)
        self.empty = EmptyState("", ground="bg.float")
        self.card = ModelCard(door, catalogue, prices, history, self._pictures, profile)
        self._door = door
        self._left, self._right = QStackedWidget(), QStackedWidget()
        self._between = Divider(Qt.Orientation.Vertical)
        self._count = Label("", "caption", "3")
        self._reason = ElidedLabel("", "caption", "3")
        self.again = Button(tr("Try again"), "link", scale="s")
        self.use = Button(
            tr("Use in this request"), tooltip=tr("Show this model in the request in front; its prompt stays")
        )
        self.open_button = Button(
            tr("Open"), "primary", hint="⏎", tooltip=tr("Open a request for this model in a tab of its own")
        )
        self._typing, self._resting = QTimer(self), QTimer(self)
        self._lay_out()
        self._connect()
        self._show_categories()
        self._show_state()

    @property
    def endpoint(self) -> str:
        """The model that is chosen, "" for none."""
        return self.card.endpoint if self._right.currentWidget() is self.card else ""

    @property
    def told(self) -> str:
        """What the foot says about the list."""
        return self._count.text()

    def open_at(self, words: str = "", endpoint: str = "") -> None:
        """Open with a search for words, or at the card of an endpoint; without either as it was left."""
        self.fit()
        if not self.isVisible():
            self.open()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
        if words and words != self.search.text():
            self.search.setText(words)
        self.search.selectAll()
        if endpoint:
            self.show_endpoint(endpoint)
        self._resting.start()
        self._search_now()

    def show_endpoint(self, endpoint: str) -> None:
        """Show the card of an endpoint, listed or not."""
        self._wanted, self._is_asked_for = endpoint, True
        if (row := self.found.row_of(endpoint)) >= 0:
            self.view.setCurrentIndex(self.found.index(row))
            return
        self.view.clearSelection()
        self.view.setCurrentIndex(QModelIndex())
        known = self._catalogue.get(endpoint)
        model = Model(endpoint, known.title or endpoint, known.category, known.description)
        self._show_card(model)
        self._resting.start()

    def fit(self) -> None:
        """Take the middle of the window, as large as there is room for."""
        px, window = current().px, self.window()
        width = min(px(SIZE[0]), window.width() - px(64))
        height = min(px(SIZE[1]), window.height() - px(64))
        left, top = (window.width() - width) // 2, (window.height() - height) // 2
        self.place(QRect(QPoint(left, top), QPoint(left + width - 1, top + height - 1)))
        self._share()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk through the list with the arrows while the search has the keyboard."""
        if watched is self.search:
            return (
                isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._heard(event)
            )
        if watched is self.window() and event.type() == QEvent.Type.Resize:
            self.fit()
            return False
        return super().eventFilter(watched, event)

    def _heard(self, event: QKeyEvent) -> bool:
        """Whether a key that was pressed in the search is meant for the list."""
        if event.key() in _WALKS:
            self.view.keyPressEvent(event)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_entered()
            return True
        return False

    def _lay_out(self) -> None:
        px = current().px
        filters = QHBoxLayout()
        filters.setContentsMargins(px(16), px(12), px(16), px(10))
        filters.setSpacing(px(8))
        self.category.setMinimumWidth(px(150))
        self.status.setMinimumWidth(px(116))
        filters.addWidget(self.search, 1)
        filters.addWidget(self.category)
        filters.addWidget(self.status)
        self._left.addWidget(self.view)
        self._left.addWidget(self.empty)
        self._right.addWidget(QWidget())
        self._right.addWidget(self.card)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._left)
        middle.addWidget(self._between)
        middle.addWidget(self._right, 1)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addLayout(filters)
        self.body.addWidget(self.progress)
        self.body.addWidget(Divider())
        self.body.addLayout(middle, 1)
        self.foot.addWidget(self._count)
        self.foot.addWidget(self.again)
        self.foot.addWidget(self._reason, 1)
        self.foot.addWidget(self.use)
        self.foot.addWidget(self.open_button)

    def _connect(self) -> None:
        for timer, after_ms, work in (
            (self._typing, SEARCH_AFTER_MS, self._search_now),
            (self._resting, CARD_AFTER_MS, self._want_card),
        ):
            timer.setSingleShot(True)
            timer.setInterval(after_ms)
            timer.timeout.connect(work)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._on_search_changed)
        self.category.activated.connect(self._search_now)
        self.status.activated.connect(self._search_now)
        self._door.categories_changed.connect(self._show_categories)
        self.found.changed.connect(self._show_state)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.view.entered_by_key.connect(self._on_entered)
        self.view.doubleClicked.connect(self._on_entered)
        current().zoomed.connect(self._on_zoomed)
        self._rows.star_pressed.connect(self._catalogue.toggle_favourite)
        self._catalogue.favourites_changed.connect(self.view.viewport().update)
        self._pictures.arrived.connect(self._on_picture_arrived)
        self.empty.action_wanted.connect(self._on_empty_action)
        self.again.clicked.connect(self._on_again)
        self.use.clicked.connect(lambda: self._leave_with(self.use_wanted))
        self.open_button.clicked.connect(lambda: self._leave_with(self.open_wanted))
        self.card.example_wanted.connect(self._on_example_wanted)
        self.card.copy_wanted.connect(self.copy_wanted)
        self.card.changes.open_wanted.connect(self._on_saved_wanted)
        self.card.page_wanted.connect(_open_address)

    def _wish(self) -> Wish:
        category = self.category.currentData() or ""
        return Wish(self.search.text().strip(), category, _STATES[self.status.currentText()])

    def _on_search_changed(self) -> None:
        self._wanted, self._is_asked_for = "", False
        self._typing.start()

    def _search_now(self) -> None:
        self._typing.stop()
        self._pictures.forget_missing()
        self.found.search(self._wish())

    def _on_empty_action(self) -> None:
        if self.found.problem:
            self._search_now()
            return
        self.category.setCurrentIndex(0)
        self.status.setCurrentIndex(0)
        self.search.clear()
        self._search_now()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_again(self) -> None:
        if self.found.problem and self.found.rowCount():
            self.found.more()
        else:
            self._search_now()

    def _on_zoomed(self) -> None:
        self.view.doItemsLayout()
        self.fit()

    def _on_picture_arrived(self, _endpoint: str) -> None:
        self.view.viewport().update()

    def _on_current_changed(self, index: QModelIndex) -> None:
        model = index.data(MODEL)
        if isinstance(model, Model):
            self._is_asked_for = self._is_asked_for and self._wanted == model.id
            self._wanted = model.id
            self._show_card(model)
            self._resting.start()

    def _want_card(self) -> None:
        if self.card.endpoint:
            self._door.want_card(self.card.endpoint)

    def _show_card(self, model: Model) -> None:
        self.card.show_model(model)
        self._right.setCurrentWidget(self.card)
        self._show_buttons()

    def _on_entered(self) -> None:
        if self.endpoint and not self._typing.isActive():
            self._leave_with(self.open_wanted)
        elif self._typing.isActive():
            self._search_now()

    def _on_example_wanted(self, _endpoint: str) -> None:
        self._leave_with(self.example_wanted)

    def _on_saved_wanted(self, file: str) -> None:
        self.dismiss()
        self.saved_wanted.emit(file)

    def _leave_with(self, signal: object) -> None:
        endpoint = self.endpoint
        if endpoint:
            self.dismiss()
            signal.emit(endpoint)  # pyright: ignore[reportAttributeAccessIssue] - a signal of this class

    def _show_categories(self) -> None:
        chosen = self.category.currentData()
        self.category.clear()
        self.category.addItem(_ANY)
        for category in self._door.categories:
            self.category.addItem(category_in_words(category), category)
        self.category.setCurrentIndex(max(0, self.category.findData(chosen)))

    def _show_state(self) -> None:
        found = self.found
        rows = found.rowCount()
        if found.is_waiting:
            self.progress.show_unknown()
        else:
            self.progress.clear()
        self._left.setCurrentWidget(self.view if rows else self.empty)
        if not rows:
            self._show_empty()
        self._choose()
        self._count.setText(self._words(rows))
        self._count.set_tone("ask" if rows and (found.problem or found.found.why_kept) else "3")
        reason = (found.problem or found.found.why_kept) if rows else ""
        self._reason.set_text(reason)
        self.again.setVisible(bool(reason))
        self._show_buttons()

    def _show_empty(self) -> None:
        found, wish = self.found, self.found.wish
        if not found.has_answer:
            self.empty.set_texts(tr("Looking for models…"))
        elif found.problem:
            self.empty.set_texts(
                tr("There is no list to show"), f"{found.problem} {found.next_step}", tr("Try again")
            )
        elif wish.words or wish.category or wish.status:
            asked = (
                tr("No model fits “{words}”").format(words=wish.words) if wish.words else tr("No model fits")
            )
            where = tr(" as it was listed last") if found.found.kept_s is not None else ""
            line = tr("Searched the catalogue{where}: ids, titles, descriptions and tags.").format(
                where=where
            )
            self.empty.set_texts(asked.replace("{", "(").replace("}", ")"), line, tr("Show all models"))
        else:
            self.empty.set_texts(tr("The catalogue is empty"), tr("The profile lists no model."))

    def _words(self, rows: int) -> str:
        found = self.found
        count = trn("{rows} model", "{rows} models", rows).format(rows=number(rows))
        if not rows:
            return ""
        if found.problem:
            return tr("{count}; the rest could not be had").format(count=count)
        if found.found.kept_s is not None:
            when = ago(found.found.kept_s)
            if found.found.why_kept:
                return tr("Catalogue from {when}, {part} · {count}").format(
                    when=when,
                    part=tr("offline") if found.found.is_offline else tr("no newer one"),
                    count=count,
                )
            return tr("Catalogue from {when}, asking for a newer one · {count}").format(
                when=when, count=count
            )
        if not found.has_more:
            return count
        return (
            tr("{count}, loading more").format(count=count)
            if found.is_waiting
            else tr("{count}, more below").format(count=count)
        )

    def _choose(self) -> None:
        """Keep the chosen model chosen where it is listed; else the first one, unless a card is asked for."""
        rows = self.found.rowCount()
        row = self.found.row_of(self._wanted)
        if row >= 0:
            if self.view.currentIndex().row() != row:
                self.view.setCurrentIndex(self.found.index(row))
        elif rows and not self._is_asked_for:
            self.view.setCurrentIndex(self.found.index(0))
        elif not rows and self.found.has_answer and not self._is_asked_for:
            self._wanted = ""
            self._right.setCurrentIndex(0)
        self._share()

    def _share(self) -> None:
        """Give the list its part of the width, or all of it while there is no card."""
        has_card = self._right.currentWidget() is self.card
        wide = self.width() - 2 * SHADOW
        self._left.setFixedWidth(min(current().px(LIST_PX), wide * 2 // 5) if has_card else wide - 2)
        self._between.setVisible(has_card)
        self._right.setVisible(has_card)

    def _show_buttons(self) -> None:
        has_one = bool(self.endpoint)
        self.use.setEnabled(has_one)
        self.open_button.setEnabled(has_one)


class _List(QListView):
    """The models that were found. A press chooses one; a double press or Enter opens it, whatever the desktop does."""

    entered_by_key = Signal()

    def __init__(self, model: FoundModels) -> None:
        super().__init__()
        grounded(self, "float")
        self.setModel(model)
        self.setAccessibleName(tr("Models"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setProperty("ownFocus", True)  # noqa: FBT003 - a property value

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_by_key.emit()
            return
        super().keyPressEvent(event)


def _open_address(address: str) -> None:
    if address.startswith(("https://", "http://")):
        QDesktopServices.openUrl(QUrl(address))
