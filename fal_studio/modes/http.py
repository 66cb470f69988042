"""HTTP for calls: every attempt is a fact, the key goes to its own hosts only, no body is larger than allowed."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urljoin

import httpx
import msgspec

from fal_studio import figures
from fal_studio.core import events as e
from fal_studio.core import purpose, urls
from fal_studio.core.blobs import Keep
from fal_studio.core.events import Failed, FailureKind
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Json, Profile, ProfileKind
from fal_studio.modes import alive, resend, trouble
from fal_studio.modes.alive import Connections
from fal_studio.modes.base import BeforePaid, CallError, Emit, at_once
from fal_studio.modes.resend import Resend
from fal_studio.modes.transport import MeasuredTransport, Trace
from fal_studio.modes.ways import Trust, proxies_of
from fal_studio.wire import errors, payload
from fal_studio.words import tr

IN_A_THREAD_FROM = 1_000_000
"""Bodies of at least so many bytes are parsed outside the loop."""
_REDIRECTS = 5
_READ_AWAY_BYTES = 65_536
_READ_AWAY_S = 1.0
_PLAIN = "fal_studio.headers"


class Answer(msgspec.Struct, frozen=True):
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case; not redacted, never to be kept."""
    body: bytes
    """Without the key, even where a server echoed it."""

    @property
    def is_good(self) -> bool:
        """Whether the code is 2xx: fal answers 202 to a status that is not final."""
        return 200 <= self.status < 300


class Ask(msgspec.Struct, frozen=True):
    """One HTTP request to be made."""

    why: str
    """First word of the Attempt's reason: "run", "submit", "status" …"""
    method: str
    url: str
    body: bytes | None = None
    headers: dict[str, str] = {}
    resend: Resend = Resend.ONCE
    endpoint: str = ""
    """What is named in messages."""
    idle_s: float | None = None
    """Another limit of silence than the profile's."""


