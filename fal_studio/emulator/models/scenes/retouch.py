"""Repaints a given picture: another light, another weather, another hand, as the words ask."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from fal_studio.emulator.models.scenes import finish, weather
from fal_studio.emulator.models.scenes.canvas import Canvas
from fal_studio.emulator.models.scenes.colour import luminance, mix, ramp
from fal_studio.emulator.models.scenes.noise import Array, Pixels, rng_for
from fal_studio.emulator.models.scenes.painter import detailed
from fal_studio.emulator.models.scenes.palette import Light, light_for
from fal_studio.emulator.models.scenes.style import styled
from fal_studio.emulator.models.scenes.words import TIMES, Wish, has_any, read


@dataclass(frozen=True, slots=True)
class Retouch:
    """Everything that a repainted picture depends on, besides the picture."""

    prompt: str
    seed: int
    strength: float = 0.85
    steps: int = 28
    guidance: float = 3.5


def repaint(pixels: Pixels, order: Retouch, size: tuple[int, int] | None = None) -> Pixels:
    """The picture with the order's light, weather, tint and style; as large as it was, or `size`."""
    image = Image.fromarray(pixels)
    if size is not None and image.size != size:
        image = _covering(image, size)
    rng = rng_for("retouch", order.prompt, order.seed)
    canvas = Canvas(*image.size, rng)
    canvas.rgb = finish.planes(np.asarray(image))
    wish = read(order.prompt, order.seed)
    strength = order.strength
    original = canvas.rgb.copy()
    if has_any(TIMES, wish.words):
        _relight(canvas, light_for(wish.time, rng), strength)
    weather.fall(canvas, light_for(wish.time, rng), wish.weather)
    picture = finish.curve(
        np.clip(canvas.rgb, 0, 1), 0.12 + (order.guidance - 3.5) * 0.03, 1.0 + (order.guidance - 3.5) * 0.03
    )
    tinted = finish.tinted(picture, wish.tint)
    picture = picture + (tinted - picture) * np.float32(min(1.0, strength * 1.15))
    hand = wish.style or ("" if _is_told(wish) else "oil")
    picture = styled(np.clip(picture, 0, 1), hand, rng_for("style", order.prompt, order.seed))
    picture = original + (picture - original) * np.float32(min(1.0, 0.15 + strength))
    finish.bloom(picture, 0.4 * strength)
    picture = detailed(picture, order.steps)
    grain = rng_for("develop", order.prompt, order.seed, order.steps)
    if hand == "film":
        finish.grain(picture, grain, 0.024)
    return finish.developed(picture, grain)


def _is_told(wish: Wish) -> bool:
    return bool(wish.weather or wish.tint or has_any(TIMES, wish.words))


def _covering(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture scaled to cover the size, its overhang cut off evenly."""
    factor = max(size[0] / image.width, size[1] / image.height)
    width, height = size[0] / factor, size[1] / factor
    left, top = (image.width - width) / 2, (image.height - height) / 2
    return image.resize(size, Image.Resampling.LANCZOS, box=(left, top, left + width, top + height))


def _relight(canvas: Canvas, light: Light, strength: float) -> None:
    """Map the tones to the light's colours, more in the upper part where the sky usually is, and add its glow."""
    picture = canvas.rgb
    grey = luminance(picture)
    dark = mix(light.water * np.float32(0.35), light.ambient * np.float32(0.2), 0.5)
    stops = [
        (0.0, dark),
        (0.35, mix(light.ambient, light.zenith, 0.5)),
        (0.62, light.upper),
        (0.85, light.lower),
        (1.0, light.key),
    ]
    exposure = np.float32(0.5 if light.is_night else 0.95)
    mapped = _looked_up(stops, np.clip(grey * exposure, 0, 1))
    keep = (
        picture
        * (light.ambient * np.float32(0.45) + light.key * np.float32(0.62))
        * np.float32(0.6 if light.is_night else 1.0)
    )
    blend = keep + (mapped - keep) * np.float32(0.55)
    picture += (blend - picture) * np.float32(min(1.0, strength * 1.1))
    if light.is_night:
        lamps = np.clip((grey - np.float32(0.86)) * 6, 0, 1) * np.float32(0.5 * strength)
        picture += lamps * (light.glow - picture)
    side = float(canvas.rng.choice([-1, 1])) * canvas.aspect * 0.34
    canvas.halo(side, 0.22, 0.42, light.glow, 0.34 * strength if not light.is_night else 0.12)


def _looked_up(stops: list[tuple[float, Array]], grey: Array) -> Array:
    table = ramp(stops, np.linspace(0, 1, 256, dtype=np.float32))
    return np.take(table, (grey * 255).astype(np.uint8), axis=1)
