"""Calls in line on this side: a limit, a pause, another order, a free cancel, and what a restart finds."""

import asyncio

import pytest

from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.events import Charged, HeldFor
from fal_studio.core.line import Move
from fal_studio.core.request import Mode, Request
from fal_studio.jobs import cancelling
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import Access
from tests.emulator_process import start_emulator
from tests.modes.stage import Stage, end_of, of_kind, profile_of, stage, until_fact
from tests.waiting import until

BENCH = "emulator/bench"
LONG = {"seconds": 600}


@pytest.fixture(scope="module")
def emulator():
    with start_emulator("--cold-start", "0", "--speed", "20", "--slots", "8") as it:
        yield it


def submits(emulator, since: int) -> list[str]:
    """The texts of the requests that arrived at the queue, in their order."""
    return [request["body"] for request in emulator.requests(since, method="POST")]


def state(it: Stage, call: str):
    return fold(it.log.of(call))


def test_a_limit_holds_calls_back_and_lets_them_go_in_their_order(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.runner.line.set_limit("emulator", 2)
            calls = [it.start(BENCH, Mode.SUBSCRIBE, {"text": str(n), "seconds": 1}) for n in range(6)]
            assert it.runner.line.waiting() == tuple(calls[2:])
            assert state(it, calls[2]).phase is Phase.WAITING
            assert state(it, calls[2]).waiting_why == "waiting for your own 2 slots"
            assert state(it, calls[0]).waiting_why == ""
            most = 0

            def count(_event: e.Event) -> None:
                nonlocal most
                phases = [state(it, call).phase for call in calls]
                most = max(
                    most, sum(phase in (Phase.SUBMITTED, Phase.QUEUED, Phase.RUNNING) for phase in phases)
                )

            it.log.subscribe(count)
            for n, call in enumerate(calls):
                await it.runner.finished(call)
                assert end_of(it.facts(call)).payload["echo"]["text"] == str(n)
                assert len(of_kind(it.facts(call), e.Released)) == (n >= 2)
            assert most == 2

    in_plain_loop(main())
    assert [f'"{n}"' in body for n, body in enumerate(submits(emulator, since))] == [True] * 6


def test_a_call_cancelled_in_line_costs_nothing_and_is_never_sent(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.runner.line.set_limit("emulator", 1)
            first = it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 40})
            second = it.start(BENCH, Mode.SUBSCRIBE, {"text": "never"})
            await until_fact(it, first, lambda fact: isinstance(fact, e.Enqueued))
            assert it.runner.cancel(second)
            await it.runner.finished(second)
            assert end_of(it.facts(second)) == e.Cancelled("user", Charged.NO, "before it was sent")
            await it.runner.finished(first)

    in_plain_loop(main())
    assert len(submits(emulator, since)) == 1


def test_a_call_cancelled_in_line_is_not_let_go_in_the_same_turn(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.runner.line.pause()
            call = it.start(BENCH, Mode.RUN, {})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Held))
            assert it.runner.cancel(call)
            it.runner.line.resume()
            await it.runner.finished(call)
            assert not of_kind(it.facts(call), e.Released)
            assert isinstance(end_of(it.facts(call)), e.Cancelled)

    in_plain_loop(main())


def test_a_pause_holds_new_calls_back_while_others_go_on(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            before = it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 1})
            it.runner.line.pause()
            assert it.runner.line.is_paused()
            after = it.start(BENCH, Mode.RUN, {"text": "after"})
            await it.runner.finished(before)
            assert isinstance(end_of(it.facts(before)), e.Output)
            assert state(it, after).waiting_why == "sending is paused"
            assert len(submits(emulator, since)) == 1
            it.runner.line.resume()
            await it.runner.finished(after)
            assert isinstance(end_of(it.facts(after)), e.Output)

    in_plain_loop(main())


def test_the_wish_is_on_disk_before_it_waits_and_the_ticket_before_it_is_followed(
    in_plain_loop, emulator
) -> None:
    noted: list[tuple[str, type]] = []

    async def main() -> None:
        it = Stage(profile_of(emulator))

        async def write(call: str) -> None:
            noted.append((call, type(it.log.of(call)[-1].fact)))

        it.runner = CallRunner(it.log, it._access, it.keep, before_start=it._intend, noted=write)
        async with it.runner:
            it.runner.line.pause()
            call = it.start(BENCH, Mode.SUBSCRIBE)
            await until(lambda: it.intended == [call])
            it.runner.line.resume()
            await it.runner.finished(call)
        assert noted == [(call, e.Enqueued)]

    in_plain_loop(main())


