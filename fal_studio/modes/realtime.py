"""realtime: a session over a WebSocket that says in which state it is, and opens again when it breaks."""

import asyncio
import random

from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.events import Charged, Failed, FailureKind, SessionState
from fal_studio.core.kept_words import (
    ASKING_FOR_TOKEN,
    CLOSED_HERE,
    CONNECTED,
    OPENING,
    TIME_LIMIT,
    TOKEN_REFUSED,
    reason_in_words,
    stopped_by,
    with_inputs_waiting,
)
from fal_studio.core.options import headers_of, query_of
from fal_studio.core.request import Mode, ProfileKind, Request
from fal_studio.modes import socket
from fal_studio.modes.base import CallError, Emit, Tools
from fal_studio.modes.conversation import Broken, Conversation, Ended, Outcome, Refusal
from fal_studio.modes.http import Http
from fal_studio.modes.outgoing import bad_arguments, url_or_failure
from fal_studio.modes.token import Tokens
from fal_studio.wire.realtime import FINAL_CODES, TOKEN_CODES
from fal_studio.words import tr

_LONGEST_PAUSE_S = 10.0


async def perform(request: Request, http: Http, tools: Tools, emit: Emit) -> None:
    """Hold a session until somebody hangs up, the server ends it, or it breaks too often."""
    _refuse_what_cannot_work(request, http)
    session = _Session(request, http, tools, emit)
    if request.arguments:
        tools.line.inbox.put_nowait(request.arguments)
    try:
        await session.run()
    except CallError as error:
        emit(e.Session(SessionState.STOPPED, str(error)))
        raise
    except asyncio.CancelledError:
        emit(e.Session(SessionState.STOPPED, stopped_by(tools.line.cancelled_by() or TIME_LIMIT)))
        raise


class _Session:
    """The way of one session through its states."""

    def __init__(self, request: Request, http: Http, tools: Tools, emit: Emit) -> None:
        self._request = request
        self._http = http
        self._tools = tools
        self._emit = emit
        self._tokens = Tokens(request, http, emit)
        self._conversation = Conversation(
            http, tools, self._tokens, emit, ping_every_s=request.options.ping_every_s
        )
        self._attempt = 0
        """Reconnects since the session last worked."""
        self._was_live = False
        self._opened = 0

    async def run(self) -> None:
        """Open, hold, and open again as often as is allowed."""
        while True:
            try:
                outcome = await self._once()
            except CallError as error:
                if not self._may_try_again(error):
                    raise
                outcome = Broken(0, str(error))
            if isinstance(outcome, Ended) and not self._has_waiting_inputs():
                self._end(outcome)
                return
            if not await self._pause(outcome):
                self._end(Ended(1000, CLOSED_HERE))
                return

    async def _once(self) -> Outcome:
        url, headers = await self._address()
        self._state(SessionState.CONNECTING, OPENING)
        self._opened += 1
        async with socket.opened(
            url, headers, self._request.endpoint, self._http, self._emit, number=self._attempt + 1
        ) as connection:
            self._was_live = True
            self._state(SessionState.LIVE, CONNECTED)
            before = self._conversation.heard
            outcome = await self._conversation.hold(connection)
            if self._conversation.heard > before:
                self._attempt = 0
            return outcome

    async def _address(self) -> tuple[str, dict[str, str]]:
        options = self._request.options
        query = query_of(options, Mode.REALTIME)
        headers = headers_of(options)
        # The address is checked before a token is fetched for it.
        url_or_failure(
            lambda: urls.realtime_url(self._http.profile, self._request.endpoint, options.path, query)
        )
        if self._tokens.is_needed:
            if not self._tokens.is_fresh:
                self._state(SessionState.TOKEN, ASKING_FOR_TOKEN)
            query["fal_jwt_token"] = await self._tokens.fresh()
        url = urls.realtime_url(self._http.profile, self._request.endpoint, options.path, query)
        return url, headers

    def _end(self, outcome: Ended) -> None:
        reason = self._tools.line.why_hung_up() or outcome.reason
        self._emit(e.Session(SessionState.STOPPED, reason))
        self._emit(e.Closed(outcome.code, reason))

    async def _pause(self, outcome: Outcome) -> bool:
        """Wait before the session is opened again; raises CallError when it will not be. False: somebody hung up."""
        limit = self._request.options.reconnect_limit
        match outcome:
            case Refusal(code=code, reason=reason, is_token=is_token):
                if not is_token or self._attempt >= limit:
                    raise CallError(_refused(self._request, code, reason))
                self._tokens.drop()
                why = TOKEN_REFUSED
            case Broken(code=code, reason=reason):
                if code in FINAL_CODES or self._attempt >= limit:
                    raise CallError(_broken(self._request, reason, self._attempt))
                if code in TOKEN_CODES:
                    self._tokens.drop()
                why = reason
            case Ended(reason=reason):
                why = with_inputs_waiting(reason)
        self._attempt += 1
        after_s = self._request.options.reconnect_after_s
        self._emit(e.Session(SessionState.RECONNECTING, why, self._attempt, limit))
        pause_s = min(after_s * 2 ** (self._attempt - 1), max(after_s, _LONGEST_PAUSE_S)) * random.uniform(
            0.75, 1.25
        )
        try:
            async with asyncio.timeout(pause_s):
                await self._tools.line.hang_up.wait()
        except TimeoutError:
            return True
        return False

    def _may_try_again(self, error: CallError) -> bool:
        """Decide whether a session that could not be opened is worth another try."""
        fact = error.fact
        if not isinstance(fact, Failed):
            return False
        if fact.kind in (FailureKind.NETWORK, FailureKind.TIMEOUT):
            return self._was_live
        if (
            fact.kind in (FailureKind.AUTH, FailureKind.INPUT)
            and fact.status in (401, 403)
            and self._was_live
        ):
            self._tokens.drop()
            return True
        return fact.retryable

    def _has_waiting_inputs(self) -> bool:
        line = self._tools.line
        may_reconnect = self._attempt < self._request.options.reconnect_limit
        return may_reconnect and not line.inbox.empty() and not line.hang_up.is_set()

    def _state(self, state: SessionState, reason: str) -> None:
        self._emit(e.Session(state, reason, self._attempt, self._request.options.reconnect_limit))


