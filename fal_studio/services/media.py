"""Downloads of result files; the key never goes along, whatever host the URL names."""

import asyncio
import contextlib
import email.utils
import re
import ssl
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import httpx

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.blobs import Blob, CannotKeep
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Clocks, Profile
from fal_studio.modes.http import program_version
from fal_studio.modes.ways import proxies_of
from fal_studio.services.hosts import NotAllowed, PublicOnly, is_literally_near
from fal_studio.words import tr

LIMIT_BYTES = 4 * 1024**3
"""A larger file is not kept by itself."""
IN_MEMORY_BYTES = 512 * 1024 * 1024
"""A larger file is not shown where nothing can be kept."""
AT_ONCE_BYTES = 1 << 20
"""As many bytes go to the disk at once, on a thread."""
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_GONE = frozenset({401, 403, 404, 410})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class Media(NamedTuple):
    """A downloaded file."""

    data: bytes
    content_type: str


class Got(NamedTuple):
    """A file that was received whole and kept."""

    blob: Blob
    content_type: str
    redirects: tuple[str, ...] = ()
    """Where it was sent on to, secrets replaced."""


class MediaError(Exception):
    """A file could not be fetched; the text is for people."""

    def __init__(self, message: str, *, is_final: bool = False, wait_s: float | None = None) -> None:
        """`is_final`: trying again is of no use; `wait_s`: how long the server asked to be left alone."""
        super().__init__(message)
        self.is_final = is_final
        self.wait_s = wait_s


class Part(Protocol):
    """A file that is being received, on the disk. All methods block; they raise CannotKeep."""

    @property
    def size_bytes(self) -> int:
        """How much of it is there."""
        ...

    @property
    def validator(self) -> str:
        """What tells whether the file at the server is still the one that was begun: strong ETag or date; "" if none."""
        ...

    def begin(self, validator: str) -> None:
        """Forget what is there and begin anew."""
        ...

    def add(self, data: bytes) -> None:
        """Append bytes."""
        ...

    def finish(self, content_type: str) -> Blob:
        """Make it a blob."""
        ...

    def drop(self) -> None:
        """Forget what is there."""
        ...


Heard = Callable[[int, int | None], None]
"""Told how many bytes are there and how many there will be."""


def client(
    *, may_be_near: bool = True, tls: ssl.SSLContext | None = None, profile: Profile | None = None
) -> httpx.AsyncClient:
    """Return a client without credentials that follows redirects, as CDN URLs need.

    It goes through the profile's network proxy and keeps to its time limits. Unless `may_be_near`, it connects to no address in this machine or network, wherever a URL or a redirect points.
    """
    tls = tls or httpx.create_ssl_context()
    transport = httpx.AsyncHTTPTransport(verify=tls)
    if not may_be_near:
        pool = transport._pool  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - httpx has no door for a backend
        pool._network_backend = PublicOnly(pool._network_backend)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    mounts = {
        pattern: None if proxy is None else httpx.AsyncHTTPTransport(verify=tls, proxy=proxy)
        for pattern, proxy in proxies_of(profile).items()
    }
    return httpx.AsyncClient(
        transport=transport,
        mounts=mounts,
        timeout=_timeout(profile),
        follow_redirects=True,
        max_redirects=5,
        trust_env=False,
        headers={"User-Agent": f"fal-studio/{program_version()}"},
        event_hooks={} if may_be_near else {"request": [_refuse_near]},
    )


def _timeout(profile: Profile | None) -> httpx.Timeout:
    """Return a profile's own time limits; one that has none gives a silent file up sooner than a call: it is asked for again."""
    if profile is None or profile.clocks == Clocks():
        return _TIMEOUT
    return httpx.Timeout(profile.clocks.idle_s, connect=profile.clocks.connect_s)


async def _refuse_near(request: httpx.Request) -> None:
    if is_literally_near(str(request.url)):
        raise _not_allowed(request.url.host)


async def fetch(http: httpx.AsyncClient, url: str, limit_bytes: int = IN_MEMORY_BYTES) -> Media:
    """Download one file whole into memory; raises MediaError with the cause and the next step."""
    try:
        async with http.stream("GET", url) as answer:
            if answer.status_code != 200:
                raise _refused(url, answer)
            data = bytearray()
            async for chunk in answer.aiter_bytes():
                data += chunk
                if len(data) > limit_bytes:
                    raise _too_large(url, limit_bytes)
            return Media(bytes(data), content_type_of(answer.headers))
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise _failed(url, error) from error


async def download(
    http: httpx.AsyncClient,
    url: str,
    part: Part,
    heard: Heard,
    *,
    size_bytes: int | None = None,
    limit_bytes: int = LIMIT_BYTES,
) -> Got:
    """Receive one file into `part` and keep it; raises MediaError and CannotKeep, and then keeps what came so far.

    What an earlier try received is continued if the server says that the file is still the same (RFC 9110, 14.2).
    `size_bytes` is what the result says of the file; it counts only where the server tells no length.
    """
    try:
        return await _received(http, url, part, heard, size_bytes, limit_bytes)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise _failed(url, error) from error


