"""One turn of a comparison from its start to its end: the call of a lane, steered as its transport needs it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fal_studio import figures
from fal_studio.core import events as e
from fal_studio.core.comparing.plan import Lane, Transport, Turn
from fal_studio.core.events import Event
from fal_studio.core.log import EventLog
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import CallError
from fal_studio.modes.status import ended_facts
from fal_studio.words import tr

PATIENCE_S = 120.0
"""How long a session may take for one answer, and a webhook to come, before the turn counts as failed."""


class Turns:
    """Calls the lanes of one comparison."""

    def __init__(self, runner: CallRunner, log: EventLog, comparison: str) -> None:
        self._runner = runner
        self._log = log
        self._comparison = comparison

    def start(self, lane: Lane, turn: Turn, call: str = "", grant_id: str = "") -> str:
        """Begin a call and return its name; it says in its own log which turn it is.

        `grant_id`: money was set aside for all turns together.
        """
        over_socket = lane.transport is Transport.WS_HTTP
        call = self._runner.start(lane.request, call=call, over_socket=over_socket, grant_id=grant_id)
        self._log.append(
            call, e.Compared(self._comparison, turn.lane, turn.index, is_warm_up=turn.is_warm_up)
        )
        self._runner.ask_evenly(call)
        return call

    async def ended(self, call: str, lane: Lane, frames: int = 1) -> str:
        """Wait until the call has ended; return why the turn counts as failed although its call may not have, or "".

        A submitted call is followed at once, as somebody who waits for it would. Cancelling this cancels no call.
        """
        match lane.transport:
            case Transport.REALTIME:
                return await self._talk(call, lane, frames)
            case Transport.SUBMIT:
                await self._runner.finished(call)
                if not self._is_ended(call) and self._ticket(call) is not None:
                    self._runner.resume(call, lane.request)
                    await self._runner.finished(call)
                return ""
            case Transport.WEBHOOK:
                return await self._called_back(call, lane)
            case _:
                await self._runner.finished(call)
                return ""

    async def explain(self, call: str, lane: Lane) -> None:
        """Ask once how long the model ran, if nobody has asked the queue about the call: for when its webhook was called.

        The answer comes after the end of the call and is none of its time. Without one, its waiting stays unexplained.
        """
        ticket = self._ticket(call)
        if lane.transport is not Transport.WEBHOOK or ticket is None:
            return
        try:
            http = await self._runner.http(lane.request.profile)
            facts = await ended_facts(ticket, lane.request, http)
        except CallError:
            return
        for fact in facts:
            self._log.append(call, fact)

    async def _talk(self, call: str, lane: Lane, frames: int) -> str:
        """Send one input after the other, each when the one before was answered."""
        async with self._heard(call) as heard:
            for number in range(frames):
                if not self._runner.send(call, lane.request.arguments):
                    break
                try:
                    async with asyncio.timeout(PATIENCE_S):
                        while not self._is_ended(call) and self._answers(call) <= number:
                            heard.clear()
                            await heard.wait()
                except TimeoutError:
                    self._runner.hang_up(call)
                    await self._runner.finished(call)
                    return tr("The session gave no answer within {patience_s} s.").format(
                        patience_s=figures.number(PATIENCE_S, "g")
                    )
        self._runner.hang_up(call)
        await self._runner.finished(call)
        return ""

    async def _called_back(self, call: str, lane: Lane) -> str:
        """Wait for the webhook; one that does not come is given up, and the call is followed to its end."""
        await self._runner.finished(call)
        async with self._heard(call) as heard:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    while not self._is_ended(call):
                        heard.clear()
                        await heard.wait()
            except TimeoutError:
                self._runner.resume(call, lane.request)
                await self._runner.finished(call)
                return tr("The webhook was not called within {patience_s} s.").format(
                    patience_s=figures.number(PATIENCE_S, "g")
                )
        return ""

    @asynccontextmanager
    async def _heard(self, call: str) -> AsyncGenerator[asyncio.Event]:
        """Give what is set whenever something happens in the call."""
        heard = asyncio.Event()

        def listen(event: Event) -> None:
            if event.call == call:
                heard.set()

        forget = self._log.subscribe(listen)
        try:
            yield heard
        finally:
            forget()

    def _is_ended(self, call: str) -> bool:
        return any(isinstance(event.fact, e.ENDS) for event in self._log.of(call))

    def _answers(self, call: str) -> int:
        return sum(isinstance(event.fact, e.Partial) for event in self._log.of(call))

    def _ticket(self, call: str) -> e.Enqueued | None:
        return next((event.fact for event in self._log.of(call) if isinstance(event.fact, e.Enqueued)), None)
