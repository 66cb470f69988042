"""The gallery: all finished calls that made files, as pictures side by side, over the same rows and filter as the history."""

from collections import Counter
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from fal_studio.core.blobs import Load
from fal_studio.core.events import Event
from fal_studio.core.history import CallRow
from fal_studio.core.request import Request
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.queue.filtering import FilterField, Known, chips_of, query_of, without
from fal_studio.ui.queue.foot import DockFoot
from fal_studio.ui.queue.gallery_foot import GalleryFoot
from fal_studio.ui.queue.listing import Listing
from fal_studio.ui.queue.telling import Telling
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.queue.tiles import SIDES_PX, USUAL, Tiles
from fal_studio.ui.queue.tiles_model import TilesModel
from fal_studio.ui.queue.title import DockTitle
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import LARGE
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.empty_state import EmptyState
from fal_studio.ui.widgets.fields import Slider
from fal_studio.ui.widgets.kept_sizes import arrangement_of
from fal_studio.ui.widgets.labels import Label
from fal_studio.words import tr

READ_AFTER_MS = 150
"""A call is read from the ledger once somebody has stayed at it so long."""
TOLD_AFTER_MS = 400
"""That calls are still being read is said after so long; they are mostly there before."""
_KEPT = "gallery"
_STARRED = "is:starred"


