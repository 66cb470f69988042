"""The webhook listener, called by the real emulator and by callers who only pretend."""

import asyncio
import gc
import hashlib
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fal_studio.modes.http import Http
from fal_studio.services.webhooks import PATH, Keys, Webhooks
from fal_studio.wire import webhook
from fal_studio.wire.webhook import Delivery, Verdict
from tests.emulator_process import KEY, EmulatorProcess
from tests.modes.stage import profile_of
from tests.waiting import until


class Desk:
    """What the listener handed on."""

    def __init__(self) -> None:
        self.delivered: list[tuple[Delivery, Verdict]] = []
        self.refused: list[Verdict] = []
        self.known = True

    async def deliver(self, delivery: Delivery, verdict: Verdict, _size: int) -> bool:
        if self.known:
            self.delivered.append((delivery, verdict))
        return self.known


def listening(
    in_plain_loop: Any,
    emulator: EmulatorProcess,
    work: Callable[[Webhooks, Desk, httpx.AsyncClient], Awaitable[None]],
    **options: Any,
) -> None:
    async def main() -> None:
        async with _listening(emulator, **options) as (hooks, desk, client):
            await work(hooks, desk, client)

    in_plain_loop(main())


@asynccontextmanager
async def _listening(
    emulator: EmulatorProcess, *, now_s: Callable[[], float] = time.time, max_body: int = 1_000_000
):
    http, desk = Http(profile_of(emulator), KEY), Desk()
    hooks = Webhooks(Keys(http, now_s), desk.deliver, desk.refused.append, max_body)
    await hooks.start()
    try:
        async with httpx.AsyncClient(
            base_url=emulator.base, headers={"Authorization": f"Key {KEY}"}, timeout=100
        ) as client:
            yield hooks, desk, client
    finally:
        await hooks.close()
        await http.aclose()


async def submitted(client: httpx.AsyncClient, hooks: Webhooks, path: str, arguments: dict[str, Any]) -> str:
    answer = await client.post(f"/queue/{path}", json=arguments, params={"fal_webhook": hooks.url})
    return answer.json()["request_id"]


def signed(body: bytes, key: Ed25519PrivateKey, *, at_s: float | None = None) -> dict[str, str]:
    stamp = str(int(time.time() if at_s is None else at_s))
    message = "\n".join(("r-1", "user", stamp, hashlib.sha256(body).hexdigest())).encode()
    return dict(zip(webhook.NAMES, ("r-1", "user", stamp, key.sign(message).hex()), strict=True))


def test_the_emulators_calls_are_believed_and_handed_on(in_plain_loop, emulator) -> None:
    async def work(hooks: Webhooks, desk: Desk, client: httpx.AsyncClient) -> None:
        good = await submitted(client, hooks, "emulator/bench", {"value": "déjà vu"})
        bad = await submitted(client, hooks, "emulator/failing", {"how": "validation"})
        await until(lambda: len(desk.delivered) == 2)
        told = {delivery.request_id: delivery for delivery, _ in desk.delivered}
        assert told[good].is_ok
        assert not told[bad].is_ok
        assert told[bad].error
        assert all(verdict.is_genuine and verdict.user_id for _, verdict in desk.delivered)
        await until(lambda: len(hooks.received) == 2)
        assert {received.outcome for received in hooks.received} == {"taken"}

    listening(in_plain_loop, emulator, work)


def test_a_forged_call_is_refused_with_the_reason_and_named(in_plain_loop, emulator) -> None:
    body = b'{"request_id":"r-1","status":"OK","payload":{}}'

    async def work(hooks: Webhooks, desk: Desk, client: httpx.AsyncClient) -> None:
        since = emulator.last()
        for _ in range(5):
            answer = await client.post(
                hooks.url, content=body, headers=signed(body, Ed25519PrivateKey.generate())
            )
            assert answer.status_code == 401
            assert "signature does not fit" in answer.text
        unsigned = await client.post(hooks.url, content=body)
        assert (unsigned.status_code, "not signed" in unsigned.text) == (401, True)
        assert not desk.delivered
        assert len(desk.refused) == 6
        asked = [seen for seen in emulator.requests(since) if "jwks" in seen["path"]]
        assert len(asked) == 1, "a forger makes us fetch keys again and again"

    listening(in_plain_loop, emulator, work)


