"""submit: hand a request to the queue and leave; and what subscribe and a later follower do with its ticket."""

import asyncio
import time

from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.events import Charged, Failed, FailureKind, Stage
from fal_studio.core.kept_words import BEFORE_RAN, SERVER, WHILE_RAN, expired
from fal_studio.core.options import headers_of, query_of
from fal_studio.core.request import Mode, Request, StatusUpdates
from fal_studio.figures import number
from fal_studio.modes import resend
from fal_studio.modes.base import CallError, Emit, Tools, deadline
from fal_studio.modes.following import Seat
from fal_studio.modes.http import Answer, Ask, Http, Resend
from fal_studio.modes.outgoing import body_of, need_queue, url_or_failure
from fal_studio.modes.questions import Turn
from fal_studio.modes.status import Status
from fal_studio.wire import errors, payload, queue
from fal_studio.wire.payload import PayloadError
from fal_studio.words import mark, tr

LET_GO_S = 5.0
"""How long the server may take to hear of a cancel when we leave."""
_STILL_RUNNING = 6
"""How often a result may be asked for that the status called complete."""


async def perform(request: Request, http: Http, tools: Tools, emit: Emit) -> None:
    """Hand the request over; the call goes on at the server without us, unless somebody has cancelled it meanwhile."""
    ticket = await enqueue(request, http, tools, emit)
    if tools.line.wants_cancel:
        await follow(request, ticket, http, tools, emit)
    else:
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
    await tools.noted()
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
            emit(_unknown(request, tr("It was cancelled before fal had answered.")))
        raise
    if not answer.is_good:
        raise CallError(http.failed(answer, ask))
    try:
        return queue.enqueued(payload.decode(answer.body), http.profile, request.endpoint)
    except PayloadError as error:
        raise CallError(
            _unknown(request, tr("fal's answer to the submit cannot be read: {error}.").format(error=error))
        ) from error


def _unknown(request: Request, why: str) -> e.Unknown:
    return e.Unknown(
        tr("{endpoint} may have been submitted, and may be charged. {why}").format(
            endpoint=request.endpoint, why=why
        ),
        time.time(),
    )


async def take_up(request: Request, known_by: str, http: Http, tools: Tools, emit: Emit) -> None:
    """Follow a request that was sent elsewhere, by its endpoint and its id, or by any of its URLs."""
    need_queue(request, http.profile)
    ticket = _ticket(request, known_by.strip(), http)
    emit(ticket)
    await tools.noted()
    await follow(request, ticket, http, tools, emit, is_known=False)


def _ticket(request: Request, known_by: str, http: Http) -> e.Enqueued:
    if "/" in known_by:
        try:
            return queue.ticket_of(known_by)
        except PayloadError as error:
            words = tr("{known_by} is no request: {error}.").format(known_by=known_by[:80], error=error)
            step = tr("Paste the request id, or the status URL that the submit answered.")
            raise CallError(Failed(FailureKind.INPUT, words, step, charged=Charged.NO)) from error
    status, response, cancel = url_or_failure(
        lambda: urls.ticket_urls(http.profile, request.endpoint, known_by)
    )
    return e.Enqueued(known_by, status, response, cancel)


async def follow(
    request: Request, ticket: e.Enqueued, http: Http, tools: Tools, emit: Emit, *, is_known: bool = True
) -> None:
    """Wait for a queue call, fetch its result, and cancel it when somebody wants that.

    A cancel is a wish: what the server makes of it is the end of the call. `is_known`: the server has taken this ticket's
    request itself; if it has forgotten it since, the call has expired and has not failed.
    """
    by_stream = request.options.status_updates == StatusUpdates.STREAM
    with tools.followers.seat(tools.call, request.options.poll_every_s, wants_stream=by_stream) as seat:
        follower = _Follower(request, ticket, http, tools, seat, emit, is_known=is_known)
        try:
            await follower.complete()
            await follower.fetch()
        except asyncio.CancelledError:
            if not tools.line.cancelled_by():  # our clock has run out
                async with deadline(LET_GO_S):
                    await follower.put_cancel()
            raise


