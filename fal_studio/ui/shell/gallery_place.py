"""The gallery's place in the window: built when somebody first goes there; what is pressed there is done elsewhere."""

import importlib
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from fal_studio.core.blobs import Load
from fal_studio.ui.actions import Actions
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.library.starters import LIGHTHOUSE
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.shell.call_commands import CallCommands
from fal_studio.ui.shell.monitor import Monitor
from fal_studio.ui.shell.new_requests import NewRequests
from fal_studio.ui.shell.open_requests import OpenRequests
from fal_studio.ui.shell.pages import Pages
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.visits import Visits
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.queue.gallery import Gallery
    from fal_studio.ui.shell.outlets import Outlets
    from fal_studio.ui.shell.tile_pulling import TilePulling

GALLERY, REQUEST = "gallery", "request"
BEHIND = ("fal_studio.ui.queue.gallery", "fal_studio.ui.shell.tile_pulling")
"""What it needs: loaded behind the open window."""
_TOOLS = (
    ("queue.show", "eye"),
    ("recall.all", "use-as-input"),
    ("recall.remix", "dice"),
    ("queue.compare", "compare"),
    ("queue.remove", "trash"),
)
"""Commands that stand as buttons under the tiles, with their icons."""


class Host(Protocol):
    """What the place needs of the window."""

    pages: Pages
    monitor: Monitor
    requests: OpenRequests
    new_requests: NewRequests
    commands: CallCommands
    visits: Visits
    history: History
    status: StatusBar
    bytes_of: Bytes
    actions_: Actions

    @property
    def outlets(self) -> "Outlets":
        """What can be done with results."""
        ...

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""


class GalleryPlace(QObject):
    """Comes and goes with the pages of the window."""

    def __init__(self, host: Host, calls: Calls, catalogue: Catalogue, load: Load, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._host, self._calls, self._catalogue, self._load = host, calls, catalogue, load
        self.pane: Gallery | None = None
        self._pulling: TilePulling | None = None
        host.pages.build_gallery = self._build
        host.pages.currentChanged.connect(self._on_page_changed)
        host.requests.coming.connect(self.leave)
        host.commands.recalled.connect(self._on_recalled)
        host.monitor.toggled.connect(self._on_dock_toggled)

    @property
    def is_shown(self) -> bool:
        """Whether the gallery is in front."""
        return self._host.pages.front == GALLERY

    def leave(self) -> None:
        """Go to the requests, if the gallery is in front."""
        if self.is_shown:
            self._host.pages.show_page(REQUEST)

    def let_go(self) -> None:
        """Stop its threads and timers."""
        if self.pane is not None:
            self.pane.let_go()

    def _build(self) -> "Gallery":
        if self.pane is not None:
            return self.pane
        host = self._host
        room: Any = importlib.import_module("fal_studio.ui.queue.gallery")
        buttons: Any = importlib.import_module("fal_studio.ui.widgets.buttons")
        pane: Gallery = room.Gallery(self._calls, self._catalogue, host.history, self._load)
        pane.foot.set_tools([buttons.ActionButton(host.actions_[name], icon) for name, icon in _TOOLS])
        pane.show_wanted.connect(host.visits.show)
        pane.copy_wanted.connect(host.copy)
        pane.recall_wanted.connect(self._on_recall_wanted)
        pane.judge_wanted.connect(self._on_judge_wanted)
        pane.demo_wanted.connect(self._on_demo_wanted)
        pane.menu_wanted.connect(self._on_menu_wanted)
        host.commands.dress_gallery(pane)
        pulling: Any = importlib.import_module("fal_studio.ui.shell.tile_pulling")
        self._pulling = pulling.TilePulling(pane, host, self._calls)
        self.pane = pane
        return pane

    def _on_page_changed(self, _index: int) -> None:
        self._host.commands.use_gallery(is_shown=self.is_shown)

    def _on_dock_toggled(self) -> None:
        """Show the queue's dock to who opens it: it stands under the requests."""
        monitor = self._host.monitor
        if monitor.is_open and not monitor.is_detached:
            self.leave()

    def _on_recall_wanted(self, part: str) -> None:
        self._give(f"recall.{part}")

    def _on_judge_wanted(self, judgement: str) -> None:
        self._give(f"queue.{judgement}")

    def _give(self, command: str) -> None:
        """Do it, or say why not."""
        action = self._host.actions_[command]
        if action.isEnabled():
            action.trigger()
        else:
            self._host.status.tell(action.toolTip())

    def _on_recalled(self, words: str) -> None:
        if self.is_shown:
            self._host.status.tell(words)

    def _on_demo_wanted(self) -> None:
        self._host.new_requests.open_starter(LIGHTHOUSE.title)
        self._host.requests.front.run()

    def _on_menu_wanted(self, at: QPoint) -> None:
        """Offer what the history offers for its rows, and what can be done with the result of a call."""
        host = self._host
        host.commands.refresh()
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addActions(host.commands.menu.actions())
        call = self.pane.tiles.call() if self.pane is not None else ""
        if self._pulling is not None and (files := self._pulling.files(call)):
            result = host.outlets.menu(call, files[0], files, None)
            result.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
            result.setTitle(tr("The result"))
            menu.aboutToHide.connect(result.deleteLater)
            menu.insertMenu(menu.actions()[0], result)
        menu.popup(at)
