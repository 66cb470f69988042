"""The main window: composes bars, library and request tabs; decides nothing about calls."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from fal_studio.core.blobs import Load
from fal_studio.core.events import Event
from fal_studio.core.snippets.snippet import Language
from fal_studio.core.uses import Uses
from fal_studio.ui import dropping, theme
from fal_studio.ui.accounts import Accounts
from fal_studio.ui.actions import Actions
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.library.dock import LibraryDock
from fal_studio.ui.model_search import ModelSearch
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.request.ask_line import Asked
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.request.draft import Draft, draft_like
from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.settings import SettingsDoor
from fal_studio.ui.shell import menus
from fal_studio.ui.shell.attaching import Attaching
from fal_studio.ui.shell.banner import Banner
from fal_studio.ui.shell.call_commands import CallCommands
from fal_studio.ui.shell.call_lists import CallLists
from fal_studio.ui.shell.call_panels import CallPanels
from fal_studio.ui.shell.checkups import Checkups
from fal_studio.ui.shell.chosen_keys import ChosenKeys
from fal_studio.ui.shell.comparing import ComparePlace
from fal_studio.ui.shell.copying import Copying
from fal_studio.ui.shell.gallery_place import GalleryPlace
from fal_studio.ui.shell.help import Help
from fal_studio.ui.shell.in_front import InFront
from fal_studio.ui.shell.later import Later
from fal_studio.ui.shell.layout import DOCK_PX, Layout
from fal_studio.ui.shell.leaving import Leaving
from fal_studio.ui.shell.library_place import LibraryPlace
from fal_studio.ui.shell.library_ways import LibraryWays
from fal_studio.ui.shell.model_place import ModelPlace
from fal_studio.ui.shell.monitor import Monitor
from fal_studio.ui.shell.new_requests import NewRequests
from fal_studio.ui.shell.open_requests import OpenRequests
from fal_studio.ui.shell.pages import Pages
from fal_studio.ui.shell.panes import Panes
from fal_studio.ui.shell.profiles import Profiles
from fal_studio.ui.shell.rail import Rail
from fal_studio.ui.shell.result_ways import ResultWays
from fal_studio.ui.shell.returning import Returning
from fal_studio.ui.shell.save_rules import SaveRules
from fal_studio.ui.shell.second_window import SecondWindow
from fal_studio.ui.shell.sending import Sending
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.today import Today
from fal_studio.ui.shell.top_bar import TopBar
from fal_studio.ui.shell.visits import Visits
from fal_studio.ui.shell.wire_files import WireFiles
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.spent import Spent
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.kept_sizes import Arrangement
from fal_studio.ui.widgets.labels import Divider
from fal_studio.ui.widgets.request_tabs import RequestTabs
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.core.written import Writes
    from fal_studio.ui.browser.sheet import ModelSheet
    from fal_studio.ui.palette.sheet import ShortcutSheet
    from fal_studio.ui.shell.announcing import Announcing
    from fal_studio.ui.shell.closing import ClosingSheet
    from fal_studio.ui.shell.describing import Describing
    from fal_studio.ui.shell.earlier_prompts import EarlierPrompts
    from fal_studio.ui.shell.files import ResultFiles
    from fal_studio.ui.shell.handed import HandedFiles
    from fal_studio.ui.shell.offering import Offering
    from fal_studio.ui.shell.outlets import Outlets
    from fal_studio.ui.shell.pasting import Pasting
    from fal_studio.ui.shell.presets import Presets
    from fal_studio.ui.shell.saving import Saving
    from fal_studio.ui.shell.settings_page import SettingsPage

FOLD_BELOW_PX = 1100
MINIMUM = (1024, 640)
START_SIZE = (1280, 800)


class MainWindow(QMainWindow):
    """Everything a person sees of fal Studio."""

    run_wanted = Signal(str, object)
    """The key of a request tab and its Request; answer with `follow`."""
    run_in_front_wanted = Signal(str, object)
    """The same, before all that wait."""
    run_batch_wanted = Signal(str, tuple, bool)
    """The key of a request tab, several Requests, and whether they go before all that wait; answer with `follow_batch`."""
    run_anyway_wanted = Signal(str, object)
    """The key of a request tab and an Asked that somebody is sure about."""
    erase_wanted = Signal(tuple)
    """Private runs that shall leave no record, here and at fal; answer with `history.note_erased`."""
    cancel_wanted = Signal(str)
    hang_up_wanted = Signal(str)
    follow_wanted = Signal(str)
    check_wanted = Signal(str)
    """Find out what became of an unknown call."""
    send_wanted = Signal(str, object)
    fetch_wanted = Signal(str)
    """A URL whose bytes are needed; answer with `bytes_of.put` or `bytes_of.fail`."""
    keep_wanted = Signal(str, tuple)
    """A call, and the Artifacts of it that are to be saved in the media folder; answer with `outlets.kept`."""
    described = Signal(str, str, str)
    """A call, where a picture stands in its result, and what a person says that it shows ("": nothing any more)."""
    restart_wanted = Signal()
    """Start the emulator again."""
    painted = Signal()
    """The window was drawn for the first time."""
    webhooks_wanted = Signal(object)
    """The WebhookPanel that was opened and wants to be filled."""
    front_changed = Signal(str)
    """The open call that is shown in front, "" when there is none: it is followed most closely."""
    closing = Signal()
    edited = Signal()
    """A request was opened, closed, or changed."""

    def __init__(
        self, load: Load, calls: Calls, catalogue: Catalogue, history: History | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("fal Studio")
        self.setMinimumSize(*MINIMUM)
        self.resize(*START_SIZE)
        self._calls, self._catalogue, self._load = calls, catalogue, load
        calls.prices.defaults = catalogue.defaults
        self.bytes_of = Bytes(load, self)
        self.bytes_of.wanted.connect(self.fetch_wanted)
        self.top = TopBar(self)
        self.banner = Banner(self)
        self.saved = SavedFiles(self)
        self.library = LibraryDock(catalogue, self.saved, self)
        self.rail = Rail(self)
        self.tabs = RequestTabs(parent=self)
        self.status = StatusBar(self)
        self.toasts = ToastHost(self, foot_px=HEIGHTS["status bar"] + HEIGHTS["action row"])
        self.history = history or History(self)
        self.models = ModelSearch(self)
        self.accounts = Accounts(self)
        calls.swatch = self.accounts.swatch
        calls.prices.own_limit = self.accounts.ask_above_usd
        self.profiles = Profiles(
            self, self, self.top.profile, self.accounts, self.toasts, self.restart_wanted.emit
        )
        self.today = Today(Spent(self), self.top, self.accounts, self)
        self.monitor = Monitor(calls, catalogue, self.history, load, self)
        self.code = CodeChoice(self)
        self.setAcceptDrops(True)
        self.attaching = Attaching(self, self.history, load)
        self.save_rules = SaveRules()
        self.settings = SettingsDoor(self)
        self.uses = Uses()
        """What is chosen in the palette, and how often."""
        self.second = SecondWindow(self, self)
        self.requests = OpenRequests(self._new_space, self.tabs, self.accounts, self)
        self.undo = self.requests.undo
        self.new_requests = NewRequests(self.requests, catalogue)
        self.copying = Copying(self.requests, self.code, self.status, self.toasts)
        self.model_place = ModelPlace(
            self.requests, self.new_requests, self.models, catalogue, calls.prices, self.history, self
        )
        self.later = Later(self, self, calls)
        self.results = ResultWays(self, self, calls)
        self.comparing = ComparePlace(self, calls, self)
        self.leaving = Leaving(calls, self)
        self._is_painted = False
        self.is_leaving = False
        """Whether the desktop's session ends: nobody is there to be told anything."""
        self._is_wide: bool | None = None
        self.arrangement = Arrangement(self)
        self._lay_out()
        self.panes = Panes(self, self)
        self.actions_ = Actions(self)
        self.visits = Visits(self, calls, self.history, self)
        self.returning = Returning(self, calls, self.history, self)
        self.panels = CallPanels(self, self, catalogue, self.history)
        self.commands = CallCommands(self, self, calls, self.history, self.actions_, self.panels)
        self.front = InFront(self.requests, calls, self.actions_, self.status, self.profiles, self.library)
        self._sending = Sending(self.library, self.commands)
        menus.fill(self.actions_, self)
        self.pages.fill(self.actions_)
        self.wire = WireFiles(self, self, calls, self.actions_)
        self.help = Help(self, self, self.actions_)
        self.checkups = Checkups(self, self.actions_)
        self.actions_.fill(self.top.menus)
        self._keys = ChosenKeys(self.settings, self.actions_)
        self._library_ways = LibraryWays(
            self.library, self.saved, self.new_requests, self.model_place, self.later
        )
        self.gallery = GalleryPlace(self, calls, catalogue, load, self)
        self._lists = CallLists(
            self.monitor, self.commands, self.visits, self.requests, self.new_requests, self.copying
        )
        self._connect()
        self._connect_requests()
        self._connect_pages()
        self._show_search_key()

    @property
    def saving(self) -> "Saving":
        """Requests as files."""
        return self.later.saving

    @property
    def files(self) -> "ResultFiles":
        """Result files on the disk."""
        return self.results.files

    @property
    def outlets(self) -> "Outlets":
        """What can be done with results."""
        return self.results.outlets

    @property
    def describing(self) -> "Describing":
        """What people say that pictures show."""
        return self.results.describing

    @property
    def pasting(self) -> "Pasting":
        """Requests from what is pasted or dropped."""
        return self.later.pasting

    @property
    def handed(self) -> "HandedFiles":
        """Links and files from outside."""
        return self.later.handed

    @property
    def presets(self) -> "Presets":
        """Arguments with a name."""
        return self.later.presets

    @property
    def earlier(self) -> "EarlierPrompts":
        """Earlier prompts in the prompt's place."""
        return self.later.earlier

    @property
    def announcing(self) -> "Announcing":
        """What a screen reader says by itself."""
        return self.later.announcing

    @property
    def offering(self) -> "Offering":
        """The command palette, and what it offers."""
        return self.later.offering

    @property
    def shortcuts(self) -> "ShortcutSheet":
        """The sheet of shortcuts."""
        return self.later.shortcuts

    @property
    def settings_page(self) -> "SettingsPage":
        """All settings."""
        return self.later.settings_page

    @property
    def model_sheet(self) -> "ModelSheet":
        """The sheet of models."""
        return self.model_place.sheet

    @property
    def sheet(self) -> "ClosingSheet | None":
        """What is told before the window closes; None before there was anything to tell."""
        return self.leaving.sheet

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        return self.requests.front

    @property
    def workspaces(self) -> dict[str, Workspace]:
        """All open requests by their keys."""
        return self.requests.spaces

    @property
    def page(self) -> str:
        """Which page is in front: "request", "compare", "live" or "gallery"."""
        return "compare" if self.comparing.is_shown else self.pages.front

    @property
    def catalogue(self) -> Catalogue:
        """The endpoints that are known, and which of them have the star."""
        return self._catalogue

    def open_draft(self, draft: Draft) -> str:
        """Open a request in a tab of its own, in front; return its key."""
        return self.requests.open(draft)

    def open_starter(self, title: str) -> None:
        """Open one of the requests to begin with."""
        self.new_requests.open_starter(title)

    def open_new(self) -> None:
        """Open an empty request for the endpoint in front."""
        self.new_requests.open_empty()

    def profile_for(self, endpoint: str) -> str:
        """Return whose a new request for an endpoint is."""
        return self.new_requests.profile_for(endpoint)

    def use_endpoint(self, endpoint: str) -> None:
        """Show an endpoint in the request in front; one of the emulator's is called there."""
        self.model_place.use(endpoint)

    def open_endpoint(self, endpoint: str) -> None:
        """Open a request for an endpoint in a tab of its own."""
        self.new_requests.open_endpoint(endpoint)

    def close_request(self, key: str) -> None:
        """Close a tab; its calls go on and stay in Jobs."""
        self.requests.close(key)

    def reopen(self) -> None:
        """Open the request again that was closed last, as it was."""
        if self.requests.reopen() and self.workspace.file:
            self.saving.look_again()

    def show_request(self, key: str) -> None:
        """Bring a request to the front."""
        self.requests.show(key)

    def follow(self, key: str, call: str) -> None:
        """Show a call in a request tab."""
        if not self.pages.follow(key, call) and (workspace := self.workspaces.get(key)) is not None:
            workspace.follow(call)
        self.front.show_calls()

    def follow_batch(self, key: str, calls: Sequence[str]) -> None:
        """Show several calls in a request tab, the first one in front."""
        if (workspace := self.workspaces.get(key)) is not None:
            workspace.follow_batch(calls)
        self.front.show_calls()

    def ask(self, key: str, asked: Asked) -> None:
        """Ask in a request tab whether something shall run although there is a reason not to; in a new one if it has none."""
        self.pages.refuse(key)
        if key not in self.workspaces:
            key = self.open_draft(draft_like(asked.request))
        self.workspaces[key].ask(asked)

    def show_call(self, call: str) -> None:
        """Show a call in a request tab, also one of an earlier start."""
        self.visits.show(call)

    def shown_calls(self) -> set[str]:
        """Return the calls that are on screen, or would be if their tab came to the front."""
        spaces = self.requests.each()
        shown = {space.result.call for space in spaces}
        shown.update(call for space in spaces for call in space.shown.batch)
        dock = self.monitor.dock
        shown |= self.pages.shown_calls()
        return shown | ({dock.detail.call} if dock is not None else set())

    def take(self, events: Sequence[Event]) -> None:
        """Show one frame's events."""
        self._calls.take(events)

    def copy(self, text: str) -> None:
        """Put text on the clipboard and say so."""
        self.copying.copy(text)

    def copy_code(self, language: Language | None = None) -> None:
        """Copy the request in front as code."""
        self.copying.copy_code(language)

    def copy_link(self) -> None:
        """Put a link to the request in front on the clipboard."""
        self.copying.copy_link()

    def writes(self, call: str = "") -> "Writes | None":
        """Return what goes into files of a call's result, "": of the one in front."""
        return self.results.writes(call)

    def show_server(self, words: str, address: str) -> None:
        """Say where calls go: in the status bar and in the profile's menu."""
        self.status.show_server(words)
        self.profiles.show_address(address)

    def come_forward(self) -> None:
        """Come before other windows, also out of the bar; the desktop may rather let its entry blink."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_jobs(self) -> None:
        """Open the queue, or close it: the dock, or a popover under the job chip in a narrow window."""
        if self.width() >= theme.current().px(FOLD_BELOW_PX):
            self.monitor.toggle_queue()
        else:
            self.monitor.toggle_jobs(self.workspace.bar.jobs)

    def browse_models(self, words: str = "", endpoint: str = "") -> None:
        """Open the sheet of models: with a search for words, or at the card of an endpoint."""
        self.model_place.browse(words, endpoint)

    def show_model(self) -> None:
        """Open the sheet of models at the card of the endpoint in front."""
        self.model_place.show_front()

    def toggle_dock(self) -> None:
        """Unfold or fold the library."""
        self.library_place.toggle()

    def show_settings(self, key: str = "") -> None:
        """Show all settings, at one of them if need be."""
        self.later.show_settings(key)

    def show_tabs(self) -> None:
        """Show the tabs of all requests anew: their profiles may look another way."""
        self.requests.show_tabs()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell when the window was first drawn."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self._on_painted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the library where the window is narrow for its text size, unfold it where it is wide again."""
        super().resizeEvent(event)
        is_wide = self.width() >= theme.current().px(FOLD_BELOW_PX)
        if is_wide is not self._is_wide:
            self._is_wide = is_wide
            is_open = is_wide and self.library_place.is_wanted and not self.comparing.is_shown
            self.library_place.place(is_open=is_open)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and text that may hold a request or be meant for a field, and say what will become of them."""
        if self.later.dropped.meant(event.mimeData()) is not None and dropping.take(event):
            self.later.dropped.show(event.mimeData())

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take back what was said."""
        del event
        self.later.dropped.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the request in what was dropped, or give a file to the field that it is for."""
        dropping.take(event)
        self.later.dropped.take(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the program to end; it closes the window when calls are let go of."""
        event.ignore()
        self.leaving.ask(is_sure=self.is_leaving)

    def let_go(self) -> None:
        """Stop timers, players and threads; after this the window can be deleted."""
        for workspace in self.requests.each():
            workspace.close()
        self.second.let_go()
        self.pages.let_go()
        self.later.let_go()
        self.monitor.let_go()
        self.gallery.let_go()
        self.library_place.let_go()
        self.comparing.let_go()
        self.commands.let_go()
        self.bytes_of.close()
        self.results.let_go()
        self.hide()

    def _lay_out(self) -> None:
        px = theme.current().px
        self._rail_line = Divider(Qt.Orientation.Vertical)
        self.library_place = LibraryPlace(self.library, self.rail, self._rail_line, self)
        centre = laid(QWidget(self), "panel")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.requests.stack, 1)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.library)
        split.addWidget(self.comparing.around(centre))
        split.setStretchFactor(1, 1)
        split.setSizes([px(DOCK_PX), START_SIZE[0] - px(DOCK_PX)])
        self.parts = Layout(split, self.requests.each, self)
        self.library_place.stand_in(split)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self._rail_line)
        middle.addWidget(split, 1)
        upper = QWidget(self)
        upper.setLayout(middle)
        body = laid(QWidget(self), "window")
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.banner)
        around = self.monitor.around(upper)
        self.pages = Pages(around, self, self._calls, self._catalogue, self._load, self.bytes_of, self)
        self.pages.limit_by(self.accounts.stop_usd)
        rows.addWidget(self.pages, 1)
        rows.addWidget(self.status)
        self.setMenuWidget(self.top)
        self.setCentralWidget(body)
        self.library_place.place(is_open=True)

    def reset_layout(self) -> None:
        """Put every part of the window where it is at the first start."""
        self.monitor.reset()
        self.second.close()
        self.library_place.reset()
        wide = self.width() >= theme.current().px(FOLD_BELOW_PX)
        self.library_place.place(is_open=wide and not self.comparing.is_shown)
        self.parts.reset()
        self.arrangement.reset()
        self.status.tell(tr("Every part is where it was at first"))

    def give_room(self, *, is_wanted: bool) -> None:
        """Fold the library away, or bring it back if it was there."""
        wide = self.width() >= theme.current().px(FOLD_BELOW_PX)
        self.library_place.place(is_open=not is_wanted and wide and self.library_place.is_wanted)

    def _new_space(self, draft: Draft) -> Workspace:
        return Workspace(
            draft,
            self._calls,
            self._catalogue,
            self.bytes_of,
            self.code,
            accounts=self.accounts,
            folder_of=self.saved.folder_of,
            parent=self,
        )

    def _on_opened(self, key: str, workspace: Workspace) -> None:
        self._sending.watch(key, workspace)
        workspace.compare_wanted.connect(self.comparing.compare_all)
        workspace.press.run_anyway_wanted.connect(partial(self.run_anyway_wanted.emit, key))
        workspace.show_call_wanted.connect(self.show_call)
        workspace.limit_wanted.connect(self.panels.open_limit)
        workspace.result.parts.limits_wanted.connect(self.profiles.manage)
        workspace.erase_wanted.connect(self.erase_wanted)
        workspace.shown.cancel_wanted.connect(self.cancel_wanted)
        workspace.check_wanted.connect(self.check_wanted)
        workspace.shown.hang_up_wanted.connect(self.hang_up_wanted)
        workspace.follow_wanted.connect(self.follow_wanted)
        workspace.shown.send_wanted.connect(self.send_wanted)
        workspace.copy_wanted.connect(self.copy)
        workspace.copy_code_wanted.connect(self.copy_code)
        workspace.shown.chosen.connect(self.front.show_calls)
        workspace.presets_wanted.connect(self._on_presets_wanted)
        workspace.open_wanted.connect(self._on_open_wanted)
        workspace.browse_wanted.connect(self.browse_models)
        workspace.schema_wanted.connect(self.models.want_schema)
        workspace.key_wanted.connect(self.profiles.add_key)
        workspace.model_wanted.connect(self.show_model)
        workspace.change_seen.connect(self.models.accept)
        workspace.jobs_wanted.connect(self.show_jobs)
        workspace.bar.help_wanted.connect(lambda: self.help.open(workspace.mode.value))
        workspace.result.shown.connect(self.second.follow)
        self.attaching.watch(workspace)
        self.parts.watch(workspace)
        self.results.watch(workspace)

    def _on_closing(self, workspace: Workspace) -> None:
        self.attaching.leave(workspace)
        if workspace.written.differs:
            words = tr("Closed {title}; what was changed is not in its file").format(title=workspace.title)
            self.toasts.tell(News(words, "info", tr("Open again"), "reopen"))

    def _connect(self) -> None:
        self.top.search_wanted.connect(self.later.open_palette)
        self.actions_["palette.open"].changed.connect(self._show_search_key)
        self.rail.library_wanted.connect(self.toggle_dock)
        self.rail.browse_wanted.connect(self.browse_models)
        self.banner.copy_wanted.connect(self.copy)
        self.banner.action_wanted.connect(self._on_banner_action)
        self.toasts.action_wanted.connect(self._on_toast_action)
        self.toasts.told.connect(self._on_told)
        self.status.told.connect(self._on_told)
        self.status.space_wanted.connect(self.panels.open_space)
        self.history.budget_changed.connect(lambda: self.status.show_space(self.history.budget))
        self.panels.settings_wanted.connect(self.show_settings)
        self.today.limits_wanted.connect(self.profiles.manage)
        self.profiles.spent_wanted.connect(self.today.open)
        self.model_place.copy_wanted.connect(self.copy)
        self.results.keep_wanted.connect(self.keep_wanted)
        self.results.described.connect(self.described)
        self.results.rules_wanted.connect(self.panels.open_saving)
        self.panels.webhooks_wanted.connect(self.webhooks_wanted)
        self.commands.check_wanted.connect(self.check_wanted)
        self.leaving.closing.connect(self.closing)
        self.code.changed.connect(self.edited)
        self._catalogue.favourites_changed.connect(self.edited)
        self._catalogue.changed.connect(self.front.show_name)
        self._calls.changed.connect(self._on_call_changed)

    def _connect_requests(self) -> None:
        requests = self.requests
        self.tabs.chosen.connect(requests.bring)
        self.tabs.close_wanted.connect(self.close_request)
        self.tabs.new_wanted.connect(self.open_new)
        requests.opened.connect(self._on_opened)
        requests.coming.connect(self.comparing.leave)
        requests.fronted.connect(self.second.follow)
        requests.closing.connect(self._on_closing)
        requests.changed.connect(self.edited)
        self.front.call_changed.connect(self.front_changed)
        self._sending.run_wanted.connect(self.run_wanted)
        self._sending.run_in_front_wanted.connect(self.run_in_front_wanted)
        self._sending.run_batch_wanted.connect(self.run_batch_wanted)

    def _perch(self) -> QRect | None:
        """Return where news covers nothing that is watched or drawn on, while the live desk is in front."""
        if self.pages.front != "live":
            return None
        spare = self.status.spare
        return QRect(self.status.mapTo(self, spare.topLeft()), spare.size())

    def _connect_pages(self) -> None:
        self.pages.shown.connect(self.monitor.make_room)
        self.toasts.perch = self._perch
        self.pages.currentChanged.connect(self.toasts.lay)
        pages = self.pages
        pages.profile_changed.connect(self.front.show_name)
        self.comparing.follow(pages)
        pages.run_wanted.connect(self.run_wanted)
        pages.send_wanted.connect(self.send_wanted)
        pages.hang_up_wanted.connect(self.hang_up_wanted)
        pages.cancel_wanted.connect(self.cancel_wanted)
        pages.copy_wanted.connect(self.copy)

    def _show_search_key(self) -> None:
        action = self.actions_["palette.open"]
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.top.show_search_key(keys.replace("+", " "), action.toolTip())

    def _on_painted(self) -> None:
        self.painted.emit()
        QTimer.singleShot(0, self.library.build)

    def _on_presets_wanted(self) -> None:
        self.presets.show_menu()

    def _on_open_wanted(self, text: str) -> None:
        self.pasting.open_text(text)

    def _on_toast_action(self, key: str) -> None:
        match key:
            case "reopen":
                self.reopen()
            case "space":
                self.panels.open_space()
            case _:
                pass

    def _on_banner_action(self, key: str) -> None:
        match key:
            case "report":
                self.checkups.show_report(self.banner.report)
            case "log":
                self.checkups.open("log")
            case _:
                self.restart_wanted.emit()

    def _on_call_changed(self, call: str, events: tuple[Event, ...]) -> None:
        for workspace in self.requests.each():
            workspace.take(call, events)
        self.front.show_calls()
        if QAccessible.isActive():
            self.announcing.take(call)

    def _on_told(self, words: str, is_bad: bool) -> None:
        if QAccessible.isActive():
            self.announcing.tell(words, at_once=is_bad)
