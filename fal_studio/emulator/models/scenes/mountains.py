"""Ranges of mountains behind each other in the mist, a lake or forest at their feet."""

import numpy as np

from fal_studio.emulator.models.scenes import plants, sky, terrain, water
from fal_studio.emulator.models.scenes.canvas import Canvas
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array, line, smooth
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Sky, four ranges that pale with distance, mist between them, and a near shore with pines."""
    rng = canvas.rng
    wet = bool(wish.words & {"lake", "river", "water", "reflection", "mirror"}) or (
        not wish.words & {"valley", "canyon", "hills"} and float(rng.random()) < 0.55
    )
    horizon = float(rng.uniform(0.60, 0.66)) if wet else 0.78
    sun_x = float(rng.choice([-1, 1]) * rng.uniform(0.1, 0.34)) * canvas.aspect
    side = float(np.sign(sun_x))
    sky.wash(canvas, light, horizon)
    sky.stars(canvas, light.stars, horizon * 0.9)
    sky.sun(canvas, light, sun_x, max(0.12, 0.42 - light.sun_height * 0.5), 0.02)
    sky.clouds(canvas, light, horizon, sun_x, 0.72 if not light.has_sun else float(rng.uniform(0.25, 0.5)))
    green = rgb("#b06a3a") if wish.tint == "autumn" else rgb("#55684f")
    layers = (
        (0.30, 1.5, 0.80, rgb("#7d8494"), 0.75),
        (0.40, 1.9, 0.62, rgb("#737b88"), 0.62),
        (0.49, 2.3, 0.42, mix(rgb("#6c7078"), green, 0.55), 0.0),
        (0.57, 2.9, 0.22, mix(rgb("#5d6260"), green, 0.75), 0.0),
    )
    cold = 0.35 if wish.tint == "autumn" else (1.0 if wish.weather == "snow" else 0.7)
    for index, (level, waves, air, albedo, snow) in enumerate(layers):
        ridge = _ridge(
            canvas,
            level * horizon / 0.62,
            waves,
            0.17 - 0.022 * index,
            peak=sun_x * -0.5 if index == 1 else None,
        )
        terrain.range_of_hills(
            canvas,
            light,
            ridge,
            air=air,
            albedo=albedo,
            sun_side=side,
            until=horizon if wet else 1.0,
            snow=snow * cold,
            rough=1.25,
        )
        sky.veil(
            canvas,
            mix(light.haze, light.lower, 0.55),
            (level + 0.10) * horizon / 0.62,
            0.045,
            0.42 - 0.06 * index,
        )
    dark = mix(light.ambient * green * np.float32(0.55), light.haze, 0.12)
    if wet:
        shore = np.float32(horizon + 0.002) - np.abs(line(rng, canvas.x, 3, 3)) * np.float32(0.008)
        plants.pines(canvas, shore, int(150 * canvas.aspect), 0.052, 0.6, mix(dark, light.haze, 0.3))
        canvas.paint(canvas.below(shore, horizon + 0.004), mix(dark, light.haze, 0.2))
        water.sea(canvas, light, horizon, sun_x, 0.12, 0.5 if light.has_sun else 0.1, clarity=0.85)
        canvas.marks |= {"horizon": (0, horizon)}
        sky.veil(canvas, light.lower, horizon, 0.014, 0.5)
    _foreground(canvas, light, dark, wet)


def _ridge(canvas: Canvas, level: float, waves: float, lift: float, peak: float | None) -> Array:
    """A skyline with sharp summits: folded noise, and one main peak when asked for."""
    rng = canvas.rng
    rough = line(rng, canvas.x, waves, 7, 0.5)
    folded = np.float32(1) - np.abs(line(rng, canvas.x, waves * 0.9, 6, 0.52)) * np.float32(1.25)
    height = (rough * np.float32(0.38) + folded * np.float32(0.62)) * np.float32(lift)
    if peak is not None:
        away = np.abs(canvas.x - np.float32(peak))
        height += np.maximum(np.float32(0.24) - away * np.float32(0.62), 0) * (
            np.float32(0.85) + rough * np.float32(0.14)
        )
    return np.float32(level) - height


def _foreground(canvas: Canvas, light: Light, dark: Array, wet: bool) -> None:
    rng = canvas.rng
    side = float(rng.choice([-1, 1]))
    slope = smooth(-0.1, 0.62 * canvas.aspect / 1.33, canvas.x * np.float32(side))
    ground = (
        np.float32(1.02 if wet else 0.93)
        - slope * np.float32(0.17)
        + line(rng, canvas.x, 4, 5) * np.float32(0.012)
    )
    near = dark * np.float32(0.55)
    patch = canvas.below(ground)
    canvas.paint(patch, near * (1 + 0.5 * np.clip(1 - (patch.y - ground) * 18, 0, 1)))
    gap = (-9.0, 0.06) if side > 0 else (-0.06, 9.0)
    plants.pines(canvas, ground, int(34 * canvas.aspect), 0.23, 0.55, near, clear=gap if wet else None)
    np.maximum(canvas.dry[patch.rows, patch.columns], patch.alpha, out=canvas.dry[patch.rows, patch.columns])
