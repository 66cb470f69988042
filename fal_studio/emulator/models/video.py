"""`emulator/video`: a slow job with logs that ends in a playable clip; fields as of kling image-to-video."""

import asyncio
import importlib
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from fal_studio.emulator.model import Context, Json, Model, Price, Route
from fal_studio.emulator.models import thumbnails
from fal_studio.emulator.models.media import VideoFile
from fal_studio.emulator.models.text_to_image import seed_or_chosen

if TYPE_CHECKING:
    from fal_studio.emulator.models.moving.clip import Shot

STEPS = 20
STEP_S = 0.1


class VideoInput(BaseModel):
    """What `emulator/video` takes."""

    prompt: str = Field(
        max_length=2500,
        description="What the clip shows.",
        examples=["A lighthouse at dusk, its beam turning slowly, waves rolling in"],
    )
    image_url: str | None = Field(
        default=None,
        description="A picture to set in motion; without one the prompt is painted.",
        json_schema_extra={"_fal_ui_field": "image"},
    )
    duration: Literal["5", "10"] = Field(
        default="5", description="The duration of the generated video in seconds"
    )
    aspect_ratio: Literal["16:9", "9:16", "1:1"] = Field(
        default="16:9", description="The aspect ratio of the generated video frame"
    )
    negative_prompt: str = Field(
        default="blur, distort, and low quality",
        max_length=2500,
        description="What the clip should not show. The emulator reads it and does nothing about it.",
    )
    cfg_scale: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="\n            The CFG (Classifier Free Guidance) scale is a measure of how close you want\n            the model to stick to your prompt.\n        ",
    )
    seed: int | None = Field(default=None, description="The same seed and prompt give the same clip.")
    sync_mode: bool = Field(default=False, description="If set to true, the clip is returned as a data URI.")


class VideoOutput(BaseModel):
    """What `emulator/video` gives."""

    video: VideoFile = Field(description="The generated video")
    seed: int = Field(description="The seed that was used.")


def _shot(request: VideoInput, picture: bytes | None, seed: int) -> "Shot":
    # NumPy, Pillow and PyAV are loaded by the first clip, not by the server's start.
    clip: Any = importlib.import_module("fal_studio.emulator.models.moving.clip")
    if picture is None:
        return clip.painted_shot(request.prompt, seed, request.aspect_ratio)
    encode: Any = importlib.import_module("fal_studio.emulator.models.scenes.encode")
    return clip.picture_shot(encode.decoded(picture, "image_url"), request.prompt, seed, request.aspect_ratio)


class Encoder:
    """Renders a clip in its thread, and tells how far it is."""

    def __init__(self) -> None:
        self.fraction = 0.0

    def render(self, shot: "Shot", request: VideoInput, seed: int) -> bytes:
        """The whole MP4 file."""
        clip: Any = importlib.import_module("fal_studio.emulator.models.moving.clip")
        return clip.encoded(shot, request.aspect_ratio, int(request.duration), seed, self._report)

    def _report(self, done: int, total: int) -> None:
        self.fraction = done / total


async def run(request: VideoInput, context: Context) -> Json:
    """Paint the shot, pretend the model's steps, render, publish."""
    seconds = int(request.duration)
    seed = seed_or_chosen(request.seed, context)
    context.bill(seconds)
    picture = None
    if request.image_url:
        picture, content_type = await context.fetch(request.image_url)
        await context.log(f"first frame: {content_type}, {len(picture)} bytes")
    await context.log(f"seed {seed}, {seconds} s at 24 fps, {request.aspect_ratio}")
    shot = await context.in_thread(_shot, request, picture, seed)
    for step in range(1, STEPS + 1):
        await context.work(STEP_S * seconds / 5)
        await context.log(f"step {step}/{STEPS} ({step * 100 // STEPS}%)")
    encoder = Encoder()
    data = await _rendered(encoder, shot, request, seed, context)
    url = context.publish(data, "video/mp4", f"clip_{seed % 10**12}.mp4")
    width, height = {"16:9": (640, 360), "9:16": (360, 640), "1:1": (480, 480)}[request.aspect_ratio]
    video = {
        "url": url,
        "content_type": "video/mp4",
        "file_name": f"clip_{seed % 10**12}.mp4",
        "file_size": len(data),
        "width": width,
        "height": height,
        "fps": 24.0,
        "duration": float(seconds),
        "num_frames": seconds * 24,
    }
    return {"video": video, "seed": seed}


async def _rendered(
    encoder: Encoder, shot: "Shot", request: VideoInput, seed: int, context: Context
) -> bytes:
    """The clip; a log line for each quarter of it."""
    async with asyncio.TaskGroup() as group:
        rendering = group.create_task(context.in_thread(encoder.render, shot, request, seed))
        told = 0
        while not rendering.done():
            await asyncio.wait([rendering], timeout=0.1)
            quarter = int(encoder.fraction * 4)
            if quarter > told:
                told = quarter
                await context.log(f"encoding {quarter * 25}%")
    return rendering.result()


MODEL = Model(
    endpoint_id="emulator/video",
    display_name="Emulator video",
    category="text-to-video",
    description="Sets a painted scene or your own picture in gentle motion: drifting camera, living water, a turning lamp. H.264, 24 frames a second. A slow job with logs, made for the queue.",
    price=Price(0.08, "second"),
    routes={"": Route(VideoInput, VideoOutput, run=run)},
    tags=("motion", "clip", "offline"),
    thumbnail=thumbnails.of("sailing boat on the sea at sunset", 3),
    duration_estimate_s=5.0,
)
