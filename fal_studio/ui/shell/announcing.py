"""What a screen reader says by itself: what became of calls, and the window's news; pieces of a stream are not read out."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from fal_studio.core.call import CallState, Phase
from fal_studio.ui.models import Calls
from fal_studio.ui.queue.words import brief
from fal_studio.words import told, tr

EVERY_MS: Final = 2000
"""Calm news is said at most this often; what comes between is said together."""
_ONE_BY_ONE: Final = 3
"""More calls than this are counted, not named."""
_Politeness = QAccessible.AnnouncementPoliteness


class Announcing(QObject):
    """Says failures at once and everything else politely; the newest word about a call replaces one that was not said yet."""

    said = Signal(str, bool)
    """Words that were handed to the screen reader, and whether they interrupt."""

    def __init__(self, calls: Calls, window: QWidget, every_ms: int = EVERY_MS) -> None:
        super().__init__(window)
        self._calls, self._window = calls, window
        self._phases: dict[str, Phase] = {}
        self._waiting: dict[str, tuple[str, str]] = {}
        """By call, or by the words themselves: the words, and the phase in one word for counting."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._say_waiting)

    def take(self, call: str) -> None:
        """Notice where a call is now; only another phase is news."""
        state = self._calls.state(call)
        if self._phases.get(call) is state.phase:
            return
        self._phases[call] = state.phase
        words = _words(state)
        if state.phase is Phase.FAILED:
            self._waiting.pop(call, None)
            self._say(words, at_once=True)
        else:
            self._wait(call, words, told(state.phase))

    def tell(self, words: str, *, at_once: bool = False) -> None:
        """Say a piece of news."""
        if at_once:
            self._say(words, at_once=True)
        elif words:
            self._wait(words, words, "")

    def let_go(self) -> None:
        """Say no more."""
        self._timer.stop()
        self._waiting.clear()

    def _wait(self, key: str, words: str, phase: str) -> None:
        self._waiting.pop(key, None)
        self._waiting[key] = words, phase
        if not self._timer.isActive():
            self._say_waiting()

    def _say_waiting(self) -> None:
        if self._waiting:
            words = _together(list(self._waiting.values()))
            self._waiting.clear()
            self._say(words, at_once=False)
            self._timer.start()

    def _say(self, words: str, *, at_once: bool) -> None:
        event = QAccessibleAnnouncementEvent(self._window, words)
        event.setPoliteness(_Politeness.Assertive if at_once else _Politeness.Polite)
        QAccessible.updateAccessibility(event)
        self.said.emit(words, at_once)


def _words(state: CallState) -> str:
    what = state.endpoint or tr("The call")
    match state.phase:
        case Phase.FAILED:
            return tr("{what} failed: {message}").format(
                what=what,
                message=state.failure.message if state.failure is not None else tr("no reason given"),
            )
        case Phase.DONE:
            return tr("{what} is done after {elapsed_s}").format(what=what, elapsed_s=brief(state.elapsed_s))
        case _:
            return f"{what}: {told(state.phase)}"


def _together(waiting: list[tuple[str, str]]) -> str:
    """Return several pieces of news in one sentence; many calls are counted by what they do."""
    if len(waiting) <= _ONE_BY_ONE:
        return ". ".join(words for words, _ in waiting)
    phases = [phase for _, phase in waiting if phase]
    counted = ", ".join(f"{phases.count(phase)} {phase}" for phase in dict.fromkeys(phases))
    return ". ".join([words for words, phase in waiting if not phase] + ([counted] if counted else []))
