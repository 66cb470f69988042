"""What is asked before calls can be made or changed, how much room they take, who is called back: panels over the window."""

import importlib
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QRect, QSize, Signal
from PySide6.QtWidgets import QWidget

from fal_studio.core.history import Query
from fal_studio.figures import number
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.settings import SettingsDoor
from fal_studio.ui.shell.monitor import Monitor
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.theme import current
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.shell.queue_settings import QueueSettings
    from fal_studio.ui.shell.space import SpacePanel
    from fal_studio.ui.shell.take_up import TakeUpPanel
    from fal_studio.ui.shell.webhooks import WebhookPanel

TOP_PX = 88


class Host(Protocol):
    """What the panels need of the window."""

    monitor: Monitor
    settings: SettingsDoor

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...


class CallPanels(QObject):
    """Opens them over the window; nothing waits for an answer."""

    recent_wanted = Signal(str, str)
    """An endpoint and a profile; answer with `take_up.show_recent` or `show_problem`."""
    follow_wanted = Signal(str, str, object, str)
    """Endpoint, request id, known inputs and profile of a request to be followed."""
    webhooks_wanted = Signal(object)
    """The WebhookPanel that was opened and wants to be filled."""
    settings_wanted = Signal(str)
    """Show all settings, at the one with this key."""

    def __init__(self, host: Host, window: QWidget, catalogue: Catalogue, history: History) -> None:
        super().__init__(window)
        self._host, self._window, self._catalogue, self._history = host, window, catalogue, history
        self.take_up: TakeUpPanel | None = None
        self.space: SpacePanel | None = None
        self.settings: QueueSettings | None = None
        self.saving: QueueSettings | None = None
        self.webhooks: WebhookPanel | None = None

    def open_take_up(self) -> None:
        """Ask which request is to be taken up."""
        if self.take_up is None:
            room: Any = importlib.import_module("fal_studio.ui.shell.take_up")
            panel: TakeUpPanel = room.TakeUpPanel(self._catalogue, self._window)
            self.take_up = panel
            panel.recent_wanted.connect(self._on_recent_wanted)
            panel.take_up_wanted.connect(self._on_take_up_wanted)
            self._size = room.SIZE
        self.take_up.place(self._box(self._size))
        self.take_up.show_for(self._host.workspace.endpoint)

    def open_space(self) -> None:
        """Show how much room results and history take, and the trash."""
        room: Any = importlib.import_module("fal_studio.ui.shell.space")
        if self.space is None:
            made: SpacePanel = room.SpacePanel(self._history, self._window)
            made.settings_wanted.connect(self.settings_wanted)
            self.space = made
        self.space.place(self._box(room.SIZE))
        self.space.show_now()

    def _box(self, size: QSize) -> QRect:
        """Return where a panel of that size stands: in the middle, rather high."""
        px = current().px
        wide, high = px(size.width()), min(px(size.height()), self._window.height() - 2 * px(24))
        top = min(px(TOP_PX), (self._window.height() - high) // 2)
        return QRect((self._window.width() - wide) // 2, top, wide, high)

    def open_limit(self) -> None:
        """Show the amount above which Run asks, to be changed."""
        self.open_settings("ask_above_usd")

    def open_settings(self, key: str = "") -> None:
        """Show how the queue works, to be changed, at one setting if need be."""
        if self.settings is None:
            room: Any = importlib.import_module("fal_studio.ui.shell.queue_settings")
            self.settings = room.QueueSettings(self._host.settings, self._window)
        assert self.settings is not None
        self._host.settings.wanted.emit()
        self.settings.show_in(self._window, key)

    def open_saving(self) -> None:
        """Show how results are saved, to be changed."""
        if self.saving is None:
            room: Any = importlib.import_module("fal_studio.ui.shell.queue_settings")
            self.saving = room.QueueSettings(
                self._host.settings, self._window, tr("How results are saved"), room.SAVING
            )
        assert self.saving is not None
        self._host.settings.wanted.emit()
        self.saving.show_in(self._window)

    def open_webhooks(self) -> None:
        """Show where fal may call when a job has ended, in the middle of the window."""
        if self.webhooks is None:
            room: Any = importlib.import_module("fal_studio.ui.shell.webhooks")
            self.webhooks = room.WebhookPanel(self._window)
        panel = self.webhooks
        assert panel is not None
        px, whole = current().px, self._window.size()
        wide, high = min(px(640), whole.width() - px(80)), min(px(600), whole.height() - px(80))
        panel.place(QRect((whole.width() - wide) // 2, (whole.height() - high) // 2, wide, high))
        panel.open()
        self.webhooks_wanted.emit(panel)

    def open_export(self, form: str) -> None:
        """Ask where what the list shows is to be written."""
        dock = self._host.monitor.open(self._host.monitor.scope)
        choice: Any = importlib.import_module("fal_studio.ui.shell.file_choice")
        choice.choose_place(
            self._window,
            tr("Export {total} calls").format(total=number(dock.listing.total)),
            f"calls.{form}",
            partial(self._on_place_chosen, dock.listing.query, form),
            kind={"csv": tr("Table (*.csv)"), "json": "JSON (*.json)"}[form],
        )

    def _on_place_chosen(self, query: Query, form: str, path: str) -> None:
        self._history.export_wanted.emit(query, path, form)

    def _on_recent_wanted(self, endpoint: str) -> None:
        self.recent_wanted.emit(endpoint, self._host.workspace.profile)

    def _on_take_up_wanted(self, endpoint: str, request_id: str, given: object) -> None:
        self.follow_wanted.emit(endpoint, request_id, given, self._host.workspace.profile)
