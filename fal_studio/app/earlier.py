"""Calls that began in an earlier run of the program, or in a window beside this one: shown, followed, looked for."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fal_studio.app.engine import Engine
from fal_studio.app.keeping import Keeping
from fal_studio.app.reconciling import Reconciling
from fal_studio.app.results import Results
from fal_studio.core.call import fold
from fal_studio.core.events import Event
from fal_studio.core.request import Request
from fal_studio.store.ledger import OpenCall

if TYPE_CHECKING:
    from fal_studio.app.program import Program

JOIN_EVERY_S = 5.0
"""How soon the calls of another window that was closed are in the history of this one."""


class EarlierCalls:
    """Takes them up for as long as the engine lives."""

    def __init__(self, program: "Program", keeping: Keeping, engine: Engine) -> None:
        self._program, self._keeping, self._engine = program, keeping, engine
        self.reconciling: Reconciling | None = None
        """What finds out about unknown calls; None before `find_out`, and where it cannot be."""

    def take_up(self, open_calls: Sequence[OpenCall]) -> None:
        """Show the calls that had not ended when the program last did, and follow those that a queue has.

        What waited in line was never sent: it waits again, until somebody says that it may go.
        """
        runner = self._engine.runner
        for found in open_calls:
            self._program.log.restore(list(found.events))
            if found.request is None:
                continue
            self.show(found.call, found.request, found.events)
            state = fold(found.events)
            if found.ticket is not None:
                runner.resume(found.call, found.request)
            elif not state.is_ended:
                runner.wait_again(found.call, found.request, state.held_order)

    def find_out(self) -> None:
        """Find out about unknown calls for as long as the engine lives."""
        # In a window beside another one the list of requests is no proof: those of the other cannot be told apart.
        keeping, program = self._keeping, self._program
        if keeping.ledger is None or keeping.is_beside:
            return
        self.reconciling = Reconciling(
            program.log, keeping.ledger, self._engine, program.blobs.keep, self.show
        )
        self._engine.runner.latest.start("reconcile", self.reconciling.run())

    async def join(self, results: Results) -> None:
        """Take in what other windows recorded beside the ledger, soon after they are gone; for as long as the engine lives."""
        while True:
            await asyncio.sleep(JOIN_EVERY_S)
            found = await self._keeping.join()
            if found is None:
                continue
            self.take_up(found)
            await results.look_again()
            if self.reconciling is not None:
                self.reconciling.look_again()
            self._program.window.history.note_joined()

    def show(self, call: str, request: Request, events: Sequence[Event]) -> None:
        """Show a call in the window."""
        is_shown = self._program.calls.has(call)
        self._program.calls.add(call, request)
        if not is_shown:
            self._program.window.take(events)
