"""What people paste or drop becomes a request of its own, filled in; nothing runs by itself."""

import importlib
from typing import Any, Protocol

from PySide6.QtGui import QGuiApplication

from fal_studio.core import options as rules
from fal_studio.core.paste.found import Found, UnclearError
from fal_studio.core.request import Mode
from fal_studio.ui.request import json_text
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.toasts import News, ToastHost


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


class Pasting:
    """Opens requests from text."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def open_clipboard(self) -> None:
        """Open what is on the clipboard."""
        self.open_text(QGuiApplication.clipboard().text())

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
        host.open_draft(Draft("", endpoint, mode, text, found.options))
        host.workspace.editor.focus_main()
        first, second = told(found, endpoint, mode)
        host.toasts.tell(News(first, "ask" if found.notes else "good", detail=second))
        host.status.tell(f"{first}. {second}")


def told(found: Found, endpoint: str, mode: Mode) -> tuple[str, str]:
    """Say in two lines what was understood."""
    parts = [str(mode)]
    if found.arguments is not None:
        parts.append(_counted(len(found.arguments), "argument"))
    if count := len(rules.set_in(found.options, mode)):
        parts.append(_counted(count, "option"))
    notes = " ".join(found.notes)
    return f"Opened {found.what}: {endpoint}", f"{', '.join(parts)}. {notes}".strip()


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
