"""What can be done with the calls of the list: commands with their keys, and why one cannot be done now."""

import importlib
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from PySide6.QtCore import QObject, QPoint, QRandomGenerator, Signal
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from fal_studio.core.asked import sizes_of
from fal_studio.core.call import Phase
from fal_studio.core.history import RATINGS, REJECTED, CallRow, Judgement
from fal_studio.core.request import Json, Request
from fal_studio.ui.actions import Actions
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.request.draft import Draft, draft_like
from fal_studio.ui.shell.call_news import CallNews, judged_words
from fal_studio.ui.shell.call_panels import CallPanels
from fal_studio.ui.shell.call_reasons import QUEUED, reasons, why_not_two
from fal_studio.ui.shell.kept_requests import KeptRequests
from fal_studio.ui.shell.monitor import Monitor
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.buttons import ActionButton, Button
from fal_studio.ui.widgets.toasts import ToastHost
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.queue.dock import QueueDock
    from fal_studio.ui.queue.gallery import Gallery
    from fal_studio.ui.queue.jobs_panel import JobsList
    from fal_studio.ui.queue.listing import Listing
    from fal_studio.ui.queue.table import CallsTable
    from fal_studio.ui.queue.tiles import Tiles
    from fal_studio.ui.shell.comparing_calls import TwoCalls


