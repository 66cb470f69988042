"""What the image models take and give: flux-like fields and outputs."""

import hashlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from fal_studio.emulator.model import Context
from fal_studio.emulator.models.media import Image, ImageSize, SizeName

EXAMPLE_PROMPT = "A lighthouse on a small rock island at the end of the day, long exposure sea, thin haze, beam of light just visible, 35 mm film"


class SamplingInput(BaseModel):
    """The fields that text-to-image and image-to-image share."""

    num_inference_steps: int = Field(
        default=28, ge=1, le=50, description="The number of inference steps to perform."
    )
    seed: int | None = Field(
        default=None,
        description="\n        The same seed and the same prompt given to the same version of the model\n        will output the same image every time.\n    ",
    )
    guidance_scale: float = Field(
        default=3.5,
        ge=1,
        le=20,
        title="Guidance scale (CFG)",
        description="\n        The CFG (Classifier Free Guidance) scale is a measure of how close you want\n        the model to stick to your prompt when looking for a related image to show you.\n    ",
    )
    sync_mode: bool = Field(
        default=False,
        description="If `True`, the media will be returned as a data URI and the output data won't be available in the request history.",
    )
    num_images: int = Field(default=1, ge=1, le=4, description="The number of images to generate.")
    enable_safety_checker: bool = Field(
        default=True, description="If set to true, the safety checker will be enabled."
    )
    output_format: Literal["jpeg", "png"] = Field(
        default="jpeg", description="The format of the generated image."
    )
    acceleration: Literal["none", "regular", "high"] = Field(
        default="none",
        description="The speed of the generation. The higher the speed, the faster the generation.",
    )


class TextToImageInput(SamplingInput):
    """What `emulator/image` takes: the fields of fal-ai/flux/dev."""

    prompt: str = Field(description="The prompt to generate an image from.", examples=[EXAMPLE_PROMPT])
    image_size: ImageSize | SizeName = Field(
        default="landscape_4_3", description="The size of the generated image."
    )

    model_config = {
        "json_schema_extra": {
            "x-fal-order-properties": [
                "prompt",
                "image_size",
                "num_inference_steps",
                "seed",
                "guidance_scale",
                "sync_mode",
                "num_images",
                "enable_safety_checker",
                "output_format",
                "acceleration",
            ]
        }
    }


Timings = Annotated[dict[str, float], Field(description="Seconds that each part of the work took.")]


class ImagesOutput(BaseModel):
    """What the image models give."""

    images: list[Image] = Field(description="The generated image files info.")
    timings: Timings
    seed: int = Field(
        description="\n            Seed of the generated Image. It will be the same value of the one passed in the\n            input or the randomly generated that was used in case none was passed.\n        "
    )
    has_nsfw_concepts: list[bool] = Field(description="Whether the generated images contain NSFW concepts.")
    prompt: str = Field(description="The prompt used for generating the image.")


def image_of(
    url: str, width: int, height: int, content_type: str, size: int, name: str | None = None
) -> dict[str, Any]:
    """The output entry of one picture."""
    return {
        "url": url,
        "width": width,
        "height": height,
        "content_type": content_type,
        "file_name": name,
        "file_size": size,
    }


def images_result(prompt: str, images: list[dict[str, Any]], seed: int, inference_s: float) -> dict[str, Any]:
    """The output of an image model."""
    return {
        "images": images,
        "timings": {"inference": round(inference_s, 4)},
        "seed": seed,
        "has_nsfw_concepts": [False] * len(images),
        "prompt": prompt,
    }


def seconds_a_step(acceleration: str) -> float:
    """Pretended GPU time of one step: half a second for 28 of them, less when accelerated."""
    return {"none": 0.018, "regular": 0.012, "high": 0.008}[acceleration]


def megapixels(width: int, height: int, count: int) -> float:
    """Billable megapixels of `count` pictures, rounded up for each as fal does."""
    return float(-(-width * height // 1_000_000) * count)


def seed_or_chosen(seed: int | None, context: Context) -> int:
    """The request's seed, or one derived from the server's seed and the request's id."""
    if seed is not None:
        return seed
    text = f"{context.seed}/{context.request_id}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:4], "big")


def previews_at(steps: int) -> tuple[int, ...]:
    """The steps after which a preview is shown: each one of few, about twenty of many; never the last."""
    stride = max(1, round(steps / 22))
    return tuple(step for step in range(1, steps) if step % stride == 0 or step == 1)
