"""The input of a live session: sent when it goes live, and after every edit while it is."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from fal_studio.core.call import CallState
from fal_studio.core.events import SessionState
from fal_studio.ui.request.document import Document

SEND_EVERY_MS = 128
"""An edited input of a live session is sent at most this often; the newest wins."""


class LiveInput(QObject):
    """Sends a request's arguments to the session that is shown."""

    send_wanted = Signal(str, object)
    """A live call and the input to send."""

    def __init__(self, document: Document, open_call: Callable[[], str], parent: QObject) -> None:
        """`open_call` returns the call that is shown if it has not ended, else ""."""
        super().__init__(parent)
        self._document, self._open_call = document, open_call
        self.is_live = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEND_EVERY_MS)
        self._timer.timeout.connect(self._send)

    def watch(self, state: CallState) -> None:
        """Notice how the session that is shown is."""
        is_live = state.session is SessionState.LIVE and not state.is_ended
        if is_live and not self.is_live:
            self.is_live = True
            self._send()
        self.is_live = is_live

    def note_edit(self) -> None:
        """Send what was edited soon."""
        if self.is_live and not self._timer.isActive():
            self._timer.start()

    def forget(self) -> None:
        """Another call is shown."""
        self.is_live = False

    def let_go(self) -> None:
        """Send no more."""
        self._timer.stop()

    def _send(self) -> None:
        self._timer.stop()  # what an edit would send later goes now
        call, arguments = self._open_call(), self._document.arguments
        if call and self.is_live and arguments is not None:
            self.send_wanted.emit(call, arguments)
