"""What the command palette offers: commands, requests, models, profiles, calls, comparisons, settings of this window."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fal_studio.core.accounts import EMULATOR
from fal_studio.core.catalogue import Found, Wish
from fal_studio.core.catalogue_words import category_in_words
from fal_studio.core.history import CallRow, Page, Query
from fal_studio.core.request import Json
from fal_studio.core.settings import Setting, declared
from fal_studio.core.uses import Uses
from fal_studio.figures import number
from fal_studio.ui.accounts import Accounts
from fal_studio.ui.actions import Actions
from fal_studio.ui.catalogue import Catalogue, Endpoint, icon_of
from fal_studio.ui.history import History
from fal_studio.ui.library.dock import LibraryDock
from fal_studio.ui.model_search import ModelSearch
from fal_studio.ui.models import Calls
from fal_studio.ui.palette.entries import Entry
from fal_studio.ui.palette.panel import Palette
from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.settings import SettingsDoor
from fal_studio.ui.shell.call_commands import CallCommands
from fal_studio.ui.shell.comparing import ComparePlace
from fal_studio.ui.shell.profiles import Profiles
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.tokens import STATES
from fal_studio.ui.widgets.day import moment
from fal_studio.ui.widgets.setting_controls import choice_in_words
from fal_studio.words import told, tr

if TYPE_CHECKING:
    from fal_studio.core.comparing.outcome import Row
    from fal_studio.ui.shell.saving import Saving

ACTIONS, REQUESTS, MODELS, PROFILES = tr("Actions"), tr("Requests"), tr("Models"), tr("Profiles")
CALLS, COMPARISONS, SETTINGS = tr("Recent calls"), tr("Comparisons"), tr("Settings")
MOST_CALLS = 40
_FOUND_FROM = 2
"""The profile's catalogue is searched from so many letters on."""
_OWN = ("palette.open", "palette.requests")
_ICONS = {
    "request.new": "plus", "request.paste": "paste", "request.duplicate": "copy", "request.close": "close",
    "request.reopen": "history", "request.run": "play", "request.run_front": "play", "request.stop": "stop",
    "request.stop_batch": "stop", "saved.open": "folder", "saved.folder": "folder", "saved.rename": "pencil", "saved": "save",
    "key": "key", "profiles": "server", "money": "money", "app": "close", "edit.undo": "undo", "edit.redo": "redo",
    "edit.find": "search", "edit.find_next": "search", "edit.find_previous": "search", "edit.copy_json": "copy",
    "edit.copy_result": "copy", "edit": "json", "field": "settings", "prompt": "history", "batch": "grid", "compare": "compare",
    "code": "code", "mode": "swap", "preset": "layers", "models.favourite": "star", "models": "search", "webhooks": "link",
    "jobs": "queued", "queue.pause": "pause", "queue.show": "eye", "queue.compare": "compare", "queue.cancel": "cancelled",
    "queue.cancel_queued": "cancelled", "queue.cancel_open": "cancelled", "queue.retry": "retry", "queue.again": "retry",
    "queue.check": "unknown", "queue.copy_id": "copy", "queue.export_csv": "table", "queue.export_json": "json",
    "queue.remove": "trash", "queue.space": "trash", "queue.clear": "trash", "queue": "queued", "recall.remix": "dice", "recall": "use-as-input",
    "theme.dark": "moon", "theme.light": "sun", "theme": "contrast", "zoom": "text", "view.library": "sidebar",
    "view.history": "history", "view.queue": "queued", "view": "arrow-right", "result.events": "timeline", "result.json": "json",
    "result.headers": "table", "result": "image", "page.compare": "compare", "page.live": "live", "page": "grid",
    "keys": "info", "help": "help", "privacy": "uploading", "wire": "download",
}  # fmt: skip
"""Icons of commands by their name, or by the part of it before the dot."""


class Host(Protocol):
    """What is offered of the window."""

    actions_: Actions
    accounts: Accounts
    saved: SavedFiles
    models: ModelSearch
    history: History
    library: LibraryDock
    comparing: ComparePlace
    profiles: Profiles
    commands: CallCommands
    settings: SettingsDoor
    uses: Uses

    @property
    def catalogue(self) -> Catalogue:
        """The endpoints that are known."""
        ...

    @property
    def saving(self) -> "Saving":
        """Requests as files."""
        ...

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    @property
    def workspaces(self) -> dict[str, Workspace]:
        """All open requests by their keys."""
        ...

    def show_request(self, key: str) -> None:
        """Bring a request to the front."""

    def open_endpoint(self, endpoint: str) -> None:
        """Open a request for an endpoint."""

    def show_call(self, call: str) -> None:
        """Show a call."""

    def show_settings(self, key: str = "") -> None:
        """Show all settings, at one of them."""


