"""The calls that a request shows: one at a time in its result, of several that were begun together any of them."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from fal_studio.core.call import CallState
from fal_studio.core.events import Event, SessionState
from fal_studio.core.request import Json, Mode
from fal_studio.ui.models import Calls
from fal_studio.ui.request.document import Document
from fal_studio.ui.shell.live_input import LiveInput
from fal_studio.ui.shell.private_runs import PrivateRuns
from fal_studio.ui.shell.result import ResultPane
from fal_studio.ui.shell.run_forecast import is_left_behind

if TYPE_CHECKING:
    from fal_studio.ui.shell.batch import Batch


class ShownCalls(QObject):
    """Follows calls, sends live edits to them, and stops them."""

    followed = Signal()
    """Another call is shown."""
    chosen = Signal()
    """The same, because somebody chose it among those that were begun together."""
    cancel_wanted = Signal(str)
    hang_up_wanted = Signal(str)
    send_wanted = Signal(str, object)
    """A live call and the input to send."""

    def __init__(self, calls: Calls, result: ResultPane, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._calls, self._result = calls, result
        self._batch: Batch | None = None
        self.live = LiveInput(document, lambda: self.open_call, self)
        self.live.send_wanted.connect(self.send_wanted)
        self.private = PrivateRuns(calls)

    @property
    def open_call(self) -> str:
        """The call that is shown if it has not ended, else ""."""
        call = self._result.call
        return call if call and not self._calls.state(call).is_ended else ""

    @property
    def is_left_behind(self) -> bool:
        """Whether the open call is one that only this pane listens to."""
        call = self.open_call
        return bool(call) and is_left_behind(self._calls.state(call).mode)

    @property
    def batch(self) -> tuple[str, ...]:
        """The calls that one press of Run began, of which one is shown; empty where it was one."""
        return self._batch.ids if self._batch is not None else ()

    @property
    def private_ended(self) -> tuple[str, ...]:
        """The private runs that are shown, once all of them have ended."""
        return self.private.ended(self._result.call, self.batch)

    @property
    def sent(self) -> Json:
        """The arguments of the call that is shown; None while there is none."""
        request = self._calls.request(self._result.call)
        return request.arguments if request is not None else None

    def show_nothing(self) -> None:
        """Show no call any more, unless one is open."""
        if not self.open_call:
            self._result.show_nothing()
            if self._batch is not None:
                self._batch.refresh()

    def follow(self, call: str) -> None:
        """Show a call."""
        self.live.forget()
        self._result.follow(call)
        if self._batch is not None:
            self._batch.refresh()
        self.followed.emit()

    def follow_batch(self, calls: Sequence[str]) -> None:
        """Show the first of several calls; the others are a key away."""
        self.follow(calls[0])
        if self._batch is None:
            batches: Any = importlib.import_module("fal_studio.ui.shell.batch")
            batch: Batch = batches.Batch(self._calls, self._result)
            batch.chosen.connect(self._on_chosen)
            batch.cancel_wanted.connect(self.cancel_wanted)
            self._batch = batch
        self._batch.show(calls)

    def step(self, by: int) -> None:
        """Show another one of the calls that one press of Run began."""
        if self._batch is not None:
            self._batch.step(by)

    def take(self, call: str, events: tuple[Event, ...]) -> CallState | None:
        """Pass on what is new in a call, and return its state if it is the one that is shown."""
        self._result.take(call, events)
        if call != self._result.call:
            return None
        state = self._calls.state(call)
        self.live.watch(state)
        return state

    def stop(self) -> bool:
        """Stop the call that is shown; False if none is open."""
        call = self.open_call
        if not call:
            return False
        state = self._calls.state(call)
        is_live = state.mode is Mode.REALTIME and state.session is SessionState.LIVE
        (self.hang_up_wanted if is_live else self.cancel_wanted).emit(call)
        return True

    def stop_all(self) -> bool:
        """Stop all open calls of the batch, or the only one that is shown; False if none is open."""
        return (self._batch is not None and self._batch.stop()) or self.stop()

    def let_go(self) -> None:
        """Send no more."""
        self.live.let_go()

    def _on_chosen(self, call: str) -> None:
        self.follow(call)
        self.chosen.emit()
