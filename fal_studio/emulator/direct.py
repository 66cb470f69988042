"""Mode run and mode stream: one request, answered on its own connection (fal docs: inference, streaming)."""

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from fal_studio.emulator import errors
from fal_studio.emulator.answers import Answer, encode
from fal_studio.emulator.auth import Refused
from fal_studio.emulator.endpoints import Catalogue, Target
from fal_studio.emulator.execution import Execution, Machine, answer_to, events_of, perform
from fal_studio.emulator.gate import Wishes, caller_in, controls_in, wishes_of
from fal_studio.emulator.history import History
from fal_studio.emulator.model import Json, StreamText
from fal_studio.emulator.runners import Runners
from fal_studio.emulator.sabotage import Delivery, gone
from fal_studio.emulator.settings import Controls
from fal_studio.emulator.sse import EventStream, frames
from fal_studio.emulator.tokens import Tokens
from fal_studio.emulator.truth import Record, Truth

T = TypeVar("T")


class Direct:
    """Answers everything below `https://fal.run/` but WebSockets."""

    def __init__(
        self,
        machine: Machine,
        catalogue: Catalogue,
        runners: Runners,
        tokens: Tokens,
        truth: Truth,
        history: History,
    ) -> None:
        self._machine = machine
        self._catalogue = catalogue
        self._runners = runners
        self._tokens = tokens
        self._truth = truth
        self._history = history
        self._running = 0

    async def handle(self, request: Request) -> ASGIApp:
        """Answer a run or a stream request."""
        target = self._catalogue.target(request.path_params["path"])
        caller = caller_in(request, target.path, self._tokens)
        body = await _arguments(request)
        controls = controls_in(request)
        if isinstance(caller, Refused):
            return Delivery(caller.answer(), controls)
        try:
            wishes = wishes_of(request)
        except ValueError:
            return Delivery(
                errors.request_error("bad_request", "The start timeout is not a number"), controls
            )
        mode = _mode(target, body)
        if mode is None:
            missing = errors.text(404, target.missing).adding({"x-fal-billable-units": "0"})
            return Delivery(missing.adding({"x-fal-request-id": str(uuid.uuid4())}), controls)
        if (
            self._machine.settings.direct_limit is not None
            and self._running >= self._machine.settings.direct_limit
        ):
            return Delivery(
                errors.request_error("concurrent_requests_limit", "Too many concurrent requests"), controls
            )
        record = self._truth.begin(str(uuid.uuid4()), target.path, mode)
        call = _Call(target, body, controls, wishes, record)
        self._running += 1
        try:
            answer = await (self._stream(call) if mode == "stream" else self._run(call, request.receive))
        except BaseException:
            self._running -= 1
            raise
        return self._held(answer)

    def _held(self, answer: ASGIApp) -> ASGIApp:
        """Return the same answer; its place among the running ones is free when it has been sent."""

        async def send_and_leave(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await answer(scope, receive, send)
            finally:
                self._running -= 1

        return send_and_leave

    async def _run(self, call: "_Call", receive: Receive) -> ASGIApp:
        runner = self._runners.take(call.wishes.hint)
        try:
            answer = await unless_gone(receive, self._answer(call))
        finally:
            self._runners.give_back(runner, call.target.app)
        if answer is None:
            answer = errors.request_error("client_disconnected")
        self._finish(call, answer)
        identity = {"x-fal-request-id": call.record.request_id, "X-Fal-Served-From": runner}
        return Delivery(answer.adding(identity), call.controls)

    async def _answer(self, call: "_Call") -> Answer:
        if not await self._boot(call):
            return errors.user_deadline()
        route = call.target.route
        assert route is not None
        execution = Execution(self._machine, call.record.request_id, call.controls)
        return await perform(route, call.body, execution)

    async def _stream(self, call: "_Call") -> ASGIApp:
        """Begin a stream; what fails before its first event is an ordinary HTTP error."""
        identity = {"x-fal-request-id": call.record.request_id}
        if not await self._boot(call):
            late = errors.user_deadline()
            self._finish(call, late)
            return Delivery(late.adding(identity), call.controls)
        route = call.target.route
        assert route is not None
        events = events_of(route, call.body, Execution(self._machine, call.record.request_id, call.controls))
        try:
            first = await anext(events, None)
        except Exception as error:  # noqa: BLE001 - the model's failures become answers, as for a run
            answer = answer_to(error)
            self._finish(call, answer)
            return Delivery(answer.adding(identity), call.controls)
        whole = self._noting(call, first, events)
        source = frames(whole, call.controls, self._machine.settings)
        return EventStream(source, identity, call.controls.split)

    async def _noting(
        self, call: "_Call", first: Json | StreamText | None, events: AsyncIterator[Json | StreamText]
    ) -> AsyncGenerator[Json | StreamText]:
        """Pass events on and note the end of the stream, whoever ended it."""
        last = first
        answer = errors.request_error("client_disconnected")
        try:
            if first is not None:
                yield first
            async for last in events:
                yield last
            answer = Answer(
                200, encode(None if isinstance(last, StreamText) else last), {"x-fal-billable-units": "1"}
            )
        except Exception as error:
            answer = answer_to(error)
            raise
        finally:
            self._runners.give_back(self._runners.take(call.wishes.hint), call.target.app)
            self._finish(call, answer)

    def _finish(self, call: "_Call", answer: Answer) -> None:
        call.finish(answer)
        self._history.add(call.record, call.target.app, call.body, answer, call.wishes.store_io)

    async def _boot(self, call: "_Call") -> bool:
        """Let a runner start; tell whether it made it before the caller's start deadline."""
        cold_s = self._runners.cold_start_s(call.target.app, call.controls)
        deadline_s = call.wishes.deadline_s
        call.record.mark("started")
        self._history.begin(call.record, call.target.app, call.body, call.wishes.store_io)
        if deadline_s is not None and deadline_s < cold_s:
            await asyncio.sleep(deadline_s)
            return False
        if cold_s:
            await asyncio.sleep(cold_s)
        call.record.mark("warm")
        return True


class _Call:
    """One direct request while it is worked on."""

    __slots__ = ("body", "controls", "record", "target", "wishes")

    def __init__(
        self, target: Target, body: bytes, controls: Controls, wishes: Wishes, record: Record
    ) -> None:
        self.target = target
        self.body = body
        self.controls = controls
        self.wishes = wishes
        self.record = record

    def finish(self, answer: Answer) -> None:
        """Write the end into the record."""
        self.record.attempts = 1
        self.record.status = answer.status
        self.record.billable_units = float(answer.headers.get("x-fal-billable-units", 0))
        self.record.mark("finished")


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T | None:
    """Do `work` unless the other side leaves first; None then."""
    async with asyncio.TaskGroup() as group:
        job = group.create_task(work)
        left = group.create_task(gone(receive))
        await asyncio.wait((job, left), return_when=asyncio.FIRST_COMPLETED)
        finished = job.done()
        job.cancel()
        left.cancel()
    return job.result() if finished else None


async def _arguments(request: Request) -> bytes:
    """Return the JSON of a request; without a body the query is the input, as the JavaScript client sends it."""
    body = await request.body()
    if body or request.method not in ("GET", "HEAD", "DELETE"):
        return body
    query = {
        name: value
        for name, value in request.query_params.items()
        if not name.startswith(("emulator_", "fal_"))
    }
    return json.dumps(query).encode()


def _mode(target: Target, body: bytes) -> str | None:
    """Return run or stream, or None when the route does not do what the path asks for."""
    route = target.route
    if route is None or target.mode == "realtime":
        return None
    if target.mode == "stream" or (route.sse_on_run and _wants_stream(body)):
        return "stream" if route.stream is not None else None
    return "run" if route.run is not None else None


def _wants_stream(body: bytes) -> bool:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("stream") is True
