"""Turns of fal's own clients in a comparison: each client is one process for the whole of it."""

import asyncio
import importlib
import time
from collections.abc import Mapping
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from fal_studio.app.turns import Taken
from fal_studio.core.comparing.clients import Brought, outcome_of_client
from fal_studio.core.comparing.outcome import Outcome
from fal_studio.core.comparing.plan import Lane, Transport, Turn
from fal_studio.core.prices import is_free
from fal_studio.modes.base import CallError

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.services.official.process import ClientProcess, Found


class ClientTurns:
    """Finds and starts the clients, and asks the purse for each of their calls as for our own."""

    def __init__(self, engine: "Engine", taken: Taken) -> None:
        self._engine, self._taken = engine, taken
        self._found: Mapping[Transport, Found] | None = None
        self._running: dict[tuple[Transport, str], ClientProcess] = {}
        """By transport and profile."""

    async def versions(self) -> dict[Transport, str]:
        """Return the clients that are installed here; they are looked for once."""
        return {transport: client.version for transport, client in (await self._find()).items()}

    async def turn(self, lane: Lane, turn: Turn, grant_id: str) -> Outcome:
        """Make one call; whatever does not work is in the outcome."""
        module = await self._module()
        started_s = time.time()
        call = token_hex(16)
        purse = self._engine.purse
        try:
            if purse is not None:
                await purse.admit(call, lane.request, grant_id)
            try:
                client = await self._client(lane)
                started_s = time.time()
                seen = await asyncio.to_thread(client.call, lane)
            finally:
                if purse is not None:
                    purse.leave(call)  # no bill comes that could be told from others
        except (CallError, module.ClientError) as problem:
            self._drop(lane)
            return Outcome(turn, started_wall_s=started_s, failed=str(problem))
        brought = Brought() if seen.failed else await self._taken.bring(seen.data)
        cost = 0.0 if is_free(lane.request.profile) else None
        return outcome_of_client(turn, seen, brought, started_s, cost)

    def kill(self) -> None:
        """End what runs at once."""
        for client in self._running.values():
            client.kill()

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
                raise module.ClientError(f"The {lane.name} is not installed here any more.")
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
