"""Calls of lists shown in request tabs: the tab that has it, or one tab for all that are only looked at."""

from typing import Protocol

from PySide6.QtCore import QObject

from fal_studio.core.events import Event
from fal_studio.core.request import Mode, Request
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.request.draft import Draft, draft_like
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr


class Host(Protocol):
    """What visits need of the window."""

    toasts: ToastHost

    @property
    def workspaces(self) -> dict[str, Workspace]:
        """All open requests by their keys."""
        ...

    def open_draft(self, draft: Draft) -> str:
        """Open a request in a tab of its own."""
        ...

    def show_request(self, key: str) -> None:
        """Bring a request to the front."""

    def follow(self, key: str, call: str) -> None:
        """Show a call in a request tab."""


class Visits(QObject):
    """Shows calls, those of earlier starts too. What somebody edits is never touched by it."""

    def __init__(self, host: Host, calls: Calls, history: History, parent: QObject) -> None:
        super().__init__(parent)
        self._host, self._calls, self._history = host, calls, history
        self._wanted = ""
        """The call that is being read from the ledger."""
        self._field: tuple[str | int, ...] = ()
        self._guest = ("", "")
        """The tab for calls that are only looked at, and the text it was given."""
        history.call_found.connect(self._on_call_found)
        history.call_missed.connect(self._on_call_missed)

    def show(self, call: str, field: tuple[str | int, ...] = ()) -> None:
        """Show a call in a request tab, and go to a place in its arguments."""
        self._wanted, self._field = "", field
        for key, space in self._host.workspaces.items():
            if space.result.call == call:
                self._host.show_request(key)
                self._go_to_field(space)
                return
        if self._calls.has(call):
            self._open(call)
        else:
            self._wanted = call
            self._history.call_wanted.emit(call)

    def _open(self, call: str) -> None:
        state = self._calls.state(call)
        request = self._calls.request(call) or Request(state.endpoint, state.mode or Mode.RUN, {})
        draft = draft_like(request)
        key, given = self._guest
        space = self._host.workspaces.get(key)
        if (
            space is not None
            and space.document.text == given
            and not space.shown.open_call
            and not space.file
        ):
            space.recall(request.endpoint, request.mode, request.arguments, request.options)
            space.set_profile(draft.profile)
            space.set_project(draft.project)
            self._host.show_request(key)
        else:
            key = self._host.open_draft(draft)
            space = self._host.workspaces[key]
        self._guest = (key, space.document.text)
        self._host.follow(key, call)
        self._go_to_field(space)

    def _go_to_field(self, space: Workspace) -> None:
        if self._field:
            space.editor.go_to_field(self._field)
            self._field = ()

    def _on_call_found(self, call: str, request: Request | None, events: tuple[Event, ...]) -> None:
        self._calls.hold(call, request, events)
        if call == self._wanted:
            self._wanted = ""
            self._open(call)

    def _on_call_missed(self, call: str, why: str) -> None:
        if call == self._wanted:
            self._wanted = ""
            self._host.toasts.tell(News(tr("This call cannot be shown. {why}").format(why=why), "bad"))
