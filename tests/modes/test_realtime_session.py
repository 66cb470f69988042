"""The session's states: reconnects with reasons, tokens renewed, ends told apart."""

import asyncio
import time
from types import SimpleNamespace

import msgspec
import pytest

from fal_studio import words
from fal_studio.core import events as e
from fal_studio.core.events import FailureKind, SessionState
from fal_studio.core.request import Mode, ProfileKind
from fal_studio.language import PSEUDO
from fal_studio.modes import token
from tests.modes.stage import end_of, of_kind, profile_of, stage, until_fact

BENCH = "emulator/bench"


def is_live_again(fact: e.Fact) -> bool:
    return isinstance(fact, e.Session) and fact.state is SessionState.LIVE and fact.attempt >= 1


def test_a_broken_session_is_opened_again_with_its_reason(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.REALTIME, {"text": "one"}, query={"emulator_drop_after": "1"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            it.runner.send(call, {"text": "two"})  # its answer is what the server breaks off instead of
            await until_fact(it, call, is_live_again)
            it.runner.send(call, {"text": "three"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial) and fact.index == 1)
            it.runner.cancel(call)
            await it.runner.finished(call)
            facts = it.facts(call)
        again = next(fact for fact in of_kind(facts, e.Session) if fact.state is SessionState.RECONNECTING)
        assert (again.attempt, again.limit) == (1, 5)
        assert "100" in again.reason or "101" in again.reason
        assert [sent.index for sent in of_kind(facts, e.Sent)] == [0, 1, 2]
        assert len(of_kind(facts, e.Token)) == 1  # a fresh token serves for the reconnect, too

    in_plain_loop(main())


def test_a_token_that_ran_out_in_a_sleep_opens_no_session_again(
    in_plain_loop, emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept_s = 0.0
    clocks = SimpleNamespace(monotonic=time.monotonic, time=lambda: time.time() + slept_s)
    monkeypatch.setattr(token, "time", clocks)

    async def main() -> None:
        nonlocal slept_s
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.REALTIME, {"text": "one"}, query={"emulator_drop_after": "1"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            slept_s = 3600.0
            it.runner.send(call, {"text": "two"})  # its answer is what the server breaks off instead of
            await until_fact(it, call, is_live_again)
            it.runner.hang_up(call)
            await it.runner.finished(call)
            assert len(of_kind(it.facts(call), e.Token)) == 2

    in_plain_loop(main())


def test_an_input_that_comes_after_the_hanging_up_does_not_keep_the_session(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.REALTIME, {"text": "one"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            it.runner.hang_up(call)
            it.runner.send(call, {"text": "two"})  # a throttled last edit
            async with asyncio.timeout(100):
                await it.runner.finished(call)
            assert isinstance(end_of(it.facts(call)), e.Closed)

    in_plain_loop(main())


def test_reconnects_have_a_limit(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(
                BENCH,
                Mode.REALTIME,
                {"text": "x"},
                query={"emulator_fault": "ws_forwarding"},
                reconnect_limit=2,
            )
        states = [session.state for session in of_kind(facts, e.Session)]
        assert states.count(SessionState.RECONNECTING) == 2
        assert states[-1] is SessionState.STOPPED
        assert "opened again 2 times in vain" in end_of(facts).message

    in_plain_loop(main())


def test_hanging_up_while_it_reconnects_ends_in_good_order(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(
                BENCH,
                Mode.REALTIME,
                {"text": "x"},
                query={"emulator_fault": "ws_forwarding"},
                reconnect_limit=50,
            )
            await until_fact(it, call, lambda fact: isinstance(fact, e.Session) and fact.attempt == 3)
            it.runner.hang_up(call)
            await it.runner.finished(call)
            assert end_of(it.facts(call)) == e.Closed(1000, "closed here")

    in_plain_loop(main())


def test_a_token_is_renewed_before_it_runs_out(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.REALTIME, {"text": "x"}, token_lifetime_s=1)
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            await until_fact(it, call, lambda _fact: len(of_kind(it.facts(call), e.Token)) >= 2)
            it.runner.hang_up(call)
            await it.runner.finished(call)
            assert isinstance(end_of(it.facts(call)), e.Closed)

    in_plain_loop(main())


def test_an_idle_session_is_closed_by_the_server_in_good_order(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call(BENCH, Mode.REALTIME, {"text": "x"}, query={"emulator_idle_timeout": "0.3"})
        assert isinstance(end_of(facts), e.Closed)
        assert end_of(facts).code == 1000
        assert any(control.name == "TIMEOUT" for control in of_kind(facts, e.Control))
        assert not of_kind(facts, e.Failed)

    in_plain_loop(main())


def test_a_wrong_input_ends_the_session_and_says_why(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            facts = await it.call("emulator/sketch", Mode.REALTIME, {"prompt": 5, "strength": "much"})
        end = end_of(facts)
        assert (end.kind, end.error_type) == (FailureKind.SERVER, "INTERNAL_ERROR")
        assert "in realtime a wrong input ends the session" in end.next_step
        assert len(of_kind(facts, e.Token)) == 1  # no reconnect: it would end the same way

    in_plain_loop(main())


def test_answers_are_matched_by_the_request_id_they_echo(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(
                "emulator/sketch",
                Mode.REALTIME,
                {"prompt": "a", "request_id": "first", "num_inference_steps": 1},
            )
            it.runner.send(call, {"prompt": "b", "request_id": "second", "num_inference_steps": 1})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial) and fact.reply_to == 1)
            it.runner.hang_up(call)
            await it.runner.finished(call)
            partials = of_kind(it.facts(call), e.Partial)
        assert [partial.reply_to for partial in partials] == [0, 1]
        assert partials[0].payload["images"][0]["content"]["$blob"]["size_bytes"] > 1000

    in_plain_loop(main())


def test_buffering_is_asked_for_and_checked(in_plain_loop, emulator) -> None:
    since = emulator.last()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.REALTIME, {"text": "x"}, max_buffering=2)
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            it.runner.hang_up(call)
            await it.runner.finished(call)
            facts = await it.call(BENCH, Mode.REALTIME, {}, max_buffering=61)
        assert "max_buffering is 61, fal takes 1 to 60" in end_of(facts).message

    in_plain_loop(main())
    assert any("max_buffering" in str(request) for request in emulator.requests(since))


@pytest.mark.parametrize("language", ["en", PSEUDO])
def test_a_cancel_closes_the_socket(in_plain_loop, emulator, monkeypatch, language: str) -> None:
    monkeypatch.setattr(words, "_words", words.catalogue(language))  # what facts keep is the same in each

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.REALTIME, {"text": "x"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            it.runner.cancel(call)
            await it.runner.finished(call)
            facts = it.facts(call)
        assert end_of(facts) == e.Cancelled("user")
        assert of_kind(facts, e.Session)[-1] == e.Session(SessionState.STOPPED, "stopped by user")

    in_plain_loop(main())


def test_realtime_works_on_the_programs_own_loop(in_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.REALTIME, {"text": "x"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            it.runner.hang_up(call)
            await it.runner.finished(call)
            assert isinstance(end_of(it.facts(call)), e.Closed)
            facts = await it.call(BENCH, Mode.SUBSCRIBE, {"seconds": 1})
            assert isinstance(end_of(facts), e.Output)

    in_loop(main())


def test_the_proxy_profile_explains_what_it_cannot_do(in_plain_loop, emulator) -> None:
    profile = msgspec.structs.replace(
        profile_of(emulator), kind=ProfileKind.PROXY, proxy_url="http://127.0.0.1:9/"
    )

    async def main() -> None:
        async with stage(profile) as it:
            end = end_of(await it.call(BENCH, Mode.REALTIME, {}))
        assert "does not pass on tokens" in end.message
        assert "stream or subscribe" in end.next_step

    in_plain_loop(main())
