"""The ways of a profile: an HTTP proxy that is really gone through, and certificates that really vouch for a server."""

import asyncio
from pathlib import Path

from fal_studio.core import events as e
from fal_studio.core.request import Mode
from tests.emulator_process import start_emulator
from tests.modes.raw import self_signed
from tests.modes.stage import end_of, profile_at, profile_of, stage

OUTPUT = b'{"images": []}'


def test_certificates_of_the_profile_vouch_for_a_server(in_plain_loop, tmp_path: Path) -> None:
    tls, pem = self_signed(tmp_path), tmp_path / "server.pem"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            % (len(OUTPUT), OUTPUT)
        )
        await writer.drain()
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
        base = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            async with stage(profile_at(base)) as it:
                refused = end_of(await it.call("a/b", Mode.RUN))
                assert isinstance(refused, e.Failed)
                assert "certificate" in refused.message.lower()
            async with stage(profile_at(base, ca_file=str(pem))) as it:
                assert isinstance(end_of(await it.call("a/b", Mode.RUN)), e.Output)
            (tmp_path / "none.pem").write_text("no certificate")
            for file, why in (("none.pem", "is no PEM file"), ("missing.pem", "No such file")):
                async with stage(profile_at(base, ca_file=str(tmp_path / file))) as it:
                    failed = end_of(await it.call("a/b", Mode.RUN))
                    assert isinstance(failed, e.Failed)
                    assert why in failed.message
                    assert failed.charged is e.Charged.NO

    in_plain_loop(main())


def test_a_proxy_of_the_profile_is_gone_through_by_requests_and_sockets(in_plain_loop) -> None:
    asked: list[bytes] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b" ", 2)
        asked.append(method)
        netloc = target.decode().removeprefix("http://").split("/")[0]
        host, _, port = netloc.partition(":")
        there, back = await asyncio.open_connection(host, int(port))
        if method == b"CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            plain = head.replace(b"http://" + netloc.encode(), b"", 1).replace(b"keep-alive", b"close")
            back.write(plain)
        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)

    async def main() -> None:
        server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
        proxy = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with start_emulator("--cold-start", "0", "--speed", "20") as emulator:
            async with server, stage(profile_of(emulator, network_proxy=proxy)) as it:
                assert isinstance(end_of(await it.call("emulator/bench", Mode.RUN)), e.Output)
                assert asked == [b"POST"]
                call = it.start("emulator/sketch", Mode.REALTIME, {"prompt": "a way"})
                it.runner.hang_up(call)
                await it.runner.finished(call)
                assert isinstance(end_of(it.facts(call)), e.Closed), end_of(it.facts(call))
                assert b"CONNECT" in asked

    in_plain_loop(main())
