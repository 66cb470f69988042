"""Following in the window: the call in front is watched, and a queued row names what it waits for."""

from fal_studio.app.program import Program
from fal_studio.core.call import Phase
from fal_studio.core.request import Mode, Options, Request
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

SLOW = Options(headers={"X-Emulator-Queue-Delay": "600"})
NOW_COLUMN = 4


def started(program: Program, request: Request) -> str:
    assert program.engine is not None
    call = program.engine.runner.start(request)
    program.calls.add(call, request)
    return call


def test_the_call_in_front_is_followed_most_closely(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        program = hand.program
        request = Request("emulator/image", Mode.SUBSCRIBE, {"prompt": "a lake"}, options=SLOW)
        call = started(program, request)
        assert program.engine is not None
        watched = program.engine.runner.watched
        assert watched() == frozenset()
        hand.window.follow(hand.window.tabs.current(), call)
        await until(lambda: watched() == {call})
        hand.window.open_new()
        await until(lambda: watched() == frozenset(), what="another tab is in front")
        program.engine.runner.cancel(call)
        await until(lambda: program.calls.state(call).phase is Phase.CANCELLED)

    drive(scenario)


def test_a_queued_call_names_what_it_waits_for(drive: Drive, emulator: EmulatorProcess) -> None:
    emulator.settings(slots=2)

    async def scenario(hand: Driven) -> None:
        program = hand.program
        dock = hand.window.monitor.open()
        calls = [
            started(program, Request("emulator/bench", Mode.SUBSCRIBE, {"seconds": 2 + 0.2 * (n % 3)}))
            for n in range(15)  # more than are needed to learn it, also where a machine looks seldom
        ]
        await until(lambda: program.calls.slots.known("emulator") == 2, limit_s=60)

        def words() -> list[str]:
            return [str(dock.model.index(row, NOW_COLUMN).data()) for row in range(dock.model.rowCount())]

        await until(lambda: any("for your own 2 slots" in text for text in words()), limit_s=20)
        assert program.engine is not None
        assert program.engine.runner.line.limit("emulator") is None, "what is learnt holds nothing back here"
        program.engine.runner.cancel_all()
        await until(lambda: all(program.calls.state(call).is_ended for call in calls), limit_s=30)
        # With both slots free it is the runner that is missing.
        late = Options(headers={"X-Emulator-Queue-Delay": "30"})
        lonely = started(program, Request("emulator/bench", Mode.SUBSCRIBE, {}, options=late))
        await until(lambda: any("for a runner" in text for text in words()), limit_s=20)
        program.engine.runner.cancel(lonely)
        await until(lambda: program.calls.state(lonely).is_ended, limit_s=30)

    drive(scenario)
