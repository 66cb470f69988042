"""What the window tells about the request in front, and what can be done with it; and how many calls go on."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from fal_studio.core.call import Phase
from fal_studio.ui.actions import Actions
from fal_studio.ui.library.dock import LibraryDock
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.open_requests import OpenRequests
from fal_studio.ui.shell.profiles import Profiles
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.words import tr

_GOING_ON = {
    Phase.RUNNING: tr("running"),
    Phase.QUEUED: tr("queued"),
    Phase.WAITING: tr("waiting here"),
    Phase.FETCHING: tr("fetching"),
    Phase.UPLOADING: tr("uploading"),
    Phase.SUBMITTED: tr("sent"),
    Phase.CANCEL_REQUESTED: tr("cancelling"),
}


class InFront(QObject):
    """Keeps the top bar, the library, the status bar and the commands with the request in front."""

    call_changed = Signal(str)
    """The open call that is shown in front, "" when there is none."""

    def __init__(
        self,
        requests: OpenRequests,
        calls: Calls,
        actions: Actions,
        status: StatusBar,
        profiles: Profiles,
        library: LibraryDock,
    ) -> None:
        super().__init__(requests)
        self._requests, self._calls, self._actions = requests, calls, actions
        self._status, self._profiles, self._library = status, profiles, library
        self._call = ""
        self._able: tuple[bool, bool] | None = None
        """Whether the request in front has a file, and several results."""
        requests.fronted.connect(self._on_fronted)
        requests.front_edited.connect(self._on_edited)

    def show_name(self) -> None:
        """Show its profile, and mark it in the library."""
        if self._requests.spaces:
            draft = self._requests.front.draft
            self._profiles.show_front()
            self._library.show_current(draft.file or draft.title, draft.endpoint)

    def show_calls(self) -> None:
        """Look again at what goes on."""
        self._tell_call()
        self._allow()
        open_calls = self._calls.open_ids()
        self._status.show_running(going_on([self._calls.state(call).phase for call in open_calls]))
        for space in self._requests.each():
            space.bar.set_open_jobs(len(open_calls))

    def _on_fronted(self) -> None:
        self.show_name()
        self.show_calls()

    def _on_edited(self) -> None:
        self.show_name()
        self._allow()

    def _tell_call(self) -> None:
        call = self._requests.front.shown.open_call if self._requests.spaces else ""
        if call != self._call:
            self._call = call
            self.call_changed.emit(call)

    def _allow(self) -> None:
        """Let commands be given that it has something for; the others say why not."""
        if not self._requests.spaces:
            return
        front = self._requests.front
        able = bool(front.file), bool(front.shown.batch)
        if able != self._able:
            self._able = able
            why_no_file = "" if able[0] else tr("This request has no file yet: save it first.")
            why_no_batch = "" if able[1] else tr("The result is the only one of its run.")
            for name in ("saved.rename", "saved.folder"):
                self._actions.allow(name, why_no_file)
            for name in ("batch.before", "batch.next"):
                self._actions.allow(name, why_no_batch)


def going_on(phases: Sequence[Phase]) -> str:
    """Return what open calls do, in words: "2 running, 1 in line"."""
    counts = {words: phases.count(phase) for phase, words in _GOING_ON.items()}
    return ", ".join(f"{count} {words}" for words, count in counts.items() if count)
