"""Files of results: fetched at once, read from the disk ever after, and given to the window when it asks."""

import asyncio
from collections.abc import Callable
from functools import partial

from fal_studio.app.engine import Engine
from fal_studio.app.keeping import Keeping
from fal_studio.app.spool import Spool
from fal_studio.core import events as e
from fal_studio.core.blobs import CannotKeep
from fal_studio.core.events import Event, FileState
from fal_studio.core.files import Wanted
from fal_studio.core.log import EventLog
from fal_studio.core.request import Request
from fal_studio.services.downloads import Downloads
from fal_studio.services.media import Media, MediaError
from fal_studio.store.outputs import Kept
from fal_studio.store.problems import StoreError
from fal_studio.ui.output.bytes_of import Bytes

Hold = Callable[[str, Request | None, tuple[Event, ...]], None]
"""Takes a call of an earlier run of the program, its request and its events."""


class Results:
    """Owns the downloads of the window's calls. Without a ledger nothing is kept, only shown."""

    def __init__(self, log: EventLog, keeping: Keeping, engine: Engine, bytes_of: Bytes, hold: Hold) -> None:
        """`bytes_of` hears how far downloads are, and is given what comes after `fetch` could not bring it.

        `hold` is called before a call of an earlier run of the program is continued with what became of its files.
        """
        self._log = log
        self._keeping = keeping
        self._engine = engine
        self._bytes_of = bytes_of
        self._hold = hold
        self._missed: dict[str, bool] = {}
        """What the window was told could not be fetched, and whether it is played from the disk."""
        self._forget: tuple[Callable[[], None], ...] = ()
        self._downloads = Downloads(log, keeping.blobs.part, engine.media, self.bring_back)
        self._spool = Spool(engine)

    async def close(self) -> None:
        """Delete what was only played."""
        await asyncio.to_thread(self._spool.close)

    def start(self) -> None:
        """Fetch from now on what new results name, and what earlier ones named and is not here yet."""
        if self._keeping.is_recording:
            self._forget = (self._downloads.listen(), self._log.subscribe(self._on_event))
            self._engine.runner.latest.start("downloads", self._run())

    async def look_again(self) -> None:
        """Fetch what calls name that were not in the ledger at the start."""
        for one in await self._unfinished():
            self._downloads.want(one)

    async def fetch(self, url: str, profile: str = "") -> Media:
        """Return a file: from the disk if it was kept, else when it is here; raises MediaError.

        `profile`: whose call named it, which counts for what no result names.

        What is no file of a result, such as a picture on the way, is fetched into memory and not kept.
        """
        outcome = await self._downloads.have(url)
        profile = self._downloads.profile_of(url) or profile
        if outcome is None:
            return await self._earlier(url, profile)
        if outcome.state is FileState.KEPT:
            data = await self._load(outcome.sha256)
            return (
                Media(data, outcome.content_type) if data is not None else await self._earlier(url, profile)
            )
        if outcome.state is FileState.GONE:
            raise MediaError(outcome.message, is_final=True)
        self._missed[url] = False
        try:
            return await self._engine.fetch(url, profile)  # into memory: perhaps it is only the disk
        except MediaError:
            raise MediaError(outcome.message) from None

    async def show(self, url: str, profile: str) -> None:
        """Give a file to the window, or tell it why not; `profile` as in `fetch`."""
        try:
            found = await self.fetch(url, profile)
        except MediaError as error:
            self._bytes_of.fail(url, str(error))
        else:
            self._bytes_of.put(url, found.data, found.content_type)

    async def show_file(self, url: str, profile: str) -> None:
        """Tell the window where a film or sound is, when it is on the disk; where the disk is full it is fetched into memory."""
        try:
            found = await self.playable(url, profile)
        except MediaError as error:
            self._bytes_of.fail(url, str(error))
            return
        if found is None:
            await self.show(url, profile)
        else:
            self._bytes_of.put_file(url, *found)

    async def file(self, url: str) -> tuple[str, str] | None:
        """Return path and content type of a file of a result, when it is on the disk; None if it will not be."""
        outcome = await self._downloads.have(url)
        if outcome is not None and outcome.state is FileState.KEPT:
            sha256, content_type = outcome.sha256, outcome.content_type
        else:
            kept = await self._kept(url)
            if kept is None:
                return None
            sha256, content_type = kept.sha256, kept.content_type
        path = await asyncio.to_thread(self._keeping.blobs.file_of, sha256)
        return (str(path), content_type) if path is not None else None

    async def playable(self, url: str, profile: str) -> tuple[str, str] | None:
        """Return path and content type of a film or sound: one that is not kept is on the disk until the program ends.

        None where the disk takes no more; raises MediaError.
        """
        if (found := await self.file(url)) is not None:
            return found
        outcome = await self._downloads.have(url)
        if outcome is not None and outcome.state is FileState.GONE:
            raise MediaError(outcome.message, is_final=True)
        try:
            whose = self._downloads.profile_of(url) or profile
            return await self._spool.file(url, whose, partial(self._bytes_of.tell, url))
        except CannotKeep:
            return None
        except MediaError:
            if outcome is None:
                raise
            self._missed[url] = True
            raise MediaError(outcome.message) from None

    async def _kept(self, url: str) -> Kept | None:
        ledger = self._keeping.ledger
        try:
            return await asyncio.wrap_future(ledger.kept(url)) if ledger is not None else None
        except StoreError:
            return None

    async def _earlier(self, url: str, profile: str) -> Media:
        """Return a file that an earlier run of the program kept; if it is lost, it is fetched again."""
        kept = await self._kept(url)
        if kept is None:
            return await self._engine.fetch(url, profile)
        data = await self._load(kept.sha256)
        if data is not None:
            return Media(data, kept.content_type)
        self._downloads.want(Wanted(kept.call, url, kept.profile))
        return await self._engine.fetch(url, kept.profile)

    async def _load(self, sha256: str) -> bytes | None:
        try:
            return await asyncio.to_thread(self._keeping.blobs.load, sha256)
        except KeyError:
            return None

    async def _run(self) -> None:
        try:
            await self._downloads.run(await self._unfinished())
        finally:
            for forget in self._forget:
                forget()

    async def _unfinished(self) -> tuple[Wanted, ...]:
        ledger = self._keeping.ledger
        try:
            return await asyncio.wrap_future(ledger.unfinished()) if ledger is not None else ()
        except StoreError:
            return ()  # told by whoever writes

    async def bring_back(self, call: str) -> None:
        """Put a call of an earlier run of the program back into the log, if it is not there."""
        ledger = self._keeping.ledger
        if ledger is None or self._log.of(call):
            return
        try:
            request = await asyncio.wrap_future(ledger.request_of(call))
            events = await asyncio.wrap_future(ledger.events_of(call))
        except StoreError:
            return
        if events and not self._log.of(call):
            self._log.restore(list(events))
            self._hold(call, request, events)

    def _on_event(self, event: Event) -> None:
        fact = event.fact
        if not isinstance(fact, e.Download):
            return
        if fact.state is FileState.FETCHING:
            self._bytes_of.tell(fact.url, fact.received_bytes, fact.total_bytes)
        elif fact.state is FileState.KEPT and fact.url in self._missed:
            is_played = self._missed.pop(fact.url)
            self._engine.runner.latest.start(f"late media {fact.url}", self._late(fact, is_played=is_played))

    async def _late(self, fact: e.Download, *, is_played: bool) -> None:
        if is_played:
            path = await asyncio.to_thread(self._keeping.blobs.file_of, fact.sha256)
            if path is not None:
                self._bytes_of.put_file(fact.url, str(path), fact.content_type)
            return
        data = await self._load(fact.sha256)
        if data is not None:
            self._bytes_of.put(fact.url, data, fact.content_type)
