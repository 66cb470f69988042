"""Turns of fal's own clients in a comparison: each client is one process for the whole of it."""

import asyncio
import importlib
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from fal_studio.app.turns import Taken
from fal_studio.core import events as e
from fal_studio.core.comparing.clients import Brought, Mark, outcome_of_client
from fal_studio.core.comparing.outcome import Outcome
from fal_studio.core.comparing.plan import Lane, Transport, Turn
from fal_studio.core.log import EventLog
from fal_studio.core.prices import is_free
from fal_studio.core.request import Profile, Request
from fal_studio.core.urls import ticket_urls
from fal_studio.jobs.cancelling import TICKET_S
from fal_studio.modes.base import CallError
from fal_studio.wire.payload import lifted
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.services.official.process import ClientProcess, Found


_STAGES = {"queued": e.Stage.QUEUED, "running": e.Stage.RUNNING, "completed": e.Stage.FETCHING}


class ClientTurns:
    """Finds and starts the clients, and asks the purse for each of their calls as for our own."""

    def __init__(self, engine: "Engine", taken: Taken, log: EventLog) -> None:
        self._engine, self._taken, self._log = engine, taken, log
        self._call = ""
        """The one that is under way."""
        self._is_taken = self._is_unwanted = False
        """Whether the queue has taken it, and whether somebody wants it stopped."""
        self._found: Mapping[Transport, Found] | None = None
        self._running: dict[tuple[Transport, str], ClientProcess] = {}
        """By transport and profile."""

    async def versions(self) -> dict[Transport, str]:
        """Return the clients that are installed here; they are looked for once."""
        return {transport: client.version for transport, client in (await self._find()).items()}

    async def begin(self, comparison: str, lane: Lane, turn: Turn) -> str:
        """Begin a call of a client in log and ledger, marked as the client's, and return its name."""
        call = await self._engine.runner.host(lane.request)
        client = lane.detail.partition(",")[0]
        self._log.append(
            call, e.Compared(comparison, turn.lane, turn.index, is_warm_up=turn.is_warm_up, client=client)
        )
        return call

    async def turn(self, call: str, lane: Lane, turn: Turn, grant_id: str) -> Outcome:
        """Make the call; whatever does not work is in the outcome, and the call goes to its end all the same."""
        module = await self._module()
        started_s = time.time()
        loop = asyncio.get_running_loop()
        self._call, self._is_taken, self._is_unwanted = call, False, False
        try:
            if self._engine.purse is not None:
                await self._engine.purse.admit(call, lane.request, grant_id)
            client, hosts = await self._client(lane), await self._engine.access(lane.request.profile)
            started_s = time.time()

            def told(mark: Mark, request_id: str) -> None:
                loop.call_soon_threadsafe(self._note, call, lane.request, hosts.profile, mark, request_id)

            seen = await asyncio.to_thread(client.call, lane, told)
        except CallError as problem:
            self._drop(lane)
            self._log.append(call, problem.fact)
            return Outcome(turn, call, started_wall_s=started_s, failed=str(problem))
        except module.ClientError as problem:
            self._drop(lane)
            self._take_over(call, lane.request, str(problem))
            return Outcome(turn, call, started_wall_s=started_s, failed=str(problem))
        finally:
            self._call = ""
        if seen.failed:
            self._log.append(call, e.Failed(e.FailureKind.SERVER, seen.failed))
            return outcome_of_client(turn, seen, Brought(), started_s, call=call)
        size_bytes = len(msgspec.json.encode(seen.data))
        self._log.append(call, e.Output(lifted(seen.data, size_bytes, self._engine.keep), size_bytes))
        brought = await self._taken.brought(call)
        cost = 0.0 if is_free(lane.request.profile) else None
        return outcome_of_client(turn, seen, brought, started_s, cost, call)

    def stop(self) -> None:
        """End the call that is under way, at fal too: as soon as the client has told its request id, or after `TICKET_S`."""
        if not self._call:
            return
        self._is_unwanted = True
        if self._is_taken:
            self.kill()
        else:
            asyncio.get_running_loop().call_later(TICKET_S, self._kill_if, self._call)

    def kill(self) -> None:
        """End what runs at once."""
        for client in self._running.values():
            client.kill()

    def _kill_if(self, call: str) -> None:
        if self._call == call:
            self.kill()

    def _note(self, call: str, request: Request, profile: Profile, mark: Mark, request_id: str) -> None:
        """Write down what a client told of its call."""
        if mark.what == "enqueued" and request_id:
            urls = ticket_urls(profile, request.endpoint, request_id)
            self._log.append(call, e.Enqueued(request_id, *urls))
            self._is_taken = True
            if self._is_unwanted:
                self.kill()
        stage = _STAGES.get(mark.what)
        if stage is not None and self._stage_of(call) is not stage:
            self._log.append(call, e.Progress(stage))

    def _stage_of(self, call: str) -> e.Stage | None:
        facts = (event.fact for event in reversed(self._log.of(call)))
        return next((fact.stage for fact in facts if isinstance(fact, e.Progress)), None)

    def _take_over(self, call: str, request: Request, why: str) -> None:
        """Go on with the call of a client that has died: it may run at fal, and is cancelled there if nobody wants it."""
        try:
            self._engine.runner.resume(call, request)
        except LookupError:
            self._log.append(call, e.Unknown(tr("{why} It may have been submitted.").format(why=why)))
            return
        if self._is_unwanted:
            self._engine.runner.cancel(call)

    async def close(self) -> None:
        """End all clients."""
        running, self._running = tuple(self._running.values()), {}
        for client in running:
            client.kill()
            await asyncio.to_thread(client.close)

    async def _client(self, lane: Lane) -> "ClientProcess":
        at = lane.transport, lane.request.profile
        if at not in self._running:
            found, module = await self._find(), await self._module()
            if lane.transport not in found:
                raise module.ClientError(
                    tr("The {name} is not installed here any more.").format(name=lane.name)
                )
            access = await self._engine.access(lane.request.profile)
            self._running[at] = await asyncio.to_thread(
                module.ClientProcess, found[lane.transport], access.profile.hosts, access.key
            )
        return self._running[at]

    async def _find(self) -> "Mapping[Transport, Found]":
        if self._found is None:
            module = await self._module()
            found: Mapping[Transport, Found] = await asyncio.to_thread(module.find)
            self._found = found
        return self._found

    def _drop(self, lane: Lane) -> None:
        """Forget a client that ended; the next turn starts another one."""
        client = self._running.pop((lane.transport, lane.request.profile), None)
        if client is not None:
            client.kill()
            client.close()

    async def _module(self) -> Any:
        return await asyncio.to_thread(importlib.import_module, "fal_studio.services.official.process")