def test_a_call_that_was_genuine_ten_minutes_ago_is_stale(in_plain_loop, emulator) -> None:
    later = 0.0

    async def work(hooks: Webhooks, desk: Desk, client: httpx.AsyncClient) -> None:
        nonlocal later
        later = 600.0
        await submitted(client, hooks, "emulator/bench", {"value": 1})
        await until(lambda: desk.refused)
        assert "older than 300 s" in desk.refused[0].reason
        later = 0.0  # the emulator tries again, with a fresh stamp
        await until(lambda: desk.delivered)

    listening(in_plain_loop, emulator, work, now_s=lambda: time.time() + later)


def test_a_call_nobody_here_knows_yet_is_sent_again(in_plain_loop, emulator) -> None:
    async def work(hooks: Webhooks, desk: Desk, client: httpx.AsyncClient) -> None:
        desk.known = False
        request_id = await submitted(client, hooks, "emulator/bench", {"value": 1})
        await until(lambda: hooks.received)
        assert hooks.received[0].outcome == "no call here has this request id"
        desk.known = True
        await until(lambda: desk.delivered)
        assert desk.delivered[0][0].request_id == request_id

    listening(in_plain_loop, emulator, work)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", PATH, 200), ("PUT", PATH, 405), ("POST", "/else", 404)]
)
def test_other_requests_get_a_plain_answer(in_plain_loop, emulator, method, path, status) -> None:
    async def work(hooks: Webhooks, desk: Desk, client: httpx.AsyncClient) -> None:
        answer = await client.request(method, hooks.url.removesuffix(PATH) + path)
        assert answer.status_code == status
        assert not desk.refused

    listening(in_plain_loop, emulator, work)


def test_a_body_without_end_is_cut_off(in_plain_loop, emulator) -> None:
    async def endless():
        while True:
            yield b"x" * 50_000

    async def work(hooks: Webhooks, desk: Desk, client: httpx.AsyncClient) -> None:
        # It is hung up on in the middle; whether the answer still arrives is up to the network.
        with suppress(httpx.WriteError, httpx.ReadError):
            answer = await client.post(hooks.url, content=endless())
            assert answer.status_code == 413
        assert (await client.get(hooks.url)).status_code == 200
        assert not desk.refused

    listening(in_plain_loop, emulator, work)


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00 TLS to a plain port\r\n\r\n",
        b"POST /fal HTTP/1.1\r\nContent-Length: -4\r\n\r\n",
    ],
)
def test_what_is_no_http_is_told_so(in_plain_loop, emulator, said) -> None:
    async def work(hooks: Webhooks, desk: Desk, client: httpx.AsyncClient) -> None:
        url = httpx.URL(hooks.url)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(said)
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 400")

    listening(in_plain_loop, emulator, work)


def test_half_a_request_holds_nothing_up(in_plain_loop, emulator) -> None:
    async def work(hooks: Webhooks, desk: Desk, client: httpx.AsyncClient) -> None:
        url = httpx.URL(hooks.url)
        _, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"POST /fal HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
        await submitted(client, hooks, "emulator/bench", {"value": 1})
        await until(lambda: desk.delivered)  # and closing does not wait for the other half
        writer.close()

    listening(in_plain_loop, emulator, work)


def test_who_gives_up_while_it_begins_leaves_no_server_behind(in_plain_loop) -> None:
    async def main() -> None:
        for turns in range(8):
            hooks = Webhooks(None, None, None, 1000)
            async with asyncio.TaskGroup() as group:
                beginning = group.create_task(hooks.start())
                for _ in range(turns):
                    await asyncio.sleep(0)
                beginning.cancel()
            await hooks.close()

    in_plain_loop(main())
    gc.collect()  # a socket that was lost is told, as an error, when it is found


def test_a_taken_port_is_an_error_at_once(in_plain_loop, emulator) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        async def work(hooks: Webhooks, desk: Desk, client: httpx.AsyncClient) -> None:
            await hooks.close()
            with pytest.raises(OSError, match="in use"):
                await hooks.start(taken.getsockname()[1])

        listening(in_plain_loop, emulator, work)
