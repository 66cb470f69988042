"""fal's storage as one profile sees it: its token, and one step of an upload; the steps of a file are in `transfer`."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

import httpx
import msgspec

from fal_studio.core.events import Charged, Failed, FailureKind
from fal_studio.core.request import Json, ProfileKind
from fal_studio.modes import trouble
from fal_studio.modes.base import CallError, Emit
from fal_studio.modes.http import Answer, Ask, Http, Resend
from fal_studio.words import tr

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be another one a little later."""
Content = bytes | AsyncGenerator[bytes]
_MARGIN = timedelta(seconds=30)
"""A token is not used in the last seconds of its life."""


class Token(msgspec.Struct, frozen=True):
    """The storage's own key; good for an hour or so."""

    token: str
    token_type: str
    base_url: str
    expires_at: datetime


class Storage:
    """Talks to the storage of one profile; keeps its token while it lasts."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._token: Token | None = None

    async def ready(self) -> None:
        """Raise CallError where this profile has no storage."""
        if self._http.profile.kind is ProfileKind.LOCAL_APP:
            raise CallError(
                cannot(
                    tr("An app on this machine has no storage"),
                    tr("Give a URL, or a data URI for small files."),
                )
            )
        if self._http.profile.kind is ProfileKind.PROXY:
            raise CallError(
                cannot(
                    tr(
                        "Uploads do not work through a team proxy: fal's server proxy does not pass on storage tokens"
                    ),
                    tr("Give a URL that fal can reach, or use a profile with a key of its own."),
                )
            )

    async def exists(self, url: str, size_bytes: int, *, is_restricted: bool = False) -> bool:
        """Whether a file that was uploaded earlier is still there, with its size; asked without any key.

        `is_restricted`: it is there, too, when nobody may see it.
        """
        try:
            answer = await self._http.put_bytes("HEAD", url, b"", {})
        except httpx.HTTPError:
            return False
        if is_restricted and answer.status in (401, 403):
            return True
        return answer.is_good and answer.headers.get("content-length") == str(size_bytes)

    async def token(self, emit: Emit, *, is_fresh: bool = False) -> Token:
        """Return the storage's own token; `is_fresh` asks for a new one."""
        is_kept = self._token is not None and datetime.now(UTC) + _MARGIN < self._token.expires_at
        if self._token is not None and is_kept and not is_fresh:
            return self._token
        url = f"{self._http.profile.hosts.rest}/storage/auth/token?storage_type=fal-cdn-v3"
        ask = Ask("upload-token", "POST", url, b"{}", resend=Resend.ONCE, endpoint="fal's storage")
        document = await self._http.parsed(await self._http.exchange(ask, emit), ask)
        try:
            self._token = msgspec.convert(document, Token)
        except msgspec.ValidationError as error:
            raise CallError(odd(tr("its token cannot be read: {error}").format(error=error))) from error
        return self._token

    @property
    def place(self) -> str:
        """Which storage this is: files of one cannot be used for another."""
        return self._http.profile.hosts.cdn

    @property
    def single_url(self) -> str:
        """Where whole files go. As in fal-client: to the CDN's own host, only parts go to the token's."""
        return f"{self._http.profile.hosts.cdn}/files/upload"

    async def send(self, method: str, url: str, content: Content, headers: dict[str, str]) -> Answer:
        """Send to the storage with its token, never with the key; raises CallError for anything but a success."""
        try:
            answer = await self._http.put_bytes(method, url, content, headers)
        except httpx.HTTPError as error:
            raise StepError(
                trouble.of_network(error, url, self._http.profile, is_paid=False),
                may_help=not trouble.is_hopeless(error),
            ) from error
        if not answer.is_good:
            raise StepError(
                self._http.failed(answer, _ask(method, url)),
                may_help=answer.status in _PASSING,
                status=answer.status,
            )
        return answer

    async def read(self, answer: Answer, url: str) -> Json:
        """Return the JSON of an answer."""
        return await self._http.parsed(answer, _ask("POST", url))


class StepError(CallError):
    """A step that did not get through; `may_help`: trying again soon may."""

    def __init__(self, fact: Failed, *, may_help: bool, status: int = 0) -> None:
        super().__init__(fact)
        self.may_help = may_help
        self.status = status


def _ask(method: str, url: str) -> Ask:
    return Ask("upload", method, url, endpoint="fal's storage")


def cannot(message: str, next_step: str) -> Failed:
    """Return the failure of something that cannot be uploaded at all."""
    return Failed(FailureKind.INPUT, f"{message}.", next_step, charged=Charged.NO)


def odd(reason: str) -> Failed:
    """Return the failure that an answer makes which is not fal's."""
    return Failed(
        FailureKind.PROTOCOL,
        tr("fal's storage answered oddly: {reason}.").format(reason=reason),
        tr("Try again."),
        charged=Charged.NO,
    )
