"""What the window shows under its top bar: requests (comparisons stand in their place), the live desk or the gallery, built when wanted."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from fal_studio.core.accounts import EMULATOR, is_emulators
from fal_studio.core.blobs import Load
from fal_studio.core.events import Event, Partial
from fal_studio.core.request import Mode, Request
from fal_studio.ui.actions import Actions
from fal_studio.ui.catalogue import Catalogue, Endpoint
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.top_bar import PAGES, TopBar
from fal_studio.ui.shell.wire_files import ENDING, WireFiles
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.segmented import Capability
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.core.realtime.frames import Place
    from fal_studio.core.realtime.rules import Rules
    from fal_studio.ui.output.tree_pane import TreePane
    from fal_studio.ui.queue.gallery import Gallery
    from fal_studio.ui.realtime.desk import LiveDesk
    from fal_studio.ui.shell.workspace import Workspace
    from fal_studio.ui.stream.pane import EventsPane

BEHIND = ("fal_studio.ui.realtime.desk", "fal_studio.ui.output.decode", "fal_studio.ui.shell.live_size")
"""What the live desk needs: loaded behind the open window."""
LIVE_KEY = "live"
"""In place of a request tab's key."""
FIRST = "emulator/sketch"
_FIRST_VALUES = {
    "prompt": "log cabin on a mountain lake, gouache, evening light",
    "strength": 0.72,
    "seed": 123,
    "num_inference_steps": 4,
}
_WHY = tr("This is for a request: choose Request in the top bar first.")


class Live(Protocol):
    """What the page needs of the window."""

    top: TopBar
    toasts: ToastHost
    wire: WireFiles
    status: StatusBar

    @property
    def workspace(self) -> "Workspace":
        """The request in front."""
        ...


