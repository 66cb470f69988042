"""HTTP over WebSocket: one request as a text frame, its answer as a start frame, body frames and an end frame.

fal documents it as experimental (`wss://ws.fal.run/<endpoint>`). The socket is opened for the call and closed after it.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.events import Charged, Failed, FailureKind, Unknown
from fal_studio.core.kept_words import NO_LIFE
from fal_studio.core.options import headers_of
from fal_studio.core.request import ProfileKind, Request
from fal_studio.figures import number
from fal_studio.modes import socket
from fal_studio.modes.base import CallError, Emit, Tools
from fal_studio.modes.http import Answer, Ask, Http
from fal_studio.modes.outgoing import body_of, url_or_failure
from fal_studio.modes.socket import Socket
from fal_studio.wire import errors
from fal_studio.words import told, tr


async def perform(request: Request, http: Http, tools: Tools, emit: Emit) -> None:
    """Call the endpoint directly through a socket and wait for its answer."""
    if http.profile.kind in (ProfileKind.LOCAL_APP, ProfileKind.PROXY):
        raise CallError(
            Failed(
                FailureKind.INPUT,
                tr("{name} has no HTTP over WebSocket.").format(name=http.profile.name),
                tr("Choose run, or a profile that calls fal itself."),
                charged=Charged.NO,
            )
        )
    body = body_of(request)
    url = url_or_failure(lambda: urls.ws_url(http.profile, request.endpoint, request.options.query))
    headers = headers_of(request.options) | http.authorization(url)
    async with socket.opened(url, headers, request.endpoint, http, emit, number=1) as connection:
        emit(e.Attempt(1, "run", "POST", http.redactor.text(url)))
        await http.before_paid()
        tools.line.woke.clear()
        async with asyncio.TaskGroup() as group:
            looking = group.create_task(
                socket.look_after_sleep(connection, tools.line.woke), name="socket sleep"
            )
            answer = await _asked(connection, body, request, http, emit)
            looking.cancel()
    if isinstance(answer, CallError):
        raise answer
    for metric in errors.units(answer.headers):
        emit(metric)
    ask = Ask("run", "POST", url, endpoint=request.endpoint)
    emit(e.Output(await http.output(answer, ask, tools.keep), len(answer.body)))


async def _asked(
    connection: Socket, body: bytes, request: Request, http: Http, emit: Emit
) -> Answer | CallError:
    """Send the request and return its answer, or why there is none: a group of tasks would wrap what is raised in it."""
    try:
        await connection.send(body.decode())
        emit(e.Sent(0, len(body)))
        return await _answer(connection, request, http, emit)
    except ConnectionClosed:
        return CallError(_lost(request) if connection.is_lost else _broken(request))
    except CallError as error:
        return error


async def _answer(connection: ClientConnection, request: Request, http: Http, emit: Emit) -> Answer:
    status, headers = 0, {}
    chunks: list[bytes] = []
    size, limit = 0, http.profile.max_body_bytes
    async for frame in _frames(connection, request, http):
        match control(frame):
            case {"type": "start", "status": int(status), **rest}:
                headers = _headers(rest.get("headers"))
                emit(e.Response(status, http.redactor.headers(headers), "run"))
            case {"type": "end", **rest}:
                emit(e.BodyRead(size, "run"))
                seconds = rest.get("time_to_first_byte_seconds")
                if isinstance(seconds, int | float) and not isinstance(seconds, bool):
                    emit(e.Metric("time_to_first_byte", float(seconds), "s"))
                return Answer(status or 500, headers, http.redactor.data(b"".join(chunks)))
            case None:
                data = frame.encode() if isinstance(frame, str) else frame
                size += len(data)
                if size > limit:
                    raise CallError(http.too_large(Ask("run", "POST", "", endpoint=request.endpoint), None))
                chunks.append(data)
            case other:
                emit(e.Control(tr("frame {get}").format(get=str(other.get("type"))[:60])))
    raise CallError(_broken(request))


async def _frames(connection: ClientConnection, request: Request, http: Http) -> AsyncIterator[str | bytes]:
    while True:
        try:
            async with asyncio.timeout(http.profile.clocks.idle_s):
                frame = await connection.recv()
        except TimeoutError as error:
            raise CallError(
                Failed(
                    FailureKind.TIMEOUT,
                    tr("{endpoint} was silent for {idle_s} s.").format(
                        endpoint=request.endpoint, idle_s=number(http.profile.clocks.idle_s, "g")
                    ),
                    tr("Try run or subscribe, or raise the idle time of the profile."),
                    clock=e.Clock.IDLE,
                )
            ) from error
        yield frame


def control(frame: str | bytes) -> dict[str, Any] | None:
    """Return a frame about the answer; None for one that is part of its body.

    It is one exactly if it is text, and an object that has both `type` and `request_id` (fal docs: websockets).
    """
    if not isinstance(frame, str) or not frame.startswith("{"):
        return None
    try:
        found = msgspec.json.decode(frame, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        return None
    return found if "type" in found and "request_id" in found else None


def _headers(found: object) -> dict[str, str]:
    if not isinstance(found, dict):
        return {}
    named: dict[str, object] = {str(name): value for name, value in found.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return {name.lower(): value for name, value in named.items() if isinstance(value, str)}


def _broken(request: Request) -> Unknown:
    return Unknown(
        tr(
            "{endpoint} may have run, and may be charged: the socket was closed before its answer was whole."
        ).format(endpoint=request.endpoint)
    )


def _lost(request: Request) -> Unknown:
    return Unknown(
        tr("{endpoint} may have run, and may be charged: {reason}.").format(
            endpoint=request.endpoint, reason=told(NO_LIFE)
        )
    )
