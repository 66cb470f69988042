"""The main window: composes bars, library and request tabs; decides nothing about calls."""

import importlib
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
    QPaintEvent,
    QResizeEvent,
    QUndoGroup,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from fal_studio.core.accounts import EMULATOR
from fal_studio.core.artifacts import Artifact
from fal_studio.core.blobs import Load
from fal_studio.core.call import Phase
from fal_studio.core.events import Event
from fal_studio.core.request import Mode, Request
from fal_studio.core.settings import Settings
from fal_studio.core.snippets.snippet import Language
from fal_studio.core.uses import Uses
from fal_studio.ui import key_choice, theme
from fal_studio.ui.accounts import Accounts
from fal_studio.ui.actions import Actions
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.library.dock import LibraryDock
from fal_studio.ui.library.starters import LIGHTHOUSE, STARTERS, Starter
from fal_studio.ui.model_search import ModelSearch
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.request import json_text
from fal_studio.ui.request.ask_line import Asked
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.request.draft import Draft, draft_like
from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.settings import SettingsDoor
from fal_studio.ui.shell import menus
from fal_studio.ui.shell.attaching import Attaching
from fal_studio.ui.shell.banner import Banner
from fal_studio.ui.shell.call_commands import CallCommands
from fal_studio.ui.shell.call_panels import CallPanels
from fal_studio.ui.shell.checkups import Checkups
from fal_studio.ui.shell.comparing import ComparePlace
from fal_studio.ui.shell.help import Help
from fal_studio.ui.shell.layout import DOCK_PX, Layout
from fal_studio.ui.shell.library_place import LibraryPlace
from fal_studio.ui.shell.monitor import Monitor
from fal_studio.ui.shell.pages import Pages
from fal_studio.ui.shell.profiles import Profiles
from fal_studio.ui.shell.rail import Rail
from fal_studio.ui.shell.save_rules import SaveRules
from fal_studio.ui.shell.second_window import SecondWindow
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
from fal_studio.ui.widgets.request_tabs import RequestTab, RequestTabs
from fal_studio.ui.widgets.segmented import Capability
from fal_studio.ui.widgets.toasts import News, ToastHost, ToastTone
from fal_studio.words import told, tr

if TYPE_CHECKING:
    from fal_studio.core.written import Writes
    from fal_studio.ui.browser.sheet import ModelSheet
    from fal_studio.ui.palette.sheet import ShortcutSheet
    from fal_studio.ui.queue.dock import QueueDock
    from fal_studio.ui.queue.jobs_panel import JobsList
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
    from fal_studio.ui.shell.webhooks import WebhookPanel

