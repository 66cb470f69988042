"""A context to run the emulator's models in without its server: keeps what they publish, lets no time pass."""

import asyncio
import base64
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from fal_studio.emulator.model import ModelError

P = ParamSpec("P")
T = TypeVar("T")


class LentContext:
    """What a model needs while it works; `files` are all it can fetch, and where it publishes."""

    def __init__(self, request_id: str = "0198a1b2-77aa-7c3e-8f10-2b6f0a4d9c1e", seed: int = 1) -> None:
        self.request_id = request_id
        self.seed = seed
        self.sync_mode = False
        self.files: dict[str, tuple[bytes, str]] = {}
        self.lines: list[tuple[str, str]] = []
        self.worked_s = 0.0
        self.units = 1.0

    async def log(self, message: str, level: str = "INFO") -> None:
        """Keep a line."""
        self.lines.append((level, message))

    async def work(self, seconds: float) -> None:
        """Count pretended time and give others their turn."""
        self.worked_s += seconds
        await asyncio.sleep(0)

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run in a thread, as the server does."""
        return await asyncio.to_thread(function, *args, **kwargs)

    async def fetch(self, url: str) -> tuple[bytes, str]:
        """Return a data URI's bytes or a published file."""
        if url.startswith("data:"):
            head, _, body = url.partition(",")
            return base64.b64decode(body), head[5:].partition(";")[0]
        if url not in self.files:
            raise ModelError("not there", type="file_download_error")
        return self.files[url]

    def publish(self, data: bytes, content_type: str, file_name: str) -> str:
        """Keep a file."""
        url = f"http://127.0.0.1/cdn/{len(self.files)}/{file_name}"
        self.files[url] = (data, content_type)
        return url

    def bill(self, units: float) -> None:
        """Remember the units."""
        self.units = units


async def events_of(stream: Any) -> list[Any]:
    """All events of a model's stream."""
    return [event async for event in stream]
