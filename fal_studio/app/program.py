"""The running program: the window and what is shown in it; `life` makes calls for it once it was drawn.

Nothing here may load asyncio or what makes calls: it would take longer than everything that the window needs.
"""

import importlib
import os
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from fal_studio.app import sole
from fal_studio.app.blobs import Blobs
from fal_studio.app.class_room import make_room
from fal_studio.app.collector import Collector
from fal_studio.app.crash import Funnel
from fal_studio.app.desk import Desk
from fal_studio.app.early import EarlyWishes
from fal_studio.app.monitor import Records, Steering
from fal_studio.app.runs import Runs
from fal_studio.core.log import EventLog
from fal_studio.core.request import Hosts, Json
from fal_studio.core.settings import Settings
from fal_studio.core.uploading import FileWish, ruled
from fal_studio.store import preferences
from fal_studio.store.paths import Folders, folders
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.hub import Hub
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.window import MainWindow
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.choices import Choices
    from fal_studio.app.door import Door
    from fal_studio.app.engine import Engine
    from fal_studio.app.followers import Followers
    from fal_studio.app.hooks import Hooks
    from fal_studio.app.reconciling import Reconciling
    from fal_studio.app.results import Results
    from fal_studio.app.sole import Handed
    from fal_studio.app.uploads import Uploads
    from fal_studio.services.emulator_process import Addresses
    from fal_studio.store.uploads import KeptUploads
    from fal_studio.ui.comparisons import Comparisons
    from fal_studio.ui.shell.webhooks import WebhookPanel

_CHECKUPS = {
    "diagnostics": "fal_studio.app.diagnostics",
    "log": "fal_studio.app.program_log",
    "sent": "fal_studio.app.sent",
}
"""What answers the panels of `ui.shell.checkups`; loaded when one is opened."""
PAINT_WITHIN_MS = 3000
"""A window that nobody sees is not drawn; after this the program goes on all the same."""


class Life(Protocol):
    """What makes calls for the window: `life.Life`, which is loaded behind it."""

    results: "Results | None"

    @property
    def reconciling(self) -> "Reconciling | None":
        """What finds out about unknown calls; None before the ledger is open and where it cannot be."""
        ...

    def live(self) -> Coroutine[Any, Any, None]:
        """Live until the program is told to close."""
        ...

    def restart(self) -> Coroutine[Any, Any, None]:
        """Start the emulator again."""
        ...


