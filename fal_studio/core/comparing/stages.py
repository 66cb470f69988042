"""Where the time of one call went, in stages that sum to the wall clock exactly; what nobody can explain is called that."""

import itertools
from collections.abc import Iterable, Sequence

import msgspec

from fal_studio.core import events as e
from fal_studio.core.comparing.queued import Guess, guess
from fal_studio.core.events import Event, FileState
from fal_studio.core.stages import Step
from fal_studio.core.timeline import Span, spans


class Stretch(msgspec.Struct, frozen=True):
    """One stage of one call, in nanoseconds since it was started."""

    step: Step
    start_ns: int
    end_ns: int
    early_ns: int | None = None
    """Its end was seen by polling: the true moment lies between this one and `late_ns`. None: it is known."""
    late_ns: int | None = None

    @property
    def length_ns(self) -> int:
        """How long it took."""
        return self.end_ns - self.start_ns


def stages(events: Sequence[Event]) -> tuple[Stretch, ...]:
    """Return the stages of a call, from its start to the last thing that somebody waited for, without a gap.

    That is the end of the call, or the last answer of a session, and then the files of the result and their decoding, as far
    as they are there. Their lengths sum to `total_ns`.
    """
    parts = spans(tuple(events))
    if not parts:
        return ()
    found = _stages_of_call(events, parts)
    last_ns = _last_answer_ns(events)
    if last_ns is not None:
        found = _cut(found, last_ns)
    end_ns = found[-1].end_ns if found else 0
    return tuple(_joined((*found, *_home(events, end_ns))))


def total_ns(events: Sequence[Event]) -> int:
    """Return the wall clock of a call as `stages` counts it."""
    found = stages(events)
    return found[-1].end_ns if found else 0


def lengths(stretches: Iterable[Stretch]) -> dict[Step, int]:
    """Return how many nanoseconds each stage took in all."""
    found: dict[Step, int] = {}
    for stretch in stretches:
        found[stretch.step] = found.get(stretch.step, 0) + stretch.length_ns
    return found


def _stages_of_call(events: Sequence[Event], parts: Sequence[Span]) -> list[Stretch]:
    guessed = guess(events)
    found: list[Stretch] = []
    for part in parts:
        if part.step is Step.LIVE:
            found += _live(events, part)
        elif guessed is not None and part.step in (Step.QUEUE, Step.RUN, Step.AWAY):
            found += _guessed(part, guessed)
        else:
            found.append(Stretch(part.step, part.start_ns, part.end_ns))
    return _joined(found)


def _live(events: Sequence[Event], part: Span) -> list[Stretch]:
    """Split the life of a session: an input waits for its answer, or nothing is under way."""
    moments: list[tuple[int, int]] = []
    for event in events:
        if part.start_ns <= event.t_ns <= part.end_ns:
            if isinstance(event.fact, e.Sent):
                moments.append((event.t_ns, 1))
            elif isinstance(event.fact, e.Partial):
                moments.append((event.t_ns, -1))
    found: list[Stretch] = []
    waiting, start_ns = 0, part.start_ns
    for t_ns, change in moments:
        _add(found, Step.WAIT if waiting else Step.LIVE, start_ns, t_ns)
        waiting, start_ns = max(0, waiting + change), t_ns
    _add(found, Step.WAIT if waiting else Step.LIVE, start_ns, part.end_ns)
    return found


def _guessed(part: Span, known: Guess) -> list[Stretch]:
    """Cut what the server did by the best that is known of when it began and finished."""
    cuts = (
        (Step.QUEUE, known.begun_ns, known.begun),
        (Step.RUN, known.done_ns, known.done),
        (Step.SLACK, known.seen_ns, None),
    )
    found: list[Stretch] = []
    start_ns = part.start_ns
    for step, until_ns, window in cuts:
        end_ns = min(max(until_ns, start_ns), part.end_ns)
        if end_ns > start_ns:
            is_cut_here = window is not None and end_ns == until_ns and window[0] < window[1]
            early, late = window if is_cut_here and window is not None else (None, None)
            found.append(Stretch(step, start_ns, end_ns, early, late))
        start_ns = end_ns
    _add(found, Step.UNEXPLAINED, start_ns, part.end_ns)
    return found


def _last_answer_ns(events: Sequence[Event]) -> int | None:
    """Return when the last answer of a session came; closing it is nothing that anybody waits for."""
    is_session = any(isinstance(event.fact, e.Session) for event in events)
    answers = [event.t_ns for event in events if isinstance(event.fact, e.Partial)]
    return answers[-1] if is_session and answers else None


def _cut(found: Sequence[Stretch], end_ns: int) -> list[Stretch]:
    return [
        msgspec.structs.replace(one, end_ns=min(one.end_ns, end_ns)) for one in found if one.start_ns < end_ns
    ]


def _home(events: Sequence[Event], end_ns: int) -> list[Stretch]:
    """Return what happened on this side after the end of a call: files fetched and decoded, side by side."""
    taken: list[tuple[Step, int, int]] = []
    settled: set[str] = set()
    for event in events:
        match event.fact:
            case e.Download(url=url, state=state, took_s=took_s) if (
                state is not FileState.FETCHING and url not in settled
            ):
                settled.add(url)
                taken.append((Step.DOWNLOAD, max(end_ns, event.t_ns - round(took_s * 1e9)), event.t_ns))
            case e.Decoded(took_s=took_s):
                taken.append((Step.DECODE, max(end_ns, event.t_ns - round(took_s * 1e9)), event.t_ns))
            case _:
                pass
    edges = sorted({end_ns, *(edge for _step, start, end in taken for edge in (start, end) if edge > end_ns)})
    found: list[Stretch] = []
    for start_ns, until_ns in itertools.pairwise(edges):
        under_way = {step for step, start, end in taken if start <= start_ns and end >= until_ns}
        step = next((step for step in (Step.DOWNLOAD, Step.DECODE) if step in under_way), Step.UNEXPLAINED)
        _add(found, step, start_ns, until_ns)
    return found


def _add(found: list[Stretch], step: Step, start_ns: int, end_ns: int) -> None:
    if end_ns > start_ns:
        found.append(Stretch(step, start_ns, end_ns))


def _joined(found: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches with neighbours of the same stage as one."""
    joined: list[Stretch] = []
    for one in found:
        if one.length_ns <= 0:
            continue
        if joined and joined[-1].step is one.step:
            last = joined.pop()
            one = msgspec.structs.replace(one, start_ns=last.start_ns)
        joined.append(one)
    return joined