class Http:
    """The HTTP client of one profile; keeps connections open for reuse."""

    def __init__(
        self,
        profile: Profile,
        key: str = "",
        before_paid: BeforePaid = at_once,
        trust: Trust | None = None,
    ) -> None:
        """`before_paid` is awaited between the Attempt of a step that may cost money and its first byte.

        `trust` is shared with others, so that certificates are read once.
        """
        self.profile = profile
        self.before_paid = before_paid
        self.redactor = Redactor((key,) if key else ())
        self._key = key
        self._timeout = self._silent_for(profile.clocks.idle_s)
        self._client: httpx.AsyncClient | None = None
        self._trust = trust or Trust()
        self._tls: ssl.SSLContext | None = None
        self._remotes: dict[str, str] = {}
        self._connections = Connections()
        self._asking: asyncio.TimerHandle | None = None

    def _silent_for(self, idle_s: float) -> httpx.Timeout:
        return httpx.Timeout(connect=self.profile.clocks.connect_s, read=idle_s, write=idle_s, pool=None)

    async def aclose(self) -> None:
        """Close all connections."""
        if self._asking is not None:
            self._asking.cancel()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def doubt(self) -> None:
        """Find out soon which connections are dead, and send nothing new over those that are open now.

        To be called after a sleep or a change of network. Whoever reads from a dead one gets an httpx.ReadError.
        """
        if self._asking is not None:
            self._asking.cancel()
        self._connections.doubt()
        self._asking = asyncio.get_running_loop().call_later(alive.WITHIN_S + 1, self._connections.trust)

    async def exchange(self, ask: Ask, emit: Emit) -> Answer:
        """Send and read the whole answer, again where that is allowed; raises CallError when no answer comes."""
        tries = ask.resend.tries
        reason = ""
        for number in range(1, tries + 1):
            why = purpose.again(ask.why, reason) if reason else ask.why
            try:
                answer = await self._once(ask, why, number, emit)
            except httpx.HTTPError as error:
                if number == tries or not resend.after_error(ask.resend, error):
                    may_have_been_sent = ask.resend is not Resend.SAFE and not trouble.is_unsent(error)
                    raise CallError(
                        self._failure(error, ask), may_have_been_sent=may_have_been_sent
                    ) from error
                reason, pause_s = resend.name_of(error), resend.pause_s(number)
            except (httpx.InvalidURL, UnicodeError) as error:
                raise CallError(self._failure(error, ask)) from error
            else:
                if number == tries or not resend.after_answer(ask.resend, answer.status, answer.headers):
                    return answer
                reason, pause_s = str(answer.status), resend.pause_s(number, answer.headers)
            emit(e.Retry(number, ask.why, reason, pause_s))
            await asyncio.sleep(pause_s)
        raise AssertionError("unreachable: the last try returns or raises")

    async def _once(self, ask: Ask, why: str, number: int, emit: Emit) -> Answer:
        url = ask.url
        for _hop in range(_REDIRECTS + 1):
            async with self.opened(
                msgspec.structs.replace(ask, url=url), emit, why=why, number=number
            ) as response:
                target = _redirect(ask, response)
                if target is None:
                    body = await self.read(response, ask)
                    emit(e.BodyRead(len(body), why))
                    return Answer(response.status_code, plain(response), body)
                url = urljoin(url, target)
                await _read_away(response)
            why = purpose.redirected(ask.why)
        raise CallError(
            Failed(
                FailureKind.PROTOCOL,
                tr("{url} redirected more than {redirects} times.").format(url=ask.url, redirects=_REDIRECTS),
                tr("Check the profile's addresses."),
            )
        )

    @asynccontextmanager
    async def opened(
        self, ask: Ask, emit: Emit, *, why: str = "", number: int = 1
    ) -> AsyncGenerator[httpx.Response]:
        """Send once and give the answer with its body still unread; httpx's errors come through."""
        why = why or ask.why
        client = self._client or await self._opened()
        url, headers = self._addressed(ask)
        is_the_call = ask.body is not None and ask.resend is Resend.PAID
        trace = Trace(emit, len(ask.body or b"") if is_the_call else None, self._remotes)
        timeout = self._timeout if ask.idle_s is None else self._silent_for(ask.idle_s)
        request = client.build_request(
            ask.method,
            url,
            content=ask.body,
            headers=headers,
            timeout=timeout,
            extensions={"trace": trace},
        )
        emit(e.Attempt(number, why, ask.method, self.redactor.text(ask.url), self.redactor.headers(headers)))
        if ask.resend is Resend.PAID:
            await self.before_paid()
        response = await client.send(request, stream=True)
        try:
            emit(e.Response(response.status_code, self.redactor.headers(plain(response)), why))
            yield response
        finally:
            await response.aclose()

    async def put_bytes(
        self, method: str, url: str, content: bytes | AsyncGenerator[bytes], headers: dict[str, str]
    ) -> Answer:
        """Send bytes with the given headers alone, never with the key; httpx's errors come through."""
        client = self._client or await self._opened()
        request = client.build_request(method, url, content=content, headers=headers, timeout=self._timeout)
        response = await client.send(request, stream=True)
        try:
            body = await self.read(response, Ask("upload", method, url, endpoint="fal's storage"))
        finally:
            await response.aclose()
        return Answer(response.status_code, plain(response), body)

    async def read(self, response: httpx.Response, ask: Ask) -> bytes:
        """Read a body to its end, within the profile's limit; raises CallError beyond it."""
        limit = self.profile.max_body_bytes
        declared = plain(response).get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            raise CallError(self.too_large(ask, int(declared)))
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > limit:
                raise CallError(self.too_large(ask, None))
            chunks.append(chunk)
        return self.redactor.data(b"".join(chunks))

    def too_large(self, ask: Ask, size: int | None) -> Failed:
        """Return the end that a body makes which is larger than the profile allows."""
        limit = self.profile.max_body_bytes / 1_000_000
        how_large = (
            tr("is {size} MB; {limit} MB are allowed, so it was not read").format(
                size=figures.number(size / 1000000, ",.0f"), limit=figures.number(limit, ",.0f")
            )
            if size is not None
            else tr("is larger than the {limit} MB that are allowed, so reading was stopped").format(
                limit=figures.number(limit, ",.0f")
            )
        )
        return Failed(
            FailureKind.PROTOCOL,
            tr("The answer of {endpoint} {how_large}.").format(
                endpoint=ask.endpoint or ask.url, how_large=how_large
            ),
            tr("Let the model give URLs instead of data (sync_mode off), or raise the limit of the profile."),
        )

    async def parsed(self, answer: Answer, ask: Ask) -> Json:
        """Return the JSON of a good answer; raises CallError for an error answer or one that is no JSON."""
        return await self._read(payload.decode, answer, ask)

    async def output(self, answer: Answer, ask: Ask, keep: Keep) -> Json:
        """Return the same with its long data URIs kept elsewhere."""
        return await self._read(lambda body: payload.decode_lifted(body, keep), answer, ask)

    async def _read(self, decode: Callable[[bytes], Json], answer: Answer, ask: Ask) -> Json:
        if not answer.is_good:
            raise CallError(self.failed(answer, ask))
        try:
            if len(answer.body) >= IN_A_THREAD_FROM:
                return await asyncio.to_thread(decode, answer.body)
            return decode(answer.body)
        except payload.PayloadError as error:
            content_type = answer.headers.get("content-type", "")
            raise CallError(
                errors.not_json(ask.endpoint, answer.status, content_type, answer.body, str(error))
            ) from error

    def failed(self, answer: Answer, ask: Ask) -> Failed:
        """Return the end that an error answer makes."""
        if self.profile.kind is ProfileKind.PROXY and (refusal := _refused_by_proxy(answer, ask)):
            return refusal
        return errors.failed(ask.endpoint or ask.url, answer.status, answer.headers, answer.body)

    def _failure(self, error: Exception, ask: Ask) -> Failed:
        return trouble.of_network(error, ask.url, self.profile, is_paid=ask.resend is not Resend.SAFE)

    def authorization(self, url: str) -> dict[str, str]:
        """Return the key's header for the profile's own hosts, and nothing for others."""
        return {"Authorization": f"Key {self._key}"} if self._key and urls.is_own(self.profile, url) else {}

    def _addressed(self, ask: Ask) -> tuple[str, dict[str, str]]:
        """Return the URL to be called, the proxy's in a proxy profile, and all our headers."""
        headers = {"Accept": "application/json"}
        if ask.body is not None:
            headers["Content-Type"] = "application/json"
        headers.update(ask.headers)
        headers.update(self.authorization(ask.url))
        if self.profile.kind is ProfileKind.PROXY:
            headers["x-fal-target-url"] = ask.url
            return self.profile.proxy_url, headers
        return ask.url, headers

    async def tls(self) -> ssl.SSLContext:
        """Return the certificates that are trusted, the same for requests and sockets; raises CallError."""
        if self._tls is None:
            self._tls = await self._trust.of(self.profile)
        return self._tls

    async def _opened(self) -> httpx.AsyncClient:
        tls = await self.tls()
        if self._client is None:
            proxies = proxies_of(self.profile)
            mounts = {
                pattern: None if proxy is None else MeasuredTransport(tls, self._connections, proxy)
                for pattern, proxy in proxies.items()
            }
            self._client = httpx.AsyncClient(
                transport=MeasuredTransport(tls, self._connections),
                mounts=mounts,
                headers={"User-Agent": f"fal-studio/{program_version()}"},
                follow_redirects=False,
                trust_env=False,
            )
        return self._client


