"""The bottom dock: the queue and the history, two views over one table, with the chosen call at the side."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QActionGroup, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from fal_studio.core.blobs import Load
from fal_studio.core.history import CallRow, Order
from fal_studio.figures import number
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.queue.detail import CallDetail
from fal_studio.ui.queue.filtering import FilterField, Known, chips_of, query_of, without
from fal_studio.ui.queue.foot import DockFoot
from fal_studio.ui.queue.lines import GroupBy
from fal_studio.ui.queue.list_detail import BESIDE_FROM_PX, ListAndDetail
from fal_studio.ui.queue.listing import Listing
from fal_studio.ui.queue.model import CallsModel
from fal_studio.ui.queue.scope import Scope
from fal_studio.ui.queue.table import CallsTable
from fal_studio.ui.queue.telling import Telling
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.queue.title import DockTitle
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import LARGE
from fal_studio.ui.widgets.buttons import ActionButton, Button, IconButton
from fal_studio.ui.widgets.empty_state import EmptyState
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.ui.widgets.tabs import Tab, TabStrip
from fal_studio.words import told, tr

WORDS_EVERY_MS = 1000
DETACH, ATTACH = tr("Open in a window of its own"), tr("Put back into the main window")


class QueueDock(QWidget):
    """Shows calls and says what somebody wants with them."""

    show_wanted = Signal(str)
    remove_wanted = Signal(tuple)
    """Calls to be cancelled if they are open, put into the trash if not."""
    check_wanted = Signal(str)
    copy_wanted = Signal(str)
    menu_wanted = Signal(QPoint)
    demo_wanted = Signal()
    close_wanted = Signal()
    detach_wanted = Signal()
    """A window of its own is wanted, or the place in the main window back."""
    chosen = Signal()
    """Other calls are selected."""
    arranged = Signal()
    """Rows are sorted or gathered another way: to be kept."""

    def __init__(
        self, calls: Calls, catalogue: Catalogue, history: History, load: Load, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self.setAccessibleName(tr("Queue and history"))
        self._calls = calls
        self.telling = Telling(calls, catalogue, history)
        self.model = CallsModel(self.telling, self)
        self._thumbnails = Thumbnails(load, self)
        self.listing = Listing(calls, history, self.model, self)
        self.table = CallsTable(self.model, self.telling, self._thumbnails, self)
        self.detail = CallDetail(calls, history, self._thumbnails, self)
        self._tabs = TabStrip(
            [Tab("queue", tr("Queue")), Tab("history", tr("History"))], name=tr("Calls"), parent=self
        )
        self.filter = FilterField(self._known, self)
        self._profiles = Button(tr("All profiles"), "quiet", scale="s", menu=QMenu(self), parent=self)
        self._groups = Button(tr("Group: none"), "quiet", scale="s", menu=QMenu(self), parent=self)
        self._empty = EmptyState(tr("Runs appear here and stay here"), ground="bg.panel", parent=self)
        self._table_or_empty = QStackedWidget(self)
        self._left = QWidget(self)
        self.split = ListAndDetail(self._left, self.detail, self)
        self._counts = ElidedLabel("", "caption", "3", parent=self)
        self._foot = DockFoot(self)
        self._detach = IconButton("detach", DETACH, scale="s", parent=self)
        self._words = QTimer(self)
        self._words.setInterval(WORDS_EVERY_MS)
        self._is_wide = True
        self._is_newest_wanted = False
        self._lay_out()
        self._connect()
        self._fill_groups()
        self._show_wish()

    def show_scope(self, scope: Scope) -> None:
        """Bring the queue or the history to the front."""
        self._tabs.set_chosen(scope.value)

    def show_as(self, kept: Mapping[str, tuple[str, ...]]) -> None:
        """Sort and gather as it was left (`Listing.shown_as`)."""
        self.listing.show_as(kept)
        self._show_wish()

    def focus_table(self) -> None:
        """Put the keyboard into the list."""
        self.split.turn(to_detail=False)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.table.scrollTo(self.table.currentIndex())
        # Not whether there is a current row: Qt makes the first one that as soon as the keyboard comes.
        self._is_newest_wanted = not self.table.selectionModel().hasSelection()
        self._choose_newest()

    def _choose_newest(self) -> None:
        """Choose the first call, as soon as there is one: somebody came with the keyboard and has chosen none."""
        if self._is_newest_wanted and (rows := self._rows()):
            self._is_newest_wanted = False
            self.table.choose(rows[0].call)

    def set_tools(self, tools: Sequence[QWidget]) -> None:
        """Put buttons into the title, from left to right."""
        for tool in tools:
            self._tools.addWidget(tool)
        self._show_words(wide=self.width() >= current().px(BESIDE_FROM_PX))

    def _show_words(self, *, wide: bool) -> None:
        """Leave out words of the title where there is little room."""
        for button in self.findChildren(ActionButton):
            button.set_bare(is_bare=not wide)
        self._is_wide = wide
        self._show_counts()

    def show_detached(self, *, is_detached: bool) -> None:
        """Offer the way back while it is in a window of its own."""
        words = ATTACH if is_detached else DETACH
        self._detach.set_icon_name("sidebar" if is_detached else "detach")
        self._detach.setToolTip(words)
        self._detach.setAccessibleName(words)

    def let_go(self) -> None:
        """Stop threads and timers."""
        self._words.stop()
        current().ticker.follow(self.table, moving=False)
        self._thumbnails.close()

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        return QSize(1280, current().px(420))

    def showEvent(self, event: QShowEvent) -> None:
        """Show what came while it was hidden."""
        super().showEvent(event)
        self.listing.set_active(is_active=True)
        self._follow_time()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self.listing.set_active(is_active=False)
        self._follow_time()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the detail beside the table, or under it."""
        super().resizeEvent(event)
        wide = self.width() >= current().px(BESIDE_FROM_PX)
        if wide is not self._is_wide:
            self._show_words(wide=wide)
        self.split.lay(self.size())

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window while it leads back to the list."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and self._leads_back(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back to the list."""
        if self._leads_back(event):
            self.focus_table()
        else:
            super().keyPressEvent(event)

    def _leads_back(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and self.split.is_turned

    def _lay_out(self) -> None:
        px = current().px
        head = DockTitle(LARGE, (4, 8), self)
        row = head.first
        head.spare = self._counts
        self.filter.setMinimumWidth(px(150))
        self.filter.setMaximumWidth(px(300))
        close = IconButton("close", tr("Close the queue"), scale="s", shortcut_text="Ctrl+J", parent=self)
        close.clicked.connect(self.close_wanted)
        self._detach.clicked.connect(self.detach_wanted)
        row.addWidget(self._tabs)
        row.addWidget(self._counts)
        row.addWidget(self.filter, 4)
        row.addWidget(self._profiles)
        row.addWidget(self._groups)
        row.addStretch(1)
        self._tools = QHBoxLayout()
        self._tools.setSpacing(px(4))
        head.second.addLayout(self._tools)
        head.second.addWidget(self._detach)
        head.second.addWidget(close)
        head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._table_or_empty.addWidget(self.table)
        self._table_or_empty.addWidget(self._empty)
        column.addWidget(self._table_or_empty, 1)
        column.addWidget(self._foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.split, 1)

    def _connect(self) -> None:
        table, listing = self.table, self.listing
        listing.keep, listing.is_held = table.kept, lambda: table.is_held
        listing.changed.connect(self._on_listing_changed)
        self._tabs.chosen.connect(self._on_scope_chosen)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.filter.list_wanted.connect(self.focus_table)
        self._foot.chip_closed.connect(self._on_chip_closed)
        listing.arrived.connect(table.note_arrived)
        self._profiles.menu().aboutToShow.connect(self._fill_profiles)
        table.rested.connect(listing.settle)
        table.order_wanted.connect(self._on_order_wanted)
        table.fold_wanted.connect(listing.fold)
        table.more_wanted.connect(listing.more)
        table.chosen.connect(self._on_chosen)
        table.show_wanted.connect(self.show_wanted)
        table.check_wanted.connect(self.check_wanted)
        table.menu_wanted.connect(self.menu_wanted)
        table.copy_wanted.connect(self._on_copy_wanted)
        table.remove_wanted.connect(lambda: self.remove_wanted.emit(table.calls()))
        self.detail.copy_wanted.connect(self.copy_wanted)
        self.detail.show_wanted.connect(self.show_wanted)
        table.detail_wanted.connect(self._on_detail_wanted)
        self._foot.detail_wanted.connect(self._on_detail_wanted)
        self.detail.back.clicked.connect(self.focus_table)
        self.split.turned.connect(self._on_turned)
        self._empty.action_wanted.connect(self.demo_wanted)
        self._words.timeout.connect(self._on_second)

    def _known(self) -> Known:
        """Return what a filter may name: endpoints, profiles and projects that are listed."""
        rows = self._rows()
        return Known(
            _usual(row.endpoint for row in rows),
            _usual(row.profile for row in rows),
            _usual(row.project for row in rows if row.project),
            _usual(row.client for row in rows if row.client),
        )

    def _rows(self) -> list[CallRow]:
        return [line for line in self.model.lines if isinstance(line, CallRow)]

    def _fill_profiles(self) -> None:
        menu = self._profiles.menu()
        menu.clear()
        group = QActionGroup(menu)
        for profile in ("", *_usual(row.profile for row in self.listing.all_rows())):
            action = menu.addAction(profile or tr("All profiles"), partial(self._on_profile_chosen, profile))
            action.setCheckable(True)
            action.setChecked(profile == self.listing.wish.profile)
            group.addAction(action)

    def _on_profile_chosen(self, profile: str) -> None:
        self.listing.set_profile(profile)
        self._show_wish()

    def _on_filter_changed(self, text: str) -> None:
        self.listing.set_text(text)
        self._show_conditions()

    def _on_chip_closed(self, chip: str) -> None:
        self.filter.setText(without(self.filter.text(), chip))

    def _show_conditions(self) -> None:
        text = self.filter.text()
        self._foot.show_conditions(chips_of(text), query_of(text)[1])

    def _fill_groups(self) -> None:
        menu = self._groups.menu()
        group = QActionGroup(menu)
        for by in GroupBy:
            action = menu.addAction(told(by.value).capitalize(), partial(self._on_group_chosen, by))
            action.setData(by.value)
            action.setCheckable(True)
            group.addAction(action)

    def _show_wish(self) -> None:
        """Show how the list in front is filtered, sorted and gathered."""
        wish = self.listing.wish
        self.filter.setText(wish.text)
        self._show_conditions()
        self.table.show_order(wish.order, descending=wish.descending)
        for action in self._groups.menu().actions():
            action.setChecked(action.data() == wish.by.value)
        self._groups.setText(tr("Group: {by}").format(by=told(wish.by.value)))
        self._profiles.setText(wish.profile or tr("All profiles"))

    def _on_scope_chosen(self, key: str) -> None:
        self.listing.set_scope(Scope(key))
        self._show_wish()

    def _on_order_wanted(self, order: Order) -> None:
        self.listing.sort_by(order)
        self._show_wish()
        self.arranged.emit()

    def _on_group_chosen(self, by: GroupBy) -> None:
        self.listing.group_by(by)
        self._show_wish()
        self.arranged.emit()

    def _on_listing_changed(self) -> None:
        listing = self.listing
        self._show_counts()
        self._foot.show_counts(
            listing.shown,
            listing.total,
            listing.spent,
            listing.wish.order,
            descending=listing.wish.descending,
        )
        self._show_emptiness()
        self._choose_newest()
        self._follow_time()

    def _show_counts(self) -> None:
        counts = self.listing.counts()
        states = (("open", tr("open")), ("unknown", tr("unknown")), ("ended", tr("ended")))
        words = [f"{number(counts[key])} {word}" for key, word in states if counts[key]]
        self._counts.set_text(", ".join(words if self._is_wide else words[:1]))
        # Its room is kept, so that the filter does not move when a call ends.
        self._counts.setFixedWidth(current().px(172 if self._is_wide else 60))

    def _show_emptiness(self) -> None:
        listing = self.listing
        self.detail.show_hint(is_shown=listing.shown > 0)
        if listing.shown or listing.is_waiting:
            self._table_or_empty.setCurrentWidget(self.table)
            return
        if listing.problem:
            self._empty.set_texts(tr("The history cannot be read"), listing.problem, "")
        elif listing.wish.text or listing.wish.profile:
            self._empty.set_texts(
                tr("Nothing fits the filter"), tr("Take a word away, or look in the history."), ""
            )
        elif listing.scope is Scope.QUEUE:
            self._empty.set_texts(
                tr("Nothing is open"),
                tr("Calls stand here while they run, and a while after."),
                tr("Run the demo"),
            )
        else:
            self._empty.set_texts(
                tr("Runs appear here and stay here"),
                tr("Every call, with all that happened in it."),
                tr("Run the demo"),
            )
        self._table_or_empty.setCurrentWidget(self._empty)

    def _on_detail_wanted(self) -> None:
        """Show the chosen call where only the list is seen."""
        if self.split.is_single and self.table.call():
            self.split.turn(to_detail=True)
            self.detail.focus_tabs()

    def _on_turned(self) -> None:
        self.detail.back.setVisible(self.split.is_single)
        self._foot.offer_detail(is_offered=self.split.is_single and bool(self.table.call()))

    def _on_chosen(self) -> None:
        call = self.table.call()
        self._foot.offer_detail(is_offered=self.split.is_single and bool(call))
        if call:
            self._is_newest_wanted = False
        others = [row for other in self.table.calls() if other != call and (row := self.listing.row(other))]
        self.detail.show_call(self.listing.row(call) if call else None, others)
        self.chosen.emit()

    def _on_copy_wanted(self) -> None:
        rows = [row for call in self.table.calls() if (row := self.listing.row(call)) is not None]
        self.copy_wanted.emit("\n".join(row.request_id or row.call for row in rows))

    def _follow_time(self) -> None:
        """Count and turn only while something that is seen changes with time."""
        moves = self.isVisible() and self.table.has_moving()
        current().ticker.follow(self.table, moving=moves, tick=self._turn)
        if moves and not self._words.isActive():
            self._words.start()
        elif not moves:
            self._words.stop()

    def _on_second(self) -> None:
        self.table.refresh_moving(words=True)
        self.detail.tick()

    def _turn(self) -> None:
        self.table.refresh_moving(words=False)


def _usual(values: Iterable[str]) -> list[str]:
    """Return each value once, the most frequent first."""
    return [value for value, _ in Counter(values).most_common()]
