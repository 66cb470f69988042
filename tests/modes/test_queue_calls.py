"""Queue calls under way: cancelled, interrupted, retried, refused and troubled."""

import json

import pytest

from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.events import Charged, Clock, FailureKind
from fal_studio.core.request import Clocks, Mode, StatusUpdates
from tests.modes.raw import answer, raw_server, saying
from tests.modes.stage import end_of, of_kind, profile_at, profile_of, stage, until_fact

BENCH = "emulator/bench"


def is_running(fact: e.Fact) -> bool:
    return isinstance(fact, e.Progress) and fact.stage is e.Stage.RUNNING


def test_a_running_call_is_let_go_of_at_the_server(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 600})
            await until_fact(it, call, is_running)
            it.runner.cancel(call, "user")
            await it.runner.finished(call)
            facts = it.facts(call)
        kinds = [type(fact) for fact in facts]
        assert kinds.index(e.CancelRequested) < kinds.index(e.CancelAnswer) < kinds.index(e.Cancelled)
        assert end_of(facts) == e.Cancelled("user", Charged.NO, "while it ran")
        assert of_kind(facts, e.CancelAnswer)[0].word == "CANCELLATION_REQUESTED"

    in_plain_loop(main())
    assert [request["method"] for request in emulator.requests(since)].count("PUT") == 1


def test_a_waiting_call_is_taken_out_and_costs_nothing(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBSCRIBE, {}, headers={"X-Emulator-Queue-Delay": "600"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Progress))
            it.runner.cancel(call)
            await it.runner.finished(call)
            assert end_of(it.facts(call)) == e.Cancelled("user", Charged.NO, "before it ran")

    in_plain_loop(main())


def test_a_call_that_finishes_in_spite_of_the_cancel_keeps_its_result(in_plain_loop, emulator) -> None:
    """It was paid for: the result must not be lost."""

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            headers = {"X-Emulator-Ignore-Cancel": "true"}
            call = it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 20, "text": "paid"}, headers=headers)
            await until_fact(it, call, is_running)
            it.runner.cancel(call)
            assert fold(it.log.of(call)).phase is Phase.CANCEL_REQUESTED
            await it.runner.finished(call)
            assert end_of(it.facts(call)).payload["echo"]["text"] == "paid"

    in_plain_loop(main())


def test_a_second_cancel_stops_waiting(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            headers = {"X-Emulator-Ignore-Cancel": "true"}
            call = it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 600}, headers=headers)
            await until_fact(it, call, is_running)
            it.runner.cancel(call)
            await until_fact(it, call, lambda fact: isinstance(fact, e.CancelAnswer))
            it.runner.cancel(call)
            await it.runner.finished(call)
            assert len(of_kind(it.facts(call), e.CancelRequested)) == 1
            # Had it been waited for, this would be its output.
            assert end_of(it.facts(call)) == e.Cancelled("user", Charged.UNKNOWN)

    in_plain_loop(main())


def test_a_submitted_call_can_be_cancelled_later(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.SUBMIT, {}, headers={"X-Emulator-Queue-Delay": "600"})
            await it.runner.finished(call)
            assert it.runner.cancel(call)
            await it.runner.finished(call)
            facts = it.facts(call)
        assert end_of(facts) == e.Cancelled("user", Charged.NO, "before it ran")
        assert of_kind(facts, e.CancelAnswer)

    in_plain_loop(main())


def test_the_end_of_the_program_leaves_queue_calls_running(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            queued = it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 40, "text": "on"})
            direct = it.start(BENCH, Mode.RUN, {"seconds": 600})
            await until_fact(it, queued, is_running)
            await until_fact(it, direct, lambda fact: isinstance(fact, e.Sent))
        facts = it.facts(queued)
        assert facts[-1] == e.Detached("shutdown")
        assert not [fact for fact in facts if isinstance(fact, e.ENDS)]
        assert end_of(it.facts(direct)) == e.Cancelled("shutdown")
        assert not [request for request in emulator.requests(since) if request["method"] == "PUT"]
        (ticket,) = of_kind(facts, e.Enqueued)
        async with stage(
            profile_of(emulator)
        ) as later:  # the next run of the program has the log from the ledger
            later.log.restore(list(it.log.of(queued)))
            later.runner.resume(queued, it.request_of(queued))
            await later.runner.finished(queued)
            assert end_of(later.facts(queued)).payload["echo"]["text"] == "on"
            assert of_kind(later.facts(queued), e.Resumed)
        assert ticket.request_id

    in_plain_loop(main())


