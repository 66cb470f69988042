"""Queue calls followed against the real emulator: many at once, taken up, expired, cancelled in truth, through an outage."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.events import Charged, FailureKind
from fal_studio.core.request import Clocks, Mode, StatusUpdates
from fal_studio.jobs.runner import CallRunner
from fal_studio.jobs.shared import Shared
from fal_studio.jobs.sleep import SleepWatch
from fal_studio.modes.base import Access, CallError, at_once
from fal_studio.modes.following import Followers
from tests.emulator_process import EmulatorProcess, start_emulator
from tests.modes.raw import answer, raw_server, saying
from tests.modes.stage import Stage, end_of, of_kind, profile_at, profile_of, stage, until_fact
from tests.virtual_time import in_virtual_time
from tests.waiting import until

BENCH = "emulator/bench"
NEVER = {"X-Emulator-Queue-Delay": "3600"}


@pytest.fixture(scope="module")
def server():
    with start_emulator("--cold-start", "0", "--speed", "20", "--slots", "8") as it:
        yield it


@pytest.fixture
def emulator(server):
    before = server.settings()
    yield server
    server.disarm()
    server.settings(**before)


def patient(it: Stage, **how) -> CallRunner:
    """A runner that asks for ever, as the window's does."""
    followers = lambda: Followers(**how)  # noqa: E731 - the runner makes one for each profile
    return CallRunner(it.log, it._access, it.keep, gives_up=False, new_followers=followers)


def state(it: Stage, call: str):
    return fold(it.log.of(call))


def asked(emulator: EmulatorProcess, since: int, part: str = "/status") -> list[dict]:
    found = emulator.requests(since, path=part, method="GET")
    return [request for request in found if not request["path"].endswith("/stream")]


def test_a_hundred_open_calls_do_not_ask_a_hundred_times_a_second(in_plain_loop, emulator) -> None:
    emulator.settings(slots=0)
    since = emulator.last()

    async def main() -> float:
        async with stage(profile_of(emulator)) as it:
            calls = [it.start(BENCH, Mode.SUBSCRIBE, {"text": str(n)}, poll_every_s=0.1) for n in range(100)]
            await until(lambda: all(it.seen(call, e.Enqueued) for call in calls), limit_s=30)
            first = emulator.last()
            began = asyncio.get_running_loop().time()
            await asyncio.sleep(4)
            took_s = asyncio.get_running_loop().time() - began
            polls, streams = len(asked(emulator, first)), emulator.requests(first, path="/status/stream")
            assert polls <= 20 * took_s + 20
            assert polls >= 20
            assert len(streams) <= 8
            emulator.settings(slots=100)
            for call in calls:
                await it.runner.finished(call)
            texts = [end_of(it.facts(call)).payload["echo"]["text"] for call in calls]
            assert texts == [str(n) for n in range(100)]
            return took_s

    in_plain_loop(main(), limit_s=100)
    by_call = Counter(request["path"] for request in emulator.requests(since, method="POST"))
    assert by_call.total() == 100


def test_what_somebody_looks_at_is_heard_at_once_whatever_else_is_open(in_plain_loop, emulator) -> None:
    emulator.settings(slots=0)

    async def main() -> None:
        it = Stage(profile_of(emulator))
        it.runner = patient(it, streams=2)
        async with it.runner:
            calls = [it.start(BENCH, Mode.SUBSCRIBE, {}) for _ in range(12)]
            await until(lambda: all(it.seen(call, e.Enqueued) for call in calls), limit_s=30)
            watched = next(
                call
                for call in calls
                if not any(attempt.why == "status-stream" for attempt in of_kind(it.facts(call), e.Attempt))
            )
            it.runner.watch(watched)
            await until_fact(
                it, watched, lambda fact: isinstance(fact, e.Attempt) and fact.why == "status-stream"
            )
            it.runner.cancel_all()
            for call in calls:
                await it.runner.finished(call)
                assert end_of(it.facts(call)).charged is Charged.NO

    in_plain_loop(main())


