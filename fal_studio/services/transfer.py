"""One file on its way to fal's storage: whole or in parts, mended where the connection breaks."""

import asyncio
import math
import mimetypes
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Failed
from fal_studio.core.request import Json
from fal_studio.modes import resend
from fal_studio.modes.base import CallError, Emit
from fal_studio.modes.http import Answer
from fal_studio.services.storage import StepError, Storage, Token, cannot, odd
from fal_studio.words import tr

SINGLE_UP_TO_BYTES = 100 * 1024 * 1024
"""Larger files go in parts, as in fal-client."""
PART_BYTES = 10 * 1024 * 1024
PARTS_AT_ONCE = 4
TRIES = 5
_PIECE = 256 * 1024
"""How often progress is told."""
T = TypeVar("T")


class Transfer:
    """One file on its way to fal's storage. Broken connections are mended by themselves; after a failure `run` goes on
    where it stopped: parts that have arrived are not sent again."""

    def __init__(
        self,
        storage: Storage,
        path: Path,
        *,
        lifetime_s: int | None = None,
        is_restricted: bool = False,
        single_up_to: int | None = None,
    ) -> None:
        self._storage = storage
        self._path = path
        self._lifecycle = _lifecycle(lifetime_s, is_restricted=is_restricted)
        self._single_up_to = SINGLE_UP_TO_BYTES if single_up_to is None else single_up_to
        self._mark: tuple[int, int] = (0, 0)
        self._place = self._upload = ""
        self._etags: dict[int, str] = {}
        self._in_flight: dict[int, int] = {}

    async def run(self, emit: Emit) -> str:
        """Upload and return the URL; emits Upload facts, and Trouble before each new try; raises CallError."""
        mark = await asyncio.to_thread(_mark_of, self._path)
        if mark != self._mark:  # another file than the one that was begun: its parts are worth nothing
            self._mark, self._etags, self._place = mark, {}, ""
        await self._storage.ready()
        size = mark[0]
        emit(e.Upload(self._path.name, self._sent_bytes, size))
        url = await (self._in_parts(emit) if size > self._single_up_to else self._whole(emit))
        if await asyncio.to_thread(_mark_of, self._path) != mark:
            raise CallError(
                cannot(
                    tr("{name} changed while it was uploaded").format(name=self._path.name),
                    tr("Wait until it is written, then try again."),
                )
            )
        emit(e.Upload(self._path.name, size, size, url))
        return url

    @property
    def _sent_bytes(self) -> int:
        done = sum(_length(number, self._mark[0]) for number in self._etags)
        return done + sum(self._in_flight.values())

    async def _whole(self, emit: Emit) -> str:
        url, size = self._storage.single_url, self._mark[0]

        async def once(headers: dict[str, str]) -> Json:
            content = self._piece(1, 0, size, emit)
            answer = await self._storage.send("POST", url, content, headers | {"Content-Length": str(size)})
            return await self._storage.read(answer, url)

        return _text_in(await self._tried(once, f"{self._path.name}", emit), "access_url")

    async def _in_parts(self, emit: Emit) -> str:
        size = self._mark[0]
        if not self._place:
            await self._begin(emit)
        gate = asyncio.Semaphore(PARTS_AT_ONCE)
        count = math.ceil(size / PART_BYTES)

        async def part(number: int) -> None:
            async with gate:
                await self._tried(
                    lambda headers: self._part(number, headers, emit),
                    tr("part {number} of {count} of {name}").format(
                        number=number, count=count, name=self._path.name
                    ),
                    emit,
                )

        try:
            async with asyncio.TaskGroup() as group:
                for number in range(1, count + 1):
                    if number not in self._etags:
                        group.create_task(part(number))
        except* CallError as errors:
            raise errors.exceptions[0] from None
        return await self._complete(emit)

    async def _begin(self, emit: Emit) -> None:
        token = await self._storage.token(emit)
        url = f"{token.base_url}/files/upload/multipart"

        async def once(headers: dict[str, str]) -> Json:
            return await self._storage.read(await self._storage.send("POST", url, b"", headers), url)

        begun = await self._tried(once, tr("the upload of {name}").format(name=self._path.name), emit)
        self._place, self._upload = _text_in(begun, "access_url"), _text_in(begun, "uploadId")

    async def _part(self, number: int, headers: dict[str, str], emit: Emit) -> None:
        start = (number - 1) * PART_BYTES
        length = _length(number, self._mark[0])
        content = self._piece(number, start, length, emit)
        try:
            answer = await self._storage.send(
                "PUT", self._where(str(number)), content, headers | {"Content-Length": str(length)}
            )
            self._etags[number] = _etag(answer)
        finally:
            self._in_flight.pop(number, None)

    async def _complete(self, emit: Emit) -> str:
        parts = [{"partNumber": number, "etag": self._etags[number]} for number in sorted(self._etags)]
        body = msgspec.json.encode({"parts": parts})

        async def once(headers: dict[str, str]) -> None:
            headers = headers | {"Content-Type": "application/json"}
            await self._storage.send("POST", self._where("complete"), body, headers)

        await self._tried(once, tr("the end of {name}").format(name=self._path.name), emit)
        return self._place

    def _where(self, what: str) -> str:
        return f"{self._place}/multipart/{quote(self._upload, safe='')}/{what}"

    async def _tried(self, once: Callable[[dict[str, str]], Awaitable[T]], what: str, emit: Emit) -> T:
        """Do one step, again after what passes; storage costs nothing, so that is safe."""
        for number in range(1, TRIES + 1):
            token = await self._storage.token(emit)
            try:
                return await once(_headers(self._path, token, self._lifecycle))
            except StepError as error:
                if number == TRIES or not (error.may_help or error.status == 401):
                    raise
                emit(
                    e.Trouble(
                        tr("{what}{what_2} did not get through, trying again: {error}").format(
                            what=what[:1].upper(), what_2=what[1:], error=error
                        )
                    )
                )
                if error.status == 401:  # the token ran out on the way
                    await self._storage.token(emit, is_fresh=True)
                else:
                    await asyncio.sleep(resend.pause_s(number))
        raise AssertionError("unreachable: the last try returns or raises")

    async def _piece(self, number: int, start: int, length: int, emit: Emit) -> AsyncGenerator[bytes]:
        """Yield a part of the file, and tell how much has left; a new try begins at nothing again."""
        self._in_flight[number] = 0
        for offset in range(start, start + length, _PIECE):
            piece = await asyncio.to_thread(_slice, self._path, offset, min(_PIECE, start + length - offset))
            yield piece
            self._in_flight[number] = offset - start + len(piece)
            emit(e.Upload(self._path.name, self._sent_bytes, self._mark[0]))


