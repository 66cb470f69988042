"""Which addresses are of the internet, and whose results may be on this machine."""

import pytest

from fal_studio.core.request import Hosts, Profile, ProfileKind
from fal_studio.services import hosts, media
from tests.conftest import InLoop
from tests.modes.raw import answer, raw_server, saying


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("no address", False),
    ],
)
def test_an_address_of_the_internet_is_known_in_every_dress(address: str, *, public: bool) -> None:
    assert hosts.is_public(address) is public


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("https://v3.fal.media/a.png", False),
        ("http://localhost:8000/a", True),
        ("http://LOCALHOST./a", True),
        ("http://app.localhost/a", True),
        ("http://nas.local/a", True),
        ("http://192.168.1.5:9000", True),
        ("http://[::1]/a", True),
        ("http://8.8.8.8/a", False),
        ("https://local.fal.ai/a", False),
    ],
)
def test_a_near_host_is_seen_by_its_name(url: str, *, near: bool) -> None:
    assert hosts.is_literally_near(url) is near


def test_only_profiles_on_this_machine_or_network_have_files_there() -> None:
    assert not hosts.is_near(Profile("fal"))
    here = "http://127.0.0.1:4000"
    emulator = Profile("emulator", ProfileKind.EMULATOR, Hosts(run=here, queue=here, cdn=here))
    assert hosts.is_near(emulator)
    assert hosts.is_near(Profile("lan", ProfileKind.LOCAL_APP, Hosts(run="http://192.168.0.7:8000")))


def test_a_name_that_means_this_machine_is_refused_when_it_is_looked_up(
    in_plain_loop: InLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name of the internet may be given any address by whoever owns it, also between two look-ups."""

    async def look_up(*_: object) -> tuple[list[str], float]:
        return ["127.0.0.1"], 0.0

    async def main() -> None:
        async with raw_server(saying(answer(b"secret"))) as server:
            async with media.client(may_be_near=False) as client:
                monkeypatch.setattr(hosts, "look_up", look_up)
                with pytest.raises(
                    media.MediaError, match="an address in this computer or network"
                ) as caught:
                    await media.fetch(client, f"http://files.example:{server.port}/a.png")
                assert caught.value.is_final
            assert server.requests == []

    in_plain_loop(main())


def test_a_redirect_to_this_machine_is_refused(
    in_plain_loop: InLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first hop is let through to a server of ours, as if it were one of the internet."""

    async def main() -> None:
        async with raw_server(saying(answer(b"secret"))) as inner:
            moved = f"location: http://127.0.0.1:{inner.port}/secret\r\n"
            async with raw_server(saying(answer(b"", "302 Found", extra=moved))) as outer:
                monkeypatch.setattr(hosts, "is_public", lambda _: True)
                monkeypatch.setattr(media, "is_literally_near", lambda url: f":{outer.port}/" not in url)
                async with media.client(may_be_near=False) as client:
                    with pytest.raises(media.MediaError, match="an address in this computer"):
                        await media.fetch(client, f"http://127.0.0.1:{outer.port}/a.png")
            assert inner.requests == []

    in_plain_loop(main())


def test_files_behind_a_network_proxy_are_fetched_through_it(
    in_plain_loop: InLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with raw_server(saying(answer(b"by proxy"))) as proxy:
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
            async with media.client(may_be_near=False) as client:
                got = await media.fetch(client, "http://files.example/a.png")
                assert got.data == b"by proxy"
                with pytest.raises(media.MediaError, match="an address in this computer"):
                    await media.fetch(client, "http://169.254.169.254/latest")
            assert proxy.first_lines() == ["GET http://files.example/a.png HTTP/1.1"]

    in_plain_loop(main())
