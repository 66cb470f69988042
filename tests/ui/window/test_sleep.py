"""The machine sleeps in the middle of everything: the window says so, and each open call goes on in its own way."""

import sys
import time
from collections.abc import Callable

import pytest

from fal_studio.app.waking import slept
from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.events import SessionState
from fal_studio.core.request import Mode, Options
from fal_studio.jobs import runner
from fal_studio.jobs.sleep import SleepWatch
from fal_studio.modes import socket as sockets
from fal_studio.ui.realtime.words import words_of
from fal_studio.ui.request.draft import Draft
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_live import live
from tests.waiting import until

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", "Couldn.t (load|resolve)"),
    pytest.mark.skipif(sys.platform == "win32", reason="no process can be stopped for a while there"),
]
NIGHT_S = 7 * 3600.0


class Calendar:
    """What goes on in a sleep, while the clock of the process stands still."""

    def __init__(self) -> None:
        self.slept_s = 0.0

    def now_s(self) -> float:
        return time.time() + self.slept_s

    def watch(self, on_slept: Callable[[float, float], None]) -> SleepWatch:
        """Return what looks at it often."""
        return SleepWatch(on_slept, wall_s=self.now_s, every_s=0.1, stands_still=True)


async def queued(hand: Driven, emulator: EmulatorProcess) -> str:
    """Open a call that is asked about once a minute."""
    waits = Options(poll_every_s=60.0, headers={"X-Emulator-Queue-Delay": "15"})
    hand.window.open_draft(Draft("", "emulator/bench", Mode.SUBSCRIBE, '{"text": "waits"}', waits))
    await hand.run()
    await until(lambda: hand.state.phase is Phase.QUEUED, what="it is in line")
    await until(lambda: questions(emulator, hand.state.request_id), what="the first question")
    return hand.space.result.call


async def streamed(hand: Driven) -> str:
    """Open a stream that goes on for a while."""
    slow = Options(headers={"X-Emulator-Event-Interval": "0.5"})
    text = '{"prompt": "a boat", "num_inference_steps": 16, "image_size": "square"}'
    hand.window.open_draft(Draft("", "emulator/image", Mode.STREAM, text, slow))
    await hand.run()
    await until(lambda: hand.state.partials > 1, what="it streams", limit_s=20)
    return hand.space.result.call


def questions(emulator: EmulatorProcess, request_id: str) -> int:
    asked = emulator.requests(method="GET")
    return sum(f"{request_id}/status" in one["path"] for one in asked)


def test_a_queue_call_a_stream_and_a_session_live_through_a_sleep(
    drive: Drive, emulator: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = Calendar()
    monkeypatch.setattr(runner, "SleepWatch", calendar.watch)
    monkeypatch.setattr(sockets, "LIFE_WITHIN_S", 1.0)

    async def scenario(hand: Driven) -> None:
        window, calls = hand.window, hand.program.calls
        queue = await queued(hand, emulator)
        stream = await streamed(hand)
        desk = await live(hand)
        session = desk.session
        before = questions(emulator, calls.state(queue).request_id)
        with emulator.frozen():
            calendar.slept_s = NIGHT_S
            await until(lambda: "slept for 7 h" in window.status.text, what="the window says so")
            await until(
                lambda: session.state is SessionState.RECONNECTING, what="the dead socket is let go of"
            )
            assert any("no sign of life after this computer slept" in words for words in words_of(session))
            assert not session.paused, "it was no pause that somebody wanted"
        await until(lambda: session.state is SessionState.LIVE, what="the session is open again", limit_s=30)
        told = session.figures.answered
        desk.fields.set_value("prompt", "a house in the morning")
        await until(lambda: session.figures.answered > told, what="and answers", limit_s=20)
        await until(
            lambda: questions(emulator, calls.state(queue).request_id) > before,
            what="the queue is asked at once, not in a minute",
        )

        for call in (queue, stream):
            await until(
                lambda call=call: calls.state(call).is_ended, what="it goes on to its end", limit_s=60
            )
            assert calls.state(call).phase is Phase.DONE, calls.state(call).failure
            told_s = [event.fact.seconds for event in calls.events(call) if isinstance(event.fact, e.Slept)]
            assert told_s == [pytest.approx(NIGHT_S, abs=5)]

    drive(scenario)


@pytest.mark.parametrize(("seconds", "words"), [(40, "40 s"), (600, "10 min"), (7 * 3600, "7 h")])
def test_a_sleep_is_as_long_as_people_say_it(seconds: float, words: str) -> None:
    assert slept(seconds) == words
