"""Files of results that are to be on the disk, because the server keeps them for a short time only."""

from collections.abc import Sequence

import msgspec

from fal_studio.core import artifacts
from fal_studio.core import events as e
from fal_studio.core.artifacts import Kind
from fal_studio.core.events import Event


class Wanted(msgspec.Struct, frozen=True):
    """One file of one result that is not on the disk yet."""

    call: str
    url: str
    profile: str
    """The call's: says whether the file may be on this machine or in this network."""
    size_bytes: int | None = None
    """As the result says it; models are wrong about it at times."""
    content_type: str = ""


class Earlier(msgspec.Struct, frozen=True):
    """A file of an earlier result that is kept on this machine."""

    sha256: str
    name: str
    kind: Kind
    content_type: str = ""
    size_bytes: int = 0
    """0 where nobody has told it."""
    endpoint: str = ""
    created_s: float = 0.0
    """When its call began: calendar time, seconds since 1970."""


def wanted(events: Sequence[Event]) -> tuple[Wanted, ...]:
    """Return the files of a call's result that have to be fetched, in the order they stand there."""
    started = events[0].fact if events else None
    profile = started.profile if isinstance(started, e.Started) else ""
    output = next((event.fact for event in reversed(events) if isinstance(event.fact, e.Output)), None)
    if output is None:
        return ()
    return tuple(
        Wanted(events[0].call, file.url, profile, file.size_bytes, file.content_type)
        for file in artifacts.find(output.payload)
        if is_remote(file.url)
    )


def is_remote(url: str) -> bool:
    """Whether it names a file on a server, not bytes that are at hand."""
    return url.startswith(("http://", "https://"))