BEHIND = (
    "fal_studio.core.written",
    "fal_studio.ui.compare.desk",
    "fal_studio.ui.compare.pane",
    "fal_studio.ui.shell.compare_outputs",
    "fal_studio.ui.shell.comparing_calls",
    "fal_studio.ui.shell.kept_comparisons",
    "fal_studio.ui.shell.closing",
    "fal_studio.ui.shell.file_choice",
    "fal_studio.ui.shell.files",
    "fal_studio.ui.shell.offering",
    "fal_studio.ui.shell.handed",
    "fal_studio.ui.shell.help_panel",
    "fal_studio.ui.shell.outlets",
    "fal_studio.ui.output.viewer",
    "fal_studio.ui.palette.sheet",
    "fal_studio.ui.shell.pasting",
    "fal_studio.ui.shell.profile_panel",
    "fal_studio.ui.shell.spent_panel",
    "fal_studio.ui.shell.settings_page",
    "fal_studio.ui.shell.web",
)
"""What the window does not need before somebody does something with it: loaded behind it."""
FOLD_BELOW_PX = 1100
MINIMUM = (1024, 640)
START_SIZE = (1280, 800)
MOST_CLOSED = 20
"""Closed requests that can be opened again."""
_REOPEN = "reopen"


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
        self.today.limits_wanted.connect(self.profiles.manage)
        self.profiles.spent_wanted.connect(self.today.open)
        self.monitor = Monitor(calls, catalogue, self.history, load, self)
        self.code = CodeChoice(self)
        self.code.changed.connect(self.edited)
        self.setAcceptDrops(True)
        self.attaching = Attaching(self, self.history, load)
        self.undo = QUndoGroup(self)
        self._saving: Saving | None = None
        self._files: ResultFiles | None = None
        self._outlets: Outlets | None = None
        self._describing: Describing | None = None
        self.save_rules = SaveRules()
        self._pasting: Pasting | None = None
        self._handed: HandedFiles | None = None
        self._presets: Presets | None = None
        self._earlier: EarlierPrompts | None = None
        self._announcing: Announcing | None = None
        self.settings = SettingsDoor(self)
        self.uses = Uses()
        """What is chosen in the palette, and how often."""
        self._offering: Offering | None = None
        self._shortcuts: ShortcutSheet | None = None
        self._settings_page: SettingsPage | None = None
        self.sheet: ClosingSheet | None = None
        self.second = SecondWindow(self, self)
        self._stack = QStackedWidget(self)
        self._workspaces: dict[str, Workspace] = {}
        self.comparing = ComparePlace(self, calls, self)
        self._front = ""
        self._number = 0
        self._able: tuple[bool, bool] | None = None
        """Whether the request in front has a file, and several results."""
        self._closed: list[Draft] = []
        """Requests that were closed, the last one at the end."""
        self._is_painted = False
        self.is_leaving = False
        """Whether the desktop's session ends: nobody is there to be told anything."""
        self._webhooks: WebhookPanel | None = None
        self._model_sheet: ModelSheet | None = None
        self._is_wide: bool | None = None
        self.arrangement = Arrangement(self)
        self._lay_out()
        self._connect()
        self.actions_ = Actions(self)
        self.visits = Visits(self, calls, self.history, self)
        self.panels = CallPanels(self, self, catalogue, self.history)
        self.commands = CallCommands(self, self, calls, self.history, self.actions_, self.panels)
        self.commands.check_wanted.connect(self.check_wanted)
        self.monitor.built.connect(self._on_monitor_built)
        self.monitor.jobs_built.connect(self._on_jobs_built)
        menus.fill(self.actions_, self)
        self.pages.fill(self.actions_)
        self.wire = WireFiles(self, self, calls, self.actions_)
        self.help = Help(self, self, self.actions_)
        self.checkups = Checkups(self, self.actions_)
        self.actions_.fill(self.top.menus)
        self.actions_["palette.open"].changed.connect(self._show_search_key)
        self._show_search_key()
        self.actions_.rebound.connect(self._on_rebound)
        self.settings.put.connect(self._on_settings_put)
        key_choice.current().changed.connect(self._on_view_keys_changed)

    @property
    def saving(self) -> "Saving":
        """Requests as files; loaded when the first is wanted, or listed."""
        if self._saving is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.saving")
            self._saving = module.Saving(self, self, self.saved, self.catalogue)
        assert self._saving is not None
        return self._saving

    @property
    def files(self) -> "ResultFiles":
        """Result files on the disk."""
        if self._files is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.files")
            files: ResultFiles = module.ResultFiles(self.bytes_of, self)
            self.attaching.plain = files.plain
            files.told.connect(self._on_file_told)
            self._files = files
        return self._files

    @property
    def outlets(self) -> "Outlets":
        """What can be done with results."""
        if self._outlets is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.outlets")
            outlets: Outlets = module.Outlets(self, self)
            outlets.keep_wanted.connect(self.keep_wanted)
            outlets.rules_wanted.connect(self.panels.open_saving)
            outlets.describe_wanted.connect(self._on_describe_wanted)
            self._outlets = outlets
        return self._outlets

    @property
    def describing(self) -> "Describing":
        """What people say that pictures show."""
        if self._describing is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.describing")
            describing: Describing = module.Describing(self, self, self._calls)
            describing.said.connect(self.described)
            self._describing = describing
        return self._describing

    @property
    def pasting(self) -> "Pasting":
        """Requests from what is pasted or dropped."""
        if self._pasting is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.pasting")
            pasting: Pasting = module.Pasting(self, self)
            pasting.file_wanted.connect(self._on_handed)
            self._pasting = pasting
        return self._pasting

    @property
    def handed(self) -> "HandedFiles":
        """Links and files from outside."""
        if self._handed is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.handed")
            self._handed = module.HandedFiles(self, self)
        assert self._handed is not None
        return self._handed

    @property
    def presets(self) -> "Presets":
        """Arguments with a name."""
        if self._presets is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.presets")
            self._presets = module.Presets(self, self, self.saved, self.catalogue)
        assert self._presets is not None
        return self._presets

    @property
    def announcing(self) -> "Announcing":
        """What a screen reader says by itself; loaded when one listens."""
        if self._announcing is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.announcing")
            self._announcing = module.Announcing(self._calls, self)
        assert self._announcing is not None
        return self._announcing

    @property
    def earlier(self) -> "EarlierPrompts":
        """Earlier prompts in the prompt's place."""
        if self._earlier is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.earlier_prompts")
            self._earlier = module.EarlierPrompts(self, self.history, self)
        assert self._earlier is not None
        return self._earlier

    @property
    def offering(self) -> "Offering":
        """The command palette, and what it offers."""
        if self._offering is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.offering")
            self._offering = module.Offering(self, self, self._calls)
        assert self._offering is not None
        return self._offering

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        return self._workspaces[self.tabs.current()]

    @property
    def page(self) -> str:
        """Which page is in front: "request", "compare" or "live"."""
        return "compare" if self.comparing.is_shown else self.pages.front

    @property
    def catalogue(self) -> Catalogue:
        """The endpoints that are known, and which of them have the star."""
        return self._catalogue

    @property
    def workspaces(self) -> dict[str, Workspace]:
        """All open requests by their keys."""
        return dict(self._workspaces)

    def open_draft(self, draft: Draft) -> str:
        """Open a request in a tab of its own, in front; return its key."""
        self._number += 1
        key = f"request-{self._number}"
        workspace = Workspace(
            draft,
            self._calls,
            self._catalogue,
            self.bytes_of,
            self.code,
            accounts=self.accounts,
            folder_of=self.saved.folder_of,
            parent=self,
        )
        self._workspaces[key] = workspace
        self.undo.addStack(workspace.undo.stack)
        workspace.run_wanted.connect(partial(self._on_run_wanted, key))
        workspace.compare_wanted.connect(self.comparing.compare_all)
        workspace.run_in_front_wanted.connect(partial(self._on_run_in_front_wanted, key))
        workspace.run_batch_wanted.connect(partial(self._on_run_batch_wanted, key))
        workspace.run_anyway_wanted.connect(partial(self.run_anyway_wanted.emit, key))
        workspace.show_call_wanted.connect(self.show_call)
        workspace.limit_wanted.connect(self.panels.open_limit)
        workspace.result.limits_wanted.connect(self.profiles.manage)
        workspace.erase_wanted.connect(self.erase_wanted)
        workspace.cancel_wanted.connect(self.cancel_wanted)
        workspace.check_wanted.connect(self.check_wanted)
        workspace.hang_up_wanted.connect(self.hang_up_wanted)
        workspace.follow_wanted.connect(self.follow_wanted)
        workspace.send_wanted.connect(self.send_wanted)
        workspace.changed.connect(lambda: self._show_tab(key))
        workspace.changed.connect(self.edited)
        workspace.copy_wanted.connect(self.copy)
        workspace.copy_code_wanted.connect(self.copy_code)
        workspace.shown_changed.connect(self._show_open)
        workspace.presets_wanted.connect(self._on_presets_wanted)
        workspace.open_wanted.connect(self._on_open_wanted)
        workspace.browse_wanted.connect(self.browse_models)
        workspace.schema_wanted.connect(self.models.want_schema)
        workspace.key_wanted.connect(self.profiles.add_key)
        workspace.model_wanted.connect(self.show_model)
        workspace.change_seen.connect(self.models.accept)
        self.attaching.watch(workspace)
        self.parts.watch(workspace)
        workspace.result.shown.connect(self._on_result_shown)
        workspace.jobs_wanted.connect(self.show_jobs)
        workspace.bar.help_wanted.connect(lambda: self.help.open(workspace.mode.value))
        workspace.result.save_wanted.connect(partial(self._on_save_wanted, key))
        workspace.result.look_wanted.connect(self._on_look_wanted)
        workspace.result.menu_wanted.connect(self._on_result_menu_wanted)
        workspace.result.open_wanted.connect(self._on_open_file_wanted)
        workspace.result.extract_wanted.connect(self._on_extract_wanted)
        workspace.result.archive_wanted.connect(self._on_archive_wanted)
        workspace.result.transcript_wanted.connect(self._on_transcript_wanted)
        workspace.result.drag_wanted.connect(self._on_drag_files_wanted)
        workspace.result.keep_wanted.connect(self._on_keep_files_wanted)
        workspace.result.copy_files_wanted.connect(self._on_copy_files_wanted)
        self._stack.addWidget(workspace)
        self.tabs.set_tabs([self._tab(k) for k in self._workspaces])
        self.show_request(key)
        self._show_open()
        self.edited.emit()
        return key

    def open_starter(self, title: str) -> None:
        """Open one of the requests to begin with; one that is open already comes to the front."""
        starter = next(starter for starter in STARTERS if starter.title == title)
        for key, workspace in self._workspaces.items():
            if workspace.draft.title == title and not workspace.file:
                self.show_request(key)
                return
        self.open_draft(draft_of(starter))
        self.workspace.editor.offer_main()

    def open_new(self) -> None:
        """Open an empty request for the endpoint in front."""
        endpoint = self.workspace.endpoint if self._workspaces else LIGHTHOUSE.endpoint
        mode = self.workspace.mode if self._workspaces else Mode.SUBSCRIBE
        self.open_draft(Draft("", endpoint, mode, profile=self.profile_for(endpoint)))
        self.workspace.editor.offer_main()

    def profile_for(self, endpoint: str) -> str:
        """Return whose a new request is: the profile in front, but the emulator's own models are called there."""
        if endpoint.startswith(f"{EMULATOR}/") or not self._workspaces:
            return EMULATOR
        return self.workspace.profile

    def duplicate(self) -> None:
        """Open the request in front once more, in a tab of its own."""
        draft = self.workspace.draft
        title = tr("{title} copy").format(title=draft.title) if draft.title else ""
        self.open_draft(msgspec.structs.replace(draft, title=title, file="", project=self.workspace.project))
        self.workspace.editor.focus_main()

    def use_endpoint(self, endpoint: str) -> None:
        """Show an endpoint in the request in front; one of the emulator's is called there."""
        self.workspace.set_endpoint(endpoint)
        if self.workspace.is_elsewhere:
            self.workspace.set_profile(EMULATOR)

    def open_endpoint(self, endpoint: str) -> None:
        """Open a request for an endpoint in a tab of its own; it begins as the endpoint likes it."""
        known = self._catalogue.get(endpoint)
        wanted = self.workspace.mode if self._workspaces else Mode.SUBSCRIBE
        can = [mode for mode in (wanted, *Mode) if known.supports(mode)[0] is not Capability.UNSUPPORTED]
        profile = self.profile_for(endpoint)
        self.open_draft(Draft("", endpoint, can[0] if can else wanted, profile=profile))
        self.workspace.editor.offer_main()

    def use_example(self, endpoint: str) -> None:
        """Fill the request in front with an endpoint's worked example."""
        self.workspace.use_example(endpoint)

    def close_request(self, key: str) -> None:
        """Close a tab; its calls go on and stay in Jobs. The last one leaves a fresh request behind."""
        workspace = self._workspaces.pop(key)
        self._closed = [*self._closed[1 - MOST_CLOSED :], workspace.draft]
        if workspace.differs:
            words = tr("Closed {title}; what was changed is not in its file").format(title=workspace.title)
            self.toasts.tell(News(words, "info", tr("Open again"), _REOPEN))
        if not self._workspaces:
            self.open_draft(draft_of(LIGHTHOUSE))
        self.tabs.set_tabs([self._tab(k) for k in self._workspaces])
        self.attaching.leave(workspace)
        self._stack.removeWidget(workspace)
        workspace.close()
        workspace.deleteLater()
        self.edited.emit()
        self._on_tab_chosen(self.tabs.current())

    def reopen(self) -> None:
        """Open the request again that was closed last, as it was."""
        if self._closed:
            self.open_draft(self._closed.pop())
            if self.workspace.file:
                self.saving.look_again()

    def show_request(self, key: str) -> None:
        """Bring a request to the front."""
        self.comparing.leave()
        self.tabs.set_chosen(key)
        self._on_tab_chosen(key)

    def follow(self, key: str, call: str) -> None:
        """Show a call in a request tab."""
        if not self.pages.follow(key, call) and (workspace := self._workspaces.get(key)) is not None:
            workspace.follow(call)
        self._show_open()

    def follow_batch(self, key: str, calls: Sequence[str]) -> None:
        """Show several calls in a request tab, the first one in front."""
        if (workspace := self._workspaces.get(key)) is not None:
            workspace.follow_batch(calls)
        self._show_open()

    def ask(self, key: str, asked: Asked) -> None:
        """Ask in a request tab whether something shall run although there is a reason not to; in a new one if it has none."""
        self.pages.refuse(key)
        if key not in self._workspaces:
            key = self.open_draft(draft_like(asked.request))
        self._workspaces[key].ask(asked)

    def show_call(self, call: str) -> None:
        """Show a call in a request tab, also one of an earlier start."""
        self.visits.show(call)

    def shown_calls(self) -> set[str]:
        """Return the calls that are on screen, or would be if their tab came to the front."""
        shown = {space.result.call for space in self._workspaces.values()}
        shown.update(call for space in self._workspaces.values() for call in space.batch)
        dock = self.monitor.dock
        shown |= self.pages.shown_calls()
        return shown | ({dock.detail.call} if dock is not None else set())

    def take(self, events: Sequence[Event]) -> None:
        """Show one frame's events."""
        self._calls.take(events)

    def copy(self, text: str) -> None:
        """Put text on the clipboard and say so."""
        QGuiApplication.clipboard().setText(text)
        self.status.tell(tr("Copied"))

    def copy_code(self, language: Language | None = None) -> None:
        """Copy the request in front as code, in the language chosen last or in another that is then the last."""
        if language is not None:
            self.code.set_language(language)
        code = self.workspace.code()
        if code is None:
            self.toasts.tell(News(tr("There is no code for this request yet: mend its JSON first."), "ask"))
            return
        QGuiApplication.clipboard().setText(code.text)
        self.status.tell(tr("Copied as {title}").format(title=self.code.language.title))

    def copy_link(self) -> None:
        """Put a link to the request in front on the clipboard."""
        space, arguments = self.workspace, self.workspace.document.arguments
        if arguments is None:
            self.toasts.tell(News(tr("There is no link to this request yet: mend its JSON first."), "ask"))
            return
        module: Any = importlib.import_module("fal_studio.core.paste.link")
        QGuiApplication.clipboard().setText(module.write(space.endpoint, space.mode, arguments))
        self.status.tell(tr("Copied as a link"))

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

    def show_webhooks(self) -> None:
        """Open the panel of webhooks in the middle of the window."""
        if self._webhooks is None:
            panels: Any = importlib.import_module("fal_studio.ui.shell.webhooks")
            self._webhooks = panels.WebhookPanel(self)
        panel = self._webhooks
        assert panel is not None
        px = theme.current().px
        width, height = min(px(640), self.width() - px(80)), min(px(600), self.height() - px(80))
        panel.place(QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height))
        panel.open()
        self.webhooks_wanted.emit(panel)

    def browse_models(self, words: str = "", endpoint: str = "") -> None:
        """Open the sheet of models: with a search for words, or at the card of an endpoint."""
        self.model_sheet.open_at(words, endpoint)

    def _show_endpoint_menu(self, endpoint: str, at: QPoint) -> None:
        is_favourite = self._catalogue.is_favourite(endpoint)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Use in this request"), lambda: self.use_endpoint(endpoint))
        menu.addAction(tr("Open in a new tab"), lambda: self.open_endpoint(endpoint))
        menu.addAction(tr("About this model"), lambda: self.browse_models(endpoint=endpoint))
        menu.addSeparator()
        star = tr("Take the star away") if is_favourite else tr("Add to favourites")
        menu.addAction(star, lambda: self._catalogue.toggle_favourite(endpoint))
        menu.addAction(tr("Copy its id"), lambda: self.copy(endpoint))
        menu.popup(at)

    def show_model(self) -> None:
        """Open the sheet of models at the card of the endpoint in front."""
        self.browse_models(endpoint=self.workspace.endpoint)

    @property
    def model_sheet(self) -> "ModelSheet":
        """The sheet of models; built when it is first wanted."""
        if self._model_sheet is None:
            sheets: Any = importlib.import_module("fal_studio.ui.browser.sheet")
            sheet: ModelSheet = sheets.ModelSheet(
                self.models, self._catalogue, self._calls.prices, self.history, self
            )
            sheet.open_wanted.connect(self.open_endpoint)
            sheet.use_wanted.connect(self.use_endpoint)
            sheet.example_wanted.connect(self.use_example)
            sheet.copy_wanted.connect(self.copy)
            sheet.saved_wanted.connect(self.saving.open)
            self._model_sheet = sheet
        return self._model_sheet

    def toggle_dock(self) -> None:
        """Unfold or fold the library."""
        self.library_place.toggle()

    def open_palette(self) -> None:
        """Offer everything that can be done or opened."""
        self.offering.open()

    @property
    def shortcuts(self) -> "ShortcutSheet":
        """The sheet of shortcuts; built when it is first wanted."""
        if self._shortcuts is None:
            sheets: Any = importlib.import_module("fal_studio.ui.palette.sheet")
            self._shortcuts = sheets.ShortcutSheet(self.actions_, self)
        assert self._shortcuts is not None
        return self._shortcuts

    @property
    def settings_page(self) -> "SettingsPage":
        """All settings; built when they are first wanted."""
        if self._settings_page is None:
            pages: Any = importlib.import_module("fal_studio.ui.shell.settings_page")
            self._settings_page = pages.SettingsPage(self.settings, self.actions_, self)
        assert self._settings_page is not None
        return self._settings_page

    def show_settings(self, key: str = "") -> None:
        """Show all settings, at one of them if need be."""
        self.settings_page.show_in(self, key)

    def show_shortcuts(self) -> None:
        """Show every key, to be searched and changed."""
        self.shortcuts.show_in(self)

    def switch_request(self) -> None:
        """Offer the requests, open and saved."""
        self.offering.open_requests()

    def next_pane(self, step: int) -> None:
        """Move the keyboard to the next pane, or back."""
        panes = [pane for pane in self._panes() if pane.isVisible()]
        focused = QGuiApplication.focusObject()
        at = next(
            (
                n
                for n, pane in enumerate(panes)
                if isinstance(focused, QWidget) and (pane is focused or pane.isAncestorOf(focused))
            ),
            -1,
        )
        self._focus_pane(panes[(at + step) % len(panes)])

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
        """Take files and text that may hold a request."""
        module: Any = importlib.import_module("fal_studio.ui.shell.pasting")
        if module.is_wanted(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the request in what was dropped."""
        event.acceptProposedAction()
        self.pasting.open_data(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the program to end; it closes the window when calls are let go of.

        Open calls are told about first. Whoever closes again means it.
        """
        event.ignore()
        module: Any = importlib.import_module("fal_studio.ui.shell.closing")
        sentences: list[str] = module.outlook(self._calls.state(call) for call in self._calls.open_ids())
        if not sentences or self.is_leaving or (self.sheet is not None and self.sheet.isVisible()):
            self.closing.emit()
            return
        sheet: ClosingSheet = self.sheet or module.ClosingSheet(self)
        if self.sheet is None:
            self.sheet = sheet
            sheet.close_wanted.connect(self.closing)
        sheet.tell(sentences)

    def let_go(self) -> None:
        """Stop timers, players and threads; after this the window can be deleted."""
        for workspace in self._workspaces.values():
            workspace.close()
        self.second.let_go()
        self.pages.let_go()
        if self._announcing is not None:
            self._announcing.let_go()
        self.monitor.let_go()
        self.library_place.let_go()
        self.comparing.let_go()
        self.commands.let_go()
        if self._pasting is not None:
            self._pasting.close()
        self.bytes_of.close()
        if self._outlets is not None:
            self._outlets.close()
        self.hide()

    def _panes(self) -> list[QWidget]:
        """Return what F6 walks through on the page in front, in its order; also what is in windows of its own."""
        others = (self.monitor.dock, self.second.viewer, self.top)
        docks: list[QWidget] = [one for one in others if one is not None]
        desk = self.pages.desk
        if self.pages.front == "live" and desk is not None:
            return [self.library, desk.bar, desk.canvas, desk.fields, *docks]
        if self.comparing.is_shown:
            return [self.library, *self.comparing.panes(), *docks]
        space = self.workspace
        return [self.library, space.bar, space.editor, space.result, *docks]

    def _focus_pane(self, pane: QWidget) -> None:
        reason = Qt.FocusReason.ShortcutFocusReason
        space = self.workspace
        self.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if not pane.window().isActiveWindow():
            pane.window().activateWindow()
        if pane is self.library:
            self.library_place.focus()
        elif pane is space.bar:
            space.bar.focus_endpoint()
        elif pane is space.editor:
            space.editor.focus_main()
        elif pane is space.result:
            space.result.focus_main()
        elif pane is self.monitor.dock:
            self.monitor.focus()
        elif pane is self.top:
            self.top.profile.setFocus(reason)
        elif (first := first_of(pane)) is not None:
            first.setFocus(reason)

    def _lay_out(self) -> None:
        px = theme.current().px
        self._rail_line = Divider(Qt.Orientation.Vertical)
        self.library_place = LibraryPlace(self.library, self.rail, self._rail_line, self)
        centre = laid(QWidget(self), "panel")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.library)
        split.addWidget(self.comparing.around(centre))
        split.setStretchFactor(1, 1)
        split.setSizes([px(DOCK_PX), START_SIZE[0] - px(DOCK_PX)])
        self.parts = Layout(split, self._workspaces.values, self)
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

    def _connect(self) -> None:
        self.top.search_wanted.connect(self.open_palette)
        self.tabs.chosen.connect(self._on_tab_chosen)
        self.tabs.close_wanted.connect(self.close_request)
        self.tabs.new_wanted.connect(self.open_new)
        self.rail.library_wanted.connect(self.toggle_dock)
        self.rail.browse_wanted.connect(self.browse_models)
        self.saved.changed.connect(self._on_saved_changed)
        self.library.saved_wanted.connect(self._on_saved_wanted)
        self.library.saved_menu_wanted.connect(self._on_saved_menu_wanted)
        self.library.saved_rename_wanted.connect(self._on_saved_rename_wanted)
        self.library.saved_remove_wanted.connect(self._on_saved_remove_wanted)
        self.library.starter_wanted.connect(self.open_starter)
        self.library.endpoint_wanted.connect(self.use_endpoint)
        self.library.browse_wanted.connect(self.browse_models)
        self.library.endpoint_menu_wanted.connect(self._show_endpoint_menu)
        self._catalogue.favourites_changed.connect(self.edited)
        self.banner.copy_wanted.connect(self.copy)
        self.banner.action_wanted.connect(self._on_banner_action)
        self.toasts.action_wanted.connect(self._on_toast_action)
        pages = self.pages
        self.comparing.follow(pages)
        pages.run_wanted.connect(self.run_wanted)
        pages.send_wanted.connect(self.send_wanted)
        pages.hang_up_wanted.connect(self.hang_up_wanted)
        pages.cancel_wanted.connect(self.cancel_wanted)
        pages.copy_wanted.connect(self.copy)
        self._calls.changed.connect(self._on_call_changed)
        self.toasts.told.connect(self._on_told)
        self.status.told.connect(self._on_told)
        self._catalogue.changed.connect(self._show_current)

    def _on_settings_put(self, settings: Settings) -> None:
        if settings.shortcuts != self.actions_.bound:
            self.actions_.rebind(settings.shortcuts)
        key_choice.current().take(settings.view_keys, letters=settings.letter_keys)

    def _on_view_keys_changed(self) -> None:
        chosen = key_choice.current().chosen
        if self.settings.now is not None and self.settings.now.view_keys != chosen:
            self.settings.change({"view_keys": msgspec.to_builtins(chosen)})

    def _on_rebound(self) -> None:
        now = self.settings.now
        if now is not None and now.shortcuts != self.actions_.bound:
            self.settings.change({"shortcuts": msgspec.to_builtins(self.actions_.bound)})

    def _show_search_key(self) -> None:
        action = self.actions_["palette.open"]
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.top.show_search_key(keys.replace("+", " "), action.toolTip())

    def _on_painted(self) -> None:
        self.painted.emit()
        QTimer.singleShot(0, self.library.build)

    def _on_saved_changed(self) -> None:
        self.saving.look_again()

    def _on_saved_wanted(self, file: str) -> None:
        self.saving.open(file)

    def _on_handed(self, file: str) -> None:
        self.handed.open_file(file)

    def _on_saved_menu_wanted(self, file: str, at: QPoint) -> None:
        self.saving.show_menu(file, at)

    def _on_saved_rename_wanted(self, file: str) -> None:
        self.saving.rename(file)

    def _on_saved_remove_wanted(self, file: str) -> None:
        self.saving.remove(file)

    def _on_archive_wanted(self) -> None:
        self.wire.save_archive()

    def _on_transcript_wanted(self) -> None:
        self.wire.save_transcript()

    def _on_extract_wanted(self, kind: str, value: object) -> None:
        self.wire.save_extract(kind, value)

    def _on_presets_wanted(self) -> None:
        self.presets.show_menu()

    def _on_tab_chosen(self, key: str) -> None:
        if key in self._workspaces:
            self._stack.setCurrentWidget(self._workspaces[key])
            self.undo.setActiveStack(self._workspaces[key].undo.stack)
            self._show_current()
            self._tell_front()
            self._allow()
            self.second.follow()

    def _on_result_shown(self) -> None:
        self.second.follow()

    def _show_current(self) -> None:
        if self._workspaces:
            draft = self.workspace.draft
            self.profiles.show_front(draft.profile)
            self.library.show_current(draft.file or draft.title, draft.endpoint)

    def _on_run_wanted(self, key: str, request: Request) -> None:
        self.library.note_use(request.endpoint)
        match self.commands.place:
            case "front":
                self.run_in_front_wanted.emit(key, request)
            case "replace":
                self.commands.cancel_all_wanted.emit(True)  # noqa: FBT003 - a signal's value
                self.run_wanted.emit(key, request)
            case _:
                self.run_wanted.emit(key, request)

    def _on_run_batch_wanted(self, key: str, requests: tuple[Request, ...], in_front: bool) -> None:
        self.library.note_use(requests[0].endpoint)
        if self.commands.place == "replace" and not in_front:
            self.commands.cancel_all_wanted.emit(True)  # noqa: FBT003 - a signal's value
        self.run_batch_wanted.emit(key, requests, in_front or self.commands.place == "front")

    def _on_run_in_front_wanted(self, key: str, request: Request) -> None:
        self.library.note_use(request.endpoint)
        self.run_in_front_wanted.emit(key, request)

    def _on_monitor_built(self, dock: "QueueDock") -> None:
        dock.show_wanted.connect(self.show_call)
        dock.copy_wanted.connect(self.copy)
        dock.demo_wanted.connect(self._on_demo_wanted)
        dock.detail.open_wanted.connect(_open_address)
        dock.detail.field_wanted.connect(self.visits.show)
        self.commands.dress(dock)

    def _on_jobs_built(self, jobs: "JobsList") -> None:
        jobs.show_wanted.connect(self._on_job_chosen)
        jobs.queue_wanted.connect(self._on_queue_wanted)
        self.commands.dress_jobs(jobs)

    def _on_queue_wanted(self) -> None:
        self.monitor.close_jobs()
        self.monitor.open()
        self.monitor.focus()

    def _on_demo_wanted(self) -> None:
        self.open_starter(LIGHTHOUSE.title)
        self.workspace.run()

    def _on_save_wanted(self, key: str, artifact: Artifact) -> None:
        space = self._workspaces.get(key)
        self.files.save(artifact, self.writes(space))

    def writes(self, space: Workspace | None = None) -> "Writes | None":
        """Return what goes into files of a result, of the one in front if no other is named; None for a call of somebody else."""
        call = (space or self.workspace).result.call
        request = self._calls.request(call) if call else None
        if request is None:
            return None
        written: Any = importlib.import_module("fal_studio.core.written")
        writes: Writes = written.writes_of(
            request, self._calls.state(call), carries_request=self.save_rules.carries_request
        )
        return writes

    def _on_result_menu_wanted(self, artifact: Artifact, at: QPoint) -> None:
        result = self.workspace.result
        picture = result.preview.pictures.image(result.preview.pictures.chosen)
        self.outlets.open(result.call, artifact, result.preview.artifacts, picture, at)

    def _on_describe_wanted(self, call: str, picture: Artifact, look: QImage | None) -> None:
        self.describing.ask(call, picture, look)

    def _on_look_wanted(self, place: int) -> None:
        preview = self.workspace.result.preview
        self.outlets.look(self.workspace.result.call, preview.artifacts, place, preview.pictures)

    def _on_open_wanted(self, text: str) -> None:
        self.pasting.open_text(text)

    def _on_open_file_wanted(self, artifact: Artifact) -> None:
        self.files.open(artifact)

    def _on_drag_files_wanted(self, artifacts: tuple[Artifact, ...], picture: QImage) -> None:
        self.files.drag(artifacts, picture, self.writes())

    def _on_keep_files_wanted(self, artifacts: tuple[Artifact, ...]) -> None:
        self.outlets.keep_wanted.emit(self.workspace.result.call, artifacts)

    def _on_copy_files_wanted(self, artifacts: tuple[Artifact, ...]) -> None:
        self.outlets.copy_files(artifacts)

    def _on_toast_action(self, key: str) -> None:
        if key == _REOPEN:
            self.reopen()

    def _on_banner_action(self, key: str) -> None:
        match key:
            case "report":
                self.checkups.show_report(self.banner.report)
            case "log":
                self.checkups.open("log")
            case _:
                self.restart_wanted.emit()

    def _on_call_changed(self, call: str, events: tuple[Event, ...]) -> None:
        for workspace in tuple(self._workspaces.values()):
            workspace.take(call, events)
        self._show_open()
        if QAccessible.isActive():
            self.announcing.take(call)

    def _on_told(self, words: str, is_bad: bool) -> None:
        if QAccessible.isActive():
            self.announcing.tell(words, at_once=is_bad)

    def _on_job_chosen(self, call: str) -> None:
        self.monitor.close_jobs()
        self.show_call(call)

    def _on_file_told(self, text: str, tone: ToastTone) -> None:
        self.toasts.tell(News(text, tone))

    def _tell_front(self) -> None:
        front = self.workspace.open_call if self._workspaces else ""
        if front != self._front:
            self._front = front
            self.front_changed.emit(front)

    def _allow(self) -> None:
        """Let commands be given that the request in front has something for; the others say why not."""
        if not self._workspaces:
            return
        able = bool(self.workspace.file), bool(self.workspace.batch)
        if able != self._able:
            self._able = able
            why_no_file = "" if able[0] else tr("This request has no file yet: save it first.")
            why_no_batch = "" if able[1] else tr("The result is the only one of its run.")
            for name in ("saved.rename", "saved.folder"):
                self.actions_.allow(name, why_no_file)
            for name in ("batch.before", "batch.next"):
                self.actions_.allow(name, why_no_batch)

    def _show_open(self) -> None:
        self._tell_front()
        self._allow()
        open_calls = self._calls.open_ids()
        count = len(open_calls)
        self.status.show_running(going_on([self._calls.state(call).phase for call in open_calls]))
        for workspace in self._workspaces.values():
            workspace.bar.set_open_jobs(count)

    def _tab(self, key: str) -> RequestTab:
        workspace = self._workspaces[key]
        return RequestTab(
            key,
            workspace.title,
            "lock" if workspace.is_private else workspace.icon,
            self.accounts.swatch(workspace.profile),
            ", ".join(self.accounts.words(workspace.profile)),
            changed=workspace.differs,
            about="\n".join(
                filter(
                    None,
                    (
                        workspace.project and tr("Project {project}").format(project=workspace.project),
                        workspace.file,
                    ),
                )
            ),
        )

    def show_tabs(self) -> None:
        """Show the tabs of all requests anew: their profiles may look another way."""
        for key in self._workspaces:
            self.tabs.set_tab(self._tab(key))

    def _show_tab(self, key: str) -> None:
        if key in self._workspaces:
            self.tabs.set_tab(self._tab(key))
            if key == self.tabs.current():
                self._show_current()
                self._allow()


