"""Recording: when it begins and ends, what is then shown, and its inputs sent once more."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from fal_studio.core.blobs import Load, restore
from fal_studio.core.realtime.recording import Input, Outcome, Recording
from fal_studio.ui.realtime.bar import SessionBar
from fal_studio.ui.realtime.player import Player
from fal_studio.ui.realtime.session import LiveSession
from fal_studio.words import tr


class Recorder(QObject):
    """Everything that happens is kept anyway: to record is to mark from where on it is to be shown."""

    wanted = Signal(object)
    """What happened in the newest session since a moment (`t_ns`) is to be shown; answer with `show`."""
    opened = Signal()
    """A recording stands in place of the drawing."""
    told = Signal(str)

    def __init__(
        self, session: LiveSession, bar: SessionBar, player: Player, load: Load, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._bar, self._player, self._load = session, bar, player, load
        self._from_ns: int | None = None
        self._superseded_before = 0
        bar.record_wanted.connect(self.record)
        player.again_wanted.connect(self.run_again)
        player.marked.connect(self._on_marked)
        self._whole: Outcome | None = None
        session.replayed.connect(player.add_outcome)

    def record(self) -> None:
        """Begin to record, or show what was recorded; a session that is over is shown whole."""
        if self._session.is_live and self._from_ns is None:
            self._from_ns = self._session.now_ns
            self._superseded_before = self._session.pacer.superseded
            self.show_state()
            return
        self._end()

    def show(self, recording: Recording) -> None:
        """Show a recording in place of the drawing."""
        if not any(recording.counts):
            self.told.emit(tr("Nothing was sent or answered while it was recorded."))
            return
        session = self._session
        superseded = session.pacer.superseded - self._superseded_before
        self._superseded_before = 0
        outcome = recording.outcome(session.endpoint, session.pacer.pace.policy.value, superseded)
        session.stop(tr("stopped to look at the recording"))
        self.opened.emit()
        self._whole = outcome
        self._player.show_recording(recording, outcome)

    def run_again(self) -> None:
        """Send the recorded inputs with the endpoint and policy of now."""
        recording = self._player.stretch
        if recording is not None:
            self._session.replay(recording.inputs(), self._restored)

    def _on_marked(self) -> None:
        stretch, whole = self._player.stretch, self._whole
        if stretch is None or whole is None:
            return
        is_whole = self._player.is_whole
        self._player.show_stretch(whole if is_whole else stretch.outcome(whole.endpoint, whole.policy, None))

    def show_state(self) -> None:
        """Let the button say what a press does; a session that ends ends its recording."""
        session, button = self._session, self._bar.record
        if not session.is_on and self._from_ns is not None:
            self._end()
            return
        if self._from_ns is not None:
            button.setText(tr("Stop recording"))
            button.set_kind("danger")
        else:
            button.setText(tr("Record") if session.is_on or not session.last_call else tr("Replay"))
            button.set_kind("default")
        button.setEnabled(session.is_live or (not session.is_on and bool(session.last_call)))

    def _end(self) -> None:
        since_ns, self._from_ns = self._from_ns or 0, None
        self.show_state()
        if self._session.last_call:
            self.wanted.emit(since_ns)

    def _restored(self, one: Input) -> dict[str, Any]:
        found = restore(one.payload, self._load)
        return dict(found) if isinstance(found, dict) else {}
