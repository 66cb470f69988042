"""Nothing is paid for twice unasked: the same request, open or just done, asks in the tab, by keyboard alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from fal_studio.app.program import Program
from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.request import Mode, Options, Request
from fal_studio.services.emulator_process import Addresses
from fal_studio.store.paths import folders
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import CTRL, Drive, Driven, Scenario
from tests.ui.window.test_keeping import lived
from tests.waiting import until

BENCH = "emulator/bench"
IMAGE = "emulator/image"
SLOW = '{"text": "twice", "seconds": 600}'


def posts(emulator: EmulatorProcess, since: int, path: str = BENCH) -> int:
    return len([item for item in emulator.requests(since, method="POST") if path in item["path"]])


def opened(it: Driven, text: str, mode: Mode = Mode.SUBSCRIBE, endpoint: str = BENCH) -> Workspace:
    it.window.open_draft(Draft("Twice", endpoint, mode, text))
    return it.space


@pytest.fixture(autouse=True)
def slots(emulator: EmulatorProcess) -> None:
    emulator.settings(slots=32)


@pytest.fixture
def driven(drive: Drive) -> Drive:
    """Run a scenario and leave nothing running at the server."""

    def run(scenario: Scenario) -> None:
        async def whole(it: Driven) -> None:
            await scenario(it)
            engine, calls = it.program.engine, it.program.calls
            assert engine is not None
            for call in calls.open_ids():
                engine.cancel(call, calls.request(call))
            await until(lambda: not calls.open_ids(), what="nothing is left open", limit_s=20)

        drive(whole)

    return run


async def press_run(it: Driven) -> None:
    it.space.editor.focus_main()
    await it.key(Qt.Key.Key_Return, CTRL)


async def asked(space: Workspace) -> str:
    await until(lambda: space.question.asked is not None, what="it asks")
    await until(lambda: space.question.is_sure, what="it has stood long enough to be read")
    assert space.question.isVisible()
    return space.question.text


def test_an_open_one_asks_and_a_second_press_runs_anyway(driven: Drive, emulator: EmulatorProcess) -> None:
    since = emulator.last()

    async def scenario(it: Driven) -> None:
        space = opened(it, SLOW)
        await press_run(it)
        await until(lambda: space.result.call, what="the first call")
        first = space.result.call
        await until(lambda: it.state.phase is Phase.RUNNING, what="it runs")
        await press_run(it)
        assert "The same request has been running for" in await asked(space)
        assert posts(emulator, since) == 1
        await press_run(it)
        await until(lambda: space.result.call not in ("", first), what="the second call")
        assert not space.question.isVisible()
        await until(lambda: it.state.phase is Phase.RUNNING, what="it runs too")
        assert posts(emulator, since) == 2
        await it.key(Qt.Key.Key_Escape)

    driven(scenario)


def test_a_key_pressed_twice_at_once_runs_once(driven: Drive, emulator: EmulatorProcess) -> None:
    since = emulator.last()

    async def scenario(it: Driven) -> None:
        space = opened(it, SLOW)
        for _ in range(3):
            await press_run(it)
        await until(lambda: space.result.call, what="the call")
        for _ in range(3):
            await press_run(it)
        await asked(space)
        assert posts(emulator, since) == 1

    driven(scenario)


def test_escape_takes_the_question_back_and_leaves_the_call_alone(
    driven: Drive, emulator: EmulatorProcess
) -> None:
    async def scenario(it: Driven) -> None:
        space = opened(it, SLOW)
        await press_run(it)
        await until(lambda: it.state.phase is Phase.RUNNING, what="it runs")
        await press_run(it)
        await asked(space)
        await it.key(Qt.Key.Key_Escape)
        assert space.question.asked is None
        assert not space.question.isVisible()
        assert not any(
            isinstance(event.fact, e.CancelRequested) for event in it.program.log.of(space.result.call)
        )
        await it.key(Qt.Key.Key_Escape)
        await until(
            lambda: it.state.phase in (Phase.CANCEL_REQUESTED, Phase.CANCELLED), what="the second one cancels"
        )

    driven(scenario)


def test_an_edit_takes_the_question_back(driven: Drive, emulator: EmulatorProcess) -> None:
    async def scenario(it: Driven) -> None:
        space = opened(it, SLOW)
        await press_run(it)
        await until(lambda: it.state.phase is Phase.RUNNING, what="it runs")
        await press_run(it)
        await asked(space)
        assert space.document.set_value("text", "another")
        assert space.question.asked is None

    driven(scenario)


def test_a_finished_one_with_a_fixed_seed_offers_its_result(driven: Drive, emulator: EmulatorProcess) -> None:
    since = emulator.last()

    async def scenario(it: Driven) -> None:
        text = '{"prompt": "a fox", "seed": 5, "image_size": {"width": 64, "height": 64}}'
        space = opened(it, text, Mode.RUN, IMAGE)
        await press_run(it)
        await it.shown()
        first = space.result.call
        other = opened(it, text, Mode.RUN, IMAGE)
        assert other is not space
        await press_run(it)
        words = await asked(other)
        assert "was done" in words
        assert "would give the same again" in words
        show = next(button for button in _buttons(other) if button.text() == "Show its result")
        show.setFocus()
        await it.key(Qt.Key.Key_Space)
        await until(lambda: it.space.result.call == first, what="the first result is in front")
        assert posts(emulator, since, IMAGE) == 1

    driven(scenario)


def test_a_variation_is_never_asked_about(driven: Drive, emulator: EmulatorProcess) -> None:
    since = emulator.last()

    async def scenario(it: Driven) -> None:
        space = opened(it, '{"prompt": "a fox", "image_size": {"width": 64, "height": 64}}', Mode.RUN, IMAGE)
        for count in (1, 2, 3):
            before = space.result.call
            await press_run(it)
            await until(lambda before=before: space.result.call != before, what="a call")
            await it.shown()
            assert posts(emulator, since, IMAGE) == count

    driven(scenario)


def test_a_failed_one_is_sent_again_without_a_question(driven: Drive, emulator: EmulatorProcess) -> None:
    since = emulator.last()

    async def scenario(it: Driven) -> None:
        space = opened(it, '{"count": -1}', Mode.RUN)
        for count in (1, 2):
            before = space.result.call
            await press_run(it)
            await until(lambda before=before: space.result.call != before, what="a call")
            await it.ended()
            assert it.state.phase is Phase.FAILED
            assert posts(emulator, since) == count

    driven(scenario)


@pytest.mark.parametrize("phase", ["open", "done"])
def test_it_also_asks_about_calls_of_the_window_before(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path, phase: str
) -> None:
    since = emulator.last()
    delay = {"X-Emulator-Queue-Delay": "600"} if phase == "open" else {}
    request = Request(BENCH, Mode.SUBSCRIBE, {"text": phase, "seed": 1}, options=Options(headers=delay))

    def sent(program: Program) -> bool:
        wanted = e.Enqueued if phase == "open" else e.Output
        call = program.window.workspace.result.call
        return any(isinstance(event.fact, wanted) for event in program.log.of(call))

    async def first(program: Program) -> None:
        program.window.run_wanted.emit(program.window.tabs.current(), request)
        await until(lambda: sent(program), limit_s=20)

    async def second(program: Program) -> None:
        space = program.window.workspace
        program.window.run_wanted.emit(program.window.tabs.current(), request)
        words = await asked(space)
        assert ("was done" if phase == "done" else "has been") in words
        space.question.anyway_wanted.emit()
        await until(lambda: sent(program), limit_s=20)

    in_loop(lived(Program(folders(tmp_path), addresses), first)(), limit_s=60)
    in_loop(lived(Program(folders(tmp_path), addresses), second)(), limit_s=60)
    assert posts(emulator, since) == 2


def test_a_retry_in_the_list_asks_in_a_tab_of_its_own(driven: Drive, emulator: EmulatorProcess) -> None:
    since = emulator.last()

    async def scenario(it: Driven) -> None:
        space = opened(it, SLOW)
        await press_run(it)
        await until(lambda: it.state.phase is Phase.RUNNING, what="it runs")
        request = it.program.calls.request(space.result.call)
        it.window.commands.run_wanted.emit(request)
        await until(lambda: it.space is not space, what="a tab that asks")
        assert "has been running" in await asked(it.space)
        assert posts(emulator, since) == 1

    driven(scenario)


def _buttons(space: Workspace) -> list:
    from fal_studio.ui.widgets.buttons import Button

    return space.question.findChildren(Button)