_GOING_ON = {
    Phase.RUNNING: tr("running"),
    Phase.QUEUED: tr("in line"),
    Phase.WAITING: tr("waiting here"),
    Phase.FETCHING: tr("fetching"),
    Phase.UPLOADING: tr("uploading"),
    Phase.SUBMITTED: tr("sent"),
    Phase.CANCEL_REQUESTED: tr("cancelling"),
}


def going_on(phases: Sequence[Phase]) -> str:
    """Return what open calls do, in words: "2 running, 1 in line"."""
    counts = {words: phases.count(phase) for phase, words in _GOING_ON.items()}
    return ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def _open_address(address: str) -> None:
    module: Any = importlib.import_module("fal_studio.ui.shell.web")
    module.open_address(address)


def first_of(pane: QWidget) -> QWidget | None:
    """Return the first part of a pane that takes the keyboard, as one reads; the pane itself if it does; None for none."""
    if pane.focusPolicy() != Qt.FocusPolicy.NoFocus:
        return pane
    found = [
        part
        for part in pane.findChildren(QWidget)
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and part.isEnabled()
    ]

    def place(part: QWidget) -> tuple[int, int]:
        at = part.mapTo(pane, QPoint())
        return at.y(), at.x()

    return min(found, key=place, default=None)


def draft_of(starter: Starter) -> Draft:
    """Return a draft with a starter's contents."""
    return Draft(told(starter.title), starter.endpoint, starter.mode, json_text.dump(starter.arguments))