def test_the_order_of_those_that_wait_can_be_changed(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.runner.line.set_limit("emulator", 1)
            it.runner.line.pause()
            a, b, c = (it.start(BENCH, Mode.RUN, {"text": text}) for text in "abc")
            front = it.runner.start(it.request(BENCH, Mode.RUN, {"text": "front"}), in_front=True)
            it.requests[front] = it.request(BENCH, Mode.RUN)
            assert it.runner.line.move(c, Move.UP)
            assert it.runner.line.waiting() == (front, a, c, b)
            assert it.runner.line.place(c) == 2
            assert [state(it, call).held_order for call in (front, a, c, b)] == sorted(
                state(it, call).held_order for call in (front, a, c, b)
            )
            it.runner.line.resume()
            for call in (front, a, b, c):
                await it.runner.finished(call)
            assert not it.runner.line.move(c, Move.UP)

    in_plain_loop(main())
    order = [body.split('"')[3] for body in submits(emulator, since)]
    assert order == ["front", "a", "c", "b"]


def test_a_realtime_session_neither_waits_nor_counts(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.runner.line.set_limit("emulator", 1)
            session = it.start(BENCH, Mode.REALTIME, {})
            call = it.start(BENCH, Mode.RUN, {})
            assert it.runner.line.waiting() == ()
            it.runner.line.pause()
            other = it.start(BENCH, Mode.REALTIME, {})
            assert it.runner.line.waiting() == ()
            for one in (session, other):
                it.runner.hang_up(one)
                await it.runner.finished(one)
            await it.runner.finished(call)

    in_plain_loop(main())


def test_calls_that_are_taken_up_count_among_those_under_way(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.runner.line.set_limit("emulator", 2)
            request = Request(BENCH, Mode.SUBSCRIBE, {})
            known = [it.runner.follow_id(request, "of-nobody")]
            ticket = e.Enqueued("of-nobody", *(f"{emulator.queue}/{BENCH}/{end}" for end in "src"))
            known.append(it.runner.follow(request, ticket))
            waits = it.start(BENCH, Mode.RUN, {})
            assert it.runner.line.waiting() == (waits,)
            for call in (*known, waits):
                await it.runner.finished(call)
            assert isinstance(end_of(it.facts(waits)), e.Output), "their places are free again"

    in_plain_loop(main())


def test_one_call_can_be_sent_before_its_turn(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.runner.line.pause()
            waits, goes = it.start(BENCH, Mode.RUN, {}), it.start(BENCH, Mode.RUN, {})
            assert it.runner.line.release(goes)
            assert not it.runner.line.release(goes)
            await it.runner.finished(goes)
            assert isinstance(end_of(it.facts(goes)), e.Output)
            assert it.runner.line.waiting() == (waits,)
            it.runner.cancel(waits)
            await it.runner.finished(waits)

    in_plain_loop(main())


def test_a_call_that_was_never_sent_waits_again_after_a_restart_and_for_a_word(
    in_plain_loop, emulator
) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.runner.line.set_limit("emulator", 1)
            it.start(BENCH, Mode.SUBSCRIBE, LONG)
            calls = [it.start(BENCH, Mode.RUN, {"text": text}) for text in ("x", "y")]
            await until(lambda: len(it.intended) == 3)
        for call in calls:
            assert [type(fact) for fact in it.facts(call)] == [e.Started, e.Held]
            assert state(it, call).held_for is HeldFor.SLOT
        async with stage(profile_of(emulator)) as later:
            for call in reversed(calls):
                later.log.restore(list(it.log.of(call)))
                later.runner.wait_again(call, it.request_of(call), state(it, call).held_order)
            assert later.runner.line.waiting() == tuple(calls)
            assert "send it when you like" in state(later, calls[0]).waiting_why
            new = later.start(BENCH, Mode.RUN, {"text": "new"})
            await later.runner.finished(new)
            assert later.runner.line.waiting() == tuple(calls)
            assert not [body for body in submits(emulator, since) if '"x"' in body or '"y"' in body]
            later.runner.line.resume()
            for call in calls:
                await later.runner.finished(call)
                assert isinstance(end_of(later.facts(call)), e.Output)

    in_plain_loop(main())


def test_all_that_do_not_run_yet_can_be_cancelled_at_once(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.runner.line.set_limit("emulator", 2)
            runs = it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 60, "text": "runs"})
            queued = it.start(BENCH, Mode.SUBSCRIBE, {}, headers={"X-Emulator-Queue-Delay": "600"})
            waits = it.start(BENCH, Mode.SUBSCRIBE, {})
            await until(lambda: state(it, runs).phase is Phase.RUNNING)
            await until(lambda: state(it, queued).phase is Phase.QUEUED)
            assert it.runner.cancel_all(queued_only=True) == 2
            for call in (queued, waits):
                await it.runner.finished(call)
                assert end_of(it.facts(call)).charged is Charged.NO
            assert end_of(it.facts(queued)).note == "before it ran"
            await it.runner.finished(runs)
            assert end_of(it.facts(runs)).payload["echo"]["text"] == "runs"

    in_plain_loop(main())


def test_all_open_calls_can_be_cancelled_at_once(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            calls = [it.start(BENCH, mode, LONG) for mode in (Mode.SUBSCRIBE, Mode.RUN, Mode.SUBMIT)]
            await until(lambda: state(it, calls[0]).phase is Phase.RUNNING)
            await until(lambda: state(it, calls[2]).detached)
            assert it.runner.cancel_all() == 3
            for call in calls:
                await it.runner.finished(call)
                assert isinstance(end_of(it.facts(call)), e.Cancelled)
            assert it.runner.cancel_all() == 0

    in_plain_loop(main())


def test_a_call_that_waits_is_written_down_even_if_the_program_ends_at_once(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.runner.line.pause()
            call = it.start(BENCH, Mode.RUN, {})
        assert it.intended == [call]
        assert [type(fact) for fact in it.facts(call)] == [e.Started, e.Held]

    in_plain_loop(main())


def test_at_the_end_of_the_program_the_place_of_a_call_goes_to_nobody(in_plain_loop, emulator) -> None:
    asked = asyncio.Event()

    async def locked(_profile: str) -> Access:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError("nothing is set")

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            async with CallRunner(it.log, locked, it.keep) as runner:
                runner.line.set_limit("emulator", 1)
                runner.start(Request(BENCH, Mode.RUN, {}))
                waits = runner.start(Request(BENCH, Mode.RUN, {}))
                await asked.wait()
            assert [type(fact) for fact in it.facts(waits)] == [e.Started, e.Held]

    in_plain_loop(main())


@pytest.mark.parametrize("mode", [Mode.SUBSCRIBE, Mode.SUBMIT])
def test_a_call_that_is_cancelled_while_the_queue_takes_it_is_cancelled_there(
    mode: Mode, in_plain_loop, emulator
) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            headers = {"X-Emulator-Answer-Delay": "0.5", "X-Emulator-Queue-Delay": "600"}
            call = it.start(BENCH, mode, {}, headers=headers)
            await until(lambda: any(isinstance(fact, e.Sent) for fact in it.facts(call)), limit_s=20)
            assert it.runner.cancel(call, "user")
            assert it.runner.is_running(call)
            await it.runner.finished(call)
            end = end_of(it.facts(call))
            assert isinstance(end, e.Cancelled)
            assert end.charged is Charged.NO

    in_plain_loop(main())
    assert len([item for item in emulator.requests(since, method="PUT") if "/cancel" in item["path"]]) == 1


def test_a_left_call_that_is_cancelled_twice_before_anything_runs_is_cancelled_at_the_server(
    in_plain_loop, emulator
) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBMIT, {}, headers={"X-Emulator-Queue-Delay": "600"})
            await it.runner.finished(call)
            assert it.runner.cancel(call)
            assert it.runner.cancel(call), "both in one turn of the loop"
            await it.runner.finished(call)
            assert end_of(it.facts(call)) == e.Cancelled("user", Charged.NO, "before it ran")

    in_plain_loop(main())
    assert len([item for item in emulator.requests(since, method="PUT") if "/cancel" in item["path"]]) == 1


def test_of_a_left_call_whose_key_cannot_be_had_nobody_says_that_it_was_never_sent(
    in_plain_loop, emulator
) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBMIT, {}, headers={"X-Emulator-Queue-Delay": "600"})
            await it.runner.finished(call)
            asked = asyncio.Event()

            async def locked(_profile: str) -> Access:
                asked.set()
                return await asyncio.get_running_loop().create_future()

            async with CallRunner(it.log, locked, it.keep) as later:
                later.resume(call, it.request_of(call))
                assert later.cancel(call)
                await asked.wait()
                assert later.cancel(call), "the second time, nobody waits any more"
                await later.finished(call)
            assert end_of(it.facts(call)) == e.Cancelled("user", Charged.UNKNOWN)

    in_plain_loop(main())


def test_nobody_waits_for_a_queue_that_does_not_answer_after_the_second_cancel(
    in_plain_loop, emulator
) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBMIT, {}, headers={"X-Emulator-Answer-Delay": "60"})
            await until(lambda: any(isinstance(fact, e.Sent) for fact in it.facts(call)), limit_s=20)
            it.runner.cancel(call, "user")
            it.runner.cancel(call, "user")
            await it.runner.finished(call)
            assert isinstance(end_of(it.facts(call)), e.Unknown)

    in_plain_loop(main())


def test_a_queue_that_does_not_answer_is_waited_for_a_while_after_a_cancel(
    in_plain_loop, emulator, monkeypatch
) -> None:
    monkeypatch.setattr(cancelling, "TICKET_S", 0.2)

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBMIT, {}, headers={"X-Emulator-Answer-Delay": "600"})
            await until(lambda: any(isinstance(fact, e.Sent) for fact in it.facts(call)), limit_s=20)
            it.runner.cancel(call, "user")
            await it.runner.finished(call)
            end = end_of(it.facts(call))
            assert isinstance(end, e.Unknown)
            assert "cancelled before fal had answered" in end.why

    in_plain_loop(main())