class Pages(QStackedWidget):
    """Requests, the live desk and the gallery, one of them shown."""

    run_wanted = Signal(str, object)
    send_wanted = Signal(str, object)
    hang_up_wanted = Signal(str)
    cancel_wanted = Signal(str)
    copy_wanted = Signal(str)
    animation_wanted = Signal(object, str)
    """A Recording, and where its answers are to be written as moving pictures; answer with `note_saved` or `fail`."""
    shown = Signal(str)
    """A page was asked for."""
    keep_wanted = Signal(object)
    """A KeptFrame; answer with `note_kept`."""
    frame_wanted = Signal(str, int, object)
    """A call, the number of an event, and the Place of its frame: its bytes are to be shown; answer with `show_frame`."""
    profile_changed = Signal()
    """The profile of the page in front may be another one; see `live_profile`."""
    rules_changed = Signal(object)
    """The Rules of sessions by endpoint, the one that was changed last at the end: to be kept."""

    def __init__(
        self,
        requests: QWidget,
        window: Live,
        calls: Calls,
        catalogue: Catalogue,
        load: Load,
        bytes_of: Bytes,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window, self._calls, self._catalogue, self._load = window, calls, catalogue, load
        self._bytes = bytes_of
        self._rules: dict[str, Rules] = {}
        self._stop_usd: Callable[[str], float | None] = lambda _profile: None
        self._frames: EventsPane | None = None
        self._frames_of = self._recorded = ""
        self.kept: tuple[str, ...] = ()
        """Calls of frames that were kept, oldest first."""
        self.actions_: Actions | None = None
        self.desk: LiveDesk | None = None
        self.build_gallery: Callable[[], Gallery] | None = None
        """Returns the gallery, made at the first time."""
        self._keys: dict[QWidget, str] = {}
        """Of the pages beside the requests that were built."""
        self._is_fresh = True
        self.addWidget(requests)
        window.top.pages.chosen.connect(self.show_page)
        calls.changed.connect(self._on_call_changed)
        self.currentChanged.connect(self._on_current_changed)

    @property
    def front(self) -> str:
        """Which page is shown: "request", "live" or "gallery"."""
        return next((key for page, key in self._keys.items() if page is self.currentWidget()), "request")

    def _on_current_changed(self, _index: int) -> None:
        self.profile_changed.emit()

    @property
    def live_profile(self) -> str:
        """The profile that the session uses, while the desk is in front; "" while it is not."""
        return self.desk.session.profile if self.desk is not None and self.front == "live" else ""

    def use_profile(self, profile: str, *, is_at_fal: bool) -> None:
        """Let the next session be of a profile, or say why it cannot be; `is_at_fal`: whether its calls go to fal."""
        desk = self.desk
        if desk is None or profile == desk.session.profile:
            return
        endpoint, tell = desk.session.endpoint, self._window.status.tell
        if desk.session.is_on:
            tell(tr("Stop the session first: it goes on with the profile that it began with"))
        elif is_emulators(endpoint) and is_at_fal:
            tell(
                tr("{endpoint} is the emulator's own: choose a model of fal first").format(endpoint=endpoint)
            )
        elif profile == EMULATOR and not is_emulators(endpoint):
            tell(
                tr("The emulator does not have {endpoint}: choose one of its models first").format(
                    endpoint=endpoint
                )
            )
        else:
            self._show(desk, endpoint, profile, desk.fields.values)

    def fill(self, actions: Actions) -> None:
        """Add the pages' commands."""
        self.actions_ = actions
        actions.separate(tr("&View"))
        for number, page in enumerate(PAGES, 1):
            key = page.key
            actions.add(
                f"page.{key}",
                tr("Page: {key}").format(key=page.text),
                lambda key=key: self.show_page(key),
                menu=tr("&View"),
                is_on=lambda key=key: self._window.top.pages.current() == key,
                shortcut=f"Ctrl+{number}",
            )

    def show_page(self, key: str) -> None:
        """Show a page."""
        self._window.top.pages.set_chosen(key)
        self.shown.emit(key)
        if key == self.front:
            return
        if key == "gallery" and self.build_gallery is not None:
            self._show_gallery(self.build_gallery())
            return
        if key != "live":
            self.setCurrentIndex(0)
            self._allow(is_request=True)
            return
        desk = self.desk or self._build()
        self._follow_request(desk)
        self.setCurrentWidget(self._place_of("live"))
        self._allow(is_request=False)
        desk.canvas.setFocus()
        if self._is_fresh and desk.session.profile == "emulator":
            self._is_fresh = False
            desk.session.start()  # free, and made on this machine: the desk is alive in the first second

    def _place_of(self, key: str) -> QWidget:
        return next(widget for widget, its in self._keys.items() if its == key)

    def _show_gallery(self, pane: "Gallery") -> None:
        if pane not in self._keys:
            self._keys[pane] = "gallery"
            self.addWidget(pane)
        self.setCurrentWidget(pane)
        self._allow(is_request=False)
        pane.focus_tiles()

    def follow(self, key: str, call: str) -> bool:
        """Take a call that was started for the desk; False: it was not."""
        if key != LIVE_KEY or self.desk is None:
            return False
        self.desk.session.follow(call, self._calls.request(call))
        return True

    def refuse(self, key: str) -> None:
        """Take the news that a session was not started: there is a question first, and it stands with the requests."""
        if key == LIVE_KEY and self.desk is not None:
            self.desk.session.refuse(tr("there is a question about it on the page Request"))
            self.show_page("request")

    @property
    def live_call(self) -> str:
        """The session that is on; "" while there is none."""
        return self.desk.session.call if self.desk is not None else ""

    def shown_calls(self) -> set[str]:
        """Return the call that the desk shows."""
        return {self.desk.session.last_call, self._recorded} - {""} if self.desk is not None else set()

    def let_go(self) -> None:
        """End what the desk does beside."""
        if self.desk is not None:
            self.desk.let_go()

    def _build(self) -> "LiveDesk":
        desks: Any = importlib.import_module("fal_studio.ui.realtime.desk")
        decoding: Any = importlib.import_module("fal_studio.ui.output.decode")
        sizes: Any = importlib.import_module("fal_studio.ui.shell.live_size")
        desk: LiveDesk = desks.LiveDesk(
            self._load, self._calls.prices, decoding.Decoder(self), self._bytes, sizes.LiveSize, self
        )
        desk.stop_usd = self._stop_usd
        session = desk.session
        session.start_wanted.connect(self._on_start_wanted)
        session.send_wanted.connect(self.send_wanted)
        session.hang_up_wanted.connect(self.hang_up_wanted)
        session.cancel_wanted.connect(self.cancel_wanted)
        desk.bar.endpoint_chosen.connect(self._on_endpoint_chosen)
        desk.told.connect(self._window.status.tell)
        self._catalogue.changed.connect(self._on_catalogue_changed)
        desk.keep_wanted.connect(self._on_keep_wanted)
        desk.frames_wanted.connect(self._on_frames_wanted)
        desk.frames_grew.connect(self._on_frames_grew)
        desk.recording_wanted.connect(self._on_recording_wanted)
        desk.picture_wanted.connect(self._on_picture_wanted)
        desk.lines_wanted.connect(self._on_lines_wanted)
        desk.animation_wanted.connect(self._on_animation_wanted)
        desk.rules_changed.connect(self._on_rules_changed)
        rooms: Any = importlib.import_module("fal_studio.ui.widgets.roomy")
        place = rooms.Roomy(desk, self)
        self._keys[place] = "live"
        self.addWidget(place)
        self.desk = desk
        return desk

    def _follow_request(self, desk: "LiveDesk") -> None:
        """Take over what stands in the request in front, if it is one for a session."""
        if desk.session.is_on:
            return
        space = self._window.workspace
        request = space.request() if space.draft.mode is Mode.REALTIME else None
        if request is not None and isinstance(request.arguments, dict):
            values = {**self._catalogue.defaults(request.endpoint), **request.arguments}
            self._show(desk, request.endpoint, request.profile, values)
            desk.follow_options(request.options)
            desk.session.project = request.project
        elif not desk.session.endpoint:
            self._show(desk, FIRST, "emulator", _FIRST_VALUES)

    def _show(self, desk: "LiveDesk", endpoint: str, profile: str, values: dict[str, Any]) -> None:
        able = [one.id for one in self._catalogue.all() if is_live(one)]
        schema = self._catalogue.get(endpoint).schema
        desk.show_endpoint(endpoint, profile, schema, values, able, self._rules.get(endpoint))
        self.profile_changed.emit()

    def _on_endpoint_chosen(self, endpoint: str) -> None:
        if self.desk is not None and endpoint != self.desk.session.endpoint:
            found = self._catalogue.get(endpoint)
            profile = self._window.workspace.profile if found.is_of_fal else "emulator"
            values = {**found.arguments, **self._catalogue.defaults(endpoint)}
            self._show(self.desk, endpoint, profile, values)

    def _on_catalogue_changed(self) -> None:
        desk = self.desk
        if desk is not None and desk.session.endpoint and not desk.fields.boxes.get("strength"):
            endpoint = desk.session.endpoint
            if self._catalogue.get(endpoint).schema.fields:
                self._show(desk, endpoint, desk.session.profile, desk.fields.values)

    def _on_start_wanted(self, request: Request) -> None:
        self.run_wanted.emit(LIVE_KEY, request)

    def _on_call_changed(self, call: str, events: Sequence[Event]) -> None:
        if self.desk is not None:
            self.desk.session.take(call, tuple(events))

    def put_rules(self, rules: "Mapping[str, Rules]") -> None:
        """Take the rules of sessions, by endpoint, that were kept."""
        self._rules = {**rules, **self._rules}
        if self.desk is not None and (found := self._rules.get(self.desk.session.endpoint)) is not None:
            self.desk.follow_rules(found)

    def limit_by(self, stop_usd: "Callable[[str], float | None]") -> None:
        """Let no session cost more than what this returns for its profile; None: it has no stop."""
        self._stop_usd = stop_usd

    def _on_rules_changed(self, endpoint: str, rules: "Rules") -> None:
        self._rules.pop(endpoint, None)
        self._rules[endpoint] = rules
        self.rules_changed.emit(dict(self._rules))

    def note_kept(self, call: str) -> None:
        """Say that a frame is in the history."""
        self.kept = (*self.kept, call)
        self._window.toasts.tell(
            News(tr("The frame is kept in the history, with the input that made it"), "good")
        )

    def _on_keep_wanted(self, answer: Partial) -> None:
        desk = self.desk
        if desk is None:
            return
        keeping: Any = importlib.import_module("fal_studio.core.realtime.keeping")
        session = desk.session
        about = {
            "frame": answer.index + 1,
            "policy": session.pacer.pace.policy.value,
            "session": session.last_call,
        }
        as_url = "image_url" if desk.schema.field("image_url") is not None else ""
        try:
            frame = keeping.kept(
                self._calls.events(session.last_call),
                answer,
                session.endpoint,
                session.profile,
                session.options,
                self._load,
                about,
                as_url=as_url,
            )
        except KeyError:
            self._window.toasts.tell(News(tr("The input of this frame is no longer kept: draw again"), "bad"))
            return
        self.keep_wanted.emit(frame)

    def note_saved(self, words: str) -> None:
        """Say that a file was written."""
        self._window.toasts.tell(News(words, "good"))

    def fail(self, words: str) -> None:
        """Say what did not work."""
        self._window.toasts.tell(News(words, "bad"))

    def _on_recording_wanted(self, since_ns: int) -> None:
        recordings: Any = importlib.import_module("fal_studio.core.realtime.recording")
        if self.desk is not None:
            self._recorded = self.desk.session.last_call
            events = self._calls.events(self._recorded)
            self.desk.recorder.show(recordings.Recording(events, since_ns))

    def _on_picture_wanted(self) -> None:
        if self.desk is not None:
            module: Any = importlib.import_module("fal_studio.ui.shell.file_choice")
            endings = ["png", "jpg", "jpeg", "webp", "bmp", "gif"]
            module.choose(self, tr("A picture for the paper"), endings, self.desk.sources.open_picture)

    def _on_lines_wanted(self) -> None:
        call, player = self._recorded, self.desk.player if self.desk is not None else None
        then = partial(self._window.wire.transcript_wanted.emit, call)
        if player is not None and player.stretch is not None and not player.is_whole:
            then = partial(self._window.wire.part_wanted.emit, call, player.stretch.span_ns)
        self._ask(
            tr("Save the session"),
            f"session-{call[:6]}.{ENDING}",
            tr("Transcript (*.{ending})").format(ending=ENDING),
            then,
        )

    def _on_animation_wanted(self) -> None:
        recording = self.desk.player.stretch if self.desk is not None else None
        if self.desk is None or recording is None:
            return
        name = f"session-{self._recorded[:6]}.webp"
        kind = tr("Moving pictures (*.webp *.gif *.mp4)")
        self._ask(
            tr("Save the answers as moving pictures"),
            name,
            kind,
            partial(self.animation_wanted.emit, recording),
        )

    def _ask(self, title: str, name: str, kind: str, then: Any) -> None:
        module: Any = importlib.import_module("fal_studio.ui.shell.file_choice")
        module.choose_place(self, title, name, then, kind=kind)

    def _on_frames_wanted(self) -> None:
        desk = self.desk
        assert desk is not None
        panes: Any = importlib.import_module("fal_studio.ui.stream.pane")
        pins: Any = importlib.import_module("fal_studio.ui.shell.pinned")
        trees: Any = importlib.import_module("fal_studio.ui.output.tree_pane")
        tree: TreePane = trees.TreePane(desk)
        tree.copy_wanted.connect(self.copy_wanted)
        for widget in (tree.path, tree.told):
            widget.hide()  # the pane has a path of its own
        pane: EventsPane = panes.EventsPane(pins.Pinned(self._bytes, desk), desk, tree, is_low=True)
        pane.frame_wanted.connect(self._on_frame_wanted)
        pane.copy_wanted.connect(self.copy_wanted)
        pane.setMinimumHeight(current().px(160))
        self._frames = pane
        desk.set_frames(pane)

    def _on_frame_wanted(self, number: int) -> None:
        frames: Any = importlib.import_module("fal_studio.core.realtime.frames")
        place: Place | None = frames.place_of(self._calls.events(self._frames_of), number)
        if place is not None:
            self.frame_wanted.emit(self._frames_of, number, place)

    def show_frame(self, call: str, number: int, data: bytes | None) -> None:
        """Show the bytes of a frame as they passed; None: they are not kept."""
        if self._frames is not None and call == self._frames_of:
            self._frames.detail.show_frame(number, data)

    def _on_frames_grew(self) -> None:
        if self._frames is None or self.desk is None:
            return
        call = self.desk.session.last_call
        if call != self._frames_of:
            self._frames_of = call
            self._frames.show_call(self._calls.events(call))
        else:
            self._frames.grow(is_ended=not self.desk.session.call)

    def _allow(self, *, is_request: bool) -> None:
        """Let no command run a request that nobody sees."""
        if self.actions_ is None:
            return
        for name in ("request.run", "request.run_front"):
            self.actions_.allow(name, "" if is_request else _WHY)


def is_live(endpoint: Endpoint) -> bool:
    """Whether an endpoint is known to hold sessions."""
    return endpoint.supports(Mode.REALTIME)[0] is Capability.SUPPORTED
