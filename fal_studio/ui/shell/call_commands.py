"""What can be done with the calls of the list: commands with their keys, and why one cannot be done now."""

import importlib
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from fal_studio import figures
from fal_studio.core.call import Phase
from fal_studio.core.history import CallRow
from fal_studio.core.request import Json, Request
from fal_studio.ui.actions import Actions
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.request.draft import Draft, draft_like
from fal_studio.ui.shell.call_panels import CallPanels
from fal_studio.ui.shell.monitor import Monitor
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.buttons import ActionButton, Button
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr, trn

if TYPE_CHECKING:
    from fal_studio.ui.queue.dock import QueueDock
    from fal_studio.ui.queue.jobs_panel import JobsList
    from fal_studio.ui.shell.comparing_calls import TwoCalls

MENU = tr("&Queue")
_QUEUED = frozenset({Phase.WAITING, Phase.UPLOADING, Phase.QUEUED})
"""What does not run yet: "cancel all queued" takes these."""
_RESTORE = "restore:"


class Host(Protocol):
    """What the commands need of the window."""

    monitor: Monitor
    toasts: ToastHost
    bytes_of: Bytes

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    def open_draft(self, draft: Draft) -> str:
        """Open a request in a tab."""
        ...

    def show_call(self, call: str) -> None:
        """Show a call in a request tab."""

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""


