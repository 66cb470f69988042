"""Calls back when a job has ended: signed with Ed25519, tried again until somebody says 2xx (fal docs: webhooks).

Unlike the real service this one calls loopback addresses too.
"""

import asyncio
import base64
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fal_studio.emulator.answers import Answer, encode, json_answer
from fal_studio.emulator.jobs import Job
from fal_studio.emulator.settings import Settings


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try to deliver."""

    request_id: str
    number: int
    url: str
    wall: float
    status: int | None
    error: str = ""


class Webhooks:
    """Signs and delivers."""

    def __init__(self, key_file: Path, settings: Settings) -> None:
        self._key = _key_in(key_file)
        self._settings = settings
        self.deliveries: list[Delivery] = []

    def jwks(self) -> Answer:
        """Return the public key as a JSON Web Key Set."""
        x = base64.urlsafe_b64encode(self._key.public_key().public_bytes_raw()).rstrip(b"=").decode()
        return json_answer(
            {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x}]}, 200, {"cache-control": "max-age=86400"}
        )

    async def deliver(self, job: Job) -> None:
        """Tell a job's webhook how it ended; returns when it listened, or when all tries are used up."""
        if job.webhook is None or job.answer is None:
            return
        body = encode(_message(job, job.answer))
        wait_s = self._settings.webhook_retry_s
        for number in range(1, self._settings.webhook_attempts + 1):
            headers = self._signed(job, body)
            status, error = None, ""
            try:
                async with asyncio.timeout(self._settings.webhook_timeout_s):
                    status = await _post(job.webhook, body, headers)
            except (OSError, ValueError) as failure:
                error = f"{type(failure).__name__}: {failure}"
            self.deliveries.append(Delivery(job.request_id, number, job.webhook, time.time(), status, error))
            if status is not None and 200 <= status < 300:
                return
            await asyncio.sleep(wait_s)
            wait_s *= 2

    def _signed(self, job: Job, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        message = "\n".join((job.request_id, job.user_id, stamp, hashlib.sha256(body).hexdigest()))
        return {
            "Content-Type": "application/json",
            "User-Agent": "fal-emulator-webhook",
            "X-Fal-Webhook-Request-Id": job.request_id,
            "X-Fal-Webhook-User-Id": job.user_id,
            "X-Fal-Webhook-Timestamp": stamp,
            "X-Fal-Webhook-Signature": self._key.sign(message.encode()).hex(),
        }


def _message(job: Job, answer: Answer) -> dict[str, Any]:
    """Return the body of a webhook call."""
    ids = {"request_id": job.request_id, "gateway_request_id": job.gateway_request_id}
    try:
        payload: dict[str, Any] = {"payload": json.loads(answer.body)}
    except ValueError:
        payload = {"payload": None, "payload_error": "The output could not be serialized to JSON"}
    if answer.succeeded:
        return {**ids, "status": "OK", **payload}
    return {**ids, "status": "ERROR", "error": f"Invalid status code: {answer.status}", **payload}


def _key_in(path: Path) -> Ed25519PrivateKey:
    """Load the signing key, or make one: it stays the same for a data directory."""
    if path.is_file():
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    key = Ed25519PrivateKey.generate()
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes_raw())
    return key


async def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Post once, without following redirects; returns the status.

    By hand and not with a library: nothing here may hold the process back when it is told to end.
    """
    parts = urlsplit(url)
    is_secure = parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=True if is_secure else None)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()
        words = (await reader.readline()).split()
        return int(words[1]) if len(words) > 1 else 0
    finally:
        writer.close()
