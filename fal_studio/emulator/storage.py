"""Uploads in every way of the official clients, and the CDN that serves the bytes back (fal docs: storage)."""

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fal_studio.emulator import errors
from fal_studio.emulator.addresses import Addresses
from fal_studio.emulator.answers import Answer, json_answer
from fal_studio.emulator.endpoints import Catalogue
from fal_studio.emulator.faults import ANSWERS
from fal_studio.emulator.files import Files, StoredFile
from fal_studio.emulator.gate import controls_in
from fal_studio.emulator.tokens import Tokens

PART = re.compile(
    r"(?P<file>files/b/emulator/[^/]+/[^/]+)/multipart/(?P<upload>[^/]+)/(?P<what>\d+|complete)"
)
SIGNED = re.compile(r"signed/(?P<id>[A-Za-z0-9_-]+)(?:/(?P<what>\d+|complete))?")
CORS = {"access-control-allow-origin": "*", "access-control-expose-headers": "*"}
CACHED = {"cache-control": "public, max-age=5184000, immutable", **CORS}
TOKEN_S = 3600


class Part(BaseModel):
    """One uploaded part, as the client lists it."""

    part_number: int = Field(alias="partNumber")
    etag: str


class Parts(BaseModel):
    """What completes a multipart upload."""

    parts: list[Part] = Field(min_length=1)


