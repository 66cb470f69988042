"""What the tests of the engine stand on: a profile for a running server, a runner, and calls from start to end."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

from fal_studio.core import events as e
from fal_studio.core.blobs import Blob, Keep, blob_of
from fal_studio.core.events import Event, encode
from fal_studio.core.log import EventLog
from fal_studio.core.request import Clocks, Hosts, Mode, Options, Profile, ProfileKind, Request
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import Access
from tests.emulator_process import KEY, EmulatorProcess
from tests.waiting import until

CANARY = "canary-id:5ec4e7c0ffee5ec4e7c0ffee"


def profile_of(emulator: EmulatorProcess, **changes: Any) -> Profile:
    """Return the profile for a running emulator."""
    hosts = Hosts(
        run=emulator.run,
        queue=emulator.queue,
        rest=emulator.rest,
        cdn=emulator.cdn,
        platform=emulator.api,
        ws=emulator.ws,
        schema=emulator.openapi,
    )
    return Profile("emulator", ProfileKind.EMULATOR, hosts, **changes)


def profile_at(base: str, **changes: Any) -> Profile:
    """Return a profile whose hosts all are `base`."""
    changes = {"kind": ProfileKind.CUSTOM, "clocks": Clocks(connect_s=10.0, idle_s=10.0)} | changes
    return Profile("here", hosts=Hosts(base, base, base, base, base, base, base), **changes)


class Stage:
    """A runner on one profile, and what its calls did."""

    def __init__(self, profile: Profile, key: str = KEY, keep: Keep | None = None) -> None:
        self.log = EventLog()
        self.blobs: dict[str, bytes] = {}
        self.profile = profile
        self.key = key
        self.intended: list[str] = []
        self.requests: dict[str, Request] = {}
        self.runner = CallRunner(self.log, self._access, keep or self.keep, before_start=self._intend)

    async def _access(self, name: str) -> Access:
        return Access(self.profile, self.key)

    async def _intend(self, call: str, request: Request) -> None:
        self.intended.append(call)

    def keep(self, data: bytes, content_type: str) -> Blob:
        blob = blob_of(data, content_type)
        self.blobs[blob.sha256] = data
        return blob

    def request(self, endpoint: str, mode: Mode, arguments: Any = None, **options: Any) -> Request:
        """Return a request."""
        return Request(endpoint, mode, {} if arguments is None else arguments, "emulator", Options(**options))

    def request_of(self, call: str) -> Request:
        """Return the request a call was started with."""
        return self.requests[call]

    def start(self, endpoint: str, mode: Mode, arguments: Any = None, **options: Any) -> str:
        """Begin a call."""
        request = self.request(endpoint, mode, arguments, **options)
        call = self.runner.start(request)
        self.requests[call] = request
        return call

    async def call(self, endpoint: str, mode: Mode, arguments: Any = None, **options: Any) -> list[e.Fact]:
        """Make a call and return its facts once it is over; the invariants are checked on the way."""
        call = self.start(endpoint, mode, arguments, **options)
        await self.runner.finished(call)
        return self.facts(call)

    def facts(self, call: str) -> list[e.Fact]:
        """Return the facts of a call, having checked what holds for every call."""
        events = self.log.of(call)
        check_invariants(events, self.key)
        return [event.fact for event in events]

    def seen(self, call: str, kind: type) -> bool:
        """Whether a fact of that kind happened."""
        return any(isinstance(event.fact, kind) for event in self.log.of(call))


@asynccontextmanager
async def stage(profile: Profile, key: str = KEY, keep: Keep | None = None) -> AsyncGenerator[Stage]:
    """Open the stage."""
    it = Stage(profile, key, keep)
    async with it.runner:
        yield it


def check_invariants(events: tuple[Event, ...], key: str) -> None:
    """First Started, at most one end and nothing of weight after it, no gaps, time never falls, no key anywhere."""
    assert isinstance(events[0].fact, e.Started)
    assert [event.seq for event in events] == list(range(len(events)))
    assert all(one.t_ns <= other.t_ns for one, other in pairwise(events))
    ends = [event for event in events if isinstance(event.fact, e.ENDS)]
    assert len(ends) <= 1 or any(isinstance(event.fact, e.Resumed) for event in events)
    secret = key.partition(":")[2].encode()
    for event in events:
        assert not secret or secret not in encode(event)


def of_kind(facts: list[e.Fact], kind: type[Any]) -> list[Any]:
    """Return the facts of one kind."""
    return [fact for fact in facts if isinstance(fact, kind)]


def end_of(facts: list[e.Fact]) -> Any:
    """Return the one end."""
    (end,) = of_kind(facts, e.ENDS)  # type: ignore[arg-type]
    return end


async def until_fact(it: Stage, call: str, wanted: Callable[[e.Fact], bool], limit_s: float = 15.0) -> e.Fact:
    """Wait for a fact."""

    def found() -> list[e.Fact]:
        return [event.fact for event in it.log.of(call) if wanted(event.fact)]

    def there() -> str:
        return f"a fact beside {[type(event.fact).__name__ for event in it.log.of(call)]}"

    return (await until(found, what=there, limit_s=limit_s))[0]
