"""Ways of painting: what turns a finished picture into a watercolour, an oil, pixels, ink or a poster."""

import numpy as np
from PIL import Image, ImageFilter

from fal_studio.emulator.models.scenes.canvas import blurred
from fal_studio.emulator.models.scenes.colour import luminance, rgb
from fal_studio.emulator.models.scenes.noise import Array, Rng, sample, smooth, spectral

BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 - 0.5


def styled(picture: Array, style: str, rng: Rng) -> Array:
    """The picture in a style; film and no style are left to the finish."""
    match style:
        case "watercolour":
            return _watercolour(picture, rng)
        case "oil":
            return _oil(picture, rng)
        case "pixel":
            return _pixel(picture)
        case "ink":
            return _ink(picture, rng)
        case "poster":
            return _poster(picture)
        case _:
            return picture


def _image(picture: Array) -> Image.Image:
    return Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0))


def _planes(image: Image.Image) -> Array:
    return np.ascontiguousarray(np.asarray(image).transpose(2, 0, 1)).astype(np.float32) * np.float32(1 / 255)


def _field(
    rng: Rng, picture: Array, beta: float, scale: float, low: float = 2, stretch: float = 1.0
) -> Array:
    """Noise over the whole picture; `scale` tiles in one picture height."""
    height, width = picture.shape[1:]
    x = (np.arange(width, dtype=np.float32) / np.float32(height))[None, :] * np.float32(scale)
    y = (np.arange(height, dtype=np.float32) / np.float32(height))[:, None] * np.float32(scale)
    return sample(spectral(rng, beta, low=low, stretch=stretch), x, y)


def _pushed(picture: Array, dx: Array, dy: Array) -> Array:
    height, width = picture.shape[1:]
    rows = np.clip(np.arange(height)[:, None] + dy, 0, height - 1).astype(np.int32)
    columns = np.clip(np.arange(width)[None, :] + dx, 0, width - 1).astype(np.int32)
    return np.take(picture.reshape(3, -1), rows * width + columns, axis=1)