def _headers(path: Path, token: Token, lifecycle: dict[str, Json]) -> dict[str, str]:
    headers = {
        "Authorization": f"{token.token_type} {token.token}",
        "Content-Type": mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        # fal-client fails on names that are not ASCII: they cannot stand in a header.
        "X-Fal-File-Name": quote(path.name, safe=" !#$&'()+,-.;=@[]^_`{}~"),
    }
    if lifecycle:
        wanted = msgspec.json.encode(lifecycle).decode()
        headers["X-Fal-Object-Lifecycle"] = headers["X-Fal-Object-Lifecycle-Preference"] = wanted
    return headers


def _lifecycle(lifetime_s: int | None, *, is_restricted: bool) -> dict[str, Json]:
    """Return what fal is asked for (as fal-client's `StorageSettings`): nothing that was not chosen."""
    wanted: dict[str, Json] = {}
    if lifetime_s is not None:
        wanted["expiration_duration_seconds"] = lifetime_s
    if is_restricted:
        wanted["initial_acl"] = {"default": "forbid", "rules": []}
    return wanted


def _length(number: int, size: int) -> int:
    """Return how many bytes a part has; the last one may be short."""
    return min(PART_BYTES, size - (number - 1) * PART_BYTES)


def _slice(path: Path, start: int, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read(length)
    except OSError as error:
        raise CallError(_unreadable(path, error)) from error


def _mark_of(path: Path) -> tuple[int, int]:
    """Return size and time of change: whether it is still the same file."""
    try:
        found = path.stat()
    except OSError as error:
        raise CallError(_unreadable(path, error)) from error
    return found.st_size, found.st_mtime_ns


def _etag(answer: Answer) -> str:
    """Return the part's mark: fal-client reads it from the header, @fal-ai/client from the body."""
    if etag := answer.headers.get("etag"):
        return etag
    try:
        return _text_in(msgspec.json.decode(answer.body), "etag")
    except msgspec.DecodeError as error:
        raise CallError(odd(tr("a part has no etag"))) from error


def _text_in(document: Json, key: str) -> str:
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, str) or not value:
        raise CallError(odd(tr("it names no {key}").format(key=key)))
    return value


def _unreadable(path: Path, error: OSError) -> Failed:
    reason = error.strerror or str(error)
    return cannot(
        tr("{name} cannot be read: {reason}{reason_2}").format(
            name=path.name, reason=reason[:1].lower(), reason_2=reason[1:]
        ),
        tr("Choose the file again."),
    )
