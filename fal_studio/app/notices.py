"""Tells the desktop when calls end while nobody looks at the window: each, or when the queue is empty, or never."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from fal_studio.app import notifier
from fal_studio.app.notifier import Notifier
from fal_studio.app.tray import Tray
from fal_studio.core import privacy
from fal_studio.core.call import CallState, Phase
from fal_studio.core.kept_words import SHUTDOWN, USER, message_in_words
from fal_studio.core.settings import Notify, Settings
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.window import MainWindow
from fal_studio.words import told, tr

EVERY_S = 3.0
"""No more than one notification in this time; what ends meanwhile is told together."""


def words_of(ended: list[CallState]) -> tuple[str, str]:
    """Return title and body for calls that ended."""
    if len(ended) == 1:
        state = ended[0]
        name = state.endpoint.partition("/")[2] or state.endpoint
        body = state.failure.message if state.failure else message_in_words(state.unknown_why)
        return f"{name}: {told(state.phase)}", body
    counts = {phase: sum(state.phase is phase for state in ended) for phase in Phase}
    parts = [f"{count} {told(phase)}" for phase, count in counts.items() if count]
    return tr("{count} calls have ended").format(count=len(ended)), ", ".join(parts)


class Notices(QObject):
    """Watches the calls. The desktop's service is looked for when there is first something to tell."""

    def __init__(
        self,
        window: MainWindow,
        calls: Calls,
        settings: Callable[[], Settings],
        tray: Tray,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window, self._calls, self._settings, self._tray = window, calls, settings, tray
        self._open: set[str] = set()
        self._ended: list[str] = []
        self._told_s = -EVERY_S
        self.notifier: Notifier | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._tell)
        calls.settled.connect(self._on_settled)

    def close(self) -> None:
        """Stop."""
        self._later.stop()
        if self.notifier is not None:
            self.notifier.close()

    def _on_settled(self, changed: tuple[str, ...]) -> None:
        for call in changed:
            if not self._calls.is_ours(call):
                continue
            state = self._calls.state(call)
            if not state.is_ended:
                self._open.add(call)
            elif call in self._open:
                self._open.discard(call)
                self._on_ended(call, state)

    def _on_ended(self, call: str, state: CallState) -> None:
        by_hand = state.cancelled is not None and state.cancelled.by in (USER, SHUTDOWN)
        if by_hand or self._is_looked_at():
            self._ended.clear()
            return
        self._ended.append(call)
        if not self._later.isActive():
            self._later.start(max(0, round((self._told_s + EVERY_S - time.monotonic()) * 1000)))

    def _is_looked_at(self) -> bool:
        return self._window.isActiveWindow()

    def _tell(self) -> None:
        settings = self._settings()
        wish = settings.notify
        if wish is Notify.NEVER or self._is_looked_at():
            self._ended.clear()
            return
        if not self._ended or (wish is Notify.EMPTY and self._calls.open_ids()):
            return
        ended, self._ended = self._ended, []
        self._told_s = time.monotonic()
        title, body = words_of([self._calls.state(call) for call in ended])
        if len(ended) == 1 and not body:
            request = self._calls.request(ended[0])
            is_private = request is not None and privacy.is_private(request.options)
            body = "" if is_private else self._calls.row(ended[0]).prompt  # a desktop keeps what it was told
        self._service().show(ended[-1], title, body, self._sound(ended) if settings.notify_sound else "")

    def _sound(self, ended: list[str]) -> str:
        """Return a name of the freedesktop sound naming specification."""
        has_failed = any(self._calls.state(call).phase is Phase.FAILED for call in ended)
        return "dialog-error" if has_failed else "complete"

    def _service(self) -> Notifier:
        if self.notifier is None:
            self.notifier = notifier.of_system(self._tray, self)
            self.notifier.activated.connect(self._on_activated)
        return self.notifier

    def _on_activated(self, call: str) -> None:
        window = self._window
        window.come_forward()
        window.show_call(call)