def test_what_is_wanted_for_a_call_holds_where_its_profile_is_used_for_the_first_time(in_plain_loop) -> None:
    async def main() -> None:
        shared = Shared(at_once, Followers)
        shared.watch("looked at", is_watched=True)
        shared.watch("left", is_watched=True)
        shared.watch("left", is_watched=False)
        shared.ask_evenly("compared")
        followers = shared.followers("team")
        with (
            followers.seat("looked at", 1.0, wants_stream=False) as looked_at,
            followers.seat("left", 1.0, wants_stream=False) as left,
        ):
            assert (looked_at.is_watched, left.is_watched) == (True, False)
        assert followers.even == {"compared"}
        await shared.aclose()

    in_plain_loop(main())


@pytest.mark.parametrize("known_by", ["request_id", "status_url", "response_url", "cancel_url"])
def test_a_request_sent_elsewhere_is_taken_up_by_its_id_or_a_url(
    in_plain_loop, emulator, known_by: str
) -> None:
    with emulator.client() as client:
        sent = client.post(f"{emulator.queue}/{BENCH}", json={"text": "elsewhere", "seconds": 5}).json()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            request = it.request(f"{BENCH}", Mode.SUBSCRIBE)
            call = it.runner.follow_id(request, f" {sent[known_by]} ")
            await it.runner.finished(call)
            facts = it.facts(call)
            assert end_of(facts).payload["echo"]["text"] == "elsewhere"
            (ticket,) = of_kind(facts, e.Enqueued)
            assert ticket.status_url == sent["status_url"]
            assert not [attempt for attempt in of_kind(facts, e.Attempt) if attempt.method == "POST"]

    in_plain_loop(main())


