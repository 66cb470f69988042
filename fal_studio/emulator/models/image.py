"""`emulator/image`: pictures from words; the fields of fal-ai/flux/dev, painted procedurally."""

import importlib
from collections.abc import AsyncIterator
from time import perf_counter
from typing import TYPE_CHECKING

from fal_studio.emulator.model import Context, Json, Model, Price, Route
from fal_studio.emulator.models import thumbnails
from fal_studio.emulator.models.media import pixels
from fal_studio.emulator.models.text_to_image import (
    ImagesOutput,
    TextToImageInput,
    image_of,
    images_result,
    megapixels,
    previews_at,
    seconds_a_step,
    seed_or_chosen,
)

if TYPE_CHECKING:
    from fal_studio.emulator.models.scenes.noise import Pixels


def _painted(prompt: str, seed: int, size: tuple[int, int], steps: int, guidance: float) -> "Pixels":
    # NumPy and Pillow are loaded by the first picture, not by the server's start.
    painter = importlib.import_module("fal_studio.emulator.models.scenes.painter")
    return painter.paint(painter.Order(prompt, seed, *size, steps, guidance))


def _encoded(picture: "Pixels", output_format: str) -> tuple[bytes, str]:
    encode = importlib.import_module("fal_studio.emulator.models.scenes.encode")
    return encode.encoded(picture, output_format)


def preview_image(picture: "Pixels", step: int, steps: int, *key: object) -> Json:
    """One preview as an output entry: a small JPEG in a data URI."""
    diffuse = importlib.import_module("fal_studio.emulator.models.scenes.diffuse")
    encode = importlib.import_module("fal_studio.emulator.models.scenes.encode")
    shown = diffuse.preview(picture, step, steps, *key)
    data = encode.jpeg(shown, 80)
    height, width = shown.shape[:2]
    return image_of(encode.data_uri(data, "image/jpeg"), width, height, "image/jpeg", len(data))


async def publish_images(
    pictures: "list[Pixels]", output_format: str, seed: int, context: Context
) -> list[Json]:
    """Encode and keep finished pictures; their output entries."""
    images: list[Json] = []
    for index, picture in enumerate(pictures):
        data, content_type = await context.in_thread(_encoded, picture, output_format)
        name = f"{seed % 10**12}_{index + 1}.{'png' if output_format == 'png' else 'jpg'}"
        height, width = picture.shape[:2]
        images.append(
            image_of(context.publish(data, content_type, name), width, height, content_type, len(data), name)
        )
    return images


async def _paint_all(request: TextToImageInput, seed: int, context: Context) -> "list[Pixels]":
    size = pixels(request.image_size)
    context.bill(megapixels(*size, request.num_images))
    await context.log(
        f"painting {request.num_images} x {size[0]}x{size[1]}, seed {seed}, {request.num_inference_steps} steps"
    )
    return [
        await context.in_thread(
            _painted, request.prompt, seed + index, size, request.num_inference_steps, request.guidance_scale
        )
        for index in range(request.num_images)
    ]


async def run(request: TextToImageInput, context: Context) -> Json:
    """Paint and publish."""
    started = perf_counter()
    seed = seed_or_chosen(request.seed, context)
    pictures = await _paint_all(request, seed, context)
    for step in range(1, request.num_inference_steps + 1):
        await context.work(seconds_a_step(request.acceleration))
        if step % 4 == 0 or step == request.num_inference_steps:
            await context.log(f"step {step}/{request.num_inference_steps}")
    images = await publish_images(pictures, request.output_format, seed, context)
    return images_result(request.prompt, images, seed, perf_counter() - started)


async def stream(request: TextToImageInput, context: Context) -> AsyncIterator[Json]:
    """Show the picture forming, then publish it."""
    started = perf_counter()
    seed = seed_or_chosen(request.seed, context)
    steps = request.num_inference_steps
    pictures = await _paint_all(request, seed, context)
    shown = set(previews_at(steps))
    for step in range(1, steps + 1):
        await context.work(seconds_a_step(request.acceleration))
        if step in shown:
            images = [
                await context.in_thread(preview_image, picture, step, steps, request.prompt, seed + index)
                for index, picture in enumerate(pictures)
            ]
            yield images_result(request.prompt, images, seed, perf_counter() - started)
    await context.log(f"step {steps}/{steps}")
    images = await publish_images(pictures, request.output_format, seed, context)
    yield images_result(request.prompt, images, seed, perf_counter() - started)


MODEL = Model(
    endpoint_id="emulator/image",
    display_name="Emulator image",
    category="text-to-image",
    description="Paints procedural scenes from the words of a prompt: lighthouses, mountains, cities, still lifes and more, with light, weather and style words. The fields of FLUX.1 [dev]; no model weights, no network, no cost.",
    price=Price(0.025, "megapixel"),
    routes={"": Route(TextToImageInput, ImagesOutput, run=run, stream=stream)},
    tags=("stylized", "procedural", "offline"),
    thumbnail=thumbnails.of("a lighthouse on a small rock island at the end of the day, 35 mm film", 424242),
    duration_estimate_s=1.2,
)
