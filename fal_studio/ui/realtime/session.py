"""One live session as the desk sees it: when it runs, why it pauses, and which change is sent when."""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from fal_studio.core import events as e
from fal_studio.core.events import Event, SessionState
from fal_studio.core.kept_words import (
    CLOSED_HERE,
    USER,
    message_in_words,
    reason_in_words,
    stopped_by,
    trouble_in_words,
)
from fal_studio.core.realtime.figures import DEADLINE_S, Figures, Trip
from fal_studio.core.realtime.pacing import Pace, Pacer
from fal_studio.core.realtime.recording import Input, outcome_of
from fal_studio.core.request import Mode, Options, Request
from fal_studio.figures import number
from fal_studio.words import tr

IDLE_S = 60.0
TICK_MS = 250
_TEXT_CHARS = 120
Build = Callable[[str], dict[str, Any]]
"""Returns the input as it is now, with this request_id."""


class LiveSession(QObject):
    """Begins and ends sessions, and hands over inputs at the pace of the policy."""

    start_wanted = Signal(object)
    """A Request; answer with `follow`."""
    send_wanted = Signal(str, object)
    hang_up_wanted = Signal(str)
    cancel_wanted = Signal(str)
    state_changed = Signal()
    ticked = Signal()
    """Numbers may be different: four times a second while a session is on, and at its end."""
    heard = Signal(object, object)
    """An answer, and the Trip that it ended or None."""
    replayed = Signal(object)
    """The recorded inputs are through: an Outcome."""
    troubled = Signal(str)
    """Something came that is no answer, and the session goes on."""
    told = Signal(tuple)
    """Events of the session, as they came."""

    def __init__(self, build: Build, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._build = build
        self.endpoint = self.profile = self.project = ""
        self.options = Options()
        self.pacer = Pacer()
        self.figures = Figures()
        self.idle_s = IDLE_S
        """0: it is never paused for want of inputs."""
        self.deadline_s = DEADLINE_S
        self.limit_usd: float | None = None
        """A session that has cost so much is paused."""
        self.spent_usd: Callable[[], float | None] = lambda: None
        self.call = self.last_call = ""
        """The call of the session that is on, and of the newest one."""
        self.state = SessionState.IDLE
        self.reason = ""
        self.attempt = self.limit = 0
        self._stopped = ""
        """Why we ended it."""
        self.has_failed = False
        """Whether the newest one ended with an error."""
        self.paused = ""
        """Why it was paused by itself; "" when it was not."""
        self.lifetime_s = 0.0
        self._token_at_s = self._live_since_s = self._input_at_s = 0.0
        self._zero_s = 0.0
        self._handed = 0
        self._is_starting = False
        self._asked: Request | None = None
        """What was asked for last."""
        self._script: tuple[Input, ...] = ()
        """Recorded inputs that are sent in place of what is drawn."""
        self._at = 0
        self._scripted: dict[str, Any] | None = None
        self._restore: Callable[[Input], dict[str, Any]] | None = None
        self._script_timer = QTimer(self)
        self._script_timer.setSingleShot(True)
        self._script_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._script_timer.timeout.connect(self._on_script)
        self._script_began_s = 0.0
        self._pace_timer = QTimer(self)
        self._pace_timer.setSingleShot(True)
        self._pace_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._pace_timer.timeout.connect(self._pump)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)

    @property
    def is_on(self) -> bool:
        """Whether a session is wanted: live, or on its way there."""
        return self._is_starting or bool(self.call)

    @property
    def is_live(self) -> bool:
        """Whether inputs go out now."""
        return self.state is SessionState.LIVE

    @property
    def token_age_s(self) -> float | None:
        """How old the token is; None where there is none."""
        return time.monotonic() - self._token_at_s if self._token_at_s else None

    @property
    def live_s(self) -> float:
        """For how long it has been on."""
        return time.monotonic() - self._live_since_s if self._live_since_s else 0.0

    @property
    def now_ns(self) -> int:
        """The moment on the clock of the call's events."""
        return round((time.monotonic() - self._zero_s) * 1e9) if self._zero_s else 0

    @property
    def in_flight(self) -> int:
        """How many inputs were handed over and may still be answered."""
        return max(0, self._handed - self.figures.sent) + self.figures.ahead

    def toggle(self) -> None:
        """Start, or stop."""
        if self.is_on:
            self.stop(tr("stopped by you"))
        else:
            self.start()

    def start(self) -> None:
        """Begin a session; the input as it is now is its first."""
        if self.is_on or not self.endpoint:
            return
        self.paused = self._stopped = ""
        self.has_failed = False
        self.figures, self.pacer = Figures(self.deadline_s), Pacer(self.pacer.pace)
        self._handed = 0
        self._token_at_s = self._live_since_s = self._zero_s = 0.0
        self._input_at_s = time.monotonic()
        self._is_starting = True
        self._show(SessionState.CONNECTING, tr("asked for"))
        if not self._script:
            self.pacer.change(time.monotonic())
        self._asked = Request(self.endpoint, Mode.REALTIME, {}, self.profile, self.options, self.project)
        self.start_wanted.emit(self._asked)

    def replay(self, script: tuple[Input, ...], restore: Callable[[Input], dict[str, Any]]) -> None:
        """Begin a session that is fed with recorded inputs at their moments, and ends when they are through.

        `restore` returns an input as it stood on the wire; it may raise KeyError.
        """
        if self.is_on or not script:
            return
        self._script, self._restore, self._at = script, restore, 0
        self.start()

    @property
    def is_replaying(self) -> bool:
        """Whether recorded inputs are sent."""
        return bool(self._script)

    def follow(self, call: str, request: Request | None = None) -> None:
        """Take the call that was started; `request`: what it was started with, None for what was asked for last.

        One that nobody wants any more is cancelled: between asking and starting, somebody may have pressed Stop.
        """
        if not self._is_starting or request not in (None, self._asked):
            self.cancel_wanted.emit(call)
            return
        self.call = self.last_call = call
        self._is_starting = False
        self._tick.start()
        self.state_changed.emit()

    def refuse(self, why: str) -> None:
        """Take the news that no session was started."""
        self._script, self._scripted = (), None
        self._is_starting = False
        self._show(SessionState.STOPPED, why)

    def stop(self, reason: str) -> None:
        """End the session in good order."""
        if self._is_starting:
            self.refuse(reason)
        elif self.call:
            self._stopped = reason
            (self.hang_up_wanted if self.is_live else self.cancel_wanted).emit(self.call)

    def pause(self, why: str) -> None:
        """Stop by itself; the next input starts again, unless it was for the money."""
        if self.is_on and not self.paused:
            self.paused = why
            self.stop(why)
            self.state_changed.emit()

    def follow_pace(self, pace: Pace) -> None:
        """Send by another policy from now on."""
        self.pacer.follow(pace)
        self._pump()

    def change(self) -> None:
        """Note that the input is another; a paused session goes on."""
        now_s = time.monotonic()
        self._input_at_s = now_s
        if self._script:
            return
        if not self.is_on:
            if self.paused and not self.is_over_limit:
                self.start()
            return
        self.pacer.change(now_s)
        self._pump()

    @property
    def is_over_limit(self) -> bool:
        """Whether it has cost as much as it may."""
        spent = self.spent_usd()
        return self.limit_usd is not None and spent is not None and spent >= self.limit_usd > 0

    def take(self, call: str, events: tuple[Event, ...]) -> None:
        """Take what happened in a call; others' are ignored."""
        if call != self.call or not call:
            return
        for event in events:
            if not self._zero_s:
                self._zero_s = time.monotonic() - event.t_ns / 1e9
            self._take(event)
        self.told.emit(events)
        if self.call:
            self._pump()

    def _take(self, event: Event) -> None:
        trip: Trip | None = self.figures.take(event)
        match event.fact:
            case e.Partial():
                self.heard.emit(event.fact, trip)
            case e.Session(state=state, reason=reason, attempt=attempt, limit=limit):
                self.attempt, self.limit = attempt, limit
                if state is SessionState.LIVE and not self._live_since_s:
                    self._live_since_s = self._script_began_s = time.monotonic()
                    if self._script:
                        self._script_timer.start(0)
                if state is SessionState.LIVE and attempt:
                    self.pacer.change(time.monotonic())  # what was lost with the socket is asked again
                self._show(state, self._why(state, reason))
            case e.Token(lifetime_s=lifetime_s):
                self.lifetime_s, self._token_at_s = lifetime_s, time.monotonic()
                self.state_changed.emit()
            case e.Trouble(message=message):
                self.troubled.emit(trouble_in_words(message))
            case e.Control(name="text", payload=payload):
                words = " ".join(str(payload).split())[:_TEXT_CHARS]
                self.troubled.emit(
                    tr("The server sent a text that is no message of fal's: {words}").format(words=words)
                )
            case e.Failed(message=message, next_step=next_step):
                self.has_failed = True
                self._end(f"{message} {next_step}".strip())
            case e.Closed(reason=reason):
                self._end(self._why(SessionState.STOPPED, reason))
            case e.Cancelled(by=by):
                self._end(self._why(SessionState.STOPPED, stopped_by(by)))
            case e.Unknown(why=why):
                self._end(message_in_words(why))
            case _:
                pass

    def _on_script(self) -> None:
        """Take the recorded inputs that are due, and come back for the next; end when all are answered or lost."""
        while self._at < len(self._script):
            due_s = self._script_began_s + self._script[self._at].at_ns / 1e9
            now_s = time.monotonic()
            if due_s > now_s:
                self._script_timer.start(max(1, round((due_s - now_s) * 1000)))
                return
            try:
                self._scripted = self._restore(self._script[self._at]) if self._restore is not None else None
            except KeyError:
                self._at = len(self._script)
                self.stop(tr("the bytes of a recorded input are no longer kept"))
                return
            self._at += 1
            self._input_at_s = now_s
            self.pacer.change(now_s)
            self._pump()
        if self.pacer.waits or self.figures.sent < self._handed or self.figures.in_flight:
            self._script_timer.start(20)
            return
        pace, seconds = self.pacer.pace, time.monotonic() - self._script_began_s
        outcome = outcome_of(self.figures, self.endpoint, pace.policy.value, self.pacer.superseded, seconds)
        self.stop(tr("the recorded inputs are through"))
        self.replayed.emit(outcome)

    def _why(self, state: SessionState, said: str) -> str:
        """Return the reason to show: our own where we ended it."""
        if state is SessionState.STOPPED and self.paused:
            return tr("paused: {paused}").format(paused=self.paused)
        if state is SessionState.STOPPED and said in (CLOSED_HERE, stopped_by(USER)):
            return self._stopped or tr("stopped by you")
        return reason_in_words(said)

    def _end(self, reason: str) -> None:
        self.call = ""
        self._script, self._scripted = (), None
        self._script_timer.stop()
        self._pace_timer.stop()
        self._tick.stop()
        self.pacer.drop()
        self._show(SessionState.STOPPED, reason)
        self.ticked.emit()

    def _show(self, state: SessionState, reason: str) -> None:
        self.state, self.reason = state, reason
        self.state_changed.emit()

    def _pump(self) -> None:
        """Send what is due, and come back when the next may be."""
        if not self.is_live or not self.call:
            return
        now_s = time.monotonic()
        if self.pacer.due(now_s, self.in_flight):
            self.pacer.note_sent(now_s)
            self._handed += 1
            self.send_wanted.emit(self.call, self._message(f"{self.call[:8]}-{self._handed:06}"))
        wait_s = self.pacer.wait_s(now_s, self.in_flight)
        if wait_s is not None:
            self._pace_timer.start(max(1, round(wait_s * 1000)))

    def _message(self, request_id: str) -> dict[str, Any]:
        if self._scripted is None:
            return self._build(request_id)
        has_id = "request_id" in self._scripted
        return {**self._scripted, "request_id": request_id} if has_id else self._scripted

    def _on_tick(self) -> None:
        self.figures.tick(self.now_ns)
        self.ticked.emit()
        if not self.is_live:
            return
        self._pump()  # a loss makes room
        if self.is_over_limit:
            self.pause(
                tr("it has cost ${limit_usd}, its limit").format(
                    limit_usd=number(self.limit_usd or 0.0, ".2f")
                )
            )
        elif 0 < self.idle_s < time.monotonic() - self._input_at_s:
            self.pause(tr("no input for {idle_s} s; draw to go on").format(idle_s=number(self.idle_s, "g")))