class Storage:
    """Answers `/cdn` and the storage part of `/rest`."""

    def __init__(self, files: Files, tokens: Tokens, addresses: Addresses, catalogue: Catalogue) -> None:
        self._files = files
        self._tokens = tokens
        self._addresses = addresses
        self._catalogue = catalogue
        self._thumbnails: dict[str, bytes] = {}

    def token(self) -> Answer:
        """Return a token for uploads to the CDN."""
        expires = datetime.fromtimestamp(time.time() + TOKEN_S, UTC).isoformat(timespec="seconds")
        return json_answer(
            {
                "token": self._tokens.issue(TOKEN_S, audience="cdn"),
                "token_type": "Bearer",
                "base_url": self._addresses.cdn,
                "expires_at": expires,
            }
        )

    async def initiate(self, request: Request) -> Answer:
        """Announce an upload; the bytes go to the signed URL in the answer."""
        wish = await _json_object(request)
        if wish is None or not isinstance(wish.get("file_name", ""), str):
            return errors.text(400, "Expected an object with content_type and file_name")
        stored = self._files.announce(
            str(wish.get("file_name") or "file"), str(wish.get("content_type") or ""), _lifecycle(request)
        )
        signature = self._tokens.issue(TOKEN_S, file=stored.id)
        return json_answer(
            {
                "upload_url": f"{self._addresses.cdn}/signed/{stored.id}?signature={signature}",
                "file_url": self._files.url(stored),
            }
        )

    async def handle(self, request: Request) -> ASGIApp:
        """Answer one request to the CDN."""
        path = request.path_params["path"]
        if request.method in ("GET", "HEAD"):
            return await self._download(request, path)
        if request.method == "OPTIONS":
            return Response(
                headers={**CORS, "access-control-allow-methods": "*", "access-control-allow-headers": "*"}
            )
        if match := SIGNED.fullmatch(path):
            return (await self._signed(request, match)).adding(CORS).response()
        if not self._may_upload(request):
            await request.body()
            return errors.text(401, "Invalid or expired upload token").response()
        if path == "files/upload":
            return (await self._single(request)).response()
        if path == "files/upload/multipart":
            return self._begin(request).response()
        if match := PART.fullmatch(path):
            return (await self._part(request, match)).response()
        return errors.text(404, "Not Found").response()

    async def _single(self, request: Request) -> Answer:
        stored = self._announced(request)
        await _receive(request, self._files.path(stored))
        return json_answer({"access_url": self._files.url(stored)})

    def _begin(self, request: Request) -> Answer:
        stored = self._announced(request)
        return json_answer({"access_url": self._files.url(stored), "uploadId": f"upload-{stored.id}"})

    async def _part(self, request: Request, match: re.Match[str]) -> Answer:
        stored = self._files.named_by(match["file"])
        if stored is None or match["upload"] != f"upload-{stored.id}":
            await request.body()
            return errors.text(404, "No such upload")
        return await self._piece(request, stored, match["what"])

    async def _signed(self, request: Request, match: re.Match[str]) -> Answer:
        claims = self._tokens.claims(request.query_params.get("signature", ""))
        stored = self._files.find(match["id"])
        if stored is None or claims is None or claims.get("file") != stored.id:
            await request.body()
            return errors.text(403, "The signature is wrong or too old")
        if match["what"] is None:
            await _receive(request, self._files.path(stored))
            # Object stores answer with nothing, and do not call it JSON: @fal-ai/client would try to read it.
            return Answer(200, b"", {"etag": _etag(self._files.path(stored))}, "text/plain")
        return await self._piece(request, stored, match["what"])

    async def _piece(self, request: Request, stored: StoredFile, what: str) -> Answer:
        """Take one part of a multipart upload, or join them all."""
        if what == "complete":
            return await self._complete(request, stored)
        path = self._files.part(stored, int(what))
        await _receive(request, path)
        etag = await asyncio.to_thread(_etag, path)
        return json_answer({"partNumber": int(what), "etag": etag}, 200, {"etag": etag})

    async def _complete(self, request: Request, stored: StoredFile) -> Answer:
        try:
            parts = Parts.model_validate_json(await request.body()).parts
        except ValidationError:
            return errors.text(400, "Expected the list of parts")
        for part in parts:
            path = self._files.part(stored, part.part_number)
            if not path.is_file():
                return errors.text(400, f"Part {part.part_number} has not arrived")
            if part.etag.strip('"') != (await asyncio.to_thread(_etag, path)).strip('"'):
                return errors.text(400, f"The etag of part {part.part_number} is wrong")
        await asyncio.to_thread(self._files.join, stored, [part.part_number for part in parts])
        return json_answer({"access_url": self._files.url(stored), "file_url": self._files.url(stored)})

    async def _download(self, request: Request, path: str) -> ASGIApp:
        if path.startswith("thumbnails/"):
            return await self._thumbnail(path.removeprefix("thumbnails/").removesuffix(".jpg"))
        stored = self._files.named_by(path)
        if stored is None or stored.is_expired or not self._files.path(stored).is_file():
            return ANSWERS["expired_media"][1]().adding(CORS).response()
        if stored.decision != "allow":  # nobody shows who they are at the CDN
            answer = (403, "Access denied") if stored.decision == "forbid" else (404, "Not Found")
            return errors.text(*answer).adding(CORS).response()
        headers = {**CACHED, "content-type": stored.content_type}
        if stored.lifecycle:
            headers["x-fal-object-lifecycle"] = stored.lifecycle
        response = FileResponse(self._files.path(stored), headers=headers)
        rate = controls_in(request).download_rate
        return response if rate is None else _Slow(response, rate)

    async def _thumbnail(self, endpoint_id: str) -> ASGIApp:
        model = self._catalogue.models.get(endpoint_id)
        if model is None or model.thumbnail is None:
            return errors.text(404, "Not Found").response()
        if endpoint_id not in self._thumbnails:
            self._thumbnails[endpoint_id] = await asyncio.to_thread(model.thumbnail)
        return Response(self._thumbnails[endpoint_id], headers=CACHED, media_type="image/jpeg")

    def _announced(self, request: Request) -> StoredFile:
        headers = request.headers
        return self._files.announce(
            headers.get("x-fal-file-name", "file"), headers.get("content-type", ""), _lifecycle(request)
        )

    def _may_upload(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        claims = self._tokens.claims(token) if scheme.lower() == "bearer" else None
        return claims is not None and claims.get("audience") == "cdn"


class _Slow:
    """Sends what another app answers, at so many bytes per second."""

    def __init__(self, app: ASGIApp, rate: float) -> None:
        self._app, self._rate = app, rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def slowly(message: Message) -> None:
            await send(message)
            await asyncio.sleep(len(message.get("body", b"")) / self._rate)

        await self._app(scope, receive, slowly)


async def _receive(request: Request, path: Path) -> None:
    """Write a request body to a file; what arrives only in part is not kept."""
    rate = controls_in(request).upload_rate
    arriving = path.with_suffix(".arriving")
    with arriving.open("wb") as out:
        async for piece in _pieces(request):
            out.write(piece)
            if rate:
                await asyncio.sleep(len(piece) / rate)
    arriving.replace(path)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        yield piece


def _lifecycle(request: Request) -> str | None:
    return request.headers.get("x-fal-object-lifecycle")


def _etag(path: Path) -> str:
    with path.open("rb") as data:
        return f'"{hashlib.file_digest(data, "md5").hexdigest()}"'


async def _json_object(request: Request) -> dict[str, Any] | None:
    try:
        value = await request.json()
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
