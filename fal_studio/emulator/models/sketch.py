"""`emulator/sketch`: realtime image-to-image in the manner of fast-lcm-diffusion; also runs and queues."""

import importlib
from collections.abc import AsyncIterator
from time import perf_counter
from typing import Any, Literal

from pydantic import BaseModel, Field

from fal_studio.emulator.model import Context, Json, Model, ModelError, Price, Route
from fal_studio.emulator.models import thumbnails
from fal_studio.emulator.models.media import Image, ImageSize, SizeName, pixels
from fal_studio.emulator.models.text_to_image import Timings, image_of, seed_or_chosen

EXAMPLE_PROMPT = "log cabin on a mountain lake, gouache, evening light"


class SketchInput(BaseModel):
    """What `emulator/sketch` takes over HTTP."""

    prompt: str = Field(
        default="",
        description="The prompt to use for generating the image. Be as descriptive as possible for best results.",
        examples=[EXAMPLE_PROMPT],
    )
    # Like some real endpoints, this one does not mark its picture as one: a form has to tell by the name.
    image_url: str | None = Field(
        default=None, description="The drawing to paint over, as a URL or a data URI."
    )
    strength: float = Field(
        default=0.72, ge=0, le=1, description="How freely the drawing is painted; 0 keeps its strokes."
    )
    image_size: ImageSize | SizeName = Field(default="square", description="The size of the generated image.")
    num_inference_steps: int = Field(
        default=4, ge=1, le=12, description="The number of inference steps to perform."
    )
    seed: int | None = Field(
        default=None, description="The same seed and the same drawing give the same picture."
    )
    sync_mode: bool = Field(
        default=False, description="If set to true, the picture is returned as a data URI."
    )
    enable_safety_checker: bool = Field(
        default=True, description="If set to true, the safety checker will be enabled."
    )
    format: Literal["jpeg", "png"] = Field(default="jpeg", description="The format of the generated image.")
    request_id: str = Field(
        default="", description="An id that is given back, to match answers with questions."
    )


class SketchFrameInput(SketchInput):
    """What `emulator/sketch` takes as a realtime message: the drawing may come as bytes."""

    image_bytes: bytes | None = Field(
        default=None, description="The drawing, as the bytes of a JPEG or PNG file."
    )


class SketchOutput(BaseModel):
    """What `emulator/sketch` gives over HTTP."""

    images: list[Image] = Field(description="The generated image files info.")
    timings: Timings
    seed: int = Field(description="Seed of the generated Image.")
    num_inference_steps: int = Field(description="Number of inference steps used to generate the image.")
    request_id: str = Field(default="", description="The id that the input carried.")
    has_nsfw_concepts: list[bool] = Field(description="Whether the generated images contain NSFW concepts.")


def _blank(size: tuple[int, int]) -> Any:
    numpy = importlib.import_module("numpy")
    return numpy.full((size[1], size[0], 3), 255, numpy.uint8)


class Desk:
    """Keeps the easel of the last prompt, because preparing one costs more than painting a frame."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._easel: Any = None

    def paint(self, request: SketchInput, data: bytes | None, seed: int, size: tuple[int, int]) -> Any:
        """The painted pixels of one drawing; blank paper where there is none."""
        # NumPy and Pillow are loaded by the first frame, not by the server's start.
        easel = importlib.import_module("fal_studio.emulator.models.scenes.easel")
        encode = importlib.import_module("fal_studio.emulator.models.scenes.encode")
        key = (request.prompt, seed, size)
        if key != self._key:
            self._easel = easel.Easel(request.prompt, seed, *size)
            self._key = key
        field = "image_url" if request.image_url else "image_bytes"
        drawing = _blank(size) if data is None else encode.decoded(data, field, 1024)
        return self._easel.frame(drawing, request.strength, request.num_inference_steps)

    def file(
        self, request: SketchInput, data: bytes | None, seed: int, size: tuple[int, int]
    ) -> tuple[bytes, str]:
        """The painted picture as a file."""
        encode = importlib.import_module("fal_studio.emulator.models.scenes.encode")
        picture = self.paint(request, data, seed, size)
        return (
            (encode.png(picture), "image/png")
            if request.format == "png"
            else (encode.jpeg(picture, 84), "image/jpeg")
        )


async def _drawing(request: SketchInput, context: Context) -> bytes | None:
    if isinstance(request, SketchFrameInput) and request.image_bytes is not None:
        return request.image_bytes
    if request.image_url:
        return (await context.fetch(request.image_url))[0]
    return None


def _output(request: SketchInput, image: Json, seed: int, inference_s: float) -> Json:
    return {
        "images": [image],
        "timings": {"inference": round(inference_s, 4)},
        "seed": seed,
        "num_inference_steps": request.num_inference_steps,
        "request_id": request.request_id,
        "has_nsfw_concepts": [False],
    }


async def run(request: SketchInput, context: Context) -> Json:
    """Paint one drawing and publish it."""
    started = perf_counter()
    seed = seed_or_chosen(request.seed, context)
    size = pixels(request.image_size)
    await context.log(f"painting over the drawing, {size[0]}x{size[1]}, strength {request.strength}")
    data, content_type = await context.in_thread(
        Desk().file, request, await _drawing(request, context), seed, size
    )
    await context.work(0.03 * request.num_inference_steps)
    name = f"sketch_{seed % 10**12}.{'png' if request.format == 'png' else 'jpg'}"
    url = context.publish(data, content_type, name)
    return _output(
        request, image_of(url, *size, content_type, len(data), name), seed, perf_counter() - started
    )


class SketchSession:
    """One realtime session: each message is a drawing, each answer its painting."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._desk = Desk()

    async def answer(self, message: Json) -> AsyncIterator[Json] | Json:
        """Paint one frame; pictures go as raw bytes."""
        started = perf_counter()
        request = SketchFrameInput.model_validate(message)
        seed = 0 if request.seed is None else request.seed
        size = pixels(request.image_size)
        if size[0] * size[1] > 1024 * 1024:
            raise ModelError(
                "Realtime frames are at most 1024x1024 pixels.",
                type="image_too_large",
                loc=("body", "image_size"),
                ctx={"max_width": 1024, "max_height": 1024},
            )
        drawing = await _drawing(request, self._context)
        data, content_type = await self._context.in_thread(self._desk.file, request, drawing, seed, size)
        await self._context.work(0.004 * request.num_inference_steps)
        image = {"content": data, "content_type": content_type, "width": size[0], "height": size[1]}
        return _output(request, image, seed, perf_counter() - started)


MODEL = Model(
    endpoint_id="emulator/sketch",
    display_name="Emulator sketch",
    category="image-to-image",
    description="Paints a rough drawing while you draw it. Made for realtime: send the drawing as bytes, get the painting as bytes, matched by request_id.",
    price=Price(0.001, "image"),
    routes={
        "": Route(SketchInput, SketchOutput, run=run, realtime=SketchSession, realtime_input=SketchFrameInput)
    },
    tags=("realtime", "drawing", "offline"),
    thumbnail=thumbnails.of("log cabin on a mountain lake, gouache", 14),
    duration_estimate_s=0.2,
)
