"""The models that the emulator hosts, in the order of its catalogue."""

from fal_studio.emulator.models import chat, image, sketch
from fal_studio.emulator.models.base import Model

MODELS: tuple[Model, ...] = (
    image.MODEL,
    chat.MODEL,
    sketch.MODEL,
)
