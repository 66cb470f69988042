"""Runs that requests want, on their way out: where new jobs go in the line is somebody's choice."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from fal_studio.core.request import Request
from fal_studio.ui.library.dock import LibraryDock
from fal_studio.ui.shell.call_commands import CallCommands
from fal_studio.ui.shell.workspace import Workspace


class Sending(QObject):
    """Passes them on with the key of their tab, and notes in the library that their endpoint is used."""

    run_wanted = Signal(str, object)
    """A key and a Request."""
    run_in_front_wanted = Signal(str, object)
    """The same, before all that wait."""
    run_batch_wanted = Signal(str, tuple, bool)
    """A key, several Requests, and whether they go before all that wait."""

    def __init__(self, library: LibraryDock, commands: CallCommands) -> None:
        super().__init__(commands)
        self._library, self._commands = library, commands

    def watch(self, key: str, workspace: Workspace) -> None:
        """Send what a request wants to be run."""
        workspace.press.run_wanted.connect(partial(self._on_run_wanted, key))
        workspace.press.run_in_front_wanted.connect(partial(self._on_run_in_front_wanted, key))
        workspace.press.run_batch_wanted.connect(partial(self._on_run_batch_wanted, key))

    def _on_run_wanted(self, key: str, request: Request) -> None:
        self._library.note_use(request.endpoint)
        if self._commands.place == "front":
            self.run_in_front_wanted.emit(key, request)
            return
        if self._commands.place == "replace":
            self._cancel_waiting()
        self.run_wanted.emit(key, request)

    def _on_run_in_front_wanted(self, key: str, request: Request) -> None:
        self._library.note_use(request.endpoint)
        self.run_in_front_wanted.emit(key, request)

    def _on_run_batch_wanted(self, key: str, requests: tuple[Request, ...], in_front: bool) -> None:
        self._library.note_use(requests[0].endpoint)
        if self._commands.place == "replace" and not in_front:
            self._cancel_waiting()
        self.run_batch_wanted.emit(key, requests, in_front or self._commands.place == "front")

    def _cancel_waiting(self) -> None:
        self._commands.cancel_all_wanted.emit(True)  # noqa: FBT003 - a signal's value
