"""The models that the emulator hosts, in the order of its catalogue."""

from dataclasses import replace

from fal_studio.emulator.model import Model
from fal_studio.emulator.models import (
    bench,
    chat,
    edit,
    failing,
    image,
    mesh,
    sketch,
    speech,
    transcribe,
    video,
    workflow,
)

IMAGE = replace(
    image.MODEL, routes={**image.MODEL.routes, "/image-to-image": edit.route_for(edit.ImageToImageInput)}
)

MODELS: tuple[Model, ...] = (
    IMAGE,
    edit.MODEL,
    chat.MODEL,
    sketch.MODEL,
    video.MODEL,
    speech.MODEL,
    transcribe.MODEL,
    mesh.MODEL,
    workflow.MODEL,
    failing.MODEL,
    bench.MODEL,
)
