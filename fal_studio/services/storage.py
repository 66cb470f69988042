"""Uploads: files go to fal's storage before a call, and the call gets their URLs."""

import asyncio
import mimetypes
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Charged, Failed, FailureKind
from fal_studio.core.request import Json, ProfileKind
from fal_studio.modes import trouble
from fal_studio.modes.base import CallError, Emit
from fal_studio.modes.http import Answer, Ask, Http, Resend

SINGLE_UP_TO_BYTES = 100 * 1024 * 1024
"""Larger files go in parts, as in fal-client."""
PART_BYTES = 10 * 1024 * 1024
PARTS_AT_ONCE = 4
_PIECE = 256 * 1024
"""How often progress is told."""
_MARGIN = timedelta(seconds=30)
"""A token is not used in the last seconds of its life."""


class _Token(msgspec.Struct, frozen=True):
    token: str
    token_type: str
    base_url: str
    expires_at: datetime


class Storage:
    """Uploads files for one profile; keeps the storage token while it lasts."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._token: _Token | None = None

    async def upload(
        self, path: Path, emit: Emit, *, lifetime_s: int | None = None, single_up_to: int = SINGLE_UP_TO_BYTES
    ) -> str:
        """Upload a file and return its URL; emits Upload facts; raises CallError."""
        size = await asyncio.to_thread(_size_of, path)
        if self._http.profile.kind is ProfileKind.LOCAL_APP:
            raise CallError(
                _cannot("An app on this machine has no storage", "Give a URL, or a data URI for small files.")
            )
        if self._http.profile.kind is ProfileKind.PROXY:
            raise CallError(
                _cannot(
                    "Uploads do not work through a team proxy: fal's server proxy does not pass on storage tokens",
                    "Give a URL that fal can reach, or use a profile with a key of its own.",
                )
            )
        token = await self._fresh_token(emit)
        headers = _headers(path, token, lifetime_s)
        emit(e.Upload(path.name, 0, size))
        if size > single_up_to:
            url = await self._in_parts(path, size, token, headers, emit)
        else:
            url = await self._whole(path, size, headers, emit)
        emit(e.Upload(path.name, size, size, url))
        return url

    async def _whole(self, path: Path, size: int, headers: dict[str, str], emit: Emit) -> str:
        # As in fal-client: a single file goes to the CDN's own host, only parts go to the token's.
        url = f"{self._http.profile.hosts.cdn}/files/upload"
        answer = await self._send(
            "POST", url, _pieces(path, 0, size, size, emit), headers | {"Content-Length": str(size)}
        )
        return _text_in(await self._read(answer, url), "access_url")

    async def _in_parts(
        self, path: Path, size: int, token: _Token, headers: dict[str, str], emit: Emit
    ) -> str:
        url = f"{token.base_url}/files/upload/multipart"
        begun = await self._read(await self._send("POST", url, b"", headers), url)
        place, upload = _text_in(begun, "access_url"), _text_in(begun, "uploadId")
        gate = asyncio.Semaphore(PARTS_AT_ONCE)
        sent = 0

        async def part(number: int, start: int) -> Json:
            nonlocal sent
            async with gate:
                length = min(PART_BYTES, size - start)
                data = await asyncio.to_thread(_slice, path, start, length)
                where = f"{place}/multipart/{quote(upload, safe='')}/{number}"
                answer = await self._send("PUT", where, data, headers)
                if not answer.is_good:
                    raise CallError(self._http.failed(answer, _ask("PUT", where)))
                sent += length
                emit(e.Upload(path.name, sent, size))
                return {"partNumber": number, "etag": _etag(answer)}

        starts = range(0, size, PART_BYTES)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(part(number, start)) for number, start in enumerate(starts, 1)]
        except* CallError as errors:
            raise errors.exceptions[0] from None
        body = msgspec.json.encode({"parts": [task.result() for task in tasks]})
        done = f"{place}/multipart/{quote(upload, safe='')}/complete"
        answer = await self._send("POST", done, body, headers | {"Content-Type": "application/json"})
        if not answer.is_good:
            raise CallError(self._http.failed(answer, _ask("POST", done)))
        return place

    async def _fresh_token(self, emit: Emit) -> _Token:
        if self._token is not None and datetime.now(UTC) + _MARGIN < self._token.expires_at:
            return self._token
        url = f"{self._http.profile.hosts.rest}/storage/auth/token?storage_type=fal-cdn-v3"
        ask = Ask("upload-token", "POST", url, b"{}", resend=Resend.ONCE, endpoint="fal's storage")
        document = await self._http.parsed(await self._http.exchange(ask, emit), ask)
        try:
            self._token = msgspec.convert(document, _Token)
        except msgspec.ValidationError as error:
            raise CallError(_odd(f"its token cannot be read: {error}")) from error
        return self._token

    async def _send(
        self, method: str, url: str, content: bytes | AsyncGenerator[bytes], headers: dict[str, str]
    ) -> Answer:
        """Send to the storage with its token, never with the key."""
        ask = _ask(method, url)
        try:
            return await self._http.put_bytes(method, url, content, headers)
        except httpx.HTTPError as error:
            raise CallError(trouble.of_network(error, ask.url, self._http.profile, is_paid=False)) from error

    async def _read(self, answer: Answer, url: str) -> Json:
        return await self._http.parsed(answer, _ask("POST", url))


def _headers(path: Path, token: _Token, lifetime_s: int | None) -> dict[str, str]:
    headers = {
        "Authorization": f"{token.token_type} {token.token}",
        "Content-Type": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        # fal-client fails on names that are not ASCII: they cannot stand in a header.
        "X-Fal-File-Name": quote(path.name, safe=" !#$&'()+,-.;=@[]^_`{}~"),
    }
    if lifetime_s is not None:
        lifetime = msgspec.json.encode({"expiration_duration_seconds": lifetime_s}).decode()
        headers["X-Fal-Object-Lifecycle"] = headers["X-Fal-Object-Lifecycle-Preference"] = lifetime
    return headers


async def _pieces(path: Path, start: int, length: int, total: int, emit: Emit) -> AsyncGenerator[bytes]:
    for offset in range(start, start + length, _PIECE):
        piece = await asyncio.to_thread(_slice, path, offset, min(_PIECE, start + length - offset))
        yield piece
        emit(e.Upload(path.name, offset + len(piece) - start, total))


def _slice(path: Path, start: int, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read(length)
    except OSError as error:
        raise CallError(_unreadable(path, error)) from error


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise CallError(_unreadable(path, error)) from error


def _etag(answer: Answer) -> str:
    """Return the part's mark: fal-client reads it from the header, @fal-ai/client from the body."""
    if etag := answer.headers.get("etag"):
        return etag
    try:
        return _text_in(msgspec.json.decode(answer.body), "etag")
    except msgspec.DecodeError as error:
        raise CallError(_odd("a part has no etag")) from error


def _text_in(document: Json, key: str) -> str:
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, str) or not value:
        raise CallError(_odd(f"it names no {key}"))
    return value


def _ask(method: str, url: str) -> Ask:
    return Ask("upload", method, url, endpoint="fal's storage")


def _unreadable(path: Path, error: OSError) -> Failed:
    reason = error.strerror or str(error)
    return _cannot(f"{path.name} cannot be read: {reason[:1].lower()}{reason[1:]}", "Choose the file again.")


def _cannot(message: str, next_step: str) -> Failed:
    return Failed(FailureKind.INPUT, f"{message}.", next_step, charged=Charged.NO)


def _odd(reason: str) -> Failed:
    return Failed(
        FailureKind.PROTOCOL, f"fal's storage answered oddly: {reason}.", "Try again.", charged=Charged.NO
    )