class _Follower:
    """Follows one ticket from its seat."""

    def __init__(
        self,
        request: Request,
        ticket: e.Enqueued,
        http: Http,
        tools: Tools,
        seat: Seat,
        emit: Emit,
        *,
        is_known: bool,
    ) -> None:
        self._request = request
        self._ticket = ticket
        self._http = http
        self._tools = tools
        self._seat = seat
        self._emit = emit
        self._status = Status(request, ticket, http, seat, emit)
        self._is_known = is_known
        self._tells_cancel = True
        """The server may be told of a cancel, if there is one: not again once it knows, and not at once if it did not hear."""
        self._knows_cancel = False

    async def complete(self) -> None:
        """Return when the server calls the request complete, which may also mean failed or cancelled."""
        while not self._status.is_completed:
            if self._tools.line.wants_cancel and self._tells_cancel:
                await self._tell_cancel()
            match await self._seat.turn():
                case Turn.LISTEN:
                    await self._status.listen()
                case Turn.ASK:
                    await self._ask()
                case Turn.PARKED:
                    name = self._http.profile.name
                    self._emit(
                        e.Trouble(
                            tr(
                                "{name} cannot be reached; this call is asked about when it can be again."
                            ).format(name=name)
                        )
                    )
                case Turn.ACT:
                    pass
            self._tells_cancel = not self._knows_cancel

    async def _ask(self) -> None:
        try:
            silent_s = await self._status.poll()
        except CallError as error:
            raise self._judged(error) from error
        self._give_up_after(silent_s, tr("The queue could not be asked"))

    async def _tell_cancel(self) -> None:
        """Tell the server of the cancel; raises CallError with the end when that is one. Not heard, it is told again later."""
        word = await self.put_cancel()
        if word is None or word.status == 429 or word.status >= 500:
            self._tells_cancel = False
            silent_s = self._seat.failed(is_unreachable=word is None)
            self._give_up_after(silent_s, tr("The cancel could not be told"))
            return
        self._knows_cancel = True
        if word.status == 200 and word.word != "CANCELLATION_REQUESTED":
            by = self._tools.line.cancelled_by()
            raise CallError(e.Cancelled(by, Charged.NO, BEFORE_RAN))
        self._seat.ask_first()

    async def put_cancel(self) -> e.CancelAnswer | None:
        """Ask the server for the cancel and return what it says; None: it did not hear of it."""
        ask = Ask("cancel", "PUT", self._ticket.cancel_url, endpoint=self._request.endpoint)
        async with self._tools.followers.cancels:
            try:
                answer = await self._http.exchange(ask, self._emit)
            except CallError as error:
                self._emit(e.Trouble(tr("The cancel did not reach fal: {error}").format(error=error)))
                return None
        try:
            document = payload.decode(answer.body)
        except PayloadError:
            document = None
        word = queue.cancel_answer(answer.status, document)
        self._emit(word)
        return word

    async def fetch(self) -> None:
        """Fetch the result; its code tells success from failure."""
        self._seat.give_stream_back()
        self._emit(e.Progress(Stage.FETCHING))
        ask = Ask(
            "result", "GET", self._ticket.response_url, resend=Resend.SAFE, endpoint=self._request.endpoint
        )
        answer = await self._result(ask)
        for metric in errors.units(answer.headers):
            self._emit(metric)
        if answer.status == 499:
            by = self._tools.line.cancelled_by() or SERVER
            units = answer.headers.get("x-fal-billable-units")
            note = WHILE_RAN if self._seat.is_running else ""
            self._emit(e.Cancelled(by, Charged.NO if units == "0" else Charged.UNKNOWN, note))
            return
        try:
            document = await self._http.output(answer, ask, self._tools.keep)
        except CallError as error:
            is_the_apps = "x-fal-request-id" in answer.headers
            raise (error if is_the_apps else self._judged(error)) from error
        self._emit(e.Output(document, len(answer.body)))

    async def _result(self, ask: Ask) -> Answer:
        """Return the answer to the question for the result; what only the way there is to blame for, is asked again."""
        early = 0
        while True:
            try:
                answer = await self._http.exchange(ask, self._emit)
            except CallError as error:
                trouble, silent_s = str(error), self._seat.failed(is_unreachable=True)
            else:
                if _is_not_ready(answer) and early < _STILL_RUNNING:
                    await asyncio.sleep(0.2 * 2**early)
                    early += 1
                    continue
                if not resend.is_passing(answer.status, answer.headers):
                    self._seat.heard(is_news=True)
                    return answer
                trouble = str(CallError(self._http.failed(answer, ask)))
                silent_s = self._seat.failed(is_unreachable=False)
            self._emit(
                e.Trouble(tr("The result could not be fetched yet. {trouble}").format(trouble=trouble))
            )
            self._give_up_after(silent_s, tr("It is complete, but its result could not be fetched"))
            while await self._seat.turn() is not Turn.ASK:
                pass

    def _give_up_after(self, silent_s: float, what: str) -> None:
        """Raise CallError when nothing good was heard for too long, if this runner gives up at all."""
        patience_s = self._http.profile.clocks.idle_s
        if self._tools.gives_up and silent_s > patience_s:
            why = tr(
                "{what} for {patience_s} s, but the call may go on at fal. Follow it again later."
            ).format(what=what, patience_s=number(patience_s, "g"))
            raise CallError(e.Unknown(why))

    def _judged(self, error: CallError) -> CallError:
        """Return the end that a refusal makes: a call that was taken has not failed because we may not ask, or too late."""
        fact = error.fact
        if not isinstance(fact, Failed) or not (self._is_known or self._status.is_known):
            return error
        if fact.status in (404, 410):
            return CallError(e.Unknown(_expired(self._status), expired=True))
        if fact.status in (401, 402, 403):
            why = tr("It cannot be asked about, but may go on at fal. {message} {next_step}").format(
                message=fact.message, next_step=fact.next_step
            )
            return CallError(e.Unknown(why.strip()))
        return error


def _expired(status: Status) -> str:
    if status.is_completed:
        what = mark("it was completed, but its result has been deleted at the server")
    else:
        what = mark("the server took it, but does not know it any more, nor what became of it")
    return expired(what)


def _is_not_ready(answer: Answer) -> bool:
    return answer.status == 400 and b"still in progress" in answer.body
