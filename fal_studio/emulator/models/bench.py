"""`emulator/bench`: costs nothing to answer, so that what is measured is the way there and back."""

import asyncio
import base64
import importlib
import io
import time
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from fal_studio.emulator.model import Context, Json, Model, Price, Route, Session

FULL_PIECE = 1000
PICTURES = 32
"""Different ones; then they come again."""


class BenchInput(BaseModel):
    """What `emulator/bench` takes; unknown fields are echoed too."""

    model_config = ConfigDict(extra="allow")

    text: str = Field("", description="Echoed back.", examples=["hello"])
    seconds: float = Field(0, ge=0, le=3600, description="Pretended GPU time.")
    logs: int = Field(0, ge=0, le=100_000, description="Log lines to write, spread over the GPU time.")
    count: int = Field(10, ge=0, le=10_000_000, description="Events of the stream.")
    size: int = Field(
        0, ge=0, le=10_000_000, description="Characters of padding in each event or in the answer."
    )
    picture_every: int = Field(
        0,
        ge=0,
        le=1_000_000,
        description="Each so many events one carries a picture of 512 x 512; 0 for none.",
    )
    rate: float = Field(0, ge=0, description="Events per second; 0 is as fast as possible.")


class BenchOutput(BaseModel):
    """What `emulator/bench` gives."""

    echo: dict[str, Any] = Field(description="The input.")
    padding: str = Field(description="As many characters as `size` asked for.")
    request_id: str = Field(description="The id of this execution.")
    attempt: int = Field(description="Which attempt of the queue this was.")


async def run(arguments: BenchInput, context: Context) -> Json:
    """Echo the input."""
    lines = max(1, arguments.logs)
    for number in range(lines):
        if arguments.logs:
            await context.log(f"line {number + 1} of {arguments.logs}")
        if arguments.seconds:
            await context.work(arguments.seconds / lines)
    return {
        "echo": arguments.model_dump(exclude_unset=True),
        "padding": "x" * arguments.size,
        "request_id": context.request_id,
        "attempt": context.attempt,
    }


async def stream(arguments: BenchInput, context: Context) -> AsyncIterator[Json]:
    """Yield `count` events, each with its number and the moment it was made."""
    padding = "x" * arguments.size
    pictures = await asyncio.to_thread(_pictures) if arguments.picture_every else []
    begun = time.monotonic()
    for index in range(arguments.count):
        if arguments.rate:
            # By the clock and not by a sleep each: what the loop does late is caught up with.
            ahead_s = begun + index / arguments.rate - time.monotonic()
            if ahead_s > 0:
                await asyncio.sleep(ahead_s)
        elif index % FULL_PIECE == FULL_PIECE - 1:
            await asyncio.sleep(0)
        event: dict[str, Any] = {"index": index, "t_ns": time.monotonic_ns(), "padding": padding}
        if pictures and index % arguments.picture_every == 0:
            event["images"] = [pictures[index // arguments.picture_every % len(pictures)]]
        yield event


def _pictures() -> list[Json]:
    """Return pictures of 512 x 512 as a model sends previews: in the event, as JPEG."""
    numpy: Any = importlib.import_module("numpy")
    images: Any = importlib.import_module("PIL.Image")
    noise = numpy.random.default_rng(1).integers(0, 90, (512, 512, 3), dtype=numpy.uint8)
    ramp = numpy.arange(512, dtype=numpy.uint32)
    made: list[Json] = []
    for number in range(PICTURES):
        light = ((ramp[None, :] + ramp[:, None] + number * 32) % 512 // 4).astype(numpy.uint8)
        buffer = io.BytesIO()
        images.fromarray(noise + light[:, :, None]).save(buffer, "JPEG", quality=60)
        url = f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
        made.append({"url": url, "width": 512, "height": 512, "content_type": "image/jpeg"})
    return made


class Echo:
    """A realtime session that answers each map with itself."""

    async def answer(self, message: Json) -> Json:
        """Return the message and when it was answered."""
        return {**message, "t_ns": time.monotonic_ns()}


def realtime(context: Context) -> Session:
    """Open an echo session."""
    return Echo()


MODEL = Model(
    endpoint_id="emulator/bench",
    display_name="Bench",
    category="json",
    description="Echoes its input as quickly as it can, streams as many events as you like. For measuring clients.",
    price=Price(0.0, "request"),
    routes={"": Route(BenchInput, BenchOutput, run, stream, realtime)},
    tags=("testing",),
    duration_estimate_s=0.01,
)
