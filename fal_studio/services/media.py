"""Downloads of result files; the key never goes along, whatever host the URL names."""

from collections.abc import Mapping
from typing import NamedTuple

import httpx

LIMIT_BYTES = 512 * 1024 * 1024
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)


class Media(NamedTuple):
    """A downloaded file."""

    data: bytes
    content_type: str


class MediaError(Exception):
    """A file could not be fetched; the text is for people."""


def client() -> httpx.AsyncClient:
    """Return a client without credentials that follows redirects, as CDN URLs need."""
    return httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=True, max_redirects=5)


async def fetch(http: httpx.AsyncClient, url: str, limit_bytes: int = LIMIT_BYTES) -> Media:
    """Download one file whole; raises MediaError with the cause and the next step."""
    try:
        async with http.stream("GET", url) as answer:
            if answer.status_code != 200:
                raise MediaError(_refused(url, answer.status_code))
            data = bytearray()
            async for chunk in answer.aiter_bytes():
                data += chunk
                if len(data) > limit_bytes:
                    raise MediaError(
                        f"{_host(url)} sent more than {limit_bytes // 1_000_000} MB. Save it by its URL instead."
                    )
            return Media(bytes(data), content_type_of(answer.headers))
    except httpx.TimeoutException as error:
        raise MediaError(f"{_host(url)} did not send the file in time. Try again.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise MediaError(f"The file could not be fetched from {_host(url)}: {error}") from error


def content_type_of(headers: Mapping[str, str]) -> str:
    """Return the media type without its parameters."""
    return headers.get("content-type", "").split(";", 1)[0].strip().lower()


def _refused(url: str, status: int) -> str:
    if status in (403, 404, 410):
        return (
            f"The file is gone from {_host(url)} ({status}). Result files live for a limited time; run again."
        )
    return f"{_host(url)} refused the file ({status})."


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host or "the server"
    except httpx.InvalidURL:
        return "the server"