class CallCommands(QObject):
    """Says what is wanted; `refresh` looks again at what can be done with the selection."""

    cancel_wanted = Signal(str)
    cancel_all_wanted = Signal(bool)
    """Cancel every open call; True: only those that do not run yet."""
    pause_wanted = Signal(bool)
    """Send no new calls; False: send again."""
    move_wanted = Signal(str, str)
    """A waiting call and where to: "up", "down" or "front"."""
    send_now_wanted = Signal(str)
    """A call that waits shall go now, whatever limit or pause says."""
    check_wanted = Signal(str)
    run_wanted = Signal(object)
    """A Request of an ended call, to be sent again in a call of its own."""

    def __init__(
        self,
        host: Host,
        window: QWidget,
        calls: Calls,
        history: History,
        actions: Actions,
        panels: CallPanels,
    ) -> None:
        super().__init__(window)
        self._window, self._panels = window, panels
        self._host, self._calls, self._history, self._actions = host, calls, history, actions
        self._then: dict[str, Callable[[Request], object]] = {}
        """What to do with the request of a call once it has been read from the ledger."""
        self.two: TwoCalls | None = None
        """Puts two calls against each other; there when that was first wanted."""
        self._is_paused = False
        self._open: tuple[int, int] = (0, 0)
        """How many calls are open, and how many of them do not run yet."""
        self.place = "back"
        """Where new jobs go: "back", "front", or "replace" those that wait."""
        self._pause_buttons: list[ActionButton] = []
        self._register()
        calls.settled.connect(self._on_settled)
        history.call_found.connect(self._on_call_found)
        history.call_missed.connect(self._on_call_missed)
        history.removed.connect(self._on_removed)
        history.exported.connect(self._on_exported)
        history.emptied.connect(self._on_emptied)
        history.troubled.connect(self._on_troubled)
        host.toasts.action_wanted.connect(self._on_toast_action)
        self.refresh()

    @cached_property
    def menu(self) -> QMenu:
        """What can be done with the selection."""
        groups = (
            ("queue.show", "queue.compare"),
            ("queue.cancel", "queue.check"),
            ("queue.front", "queue.up", "queue.down", "queue.send_now"),
            ("queue.retry", "queue.again", "recall.all", "recall.prompt", "recall.seed"),
            ("queue.copy_id",),
            ("queue.remove",),
        )
        return self._menu_of(*groups)

    def _menu_of(self, *groups: Sequence[str]) -> QMenu:
        """Return a menu of commands, with a line between the groups."""
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        for number, names in enumerate(groups):
            if number:
                menu.addSeparator()
            for name in names:
                menu.addAction(self._actions[name])
        return menu

    def dress(self, dock: "QueueDock") -> None:
        """Give the dock its buttons, and do what it says."""
        take_up = ActionButton(self._actions["queue.take_up"], "link")
        pause = ActionButton(self._actions["queue.pause"], "pause")
        self._pause_buttons.append(pause)
        cancel = self._menu_of(("queue.cancel", "queue.cancel_queued", "queue.cancel_open"))
        export = self._menu_of(("queue.export_csv", "queue.export_json"))
        dock.set_tools(
            [
                pause,
                Button(tr("Cancel"), "quiet", scale="s", menu=cancel),
                take_up,
                Button(tr("Export"), "quiet", scale="s", menu=export),
            ]
        )
        dock.chosen.connect(self.refresh)
        dock.listing.changed.connect(self.refresh)
        dock.menu_wanted.connect(self.show_menu)
        dock.remove_wanted.connect(self.remove)
        dock.check_wanted.connect(self.check_wanted)
        dock.detail.check_wanted.connect(self.check_wanted)
        dock.detail.retry_wanted.connect(self.retry)
        dock.detail.editor = self._edited
        self.refresh()

    def dress_jobs(self, jobs: "JobsList") -> None:
        """Do what the popover says."""
        if jobs.head is not None:
            pause = ActionButton(self._actions["queue.pause"], "pause")
            self._pause_buttons.append(pause)
            jobs.head.insertWidget(jobs.head.count() - 2, pause)
        jobs.drop_wanted.connect(self.cancel_wanted)
        jobs.cancel_all_wanted.connect(self.cancel_all_wanted)
        jobs.place_chosen.connect(self._on_place_chosen)

    def _on_place_chosen(self, place: str) -> None:
        self.place = place

    def show_menu(self, at: QPoint) -> None:
        """Offer what can be done with the selection."""
        self.refresh()
        self.menu.popup(at)

    @property
    def is_paused(self) -> bool:
        """Whether sending is paused."""
        return self._is_paused

    def show_paused(self, *, is_paused: bool) -> None:
        """Say whether sending is paused."""
        self._is_paused = is_paused
        action = self._actions["queue.pause"]
        action.setText(tr("&Resume sending") if is_paused else tr("&Pause sending"))
        for button in self._pause_buttons:
            button.set_icon_name("play" if is_paused else "pause")

    def selected(self) -> list[CallRow]:
        """Return the rows of the selection, the one at the keyboard first."""
        dock = self._host.monitor.dock
        if dock is None:
            return []
        first = dock.table.call()
        calls = [first, *(call for call in dock.table.calls() if call != first)] if first else []
        return [row for call in calls if (row := dock.listing.row(call)) is not None]

    def refresh(self) -> None:
        """Look again at what can be done."""
        rows = self.selected()
        row = rows[0] if rows else None
        opened = [self._calls.row(call) for call in self._calls.open_ids()]
        queued = [other for other in opened if other.phase in _QUEUED]
        none = "" if row is not None else tr("Choose a call first.")
        is_waiting = row is not None and row.phase is Phase.WAITING and not row.ended
        waits = none or (
            "" if is_waiting else tr("Only a call that waits here can be moved; this one was sent.")
        )
        reasons = {
            "queue.show": none,
            "queue.compare": _why_not_two(rows),
            "queue.cancel": none or ("" if any(not r.ended for r in rows) else tr("It has ended.")),
            "queue.cancel_queued": "" if queued else tr("Nothing waits in line."),
            "queue.cancel_open": "" if opened else tr("Nothing is open."),
            "queue.front": waits,
            "queue.up": waits,
            "queue.down": waits,
            "queue.send_now": waits,
            "queue.check": none
            or ("" if row and row.phase is Phase.UNKNOWN else tr("What became of it is known.")),
            "queue.retry": none or self._why_no_retry(row),
            "queue.again": none,
            "recall.all": none,
            "recall.prompt": none or ("" if row and row.prompt else tr("It was given no prompt.")),
            "recall.seed": none or ("" if row and row.seed else tr("It has no seed.")),
            "queue.remove": none
            or ("" if any(r.ended for r in rows) else tr("It is open: cancel it first.")),
            "queue.copy_id": none,
        }
        for name, why in reasons.items():
            self._actions.allow(name, why)

    def _on_settled(self, _changed: tuple[str, ...]) -> None:
        """Let what is open be cancelled, also where nobody has opened the list."""
        phases = [self._calls.state(call).phase for call in self._calls.open_ids()]
        counts = len(phases), sum(phase in _QUEUED for phase in phases)
        if counts != self._open:
            self._open = counts
            self.refresh()

    def remove(self, calls: Sequence[str]) -> None:
        """Cancel what is open, put what has ended into the trash."""
        dock = self._host.monitor.dock
        if dock is None:
            return
        rows = [row for call in calls if (row := dock.listing.row(call)) is not None]
        for row in rows:
            if not row.ended:
                self.cancel_wanted.emit(row.call)
        if ended := tuple(row.call for row in rows if row.ended):
            self._history.remove_wanted.emit(ended)

    def let_go(self) -> None:
        """Wait for what is being computed."""
        if self.two is not None:
            self.two.close()

    def retry(self, call: str) -> None:
        """Send the same request again."""
        self._with_request(call, self.run_wanted.emit)

    def _register(self) -> None:
        add = self._actions.add
        add(
            "queue.show",
            tr("&Show the call"),
            self._show,
            menu=MENU,
            tip=tr("Show the chosen call in a request tab"),
        )
        add(
            "queue.compare",
            tr("Compare the two…"),
            self._compare,
            menu=MENU,
            tip=tr("Where the inputs, the results and the numbers of two calls differ"),
        )
        add(
            "queue.pause",
            tr("&Pause sending"),
            self._pause,
            menu=MENU,
            tip=tr("Calls that were sent go on; new ones wait here"),
        )
        self._actions.separate(MENU)
        add("queue.cancel", tr("&Cancel this"), self._cancel, menu=MENU)
        add(
            "queue.cancel_queued",
            tr("Cancel all &queued"),
            lambda: self.cancel_all_wanted.emit(True),  # noqa: FBT003 - a signal's value
            menu=MENU,
        )
        add(
            "queue.cancel_open",
            tr("Cancel &all open"),
            lambda: self.cancel_all_wanted.emit(False),  # noqa: FBT003 - a signal's value
            menu=MENU,
        )
        self._actions.separate(MENU)
        add("queue.front", tr("Send it &next"), lambda: self._move("front"), menu=MENU)
        add("queue.up", tr("Move &up"), lambda: self._move("up"), menu=MENU)
        add("queue.down", tr("Move &down"), lambda: self._move("down"), menu=MENU)
        add(
            "queue.send_now",
            tr("Send it n&ow"),
            self._send_now,
            menu=MENU,
            tip=tr("Whatever limit or pause says"),
        )
        self._actions.separate(MENU)
        add("queue.retry", tr("&Retry"), self._retry, menu=MENU, tip=tr("Send the same request again"))
        add(
            "queue.again",
            tr("Run again &with edits"),
            self._again,
            menu=MENU,
            tip=tr("Open its request in a tab of its own"),
        )
        add("queue.check", tr("Chec&k what became of it"), self._check, menu=MENU)
        add(
            "queue.take_up",
            tr("&Take up an id…"),
            self._panels.open_take_up,
            menu=MENU,
            tip=tr("Follow a request that was sent elsewhere"),
        )
        self._actions.separate(MENU)
        add(
            "recall.all",
            tr("Recall a&ll inputs"),
            lambda: self._recall(_all),
            menu=MENU,
            tip=tr("Put its inputs into the request in front"),
        )
        add("recall.prompt", tr("Recall the pro&mpt"), lambda: self._recall(_prompt), menu=MENU)
        add("recall.seed", tr("Recall the s&eed"), self._recall_seed, menu=MENU)
        self._actions.separate(MENU)
        add("queue.copy_id", tr("Copy the request &id"), self._copy_id, menu=MENU)
        add("queue.export_csv", tr("E&xport as CSV…"), lambda: self._panels.open_export("csv"), menu=MENU)
        add("queue.export_json", tr("Export as &JSON…"), lambda: self._panels.open_export("json"), menu=MENU)
        self._actions.separate(MENU)
        add(
            "queue.clear",
            tr("Clear ended calls &from the queue"),
            self._clear,
            menu=MENU,
            tip=tr("They stay in the history"),
        )
        add("queue.remove", tr("Remo&ve"), self._remove, menu=MENU, tip=tr("Put ended calls into the trash"))
        add(
            "queue.space",
            tr("Space and tras&h…"),
            self._panels.open_space,
            menu=MENU,
            tip=tr("How much room results and history take; empty the trash"),
        )
        self._actions.separate(MENU)
        add(
            "queue.detach",
            tr("Own window for queue and histor&y"),
            self._host.monitor.toggle_detached,
            menu=MENU,
            tip=tr("For a second screen; once more puts it back"),
        )
        add(
            "queue.settings",
            tr("Queue settin&gs…"),
            self._panels.open_settings,
            menu=MENU,
            tip=tr("How many calls are sent at once, what is followed, when the desktop is told"),
        )

    def _edited(self) -> tuple[str, Json] | None:
        arguments = self._host.workspace.document.arguments
        return None if arguments is None else (tr("the editor"), arguments)

    def _why_no_retry(self, row: CallRow | None) -> str:
        if row is None or row.ended:
            return ""
        return tr("It is still open: a second one would be paid for too.")

    def _call(self) -> str:
        rows = self.selected()
        return rows[0].call if rows else ""

    def _show(self) -> None:
        if call := self._call():
            self._host.show_call(call)

    def _compare(self) -> None:
        """Put the two chosen calls against each other."""
        rows = self.selected()
        if _why_not_two(rows):
            return
        if self.two is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.comparing_calls")
            self.two = module.TwoCalls(self._host, self._window, self._calls, self._history)
        assert self.two is not None
        self.two.open(*rows)

    def _pause(self) -> None:
        self.pause_wanted.emit(not self._is_paused)

    def _cancel(self) -> None:
        for row in self.selected():
            if not row.ended:
                self.cancel_wanted.emit(row.call)

    def _move(self, where: str) -> None:
        if call := self._call():
            self.move_wanted.emit(call, where)

    def _send_now(self) -> None:
        if call := self._call():
            self.send_now_wanted.emit(call)

    def _check(self) -> None:
        for row in self.selected():
            if row.phase is Phase.UNKNOWN:
                self.check_wanted.emit(row.call)

    def _retry(self) -> None:
        for row in self.selected():
            self.retry(row.call)

    def _again(self) -> None:
        self._with_request(self._call(), self._open_again)

    def _open_again(self, request: Request) -> None:
        self._host.open_draft(draft_like(request))
        self._host.workspace.editor.focus_main()

    def _recall(self, work: Callable[[Workspace, Request], None]) -> None:
        self._with_request(self._call(), lambda request: work(self._host.workspace, request))

    def _recall_seed(self) -> None:
        """Put the seed that was used, given or drawn, into the request in front."""
        rows = self.selected()
        if rows and rows[0].seed:
            self._host.workspace.document.set_value("seed", int(rows[0].seed))

    def _copy_id(self) -> None:
        self._host.copy("\n".join(row.request_id or row.call for row in self.selected()))

    def _clear(self) -> None:
        if (dock := self._host.monitor.dock) is not None:
            dock.listing.dismiss_ended()

    def _remove(self) -> None:
        self.remove([row.call for row in self.selected()])

    def _with_request(self, call: str, work: Callable[[Request], object]) -> None:
        """Do something with the request of a call, now or when it has been read."""
        request = self._calls.request(call)
        if request is not None:
            work(request)
        elif call:
            self._then[call] = work
            self._history.call_wanted.emit(call)

    def _on_call_found(self, call: str, request: Request | None, _events: object) -> None:
        work = self._then.pop(call, None)
        if work is not None and request is not None:
            work(request)
        elif work is not None:
            self._tell(tr("The request of this call can no longer be read."))

    def _on_call_missed(self, call: str, why: str) -> None:
        if self._then.pop(call, None) is not None:
            self._tell(why)

    def _on_removed(self, calls: tuple[str, ...]) -> None:
        noun = trn("a call", "{count} calls", len(calls)).format(count=len(calls))
        self._host.toasts.tell(
            News(
                tr("Moved {noun} to the trash").format(noun=noun),
                "info",
                tr("Undo"),
                _RESTORE + ",".join(calls),
            )
        )

    def _on_exported(self, path: str, count: int) -> None:
        noun = trn("call", "calls", count)
        self._host.toasts.tell(
            News(
                tr("Wrote {count} {noun} to {path}").format(
                    count=figures.number(count), noun=noun, path=path
                ),
                "good",
            )
        )

    def _on_emptied(self, count: int, why: str) -> None:
        panel = self._panels.space
        if why:
            if panel is None or not panel.isVisible():  # it says so itself
                self._tell(why)
        elif count:
            for toast in self._host.toasts.shown():
                if toast.news.key.startswith(_RESTORE):
                    toast.closed.emit()  # there is nothing to bring back any more
            noun = trn("1 call", "{count} calls", count).format(count=figures.number(count))
            self._host.toasts.tell(News(tr("Moved {noun} to the system's trash").format(noun=noun), "good"))

    def _on_toast_action(self, key: str) -> None:
        if key.startswith(_RESTORE):
            self._history.restore_wanted.emit(tuple(key.removeprefix(_RESTORE).split(",")))

    def _on_troubled(self, why: str) -> None:
        self._tell(why)

    def _tell(self, why: str) -> None:
        self._host.toasts.tell(News(why, "bad"))


def _why_not_two(rows: Sequence[CallRow]) -> str:
    """Return why the selection cannot be put against each other, "" if it can."""
    if len(rows) != 2:
        return tr("Choose two calls first: click one, then the other with Ctrl.")
    return "" if all(row.ended for row in rows) else tr("Both have to be over: one is still open.")


def _all(space: Workspace, request: Request) -> None:
    space.recall(request.endpoint, request.mode, request.arguments, request.options)


def _prompt(space: Workspace, request: Request) -> None:
    key = space.document.prompt_key or "prompt"
    theirs = _first(request.arguments, (key, "prompt", "text"))
    if theirs is not None:
        space.document.set_value(key, theirs)


def _first(arguments: Json, keys: Sequence[str]) -> Json:
    if not isinstance(arguments, dict):
        return None
    return next((arguments[key] for key in keys if arguments.get(key) is not None), None)
