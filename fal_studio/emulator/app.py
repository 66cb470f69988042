"""Puts the server together: what there is, which path leads where, and what happens to every request on its way."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.requests import Request
from starlette.routing import Route, Router, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from fal_studio.emulator import sabotage, socket_faults
from fal_studio.emulator.addresses import PREFIX_OF_HOST, Addresses
from fal_studio.emulator.answers import json_answer
from fal_studio.emulator.control import Control
from fal_studio.emulator.direct import Direct
from fal_studio.emulator.endpoints import Catalogue
from fal_studio.emulator.execution import Machine
from fal_studio.emulator.faults import Faults
from fal_studio.emulator.files import Files
from fal_studio.emulator.history import History
from fal_studio.emulator.jobs import Job
from fal_studio.emulator.listing import Listing
from fal_studio.emulator.model import Model
from fal_studio.emulator.platform import Platform
from fal_studio.emulator.queue import Queue, Staff
from fal_studio.emulator.queue_routes import QueueRoutes
from fal_studio.emulator.queue_store import QueueStore
from fal_studio.emulator.realtime import Realtime
from fal_studio.emulator.recorder import Recorder, listening, watching
from fal_studio.emulator.rest import Rest
from fal_studio.emulator.runners import Runners
from fal_studio.emulator.settings import NO_CONTROLS, Settings, controls_of
from fal_studio.emulator.storage import Storage
from fal_studio.emulator.tokens import Tokens
from fal_studio.emulator.truth import Truth
from fal_studio.emulator.webhooks import Webhooks
from fal_studio.emulator.workers import Workers
from fal_studio.emulator.ws_http import HttpOverSocket

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
Handler = Callable[[Request], Awaitable[ASGIApp]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a server is started with."""

    settings: Settings
    data_dir: Path
    addresses: Addresses
    models: tuple[Model, ...]


class Emulator:
    """The whole server as one ASGI app."""

    def __init__(self, plan: Plan) -> None:
        settings, addresses = plan.settings, plan.addresses
        catalogue = Catalogue(plan.models, lambda: settings.schema_changes)
        plan.data_dir.mkdir(parents=True, exist_ok=True)
        self._armed, self._recorder = Faults(), Recorder()
        self._pool = Workers(2)
        self._store = QueueStore(plan.data_dir / "queue.db")
        self._history = History(plan.data_dir / "history.db")
        tokens, truth, runners = Tokens(secrets.token_bytes(32)), Truth(), Runners(settings)
        files = self._files = Files(plan.data_dir / "files", addresses)
        self._webhooks = Webhooks(plan.data_dir / "webhook.key", settings)
        machine = Machine(settings, files, self._pool)
        self._queue = Queue(
            Staff(machine, catalogue, runners, truth, self._store), self._started, self._finished
        )
        storage = Storage(files, tokens, addresses, catalogue)
        direct = Direct(machine, catalogue, runners, tokens, truth, self._history)
        realtime = Realtime(machine, catalogue, runners, tokens, truth)
        over_socket = HttpOverSocket(self._dispatch)
        queue = QueueRoutes(self._queue, catalogue, tokens, truth, settings, addresses)
        control = Control(
            settings,
            self._queue.changed,
            self._armed,
            self._recorder,
            truth,
            self._webhooks,
            runners,
            self._queue,
            catalogue,
            addresses,
        )
        platform = Platform(Listing(catalogue, addresses), self._history, self._queue, files)
        rest = Rest(tokens, storage, self._webhooks, settings)
        self._router = Router(
            [
                _route("/run/{path:path}", direct.handle),
                _route("/queue/{path:path}", queue.handle),
                _route("/rest/{path:path}", rest.handle),
                _route("/cdn/{path:path}", storage.handle),
                _route("/api/{path:path}", platform.handle),
                _route("/jwks", self._jwks),
                _route("/emulator", control.handle),
                _route("/emulator/{path:path}", control.handle),
                WebSocketRoute("/run/{path:path}", realtime.handle),
                WebSocketRoute("/ws/{path:path}", over_socket.handle),
            ],
            redirect_slashes=False,
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Run the queue meanwhile, and put everything away afterwards."""
        self._queue.load()
        tidied = self._pool.submit(self._files.tidy)
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(self._queue.serve())
            try:
                yield
            finally:
                serving.cancel()
        tidied.cancel()
        self._pool.shutdown()
        self._store.close()
        self._history.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record a request, read its controls, let a fault have it or answer it."""
        if scope["type"] not in ("http", "websocket"):
            return
        _follow_host(scope)
        if scope["path"].startswith("/emulator"):
            scope["state"]["controls"] = NO_CONTROLS
            await self._router(scope, receive, send)
            return
        entry = self._recorder.begin(scope)
        receive, send = listening(entry, receive), watching(entry, send)
        try:
            scope["state"]["controls"] = controls = controls_of(
                ((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
                parse_qsl(scope["query_string"].decode("latin-1"))
                if b"emulator_" in scope["query_string"]
                else (),
            )
        except ValidationError as error:
            scope["state"]["controls"] = NO_CONTROLS
            await _bad_controls(error, scope, receive, send)
            return
        if controls.answer_delay:
            await asyncio.sleep(controls.answer_delay)
        await self._dispatch(scope, receive, send)

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        controls = scope["state"]["controls"]
        fault = controls.fault or self._armed.take(scope.get("method", "GET"), scope["path"])
        if fault is None or (scope["type"] == "websocket" and fault == "slow"):
            await self._router(scope, receive, send)
        elif scope["type"] == "websocket":
            await socket_faults.play(fault, scope, receive, send)
        else:
            await sabotage.play(fault, self._router, scope, receive, send, controls)

    def _started(self, job: Job) -> None:
        self._history.begin(job.record, job.app, job.body, job.store_io)

    def _finished(self, job: Job) -> Coroutine[Any, Any, None]:
        """Note the end of a queue request; returns what tells its webhook."""
        assert job.answer is not None
        self._history.add(job.record, job.app, job.body, job.answer, job.store_io)
        return self._webhooks.deliver(job)

    async def _jwks(self, request: Request) -> ASGIApp:
        return self._webhooks.jwks().response()


def _route(path: str, handler: Handler) -> Route:
    """Route every method of a path to a handler that returns the app which sends the answer."""

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        answer = await handler(request)
        await answer(scope, receive, send)

    return Route(path, _Endpoint(endpoint), methods=METHODS)


class _Endpoint:
    """Lets Starlette's router take a plain ASGI function as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _follow_host(scope: Scope) -> None:
    """Put the prefix before the path of a request that names one of fal's hosts."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    prefix = PREFIX_OF_HOST.get(host.decode("latin-1").partition(":")[0].lower())
    if prefix:
        scope["path"] = prefix + scope["path"]
        scope["raw_path"] = prefix.encode() + scope["raw_path"]


async def _bad_controls(error: ValidationError, scope: Scope, receive: Receive, send: Send) -> None:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    problems = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in found)
    answer = json_answer({"detail": f"emulator controls: {problems}"}, 400)
    if scope["type"] == "http":
        await sabotage.body_of(receive)
        await answer.response()(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": "emulator controls"})
