"""`emulator/edit` and the image model's `/image-to-image`: an uploaded picture, repainted as the words ask."""

import importlib
from collections.abc import AsyncIterator
from time import perf_counter
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from fal_studio.emulator.model import Context, Json, Model, Price, Route
from fal_studio.emulator.models import thumbnails
from fal_studio.emulator.models.image import preview_image, publish_images
from fal_studio.emulator.models.media import ImageSize, SizeName, pixels
from fal_studio.emulator.models.text_to_image import (
    ImagesOutput,
    SamplingInput,
    images_result,
    megapixels,
    previews_at,
    seconds_a_step,
    seed_or_chosen,
)

if TYPE_CHECKING:
    from fal_studio.emulator.models.scenes.noise import Pixels

EXAMPLE_PROMPT = "Make it a watercolour at dusk"


class ImageToImageInput(SamplingInput):
    """What `emulator/image/image-to-image` takes."""

    # As on esrgan, nothing in the schema marks this as a picture: a form has to tell by the name.
    image_url: str = Field(description="The URL of the image to generate an image from.")
    prompt: str = Field(description="The prompt to generate an image from.", examples=[EXAMPLE_PROMPT])
    strength: float = Field(
        default=0.95,
        ge=0.01,
        le=1,
        description="The strength of the initial image. Higher strength values are better for this model.",
    )

    model_config = {
        "json_schema_extra": {
            "x-fal-order-properties": [
                "image_url",
                "prompt",
                "strength",
                *SamplingInput.model_fields,
            ]
        }
    }


class EditInput(SamplingInput):
    """What `emulator/edit` takes."""

    prompt: str = Field(description="What to change in the picture.", examples=[EXAMPLE_PROMPT])
    image_url: str = Field(
        description="The picture to edit: an uploaded file or a data URI.",
        json_schema_extra={"_fal_ui_field": "image", "ui": {"field": "image"}},
    )
    strength: float = Field(default=0.85, ge=0.01, le=1, description="How much of the picture is repainted.")
    image_size: ImageSize | SizeName | None = Field(
        default=None, description="The size of the generated image; without it the picture keeps its own."
    )

    model_config = {
        "json_schema_extra": {
            "x-fal-order-properties": [
                "prompt",
                "image_url",
                "strength",
                "image_size",
                *SamplingInput.model_fields,
            ]
        }
    }


def _loaded(data: bytes) -> "Pixels":
    # NumPy and Pillow are loaded by the first picture, not by the server's start.
    return importlib.import_module("fal_studio.emulator.models.scenes.encode").decoded(
        data, "image_url", 1408
    )


def _repainted(
    source: "Pixels",
    prompt: str,
    seed: int,
    strength: float,
    steps: int,
    guidance: float,
    size: tuple[int, int] | None,
) -> "Pixels":
    retouch = importlib.import_module("fal_studio.emulator.models.scenes.retouch")
    return retouch.repaint(source, retouch.Retouch(prompt, seed, strength, steps, guidance), size)


async def _repaint_all(
    request: "ImageToImageInput | EditInput", seed: int, context: Context
) -> "list[Pixels]":
    data, content_type = await context.fetch(request.image_url)
    source = await context.in_thread(_loaded, data)
    height, width = source.shape[:2]
    await context.log(f"loaded {content_type}, {len(data)} bytes, {width}x{height}")
    wanted = request.image_size if isinstance(request, EditInput) else None
    size = None if wanted is None else pixels(wanted)
    context.bill(megapixels(*(size or (width, height)), request.num_images))
    return [
        await context.in_thread(
            _repainted,
            source,
            request.prompt,
            seed + index,
            request.strength,
            request.num_inference_steps,
            request.guidance_scale,
            size,
        )
        for index in range(request.num_images)
    ]


async def run(request: "ImageToImageInput | EditInput", context: Context) -> Json:
    """Repaint and publish."""
    started = perf_counter()
    seed = seed_or_chosen(request.seed, context)
    pictures = await _repaint_all(request, seed, context)
    await context.work(seconds_a_step(request.acceleration) * request.num_inference_steps)
    await context.log(f"step {request.num_inference_steps}/{request.num_inference_steps}")
    images = await publish_images(pictures, request.output_format, seed, context)
    return images_result(request.prompt, images, seed, perf_counter() - started)


async def stream(request: "ImageToImageInput | EditInput", context: Context) -> AsyncIterator[Json]:
    """Show the new picture forming, then publish it."""
    started = perf_counter()
    seed = seed_or_chosen(request.seed, context)
    steps = request.num_inference_steps
    pictures = await _repaint_all(request, seed, context)
    shown = set(previews_at(steps))
    for step in range(1, steps + 1):
        await context.work(seconds_a_step(request.acceleration))
        if step in shown:
            images = [
                await context.in_thread(preview_image, picture, step, steps, request.prompt, seed + index)
                for index, picture in enumerate(pictures)
            ]
            yield images_result(request.prompt, images, seed, perf_counter() - started)
    images = await publish_images(pictures, request.output_format, seed, context)
    yield images_result(request.prompt, images, seed, perf_counter() - started)


def route_for(input_model: type[BaseModel]) -> Route:
    """The route that repaints what `input_model` describes."""
    return Route(input_model, ImagesOutput, run=run, stream=stream)


MODEL = Model(
    endpoint_id="emulator/edit",
    display_name="Emulator edit",
    category="image-to-image",
    description="Repaints an uploaded picture: light (dusk, night, sunset), weather (fog, rain, snow), tint (teal, sepia, neon) and style words (watercolour, oil, ink, pixel art, poster, film).",
    price=Price(0.03, "megapixel"),
    routes={"": route_for(EditInput)},
    tags=("editing", "stylized", "offline"),
    thumbnail=thumbnails.of("a fox on a hill at sunset, watercolour", 3),
    duration_estimate_s=1.2,
)
