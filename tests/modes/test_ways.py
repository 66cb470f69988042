"""The ways of a profile: an HTTP proxy that is really gone through, and certificates that really vouch for a server."""

import asyncio
import ssl
import threading
from pathlib import Path

import httpx
import pytest
from msgspec import structs

from fal_studio.app.selftest_ways import Ways
from fal_studio.core import events as e
from fal_studio.core.request import Clocks, Hosts, Mode, Profile, ProfileKind
from fal_studio.modes.base import CallError
from fal_studio.modes.ways import Trust, proxy_to
from fal_studio.services import media
from fal_studio.services.catalog import unheard
from fal_studio.services.media_clients import MediaClients
from fal_studio.services.storage import Storage
from fal_studio.services.transfer import Transfer
from tests.emulator_process import start_emulator
from tests.modes.raw import answer, network_proxy, raw_server, saying, self_signed
from tests.modes.stage import KEY, end_of, of_kind, profile_at, profile_of, stage

OUTPUT = b'{"images": []}'


def test_certificates_of_the_profile_vouch_for_a_server(in_plain_loop, tmp_path: Path) -> None:
    tls, pem = self_signed(tmp_path), tmp_path / "server.pem"

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
        server = await asyncio.start_server(reply, "127.0.0.1", 0, ssl=tls)
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


def test_a_proxy_of_the_profile_is_gone_through_by_requests_sockets_and_uploads(
    in_plain_loop, tmp_path: Path
) -> None:
    (tmp_path / "cat.png").write_bytes(b"a cat")

    async def main() -> None:
        with start_emulator("--cold-start", "0", "--speed", "20") as emulator:
            async with network_proxy() as proxy:
                profile = profile_of(emulator, network_proxy=proxy.address)
                async with stage(profile) as it:
                    assert isinstance(end_of(await it.call("emulator/bench", Mode.RUN)), e.Output)
                    assert proxy.methods == [b"POST"]
                    call = it.start("emulator/sketch", Mode.REALTIME, {"prompt": "a way"})
                    it.runner.hang_up(call)
                    await it.runner.finished(call)
                    assert isinstance(end_of(it.facts(call)), e.Closed), end_of(it.facts(call))
                    assert b"CONNECT" in proxy.methods
                    del proxy.heads[:]
                    http = await it.runner.http("emulator")
                    url = await Transfer(Storage(http), tmp_path / "cat.png", lifetime_s=3600).run(unheard)
                    stored = [head for head in proxy.heads if b"/files/upload" in head]
                    assert stored, "the file itself went through the proxy, too"
                    assert not [head for head in stored if KEY.encode() in head]
                    clients = MediaClients(it.runner.trust)
                    client = await clients.of(profile, may_be_near=True)
                    assert (await media.fetch(client, url)).data == b"a cat"
                    await clients.aclose()
                    assert proxy.methods[-1] == b"GET"
                    assert b"uthorization" not in proxy.heads[-1]

    in_plain_loop(main())


def test_result_files_come_the_way_of_the_profile_and_without_its_key(in_plain_loop, tmp_path: Path) -> None:
    tls = self_signed(tmp_path, "files.example")

    async def main() -> None:
        file, clients = answer(b"a picture", content_type="image/png"), MediaClients(Trust())
        async with (
            raw_server(saying(file), tls) as server,
            network_proxy({"files.example": server.port}) as proxy,
        ):
            url = "https://files.example/cat.png"
            trusting = Profile("work", network_proxy=proxy.address, ca_file=str(tmp_path / "server.pem"))
            for profile, why in (
                (Profile("plain"), "could not be fetched"),  # nobody but the proxy knows the name
                (structs.replace(trusting, ca_file=""), "CERTIFICATE_VERIFY_FAILED"),
            ):
                with pytest.raises(media.MediaError, match=why):
                    await media.fetch(await clients.of(profile, may_be_near=False), url)
            client = await clients.of(trusting, may_be_near=False)
            assert (await media.fetch(client, url)).data == b"a picture"
            assert client is await clients.of(structs.replace(trusting, name="same way"), may_be_near=False)
            (request,) = server.requests
            assert b"uthorization" not in request
            slow = structs.replace(trusting, clocks=Clocks(connect_s=3, idle_s=7))
            timeout = (await clients.of(slow, may_be_near=False)).timeout
            assert (timeout.connect, timeout.read) == (3, 7)
            missing = structs.replace(trusting, ca_file=str(tmp_path / "missing.pem"))
            with pytest.raises(CallError, match="certificates of profile work cannot be used"):
                await clients.of(missing, may_be_near=False)
        await clients.aclose()

    in_plain_loop(main())


