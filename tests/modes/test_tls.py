"""TLS with a certificate that is trusted: requests and sockets work, and each step is timed."""

import msgpack
from websockets.asyncio.server import ServerConnection, serve

from fal_studio.core import events as e
from fal_studio.core.request import Mode, ProfileKind
from tests.modes.raw import answer, raw_server, saying, self_signed
from tests.modes.stage import end_of, of_kind, profile_at, stage, until_fact


def test_a_request_over_tls_is_timed_step_by_step(in_plain_loop, tmp_path, monkeypatch) -> None:
    tls = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))

    async def main() -> None:
        async with (
            raw_server(saying(answer(b'{"a": 1}')), tls) as server,
            stage(profile_at(f"https://127.0.0.1:{server.port}")) as it,
        ):
            facts = await it.call("a/b", Mode.RUN, {})
            again = await it.call("a/b", Mode.RUN, {})
        assert end_of(facts).payload == {"a": 1}
        (first,) = of_kind(facts, e.Connection)
        assert first.connect_s > 0
        assert first.tls_s > 0
        (second,) = of_kind(again, e.Connection)
        assert second == e.Connection(reused=True, remote=f"127.0.0.1:{server.port}", http_version="HTTP/1.1")

    in_plain_loop(main())


def test_a_socket_over_tls_is_timed_too(in_plain_loop, tmp_path, monkeypatch) -> None:
    tls = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))

    async def echo(connection: ServerConnection) -> None:
        async for frame in connection:
            await connection.send(msgpack.packb({"echo": msgpack.unpackb(frame)}))

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0, ssl=tls) as server:
            port = server.sockets[0].getsockname()[1]
            async with stage(profile_at(f"https://127.0.0.1:{port}", kind=ProfileKind.LOCAL_APP)) as it:
                call = it.start("/", Mode.REALTIME, {"text": "x"})
                partial = await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
                it.runner.hang_up(call)
                await it.runner.finished(call)
        assert partial.payload == {"echo": {"text": "x"}}
        (connection,) = of_kind(it.facts(call), e.Connection)
        assert connection.connect_s > 0
        assert connection.tls_s > 0

    in_plain_loop(main())
