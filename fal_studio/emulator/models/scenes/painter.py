"""From a prompt to pixels: understands it, paints the scene, lights and develops it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from fal_studio.emulator.models.scenes import (
    animal,
    aurora,
    city,
    cottage,
    desert,
    finish,
    flow,
    flowers,
    forest,
    jellyfish,
    lighthouse,
    mountains,
    sailing,
    space,
    still_life,
    weather,
)
from fal_studio.emulator.models.scenes.canvas import Canvas
from fal_studio.emulator.models.scenes.noise import Array, Pixels, rng_for
from fal_studio.emulator.models.scenes.palette import Light, light_for, veiled
from fal_studio.emulator.models.scenes.style import styled
from fal_studio.emulator.models.scenes.words import Wish, read

Scene = Callable[[Canvas, Light, Wish], None]

SCENES: dict[str, Scene] = {
    "animal": animal.paint,
    "aurora": aurora.paint,
    "cottage": cottage.paint,
    "flowers": flowers.paint,
    "still_life": still_life.paint,
    "city": city.paint,
    "forest": forest.paint,
    "lighthouse": lighthouse.paint,
    "mountains": mountains.paint,
    "desert": desert.paint,
    "flow": flow.paint,
    "jellyfish": jellyfish.paint,
    "sailing": sailing.paint,
    "space": space.paint,
}
LARGEST_PIXELS = 1_600_000
SMALLEST_SIDE = 96


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that a picture depends on."""

    prompt: str
    seed: int
    width: int
    height: int
    steps: int = 28
    guidance: float = 3.5


def paint(order: Order) -> Pixels:
    """The finished picture of an order; equal orders give equal pixels."""
    canvas, wish = painted_canvas(order)
    picture = developed(canvas.rgb, wish, order)
    if (canvas.width, canvas.height) != (order.width, order.height):
        image = Image.fromarray(picture).resize((order.width, order.height), Image.Resampling.LANCZOS)
        picture = np.asarray(image)
    return picture


def painted_canvas(order: Order, *, is_still: bool = True) -> tuple[Canvas, Wish]:
    """The painting before it is developed, and what was understood of the prompt."""
    wish = read(order.prompt, order.seed)
    canvas = Canvas(*_working_size(order.width, order.height), rng_for("paint", order.prompt, order.seed))
    canvas.is_still = is_still
    light = light_for(wish.time, canvas.rng)
    is_thin = not wish.words & {"fog", "foggy", "mist", "misty"}
    if wish.weather == "fog":
        light = veiled(light, 0.3 if is_thin else 0.75)
    SCENES[wish.scene](canvas, light, wish)
    weather.fall(canvas, light, wish.weather, is_thin=is_thin)
    return canvas, wish


def developed(picture: Array, wish: Wish, order: Order) -> Pixels:
    """Light to pixels: style, tone, tint, lens and grain."""
    rng = rng_for("develop", order.prompt, order.seed, order.steps)
    np.clip(picture, 0, 1, out=picture)
    pull = order.guidance - 3.5
    film = wish.style == "film"
    finish.bloom(picture, 0.75 if film else 0.55)
    picture = finish.curve(
        picture,
        min(0.9, max(0.0, 0.30 + pull * 0.045)),
        min(1.7, max(0.5, (0.92 if film else 1.06) + pull * 0.045)),
    )
    picture = finish.tinted(picture, wish.tint)
    picture = styled(picture, wish.style, rng_for("style", order.prompt, order.seed))
    picture = detailed(picture, order.steps)
    finish.lens(picture, 0.0 if wish.style in ("pixel", "poster", "ink") else (0.34 if film else 0.2))
    if wish.style in ("", "oil", "film"):
        finish.grain(picture, rng, 0.016 if film else 0.009)
    return finish.developed(picture, rng)


def detailed(picture: Array, steps: int) -> Array:
    """Few steps leave a picture soft; many make it crisp."""
    height = picture.shape[1]
    if steps < 12:
        factor = max(2, round(height / 512 * (2 + (12 - steps) * 0.55)))
        return _coarse(picture, factor) * np.float32(1 - _settled(steps)) + picture * np.float32(
            _settled(steps)
        )
    return picture + (picture - _coarse(picture, 2)) * np.float32(0.10 + (steps - 12) * 0.011)


def _settled(steps: int) -> float:
    return float((1 - np.exp(-steps / 7.0)) ** 2)


def _coarse(picture: Array, factor: int) -> Array:
    height, width = picture.shape[1:]
    return np.stack(
        [
            np.asarray(
                Image.fromarray(plane).reduce(factor).resize((width, height), Image.Resampling.BILINEAR),
                np.float32,
            )
            for plane in picture
        ]
    )


def _working_size(width: int, height: int) -> tuple[int, int]:
    """The size to paint at: as ordered, unless that is tiny or huge."""
    factor = min(1.0, (LARGEST_PIXELS / (width * height)) ** 0.5)
    factor = max(factor, SMALLEST_SIDE / min(width, height)) if min(width, height) < SMALLEST_SIDE else factor
    longest = 4096 / max(width, height)
    factor = min(factor, max(longest, 1e-6))
    return max(16, round(width * factor)), max(16, round(height * factor))
