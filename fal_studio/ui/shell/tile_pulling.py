"""Tiles of the gallery stand for files: what is pressed is read ahead, so that it is there when it is pulled out."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from fal_studio.core import artifacts
from fal_studio.core.artifacts import Artifact
from fal_studio.core.events import Event
from fal_studio.core.request import Request
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.queue.gallery import Gallery
    from fal_studio.ui.shell.outlets import Outlets

MOST = 50
"""Calls that are read ahead at once: nobody pulls out more by hand."""


class Host(Protocol):
    """What pulling needs of the window."""

    bytes_of: Bytes
    history: History
    status: StatusBar

    @property
    def outlets(self) -> "Outlets":
        """What can be done with results."""
        ...


class TilePulling(QObject):
    """Reads what is chosen, and lets the files of all chosen calls be pulled out together."""

    def __init__(self, pane: "Gallery", host: Host, calls: Calls) -> None:
        super().__init__(pane)
        self._pane, self._host, self._calls = pane, host, calls
        self._asked: set[str] = set()
        self._missed: set[str] = set()
        """Calls that can no longer be read."""
        pane.tiles.pressed.connect(self._on_pressed)
        pane.drag_wanted.connect(self._on_drag_wanted)
        host.history.call_found.connect(self._on_call_found)
        host.history.call_missed.connect(self._on_call_missed)

    def files(self, call: str) -> tuple[Artifact, ...]:
        """Return what a call made; nothing while it is not read."""
        output = self._calls.state(call).output if self._calls.has(call) else None
        return artifacts.find(output) if output is not None else ()

    def prepare(self, calls: Iterable[str]) -> None:
        """Read calls and bring their files to hand."""
        for call in list(calls)[:MOST]:
            if self._calls.has(call):
                self._bring(call)
            elif call not in self._asked:
                self._asked.add(call)
                self._host.history.call_wanted.emit(call)

    def _bring(self, call: str) -> None:
        for file in self.files(call):
            self._host.bytes_of.want_file(file)

    def _on_pressed(self) -> None:
        self.prepare(self._pane.tiles.calls())

    def _on_call_found(self, call: str, request: Request | None, events: Sequence[Event]) -> None:
        if call not in self._asked:
            return
        self._asked.discard(call)
        self._calls.hold(call, request, events)
        self._bring(call)

    def _on_call_missed(self, call: str, _why: str) -> None:
        if call in self._asked:
            self._asked.discard(call)
            self._missed.add(call)

    def _on_drag_wanted(self) -> None:
        tiles = self._pane.tiles
        calls = tiles.calls()[:MOST]
        found = [(call, files) for call in calls if (files := self.files(call))]
        if any(not self._calls.has(call) and call not in self._missed for call in calls):
            self.prepare(calls)
            self._host.status.tell(tr("It is still being read. Pull once more in a moment."))
            return
        if not found:
            self._host.status.tell(tr("What it made can no longer be read."))
            return
        row = self._pane.listing.row(tiles.call())
        look = self._pane.thumbnails.get(row.thumbnail, tiles.pixels()) if row is not None else None
        self._host.outlets.drag_several(found, look.toImage() if look is not None else QImage())
