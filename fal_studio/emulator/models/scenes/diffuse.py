"""How a picture looks while it is still being denoised: noise, then blurred shapes, then detail."""

import numpy as np
from PIL import Image

from fal_studio.emulator.models.scenes.noise import Array, Pixels, rng_for


def preview(final: Pixels, step: int, steps: int, *key: object) -> Pixels:
    """The picture after `step` of `steps`, at most 512 pixels wide or high; closer to the final with every step."""
    small = _reduced(final)
    done = step / steps
    signal = min(1.0, done * 1.02) ** 0.8
    picture = _soft(small, (1 - signal) ** 1.25)
    noise = _latent_noise(picture.shape[1], picture.shape[0], *key)
    faded = np.float32(0.5) + (picture - np.float32(0.5)) * np.float32(0.3 + 0.7 * signal)
    mixed = faded + noise * np.float32(0.25 * (1 - signal) ** 1.5)
    return np.clip(mixed * 255 + np.float32(0.5), 0, 255).astype(np.uint8)


def _reduced(final: Pixels) -> Image.Image:
    image = Image.fromarray(final)
    factor = max(1, -(-max(image.size) // 512))
    return image.reduce(factor) if factor > 1 else image


def _soft(image: Image.Image, amount: float) -> Array:
    """The picture blurred as an undecided network would see it: `amount` 1 leaves only its big masses."""
    width, height = image.size
    cell = 1 + amount * min(width, height) / 9
    small = image.resize((max(2, round(width / cell)), max(2, round(height / cell))), Image.Resampling.BOX)
    soft = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32) * np.float32(
        1 / 255
    )
    sharp = np.asarray(image, np.float32) * np.float32(1 / 255)
    return sharp + (soft - sharp) * np.float32(min(1.0, amount * 2.2 + 0.02) if amount > 0.002 else 0)


def _latent_noise(width: int, height: int, *key: object) -> Array:
    """Coloured noise as a decoder makes it of a noisy latent: eight-pixel blotches and finer speckle."""
    rng = rng_for("noise", *key)
    total = np.zeros((height, width, 3), np.float32)
    for cell, weight in ((8, 0.75), (3, 0.5), (1, 0.42)):
        size = (max(1, -(-width // cell)), max(1, -(-height // cell)))
        raw = np.clip(rng.standard_normal((size[1], size[0], 3), dtype=np.float32) * 42 + 128, 0, 255)
        image = Image.fromarray(raw.astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
        total += (np.asarray(image, np.float32) - 128) * np.float32(weight / 42)
    return total