def test_what_is_no_request_is_refused_and_nothing_is_asked(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.runner.follow_id(it.request(BENCH, Mode.SUBSCRIBE), "https://example.org/nothing")
            await it.runner.finished(call)
            end = end_of(it.facts(call))
            assert (end.kind, end.status, end.charged) == (FailureKind.INPUT, None, Charged.NO)

    in_plain_loop(main())
    assert emulator.last() == since


def test_an_id_that_the_server_never_knew_is_no_expired_call(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.runner.follow_id(it.request(BENCH, Mode.SUBSCRIBE, poll_every_s=0.01), "no-such-id")
            await it.runner.finished(call)
            end = end_of(it.facts(call))
            assert (end.kind, end.status) == (FailureKind.INPUT, 404)

    in_plain_loop(main())


@pytest.mark.parametrize("was_sent", [True, False])
def test_what_a_restart_finds_gone_has_expired_only_if_the_server_had_it(
    in_plain_loop, emulator, *, was_sent: bool
) -> None:
    """A ticket that somebody pasted, and that was never asked about, may have been of nobody."""
    at = f"{emulator.queue}/{BENCH}/requests/of-nobody"

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            request = it.request(BENCH, Mode.SUBSCRIBE)
            it.log.append("call", e.Started(0.0, BENCH, Mode.SUBSCRIBE, request.profile))
            if was_sent:
                it.log.append("call", e.Attempt(1, "submit", "POST", f"{emulator.queue}/{BENCH}"))
            it.log.append("call", e.Enqueued("of-nobody", f"{at}/status", at, f"{at}/cancel"))
            it.runner.resume("call", request)
            await it.runner.finished("call")
            end = end_of(it.facts("call"))
            if was_sent:
                assert isinstance(end, e.Unknown)
                assert end.expired
            else:
                assert (end.kind, end.status) == (FailureKind.INPUT, 404)

    in_plain_loop(main())


def test_a_call_whose_result_was_deleted_while_nobody_looked_has_expired_and_not_failed(
    in_plain_loop, emulator
) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBMIT, {}, headers={"X-Emulator-Retention": "0"}, poll_every_s=0.02)
            await it.runner.finished(call)
            (ticket,) = of_kind(it.facts(call), e.Enqueued)
            await until(lambda: "finished" in emulator.truth(ticket.request_id)["stages"])
            it.runner.resume(call, it.request_of(call))
            await it.runner.finished(call)
            end = end_of(it.facts(call))
            assert isinstance(end, e.Unknown)
            assert end.expired
            assert end.why.startswith("Expired: the server took it")
            assert state(it, call).phase is Phase.UNKNOWN
            assert state(it, call).expired

    in_plain_loop(main())


def test_a_result_that_was_deleted_after_it_was_complete_says_so(in_plain_loop) -> None:
    """The 404 of a request that is gone is the gateway's: it names no request id, as the app's own 404 does."""
    ticket, done = {"request_id": "r"}, {"status": "COMPLETED"}

    async def main() -> None:
        script = [answer(json.dumps(ticket).encode()), answer(json.dumps(done).encode())]
        async with (
            raw_server(saying(*script, answer(b'{"detail": "Not found"}', "404 Not Found"))) as server,
            stage(profile_at(f"http://127.0.0.1:{server.port}")) as it,
        ):
            end = end_of(await it.call("a/b", Mode.SUBSCRIBE, {}, status_updates=StatusUpdates.POLL))
            assert isinstance(end, e.Unknown)
            assert end.expired
            assert "it was completed" in end.why

    in_plain_loop(main())


def test_a_models_own_404_is_a_failure_and_nothing_expired(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            end = end_of(await it.call(f"{BENCH}/no-such-path", Mode.SUBSCRIBE, {}))
            assert isinstance(end, e.Failed)
            assert end.status == 404

    in_plain_loop(main())


def test_a_key_that_is_refused_on_the_way_leaves_the_call_open_at_the_server(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(
                BENCH, Mode.SUBSCRIBE, {}, headers=NEVER, status_updates=StatusUpdates.POLL, poll_every_s=0.02
            )
            await until_fact(it, call, lambda fact: isinstance(fact, e.Polled))
            emulator.arm("wrong_key", path="/status")
            await it.runner.finished(call)
            end = end_of(it.facts(call))
            assert isinstance(end, e.Unknown)
            assert "may go on at fal" in end.why
            it.runner.resume(call, it.request_of(call))
            assert state(it, call).phase is not Phase.UNKNOWN
            it.runner.cancel(call)
            await it.runner.finished(call)
            assert isinstance(it.facts(call)[-1], e.Cancelled)

    in_plain_loop(main())


def test_a_call_at_the_server_has_not_failed_because_its_profile_cannot_be_used(
    in_plain_loop, emulator
) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBMIT, {"text": "there"})
            await it.runner.finished(call)

            async def locked(_name: str) -> Access:
                raise CallError(e.Failed(FailureKind.AUTH, "The keyring is locked.", "Unlock it."))

            async with CallRunner(it.log, locked, it.keep) as later:
                later.resume(call, it.request_of(call))
                await later.finished(call)
            assert state(it, call).phase is Phase.UNKNOWN
            assert "The keyring is locked. Unlock it." in state(it, call).unknown_why
            it.runner.resume(call, it.request_of(call))
            await it.runner.finished(call)
            assert state(it, call).phase is Phase.DONE

    in_plain_loop(main())


def test_a_cancel_that_came_too_late_ends_as_done_and_says_so(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            headers = {"X-Emulator-Ignore-Cancel": "true"}
            call = it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 60}, headers=headers)
            await until(lambda: state(it, call).phase is Phase.RUNNING)
            it.runner.cancel(call)
            assert state(it, call).phase is Phase.CANCEL_REQUESTED
            await it.runner.finished(call)
            assert state(it, call).phase is Phase.DONE
            assert state(it, call).cancel_by, "the cancel came too late"

    in_plain_loop(main())


def test_a_cancel_the_server_did_not_hear_is_told_again(in_plain_loop, emulator) -> None:
    since = emulator.last()
    emulator.arm("reset", path="/cancel", times=1)
    emulator.arm("unavailable", path="/cancel", times=1)

    async def main() -> None:
        it = Stage(profile_of(emulator))
        it.runner = patient(it)
        async with it.runner:
            call = it.start(BENCH, Mode.SUBSCRIBE, {}, headers=NEVER, poll_every_s=0.02)
            await until(lambda: state(it, call).phase is Phase.QUEUED)
            it.runner.cancel(call)
            await it.runner.finished(call)
            assert end_of(it.facts(call)) == e.Cancelled("user", Charged.NO, "before it ran")
            assert "did not reach fal" in of_kind(it.facts(call), e.Trouble)[0].message

    in_plain_loop(main())
    assert len(emulator.requests(since, method="PUT", path="/cancel")) == 3


def test_a_cancel_whose_outcome_was_not_seen_is_told_again_after_a_restart(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            headers = {"X-Emulator-Ignore-Cancel": "true"}
            call = it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 60}, headers=headers)
            await until(lambda: state(it, call).phase is Phase.RUNNING)
            it.runner.cancel(call)
            await until_fact(it, call, lambda fact: isinstance(fact, e.CancelAnswer))
        assert it.facts(call)[-1] == e.Detached("shutdown")
        assert state(it, call).phase is Phase.CANCEL_REQUESTED
        since = emulator.last()
        async with stage(profile_of(emulator)) as later:
            later.log.restore(list(it.log.of(call)))
            later.runner.resume(call, it.request_of(call))
            await later.runner.finished(call)
            assert state(later, call).phase is Phase.DONE
            assert state(later, call).cancel_by
        assert len(emulator.requests(since, method="PUT", path="/cancel")) == 1

    in_plain_loop(main())


