"""From the painted light to a picture: bloom, tone curve, tint, vignette, grain, dithering."""

import numpy as np
from PIL import Image

from fal_studio.emulator.models.scenes.colour import luminance, ramp, rgb
from fal_studio.emulator.models.scenes.noise import Array, Pixels, Rng

TINTS: dict[str, tuple[float, tuple[str, ...]]] = {
    "teal": (0.62, ("#03161c", "#0d4a52", "#3f9a98", "#c9e6da", "#fbf6e6")),
    "red": (0.62, ("#14040a", "#5c0f1c", "#c23a34", "#f0a184", "#fff0de")),
    "monochrome": (1.0, ("#08090a", "#3b3c3e", "#818284", "#c6c6c5", "#f8f7f4")),
    "sepia": (0.85, ("#140c06", "#54381f", "#9c7850", "#d8bc92", "#fbf1dc")),
    "neon": (0.5, ("#08031c", "#3a0f6e", "#d1268f", "#ff7ab0", "#d6fbff")),
    "violet": (0.5, ("#0f0820", "#432a72", "#9664b0", "#dcb2d4", "#fdf1f4")),
    "green": (0.5, ("#04120c", "#14472f", "#4c8f5f", "#b4d6a4", "#f8f8e2")),
    "autumn": (0.38, ("#150a06", "#5a2a14", "#b8662a", "#e8b568", "#fdf0d4")),
}


def bloom(picture: Array, strength: float) -> None:
    """Let the lights spill over their edges, as a lens does."""
    height, width = picture.shape[1:]
    factor = max(2, height // 96)
    for plane in picture:
        bright = Image.fromarray(np.clip(plane * np.float32(2.4) - np.float32(1.728), 0, 1))
        spread = np.asarray(bright.reduce(factor), np.float32)
        total = np.zeros_like(spread)
        for step in (1, 2, 4):
            for axis in (0, 1):
                spread = (
                    np.roll(spread, step, axis) + spread * 2 + np.roll(spread, -step, axis)
                ) * np.float32(0.25)
            total += spread
        glow = Image.fromarray(np.clip(total / 3, 0, 1)).resize((width, height), Image.Resampling.BILINEAR)
        plane += np.asarray(glow, np.float32) * np.float32(strength) * np.maximum(1 - plane, 0)


def curve(picture: Array, contrast: float, saturation: float) -> Array:
    """A soft S around middle grey and richer or poorer colour."""
    grey = luminance(picture)
    picture = grey + (picture - grey) * np.float32(saturation)
    np.clip(picture, 0, 1, out=picture)
    bent = picture * picture * (3 - 2 * picture)
    return picture + (bent - picture) * np.float32(contrast)


def tinted(picture: Array, tint: str) -> Array:
    """The whole picture drawn towards one family of colours."""
    if tint == "pastel":
        grey = luminance(picture)
        return np.float32(0.26) + (grey + (picture - grey) * np.float32(0.8)) * np.float32(0.73)
    if tint == "muted":
        grey = luminance(picture)
        return np.float32(0.045) + (grey + (picture - grey) * np.float32(0.66)) * np.float32(0.91)
    if tint not in TINTS:
        return picture
    strength, colours = TINTS[tint]
    stops = [(index / (len(colours) - 1), rgb(colour)) for index, colour in enumerate(colours)]
    table = ramp(stops, np.linspace(0, 1, 256, dtype=np.float32))
    mapped = np.take(table, np.clip(luminance(picture) * 255, 0, 255).astype(np.uint8), axis=1)
    return picture + (mapped - picture) * np.float32(strength)


def lens(picture: Array, vignette: float) -> None:
    """Corners a little darker."""
    height, width = picture.shape[1:]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    square = (x * x + y * y) * np.float32(0.5)
    picture *= 1 - np.float32(vignette) * square * square


def grain(picture: Array, rng: Rng, amount: float) -> None:
    """Film grain: strongest in the middle tones, a little different in each colour."""
    height, width = picture.shape[1:]
    rows, columns = min(height, 512), min(width, 512)
    noise = rng.standard_normal((rows, columns), dtype=np.float32)
    noise = (
        noise + np.roll(noise, 1, 1) * np.float32(0.5) + np.roll(noise, 1, 0) * np.float32(0.5)
    ) * np.float32(0.8)
    full = np.tile(noise, (height // rows + 1, width // columns + 1))[:height, :width]
    picture += full * np.float32(amount)


def developed(picture: Array, rng: Rng) -> Pixels:
    """Eight bits a channel, dithered so that skies show no bands."""
    height, width = picture.shape[1:]
    dither = rng.random((256, 256), dtype=np.float32)
    tiled = np.tile(dither, (height // 256 + 1, width // 256 + 1))[:height, :width]
    pixels = np.empty((height, width, 3), np.uint8)
    for index, plane in enumerate(picture):
        pixels[..., index] = np.clip(plane * np.float32(255) + tiled, 0, 255)
    return pixels


def planes(pixels: Pixels) -> Array:
    """A picture to paint on from eight-bit pixels."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)).astype(np.float32) * np.float32(1 / 255)