class Host(Protocol):
    """What the commands need of the window."""

    monitor: Monitor
    status: StatusBar
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
    recalled = Signal(str)
    """What was put into the request in front, in words: that may be out of sight."""
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
        self._requests = KeptRequests(calls, history, self)
        self._news = CallNews(history, panels, host.toasts)
        self._requests.failed.connect(self._news.tell_trouble)
        self.two: TwoCalls | None = None
        """Puts two calls against each other; there when that was first wanted."""
        self._gallery: Gallery | None = None
        self._is_gallery = False
        """Whether the gallery is in front: then its selection is meant, not the dock's."""
        self._is_paused = False
        self._open: tuple[int, int] = (0, 0)
        """How many calls are open, and how many of them do not run yet."""
        self.place = "back"
        """Where new jobs go: "back", "front", or "replace" those that wait."""
        self._pause_buttons: list[ActionButton] = []
        calls.settled.connect(self._on_settled)
        history.judged.connect(self._on_judged)

    @cached_property
    def menu(self) -> QMenu:
        """What can be done with the selection."""
        groups = (
            ("queue.show", "queue.compare"),
            ("queue.cancel", "queue.check"),
            ("queue.front", "queue.up", "queue.down", "queue.send_now"),
            ("queue.retry", "queue.again", "recall.remix"),
            ("recall.all", "recall.prompt", "recall.seed", "recall.size"),
            ("queue.star", "queue.reject"),
            ("queue.copy_id",),
            ("queue.remove",),
        )
        menu = self._menu_of(*groups)
        rating = QMenu(tr("Rating"), menu)
        rating.addActions([self._actions[f"queue.rate_{number}"] for number in RATINGS])
        menu.insertMenu(self._actions["queue.reject"], rating)
        return menu

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

    def dress_gallery(self, gallery: "Gallery") -> None:
        """Do what the gallery says."""
        self._gallery = gallery
        gallery.chosen.connect(self.refresh)
        gallery.listing.changed.connect(self.refresh)
        gallery.remove_wanted.connect(self.remove)

    def use_gallery(self, *, is_shown: bool) -> None:
        """Mean what is chosen in the gallery while that is in front."""
        self._is_gallery = is_shown
        self.refresh()

    def _front(self) -> "tuple[Listing, CallsTable | Tiles] | None":
        """Return the list whose selection is meant, and its view; None while there is none."""
        dock, gallery = self._host.monitor.dock, self._gallery
        is_in_dock = dock is not None and dock.window() is not self._window and dock.isActiveWindow()
        if self._is_gallery and gallery is not None and not is_in_dock:
            return gallery.listing, gallery.tiles
        return (dock.listing, dock.table) if dock is not None else None

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
        found = self._front()
        if found is None:
            return []
        listing, view = found
        first = view.call()
        calls = [first, *(call for call in view.calls() if call != first)] if first else []
        return [row for call in calls if (row := listing.row(call)) is not None]

    def refresh(self) -> None:
        """Look again at what can be done."""
        opened = [self._calls.row(call) for call in self._calls.open_ids()]
        for name, why in reasons(self.selected(), opened).items():
            self._actions.allow(name, why)

    def _on_settled(self, _changed: tuple[str, ...]) -> None:
        """Let what is open be cancelled, also where nobody has opened the list."""
        phases = [self._calls.state(call).phase for call in self._calls.open_ids()]
        counts = len(phases), sum(phase in QUEUED for phase in phases)
        if counts != self._open:
            self._open = counts
            self.refresh()

    def remove(self, calls: Sequence[str]) -> None:
        """Cancel what is open, put what has ended into the trash."""
        found = self._front()
        if found is None:
            return
        rows = [row for call in calls if (row := found[0].row(call)) is not None]
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
        self._requests.use(call, self.run_wanted.emit)

    def _edited(self) -> tuple[str, Json] | None:
        arguments = self._host.workspace.document.arguments
        return None if arguments is None else (tr("the editor"), arguments)

    def _call(self) -> str:
        rows = self.selected()
        return rows[0].call if rows else ""

    def show(self) -> None:
        """Show the chosen call in a request tab."""
        if call := self._call():
            self._host.show_call(call)

    def compare(self) -> None:
        """Put the two chosen calls against each other."""
        rows = self.selected()
        if why_not_two(rows):
            return
        if self.two is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.comparing_calls")
            self.two = module.TwoCalls(self._host, self._window, self._calls, self._history)
        assert self.two is not None
        self.two.open(*rows)

    def pause(self) -> None:
        """Send no new calls, or send again."""
        self.pause_wanted.emit(not self._is_paused)

    def cancel(self) -> None:
        """Cancel what is chosen."""
        for row in self.selected():
            if not row.ended:
                self.cancel_wanted.emit(row.call)

    def cancel_queued(self) -> None:
        """Cancel all that do not run yet."""
        self.cancel_all_wanted.emit(True)  # noqa: FBT003 - a signal's value

    def cancel_open(self) -> None:
        """Cancel every open call."""
        self.cancel_all_wanted.emit(False)  # noqa: FBT003 - a signal's value

    def move(self, where: str) -> None:
        """Move the chosen call that waits: "up", "down" or "front"."""
        if call := self._call():
            self.move_wanted.emit(call, where)

    def send_now(self) -> None:
        """Send the chosen call, whatever limit or pause says."""
        if call := self._call():
            self.send_now_wanted.emit(call)

    def check(self) -> None:
        """Find out what became of the chosen calls."""
        for row in self.selected():
            if row.phase is Phase.UNKNOWN:
                self.check_wanted.emit(row.call)

    def retry_chosen(self) -> None:
        """Send the requests of the chosen calls again."""
        for row in self.selected():
            self.retry(row.call)

    def open_again(self) -> None:
        """Open the request of the chosen call in a tab of its own."""
        self._requests.use(self._call(), self._on_again)

    def _on_again(self, request: Request) -> None:
        self._host.open_draft(draft_like(request))
        self._host.workspace.editor.focus_main()

    def recall(self) -> None:
        """Put all inputs of the chosen call into the request in front."""
        self._recall(_all)

    def recall_prompt(self) -> None:
        """Put its prompt there."""
        self._recall(_prompt)

    def recall_size(self) -> None:
        """Put the size of what it made there, as far as its request said one."""
        self._recall(_size)

    def _recall(self, work: Callable[[Workspace, Request], str]) -> None:
        space = self._host.workspace

        def recall(request: Request) -> None:
            if isValid(space):  # its tab may be closed while this was read
                self.recalled.emit(work(space, request).format(title=space.title))

        self._requests.use_in_turn(self._call(), recall)

    def remix(self) -> None:
        """Open the same request with another seed in a tab of its own."""
        has_seed = any(row.seed for row in self.selected()[:1])
        self._requests.use(
            self._call(), lambda request: self._on_again(_reseeded(request, has_seed=has_seed))
        )

    def recall_seed(self) -> None:
        """Put the seed that was used, given or drawn, into the request in front."""
        rows = self.selected()
        if rows and rows[0].seed:
            self._requests.do_in_turn(partial(self._recall_seed, self._host.workspace, int(rows[0].seed)))

    def _recall_seed(self, space: Workspace, seed: int) -> None:
        if isValid(space):
            space.document.set_value("seed", seed)
            self.recalled.emit(tr("The seed is in {title} now").format(title=space.title))

    def star(self) -> None:
        """Star what is chosen; what is starred throughout, no longer."""
        self._judge(Judgement(starred=not self.are_all(lambda row: row.starred)))

    def reject(self) -> None:
        """Mark what is chosen as not wanted; what is so throughout, no longer."""
        self.rate(REJECTED)

    def rate(self, rating: int) -> None:
        """Rate what is chosen; what is rated so throughout, no longer."""
        self._judge(Judgement(rating=0 if self.are_all(lambda row: row.rating == rating) else rating))

    def are_all(self, is_so: Callable[[CallRow], bool]) -> bool:
        """Whether all ended calls of the selection are so; False of none."""
        ended = [row for row in self.selected() if row.ended]
        return bool(ended) and all(is_so(row) for row in ended)

    def _judge(self, judgement: Judgement) -> None:
        if calls := tuple(row.call for row in self.selected() if row.ended):
            self._history.judge_wanted.emit(calls, judgement)

    def _on_judged(self, calls: tuple[str, ...], judgement: Judgement) -> None:
        self._calls.judge(calls, judgement)
        self._host.status.tell(judged_words(judgement, len(calls)))

    def copy_id(self) -> None:
        """Copy the ids of the chosen calls."""
        self._host.copy("\n".join(row.request_id or row.call for row in self.selected()))

    def clear(self) -> None:
        """Take what has ended out of the queue; it stays in the history."""
        if (dock := self._host.monitor.dock) is not None:
            dock.listing.dismiss_ended()

    def remove_chosen(self) -> None:
        """Cancel or put into the trash what is chosen."""
        self.remove([row.call for row in self.selected()])