def test_many_are_cancelled_a_few_at_a_time(in_plain_loop, emulator) -> None:
    emulator.settings(slots=0)
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            calls = [it.start(BENCH, Mode.SUBSCRIBE, {}) for _ in range(60)]
            await until(lambda: all(it.seen(call, e.Enqueued) for call in calls), limit_s=30)
            under_way, most = set(), 0

            def count(event: e.Event) -> None:
                nonlocal most
                if isinstance(event.fact, e.Attempt) and event.fact.why == "cancel":
                    under_way.add(event.call)
                elif isinstance(event.fact, e.CancelAnswer):
                    under_way.discard(event.call)
                most = max(most, len(under_way))

            it.log.subscribe(count)
            assert it.runner.cancel_all(queued_only=True) == 60
            for call in calls:
                await it.runner.finished(call)
                assert end_of(it.facts(call)).charged is Charged.NO
            assert most <= 8

    in_plain_loop(main())
    assert len(emulator.requests(since, method="PUT", path="/cancel")) == 60


def test_an_outage_is_told_ends_nothing_and_all_go_on_when_it_is_over(in_plain_loop, tmp_path: Path) -> None:
    async def main() -> None:
        with start_emulator("--cold-start", "0", "--slots", "0", data_dir=tmp_path) as first:
            profile = profile_of(first, clocks=Clocks(connect_s=1, idle_s=1))
            it = Stage(profile)
            it.runner = patient(it)
            async with it.runner:
                calls = [it.start(BENCH, Mode.SUBSCRIBE, {"text": str(n)}) for n in range(20)]
                await until(lambda: all(it.seen(call, e.Enqueued) for call in calls), limit_s=30)
                await asyncio.to_thread(first.stop)
                await until(lambda: all(state(it, call).trouble for call in calls), limit_s=30)
                await asyncio.sleep(2)  # twice as long as the profile's patience
                assert set(it.runner.running()) == set(calls)
                assert {state(it, call).phase for call in calls} == {Phase.QUEUED}
                with start_emulator("--cold-start", "0", "--slots", "20", data_dir=tmp_path) as second:
                    assert second.queue == profile.hosts.queue
                    for call in calls:
                        await it.runner.finished(call)
                for n, call in enumerate(calls):
                    assert end_of(it.facts(call)).payload["echo"]["text"] == str(n)
                    assert state(it, call).trouble == ""

    in_plain_loop(main(), limit_s=100)


def test_a_result_that_cannot_be_fetched_now_is_fetched_later(in_plain_loop, emulator) -> None:
    emulator.arm("bad_gateway_html", path=r"/requests/[^/]+$", method="GET", times=6)

    async def main() -> None:
        it = Stage(profile_of(emulator, clocks=Clocks(idle_s=0.2)))
        it.runner = patient(it)
        async with it.runner:
            call = it.start(BENCH, Mode.SUBSCRIBE, {})
            await until(lambda: state(it, call).phase is Phase.FETCHING)
            await it.runner.finished(call)
            assert isinstance(end_of(it.facts(call)), e.Output)
            assert "could not be fetched yet" in of_kind(it.facts(call), e.Trouble)[0].message

    in_plain_loop(main())