def flattened(picture: Array, radius: int) -> Array:
    """Areas smoothed, edges kept (Kuwahara): each pixel takes the calmest of its four neighbouring squares."""
    image = _image(picture)
    mean = np.asarray(image.filter(ImageFilter.BoxBlur(radius / 2)))
    grey = np.asarray(image.convert("L"), np.float32)
    height, width = grey.shape
    deviation = np.abs(
        grey - np.asarray(image.convert("L").filter(ImageFilter.BoxBlur(radius / 2)), np.float32)
    )
    calm = np.asarray(
        Image.fromarray(np.clip(deviation * 4, 0, 255).astype(np.uint8)).filter(
            ImageFilter.BoxBlur(radius / 2)
        )
    )
    offset = max(1, radius // 2 + 1)
    best = np.full((height, width), 256, np.int16)
    result = mean.copy()
    for dy, dx in ((-offset, -offset), (-offset, offset), (offset, -offset), (offset, offset)):
        rows = np.clip(np.arange(height) + dy, 0, height - 1)[:, None]
        columns = np.clip(np.arange(width) + dx, 0, width - 1)[None, :]
        roughness = calm[rows, columns].astype(np.int16)
        better = roughness < best
        np.copyto(best, roughness, where=better)
        np.copyto(result, mean[rows, columns], where=better[..., None])
    return np.ascontiguousarray(result.transpose(2, 0, 1)).astype(np.float32) * np.float32(1 / 255)


def _watercolour(picture: Array, rng: Rng) -> Array:
    height = picture.shape[1]
    unit = height / 512
    wobble_x, wobble_y = (_field(rng, picture, 1.9, 1.6, 3) * np.float32(1.7 * unit) for _ in range(2))
    wet = flattened(_pushed(picture, wobble_x, wobble_y), max(2, round(4 * unit)))
    grey = luminance(wet)
    pooled = grey - blurred(grey, 7 * unit)
    wash = _field(rng, picture, 1.8, 1.0, 2)
    grain = _field(rng, picture, 0.55, 1.4, 30)
    pigment = np.float32(1) - wet
    pigment *= (
        np.float32(0.86)
        + wash * np.float32(0.085)
        - np.clip(pooled, -0.12, 0.12) * np.float32(1.5)
        + grain * np.float32(0.035) * (1 - grey)
    )
    edge = np.abs(np.gradient(blurred(grey, 1.4 * unit), axis=1)) + np.abs(
        np.gradient(blurred(grey, 1.4 * unit), axis=0)
    )
    pigment *= 1 + np.clip(edge * np.float32(5 * unit), 0, 0.35)
    paper = rgb("#fbf7ee") * (1 + grain * np.float32(0.010))
    x = np.linspace(-1, 1, picture.shape[2], dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    margin = np.maximum(np.abs(x), np.abs(y)) + wash * np.float32(0.012) + grain * np.float32(0.004)
    return paper * (1 - pigment * smooth(0.985, 0.945, margin))


def _oil(picture: Array, rng: Rng) -> Array:
    unit = picture.shape[1] / 512
    bent = _pushed(picture, *(_field(rng, picture, 1.7, 2.2, 5) * np.float32(1.7 * unit) for _ in range(2)))
    thick = flattened(flattened(bent, max(2, round(5 * unit))), max(2, round(3 * unit)))
    grey = blurred(luminance(thick), 3 * unit)
    flow_x, flow_y = -np.gradient(grey, axis=0), np.gradient(grey, axis=1)
    length = np.hypot(flow_x, flow_y) + np.float32(0.002)
    swirl = _field(rng, picture, 2.0, 0.8, 1) * np.float32(1.2)
    step_x = (flow_x + np.cos(swirl) * np.float32(0.004)) / length
    step_y = (flow_y + np.sin(swirl) * np.float32(0.004)) / length
    bristle = _field(rng, picture, 0.3, 1.0, 60)
    strokes = np.zeros_like(bristle)
    for step in range(-4, 5):
        reach = np.float32(step * 1.5 * unit)
        strokes += _pushed(np.stack([bristle] * 3), step_x * reach, step_y * reach)[0]
    ridge = strokes * np.float32(1 / 9)
    light = np.zeros_like(ridge)
    light[1:, 1:] = ridge[1:, 1:] - ridge[:-1, :-1]
    rich = luminance(thick)
    rich = rich + (thick - rich) * np.float32(1.12)
    return np.clip(rich * (1 + ridge * np.float32(0.10)) + light * np.float32(0.10), 0, 1)


def _pixel(picture: Array) -> Array:
    height, width = picture.shape[1:]
    cell = max(2, round(min(height, width) / 112))
    columns, rows = -(-width // cell), -(-height // cell)
    small = _planes(_image(picture).resize((columns, rows), Image.Resampling.BOX))
    grey = luminance(small)
    small = grey + (small - grey) * np.float32(1.22)
    dither = np.tile(BAYER, (rows // 4 + 1, columns // 4 + 1))[:rows, :columns]
    small = np.clip(small + dither * np.float32(0.055), 0, 1)
    flat = _image(small).quantize(28, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    large = flat.resize((columns * cell, rows * cell), Image.Resampling.NEAREST)
    return _planes(large)[:, :height, :width]


def _ink(picture: Array, rng: Rng) -> Array:
    height, width = picture.shape[1:]
    unit = height / 512
    grey = luminance(picture)
    low, high = np.percentile(grey[::4, ::4], (2, 98))
    grey = np.clip((grey - np.float32(low)) / np.float32(max(high - low, 0.05)), 0, 1)
    calm = luminance(flattened(np.stack([grey] * 3), max(3, round(4 * unit))))
    contour = blurred(calm, 2.2 * unit) - blurred(calm, 1.1 * unit)
    lines = smooth(0.004, 0.022, contour)
    x = np.arange(width, dtype=np.float32)[None, :] / np.float32(unit)
    y = np.arange(height, dtype=np.float32)[:, None] / np.float32(unit)
    shaky = _field(rng, picture, 2.2, 0.7, 2) * np.float32(1.3)
    press = _field(rng, picture, 1.0, 2.0, 12) * np.float32(0.06)
    ink = lines * np.float32(0.95)
    for angle, period, threshold in (
        (0.6, 5.0, 0.62),
        (-0.75, 5.2, 0.42),
        (1.45, 4.6, 0.24),
        (0.05, 4.2, 0.12),
    ):
        phase = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle)) + shaky
        wave = np.cos(phase * np.float32(6.2832 / period)) * np.float32(0.5) + np.float32(0.5)
        tone = np.clip((np.float32(threshold) - calm + press) * np.float32(2.6), 0, 0.8)
        ink = np.maximum(ink, smooth(0.92, 1.12, wave + tone * np.float32(0.62)) * (tone > 0.01))
    paper = rgb("#f6efdf") * (1 + _field(rng, picture, 0.6, 1.5, 20) * np.float32(0.010))
    washed = paper * (np.float32(0.78) + np.clip(picture, 0, 1) * np.float32(0.26))
    return washed + (rgb("#1d2433") - washed) * ink * np.float32(0.92)


def _poster(picture: Array) -> Array:
    unit = picture.shape[1] / 512
    image = _image(picture).filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.GaussianBlur(1.6 * unit))
    flat = _planes(image)
    grey = luminance(flat)
    vivid = np.clip(grey + (flat - grey) * np.float32(1.3), 0, 1)
    few = _image(vivid).quantize(12, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    return _planes(few.filter(ImageFilter.GaussianBlur(0.7 * unit)))
