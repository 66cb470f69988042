"""What falls and drifts in front of a scene: fog, rain, snow, lightning."""

import numpy as np

from fal_studio.emulator.models.scenes.canvas import Canvas, Patch
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import sample, spectral
from fal_studio.emulator.models.scenes.palette import Light


def fall(canvas: Canvas, light: Light, weather: str, *, is_thin: bool = False) -> None:
    """Put the weather in front of what is painted; `is_thin` for a mere haze."""
    if weather == "fog":
        _fog(canvas, light, 0.4 if is_thin else 1.0)
    elif weather in ("rain", "storm"):
        _rain(canvas, light, 1.0 if weather == "storm" else 0.75)
    elif weather == "snow":
        _snow(canvas, light)


def _fog(canvas: Canvas, light: Light, strength: float) -> None:
    patch = canvas.region(-9, 0, 9, 1)
    tile = spectral(canvas.rng, 1.9, low=2, stretch=0.45)
    drift = sample(tile, patch.x * np.float32(0.28), patch.y * np.float32(0.5))
    low = np.exp(-(((patch.y - np.float32(0.6)) / np.float32(0.24)) ** 2))
    alpha = np.clip(
        (low * np.float32(0.5) + np.float32(0.16)) * (1 + drift * np.float32(0.32)), 0, 0.85
    ) * np.float32(strength)
    canvas.paint(
        Patch(patch.rows, patch.columns, alpha.astype(np.float32), patch.x, patch.y),
        mix(light.haze, light.lower, 0.5),
    )


def _rain(canvas: Canvas, light: Light, strength: float) -> None:
    rng = canvas.rng
    air = canvas.region(-9, 0, 9, 1)
    canvas.paint(air, mix(light.haze, light.upper, 0.5), 0.14)
    for width, length, count, opacity in ((0.0009, 0.035, 500, 0.28), (0.0016, 0.07, 190, 0.3)):
        lines = []
        for x, y, stretch in rng.random((count, 3)):
            px, py = (x - 0.5) * canvas.aspect * 1.1, y * 1.1 - 0.05
            reach = length * (0.6 + 0.8 * stretch)
            lines.append(([(px, py), (px - reach * 0.16, py + reach)], width))
        canvas.glow(
            canvas.strokes(lines, fineness=2), mix(light.lower, rgb("#ffffff"), 0.4), opacity * strength
        )


def _snow(canvas: Canvas, light: Light) -> None:
    rng = canvas.rng
    colour = np.clip(light.ambient * 0.5 + light.key * 0.75, 0, 1)
    for radius, count, opacity in ((0.0016, 420, 0.7), (0.0034, 120, 0.62), (0.009, 26, 0.36)):
        flakes = []
        for x, y, size in rng.random((count, 3)):
            px, py, r = (x - 0.5) * canvas.aspect, float(y), radius * (0.6 + 0.8 * size)
            flakes.append([(px + np.cos(a) * r, py + np.sin(a) * r) for a in np.linspace(0, 6.283, 9)])
        canvas.paint(canvas.shapes(flakes, blur=radius * 0.45, fineness=2), colour, opacity)