def test_when_it_was_checked_last_is_known_by_the_calendar(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(
                BENCH, Mode.SUBSCRIBE, {}, headers=NEVER, status_updates=StatusUpdates.POLL, poll_every_s=0.02
            )
            await until(lambda: len(of_kind(it.facts(call), e.Polled)) > 3)
            emulator.arm("bad_gateway_html", path="/status", times=2)
            await until_fact(it, call, lambda fact: isinstance(fact, e.Trouble))
            now = state(it, call)
            assert now.trouble
            assert now.last_checked_t_ns is not None
            assert now.last_checked_t_ns < now.last_t_ns
            started = it.log.of(call)[0].fact
            assert isinstance(started, e.Started)
            checked_s = now.wall_s(now.last_checked_t_ns)
            assert started.wall_s < checked_s < started.wall_s + 200
            it.runner.cancel(call)
            await it.runner.finished(call)

    in_plain_loop(main())


def test_old_calls_are_asked_about_with_one_fact_each_time(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(
                BENCH, Mode.SUBSCRIBE, {}, headers=NEVER, status_updates=StatusUpdates.POLL, poll_every_s=0.01
            )
            await until(lambda: len(of_kind(it.facts(call), e.Polled)) > 30, limit_s=20)
            attempts = [attempt for attempt in of_kind(it.facts(call), e.Attempt) if attempt.why == "status"]
            assert len(attempts) == 20
            it.runner.cancel(call)
            await it.runner.finished(call)

    in_plain_loop(main())


def test_a_sleep_of_the_machine_is_noticed_and_told() -> None:
    told: list[tuple[float, float]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        ahead = 500.0
        watch = SleepWatch(
            lambda slept_s, wall_s: told.append((slept_s, wall_s)),
            wall_s=lambda: loop.time() + ahead,
            steady_s=loop.time,
        )
        watch.start()
        await asyncio.sleep(100)
        assert told == []
        ahead += 3600
        await asyncio.sleep(11)
        assert told == [(3600.0, loop.time() + ahead - 1)]
        ahead += 2  # a clock that is being corrected
        await asyncio.sleep(11)
        watch.stop()
        ahead += 3600
        await asyncio.sleep(60)
        assert len(told) == 1

    in_virtual_time(main())


def test_a_short_sleep_counts_where_the_system_says_so_and_is_told_once() -> None:
    told: list[float] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        ahead = 0.0
        watch = SleepWatch(
            lambda slept_s, _wall_s: told.append(slept_s),
            wall_s=lambda: loop.time() + ahead,
            steady_s=loop.time,
            stands_still=True,
        )
        watch.start()
        assert not watch.look(is_sure=True), "it could not fall asleep"
        ahead += 5
        assert not watch.look(), "that may have been a busy loop"
        ahead += 5
        assert watch.look(is_sure=True)
        await asyncio.sleep(100)
        assert told == [pytest.approx(5)]
        watch.stop()

    in_virtual_time(main())


def test_a_sleep_is_noticed_where_all_clocks_go_on_in_it() -> None:
    told: list[float] = []
    ahead = [0.0]

    async def main() -> None:
        loop = asyncio.get_running_loop()
        watch = SleepWatch(
            lambda slept_s, _wall_s: told.append(slept_s),
            wall_s=lambda: loop.time() + 500 + ahead[0],
            steady_s=lambda: loop.time() + ahead[0],
            stands_still=False,
        )
        watch.start()
        await asyncio.sleep(100)
        assert told == []
        ahead[0] = 3600
        await asyncio.sleep(11)
        assert told == [pytest.approx(3600, abs=1)]
        await asyncio.sleep(100)
        assert len(told) == 1
        watch.stop()

    in_virtual_time(main())


def test_after_a_sleep_every_followed_call_says_so_and_is_asked_about(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBSCRIBE, {}, headers=NEVER)
            await until(lambda: state(it, call).phase is Phase.QUEUED)
            before = len(of_kind(it.facts(call), e.Polled))
            it.runner._on_slept(600.0, 2_000_000_000.0)
            await until(lambda: len(of_kind(it.facts(call), e.Polled)) > before)
            (slept,) = of_kind(it.facts(call), e.Slept)
            assert slept.seconds == 600
            now = state(it, call)
            assert now.wall_s(now.last_t_ns) == pytest.approx(2_000_000_000, abs=200)
            it.runner.cancel(call)
            await it.runner.finished(call)

    in_plain_loop(main())


def test_news_from_elsewhere_has_a_call_asked_about_at_once(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(
                BENCH, Mode.SUBSCRIBE, {}, headers=NEVER, status_updates=StatusUpdates.POLL, poll_every_s=300
            )
            await until_fact(it, call, lambda fact: isinstance(fact, e.Polled))
            assert it.runner.check(call)
            await until(lambda: len(of_kind(it.facts(call), e.Polled)) == 2)
            it.runner.cancel(call)
            await it.runner.finished(call)
            assert not it.runner.check(call)

    in_plain_loop(main())
