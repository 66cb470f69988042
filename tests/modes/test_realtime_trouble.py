"""A scripted server does to a session what servers do: each time there is a state and a reason, and nothing hangs."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgpack
import pytest
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve

from fal_studio.core import events as e
from fal_studio.core.blobs import Blob, CannotKeep, Keep
from fal_studio.core.events import FailureKind, SessionState
from fal_studio.core.realtime.figures import Figures, Match
from fal_studio.core.request import Clocks, Mode, ProfileKind
from fal_studio.modes import socket as sockets
from tests.conftest import InLoop
from tests.modes.stage import Stage, end_of, of_kind, profile_at, stage, until_fact
from tests.waiting import until

ENDPOINT = "someone/sketch"
Script = Callable[[ServerConnection, int], Awaitable[None]]
"""Gets the socket and how many were open before it."""


@asynccontextmanager
async def session(
    script: Script, keep: Keep | None = None, **options: object
) -> AsyncGenerator[tuple[Stage, str]]:
    """Open a session with a server on this machine that does what the script says; no token is needed there."""
    count = 0

    async def handler(socket: ServerConnection) -> None:
        nonlocal count
        count += 1
        await script(socket, count - 1)

    async with serve(handler, "127.0.0.1", 0, max_size=None, close_timeout=0.2) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        profile = profile_at(f"http://127.0.0.1:{port}", kind=ProfileKind.LOCAL_APP)
        async with stage(profile, keep=keep) as it:
            call = it.start(ENDPOINT, Mode.REALTIME, {"request_id": "a"}, **options)
            yield it, call
            it.runner.hang_up(call)
            async with asyncio.timeout(100):
                await it.runner.finished(call)


def answer(**values: object) -> bytes:
    return msgpack.packb(values, use_bin_type=True)


async def echo(socket: ServerConnection) -> None:
    async for frame in socket:
        await socket.send(frame)


def test_messages_in_pieces_and_whole_ones_are_heard_in_the_order_they_came(in_plain_loop) -> None:
    count = 40

    async def script(socket: ServerConnection, _before: int) -> None:
        await socket.recv()
        for number in range(count):
            frame = answer(number=number)
            await socket.send([frame[:2], frame[2:5], frame[5:]] if number % 3 else frame)
        await socket.send(["<ht", "ml>"])
        await socket.send(answer(request_id="a"))
        await socket.wait_closed()

    async def main() -> None:
        async with session(script) as (it, call):
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial) and fact.reply_to == 0)
        facts = it.facts(call)
        answers = of_kind(facts, e.Partial)
        assert [one.index for one in answers] == list(range(count + 1))
        assert [one.payload.get("number") for one in answers] == [*range(count), None]
        assert (
            facts.index(answers[count - 1])
            < facts.index(e.Control("text", "<html>", 6))
            < facts.index(answers[count])
        )

    in_plain_loop(main())


def test_a_text_that_is_none_breaks_the_session_with_a_reason(in_plain_loop) -> None:
    async def script(socket: ServerConnection, _before: int) -> None:
        await socket.recv()
        await socket.send(b"\xff\xfe", text=True)
        await socket.wait_closed()

    async def main() -> None:
        async with session(script) as (it, call):
            await until_fact(it, call, lambda fact: isinstance(fact, e.ENDS))
        end = end_of(it.facts(call))
        assert isinstance(end, e.Failed)
        assert "broke the WebSocket protocol" in end.message

    in_plain_loop(main())


def test_what_goes_wrong_while_an_answer_is_taken_ends_the_call_and_not_the_program(
    in_plain_loop, caplog
) -> None:
    def full(_data: bytes, _content_type: str) -> Blob:
        raise CannotKeep("The disk is full.")

    async def script(socket: ServerConnection, _before: int) -> None:
        await socket.recv()
        await socket.send(answer(picture=b"x" * 300))
        await socket.wait_closed()

    async def main() -> None:
        async with session(script, keep=full) as (it, call):
            await until_fact(it, call, lambda fact: isinstance(fact, e.ENDS))
        end = end_of(it.facts(call))
        assert isinstance(end, e.Failed)
        assert end.kind is FailureKind.BUG
        assert "The disk is full." in caplog.text

    in_plain_loop(main())


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (answer(images=[{"content": b"x" * 300}])[:-40], "neither MessagePack nor JSON"),  # cut off
        (b"\x91" * 100_000 + b"\x90", "nested too deeply"),
        (b"\xc1", "neither MessagePack nor JSON"),
        (b"", "neither MessagePack nor JSON"),
        (b"\xdf\xff\xff\xff\xff", "neither MessagePack nor JSON"),  # a map of four thousand million entries
    ],
)
def test_a_frame_that_cannot_be_read_is_told_and_the_session_goes_on(in_plain_loop, frame, words) -> None:
    async def script(socket: ServerConnection, _before: int) -> None:
        await socket.recv()
        await socket.send(frame)
        await socket.send("<html>")
        await socket.send(answer(request_id="a"))
        await socket.wait_closed()

    async def main() -> None:
        async with session(script) as (it, call):
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial) and fact.reply_to == 0)
        facts = it.facts(call)
        trouble = of_kind(facts, e.Trouble)
        assert [(one.kind, words in one.message) for one in trouble] == [(FailureKind.PROTOCOL, True)]
        assert any(control.name == "text" for control in of_kind(facts, e.Control))
        assert isinstance(end_of(facts), e.Closed)

    in_plain_loop(main())


def test_a_frame_of_100_mb_is_refused_by_its_head(in_plain_loop) -> None:
    async def script(socket: ServerConnection, _before: int) -> None:
        await socket.recv()
        socket.transport.write(b"\x82\x7f" + (100_000_000).to_bytes(8, "big") + b"x" * 1000)
        await socket.wait_closed()

    async def main() -> None:
        async with session(script) as (it, call):
            await until_fact(it, call, lambda fact: isinstance(fact, e.ENDS))
        end = end_of(it.facts(call))
        assert isinstance(end, e.Failed)
        assert "a message was too large (1009" in end.message
        states = [one.state for one in of_kind(it.facts(call), e.Session)]
        assert states[-1] is SessionState.STOPPED
        assert SessionState.RECONNECTING not in states  # it would end the same way

    in_plain_loop(main())


def test_a_restart_of_the_server_is_survived_with_its_reason(in_plain_loop) -> None:
    async def script(socket: ServerConnection, before: int) -> None:
        if not before:
            await socket.recv()
            await socket.close(1012, "deploying")
        else:
            await echo(socket)

    async def main() -> None:
        async with session(script) as (it, call):
            await until_fact(
                it, call, lambda fact: isinstance(fact, e.Session) and fact.state is SessionState.RECONNECTING
            )
            it.runner.send(call, {"request_id": "b"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
        facts = it.facts(call)
        again = next(one for one in of_kind(facts, e.Session) if one.state is SessionState.RECONNECTING)
        assert again.reason == "the server restarts (1012: deploying)"
        figures = Figures()
        for event in it.log.of(call):
            figures.take(event)
        assert (figures.sent, figures.answered, figures.lost) == (2, 1, 1)

    in_plain_loop(main())


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (1009, "frame too big", "a message was too large (1009: frame too big)"),
        (1003, "", "the server does not take this kind of message (1003)"),
        (1008, "no", "the server refused a message: its policy (1008: no)"),
    ],
)
def test_what_would_end_the_same_way_is_not_tried_again(in_plain_loop, code, reason, words) -> None:
    async def script(socket: ServerConnection, _before: int) -> None:
        await socket.recv()
        await socket.close(code, reason)

    async def main() -> None:
        async with session(script) as (it, call):
            await until_fact(it, call, lambda fact: isinstance(fact, e.ENDS))
        end = end_of(it.facts(call))
        assert isinstance(end, e.Failed)
        assert words in end.message
        assert end.next_step

    in_plain_loop(main())


def test_answers_that_come_twice_and_in_another_order_are_counted_as_what_they_are(in_plain_loop) -> None:
    async def script(socket: ServerConnection, _before: int) -> None:
        frames = [await socket.recv() for _ in range(3)]
        for frame in (frames[2], frames[0], frames[2], frames[1]):
            await socket.send(frame)
        await socket.wait_closed()

    async def main() -> None:
        async with session(script) as (it, call):
            it.runner.send(call, {"request_id": "b"})
            it.runner.send(call, {"request_id": "c"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial) and fact.index == 3)
            figures = Figures()
            for event in it.log.of(call):
                figures.take(event)
        assert [fact.reply_to for fact in of_kind(it.facts(call), e.Partial)] == [2, 0, None, 1]
        assert (figures.answered, figures.strays, figures.late, figures.in_flight) == (3, 1, 2, 0)
        assert figures.match is Match.ID

    in_plain_loop(main())


def test_a_socket_that_died_in_a_sleep_is_let_go_of_and_one_that_lives_stays(
    in_plain_loop: InLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "LIFE_WITHIN_S", 0.5)
    is_deaf = asyncio.Event()

    async def script(socket: ServerConnection, before: int) -> None:
        if not before:
            await socket.recv()
            await is_deaf.wait()
            assert isinstance(socket.transport, asyncio.Transport)
            socket.transport.pause_reading()  # as a peer that is gone: nothing is answered
            is_deaf.clear()
            await socket.wait_closed()
        else:
            await echo(socket)

    async def main() -> None:
        async with session(script) as (it, call):
            await until_fact(it, call, lambda fact: isinstance(fact, e.Sent))
            it.runner.check_all()
            await until_fact(it, call, lambda fact: fact == e.Control("ping"))
            assert not any(
                one.state is SessionState.RECONNECTING for one in of_kind(it.facts(call), e.Session)
            )
            is_deaf.set()
            await until(lambda: not is_deaf.is_set())
            it.runner.check_all()
            await until_fact(
                it, call, lambda fact: isinstance(fact, e.Session) and fact.state is SessionState.RECONNECTING
            )
            it.runner.send(call, {"request_id": "b"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
        again = [one for one in of_kind(it.facts(call), e.Session) if one.state is SessionState.RECONNECTING]
        assert [one.reason for one in again] == [
            "no sign of life after this computer slept or changed its network"
        ]

    in_plain_loop(main())


def test_a_session_that_is_ended_while_a_dead_socket_is_asked_was_closed_here(
    in_plain_loop: InLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "LIFE_WITHIN_S", 0.5)
    is_deaf = asyncio.Event()

    async def script(socket: ServerConnection, _before: int) -> None:
        await socket.recv()
        assert isinstance(socket.transport, asyncio.Transport)
        socket.transport.pause_reading()  # as a peer that is gone: nothing is answered
        is_deaf.set()
        await socket.wait_closed()

    async def main() -> None:
        async with session(script, reconnect_limit=0) as (it, call):
            await is_deaf.wait()
            it.runner.check_all()
            await asyncio.sleep(0)
            it.runner.hang_up(call)
            await until_fact(it, call, lambda fact: isinstance(fact, e.ENDS))
        end = end_of(it.facts(call))
        assert isinstance(end, e.Closed), end
        assert end.reason == "closed here"

    in_plain_loop(main())


def test_http_over_websocket_ends_soon_too_when_its_socket_died_in_a_sleep(
    in_plain_loop: InLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "LIFE_WITHIN_S", 0.5)
    is_deaf, came = asyncio.Event(), 0

    async def script(socket: ServerConnection) -> None:
        nonlocal came
        came += 1
        await socket.recv()
        await is_deaf.wait()
        assert isinstance(socket.transport, asyncio.Transport)
        socket.transport.pause_reading()  # as a peer that is gone: nothing is answered
        is_deaf.clear()
        await socket.wait_closed()

    async def main() -> None:
        async with serve(script, "127.0.0.1", 0, close_timeout=0.2) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            here = profile_at(f"http://127.0.0.1:{port}", clocks=Clocks(idle_s=60.0))
            async with stage(replace(here, hosts=replace(here.hosts, ws=f"ws://127.0.0.1:{port}"))) as it:
                call = it.runner.start(it.request(ENDPOINT, Mode.RUN, {"a": 1}), over_socket=True)
                await until_fact(it, call, lambda fact: isinstance(fact, e.Sent))
                it.runner.check_all()
                await asyncio.sleep(1.0)
                assert it.runner.is_running(call), "one that answers is left alone"
                is_deaf.set()
                await until(lambda: not is_deaf.is_set())
                it.runner.check_all()
                async with asyncio.timeout(8):
                    await it.runner.finished(call)
        end = end_of([event.fact for event in it.log.of(call)])
        assert isinstance(end, e.Unknown), "it may have run: nothing is sent again"
        assert end.why == (
            f"{ENDPOINT} may have run, and may be charged: "
            "no sign of life after this computer slept or changed its network."
        )
        assert came == 1

    in_plain_loop(main())
