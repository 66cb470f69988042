"""The login manager tells of a sleep: a real service on a real bus says so, and nobody waits for the clock."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fal_studio.app import network
from fal_studio.app.logind import LogindSleep
from fal_studio.app.program import Program
from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.request import Mode, Options, Request
from fal_studio.jobs import runner
from fal_studio.jobs.sleep import SleepWatch
from fal_studio.services.emulator_process import Addresses
from fal_studio.store.paths import folders
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.login_manager import LoginManager, running
from tests.ui.window.test_keeping import lived
from tests.ui.window.test_sleep import NIGHT_S, Calendar, questions
from tests.ui.window.test_unknown import begin
from tests.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the login manager of Linux")
NEVER_LOOKED_S = 3600.0


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoginManager]:
    with running() as found:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", found.address)
        yield found


def slept(program: Program, call: str) -> list[e.Slept]:
    return [event.fact for event in program.log.of(call) if isinstance(event.fact, e.Slept)]


def test_a_wake_is_noticed_at_once(
    in_loop: InLoop,
    theme: Theme,
    addresses: Addresses,
    emulator: EmulatorProcess,
    manager: LoginManager,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    calendar = Calendar()
    watch = partial(SleepWatch, wall_s=calendar.now_s, every_s=NEVER_LOOKED_S, stands_still=True)
    monkeypatch.setattr(runner, "SleepWatch", watch)
    monkeypatch.setattr(network, "of_system", lambda: None)  # Qt keeps its own connection to the bus for ever
    waits = Options(poll_every_s=60.0, headers={"X-Emulator-Queue-Delay": "15"})

    async def act(program: Program) -> None:
        call = await begin(program, Request("emulator/bench", Mode.SUBSCRIBE, {"text": "x"}, options=waits))
        state = partial(program.calls.state, call)
        await until(lambda: state().phase is Phase.QUEUED, what="it is in line")
        await until(lambda: questions(emulator, state().request_id), what="the first question")
        before = questions(emulator, state().request_id)

        def asked_after_a_word() -> bool:
            manager.tell("wakes")  # it could not fall asleep: no time has passed
            return questions(emulator, state().request_id) > before

        await until(asked_after_a_word, what="it is asked about, as soon as the program listens")
        assert slept(program, call) == []
        manager.tell("sleeps")
        calendar.slept_s = NIGHT_S
        before = questions(emulator, state().request_id)
        manager.tell("wakes")
        await until(lambda: "slept for 7 h" in program.window.status.text, what="the window says so")
        await until(lambda: questions(emulator, state().request_id) > before, what="it is asked about")
        assert [fact.seconds for fact in slept(program, call)] == [pytest.approx(NIGHT_S, abs=5)]

    program = Program(folders(tmp_path), addresses)
    program.watches_system = True
    in_loop(lived(program, act)(), limit_s=90)


def test_only_the_login_manager_is_believed(qtbot: QtBot, manager: LoginManager) -> None:
    heard: list[str] = []
    sleep = LogindSleep()
    sleep.woke.connect(lambda: heard.append("woke"))
    try:
        # The first is heard as soon as the bus has the rule.
        qtbot.waitUntil(lambda: (manager.tell("wakes"), bool(heard))[1], timeout=20_000)
        qtbot.wait(100)
        heard.clear()
        for word in ("other", "sleeps", "wakes"):
            manager.tell(word)
        qtbot.waitUntil(lambda: bool(heard), timeout=20_000)
        qtbot.wait(100)
        assert heard == ["woke"]
    finally:
        sleep.close()


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "nonsense"])
def test_without_a_system_bus_it_is_silent(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    sleep = LogindSleep()
    sleep.woke.connect(lambda: pytest.fail("nobody told of a sleep"))
    qtbot.wait(50)
    sleep.close()
