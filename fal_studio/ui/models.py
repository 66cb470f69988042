"""What the panes share: the state of every call, folded from the log as its events come in."""

import time
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from fal_studio import figures
from fal_studio.core.call import CallState, advance, fold
from fal_studio.core.events import Event
from fal_studio.core.history import CallRow, Judgement, priced, row_of
from fal_studio.core.pages import Events
from fal_studio.core.request import Request
from fal_studio.core.slots import Slots
from fal_studio.ui.costs import Cost, cost_of
from fal_studio.ui.prices import Prices
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.places import place_words
from fal_studio.ui.widgets.profile_chip import swatch_of
from fal_studio.words import tr


class Calls(QObject):
    """The calls of this session with their requests and states; newest last."""

    added = Signal(str)
    """A call was begun: its id."""
    changed = Signal(str, tuple)
    """A call's id and the events of it that came in this frame."""
    settled = Signal(tuple)
    """All calls that something was new in, once a frame, after `changed` was told for each."""

    def __init__(self, parent: QObject | None = None, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._now_s = now_s
        self.slots = Slots()
        """What queued calls wait for."""
        self.swatch: Callable[[str], Role] = swatch_of
        """The colour of a profile."""
        self.prices = Prices(self)
        self.prices.changed.connect(self._on_prices_changed)
        self._requests: dict[str, Request | None] = {}
        """What this session's calls asked for; None of one that was released and can be read again."""
        self._open: dict[str, None] = {}
        """Those of them that have not ended, oldest first."""
        self._states: dict[str, CallState] = {}
        self._events: dict[str, Events] = {}
        self._heard_s: dict[str, float] = {}
        self._guests: dict[str, Request] = {}
        """Requests of calls that are only shown."""
        self._rows: dict[str, tuple[CallState, CallRow]] = {}
        self._kept: dict[str, CallRow] = {}
        """What is left of calls that were released."""
        self._judged: dict[str, Judgement] = {}
        """What somebody thinks of calls, as far as that changed since the start."""

    def add(self, call: str, request: Request) -> None:
        """Note the request of a call that was just started."""
        is_new = call not in self._requests
        self._requests[call] = request
        if is_new:
            self._note_open(call)
            self.added.emit(call)

    def hold(self, call: str, request: Request | None, events: Iterable[Event]) -> None:
        """Take in a call of an earlier start, to show it; it is none of this session's calls. Known ones stay as they are."""
        if call in self._events:
            return
        held = self._events[call] = Events(events)
        self._states[call] = fold(held, call)
        self._kept.pop(call, None)
        if request is not None:
            self._guests[call] = request

    def release(self, call: str) -> None:
        """Let go of all of an ended call but its row; `hold` takes in what has been read again."""
        if call not in self._events or not self.state(call).is_ended:
            return
        if self.is_ours(call):
            self._kept[call] = self.row(call)
            self._requests[call] = None
        for held in (self._events, self._states, self._rows, self._guests, self._heard_s):
            held.pop(call, None)

    def forget(self, call: str) -> None:
        """Let go of an ended call altogether: it leaves no record."""
        self.release(call)
        self._kept.pop(call, None)
        self._requests.pop(call, None)
        self._judged.pop(call, None)

    def has(self, call: str) -> bool:
        """Whether the events of a call are at hand."""
        return call in self._events

    def take(self, events: Iterable[Event]) -> None:
        """Fold the events of one frame; says once for each call what is new in it."""
        fresh: dict[str, list[Event]] = {}
        states = self._states
        for event in events:
            call = event.call
            self.slots.take(event)
            states[call] = advance(states.get(call) or CallState(call), event)
            fresh.setdefault(call, []).append(event)
        now_s = self._now_s()
        for call, batch in fresh.items():
            self._heard_s[call] = now_s
            self._note_open(call)
            if (known := self._events.get(call)) is None:
                known = self._events[call] = Events()
            known.extend(batch)
            self.changed.emit(call, tuple(batch))
        self.settled.emit(tuple(fresh))

    def state(self, call: str) -> CallState:
        """Return what is known about a call."""
        found = self._states.get(call)
        if found is None and (row := self._kept.get(call)) is not None:
            ended_ns = round(row.elapsed_s * 1e9)
            return CallState(
                call, row.phase, row.endpoint, row.mode, row.profile, row.created_s, last_t_ns=ended_ns,
                ended_t_ns=ended_ns, request_id=row.request_id,
            )  # fmt: skip
        return found or CallState(call)

    def row(self, call: str) -> CallRow:
        """Return a call as a row of a list; the same object until something changes."""
        if (kept := self._kept.get(call)) is not None:
            return kept
        state = self.state(call)
        found = self._rows.get(call)
        if found is None or found[0] is not state:
            row = self.priced(row_of(state, self.request(call)))
            judgement = self._judged.get(call)
            found = self._rows[call] = (state, row if judgement is None else judgement.of(row))
        return found[1]

    def judge(self, calls: Iterable[str], judgement: Judgement) -> None:
        """Note what somebody thinks of calls."""
        ours = tuple(call for call in calls if self.is_ours(call))
        for call in ours:
            row = judgement.of(self.row(call))
            self._judged[call] = Judgement(row.starred, row.rating)
            self._rows.pop(call, None)
            if call in self._kept:
                self._kept[call] = row
        if ours:
            self.settled.emit(ours)

    def priced(self, row: CallRow) -> CallRow:
        """Return a row with what its billed units cost, where that is known."""
        if row.cost_usd is not None or row.units is None:
            return row
        return priced(row, self.prices.known(row.profile, row.endpoint))

    def cost(self, row: CallRow) -> Cost:
        """Return what a call costs, or will probably cost."""
        row = self.priced(row)
        if row.cost_usd is not None:
            return cost_of(row)
        request = self.request(row.call)
        prices, where = self.prices, (row.profile, row.endpoint)
        estimate_usd = prices.estimate_usd(request) if request is not None else None
        return cost_of(row, estimate_usd, is_unpriced=prices.is_unpriced(*where))

    def silence_s(self, call: str) -> float:
        """Return the seconds since anything was heard of a call; 0 for one nothing was heard of yet."""
        heard_s = self._heard_s.get(call)
        return 0.0 if heard_s is None else self._now_s() - heard_s

    def age_s(self, call: str) -> float:
        """Return the seconds since a call was started; what passed between two starts of the program is left out."""
        state = self.state(call)
        return state.elapsed_s if state.is_ended else state.last_t_ns / 1e9 + self.silence_s(call)

    def request(self, call: str) -> Request | None:
        """Return what was asked, or None for a call of somebody else."""
        return self._requests.get(call) or self._guests.get(call)

    def events(self, call: str) -> Events:
        """Return the events that the panes have been told about; they grow as more come, and are not to be changed."""
        return self._events.get(call) or Events()

    def ids(self) -> tuple[str, ...]:
        """Return all calls, oldest first."""
        return tuple(self._requests)

    def is_ours(self, call: str) -> bool:
        """Whether a call is one of this session's, and not only shown."""
        return call in self._requests

    def open_ids(self) -> tuple[str, ...]:
        """Return the calls that have not ended."""
        return tuple(self._open)

    def _on_prices_changed(self, profile: str, endpoints: tuple[str, ...]) -> None:
        """Say that there is something new in the calls of these endpoints: what they cost."""
        about = [
            call for call, request in self._requests.items() if self._is_of(call, request, profile, endpoints)
        ]
        for call in about:
            self._rows.pop(call, None)
            if (kept := self._kept.get(call)) is not None:
                self._kept[call] = self.priced(kept)
        if about:
            self.settled.emit(tuple(about))

    def _is_of(self, call: str, request: Request | None, profile: str, endpoints: tuple[str, ...]) -> bool:
        about = request or self._kept.get(call)
        return about is not None and about.profile == profile and about.endpoint in endpoints

    def _note_open(self, call: str) -> None:
        if self.state(call).is_ended or call not in self._requests:
            self._open.pop(call, None)
        else:
            self._open.setdefault(call, None)


def seconds(value: float) -> str:
    """Return a duration as people read it: 12 ms, 4.31 s, 2 min 5 s."""
    if value < 0.1:
        return tr("{value} ms").format(value=figures.number(value * 1000, ".0f"))
    if value < 100:
        return f"{figures.number(value, '.2f')} s"
    return tr("{minutes} min {seconds} s").format(minutes=int(value // 60), seconds=int(value % 60))


def place(position: int) -> str:
    """Return a queue position in words: 0 is next, 2 is 3rd in line."""
    return place_words(position + 1)