def _refuse_what_cannot_work(request: Request, http: Http) -> None:
    buffering = request.options.max_buffering
    if http.profile.kind is ProfileKind.PROXY:
        raise CallError(
            Failed(
                FailureKind.INPUT,
                tr(
                    "Realtime does not work through a team proxy: fal's server proxy does not pass on tokens or sockets."
                ),
                tr("Use stream or subscribe, or a profile with a key of its own."),
                charged=Charged.NO,
            )
        )
    if request.arguments is not None and not isinstance(request.arguments, dict):
        raise CallError(bad_arguments(request, tr('a realtime input is an object, such as {"prompt": …}')))
    if buffering is not None and not 1 <= buffering <= 60:
        raise CallError(
            bad_arguments(
                request, tr("max_buffering is {buffering}, fal takes 1 to 60").format(buffering=buffering)
            )
        )


def _refused(request: Request, code: str, reason: str) -> Failed:
    said = f"{code}: {reason}" if reason else code
    return Failed(
        FailureKind.AUTH if code == "Unauthorized" else FailureKind.SERVER,
        tr("{endpoint} ended the session with an error ({said}).").format(
            endpoint=request.endpoint, said=said
        ),
        tr("Check the key and the token's lifetime.")
        if code == "Unauthorized"
        else tr(
            "Compare the last input with the model's arguments: in realtime a wrong input ends the session in this way."
        ),
        error_type=code,
    )


def _broken(request: Request, reason: str, attempts: int) -> Failed:
    tried = (
        tr(" It was opened again {attempts} times in vain.").format(attempts=attempts) if attempts > 1 else ""
    )
    return Failed(
        FailureKind.NETWORK,
        tr("The session with {endpoint} broke: {reason}.{tried}").format(
            endpoint=request.endpoint, reason=reason_in_words(reason), tried=tried
        ),
        tr("Start it again; answers that arrived are kept."),
    )
