"""What an open stream is waiting for, in words under its events: nothing stands still without saying why."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.request import Mode
from fal_studio.figures import number
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.labels import Label
from fal_studio.words import tr

QUIET_S = 3.0
"""After so long without an event that is said."""
_FIRST = 200
"""Facts among which the answer of the server is looked for."""


class WaitingLine(Label):
    """One line; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", "caption", "2", parent=parent)
        self.setContentsMargins(current().px(12), current().px(6), current().px(12), current().px(6))
        self.hide()

    def show_age(self, events: Sequence[Event], now_s: float, *, is_ended: bool) -> None:
        """Say what a call of this age waits for."""
        words = "" if is_ended else words_of(events, now_s)
        if words != self.text():
            self.setText(words)
        self.setVisible(bool(words))


def words_of(events: Sequence[Event], now_s: float) -> str:
    """Return what an open call waits for; "" if that needs no words. `now_s` is its age."""
    started = events[0].fact if events else None
    if not isinstance(started, e.Started) or started.mode not in (Mode.STREAM, Mode.REALTIME):
        return ""
    last = events[-1]
    quiet_s = now_s - last.t_ns / 1e9
    if any(isinstance(event.fact, e.Partial) for event in events[-3:]) or len(events) > _FIRST:
        return (
            tr("Nothing came for {quiet_s} s. The connection is open.").format(quiet_s=number(quiet_s, ".1f"))
            if quiet_s >= QUIET_S
            else ""
        )
    connected = asked = None
    for event in events:
        if isinstance(event.fact, e.Partial):
            return (
                tr("Nothing came for {quiet_s} s. The connection is open.").format(
                    quiet_s=number(quiet_s, ".1f")
                )
                if quiet_s >= QUIET_S
                else ""
            )
        if isinstance(event.fact, e.Response) or (
            isinstance(event.fact, e.Session) and event.fact.state is e.SessionState.LIVE
        ):
            connected = event
        elif isinstance(event.fact, e.Attempt):
            asked = event
    if connected is not None:
        return tr("Waiting for the first event. Connected {ago}.").format(ago=_ago(now_s, connected))
    return (
        tr("Waiting for the server to answer. Asked {ago}.").format(ago=_ago(now_s, asked))
        if asked is not None
        else ""
    )


def _ago(now_s: float, event: Event) -> str:
    return tr("{part} s ago").format(part=number(max(0.0, now_s - event.t_ns / 1000000000.0), ".1f"))
