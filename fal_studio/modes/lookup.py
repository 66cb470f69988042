"""Looks up names. The system may take minutes for one that nobody answers for, and lets nobody interrupt it: nothing waits for that.

Each name that is asked for has a thread of its own, which all share who want that name. In the loop's own few threads, a handful
of names that hang would hold up everything else that is done there, and the end of the program.
"""

import asyncio
import ipaddress
import socket
import time
from typing import Any
from weakref import WeakKeyDictionary

import httpcore

from fal_studio.modes.aside import begun
from fal_studio.words import tr

_asked: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, int], asyncio.Future[Any]]] = (
    WeakKeyDictionary()
)
"""What the system is being asked now, by loop."""


async def look_up(
    host: str,
    port: int,
    patience_s: float | None,
) -> tuple[list[str], float | None]:
    """Return the addresses of a host, families taking turns, and how long that took (None for an address)."""
    try:
        ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    else:
        return [host], None
    began = time.perf_counter()
    try:
        async with asyncio.timeout(patience_s):
            found = await asyncio.shield(_ask(host, port))
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(tr("looking up {host} took too long").format(host=host)) from error
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    took = time.perf_counter() - began
    by_family: dict[int, list[str]] = {}
    for family, _type, _proto, _name, address in found:
        same = by_family.setdefault(family, [])
        if address[0] not in same:
            same.append(str(address[0]))
    turns: list[str] = []
    for index in range(max(map(len, by_family.values()), default=0)):
        turns.extend(same[index] for same in by_family.values() if index < len(same))
    return turns, took


def _ask(host: str, port: int) -> asyncio.Future[Any]:
    """Return what will have the system's answer, of a question that may have been put already."""
    asked = _asked.setdefault(asyncio.get_running_loop(), {})
    answer = asked.get((host, port))
    if answer is None:

        def answered(answer: asyncio.Future[Any]) -> None:
            del asked[host, port]
            if not answer.cancelled():
                answer.exception()  # whoever asked may have given up: then it is no news to anybody

        answer = begun(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), f"look up {host}")
        asked[host, port] = answer
        answer.add_done_callback(answered)
    return answer