def test_our_clock_lets_go_at_the_server_and_says_that_it_was_ours(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(BENCH, Mode.SUBSCRIBE, {"seconds": 600}, client_timeout_s=2)
        end = end_of(facts)
        assert (end.kind, end.clock) == (FailureKind.TIMEOUT, Clock.CLIENT)

    in_plain_loop(main())
    assert [request["method"] for request in emulator.requests(since)].count("PUT") == 1


def test_the_servers_clock_says_that_it_was_the_servers(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(
                BENCH, Mode.SUBSCRIBE, {}, start_timeout_s=1.1, headers={"X-Emulator-Queue-Delay": "60"}
            )
        end = end_of(facts)
        assert (end.kind, end.clock, end.status) == (FailureKind.TIMEOUT, Clock.START_DEADLINE, 504)
        assert (end.charged, end.next_step) == (e.Charged.NO, "Raise the start deadline or leave it empty.")
        assert len([attempt for attempt in of_kind(facts, e.Attempt) if attempt.why == "submit"]) == 1

    in_plain_loop(main())


def test_the_queue_tries_again_and_running_goes_back_to_queued(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(
                BENCH, Mode.SUBSCRIBE, {"seconds": 1}, headers={"X-Emulator-Fail-Attempts": "2"}
            )
        assert end_of(facts).payload["attempt"] == 3

    in_plain_loop(main())


def test_failed_polls_are_trouble_and_end_nothing(in_plain_loop, emulator) -> None:
    emulator.arm("bad_gateway_html", path="/status", times=2)
    emulator.arm("reset", path="/status", times=1)

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(
                BENCH, Mode.SUBSCRIBE, {"seconds": 1}, status_updates=StatusUpdates.POLL, poll_every_s=0.05
            )
        troubles = of_kind(facts, e.Trouble)
        assert len(troubles) == 3
        assert "502" in troubles[0].message
        assert isinstance(end_of(facts), e.Output)

    in_plain_loop(main())


def test_a_status_stream_that_is_refused_falls_back_to_polling(in_plain_loop, emulator) -> None:
    emulator.arm("not_found", path="/status/stream")

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(BENCH, Mode.SUBSCRIBE, {"seconds": 1}, poll_every_s=0.05)
        whys = [attempt.why for attempt in of_kind(facts, e.Attempt)]
        assert whys.count("status-stream") == 1
        assert "status" in whys
        assert isinstance(end_of(facts), e.Output)

    in_plain_loop(main())


def test_a_status_stream_that_breaks_is_opened_again(in_plain_loop, emulator) -> None:
    emulator.arm("closed", path="/status/stream")
    emulator.arm("reset", path="/status/stream")

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(BENCH, Mode.SUBSCRIBE, {"seconds": 60}, poll_every_s=0.05)
        assert len([attempt for attempt in of_kind(facts, e.Attempt) if attempt.why == "status-stream"]) >= 2
        assert any("status stream broke off" in trouble.message for trouble in of_kind(facts, e.Trouble))
        assert isinstance(end_of(facts), e.Output)

    in_plain_loop(main())


def test_a_failed_job_ends_with_the_models_own_error(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(BENCH, Mode.SUBSCRIBE, {"count": "x"})
        end = end_of(facts)
        assert (end.kind, end.status, end.charged) == (FailureKind.INPUT, 422, Charged.NO)
        assert end.fields[0].loc == ("count",)

    in_plain_loop(main())


def test_a_submit_is_repeated_only_when_the_server_asks_for_it(in_plain_loop, emulator) -> None:
    for fault, why in (("rate_limited", "submit again after 429"), ("unavailable", "submit again after 503")):
        emulator.arm(fault, path="/queue/", method="POST")

        async def main() -> list[e.Fact]:
            async with stage(profile_of(emulator)) as it:
                return await it.call(BENCH, Mode.SUBMIT, {})

        facts = in_plain_loop(main())
        attempts = [(attempt.number, attempt.why) for attempt in of_kind(facts, e.Attempt)]
        assert attempts == [(1, "submit"), (2, why)]
        assert len(of_kind(facts, e.Enqueued)) == 1


@pytest.mark.parametrize("fault", ["bad_gateway_html", "server_error", "unavailable_html", "user_deadline"])
def test_other_errors_of_a_submit_are_not_repeated(in_plain_loop, emulator, fault) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(BENCH, Mode.SUBMIT, {}, headers={"X-Emulator-Fault": fault})
        assert len(of_kind(facts, e.Attempt)) == 1
        assert isinstance(end_of(facts), e.Failed)

    in_plain_loop(main())


def test_reading_a_result_is_tried_again(in_plain_loop, emulator) -> None:
    emulator.arm("bad_gateway_html", path=r"/requests/[^/]+$", method="GET")
    emulator.arm("short_body", path=r"/requests/[^/]+$", method="GET")

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(BENCH, Mode.SUBSCRIBE, {})
        results = [attempt.why for attempt in of_kind(facts, e.Attempt) if attempt.why.startswith("result")]
        assert len(results) == 3
        assert results[1].startswith("result again after")
        assert isinstance(end_of(facts), e.Output)

    in_plain_loop(main())


def test_a_queue_that_is_gone_for_long_leaves_the_call_open(in_plain_loop) -> None:
    async def main() -> list[e.Fact]:
        ticket = {"request_id": "r"}
        async with (
            raw_server(saying(answer(json.dumps(ticket).encode()), answer(b"gone", "503 Busy"))) as server,
            stage(profile_at(f"http://127.0.0.1:{server.port}", clocks=Clocks(idle_s=1.5))) as it,
        ):
            facts = await it.call("a/b/c", Mode.SUBSCRIBE, {}, poll_every_s=0.05)
            assert server.first_lines()[1] == "GET /a/b/requests/r/status/stream?logs=1 HTTP/1.1"
            return facts

    end = end_of(in_plain_loop(main()))
    assert isinstance(end, e.Unknown)
    assert "the call may go on at fal" in end.why


def test_an_expired_request_says_so(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            base = f"{emulator.queue}/emulator/bench/requests/00000000-0000-0000-0000-000000000000"
            ticket = e.Enqueued("0", f"{base}/status", base, f"{base}/cancel")
            call = it.runner.follow(it.request(BENCH, Mode.SUBSCRIBE, poll_every_s=0.01), ticket)
            await it.runner.finished(call)
            end = end_of(it.facts(call))
        assert (end.kind, end.status) == (FailureKind.INPUT, 404)
        assert "forgotten after a while" in end.next_step

    in_plain_loop(main())


def test_the_key_does_not_follow_a_foreign_status_url(in_plain_loop) -> None:
    """What a submit answers may point anywhere; the key stays with the profile's own hosts."""

    async def main() -> None:
        done = answer(json.dumps({"status": "COMPLETED"}).encode())
        async with raw_server(saying(done, answer(b"{}"))) as other:
            away = f"http://127.0.0.1:{other.port}/requests/r"
            ticket = {
                "request_id": "r",
                "status_url": f"{away}/status",
                "response_url": away,
                "cancel_url": f"{away}/cancel",
            }
            async with (
                raw_server(saying(answer(json.dumps(ticket).encode()))) as own,
                stage(profile_at(f"http://127.0.0.1:{own.port}")) as it,
            ):
                facts = await it.call("a/b", Mode.SUBSCRIBE, {}, status_updates=StatusUpdates.POLL)
                assert b"authorization: key" in own.requests[0].lower()
        assert len(other.requests) == 2
        assert not [request for request in other.requests if b"authorization" in request.lower()]
        assert end_of(facts).payload == {}

    in_plain_loop(main())


def test_the_key_does_not_follow_a_redirect(in_plain_loop) -> None:
    async def main() -> None:
        async with raw_server(saying(answer(b'{"a": 1}'))) as other:
            ticket = answer(b'{"request_id": "r"}')
            done = answer(b'{"status": "COMPLETED"}')
            away = answer(b"", "302 Found", extra=f"location: http://127.0.0.1:{other.port}/elsewhere\r\n")
            async with (
                raw_server(saying(ticket, done, away)) as own,
                stage(profile_at(f"http://127.0.0.1:{own.port}")) as it,
            ):
                facts = await it.call("a/b", Mode.SUBSCRIBE, {}, status_updates=StatusUpdates.POLL)
        assert other.first_lines() == ["GET /elsewhere HTTP/1.1"]
        assert b"authorization" not in other.requests[0].lower()
        assert end_of(facts).payload == {"a": 1}

    in_plain_loop(main())


def test_a_small_body_of_a_redirect_is_read_so_that_its_connection_serves_again(in_plain_loop) -> None:
    async def main() -> None:
        ticket = answer(b'{"request_id": "r"}')
        done = answer(b'{"status": "COMPLETED"}')
        away = answer(b"it is over there", "302 Found", extra="location: /elsewhere\r\n")
        async with (
            raw_server(saying(ticket, done, away, answer(b'{"a": 1}'))) as own,
            stage(profile_at(f"http://127.0.0.1:{own.port}")) as it,
        ):
            facts = await it.call("a/b", Mode.SUBSCRIBE, {}, status_updates=StatusUpdates.POLL)
        assert own.first_lines()[-1] == "GET /elsewhere HTTP/1.1"
        assert end_of(facts).payload == {"a": 1}
        assert of_kind(facts, e.Connection)[-1].reused

    in_plain_loop(main())


@pytest.mark.parametrize("more", ["content-length: 9000000\r\n", "content-length: 9\r\n", ""])
def test_a_body_of_a_redirect_that_is_large_or_does_not_come_holds_nothing_up(
    in_plain_loop, more: str
) -> None:
    async def main() -> None:
        ticket = answer(b'{"request_id": "r"}')
        done = answer(b'{"status": "COMPLETED"}')
        away = f"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\n{more}\r\n".encode()
        async with (
            raw_server(saying(ticket, done, away, answer(b'{"a": 1}'))) as own,
            stage(profile_at(f"http://127.0.0.1:{own.port}")) as it,
        ):
            facts = await it.call("a/b", Mode.SUBSCRIBE, {}, status_updates=StatusUpdates.POLL)
        assert end_of(facts).payload == {"a": 1}
        assert not of_kind(facts, e.Connection)[-1].reused

    in_plain_loop(main())
