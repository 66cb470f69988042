"""Comparisons as values, for tests of what shows them."""

from fal_studio.core.comparing.analysis import Analysis, LaneNumbers
from fal_studio.core.comparing.lanes import Facts, lanes_for
from fal_studio.core.comparing.outcome import Comparison, Outcome
from fal_studio.core.comparing.plan import Plan, Turn, order
from fal_studio.core.comparing.stages import Stretch
from fal_studio.core.request import Mode, Request
from fal_studio.core.stages import Step

MS = 1_000_000
REQUEST = Request("emulator/image", Mode.SUBSCRIBE, {"prompt": "a lighthouse", "seed": 7})
_FACTS = Facts(is_near=True, unsupported={Mode.STREAM: "no /stream path in this endpoint's schema"})
_QUEUE = ((Step.PREPARE, 5), (Step.CONNECT, 70), (Step.SUBMIT, 80), (Step.QUEUE, 170), (Step.RUN, 590), (Step.SLACK, 220),
          (Step.FETCH, 100), (Step.DOWNLOAD, 60), (Step.DECODE, 12))  # fmt: skip
_DIRECT = ((Step.PREPARE, 5), (Step.CONNECT, 70), (Step.WAIT, 590), (Step.DOWNLOAD, 60), (Step.DECODE, 12))


def plan(runs: int = 5) -> Plan:
    return Plan(lanes_for(REQUEST, _FACTS), runs=runs, seed=3)


def stretches(parts: tuple[tuple[Step, int], ...], more_ms: int = 0) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    at = 0
    for step, took_ms in parts:
        end = at + (took_ms + (more_ms if step in (Step.RUN, Step.WAIT) else 0)) * MS
        is_guessed = step is Step.RUN and parts is _QUEUE
        found.append(
            Stretch(
                step, at, end, end - 80 * MS if is_guessed else None, end + 150 * MS if is_guessed else None
            )
        )
        at = end
    return tuple(found)


def outcome(turn: Turn, number: int) -> Outcome:
    is_queue = turn.lane in ("subscribe_poll", "subscribe_stream", "submit")
    found = stretches(_QUEUE if is_queue else _DIRECT, more_ms=(number * 37) % 90)
    total = found[-1].end_ns
    return Outcome(
        turn, f"call-{turn.lane}-{turn.index}", found, total, total, cost_usd=0.0008, digest="same"
    )


def comparison(runs: int = 5, failing: str = "") -> Comparison:
    planned = plan(runs)
    turns = order(planned)
    outcomes = tuple(
        Outcome(turn, f"bad-{turn.index}", failed="The server did not answer.")
        if turn.lane == failing
        else outcome(turn, n)
        for n, turn in enumerate(turns)
    )
    return Comparison(
        "comparison-1", planned, "a lighthouse", 1_790_000_000.0, 1_790_000_100.0, turns, outcomes
    )


def analysis(of: Comparison) -> Analysis:
    numbers: list[LaneNumbers] = []
    for lane in of.plan.lanes:
        good = sorted(one.total_ns / 1e9 for one in of.of(lane.id) if one.total_ns is not None)
        failed = sum(bool(one.failed) for one in of.of(lane.id))
        middle = good[len(good) // 2] if good else None
        numbers.append(
            LaneNumbers(
                lane.id,
                len(good),
                failed,
                0,
                middle,
                middle,
                good[-1] if good else None,
                cost_usd=0.0008 if good else None,
            )
        )
    best = {"first_useful_s": ("run",), "median_s": ("run",)}
    return Analysis(
        tuple(numbers),
        (),
        best,
        "run answers 0.40-0.55 s sooner than submit (95 %).",
        ("HTTP over WebSocket against run: not enough runs to tell, try 14 more.",),
        14,
    )
