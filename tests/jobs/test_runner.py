"""The call runner: one end whatever happens, intent before the network, bugs contained; and the latest of a slot."""

import asyncio
import gc
import logging

import pytest

from fal_studio.core import events as e
from fal_studio.core.events import Charged, FailureKind
from fal_studio.core.log import EventLog
from fal_studio.core.request import Mode, Request
from fal_studio.jobs import runner as jobs
from fal_studio.jobs.latest import Latest
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import Access, CallError
from tests.emulator_process import KEY, start_emulator
from tests.modes.stage import Stage, end_of, profile_at, profile_of, stage, until_fact
from tests.waiting import until

BENCH = "emulator/bench"
NOWHERE = profile_at("http://127.0.0.1:9")


@pytest.fixture(scope="module")
def emulator():
    with start_emulator("--cold-start", "0", "--speed", "20") as it:
        yield it


def test_the_wish_is_written_down_before_anything_is_sent(in_plain_loop, emulator) -> None:
    written = asyncio.Event()

    async def main() -> None:
        it = Stage(profile_of(emulator))

        async def write(call: str, request: Request) -> None:
            assert request.endpoint == BENCH
            await written.wait()

        it.runner = CallRunner(it.log, it._access, it.keep, before_start=write)
        async with it.runner:
            call = it.start(BENCH, Mode.RUN, {})
            await asyncio.sleep(0.05)
            assert [type(event.fact) for event in it.log.of(call)] == [e.Started]
            written.set()
            await it.runner.finished(call)
            assert isinstance(end_of(it.facts(call)), e.Output)

    in_plain_loop(main())


def test_a_bug_ends_its_own_call_and_no_other(in_plain_loop, emulator, monkeypatch, caplog) -> None:
    async def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("a mistake of ours 0123456789abcdef")

    monkeypatch.setitem(jobs._WORK, Mode.STREAM, broken)
    caplog.set_level(logging.CRITICAL, logger="fal_studio.jobs")

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            good = it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 2})
            facts = await it.call(BENCH, Mode.STREAM, {})
            await it.runner.finished(good)
            end = end_of(facts)
            assert end.kind is FailureKind.BUG
            assert "ZeroDivisionError" in end.message
            assert "a mistake of ours" in end.body
            assert isinstance(end_of(it.facts(good)), e.Output)

    in_plain_loop(main())


def test_a_call_cancelled_before_it_began_costs_nothing(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.RUN, {})
            it.runner.cancel(call, "user")
            await it.runner.finished(call)
            assert [type(fact) for fact in it.facts(call)] == [e.Started, e.CancelRequested, e.Cancelled]
            assert end_of(it.facts(call)).charged is Charged.NO

    in_plain_loop(main())
    assert emulator.last() == since


def test_a_profile_that_cannot_be_had_ends_the_call_with_its_reason(in_plain_loop) -> None:
    log = EventLog()

    async def no_access(name: str) -> Access:
        raise CallError(
            e.Failed(FailureKind.AUTH, f"The key of {name} is locked away.", "Unlock the keyring.")
        )

    async def main() -> None:
        async with CallRunner(log, no_access, lambda _data, _type: None) as runner:
            call = runner.start(Request("a/b", Mode.RUN, {}, "work"))
            await runner.finished(call)
            assert log.of(call)[-1].fact.message == "The key of work is locked away."

    in_plain_loop(main())


def test_names_may_be_given_and_are_unique_otherwise(in_plain_loop) -> None:
    async def main() -> None:
        async with stage(NOWHERE) as it:
            request = it.request(BENCH, Mode.RUN)
            assert it.runner.start(request, call="mine") == "mine"
            assert it.runner.start(request) != it.runner.start(request)
            assert len(it.runner.running()) == 3
            for call in it.runner.running():
                await it.runner.finished(call)
            assert it.runner.running() == ()

    in_plain_loop(main())