class Gallery(QWidget):
    """Shows tiles and says what somebody wants with them."""

    show_wanted = Signal(str)
    remove_wanted = Signal(tuple)
    """Calls to be put into the trash."""
    recall_wanted = Signal(str)
    """A part of the chosen call is wanted in the request in front: the end of a command `recall.…`."""
    judge_wanted = Signal(str)
    """A star, a rating or a rejection: the end of a command `queue.…`."""
    copy_wanted = Signal(str)
    menu_wanted = Signal(QPoint)
    drag_wanted = Signal()
    """The results of the chosen calls are pulled out of the window."""
    demo_wanted = Signal()
    chosen = Signal()
    """Other tiles are selected."""

    def __init__(
        self, calls: Calls, catalogue: Catalogue, history: History, load: Load, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self.setAccessibleName(tr("Gallery"))
        self._calls, self._history = calls, history
        self.telling = Telling(calls, catalogue, history)
        self.model = TilesModel(self.telling, self)
        self.thumbnails = Thumbnails(load, self)
        self.listing = Listing(calls, history, self.model, self, is_of_files=True)
        self.tiles = Tiles(self.model, self.telling, self.thumbnails, self)
        self.filter = FilterField(self._known, self)
        self.scale = Slider(USUAL, 0, len(SIDES_PX) - 1, name=tr("Size of the pictures"), parent=self)
        self.only_starred = IconButton(
            "star", tr("Show only what is starred"), scale="s", checkable=True, parent=self
        )
        self.foot = GalleryFoot(self.telling, self)
        self._counts = DockFoot(self)
        self._empty = EmptyState(tr("What you make appears here"), parent=self)
        self._middle = QStackedWidget(self)
        self._request: tuple[str, Request | None] = ("", None)
        """The chosen call and its request, as far as that was read."""
        self._is_newest_wanted = False
        self._neighbour = -1
        """Where the keyboard goes when what was there is gone; -1: nowhere else."""
        self._read = QTimer(self)
        self._read.setSingleShot(True)
        self._read.setInterval(READ_AFTER_MS)
        self._waited = QTimer(self)
        self._waited.setSingleShot(True)
        self._waited.setInterval(TOLD_AFTER_MS)
        self._lay_out()
        self._connect()
        self._on_chosen()
        self._show_conditions()

    def focus_tiles(self) -> None:
        """Put the keyboard to the tiles; the newest is chosen if none was."""
        self.tiles.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._is_newest_wanted = not self.tiles.calls()
        self._choose_newest()

    def panes(self) -> list[QWidget]:
        """Return what F6 walks through."""
        return [self._head, self._middle, self.foot]

    def let_go(self) -> None:
        """Stop threads and timers."""
        self._read.stop()
        self._waited.stop()
        self.thumbnails.close()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what came while it was hidden."""
        super().showEvent(event)
        if (kept := arrangement_of(self)) is not None and (size := kept.of(_KEPT)):
            self.scale.setValue(size[0])
        self.listing.set_active(is_active=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self.listing.set_active(is_active=False)

    def _lay_out(self) -> None:
        px = current().px
        self._head = DockTitle(LARGE, (12, 12), self)
        self.filter.setMinimumWidth(px(200))
        self.filter.setMaximumWidth(px(480))
        self.scale.setFixedWidth(px(120))
        self.scale.setToolTip(tr("Size of the pictures: + and − among them do the same"))
        self._head.first.addWidget(self.filter, 4)
        self._head.first.addStretch(1)
        self._head.second.addWidget(self.only_starred)
        self._head.second.addWidget(Label(tr("Size"), "cell", "3", parent=self))
        self._head.second.addWidget(self.scale)
        self._head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._middle.addWidget(self.tiles)
        self._middle.addWidget(self._empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head)
        whole.addWidget(self._middle, 1)
        whole.addWidget(self.foot)
        whole.addWidget(self._counts)

    def _connect(self) -> None:
        tiles, listing = self.tiles, self.listing
        listing.keep = tiles.kept
        listing.changed.connect(self._on_listing_changed)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.only_starred.clicked.connect(self._on_only_starred)
        self.filter.list_wanted.connect(self.focus_tiles)
        self._counts.chip_closed.connect(self._on_chip_closed)
        self.scale.valueChanged.connect(self._on_size_changed)
        tiles.size_wanted.connect(self._on_size_wanted)
        tiles.more_wanted.connect(listing.more)
        tiles.chosen.connect(self._on_chosen)
        tiles.show_wanted.connect(self.show_wanted)
        tiles.recall_wanted.connect(self.recall_wanted)
        tiles.judge_wanted.connect(self._on_judge_wanted)
        tiles.menu_wanted.connect(self.menu_wanted)
        self.foot.more.clicked.connect(self._on_more_clicked)
        tiles.copy_wanted.connect(self._on_copy_wanted)
        tiles.remove_wanted.connect(self._on_remove_wanted)
        tiles.drag_wanted.connect(self.drag_wanted)
        self._empty.action_wanted.connect(self.demo_wanted)
        self._read.timeout.connect(self._on_read_due)
        self._waited.timeout.connect(self._show_emptiness)
        self._history.call_found.connect(self._on_call_found)

    def _known(self) -> Known:
        """Return what a filter may name."""
        rows = [line for line in self.model.lines if isinstance(line, CallRow)]
        return Known(
            _usual(row.endpoint for row in rows),
            _usual(row.profile for row in rows),
            _usual(row.project for row in rows if row.project),
            _usual(row.client for row in rows if row.client),
        )

    def _choose_newest(self) -> None:
        if self._is_newest_wanted and (row := self.model.row(0)) is not None:
            self._is_newest_wanted = False
            self.tiles.choose(row.call)

    def _choose_neighbour(self) -> None:
        """Go on with the tile that has come to the place of one that was removed."""
        if self._neighbour < 0 or self.tiles.calls():
            return
        at, self._neighbour = min(self._neighbour, self.model.rowCount() - 1), -1
        if (row := self.model.row(at)) is not None:
            self.tiles.choose(row.call)

    def _on_filter_changed(self, text: str) -> None:
        self.listing.set_text(text)
        self._show_conditions()

    def _on_chip_closed(self, chip: str) -> None:
        self.filter.setText(without(self.filter.text(), chip))

    def _on_only_starred(self) -> None:
        text = self.filter.text()
        others = [chip for chip in chips_of(text) if not chip.endswith(_STARRED)]
        self.filter.setText(" ".join([*others, _STARRED] if self.only_starred.isChecked() else others))

    def _show_conditions(self) -> None:
        text = self.filter.text()
        self.only_starred.setChecked(_STARRED in chips_of(text))
        self._counts.show_conditions(chips_of(text), query_of(text)[1])

    def _on_listing_changed(self) -> None:
        listing, wish = self.listing, self.listing.wish
        self._counts.show_counts(
            listing.shown, listing.total, listing.spent, wish.order, descending=wish.descending
        )
        self._choose_newest()
        self._choose_neighbour()
        if listing.is_waiting:
            self._waited.start()
        else:
            self._waited.stop()
            self._show_emptiness()

    def _show_emptiness(self) -> None:
        listing = self.listing
        self.foot.setVisible(listing.shown > 0)
        if listing.shown:
            self._middle.setCurrentWidget(self.tiles)
            return
        had_keyboard = self.tiles.hasFocus()
        if listing.is_waiting:
            self._empty.set_texts(tr("Looking…"))
        elif listing.problem:
            self._empty.set_texts(tr("The history cannot be read"), listing.problem)
        elif listing.wish.text:
            self._empty.set_texts(tr("Nothing fits the filter"), tr("Take a word or a condition away."))
        else:
            self._empty.set_texts(
                tr("What you make appears here"),
                tr("Every finished call with a picture, a video, a sound or a 3D model, newest first."),
                tr("Run the demo"),
            )
        self._middle.setCurrentWidget(self._empty)
        if had_keyboard and not self._empty.focus_action():
            self.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_chosen(self) -> None:
        call = self.tiles.call()
        if call:
            self._is_newest_wanted = False
        if call != self._request[0]:
            self._request = (call, self._calls.request(call) if call else None)
            if call and not self._calls.has(call):
                self._read.start()
            else:
                self._read.stop()
        self._show_foot()
        self.chosen.emit()

    def _show_foot(self) -> None:
        call, request = self._request
        self.foot.show_call(self.listing.row(call) if call else None, request, len(self.tiles.calls()))

    def _on_read_due(self) -> None:
        if call := self._request[0]:
            self._history.call_wanted.emit(call)

    def _on_call_found(self, call: str, request: Request | None, events: Sequence[Event]) -> None:
        if call == self._request[0]:
            self._calls.hold(call, request, events)  # its menu offers what can be done with its files
            self._request = (call, request)
            self._show_foot()

    def _on_copy_wanted(self) -> None:
        rows = [row for call in self.tiles.calls() if (row := self.listing.row(call)) is not None]
        self.copy_wanted.emit("\n".join(row.request_id or row.call for row in rows))

    def _on_more_clicked(self) -> None:
        more = self.foot.more
        self.menu_wanted.emit(more.mapToGlobal(more.rect().topLeft()))

    def _on_remove_wanted(self) -> None:
        self._neighbour = self.tiles.currentIndex().row()
        self.remove_wanted.emit(self.tiles.calls())

    def _on_judge_wanted(self, judgement: str) -> None:
        if self.listing.is_about_judgements:  # it may go away
            self._neighbour = self.tiles.currentIndex().row()
        self.judge_wanted.emit(judgement)

    def _on_size_wanted(self, by: int) -> None:
        self.scale.setValue(self.scale.value() + by)

    def _on_size_changed(self, step: int) -> None:
        self.tiles.set_side(SIDES_PX[step])
        if (kept := arrangement_of(self)) is not None:
            kept.note(_KEPT, (step,))


def _usual(values: Iterable[str]) -> list[str]:
    """Return each value once, the most frequent first."""
    return [value for value, _ in Counter(values).most_common()]
