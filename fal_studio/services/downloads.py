"""Fetches the files of every result at once, a few at a time, and again after a break; says in the log how far each is."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable

import httpx
from msgspec import structs

from fal_studio.core import events as e
from fal_studio.core.blobs import CannotKeep
from fal_studio.core.events import Event, FileState
from fal_studio.core.files import Wanted, wanted
from fal_studio.core.log import EventLog
from fal_studio.modes.base import CallError
from fal_studio.services import media
from fal_studio.services.media import MediaError, Part
from fal_studio.words import tr

AT_ONCE = 4
"""Files of fresh results; as many of earlier ones may be on their way beside them."""
PAUSES_S = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""Before the second, third … try. What fails after the last is tried again at the next start of the program."""
OLD_IN_HAND = 200
"""Files of earlier starts that are tried, or wait for their next try: tens of thousands of tasks would hold up the loop."""
PATIENCE = 3
"""After so many tries whoever waits for a file is told that it is not here."""
LONGEST_WAIT_S = 600.0
TELL_EVERY_S = 0.5

GetPart = Callable[[str], Part]
ClientOf = Callable[[str], Awaitable[httpx.AsyncClient]]
"""Returns what fetches files of the profile of that name; raises CallError."""
BringBack = Callable[[str], Awaitable[None]]
"""Puts a call of an earlier run of the program back into the log, if it is not there."""