def _all(space: Workspace, request: Request) -> str:
    space.recall(request.endpoint, request.mode, request.arguments, request.options)
    return tr("All its inputs are in {title} now")


def _prompt(space: Workspace, request: Request) -> str:
    key = space.document.prompt_key or "prompt"
    theirs = _first(request.arguments, (key, "prompt", "text"))
    if theirs is not None:
        space.document.set_value(key, theirs)
    return tr("The prompt is in {title} now")


def _size(space: Workspace, request: Request) -> str:
    sizes = sizes_of(request.arguments)
    for key, value in sizes.items():
        space.document.set_value(key, value)
    return tr("The size is in {title} now") if sizes else tr("Its request said no size")


def _reseeded(request: Request, *, has_seed: bool) -> Request:
    """Return the request with another seed, if it had one, given or drawn; without, each run takes another one anyway."""
    if not has_seed or not isinstance(request.arguments, dict):
        return request
    seed = (
        QRandomGenerator.global_().generate() >> 1
    )  # 31 bits, as the dice of a seed's field: every endpoint takes that
    return msgspec.structs.replace(request, arguments={**request.arguments, "seed": seed})


def _first(arguments: Json, keys: Sequence[str]) -> Json:
    if not isinstance(arguments, dict):
        return None
    return next((arguments[key] for key in keys if arguments.get(key) is not None), None)
