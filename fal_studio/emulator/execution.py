"""One execution of a model: validates the input, lends the model its context, turns the end into an answer."""

import asyncio
import base64
import binascii
import json
import random
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote_to_bytes

from pydantic import BaseModel, ValidationError

from fal_studio.emulator import errors
from fal_studio.emulator.answers import Answer, encode, units_text
from fal_studio.emulator.files import Files
from fal_studio.emulator.model import Json, ModelError, RequestFailed, Route, Sabotage, StreamText
from fal_studio.emulator.settings import Controls, Settings

P = ParamSpec("P")
T = TypeVar("T")

Log = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Machine:
    """What all executions of one server share."""

    settings: Settings
    files: Files
    pool: Executor


async def no_log(message: str, level: str) -> None:
    """Drop a log line: direct runs have nobody to show it to."""


class Execution:
    """The context of one execution, as `models.base.Context` promises it."""

    def __init__(
        self, machine: Machine, request_id: str, controls: Controls, log: Log = no_log, attempt: int = 1
    ) -> None:
        self.request_id = request_id
        self.seed = machine.settings.seed
        self.sync_mode = False
        self.attempt = attempt
        self.units: float = 1
        self._machine = machine
        self._controls = controls
        self._log = log
        self._random = random.Random(request_id)

    async def log(self, message: str, level: str = "INFO") -> None:
        """Write one runner log line."""
        await self._log(message, level)

    async def work(self, seconds: float) -> None:
        """Let pretended GPU time pass."""
        settings, controls = self._machine.settings, self._controls
        jitter = settings.jitter if controls.jitter is None else controls.jitter
        factor = self._random.uniform(1 - jitter, 1 + jitter)
        await asyncio.sleep(seconds * factor / (controls.speed or settings.speed))

    async def delay(self) -> None:
        """Let the wait pass that was asked for, at its full length."""
        seconds = self._controls.run_delay
        await asyncio.sleep(self._machine.settings.run_delay_s if seconds is None else seconds)

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run CPU work off the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._machine.pool, partial(function, *args, **kwargs))

    async def fetch(self, url: str) -> tuple[bytes, str]:
        """Return bytes and content type of a data URI or of a file of this CDN."""
        if url.startswith("data:"):
            return _from_data_uri(url)
        stored = self._machine.files.named_by(url)
        if stored is None or stored.is_expired:
            raise _not_downloadable(url)
        path = self._machine.files.path(stored)
        if not path.is_file():
            raise _not_downloadable(url)
        return await self.in_thread(path.read_bytes), stored.content_type

    def publish(self, data: bytes, content_type: str, file_name: str) -> str:
        """Keep an output file and return its URL, or a data URI in sync mode."""
        if self.sync_mode:
            return f"data:{content_type};base64,{base64.b64encode(data).decode()}"
        return self._machine.files.add(data, content_type, file_name)

    def bill(self, units: float) -> None:
        """Set the billable units."""
        self.units = units


async def perform(route: Route, body: bytes, execution: Execution) -> Answer:
    """Run a route once and return its answer; nothing but cancellation escapes."""
    try:
        arguments = read_input(route.input, body, execution)
        await execution.delay()
        assert route.run is not None
        output = encode(await route.run(arguments, execution))
    except Exception as error:  # noqa: BLE001 - the one funnel for everything a model may do wrong
        return answer_to(error)
    return Answer(200, output, {"x-fal-billable-units": units_text(execution.units)})


async def events_of(route: Route, body: bytes, execution: Execution) -> AsyncIterator[Json | StreamText]:
    """Run the stream of a route; raises what the model raises."""
    arguments = read_input(route.input, body, execution)
    await execution.delay()
    assert route.stream is not None
    async for event in route.stream(arguments, execution):
        yield event


def read_input(model: type[BaseModel], body: bytes, execution: Execution) -> BaseModel:
    """Validate a request body; raises what `answer_to` understands."""
    arguments = model.model_validate(json.loads(body) if body.strip() else {})
    execution.sync_mode = bool(getattr(arguments, "sync_mode", False))
    return arguments


def answer_to(error: Exception) -> Answer:
    """Turn what a model raised into the answer that fal gives for it."""
    match error:
        case ValidationError():
            answer = errors.invalid_input(error)
        case ModelError():
            answer = errors.model_error(error)
        case RequestFailed():
            answer = errors.request_error(error.error_type, error.message)
        case Sabotage():
            return Answer(200, encode({"ok": True}), fault=error.fault)
        case json.JSONDecodeError() | UnicodeDecodeError() | RecursionError():
            answer = errors.invalid_json(error)
        case _:
            traceback.print_exception(error, file=sys.stderr)
            answer = errors.text(500, "Internal Server Error")
    return answer.adding({"x-fal-billable-units": "0"})


def _from_data_uri(url: str) -> tuple[bytes, str]:
    head, comma, text = url[5:].partition(",")
    content_type = head.split(";")[0] or "text/plain"
    if not comma:
        raise _not_downloadable(url)
    if not head.endswith(";base64"):
        return unquote_to_bytes(text), content_type
    try:
        return base64.b64decode(text, validate=True), content_type
    except binascii.Error as error:
        raise _not_downloadable(url) from error


def _not_downloadable(url: str) -> ModelError:
    shown: Any = url if len(url) < 200 else url[:200] + "…"
    return ModelError(
        "Failed to download the file. Please check if the URL is accessible and try again.",
        type="file_download_error",
        value=shown,
    )