def plain(response: httpx.Response) -> dict[str, str]:
    """Return the headers as a dictionary, names in lower case, repeated ones joined; httpx's own is slow to read."""
    found: dict[str, str] | None = response.extensions.get(_PLAIN)
    if found is None:
        found = {}
        for raw_name, raw_value in response.headers.raw:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("utf-8", "replace")
            found[name] = f"{found[name]}, {value}" if name in found else value
        response.extensions[_PLAIN] = found
    return found


def program_version() -> str:
    """Return the version that is installed."""
    try:
        return version("fal-studio")
    except PackageNotFoundError:
        return "0"


def _refused_by_proxy(answer: Answer, ask: Ask) -> Failed | None:
    """Recognise what @fal-ai/server-proxy says itself, before it asks fal."""
    said = answer.body.strip().strip(b'"')
    if answer.status == 400 and said == b"Invalid request":
        return Failed(
            FailureKind.AUTH,
            tr("The team proxy does not let {endpoint} through: {url} is not on its list.").format(
                endpoint=ask.endpoint or tr("this request"), url=ask.url
            ),
            tr(
                "Ask who runs the proxy to allow this address (allowedUrlPatterns, allowedEndpoints), "
                "or use a profile with a key of its own."
            ),
            400,
            charged=e.Charged.NO,
        )
    if answer.status == 401 and said == b"Unauthorized":
        return Failed(
            FailureKind.AUTH,
            tr("The team proxy does not know you, or has no key of its own (401)."),
            tr("Log in to it if it wants that, or ask who runs it to set FAL_KEY there."),
            401,
            charged=e.Charged.NO,
        )
    return None


async def _read_away(response: httpx.Response) -> None:
    """Read a small body that nobody wants, so that its connection can be used again; a slow or broken one is left."""
    size = plain(response).get("content-length", "")
    if size.isdecimal() and int(size) <= _READ_AWAY_BYTES:
        with contextlib.suppress(httpx.HTTPError, TimeoutError):
            async with asyncio.timeout(_READ_AWAY_S):
                async for _chunk in response.aiter_raw():
                    pass


def _redirect(ask: Ask, response: httpx.Response) -> str | None:
    """Return where a GET is sent on to; anything else is never redirected, a POST could be repeated by it."""
    if ask.method == "GET" and response.status_code in (301, 302, 303, 307, 308):
        return plain(response).get("location") or None
    return None
