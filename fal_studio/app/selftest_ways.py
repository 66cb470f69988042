"""The first lines of the self-test: names, connections and encryption, the way that the profile's calls go.

Behind a network proxy it is the proxy that looks names up and connects; what it does, and what this machine does, is told apart.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import httpx

from fal_studio.core.request import Profile
from fal_studio.doctor import machine
from fal_studio.doctor.findings import Finding, ok, problem, skipped
from fal_studio.figures import number
from fal_studio.modes.ways import Trust, proxy_to
from fal_studio.words import tr

_NEXT: Final = {
    "dns": tr(
        "Check the connection and the address in the profile. The Emulator profile works without a network."
    ),
    "tcp": tr("Check the connection, the proxy and the firewall."),
    "tls": tr("If a company proxy stands between, name its certificate file in the profile."),
}
_PROXY_PORTS: Final = {"https": 443, "socks5": 1080, "socks5h": 1080}


class Door(NamedTuple):
    """A server of the profile, and how it is reached."""

    host: str
    port: int
    is_tls: bool
    proxy: str = ""
    """The network proxy on the way; "" for none."""


class Ways:
    """Tries every door of a profile; no key is sent."""

    def __init__(self, profile: Profile, trust: Trust) -> None:
        self._profile, self._trust = profile, trust
        self.is_cut_off = False
        """Whether nothing at all could be reached: what comes after that is not worth trying."""
        targets = machine.targets_of(profile.hosts)
        self._doors = [Door(*target, proxy_to(profile, _url(*target))) for target in targets]

    @property
    def _direct(self) -> list[Door]:
        return [door for door in self._doors if not door.proxy]

    @property
    def _behind(self) -> list[Door]:
        return [door for door in self._doors if door.proxy]

    @property
    def _first(self) -> list[Door]:
        """What this machine itself connects to: doors, and proxies in place of what is behind them."""
        return [*self._direct, *{door.proxy: _door_of(door.proxy) for door in self._behind}.values()]

    @property
    def connect_s(self) -> float:
        """How long a door may take to answer: what the profile allows its calls."""
        return self._profile.clocks.connect_s

    async def names(self) -> Finding:
        """Look names up, those of proxies in place of what is behind them."""
        loop = asyncio.get_running_loop()
        return await self._each(
            "dns",
            self._first,
            lambda door: loop.getaddrinfo(door.host, door.port),
            tr("{listed} found").format(listed=_listed(self._first)),
            tr("the proxy looks up"),
        )

    async def connections(self) -> Finding:
        """Connect, to proxies in place of what is behind them."""
        return await self._each(
            "tcp",
            self._first,
            lambda door: _connected(door.host, door.port, None),
            tr("{listed} answered").format(listed=_listed(self._first)),
            tr("the proxy connects to"),
        )

    async def encryption(self) -> Finding:
        """Shake hands with all doors that encrypt, through the proxies."""
        doors = [door for door in self._doors if door.is_tls]
        if not doors:
            return skipped("tls", tr("Not needed: this profile's addresses are plain HTTP"))
        trusted = await self._trust.of(self._profile)
        through = tr("; through the proxy") if any(door.proxy for door in doors) else ""
        return await self._each(
            "tls",
            doors,
            lambda door: _greeted(door, trusted),
            tr("{listed} trusted{through}").format(listed=_listed(doors), through=through),
            "",
        )

    async def _each(
        self,
        key: str,
        doors: Sequence[Door],
        one: Callable[[Door], Awaitable[object]],
        said: str,
        of_proxy: str,
    ) -> Finding:
        answers = await asyncio.gather(*(self._tried(door, one) for door in doors))
        bad = [f"{door.host}: {answer}" for door, answer in zip(doors, answers, strict=True) if answer]
        if bad:
            self.is_cut_off = len(bad) == len(doors)
            return problem(key, f"{'; '.join(bad)}.", _NEXT[key])
        behind = f"; {of_proxy} {_listed(self._behind)}" if of_proxy and self._behind else ""
        return ok(key, f"{said}{behind}")

    async def _tried(self, door: Door, one: Callable[[Door], Awaitable[object]]) -> str:
        """Return what is wrong with a door, "" for nothing."""
        try:
            async with asyncio.timeout(self.connect_s):
                await one(door)
        except ssl.SSLCertVerificationError as error:
            return _distrusted(error)
        except (TimeoutError, httpx.TimeoutException):
            return tr("no answer within {connect_s} s").format(connect_s=number(self.connect_s, "g"))
        except httpx.ProxyError as error:
            return tr("the proxy {host} does not connect to it ({error})").format(
                host=_door_of(door.proxy).host, error=error
            )
        except httpx.HTTPError as error:
            return _of_chain(error)
        except (OSError, UnicodeError) as error:
            return str(error)
        return ""


def _url(host: str, port: int, is_tls: bool) -> str:
    return f"{'https' if is_tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def _door_of(proxy: str) -> Door:
    parts = urlsplit(proxy)
    return Door(parts.hostname or "", parts.port or _PROXY_PORTS.get(parts.scheme, 80), is_tls=False)


def _listed(doors: Sequence[Door]) -> str:
    return ", ".join(sorted({door.host for door in doors}))


async def _connected(host: str, port: int, context: ssl.SSLContext | None) -> None:
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _greeted(door: Door, trusted: ssl.SSLContext) -> None:
    """Shake hands; through a proxy that takes a request, which is one without a key that nobody has to answer well."""
    if not door.proxy:
        await _connected(door.host, door.port, trusted)
        return
    transport = httpx.AsyncHTTPTransport(verify=trusted, proxy=door.proxy)
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        await client.head(_url(door.host, door.port, door.is_tls))


def _of_chain(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _distrusted(cause)
        cause = cause.__cause__ or cause.__context__
    return str(error)


def _distrusted(error: ssl.SSLCertVerificationError) -> str:
    return tr("its certificate is not trusted ({verify_message})").format(verify_message=error.verify_message)
