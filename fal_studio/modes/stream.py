"""stream: one POST, many events; also endpoints that answer with plain JSON or with bytes."""

import asyncio

import httpx

from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.blobs import MARK
from fal_studio.core.events import Closer, Failed, FailureKind, Unknown
from fal_studio.core.kept_words import NO_LIFE
from fal_studio.core.options import headers_of
from fal_studio.core.request import Request
from fal_studio.core.transcript import Shape, Sieve, Way
from fal_studio.modes import trouble
from fal_studio.modes.base import CallError, Emit, Tools
from fal_studio.modes.http import Answer, Ask, Http, Resend, plain
from fal_studio.modes.outgoing import body_of, url_or_failure
from fal_studio.wire import errors
from fal_studio.wire.sse import Decoder, TooLongError
from fal_studio.wire.stream import StreamReader
from fal_studio.words import tr

_AT_ONCE_BYTES = 131_072
"""More than comes from the network at once: only what was packed is so long, and may be a thousand times as much as came."""


async def perform(request: Request, http: Http, tools: Tools, emit: Emit) -> None:
    """Read the endpoint's stream to its end."""
    options = request.options
    url = url_or_failure(lambda: urls.stream_url(http.profile, request.endpoint, options.path, options.query))
    headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"} | headers_of(options)
    ask = Ask("stream", "POST", url, body_of(request), headers, Resend.PAID, request.endpoint)
    reader = StreamReader(request.endpoint, tools.keep)
    tools.line.woke.clear()
    try:
        async with http.opened(ask, emit) as response:
            for metric in errors.units(plain(response)):
                emit(metric)
            content_type = plain(response).get("content-type", "")
            if response.is_success and content_type.startswith("text/event-stream"):
                emit(await _events(response, ask, reader, http, tools, emit))
            else:
                await _whole(response, ask, http, tools, emit)
    except httpx.HTTPError as error:
        raise CallError(_broken(error, ask, http, tools, reader)) from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise CallError(trouble.of_network(error, url, http.profile, is_paid=True)) from error


async def _events(
    response: httpx.Response, ask: Ask, reader: StreamReader, http: Http, tools: Tools, emit: Emit
) -> e.End:
    """Read to the end and say who made it; return what it means for the call."""
    closer, reason, is_usable = Closer.US, "", True
    try:
        await _read(response, reader, http, tools)
        end = reader.end()
        closer, is_usable = Closer.SERVER, not isinstance(end, Failed)
        return end
    except httpx.HTTPError as error:
        if isinstance(error, httpx.TimeoutException):
            closer = Closer.US
            reason = trouble.of_network(error, ask.url, http.profile, is_paid=True).message
        else:
            closer, reason = Closer.NETWORK, _why_broken(error, tools)
        raise
    except CallError as error:
        reason = str(error)
        raise
    finally:  # also when somebody stops it
        emit(e.StreamClosed(closer, reader.count, reader.size_bytes, reason, is_usable))


async def _read(response: httpx.Response, reader: StreamReader, http: Http, tools: Tools) -> None:
    decoder = Decoder(http.profile.max_body_bytes)
    sieve = Sieve(http.redactor)

    def take(clean: bytes) -> None:
        """Read what is known to hold no secret: the same bytes that the transcript keeps."""
        tools.record(Way.IN, Shape.CHUNK, clean)
        tools.emit_all(reader.facts(decoder.feed(clean)))

    try:
        async for chunk in response.aiter_bytes():
            tools.line.woke.clear()  # it is alive
            for at in range(0, len(chunk), _AT_ONCE_BYTES):
                if at:
                    await asyncio.sleep(0)
                piece = chunk[at : at + _AT_ONCE_BYTES]
                reader.size_bytes += len(piece)
                take(sieve.feed(piece))
        if held := sieve.end():
            take(held)
    except TooLongError as error:
        raise CallError(
            Failed(
                FailureKind.PROTOCOL,
                tr("An event of the stream cannot be read: {error}.").format(error=error),
                tr("Let the model give URLs instead of data, or raise the limit of the profile."),
            )
        ) from error
    finally:
        if held := sieve.end():
            tools.record(Way.IN, Shape.CHUNK, held)
    if (rest := decoder.end()) is not None:
        tools.emit_all(reader.last_words(rest))


async def _whole(response: httpx.Response, ask: Ask, http: Http, tools: Tools, emit: Emit) -> None:
    """Read an answer that is no event stream: an error, plain JSON, or bytes such as sound."""
    content_type = plain(response).get("content-type", "").partition(";")[0].strip().lower()
    body = await http.read(response, ask)
    tools.record(Way.IN, Shape.CHUNK, body)
    emit(e.BodyRead(len(body), "stream"))
    answer = Answer(response.status_code, plain(response), body)
    is_text = not content_type or content_type.endswith("json") or content_type.startswith("text/")
    if is_text or not answer.is_good:
        emit(e.Output(await http.output(answer, ask, tools.keep), len(body)))
        return
    blob = tools.keep(body, content_type)
    mark = {MARK: {"sha256": blob.sha256, "size_bytes": blob.size_bytes, "content_type": content_type}}
    emit(e.Output({"content": mark, "content_type": content_type}, len(body)))


def _broken(
    error: httpx.HTTPError, ask: Ask, http: Http, tools: Tools, reader: StreamReader
) -> Failed | Unknown:
    failed = trouble.of_network(error, ask.url, http.profile, is_paid=True)
    if reader.count and failed.kind is FailureKind.NETWORK:
        return reader.lost() if _died_unheard(tools) else reader.broken(trouble.cause_of(error))
    return (not trouble.is_unsent(error) and trouble.unknown(failed, ask.endpoint, http.profile)) or failed


def _why_broken(error: httpx.HTTPError, tools: Tools) -> str:
    return NO_LIFE if _died_unheard(tools) else trouble.cause_of(error)


def _died_unheard(tools: Tools) -> bool:
    """Whether nothing was heard since the machine slept or changed its network."""
    return tools.line.woke.is_set()
