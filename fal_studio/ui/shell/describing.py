"""Words that a person writes for a picture of a result: asked for, and kept as a step of undo."""

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QUndoCommand
from PySide6.QtWidgets import QWidget

from fal_studio.core.artifacts import Artifact
from fal_studio.core.asked import prompt_of
from fal_studio.ui.models import Calls
from fal_studio.ui.output.pictures import made_from
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.shell.describe_panel import DescribePanel


class Host(Protocol):
    """What is needed of the window."""

    status: StatusBar

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    @property
    def workspaces(self) -> Mapping[str, Workspace]:
        """All open requests."""
        ...


class Describing(QObject):
    """Asks about one picture at a time."""

    said = Signal(str, str, str)
    """A call, where the picture stands in its result, and the words; "" takes back what was there."""

    def __init__(self, host: Host, window: QWidget, calls: Calls) -> None:
        super().__init__(window)
        self._host, self._window, self._calls = host, window, calls
        self._panel: DescribePanel | None = None
        self._call, self._path = "", ""

    @property
    def panel(self) -> "DescribePanel | None":
        """The panel, once it was asked for."""
        return self._panel

    def ask(self, call: str, picture: Artifact, look: QImage | None) -> None:
        """Let somebody say what a picture shows; `look` is how it looks."""
        if self._panel is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.describe_panel")
            panel: DescribePanel = module.DescribePanel(self._window)
            panel.keep_wanted.connect(self._on_keep_wanted)
            self._panel = panel
        self._call, self._path = call, picture.path
        state, request = self._calls.state(call), self._calls.request(call)
        prompt = prompt_of(request.arguments) if request is not None else ""
        without = made_from(prompt, state.endpoint)
        self._window.activateWindow()  # it may have been asked for in a window for pictures
        self._panel.ask(picture.name, state.described.get(picture.path, ""), without, look)

    def _on_keep_wanted(self, words: str) -> None:
        before = self._calls.state(self._call).described.get(self._path, "")
        if words == before:
            return
        space = self._space_of(self._call)
        space.undo.record()
        call, path = self._call, self._path
        space.undo.stack.push(_Step(before, words, lambda text: self.said.emit(call, path, text)))
        self._host.status.tell(
            tr("Kept with the call; Ctrl+Z takes it back")
            if words
            else tr("Taken back; Ctrl+Z brings it again")
        )

    def _space_of(self, call: str) -> Workspace:
        spaces = self._host.workspaces.values()
        return next((space for space in spaces if space.result.call == call), self._host.workspace)


class _Step(QUndoCommand):
    """One description."""

    def __init__(self, before: str, after: str, say: Callable[[str], None]) -> None:
        super().__init__(tr("the description of a picture"))
        self._before, self._after, self._say = before, after, say

    def redo(self) -> None:
        """Say it."""
        self._say(self._after)

    def undo(self) -> None:
        """Say what was said before."""
        self._say(self._before)
