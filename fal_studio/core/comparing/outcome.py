"""What came of the turns of a comparison, and the whole of it as it is kept."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from fal_studio.core import events as e
from fal_studio.core.asked import prompt_of
from fal_studio.core.call import fold
from fal_studio.core.comparing.plan import Plan, Turn
from fal_studio.core.comparing.stages import Stretch, stages
from fal_studio.core.events import Event
from fal_studio.core.kept_words import message_in_words, reason_in_words, who_in_words
from fal_studio.core.nesting import DEEPEST, is_deeper
from fal_studio.core.stages import Step
from fal_studio.core.timeline import milestones
from fal_studio.words import told, tr

FORMAT = 1
_LEVELS_OF_OURS = 10
"""Above the arguments of a request."""
MOST_RUNS = 10_000
"""Of a lane, in a comparison that is read: one from anywhere may ask for anything, and each is a call."""


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one turn. Times are nanoseconds since the call was started; None for what was not reached."""

    turn: Turn
    call: str = ""
    """By which history, results and events know it; "" for fal's own clients in comparisons of older versions."""
    stages: tuple[Stretch, ...] = ()
    total_ns: int | None = None
    """Until all was there: the result, its files, decoded."""
    first_useful_ns: int | None = None
    """Until there was something to look at: the first partial result, or all."""
    frames_ns: tuple[int, ...] = ()
    """Of a session: how long each answer took from its input."""
    started_wall_s: float = 0.0
    is_cold: bool = False
    """The server said that a runner had to be started for it."""
    failed: str = ""
    """What went wrong, in a sentence; such a turn counts in no number."""
    cost_usd: float | None = None
    """None where it is not known."""
    digest: str = ""
    """Of what came out; equal for equal bytes. "" where there is nothing to compare."""

    @property
    def compared_ns(self) -> int | None:
        """The time that lanes are compared by: of a session with several answers the middle one of theirs, else the total."""
        if self.failed:
            return None
        if len(self.frames_ns) > 1:
            later = sorted(self.frames_ns[1:])
            return later[len(later) // 2]
        held_ns = sum(one.length_ns for one in self.stages if one.step is Step.HELD)
        return None if self.total_ns is None else self.total_ns - held_ns  # our own line is no lane's fault


class Machine(msgspec.Struct, frozen=True, omit_defaults=True):
    """With what it was measured."""

    system: str = ""
    processor: str = ""
    cores: int = 0
    versions: dict[str, str] = {}
    """fal Studio, Python, the HTTP libraries, and fal's own clients if they took part."""


class Comparison(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole comparison: what was planned, in which order it was called, and what came of it."""

    id: str
    plan: Plan
    title: str = ""
    made_wall_s: float = 0.0
    ended_wall_s: float = 0.0
    """0 while it is under way."""
    order: tuple[Turn, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    """In the order in which they ended."""
    is_stopped: bool = False
    """Somebody stopped it before all turns were called."""
    forecast_usd: float | None = None
    """What it was expected to cost before it began; None where that could not be told."""
    at_once: int = 1
    """Calls under way at once. More than one would measure how they disturb each other."""
    slots: int | None = None
    """How many the account may have at once, as far as that is known."""
    machine: Machine = Machine()

    def of(self, lane: str, *, warm_ups: bool = False) -> tuple[Outcome, ...]:
        """Return the outcomes of a lane: its runs, or with `warm_ups` all."""
        return tuple(
            one for one in self.outcomes if one.turn.lane == lane and (warm_ups or not one.turn.is_warm_up)
        )

    @property
    def left(self) -> tuple[Turn, ...]:
        """The turns that have not ended."""
        ended = {one.turn for one in self.outcomes}
        return tuple(turn for turn in self.order if turn not in ended)

    @property
    def at_rest(self) -> "Comparison":
        """It as nobody works on it: what was under way when its program died was stopped after the last call that is in it."""
        if self.ended_wall_s:
            return self
        ended_s = self.made_wall_s + sum(one.total_ns or 0 for one in self.outcomes) / 1e9
        return msgspec.structs.replace(self, ended_wall_s=max(ended_s, 1.0), is_stopped=bool(self.left))


def typical(outcomes: Sequence[Outcome]) -> Outcome | None:
    """Return the run in the middle of the good ones by the time they are compared by; None without a good one."""
    good = [one for one in outcomes if one.compared_ns is not None and one.stages]
    good.sort(key=lambda one: one.compared_ns or 0)
    return good[(len(good) - 1) // 2] if good else None


class Row(msgspec.Struct, frozen=True):
    """A kept comparison in a list."""

    id: str
    title: str
    made_wall_s: float
    lanes: int
    runs: int
    is_stopped: bool = False
    endpoints: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Of its lanes."""
    prompt: str = ""
    """The beginning of what was asked in words, on one line."""


def row_of(kept: Comparison) -> Row:
    """Return a comparison as a row of a list."""
    called = kept.plan.called or kept.plan.lanes
    return Row(
        kept.id,
        kept.title,
        kept.made_wall_s,
        len(kept.plan.called),
        kept.plan.runs,
        kept.is_stopped,
        tuple(dict.fromkeys(lane.request.endpoint for lane in called)),
        tuple(dict.fromkeys(lane.name for lane in called)),
        prompt_of(called[0].request.arguments) if called else "",
    )


_COLD = re.compile(
    r"runner is (now )?ready|cold (start|boot)|start(ing|ed) (a |the )?(new )?(runner|machine|container)|boot(ing|ed)\b",
    re.IGNORECASE,
)


def outcome_of(
    turn: Turn, events: Sequence[Event], cost_usd: float | None = None, digest: str = ""
) -> Outcome:
    """Return what came of a call that has ended and whose files are here, as far as they will be."""
    state = fold(tuple(events))
    found = stages(events)
    total_ns = found[-1].end_ns if found else None
    failed = "" if state.output is not None or _has_answers(events) else _failure(events)
    first_partial_ns = milestones(tuple(events)).first_partial_ns
    return Outcome(
        turn,
        state.call,
        found,
        None if failed else total_ns,
        None if failed else first_partial_ns if first_partial_ns is not None else total_ns,
        () if failed else frames_ns(events),
        state.started_wall_s,
        is_cold(events),
        failed,
        cost_usd,
        digest,
    )


def frames_ns(events: Sequence[Event]) -> tuple[int, ...]:
    """Return how long each answer of a session took from the input that it answers, in order."""
    if not any(isinstance(event.fact, e.Session) for event in events):
        return ()
    sent: list[int] = [event.t_ns for event in events if isinstance(event.fact, e.Sent)]
    answers = [event.t_ns for event in events if isinstance(event.fact, e.Partial)]
    return tuple(answer - asked for asked, answer in zip(sent, answers, strict=False))


def is_cold(events: Sequence[Event]) -> bool:
    """Whether the server's log says that a runner had to be started for the call."""
    return any(isinstance(event.fact, e.Log) and _COLD.search(event.fact.message) for event in events)


def _has_answers(events: Sequence[Event]) -> bool:
    is_good = any(isinstance(event.fact, e.Output | e.Closed) for event in events)
    return is_good and any(isinstance(event.fact, e.Partial) for event in events)


def _failure(events: Sequence[Event]) -> str:
    for event in reversed(events):
        match event.fact:
            case e.Failed(message=message):
                return message
            case e.Cancelled(by=by, note=note):
                part = f", {told(note)}" if note else ""
                return tr("Cancelled by {by}{part}.").format(by=who_in_words(by), part=part)
            case e.Unknown(why=why):
                return message_in_words(why)
            case e.Closed(reason=reason):
                return tr("The session was closed without an answer{part}.").format(
                    part=f": {reason_in_words(reason)}" if reason else ""
                )
            case _:
                pass
    return tr("It has not ended.")


def write(comparison: Comparison) -> bytes:
    """Return it as JSON, as it is kept."""
    return msgspec.json.encode({"fal-studio-comparison": FORMAT, "comparison": comparison})


def read(data: bytes) -> Comparison:
    """Read what `write` wrote; raises ValueError for anything else, and for what could not have been called like that."""
    try:
        document = msgspec.json.decode(data, type=dict[str, Any])
        if document.get("fal-studio-comparison") != FORMAT:
            raise ValueError(tr("this is no comparison of fal Studio, or one of a newer version"))
        if is_deeper(document, DEEPEST + _LEVELS_OF_OURS):
            raise ValueError(tr("it is nested too deeply"))
        found = msgspec.convert(document["comparison"], Comparison, strict=False)
    except RecursionError as error:
        raise ValueError(tr("it is nested too deeply")) from error
    except (msgspec.MsgspecError, KeyError) as error:
        raise ValueError(tr("this comparison cannot be read: {error}").format(error=error)) from error
    _check(found)
    return found


def _check(comparison: Comparison) -> None:
    plan = comparison.plan
    if not (0 <= plan.runs <= MOST_RUNS and 0 <= plan.warm_ups <= MOST_RUNS and 0 < plan.frames <= MOST_RUNS):
        raise ValueError(
            tr("no lane of a comparison is called more than {most} times").format(most=MOST_RUNS)
        )
    lanes = {lane.id for lane in plan.lanes}
    turns = (*comparison.order, *(one.turn for one in comparison.outcomes))
    if len(lanes) < len(plan.lanes) or not all(turn.lane in lanes for turn in turns):
        raise ValueError(tr("its lanes and its calls do not belong together"))
