"""Realtime tokens: fetched before a session opens, and again before they run out, so that a reconnect need not wait."""

import time

from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.events import Charged, Failed, FailureKind
from fal_studio.core.request import ProfileKind, Request
from fal_studio.modes.base import CallError, Emit
from fal_studio.modes.http import Ask, Http
from fal_studio.wire.payload import encode
from fal_studio.words import tr

RENEW_AT = 0.9
"""Which part of its life a token may reach before a new one is fetched, as in @fal-ai/client."""


class Tokens:
    """The token of one session."""

    def __init__(self, request: Request, http: Http, emit: Emit) -> None:
        self._request = request
        self._http = http
        self._emit = emit
        self._text = ""
        self._renew_at = self._renew_wall_s = 0.0

    @property
    def is_needed(self) -> bool:
        """Whether sessions of this profile open with a token: an app on this machine has none."""
        return self._http.profile.kind is not ProfileKind.LOCAL_APP

    @property
    def is_fresh(self) -> bool:
        """Whether the token at hand can still open a session."""
        # The steady clock stands still while this machine sleeps, and fal's does not; the calendar may be set back.
        return bool(self._text) and time.monotonic() < self._renew_at and time.time() < self._renew_wall_s

    def renew_in_s(self) -> float:
        """Return the seconds until a new token should be fetched."""
        return max(0.0, self._renew_at - time.monotonic())

    def drop(self) -> None:
        """Forget the token: the server did not take it."""
        self._text = ""

    async def fresh(self) -> str:
        """Return a token that can open a session; raises CallError."""
        return self._text if self.is_fresh else await self.fetch()

    async def fetch(self) -> str:
        """Fetch a new token; raises CallError."""
        # fal: only the alias, without owner and path, even for longer ids.
        alias = urls.parse(self._request.endpoint).alias
        lifetime_s = self._request.options.token_lifetime_s
        body = encode({"allowed_apps": [alias], "token_expiration": lifetime_s})
        ask = Ask("token", "POST", urls.tokens_url(self._http.profile), body, endpoint="The realtime token")
        answer = await self._http.exchange(ask, self._emit)
        document = await self._http.parsed(answer, ask)
        if isinstance(document, dict):
            document = document.get("token") or document.get("detail")
        if not isinstance(document, str) or not document:
            raise CallError(
                Failed(
                    FailureKind.PROTOCOL,
                    tr("fal gave no realtime token: its answer holds none."),
                    tr("Try again; the token host of the profile may be wrong."),
                    charged=Charged.NO,
                )
            )
        self._text = document
        self._renew_at = time.monotonic() + lifetime_s * RENEW_AT
        self._renew_wall_s = time.time() + lifetime_s * RENEW_AT
        self._emit(e.Token(float(lifetime_s)))
        return document
