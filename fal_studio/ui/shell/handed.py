"""What somebody hands to the window from outside: links, saved requests, archives, transcripts, comparisons, and results that carry their request."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from fal_studio.core import transcript
from fal_studio.core.paste import link
from fal_studio.core.paste.found import UnclearError
from fal_studio.ui.shell.comparing import ComparePlace
from fal_studio.ui.shell.wire_files import WireFiles
from fal_studio.ui.widgets.toasts import News, ToastHost

if TYPE_CHECKING:
    from fal_studio.ui.shell.pasting import Pasting
    from fal_studio.ui.shell.saving import Saving

COMPARISON = ".falcomparison.json"
TRANSCRIPTS = (transcript.SUFFIX, ".jsonl")


class Host(Protocol):
    """What is needed of the window."""

    toasts: ToastHost
    comparing: ComparePlace
    wire: WireFiles

    @property
    def pasting(self) -> "Pasting":
        """Requests from what is pasted."""
        ...

    @property
    def saving(self) -> "Saving":
        """Requests as files."""
        ...


class HandedFiles(QObject):
    """Opens each in its place; fills and shows, and never runs anything."""

    def __init__(self, host: Host, parent: QObject) -> None:
        super().__init__(parent)
        self._host = host
        self._waiting: list[str] = []
        """Comparisons, until somebody can open them."""

    def open(self, thing: str) -> None:
        """Open a link, or a file by its path."""
        if link.is_link(thing):
            self._open_link(thing)
        else:
            self.open_file(thing)

    def open_file(self, file: str) -> None:
        """Open a file by what its name says; its contents have the last word."""
        name = file.lower()
        if name.endswith(COMPARISON):
            self._open_comparison(file)
        elif name.endswith(TRANSCRIPTS):
            self._host.wire.open_wanted.emit(file)
        elif name.endswith(".json"):
            self._host.saving.open(file)
        else:
            self._host.pasting.open_file(Path(file))

    def _open_link(self, text: str) -> None:
        """Open our own link and nothing else: a link may come from any page of the web."""
        try:
            found = link.read(text)
        except UnclearError as error:
            self._host.toasts.tell(News(error.reason, "ask", detail=error.next_step))
            return
        self._host.comparing.leave()
        self._host.pasting.open_found(found)

    def _open_comparison(self, file: str) -> None:
        door = self._host.comparing.door
        self._host.comparing.show()
        if door.is_ready:
            door.file_wanted.emit(file)
            return
        if not self._waiting:
            door.ready.connect(self._on_ready)
        self._waiting.append(file)

    def _on_ready(self) -> None:
        door = self._host.comparing.door
        door.ready.disconnect(self._on_ready)
        waiting, self._waiting = self._waiting, []
        for file in waiting:
            door.file_wanted.emit(file)
