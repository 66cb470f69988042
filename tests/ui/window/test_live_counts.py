"""What the numbers of the live desk say against what a server really did: counts to the last input, times by its clock."""

import json
import statistics
from collections.abc import Generator

import pytest
import websockets

from fal_studio.core import events as e
from fal_studio.core.realtime.pacing import Policy
from fal_studio.core.realtime.recording import Input, Outcome
from fal_studio.ui.realtime.desk import LiveDesk
from tests.ui.window import realtime_server
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_live_faults import FIELDS, MINE, at_server, begin, stopped
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "Couldn.t (load|resolve)")
STROKE = 23
EVERY_NS = 8_000_000


@pytest.fixture(scope="module")
def server() -> Generator[str]:
    with realtime_server.running() as base:
        yield base


async def told_by(base: str) -> dict[str, int]:
    async with websockets.connect(f"{base.replace('http', 'ws', 1)}/counts/realtime") as socket:
        return json.loads(await socket.recv())


async def replayed(desk: LiveDesk, policy: Policy) -> Outcome:
    """Send a stroke of known inputs by a policy, and return what the desk says became of it."""
    outcomes: list[Outcome] = []
    desk.session.replayed.connect(outcomes.append)
    desk.change_rule("policy", policy)
    script = tuple(
        Input(number * EVERY_NS, {"prompt": f"stroke {number}", "request_id": "of then"})
        for number in range(STROKE)
    )
    desk.session.replay(script, lambda one: dict(one.payload))
    await until(lambda: outcomes, what=f"{policy} is through", limit_s=30)
    desk.session.replayed.disconnect(outcomes.append)
    await until(lambda: not desk.session.is_on, what="the session is over")
    return outcomes[0]


def test_counts_are_exact_under_every_policy(drive: Drive, server: str) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await at_server(hand, server)
        desk.show_endpoint("paced", MINE, FIELDS, {}, [])
        desk.change_rule("deadline_s", 2.0)  # far from what a busy machine makes of the slowest answer
        for policy in Policy:
            ours, theirs = await replayed(desk, policy), await told_by(server)
            assert ours.policy == policy
            assert (ours.sent, ours.answered, ours.lost) == (
                theirs["received"],
                theirs["answered"],
                theirs["dropped"],
            ), policy
            assert ours.changes == STROKE == ours.sent + ours.superseded, policy
            if policy is Policy.EVERY:
                assert (ours.sent, ours.lost) == (STROKE, STROKE // realtime_server.DROPS_EVERY)

    drive(scenario)


def test_round_trips_are_the_servers_own_times(drive: Drive, server: str) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await at_server(hand, server)
        session = desk.session
        desk.change_rule("policy", Policy.WAIT)
        begin(desk, "measured")
        await until(lambda: session.figures.answered > 0, limit_s=20)
        for number in range(60):
            before = session.figures.answered
            desk.fields.set_value("prompt", f"stroke {number}")
            await until(lambda before=before: session.figures.answered > before, what="it is answered")
        events = hand.program.calls.events(session.call)
        held = [event.fact.payload["held_ms"] for event in events if isinstance(event.fact, e.Partial)]
        trips = [trip.ms for trip in session.figures.trips()]
        assert len(trips) == len(held) == 61
        # The way there and back, and whatever the window did meanwhile. The bench holds the quantiles to 2 ms.
        over = [ours - theirs for ours, theirs in zip(trips, held, strict=True)]
        # How busy the machine is shows in most of them, and not in the quickest.
        assert 0 < min(over) < 50
        shown = session.figures.quantiles()
        await until(
            lambda: desk.numbers.quantiles["p50"].text() == f"{session.figures.quantiles().p50:.0f} ms"
        )
        assert shown is not None
        assert shown.p50 == pytest.approx(statistics.median(trips))
        await stopped(desk)

    drive(scenario)