class Downloads:
    """Listens to the log for results and fetches what they name. Its methods are for the loop's thread."""

    def __init__(self, log: EventLog, part: GetPart, client_of: ClientOf, bring_back: BringBack) -> None:
        self._log = log
        self._part = part
        self._client_of = client_of
        self._bring_back = bring_back
        self._group: asyncio.TaskGroup | None = None
        self._early: list[Wanted] = []
        self._going: dict[str, list[Wanted]] = {}
        """Files on their way, by URL, with everybody who wants them: two calls may name the same."""
        self._ends: dict[str, asyncio.Future[e.Download]] = {}
        self._waiting: dict[str, list[Wanted]] = {}
        """Files of earlier runs whose turn has not come yet, by URL, with everybody who wants them."""
        self._profiles: dict[str, str] = {}
        """Whose files they are, by URL."""
        self._fresh = asyncio.Semaphore(AT_ONCE)
        self._old = asyncio.Semaphore(AT_ONCE)

    def listen(self) -> Callable[[], None]:
        """Take what results name from now on; returns what ends that. Fetched is it by `run`."""
        return self._log.subscribe(self._on_event)

    async def run(self, unfinished: Iterable[Wanted] = ()) -> None:
        """Fetch until cancelled: `unfinished` of earlier runs of the program, and what is wanted meanwhile."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                early, self._early = self._early, []
                for one in early:
                    self._begin(one, self._fresh)
                room = asyncio.Semaphore(OLD_IN_HAND)
                for one in unfinished:
                    self._waiting.setdefault(one.url, []).append(one)
                for url in tuple(self._waiting):
                    await room.acquire()
                    task = self._begin_waiting(url, self._old)
                    if task is None:
                        room.release()
                    else:
                        task.add_done_callback(lambda _task: room.release())
                await asyncio.Event().wait()
        finally:
            self._group = None
            self._waiting.clear()
            for end in self._ends.values():
                end.cancel()

    def want(self, one: Wanted) -> None:
        """Fetch a file, as soon as `run` does."""
        if one.url not in self._ends or self._ends[one.url].done():
            self._ends[one.url] = asyncio.get_running_loop().create_future()
        if self._group is None:
            self._early.append(one)
        else:
            self._begin(one, self._fresh)

    async def have(self, url: str) -> e.Download | None:
        """Return how fetching a file ended, when it has; None: nobody wanted it since the start of the program.

        A file of an earlier run that waits for its turn is fetched now, before all others of them.
        """
        if url in self._waiting:
            self._begin_waiting(url, self._fresh)
        end = self._ends.get(url)
        return None if end is None else await asyncio.shield(end)

    def profile_of(self, url: str) -> str:
        """Return whose result named a file, "" where nobody's did since the start of the program."""
        return self._profiles.get(url, "")

    def _on_event(self, event: Event) -> None:
        if isinstance(event.fact, e.Output):
            for one in wanted(self._log.of(event.call)):
                self.want(one)

    def _begin_waiting(self, url: str, turn: asyncio.Semaphore) -> "asyncio.Task[None] | None":
        """Return what fetches a file of an earlier run; None if it is on its way already, or was asked for before."""
        begun = [self._begin(one, turn) for one in self._waiting.pop(url, ())]
        return next((task for task in begun if task is not None), None)

    def _begin(self, one: Wanted, turn: asyncio.Semaphore) -> "asyncio.Task[None] | None":
        """Return what fetches the file; None if it is on its way already."""
        assert self._group is not None
        self._profiles[one.url] = one.profile
        if (going := self._going.get(one.url)) is not None:
            going.append(one)
            return None
        self._going[one.url] = [one]
        if one.url not in self._ends:
            self._ends[one.url] = asyncio.get_running_loop().create_future()
        return self._group.create_task(self._bring(one, turn), name=f"download {one.url}")

    async def _bring(self, one: Wanted, turn: asyncio.Semaphore) -> None:
        """Try until the file is here, or gone, or nothing helps."""
        for number in range(len(PAUSES_S) + 1):
            async with turn:
                outcome, wait_s = await self._tried(one)
            is_last = number == len(PAUSES_S)
            is_over = outcome.state is not FileState.FAILED or is_last
            if outcome.state is FileState.FAILED:
                when = tr("at the next start") if is_last else tr("by itself")
                outcome = structs.replace(
                    outcome,
                    message=tr("{message} It is tried again {when}.").format(
                        message=outcome.message, when=when
                    ),
                )
            calls = self._going.pop(one.url) if is_over else self._going[one.url]
            for call in dict.fromkeys(wanting.call for wanting in calls):
                await self._tell(call, outcome)
            if is_over or number + 1 >= PATIENCE:
                self._settle(one.url, outcome)
            if is_over:
                return
            pause_s = max(PAUSES_S[number] * random.uniform(0.8, 1.2), min(wait_s or 0, LONGEST_WAIT_S))
            await asyncio.sleep(pause_s)

    async def _tried(self, one: Wanted) -> tuple[e.Download, float | None]:
        """Return how one try ended, and how long the server asked to be left alone."""
        heard = _Progress(one, self._log)
        try:
            client = await self._client_of(one.profile)
            part = await asyncio.to_thread(self._part, one.url)
            got = await media.download(client, one.url, part, heard, size_bytes=one.size_bytes)
        except MediaError as error:
            state = FileState.GONE if error.is_final else FileState.FAILED
            return heard.fact(state, str(error)), error.wait_s
        except (CannotKeep, CallError) as error:
            return heard.fact(FileState.FAILED, str(error)), None
        kept = e.Download(
            one.url,
            FileState.KEPT,
            got.blob.size_bytes,
            got.blob.size_bytes,
            got.blob.sha256,
            got.content_type or one.content_type,
            took_s=heard.took_s,
            redirects=got.redirects,
        )
        return kept, None

    async def _tell(self, call: str, outcome: e.Download) -> None:
        await self._bring_back(call)
        if self._log.of(call):
            self._log.append(call, outcome)

    def _settle(self, url: str, outcome: e.Download) -> None:
        if not self._ends[url].done():
            self._ends[url].set_result(outcome)


class _Progress:
    """Says now and then how much is there; a small file is there before there is anything to say."""

    def __init__(self, one: Wanted, log: EventLog) -> None:
        self._one = one
        self._log = log
        self._received = 0
        self._total: int | None = None
        self._told_at = time.monotonic()
        self._began_at = time.perf_counter()

    @property
    def took_s(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self._began_at

    def __call__(self, received: int, total: int | None) -> None:
        """Take the news."""
        self._received, self._total = received, total
        now = time.monotonic()
        if now - self._told_at >= TELL_EVERY_S and self._log.of(self._one.call):
            self._told_at = now
            self._log.append(self._one.call, self.fact(FileState.FETCHING))

    def fact(self, state: FileState, message: str = "") -> e.Download:
        """Return where it stands."""
        took_s = 0.0 if state is FileState.FETCHING else self.took_s
        return e.Download(self._one.url, state, self._received, self._total, message=message, took_s=took_s)
