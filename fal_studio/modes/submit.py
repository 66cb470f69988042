"""submit: hand a request to the queue and leave; and what subscribe and a later follower do with its ticket."""

import asyncio

from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.events import Charged, Failed, Stage
from fal_studio.core.options import headers_of, query_of
from fal_studio.core.request import Mode, Request, StatusUpdates
from fal_studio.modes.base import CallError, Emit, Tools, deadline
from fal_studio.modes.http import Answer, Ask, Http, Resend
from fal_studio.modes.outgoing import body_of, need_queue, url_or_failure
from fal_studio.modes.status import Status, Watched
from fal_studio.wire import errors, payload, queue
from fal_studio.wire.payload import PayloadError, lifted

LET_GO_S = 5.0
"""How long the server may take to hear of a cancel."""
LAST_WORD_S = 8.0
"""How long we wait for what became of a cancelled call: it may still have finished, and been paid for."""
_STILL_RUNNING = 6
"""How often a result may be asked for that the status called complete."""


async def perform(request: Request, http: Http, tools: Tools, emit: Emit) -> None:
    """Hand the request over; the call goes on at the server without us."""
    await enqueue(request, http, tools, emit)
    emit(e.Detached())


async def enqueue(request: Request, http: Http, tools: Tools, emit: Emit) -> e.Enqueued:
    """Hand the request to the queue and return its ticket, once that is written down.

    Ends as Unknown when nobody knows whether the request was taken.
    """
    need_queue(request, http.profile)
    options = request.options
    query = query_of(options, Mode.SUBMIT)
    url = url_or_failure(lambda: urls.submit_url(http.profile, request.endpoint, query))
    headers = headers_of(options, is_queue=True)
    ask = Ask("submit", "POST", url, body_of(request), headers, Resend.PAID, request.endpoint)
    ticket = await _taken(ask, request, http, emit)
    emit(ticket)
    try:
        await tools.noted()
    except asyncio.CancelledError:
        if tools.line.cancelled_by() != "shutdown":
            await withdraw(request, ticket, http, tools, emit)
        raise
    return ticket


async def _taken(ask: Ask, request: Request, http: Http, emit: Emit) -> e.Enqueued:
    is_sent = False

    def watching(fact: e.Fact) -> None:
        nonlocal is_sent
        is_sent = is_sent or isinstance(fact, e.Sent)
        emit(fact)

    try:
        answer = await http.exchange(ask, watching)
    except CallError as error:
        if error.may_have_been_sent:
            raise CallError(_unknown(request, str(error))) from error
        raise
    except asyncio.CancelledError:
        if is_sent:
            emit(_unknown(request, "It was cancelled before fal had answered."))
        raise
    if not answer.is_good:
        raise CallError(http.failed(answer, ask))
    try:
        return queue.enqueued(payload.decode(answer.body), http.profile, request.endpoint)
    except PayloadError as error:
        raise CallError(_unknown(request, f"fal's answer to the submit cannot be read: {error}.")) from error


def _unknown(request: Request, why: str) -> e.Unknown:
    return e.Unknown(
        f"{request.endpoint} may have been submitted, and may be charged. {why} "
        "Look at the requests on fal.ai before sending it again."
    )


async def follow(request: Request, ticket: e.Enqueued, http: Http, tools: Tools, emit: Emit) -> None:
    """Wait for a queue call and fetch its result; cancelled by a person or a clock, it lets go of it at the server."""
    try:
        await _completed(request, ticket, http, emit)
        await _fetch(request, ticket, http, tools, emit)
    except asyncio.CancelledError:
        by = tools.line.cancelled_by()
        if by == "":  # our clock fired
            async with deadline(LET_GO_S):
                await _put_cancel(ticket, http, emit)
        elif by != "shutdown":
            await withdraw(request, ticket, http, tools, emit)
        raise


async def withdraw(request: Request, ticket: e.Enqueued, http: Http, tools: Tools, emit: Emit) -> None:
    """Cancel a queue call at the server and tell what became of it: a call may finish in spite of it."""
    word: e.CancelAnswer | None = None
    async with deadline(LET_GO_S):
        word = await _put_cancel(ticket, http, emit)
    by = tools.line.cancelled_by() or "user"
    if word is not None and word.status in (200, 202, 400):
        async with deadline(LAST_WORD_S):
            await _outcome(request, ticket, word, http, tools, emit)
    emit(e.Cancelled(by))


async def _outcome(
    request: Request, ticket: e.Enqueued, word: e.CancelAnswer, http: Http, tools: Tools, emit: Emit
) -> None:
    if word.status == 200 and word.word != "CANCELLATION_REQUESTED":
        emit(e.Cancelled(tools.line.cancelled_by() or "user", Charged.NO, "before it ran"))
        return
    try:
        await _completed(request, ticket, http, emit)
        await _fetch(request, ticket, http, tools, emit)
    except CallError as error:
        if isinstance(error.fact, Failed) and error.fact.status not in (499, 404):
            emit(error.fact)


async def _put_cancel(ticket: e.Enqueued, http: Http, emit: Emit) -> e.CancelAnswer | None:
    ask = Ask("cancel", "PUT", ticket.cancel_url)
    try:
        answer = await http.exchange(ask, emit)
    except CallError as error:
        emit(e.Trouble(f"The cancel did not reach fal: {error}"))
        return None
    try:
        document = payload.decode(answer.body)
    except PayloadError:
        document = None
    word = queue.cancel_answer(answer.status, document)
    emit(word)
    return word


async def _completed(request: Request, ticket: e.Enqueued, http: Http, emit: Emit) -> None:
    """Return when the server calls the request complete, which may also mean failed or cancelled."""
    status = Status(request, ticket, http, emit)
    by_stream = request.options.status_updates == StatusUpdates.STREAM
    while not status.is_completed:
        if by_stream:
            watched = await status.watch()
            by_stream = watched is not Watched.NOT_OFFERED
            if status.is_completed or watched is Watched.AGAIN:
                continue
        await status.poll()
        if not status.is_completed:
            await asyncio.sleep(status.pause_s())


async def _fetch(request: Request, ticket: e.Enqueued, http: Http, tools: Tools, emit: Emit) -> None:
    """Fetch the result; its code tells success from failure."""
    emit(e.Progress(Stage.FETCHING))
    ask = Ask("result", "GET", ticket.response_url, resend=Resend.SAFE, endpoint=request.endpoint)
    answer = await http.exchange(ask, emit)
    for count in range(_STILL_RUNNING):
        if not _is_not_ready(answer):
            break
        await asyncio.sleep(0.2 * 2**count)
        answer = await http.exchange(ask, emit)
    for metric in errors.units(answer.headers):
        emit(metric)
    if answer.status == 499:
        by = tools.line.cancelled_by() or "the server"
        emit(
            e.Cancelled(
                by, Charged.NO if answer.headers.get("x-fal-billable-units") == "0" else Charged.UNKNOWN
            )
        )
        return
    document = await http.parsed(answer, ask)
    emit(e.Output(lifted(document, len(answer.body), tools.keep), len(answer.body)))


def _is_not_ready(answer: Answer) -> bool:
    return answer.status == 400 and b"still in progress" in answer.body
