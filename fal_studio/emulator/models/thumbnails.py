"""Pictures for the catalogue: each model shows a scene of its own, painted when it is first asked for."""

import importlib
from collections.abc import Callable
from functools import cache, partial
from typing import Any


@cache
def _painted(prompt: str, seed: int) -> bytes:
    # NumPy and Pillow are loaded by the first picture, not by the server's start.
    painter: Any = importlib.import_module("fal_studio.emulator.models.scenes.painter")
    encode: Any = importlib.import_module("fal_studio.emulator.models.scenes.encode")
    return encode.jpeg(painter.paint(painter.Order(prompt, seed, 512, 384)), 86)


def of(prompt: str, seed: int = 1) -> Callable[[], bytes]:
    """What paints this thumbnail, once."""
    return partial(_painted, prompt, seed)
