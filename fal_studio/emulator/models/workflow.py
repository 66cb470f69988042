"""`workflows/emulator/picture-story`: three models in a row, with an event for each step, as fal's workflows stream."""

import importlib
import uuid
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, Field

from fal_studio.emulator.model import Context, Json, Model, ModelError, Price, Route
from fal_studio.emulator.models import chat_text, edit, image, thumbnails
from fal_studio.emulator.models.media import Image, ImageSize, SizeName
from fal_studio.emulator.models.text_to_image import TextToImageInput, seed_or_chosen


class StoryInput(BaseModel):
    """What the workflow takes."""

    prompt: str = Field(
        description="What the picture shows.", examples=["A cottage in the snow at dusk, warm windows"]
    )
    edit_prompt: str = Field(
        default="watercolour, soft morning light",
        description="How the picture is repainted in the second step.",
    )
    image_size: ImageSize | SizeName = Field(default="landscape_4_3", description="The size of the pictures.")
    seed: int | None = Field(default=None, description="The same seed and prompts give the same result.")


class StoryOutput(BaseModel):
    """What the workflow gives."""

    images: list[Image] = Field(description="The first picture and its repainted version.")
    caption: str = Field(description="A caption, from what the pictures measurably are.")
    seed: int = Field(description="The seed that was used.")


def _caption(data: bytes, prompt: str) -> str:
    # NumPy and Pillow are loaded by the first picture, not by the server's start.
    encode: Any = importlib.import_module("fal_studio.emulator.models.scenes.encode")
    pixels = encode.decoded(data, "image_url", 256)
    red, green, blue = (float(pixels[..., index].mean()) for index in range(3))
    brightness = (red + green + blue) / 3
    light = "dark" if brightness < 80 else ("bright" if brightness > 165 else "of middle light")
    warmth = "warm" if red > blue + 12 else ("cool" if blue > red + 12 else "balanced")
    topic = chat_text.topic_of(prompt)
    return f"{topic[:1].upper()}{topic[1:]}: a {warmth} picture, {light}, {pixels.shape[1]}×{pixels.shape[0]} as measured."


async def _steps(request: StoryInput, context: Context) -> AsyncIterator[Json]:
    """The workflow's events: submit and completion of each node, then the output."""
    seed = seed_or_chosen(request.seed, context)

    def submit(node: str, app: str) -> Json:
        return {
            "type": "submit",
            "node_id": node,
            "app_id": app,
            "request_id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{context.request_id}/{node}")),
        }

    node = "paint"
    try:
        yield submit(node, "emulator/image")
        painted = await image.run(
            TextToImageInput(prompt=request.prompt, image_size=request.image_size, seed=seed), context
        )
        yield {"type": "completion", "node_id": node, "output": painted}
        node = "repaint"
        yield submit(node, "emulator/edit")
        source = str(painted["images"][0]["url"])
        edited = await edit.run(
            edit.EditInput(prompt=request.edit_prompt, image_url=source, seed=seed), context
        )
        yield {"type": "completion", "node_id": node, "output": edited}
        node = "caption"
        yield submit(node, "emulator/caption")
        data, _ = await context.fetch(str(edited["images"][0]["url"]))
        caption = await context.in_thread(_caption, data, request.prompt)
        yield {"type": "completion", "node_id": node, "output": {"output": caption}}
    except ModelError as error:
        body = {
            "detail": [{"loc": list(error.loc), "msg": error.message, "type": error.type, "ctx": error.ctx}]
        }
        yield {
            "type": "error",
            "node_id": node,
            "message": error.message,
            "error": {"status": error.status, "body": body},
        }
        return
    context.bill(1)
    output = {"images": [*painted["images"], *edited["images"]], "caption": caption, "seed": seed}
    yield {"type": "output", "output": output}


async def run(request: StoryInput, context: Context) -> Json:
    """Go through all steps and give the output.

    Raises ModelError with the failed node's name when a step fails.
    """
    async for event in _steps(request, context):
        await context.log(f"{event['type']} {event.get('node_id', '')}".strip())
        if event["type"] == "output":
            return event["output"]
        if event["type"] == "error":
            detail = event["error"]["body"]["detail"][0]
            raise ModelError(
                f"Step {event['node_id']} failed: {event['message']}",
                type=detail["type"],
                status=event["error"]["status"],
                loc=tuple(detail["loc"]),
                ctx=detail["ctx"],
            )
    raise ModelError("The workflow ended without an output.", type="internal_server_error", status=500)


async def stream(request: StoryInput, context: Context) -> AsyncIterator[Json]:
    """Tell each step as it happens."""
    async for event in _steps(request, context):
        yield event


MODEL = Model(
    endpoint_id="workflows/emulator/picture-story",
    display_name="Emulator workflow: picture story",
    category="workflow",
    description="Paints a picture, repaints it, and captions it by measure. Its stream tells the submit and completion of each node, then the output.",
    price=Price(0.06, "run"),
    routes={"": Route(StoryInput, StoryOutput, run=run, stream=stream)},
    tags=("workflow", "offline"),
    thumbnail=thumbnails.of("cottage in the snow at dusk, oil painting", 5),
    duration_estimate_s=2.5,
)