async def _received(
    http: httpx.AsyncClient,
    url: str,
    part: Part,
    heard: Heard,
    size_bytes: int | None,
    limit_bytes: int,
) -> Got:
    headers = {"Accept-Encoding": "identity"}
    if part.size_bytes and part.validator:
        headers |= {"Range": f"bytes={part.size_bytes}-", "If-Range": part.validator}
    async with http.stream("GET", url, headers=headers) as answer:
        total = await _begun(url, answer, part)
        if total is not None and total > limit_bytes:
            raise _too_large(url, limit_bytes)
        heard(part.size_bytes, total)
        await _append(url, answer, part, lambda size: heard(size, total), limit_bytes)
        content_type = content_type_of(answer.headers)
        hops = (str(hop.url) for hop in (*answer.history[1:], answer)) if answer.history else ()
        redirects = tuple(map(Redactor().text, hops))
    wanted = total if total is not None else size_bytes
    if wanted is not None and part.size_bytes != wanted:
        came = part.size_bytes
        if came > wanted:
            await asyncio.to_thread(part.drop)
        raise MediaError(
            tr("{host} sent {came} of {wanted}.").format(
                host=_host(url), came=in_bytes(came), wanted=in_bytes(wanted)
            )
        )
    return Got(await asyncio.to_thread(part.finish, content_type), content_type, redirects)


async def _begun(url: str, answer: httpx.Response, part: Part) -> int | None:
    """Prepare the part for what the answer brings; return the size of the whole file, if it is told."""
    headers = answer.headers
    if answer.status_code == 206:
        match = _RANGE.fullmatch(headers.get("content-range", ""))
        if match is not None and int(match[1]) == part.size_bytes and _is_same(part.validator, headers):
            return None if match[2] == "*" else int(match[2])
    if answer.status_code in (206, 416):
        await asyncio.to_thread(part.drop)
        raise MediaError(tr("{host} has another file now than before the break.").format(host=_host(url)))
    if answer.status_code != 200:
        raise _refused(url, answer)
    await asyncio.to_thread(part.begin, _validator(headers))
    if headers.get("content-encoding", "identity") != "identity":
        return None  # sent packed although that was not asked for: the length is that of the package
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() else None


async def _append(
    url: str, answer: httpx.Response, part: Part, heard: Callable[[int], None], limit_bytes: int
) -> None:
    pieces: list[bytes] = []
    waiting = 0
    try:
        async for piece in answer.aiter_bytes():
            pieces.append(piece)
            waiting += len(piece)
            if part.size_bytes + waiting > limit_bytes:
                raise _too_large(url, limit_bytes)
            if waiting >= AT_ONCE_BYTES:
                data, pieces, waiting = b"".join(pieces), [], 0
                await asyncio.to_thread(part.add, data)
                heard(part.size_bytes)
    except BaseException:
        with contextlib.suppress(CannotKeep):  # what came before the break need not come again
            part.add(b"".join(pieces))
            heard(part.size_bytes)
        raise
    if pieces:
        await asyncio.to_thread(part.add, b"".join(pieces))


def _validator(headers: Mapping[str, str]) -> str:
    """Return what If-Range may ask with: a strong ETag, or a date that is no second ago (RFC 9110, 13.1.5 and 8.8.2.2)."""
    if (etag := headers.get("etag", "").strip()).startswith('"'):
        return etag
    changed, sent = _date(headers.get("last-modified", "")), _date(headers.get("date", ""))
    if changed is not None and sent is not None and sent - changed >= 1:
        return headers["last-modified"]
    return ""


def _is_same(validator: str, headers: Mapping[str, str]) -> bool:
    """Whether the rest that came belongs to what is there; a server without If-Range may have sent another file's."""
    if not validator.startswith('"'):
        return headers.get("last-modified", validator) == validator
    return headers.get("etag", validator) == validator


def _date(text: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None


def content_type_of(headers: Mapping[str, str]) -> str:
    """Return the media type without its parameters."""
    return headers.get("content-type", "").split(";", 1)[0].strip().lower()


def _refused(url: str, answer: httpx.Response) -> MediaError:
    status = answer.status_code
    if status in _GONE:
        return MediaError(
            tr(
                "The file is gone from {host} ({status}). Result files live for a limited time; run again."
            ).format(host=_host(url), status=status),
            is_final=True,
        )
    words = tr("cannot send the file just now") if status in _BUSY else tr("refused the file")
    return MediaError(
        f"{_host(url)} {words} ({status}).",
        is_final=status not in _BUSY,
        wait_s=_asked_wait_s(answer.headers.get("retry-after", "")),
    )


def _asked_wait_s(text: str) -> float | None:
    if text.strip().isdecimal():
        return float(text)
    moment = _date(text) if text else None
    return None if moment is None else max(0.0, moment - time.time())


def _too_large(url: str, limit_bytes: int) -> MediaError:
    return MediaError(
        tr("{host} sent more than {limit_bytes}. Save it by its URL instead.").format(
            host=_host(url), limit_bytes=in_bytes(limit_bytes)
        ),
        is_final=True,
    )


def _failed(url: str, error: Exception) -> MediaError:
    host = _host(url)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, NotAllowed):
            return _not_allowed(host)
        cause = cause.__cause__ or cause.__context__
    match error:
        case httpx.TimeoutException():
            return MediaError(tr("{host} did not send the file in time.").format(host=host))
        case httpx.UnsupportedProtocol() | httpx.InvalidURL() | UnicodeError():
            return MediaError(
                tr("The address of the file is none that can be fetched: {error}").format(error=error),
                is_final=True,
            )
        case httpx.TooManyRedirects():
            return MediaError(tr("{host} redirects in a circle.").format(host=host), is_final=True)
        case httpx.RemoteProtocolError() | httpx.ReadError():
            return MediaError(
                tr("The connection to {host} broke off in the middle of the file.").format(host=host)
            )
        case _:
            return MediaError(
                tr("The file could not be fetched from {host}: {error}").format(host=host, error=error)
            )


def _not_allowed(host: str) -> MediaError:
    return MediaError(
        tr(
            "The result names a file at {host}, an address in this computer or network. It was not "
            "fetched: only results of local profiles may be there."
        ).format(host=host),
        is_final=True,
    )


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host or tr("the server")
    except httpx.InvalidURL:
        return tr("the server")
