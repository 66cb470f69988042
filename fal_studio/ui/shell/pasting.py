"""What people paste or drop becomes a request of its own, filled in; nothing runs by itself."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QMimeData, QObject, QRunnable, QThreadPool, Signal

from fal_studio.core import options as rules
from fal_studio.core.carried import Carried, request_in
from fal_studio.core.paste.found import Found, UnclearError
from fal_studio.core.request import Mode
from fal_studio.figures import number
from fal_studio.ui import clipboard
from fal_studio.ui.request import json_text
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr, trn

FILES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".mp4", ".m4v", ".mov", ".wav"})
TEXTS = frozenset({".json", ".har"})
OTHERS = frozenset({".jsonl"})
"""Transcripts: opened, but not as requests."""
Plain = Callable[[Path], bool]
LARGEST_FILE = 500_000_000
LARGEST_TEXT = 32_000_000


class Host(Protocol):
    """What is needed of the window."""

    code: CodeChoice
    toasts: ToastHost
    status: StatusBar

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    def open_draft(self, draft: Draft) -> str:
        """Open a request in a tab of its own."""
        ...

    def profile_for(self, endpoint: str) -> str:
        """Return whose a new request for an endpoint is."""
        ...


class Pasting(QObject):
    """Opens requests from text, from saved requests, and from result files that carry theirs."""

    file_wanted = Signal(str)
    """A file was dropped or copied that is more than a result: its path. If it is no saved request either, it is for `open_file`."""

    def __init__(self, host: Host, parent: QObject) -> None:
        super().__init__(parent)
        self._host = host
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._plain: dict[str, Plain] = {}
        """What becomes of files that are being read, if they carry no request."""

    def open_clipboard(self) -> None:
        """Open what is on the clipboard: a copied file, or text."""
        self.open_data(clipboard.held())

    def open_data(self, data: QMimeData, plain: Plain | None = None) -> None:
        """Open what was copied or dropped; `plain`: see `open_file`."""
        path = file_in(data)
        if path is None:
            self.open_text(data.text())
            return
        if path.suffix.lower() in {".json"} | OTHERS:
            self.file_wanted.emit(str(path))
            return
        self.open_file(path, plain)

    def open_file(self, path: Path, plain: Plain | None = None) -> None:
        """Open the request in a file: one that a result carries, or any text.

        `plain` is called with a file that carries none, and says whether it has another use for it.
        """
        if plain is not None:
            self._plain[str(path)] = plain
        work = _Reading(path)
        work.answers.read.connect(self._on_read)
        self._pool.start(work)

    def close(self) -> None:
        """Wait for a file that is being read."""
        self._pool.clear()
        self._pool.waitForDone(3000)

    def _on_read(self, file: str, carried: object) -> None:
        name, plain = Path(file).name, self._plain.pop(file, None)
        if isinstance(carried, _Text):
            self.open_text(carried)
            return
        if carried is None and plain is not None and plain(Path(file)):
            return
        if not isinstance(carried, Carried):
            why = (
                carried
                if isinstance(carried, str)
                else tr("fal Studio writes them into PNG, JPEG, WebP, MP4 and WAV.")
            )
            self._host.toasts.tell(
                News(tr("{name} carries no request.").format(name=name), "ask", detail=why)
            )
            return
        request = carried.again()
        arguments = request.arguments if isinstance(request.arguments, dict) else None
        self.open_found(Found(name, request.endpoint, request.mode, arguments, request.options))

    def open_text(self, text: str) -> None:
        """Open the request in a text, or say why there is none."""
        # Loaded when something is first pasted: the start does not need it.
        reader: Any = importlib.import_module("fal_studio.core.paste.text")
        try:
            found: Found = reader.read(text, self._host.code.hosts)
        except UnclearError as error:
            self._host.toasts.tell(News(error.reason, "ask", detail=error.next_step))
            self._host.status.tell(f"{error.reason} {error.next_step}")
            return
        self.open_found(found)

    def open_found(self, found: Found) -> None:
        """Open a request that was found."""
        host, space = self._host, self._host.workspace
        endpoint = found.endpoint or space.endpoint
        mode = found.mode or (Mode.SUBSCRIBE if found.endpoint else space.mode)
        text = "{}" if found.arguments is None else json_text.dump(found.arguments)
        profile = host.profile_for(endpoint)
        host.open_draft(Draft("", endpoint, mode, text, found.options, profile=profile))
        host.workspace.editor.focus_main()
        first, second = told(found, endpoint, mode)
        host.toasts.tell(News(first, "ask" if found.notes else "good", detail=second))
        host.status.tell(f"{first}. {second}")


class _Text(str):
    """The text of a file."""

    __slots__ = ()


class _Answers(QObject):
    read = Signal(str, object)


class _Reading(QRunnable):
    """Reads a file outside the window's thread."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.answers = _Answers()
        self._path = path

    def run(self) -> None:
        path = self._path
        try:
            is_text = path.suffix.lower() in TEXTS
            if path.stat().st_size > (LARGEST_TEXT if is_text else LARGEST_FILE):
                found: object = tr("It is too large to look into.")
            elif is_text:
                found = _Text(path.read_text("utf-8-sig", errors="replace"))
            else:
                found = request_in(path.read_bytes())
        except OSError as error:
            found = tr("It cannot be read: {strerror}.").format(strerror=error.strerror)
        self.answers.read.emit(str(path), found)


def file_in(data: QMimeData) -> Path | None:
    """Return the result file, saved request or other JSON in what was copied or dropped."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() in FILES | TEXTS | OTHERS), None)


def told(found: Found, endpoint: str, mode: Mode) -> tuple[str, str]:
    """Say in two lines what was understood."""
    parts = [str(mode)]
    if found.arguments is not None:
        parts.append(
            _counted(trn("{count} argument", "{count} arguments", len(found.arguments)), len(found.arguments))
        )
    if count := len(rules.set_in(found.options, mode)):
        parts.append(_counted(trn("{count} option", "{count} options", count), count))
    notes = " ".join(found.notes)
    return tr("Opened {what}: {endpoint}").format(
        what=found.what, endpoint=endpoint
    ), f"{', '.join(parts)}. {notes}".strip()


def _counted(words: str, count: int) -> str:
    return words.format(count=number(count))