def test_certificates_are_read_on_a_thread_and_once_for_all_profiles(
    in_plain_loop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    self_signed(tmp_path)
    threads: list[int] = []
    really = httpx.create_ssl_context

    def create() -> ssl.SSLContext:
        threads.append(threading.get_ident())
        return really()

    monkeypatch.setattr(httpx, "create_ssl_context", create)

    async def main() -> None:
        trust, own = Trust(), str(tmp_path / "server.pem")
        found = await asyncio.gather(*(trust.of(Profile(name)) for name in "abc"), trust.of())
        assert len(set(map(id, found))) == 1
        assert await trust.of(Profile("d", ca_file=own)) is await trust.of(Profile("e", ca_file=own))

    in_plain_loop(main())
    assert len(threads) == 2
    assert threading.get_ident() not in threads


def test_the_self_test_goes_the_way_of_the_profile_and_says_what_its_proxy_does(
    in_plain_loop, tmp_path: Path
) -> None:
    tls = self_signed(tmp_path, "api.example", "files.example")
    hosts = Hosts(*["https://api.example"] * 3, "https://files.example", "https://api.example/v1")

    async def main() -> None:
        known: dict[str, int] = {}
        async with (
            raw_server(saying(answer(b"", "404 Not Found")), tls) as server,
            network_proxy(known) as proxy,
        ):
            profile = Profile(
                "work", hosts=hosts, network_proxy=proxy.address, ca_file=str(tmp_path / "server.pem")
            )
            ways = Ways(profile, Trust())
            assert (await ways.names()).message == (
                "127.0.0.1 found; the proxy looks up api.example, files.example"
            )
            assert (await ways.connections()).message == (
                "127.0.0.1 answered; the proxy connects to api.example, files.example"
            )
            refused = await ways.encryption()
            assert (
                "api.example: the proxy 127.0.0.1 does not connect to it (403 Not on the list)"
                in refused.message
            )
            assert ways.is_cut_off
            known.update({"api.example": server.port, "files.example": server.port})
            assert (
                await ways.encryption()
            ).message == "api.example, files.example trusted; through the proxy"
            assert set(proxy.methods) == {b"CONNECT"}
            assert all(request.startswith(b"HEAD / ") for request in server.requests)
            distrusting = await Ways(structs.replace(profile, ca_file=""), Trust()).encryption()
            assert "its certificate is not trusted (self-signed certificate)" in distrusting.message
            gone = structs.replace(profile, network_proxy="http://127.0.0.1:9")
            assert (await Ways(gone, Trust()).connections()).message.startswith("127.0.0.1: ")

    in_plain_loop(main())


def test_hosts_that_the_environment_exempts_are_reached_without_its_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example, .corp")
    profile = Profile("work")
    assert proxy_to(profile, "https://fal.run") == "http://proxy.example:3128"
    for url in ("http://fal.run", "https://inside.example", "https://a.corp", "https://127.0.0.1:4"):
        assert proxy_to(profile, url) == "", url
    assert (
        proxy_to(Profile("own", network_proxy="http://own.example"), "https://a.corp") == "http://own.example"
    )


def test_a_socket_goes_the_way_of_requests_past_the_proxy_of_the_environment(
    in_plain_loop, emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> list[e.Fact]:
        async with stage(profile_of(emulator)) as it:
            call = it.start("emulator/sketch", Mode.REALTIME, {"prompt": "a way"})
            it.runner.hang_up(call)
            await it.runner.finished(call)
            return it.facts(call)

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody is there
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    facts = in_plain_loop(main())
    assert isinstance(end_of(facts), e.Closed), end_of(facts)
    assert of_kind(facts, e.Connection)[-1].connect_s is not None, "it is measured, too"


def test_a_proxy_that_lets_no_socket_through_is_named(in_plain_loop) -> None:
    async def main() -> e.Failed:
        async with network_proxy({}) as proxy:
            profile = profile_at(
                "http://app.example", kind=ProfileKind.LOCAL_APP, network_proxy=proxy.address
            )
            async with stage(profile) as it:
                return end_of(await it.call("/", Mode.REALTIME, {}))

    end = in_plain_loop(main())
    assert end.kind is e.FailureKind.NETWORK
    assert "network proxy on the way to app.example" in end.message
