"""What went over the wire as files: an HTTP archive or a transcript of the call in front, and a transcript opened again."""

import importlib
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fal_studio.core.request import Mode
from fal_studio.ui.actions import Actions
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr

MENU = tr("&Request")
ENDING = "jsonl"
_NOTHING = tr("Run the request first: there is nothing to save yet.")
_ONLY = tr(
    "Only streams and realtime sessions have a transcript; the HTTP archive holds all that this call did."
)


class Host(Protocol):
    """What the commands need of the window."""

    toasts: ToastHost

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    def show_call(self, call: str) -> None:
        """Show a call in a request tab."""


class WireFiles(QObject):
    """Says what is wanted; answer with `note_saved`, `note_opened` or `fail`."""

    archive_wanted = Signal(str, str)
    """A call, and where its HTTP archive is to be written."""
    transcript_wanted = Signal(str, str)
    """A call, and where its transcript is to be written."""
    part_wanted = Signal(str, object, str)
    """A call, from when to when (`t_ns`), and where the transcript of that time is to be written."""
    extract_wanted = Signal(str, object, str)
    """What a stream amounts to, "text" or "strip", and it (a str, or a list of artifacts); and the file or folder."""
    open_wanted = Signal(str)
    """A transcript's file, to be shown as a replay."""

    def __init__(self, host: Host, window: QWidget, calls: Calls, actions: Actions) -> None:
        super().__init__(window)
        self._host, self._window, self._calls = host, window, calls
        actions.separate(MENU)
        actions.add(
            "wire.archive",
            tr("Save as &HTTP archive (HAR)…"),
            self.save_archive,
            menu=MENU,
            tip=tr(
                "Every attempt of the call in front with its headers and times, for the tools of browsers; without keys"
            ),
        )
        actions.add(
            "wire.transcript",
            tr("Save the tra&nscript…"),
            self.save_transcript,
            menu=MENU,
            tip=tr("Every byte of the stream or session in front as it came, with its time; can be replayed"),
        )
        actions.add(
            "wire.open",
            tr("Replay a transcr&ipt…"),
            self.open_transcript,
            menu=MENU,
            tip=tr("Show a saved stream or session again, with its own timing; nothing is sent"),
        )

    def save_archive(self) -> None:
        """Ask where the HTTP archive of the call in front is to be written."""
        if call := self._call():
            name = f"{self._name(call)}.har"
            kind = tr("HTTP archive (*.har)")
            self._ask(tr("Save as HTTP archive"), name, kind, partial(self.archive_wanted.emit, call))

    def save_transcript(self) -> None:
        """Ask where the transcript of the call in front is to be written."""
        call = self._call()
        if call and self._calls.state(call).mode not in (Mode.STREAM, Mode.REALTIME):
            self._tell(_ONLY, "ask")
        elif call:
            module: Any = importlib.import_module("fal_studio.core.transcript")
            name = f"{self._name(call)}{module.SUFFIX}"
            kind = tr("Transcript (*.{ending})").format(ending=ENDING)
            self._ask(tr("Save the transcript"), name, kind, partial(self.transcript_wanted.emit, call))

    def open_transcript(self) -> None:
        """Ask which transcript is to be shown."""
        module: Any = importlib.import_module("fal_studio.ui.shell.file_choice")
        module.choose(self._window, tr("Replay a transcript"), [ENDING], self.open_wanted.emit)

    def save_extract(self, kind: str, value: object) -> None:
        """Ask where the text, or the pictures, of the stream in front are to be written."""
        call = self._call()
        if not call:
            return
        name = self._name(call)
        then = partial(self.extract_wanted.emit, kind, value)
        if kind == "text":
            self._ask(tr("Save the text"), f"{name}.md", tr("Text (*.md *.txt)"), then)
        else:
            self._ask(tr("Save the pictures in a new folder"), f"{name}-pictures", "", then)

    def note_saved(self, path: str, words: str) -> None:
        """Say that a file was written."""
        self._tell(tr("{words} saved to {path}").format(words=words, path=path), "good")

    def note_opened(self, call: str) -> None:
        """Show a replay."""
        self._host.show_call(call)

    def fail(self, words: str) -> None:
        """Say what did not work."""
        self._tell(words, "bad")

    def _call(self) -> str:
        call = self._host.workspace.result.call
        if not call:
            self._tell(_NOTHING, "ask")
        return call

    def _name(self, call: str) -> str:
        state = self._calls.state(call)
        mode = state.mode.value if state.mode else "call"
        return f"{state.endpoint.strip('/').replace('/', '-')}-{mode}-{call[:6]}"

    def _ask(self, title: str, name: str, kind: str, then: Any) -> None:
        module: Any = importlib.import_module("fal_studio.ui.shell.file_choice")
        module.choose_place(self._window, title, name, then, kind=kind)

    def _tell(self, words: str, tone: Any) -> None:
        self._host.toasts.tell(News(words, tone))
