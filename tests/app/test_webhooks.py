"""Webhooks in the program: the emulator calls, the call ends without a single poll, and forgers change nothing."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from fal_studio.app.webhooks import WebhookDesk
from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.request import HERE, Mode, StatusUpdates
from fal_studio.modes.base import CallError
from fal_studio.services.listener import Heard, Listener, Reply
from tests.emulator_process import EmulatorProcess
from tests.modes.stage import Stage, profile_of, stage
from tests.waiting import until

BENCH = "emulator/bench"
Work = Callable[[Stage, WebhookDesk], Awaitable[None]]


@pytest.fixture
def with_desk(in_loop: Any, emulator: EmulatorProcess) -> Callable[[Work], None]:
    """Run work with a runner and its webhook desk on the emulator."""

    def run(work: Work) -> None:
        async def main() -> None:
            async with stage(profile_of(emulator)) as it:
                desk = WebhookDesk(it.log, it.runner, it.runner.http, it.keep)
                try:
                    await work(it, desk)
                finally:
                    await desk.close()

        in_loop(main())

    return run


async def submitted(it: Stage, desk: WebhookDesk, arguments: Any, endpoint: str = BENCH) -> str:
    """Submit with our webhook and return the call once the queue has it."""
    request = await desk.prepared(it.request(endpoint, Mode.SUBMIT, arguments, webhook_url=HERE))
    call = it.runner.start(request)
    await until(lambda: fold(it.log.of(call)).request_id or fold(it.log.of(call)).is_ended)
    return call


def test_a_submit_ends_by_its_webhook_without_a_poll(with_desk, emulator) -> None:
    since = emulator.last()

    async def work(it: Stage, desk: WebhookDesk) -> None:
        call = await submitted(it, desk, {"value": "日本"})
        await until(lambda: fold(it.log.of(call)).is_ended)
        state = fold(it.log.of(call))
        assert state.phase is Phase.DONE
        assert state.output["echo"]["value"] == "日本"
        facts = it.facts(call)
        assert isinstance(facts[-2], e.Delivered)
        assert facts[-2].user_id

    with_desk(work)
    paths = [seen["path"] for seen in emulator.requests(since)]
    assert not [path for path in paths if "/requests/" in path]


def test_a_refused_input_comes_back_with_its_fields(with_desk) -> None:
    async def work(it: Stage, desk: WebhookDesk) -> None:
        call = await submitted(it, desk, {"prompt": 3}, "emulator/image")
        await until(lambda: fold(it.log.of(call)).is_ended)
        failure = fold(it.log.of(call)).failure
        assert failure is not None
        assert failure.status == 422
        assert failure.fields[0].loc == ("prompt",)

    with_desk(work)


def test_a_follower_is_relieved_and_cancels_nothing(with_desk, emulator) -> None:
    since = emulator.last()

    async def work(it: Stage, desk: WebhookDesk) -> None:
        seldom = it.request(
            BENCH, Mode.SUBSCRIBE, {"seconds": 0.5}, webhook_url=HERE,
            status_updates=StatusUpdates.POLL, poll_every_s=600,
        )  # fmt: skip
        call = it.runner.start(await desk.prepared(seldom))
        await it.runner.finished(call)
        assert fold(it.log.of(call)).phase is Phase.DONE
        assert isinstance(it.facts(call)[-2], e.Delivered), "the webhook was quicker than the next poll"

    with_desk(work)
    assert not [seen for seen in emulator.requests(since) if seen["method"] == "PUT"]


def test_a_forged_call_is_told_in_the_call_and_changes_nothing(with_desk, emulator) -> None:
    async def work(it: Stage, desk: WebhookDesk) -> None:
        emulator.settings(slots=0)
        call = await submitted(it, desk, {"value": 1})
        request_id = fold(it.log.of(call)).request_id
        body = json.dumps({"request_id": request_id, "status": "OK", "payload": {"value": "forged"}})
        headers = {
            "X-Fal-Webhook-Request-Id": request_id,
            "X-Fal-Webhook-User-Id": "me",
            "X-Fal-Webhook-Timestamp": "1000",
            "X-Fal-Webhook-Signature": "00" * 64,
        }
        async with httpx.AsyncClient(timeout=100) as client:
            assert (await client.post(desk.url, content=body, headers=headers)).status_code == 401
        state = fold(it.log.of(call))
        assert not state.is_ended
        assert "refused" in state.trouble
        assert "older than 300 s" in state.trouble
        emulator.settings(slots=2)
        await until(lambda: fold(it.log.of(call)).is_ended)
        assert fold(it.log.of(call)).output["echo"]["value"] == 1

    with_desk(work)


def test_the_tunnels_address_is_handed_out_where_there_is_one(with_desk) -> None:
    async def work(it: Stage, desk: WebhookDesk) -> None:
        plain = it.request(BENCH, Mode.SUBMIT, {})
        assert await desk.prepared(plain) is plain
        assert desk.url == ""
        desk.public_url = "https://tunnel.example/fal"
        request = await desk.prepared(it.request(BENCH, Mode.SUBMIT, {}, webhook_url=HERE))
        assert request.options.webhook_url == "https://tunnel.example/fal"
        assert desk.url.startswith("http://127.0.0.1:")
        other = WebhookDesk(it.log, it.runner, it.runner.http, it.keep)
        other.port = int(desk.url.rsplit(":", 1)[1].split("/")[0])
        with pytest.raises(CallError, match="cannot listen on port"):
            await other.listen("emulator")

    with_desk(work)


def test_a_pasted_call_is_judged_and_a_pasted_line_break_is_forgiven(with_desk) -> None:
    heard: list[Heard] = []

    async def hear(call: Heard) -> Reply:
        heard.append(call)
        return Reply(200, "")

    async def work(it: Stage, desk: WebhookDesk) -> None:
        listener = Listener(hear, 1_000_000)
        await listener.start()
        it.start(BENCH, Mode.SUBMIT, {"value": "ü"}, webhook_url=f"{listener.url}/elsewhere")
        await until(lambda: heard)
        await listener.close()
        headers = "\n".join(f"{name}: {value}" for name, value in heard[0].headers.items())
        assert (await desk.verify(headers, heard[0].body, "emulator")).is_genuine
        pasted = await desk.verify(headers, heard[0].body + b"\n", "emulator")
        assert pasted.is_genuine
        assert "line break" in pasted.reason
        assert not (await desk.verify(headers, heard[0].body + b" ", "emulator")).is_genuine
        assert "not signed" in (await desk.verify("", heard[0].body, "emulator")).reason

    with_desk(work)
