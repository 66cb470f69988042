"""Mode realtime: MessagePack over a WebSocket (fal docs: real-time; the server SDK's default endpoint)."""

import asyncio
import contextlib
import json
import sys
import time
import traceback
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgpack
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from fal_studio.emulator import socket_faults
from fal_studio.emulator.answers import Answer
from fal_studio.emulator.auth import Refused
from fal_studio.emulator.endpoints import Catalogue
from fal_studio.emulator.errors import text
from fal_studio.emulator.execution import Execution, Machine
from fal_studio.emulator.gate import caller_in, controls_in
from fal_studio.emulator.model import Json, ModelError, RequestFailed, Route, Sabotage
from fal_studio.emulator.runners import Runners
from fal_studio.emulator.settings import Controls, either
from fal_studio.emulator.tokens import Tokens
from fal_studio.emulator.truth import Truth

TIMEOUT_REASON = "The connection was idle for too long. Reconnect when needed."


class Ended(Exception):  # noqa: N818 - the proper end of a session
    """Raised to end a session with an error frame."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class Realtime:
    """Answers WebSockets on `wss://fal.run/`."""

    def __init__(
        self, machine: Machine, catalogue: Catalogue, runners: Runners, tokens: Tokens, truth: Truth
    ) -> None:
        self._machine = machine
        self._catalogue = catalogue
        self._runners = runners
        self._tokens = tokens
        self._truth = truth

    async def handle(self, socket: WebSocket) -> None:
        """Serve one connection from its handshake to its end."""
        controls = controls_in(socket)
        settings = self._machine.settings
        await asyncio.sleep(either(controls.connect_delay, settings.connect_delay_s))
        target = self._catalogue.target(socket.path_params["path"])
        caller = caller_in(socket, target.path, self._tokens)
        if isinstance(caller, Refused):
            await refuse(socket, caller.answer())
            return
        if target.route is None or target.route.realtime is None or target.mode != "realtime":
            await refuse(socket, text(404 if target.model is None else 403, target.missing))
            return
        if "x-app-fal-upload-policy" in socket.headers:
            await socket.accept()
            await socket.close(1011, "Error while forwarding the request")
            return
        try:
            room = _room_of(socket)
        except ValueError as error:
            await refuse(socket, text(400, str(error)))
            return
        record = self._truth.begin(str(uuid.uuid4()), target.path, "realtime")
        await socket.accept(headers=[(b"x-fal-request-id", record.request_id.encode())])
        record.mark("started")
        await asyncio.sleep(self._runners.cold_start_s(target.app, controls))
        record.mark("warm")
        runner = self._runners.take()
        execution = Execution(self._machine, record.request_id, controls)
        try:
            await _Session(socket, target.route, execution, controls, self._machine, room).serve()
        finally:
            self._runners.give_back(runner, target.app)
            record.mark("finished")


class _Session:
    """One open connection: a reader that never waits for the model, and a worker that answers."""

    def __init__(
        self,
        socket: WebSocket,
        route: Route,
        execution: Execution,
        controls: Controls,
        machine: Machine,
        room: int | None,
    ) -> None:
        assert route.realtime is not None
        self._socket = socket
        self._route = route
        self._execution = execution
        self._controls = controls
        self._answer: Callable[[Json], Any] = route.realtime(execution).answer
        self._idle_s = controls.idle_timeout or machine.settings.idle_timeout_s
        self._timings = machine.settings.timings if controls.timings is None else controls.timings
        # A full deque forgets its oldest entry: fal's rule for inputs that come faster than answers.
        self._inputs: deque[Json] = deque(maxlen=room)
        self._arrived = asyncio.Event()
        self._pack = msgpack.Packer(use_bin_type=True).pack
        self._sent = 0

    async def serve(self) -> None:
        """Read and answer until one side ends it."""
        try:
            async with asyncio.TaskGroup() as group:
                worker = group.create_task(self._work())
                await self._read()
                worker.cancel()
        except* Ended as ends:
            await self._say_goodbye(_first(ends))
        except* Sabotage as orders:
            await socket_faults.break_off(self._socket, _fault_of(orders))
        except* WebSocketDisconnect:
            pass

    async def _read(self) -> None:
        """Take frames in; each one restarts the idle limit."""
        while True:
            try:
                async with asyncio.timeout(self._idle_s):
                    message = await self._socket.receive()
            except TimeoutError:
                raise Ended("TIMEOUT", TIMEOUT_REASON) from None
            if message["type"] == "websocket.disconnect":
                return
            self._inputs.append(self._decoded(message))
            self._arrived.set()

    def _decoded(self, message: Any) -> Json:
        """Decode and validate one frame; everything wrong with it ends the session."""
        data = message.get("bytes")
        if data is None:
            raise Ended("INTERNAL_ERROR", "Expected a binary frame, got a text frame")
        try:
            value = msgpack.unpackb(data, raw=False)
            if self._route.realtime_input is not None:
                self._route.realtime_input.model_validate(value)
        except ValidationError as error:
            raise Ended("INTERNAL_ERROR", f"Invalid input: {_in_short(error)}") from error
        except (ValueError, msgpack.UnpackException) as error:
            raise Ended("INTERNAL_ERROR", f"Invalid MessagePack: {error}") from error
        if not isinstance(value, dict):
            raise Ended("INTERNAL_ERROR", "Expected a map")
        return value

    async def _work(self) -> None:
        while True:
            await self._arrived.wait()
            if not self._inputs:
                self._arrived.clear()
                continue
            message = self._inputs.popleft()
            begun = time.monotonic()
            await self._execution.delay()
            async for output in self._outputs(message):
                await self._send(output, time.monotonic() - begun)

    async def _outputs(self, message: Json) -> AsyncIterator[Json]:
        """Yield the model's answers; its failures end the session."""
        try:
            result = self._answer(message)
            if not hasattr(result, "__aiter__"):
                result = await result
            if not hasattr(result, "__aiter__"):
                yield result
                return
            async for output in result:
                yield output
        except (ModelError, RequestFailed) as error:
            raise Ended("INTERNAL_ERROR", error.message) from error
        except (Sabotage, Ended, WebSocketDisconnect):
            raise
        except Exception as error:
            traceback.print_exception(error, file=sys.stderr)
            raise Ended("INTERNAL_ERROR", "Internal Server Error") from error

    async def _send(self, output: Json, seconds: float) -> None:
        if self._sent == self._controls.drop_after:
            raise Sabotage("ws_reset")
        await self._socket.send_bytes(self._pack(output))
        self._sent += 1
        if self._timings:
            frame = {"type": "x-fal-message", "action": "timings", "timing": round(seconds, 6)}
            await self._socket.send_text(json.dumps(frame))

    async def _say_goodbye(self, end: Ended) -> None:
        frame = {"type": "x-fal-error", "error": end.code, "reason": end.reason}
        # The other side may have left in the meantime.
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.send_text(json.dumps(frame))
            await self._socket.close(1000)


async def refuse(socket: WebSocket, answer: Answer) -> None:
    """Answer a handshake with an HTTP error."""
    await socket.send_denial_response(answer.response())


def _room_of(socket: WebSocket) -> int | None:
    """Read `max_buffering`; raises ValueError outside 1 to 60."""
    value = socket.query_params.get("max_buffering")
    if value is None:
        return None
    if not value.isdigit() or not 1 <= int(value) <= 60:
        raise ValueError("max_buffering must be between 1 and 60")
    return int(value)


def _in_short(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"


def _first(group: BaseExceptionGroup[Ended]) -> Ended:
    found = group.exceptions[0]
    return found if isinstance(found, Ended) else _first(found)


def _fault_of(group: BaseExceptionGroup[Sabotage]) -> str:
    found = group.exceptions[0]
    return found.fault if isinstance(found, Sabotage) else _fault_of(found)
