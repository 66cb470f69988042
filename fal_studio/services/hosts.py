"""Where files of results may be fetched from: addresses of the internet, and near ones only for near profiles."""

import asyncio
import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore

from fal_studio.core.request import Profile
from fal_studio.modes.lookup import look_up
from fal_studio.words import tr


class NotAllowed(httpcore.ConnectError):
    """A result names an address in this machine or this network; nobody but a near profile has files there."""


class PublicOnly(httpcore.AsyncNetworkBackend):
    """Connects to addresses of the internet alone.

    The address that was looked at is the one connected to, so a name that means another one a moment later gains
    nothing; redirects come through here as well.
    """

    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first public address of `host` that answers."""
        addresses, _ = await look_up(host, port, timeout)
        public = [address for address in addresses if is_public(address)]
        if addresses and not public:
            raise NotAllowed(
                tr("{host} is {addresses}, an address in this computer or network").format(
                    host=host, addresses=addresses[0]
                )
            )
        error: Exception | None = None
        for address in public:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        raise error or httpcore.ConnectError(tr("{host} has no address").format(host=host))

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no URL means a socket file."""
        raise NotAllowed(path)

    async def sleep(self, seconds: float) -> None:
        """Wait; httpcore asks for it between its own retries, of which there are none."""
        await asyncio.sleep(seconds)


def is_public(address: str) -> bool:
    """Whether an address is one of the internet, also when it is wrapped into another."""
    try:
        parsed = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or _translated(parsed)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a NAT64 gateway would connect to (RFC 6052)."""
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(address.packed[-4:])
    return None


def is_literally_near(url: str) -> bool:
    """Whether a URL names this machine or network without a look-up: all that can be told behind a network proxy."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return not is_public(host)


def is_near(profile: Profile) -> bool:
    """Whether a profile's own servers are on this machine or network, so that its results may be too."""
    hosts = profile.hosts
    return any(is_literally_near(url) for url in (hosts.run, hosts.queue, hosts.cdn))