class Program(QObject):
    """Owns everything that lives as long as the window."""

    opened = Signal()
    """The window was drawn, or will not be: it is time to load the rest."""
    joined = Signal()
    """The engine is there: everything that a call needs is loaded."""
    closed = Signal()
    """The program shall end; again for every time that somebody asks for it."""

    def __init__(
        self,
        kept: Folders | None = None,
        running: "Addresses | None" = None,
        fal: Hosts | None = None,
        *,
        listens: bool = False,
    ) -> None:
        """`kept`: where everything is kept, None for the user's own; `running`: an emulator that is there already.

        `fal`: where new keys are for, None for fal's own hosts. `listens`: later starts hand to this window what they are given.
        """
        super().__init__()
        self._handed: list[str] = []
        self.listens = listens
        self._door: Door | None = None
        self._is_settled = False
        self.watches_system = False
        """Whether it asks the system if there is a network, and when it sleeps."""
        self.fal = fal or Hosts()
        self.kept = kept or folders()
        self._running = running
        self.collector = Collector(self)
        self.funnel = Funnel(self)
        self.log = EventLog()
        self.blobs = Blobs()
        self.calls = Calls(self)
        self.catalogue = Catalogue(self)
        self.hub = Hub(self.log, self)
        self.window = MainWindow(self.blobs.load, self.calls, self.catalogue)
        self.window.saved.begin_at(self.kept.saved)
        self.early = EarlyWishes(self.window)
        self.records = Records(self.window.history, self)
        self.runs = Runs(self.window, self.calls, self.catalogue, self.hub, self.do, self)
        self.steering = Steering(self.window, self.calls, self.do, self.runs.run, self)
        self.engine: Engine | None = None
        self._life: Life | None = None
        self._early: list[Callable[[Engine], None]] = []
        self._hooks: Hooks | None = None
        self._checkups: dict[str, Any] = {}
        self._choices: Choices | None = None
        self._uploads: Uploads | None = None
        self._uploaded: KeptUploads | None = None
        self._front = self._begin_with = ""
        self.is_painted = self.is_closed = False
        self._paint_limit = QTimer(self)
        self._paint_limit.setSingleShot(True)
        self._paint_limit.setInterval(PAINT_WITHIN_MS)
        self._connect()
        self.desk = Desk(self.kept.state / "window.json", self.window, self)

    @property
    def reconciling(self) -> "Reconciling | None":
        """What finds out about unknown calls; None before the ledger is open and where it cannot be."""
        return self._life.reconciling if self._life is not None else None

    @property
    def results(self) -> "Results | None":
        """What brings result files here; None before the engine is there."""
        return self._life.results if self._life is not None else None

    @property
    def uploaded(self) -> "KeptUploads":
        """The list of what was uploaded; one for all who read or write it."""
        if self._uploaded is None:
            kept: Any = importlib.import_module("fal_studio.store.uploads")
            # It says what left this machine: whoever empties a cache does not mean that.
            old = self.kept.cache / "uploads.json"
            self._uploaded = kept.KeptUploads(self.kept.data / "uploads.json", old)
        assert self._uploaded is not None
        return self._uploaded

    @property
    def comparisons(self) -> "Comparisons":
        """The door of comparisons; made when it is first asked for."""
        return self.window.comparing.door

    def open(self) -> None:
        """Show the window; `opened` tells when it was drawn."""
        self.collector.start()
        self.window.show()
        self._paint_limit.start()

    async def run(self) -> None:
        """Live until the window is closed or the process is told to end."""
        make_room()  # pages are loaded in threads from here on
        lives: Any = importlib.import_module("fal_studio.app.life")
        life: Life = lives.Life(self, self._running)
        self._life = life
        followers: Any = importlib.import_module("fal_studio.app.followers")
        self.followers: Followers = followers.Followers(
            self.window, self.calls, self.log, self.records, self.settings, self
        )
        await life.live()

    def listen(self) -> None:
        """Let later starts knock at this window."""
        if self._door is None:
            doors: Any = importlib.import_module("fal_studio.app.door")
            names: Any = importlib.import_module("fal_studio.app.sole")
            door: Door = doors.Door(names.socket_name(self.kept), self)
            door.knocked.connect(self._on_knocked)
            self._door = door

    def hand(self, things: Sequence[str], profile: str = "") -> None:
        """Begin with a profile, and open links and files: now, or as soon as everything is there that can."""
        self._handed += things
        self._begin_with = profile or self._begin_with
        if self._is_settled:
            self.settle()

    def take_asked(self, thing: str) -> None:
        """Open a link or file that the system asks for while the program runs."""
        if self.is_painted:
            self.window.come_forward()
        self.hand(sole.given([thing]).things)

    def settle(self) -> None:
        """Open what was handed over so far; from now on all is there for it."""
        self._is_settled = True
        profile, self._begin_with = self._begin_with, ""
        if self.window.accounts.has(profile):
            self.window.comparing.leave()
            self.window.new_requests.open_with(profile)
        handed, self._handed = self._handed, []
        for thing in handed:
            self.window.handed.open(thing)

    def _on_knocked(self, handed: "Handed") -> None:
        # Wayland lets a window come forward for whoever has a token, and Qt reads it there.
        if handed.token:
            os.environ["XDG_ACTIVATION_TOKEN"] = handed.token
        self.window.come_forward()
        self.hand(handed.things, handed.profile)

    def close(self) -> None:
        """End the program in good order."""
        self.is_closed = True
        self.closed.emit()

    def do(self, work: "Callable[[Engine], None]") -> None:
        """Let the engine do something, now or as soon as it is there."""
        if self.engine is not None:
            work(self.engine)
        else:
            self._early.append(work)

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin work in a named slot of the engine, now or as soon as it is there."""
        self.do(lambda engine: engine.runner.latest.start(name, work))

    def join(self, engine: "Engine") -> None:
        """Make calls with this engine from now on."""
        self.engine = engine
        engine.runner.latest.on_error = self.funnel.take
        early, self._early = self._early, []
        for work in early:
            work(engine)
        self.joined.emit()

    def leave(self) -> None:
        """Make no calls any more, and open nothing."""
        self.engine = None
        self._is_settled = False
        if self._door is not None:
            self._door.close()
            self._door = None

    def settings(self) -> Settings:
        """Return the settings as they are kept now."""
        return preferences.load(self.kept.preferences).settings

    def _on_painted(self) -> None:
        self._paint_limit.stop()
        if not self.is_painted:
            self.is_painted = True
            self.window.settings.put.emit(self.settings())
            self.opened.emit()

    def _connect(self) -> None:
        window = self.window
        window.painted.connect(self._on_painted)
        self._paint_limit.timeout.connect(self._on_painted)
        self.hub.events.connect(window.take)
        self.funnel.crashed.connect(self._on_crashed)
        window.cancel_wanted.connect(self._on_cancel_wanted)
        window.hang_up_wanted.connect(self._on_hang_up_wanted)
        window.send_wanted.connect(self._on_send_wanted)
        window.follow_wanted.connect(self._on_follow_wanted)
        window.check_wanted.connect(self._on_check_wanted)
        window.commands.check_wanted.connect(self._on_check_wanted)
        window.front_changed.connect(self._on_front_changed)
        window.fetch_wanted.connect(self._on_fetch_wanted)
        window.bytes_of.file_wanted.connect(self._on_film_wanted)
        window.bytes_of.path_of = self.blobs.path
        window.restart_wanted.connect(self._on_restart_wanted)
        window.webhooks_wanted.connect(self._on_webhooks_wanted)
        window.checkups.opened.connect(self._on_checkup_opened)
        window.settings.wanted.connect(self._on_settings_wanted)
        window.settings.changed.connect(self._on_settings_changed)
        window.attaching.wanted.connect(self._on_file_wanted)
        window.attaching.cancel_wanted.connect(self._on_file_cancel_wanted)
        window.closing.connect(self.close)

    def _on_webhooks_wanted(self, panel: "WebhookPanel") -> None:
        if self._hooks is None:
            hooks: Any = importlib.import_module("fal_studio.app.hooks")
            self._hooks = hooks.Hooks(panel, self.do, self.kept, self)
        assert self._hooks is not None
        self._hooks.open()

    def _on_checkup_opened(self, name: str, panel: Any) -> None:
        if name not in self._checkups:
            code: Any = importlib.import_module(_CHECKUPS[name])
            self._checkups[name] = code.join(panel, self)
        self._checkups[name].open()

    def _on_settings_wanted(self) -> None:
        self._settings_kept().tell()

    def _on_settings_changed(self, values: dict[str, Json]) -> None:
        self._settings_kept().change(values)

    def _settings_kept(self) -> "Choices":
        """Return what keeps the settings; its code is loaded when somebody wants one."""
        if self._choices is None:
            code: Any = importlib.import_module("fal_studio.app.choices")
            window = self.window
            self._choices = code.Choices(
                window.settings, self.do, self.kept, self.calls.prices, window.save_rules, self
            )
        assert self._choices is not None
        return self._choices

    def _on_file_wanted(self, name: str, wish: FileWish) -> None:
        def upload(engine: "Engine") -> None:
            uploads: Any = self._uploads
            if uploads is None:
                code: Any = importlib.import_module("fal_studio.app.uploads")
                uploads = self._uploads = code.Uploads(engine.storage, self.uploaded, self.blobs.load, self)
                uploads.changed.connect(self.window.attaching.show)
            account = self.window.accounts.account(wish.profile)
            asked = ruled(wish, account.uploads) if account is not None else wish
            engine.runner.latest.start(f"upload {name}", uploads.fulfil(name, asked))

        self.do(upload)

    def _on_file_cancel_wanted(self, name: str) -> None:
        def give_up(engine: "Engine") -> None:
            engine.runner.latest.cancel(f"upload {name}")
            if self._uploads is not None:
                self._uploads.give_up(name)

        self.do(give_up)

    def _on_cancel_wanted(self, call: str) -> None:
        self.do(lambda engine: engine.cancel(call, self.calls.request(call)))

    def _on_hang_up_wanted(self, call: str) -> None:
        self.do(lambda engine: _drop(engine.runner.hang_up(call)))

    def _on_send_wanted(self, call: str, value: Json) -> None:
        self.do(lambda engine: _drop(engine.runner.send(call, value)))

    def _on_follow_wanted(self, call: str) -> None:
        request = self.calls.request(call)
        if request is not None:
            self.do(lambda engine: engine.runner.resume(call, request))

    def _on_front_changed(self, call: str) -> None:
        before, self._front = self._front, call

        def watch(engine: "Engine") -> None:
            engine.runner.watch(before, is_watched=False)
            if call:
                engine.runner.watch(call)

        self.do(watch)

    def _on_check_wanted(self, call: str) -> None:
        def check(engine: "Engine") -> None:
            if self.reconciling is not None:
                engine.runner.latest.start(f"check {call}", self.reconciling.check(call))
            else:
                self.window.status.tell(tr("It can be looked for when its record has joined the history."))

        self.do(check)

    def _shown_profile(self) -> str:
        """Return whose call is looked at: what no result names is a picture on its way."""
        return self.window.workspace.result.state.profile

    def _on_fetch_wanted(self, url: str) -> None:
        def fetch(engine: "Engine") -> None:
            if self.results is not None:
                engine.runner.latest.start(f"media {url}", self.results.show(url, self._shown_profile()))

        self.do(fetch)

    def _on_film_wanted(self, url: str) -> None:
        def fetch(engine: "Engine") -> None:
            if self.results is not None:
                engine.runner.latest.start(f"file {url}", self.results.show_file(url, self._shown_profile()))

        self.do(fetch)

    def _on_restart_wanted(self) -> None:
        def restart(engine: "Engine") -> None:
            if self._life is not None:
                engine.runner.latest.start("restart", self._life.restart())

        self.do(restart)

    def _on_crashed(self, sentence: str, report: str) -> None:
        actions = {"report": tr("Show report"), "log": tr("Show log")}
        self.window.banner.tell(sentence, report, actions=actions)


def _drop(_: object) -> None:
    """Make a value none."""