def test_many_calls_at_once_keep_their_facts_apart(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            calls = {it.start(BENCH, Mode.RUN, {"text": str(n)}): str(n) for n in range(40)}
            for call, text in calls.items():
                await it.runner.finished(call)
                assert end_of(it.facts(call)).payload["echo"]["text"] == text

    in_plain_loop(main())


def test_what_is_not_running_takes_no_orders(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            assert not it.runner.cancel("nobody")
            assert not it.runner.send("nobody", {})
            assert not it.runner.hang_up("nobody")
            call = it.start(BENCH, Mode.RUN, {})
            assert not it.runner.send(call, {})
            await it.runner.finished(call)
            assert not it.runner.cancel(call)
            with pytest.raises(LookupError, match="never taken by a queue"):
                it.runner.resume(call, it.request_of(call))

    in_plain_loop(main())


def test_an_end_is_the_last_word(in_plain_loop, emulator, monkeypatch) -> None:
    async def talkative(_request, _http, _tools, emit) -> None:
        emit(e.Output({}))
        emit(e.Failed(FailureKind.BUG, "late"))
        emit(e.Log("later"))

    monkeypatch.setitem(jobs._WORK, Mode.RUN, talkative)

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(BENCH, Mode.RUN, {})
            assert [type(fact) for fact in facts] == [e.Started, e.Output]

    in_plain_loop(main())


def test_a_mode_that_forgets_its_end_is_a_bug(in_plain_loop, emulator, monkeypatch) -> None:
    async def silent(*_arguments: object) -> None:
        return

    monkeypatch.setitem(jobs._WORK, Mode.RUN, silent)

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            assert end_of(await it.call(BENCH, Mode.RUN, {})).kind is FailureKind.BUG

    in_plain_loop(main())


def test_the_programs_end_ends_every_call(in_plain_loop, emulator) -> None:
    async def main() -> Stage:
        async with stage(profile_of(emulator)) as it:
            calls = [it.start(BENCH, mode, {"seconds": 60, "rate": 1, "count": 100}) for mode in Mode]
            await until_fact(it, calls[1], lambda fact: isinstance(fact, e.Enqueued))
            await until_fact(it, calls[2], lambda fact: isinstance(fact, e.Detached))
        for call in calls:
            facts = it.facts(call)
            assert isinstance(facts[-1], e.Cancelled | e.Detached), facts[-1]
        return it

    it = in_plain_loop(main())
    assert len(it.log.calls()) == 5


def test_a_key_that_changes_gets_a_client_of_its_own(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator), "nonsense") as it:
            assert end_of(await it.call(BENCH, Mode.RUN, {})).kind is FailureKind.AUTH
            it.key = KEY
            assert isinstance(end_of(await it.call(BENCH, Mode.RUN, {})), e.Output)

    in_plain_loop(main())


def test_work_that_is_replaced_before_it_began_says_nothing(in_plain_loop) -> None:
    done: list[str] = []

    async def work(name: str) -> None:
        done.append(name)

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            latest = Latest(group)
            latest.start("slot", work("first"))
            latest.start("slot", work("second"))

    in_plain_loop(main())
    gc.collect()  # a warning about the first one would be an error here
    assert done == ["second"]


def test_new_work_in_a_slot_cancels_the_old(in_plain_loop, caplog) -> None:
    done: list[str] = []

    async def work(name: str, seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
            done.append(name)
        except asyncio.CancelledError:
            done.append(f"{name} cancelled")
            raise

    async def broken() -> None:
        raise ValueError("in a slot")

    caplog.set_level(logging.CRITICAL, logger="fal_studio.jobs")

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            latest = Latest(group)
            latest.start("schema", work("old", 60))
            await asyncio.sleep(0)
            latest.start("schema", work("new", 0.01))
            latest.start("other", broken())
            assert latest.is_busy("schema")
            await until(lambda: not latest.is_busy("schema"))
            latest.start("schema", work("last", 60))
            await asyncio.sleep(0)
            latest.cancel_all()
        assert done == ["old cancelled", "new", "last cancelled"]

    in_plain_loop(main())


def test_a_slot_is_free_as_soon_as_its_work_has_ended(in_plain_loop) -> None:
    seen: list[bool] = []

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            latest = Latest(group)

            async def work() -> None:
                seen.append(latest.is_busy("slot"))
                # Comes before whoever is told that the task is done.
                asyncio.get_running_loop().call_soon(lambda: seen.append(latest.is_busy("slot")))

            latest.start("slot", work())
            await until(lambda: len(seen) == 2)

    in_plain_loop(main())
    assert seen == [True, False]