class Offering(QObject):
    """Opens the palette, and brings what is asked for: the ledger's calls, kept comparisons, models of the catalogue."""

    def __init__(self, host: Host, window: QWidget, calls: Calls) -> None:
        super().__init__(window)
        self._host, self._calls = host, calls
        self.palette = Palette(window, host.uses)
        self._is_everything = True
        self._is_told = False
        """Whether kept comparisons are heard of."""
        self._pages: dict[str, tuple[Entry, ...]] = {}
        """Calls and comparisons, as they were told last."""
        self._question = self._search = 0
        """The numbers of the questions whose answers are awaited."""
        self.palette.asked.connect(self._on_asked)
        host.history.page.connect(self._on_page)
        host.models.page.connect(self._on_models)
        host.saved.changed.connect(self._refresh)

    def open(self) -> None:
        """Offer everything; what the ledger has comes as soon as it is read."""
        self._is_everything = True
        self._host.commands.refresh()
        self.palette.show_entries(
            tuple(self._everything()), tr("Search or run"), tr("actions, requests, models, keys, settings")
        )
        self._question = self._host.history.ask(Query(limit=MOST_CALLS))
        door = self._host.comparing.door
        if not self._is_told:
            self._is_told = True
            door.listed.connect(self._on_comparisons)
        door.list_wanted.emit()

    def open_requests(self) -> None:
        """Offer the requests: those that are open, and those in files."""
        self._is_everything = False
        self.palette.show_entries(
            tuple(self._requests()), tr("Switch to a request"), tr("open and saved requests"), is_whole=True
        )

    def _everything(self) -> Iterator[Entry]:
        yield from self._open_requests()
        yield from self._commands()
        yield from self._saved_requests()
        yield from self._models()
        yield from self._profiles()
        yield from self._pages.get(CALLS, ())
        yield from self._pages.get(COMPARISONS, ())
        yield from self._settings()

    def _requests(self) -> Iterator[Entry]:
        yield from self._open_requests()
        yield from self._saved_requests()

    def _commands(self) -> Iterator[Entry]:
        for command in self._host.actions_.commands():
            if command.name in _OWN:
                continue
            family = command.name.partition(".")[0]
            action = self._host.actions_[command.name]
            yield Entry(
                f"action:{command.name}",
                ACTIONS,
                command.title,
                action.trigger,
                command.tip or command.menu,
                _ICONS.get(command.name) or _ICONS.get(family, "enter"),
                command.keys[:1],
                command.why_not,
                command.menu,
            )

    def _open_requests(self) -> Iterator[Entry]:
        front = self._host.workspace
        for key, space in self._host.workspaces.items():
            where = ", ".join(self._host.accounts.words(space.profile))
            yield Entry(
                f"open:{space.file or space.title}",
                REQUESTS,
                space.title,
                partial(self._host.show_request, key),
                f"{space.endpoint}, {where}",
                space.icon,
                why_not=tr("It is in front") if space is front else "",
                more=tr("open tab request"),
            )

    def _saved_requests(self) -> Iterator[Entry]:
        opened = {space.file for space in self._host.workspaces.values()}
        for entry in self._host.saved.requests:
            if entry.path not in opened:
                where = f"{entry.folder}, " if entry.folder else ""
                yield Entry(
                    f"saved:{entry.path}",
                    REQUESTS,
                    entry.title,
                    partial(self._host.saving.open, entry.path),
                    tr("{where}{endpoint}, saved {moment}").format(
                        where=where, endpoint=entry.endpoint, moment=moment(entry.changed_s)
                    )
                    if entry.changed_s
                    else where,
                    icon_of("", entry.endpoint) if entry.endpoint else "file",
                    why_not=entry.problem,
                    more=tr("saved request"),
                )

    def _models(self) -> Iterator[Entry]:
        known = {endpoint.id: endpoint for endpoint in self._host.catalogue.all()}
        first = (*self._host.library.recents, *self._host.catalogue.favourites)
        for name in dict.fromkeys((*first, *known)):
            endpoint = known.get(name) or Endpoint(name)
            yield self._model(name, endpoint.title, endpoint.category)

    def _model(self, name: str, title: str, category: str, *, is_found: bool = False) -> Entry:
        return Entry(
            f"model:{name}",
            MODELS,
            name,
            partial(self._host.open_endpoint, name),
            ", ".join(part for part in (title if title != name else "", category_in_words(category)) if part),
            icon_of(category, name),
            more=f"{tr('new request model endpoint')} {category}",
            quiet_until="/",
            is_found_elsewhere=is_found,
        )

    def _profiles(self) -> Iterator[Entry]:
        front = self._host.workspace.profile
        for profile in (EMULATOR, *self._host.accounts.names):
            name, note = self._host.accounts.words(profile)
            yield Entry(
                f"profile:{profile}",
                PROFILES,
                tr("Call with {name}, {note}").format(name=name, note=note),
                partial(self._host.profiles.switch, profile),
                tr("for the request in front"),
                "key" if profile != EMULATOR else "server",
                why_not=tr("The request in front is called with it") if profile == front else "",
                more=tr("profile key account switch"),
            )

    def _settings(self) -> Iterator[Entry]:
        """Return every setting, and the values of those that have few."""
        now: dict[str, Json] = msgspec.to_builtins(self._host.settings.now) if self._host.settings.now else {}
        for setting in declared():
            value = now.get(setting.key, setting.default)
            yield Entry(
                f"setting:{setting.key}",
                SETTINGS,
                f"{setting.title}…",
                partial(self._host.show_settings, setting.key),
                tr("{group}, {worded} now").format(group=setting.group, worded=worded(setting, value)),
                "settings",
                more=tr("setting {help}").format(help=setting.help),
            )
            values: Sequence[Json] = setting.choices or (
                (True, False) if isinstance(setting.default, bool) else ()
            )
            for one in values if setting.key != "theme" else ():  # the themes are commands
                yield Entry(
                    f"setting:{setting.key}:{one}",
                    SETTINGS,
                    f"{setting.title}: {worded(setting, one)}",
                    partial(self._host.settings.change, {setting.key: one}),
                    tr("{group}, from the next start on").format(group=setting.group)
                    if setting.from_next_start
                    else setting.group,
                    "settings",
                    why_not=tr("It is so now") if one == value else "",
                    more=tr("setting {help}").format(help=setting.help),
                )

    def _call(self, row: CallRow) -> Entry:
        state = STATES.get(str(row.phase))
        return Entry(
            f"call:{row.call}",
            CALLS,
            row.prompt or row.endpoint,
            partial(self._host.show_call, row.call),
            f"{told(row.phase)}, {row.endpoint}, {row.mode}, {moment(row.created_s)}",
            state.icon if state is not None else "history",
            more=tr("call history {request_id} {seed}").format(request_id=row.request_id, seed=row.seed),
        )

    def _refresh(self) -> None:
        if self.palette.isVisible():
            self.palette.put_entries(tuple(self._everything() if self._is_everything else self._requests()))

    def _on_page(self, number: int, page: Page) -> None:
        if number == self._question:
            self._pages[CALLS] = tuple(self._call(row) for row in page.rows)
            self._refresh()

    def _on_comparisons(self, rows: "tuple[Row, ...]") -> None:
        self._pages[COMPARISONS] = tuple(
            Entry(
                f"comparison:{row.id}",
                COMPARISONS,
                row.title,
                partial(self._open_comparison, row.id),
                tr("{lanes} lanes, {runs} runs each, {moment}").format(
                    lanes=row.lanes, runs=row.runs, moment=moment(row.made_wall_s)
                ),
                "compare",
                more=tr("kept comparison"),
            )
            for row in rows
        )
        self._refresh()

    def _open_comparison(self, comparison: str) -> None:
        self._host.comparing.show()
        self._host.comparing.door.open_wanted.emit(comparison)

    def _on_asked(self, words: str) -> None:
        self._search = 0
        if self._is_everything and len(words) >= _FOUND_FROM:
            self._search = self._host.models.search(Wish(words))

    def _on_models(self, number: int, found: Found) -> None:
        if number == self._search and self.palette.isVisible():
            self.palette.put_found(
                tuple(self._model(one.id, one.title, one.category, is_found=True) for one in found.models)
            )


def worded(setting: Setting, value: Json) -> str:
    """Return a value of a setting as people read it."""
    if isinstance(value, bool):
        return tr("on") if value else tr("off")
    if value == 0 and setting.zero:
        return setting.zero
    if isinstance(value, int | float):
        return f"{setting.prefix}{number(value, 'g')}{setting.suffix}"
    if setting.choices:
        return choice_in_words(setting, str(value))
    return str(value) or tr("as usual")
