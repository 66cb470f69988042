"""A cottage in the snow, its windows lit, pines around it."""

import numpy as np

from fal_studio.emulator.models.scenes import built, plants, sky, terrain
from fal_studio.emulator.models.scenes.canvas import Canvas, Patch
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array, line, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Sky, hills and woods, snow in folds, the house with its light on the snow, smoke."""
    rng = canvas.rng
    horizon = 0.52
    sun_x = float(rng.choice([-1, 1]) * rng.uniform(0.2, 0.38)) * canvas.aspect
    side = float(np.sign(sun_x))
    summer = bool(wish.words & {"summer", "spring", "green", "meadow", "autumn"}) and wish.weather != "snow"
    sky.wash(canvas, light, horizon + 0.06)
    sky.stars(canvas, light.stars, horizon)
    sky.sun(canvas, light, sun_x, max(0.1, horizon - light.sun_height * 0.85), 0.024)
    sky.clouds(canvas, light, horizon + 0.05, sun_x, 0.5)
    meadow = mix(rgb("#7d9150"), rgb("#b0863f"), 0.8 if wish.tint == "autumn" else 0.1)
    ground = meadow if summer else rgb("#f1f3f8")
    pine = rgb("#43573f") if summer else rgb("#4a5a58")
    for level, air in ((0.13, 0.74), (0.075, 0.52)):
        ridge = np.float32(horizon + 0.02) - (
            np.float32(0.55) + line(rng, canvas.x, 1.8, 6) * np.float32(0.5)
        ) * np.float32(level)
        terrain.range_of_hills(
            canvas,
            light,
            ridge,
            air=air,
            albedo=mix(rgb("#8090a0"), ground, 0.3),
            sun_side=side,
            until=0.7,
            snow=0.0 if summer else 0.9,
            rough=0.6,
        )
    haze = mix(light.haze, light.lower, 0.4)
    dark = pine * light.ambient * np.float32(0.75)
    _slope(canvas, light, ground, 0.60, 1.3, 0.035, 0.32, side)
    plants.pines(
        canvas,
        np.full_like(canvas.x, 0.605) + line(rng, canvas.x, 1.3, 2) * np.float32(0.01),
        int(80 * canvas.aspect),
        0.11,
        0.5,
        mix(dark, haze, 0.42),
    )
    level = _slope(canvas, light, ground, 0.70, 0.9, 0.03, 0.10, side)
    lights = light.is_night or light.sun_height < 0.09 or not light.has_sun
    x = float(rng.uniform(-0.16, 0.02)) * canvas.aspect * 0.8 * side
    size = 0.36 * canvas.scale
    column = int(np.clip((x + canvas.aspect / 2) * canvas.height, 0, canvas.width - 1))
    base = float(level[0, column]) + 0.045
    plants.pines(
        canvas,
        np.full_like(canvas.x, base - 0.02),
        int(26 * canvas.aspect),
        0.30,
        0.45,
        mix(dark, haze, 0.16),
        clear=(x - size * 0.62, x + size * 0.75),
    )
    _smoke(canvas, x + side * size * 0.27, base - size * 0.98, light)
    wall = ("#c9b79c", "#a8533f", "#8a6a50", "#d8cfc0")[int(rng.integers(4))]
    built.house(canvas, light, x, base, size, side, wall=wall, roof="#7d3f33", snow=not summer, lights=lights)
    _drift(canvas, light, ground, base, x, size, side)
    if lights:
        for share in (-0.3, 0.22):
            pool = canvas.ellipse(
                x + size * share, base + size * 0.16, size * 0.22, size * 0.085, blur=size * 0.07
            )
            canvas.glow(pool, rgb("#ffb45c"), 0.55)
    front = _slope(canvas, light, ground, 0.90, 0.8, 0.035, 0.0, side)
    gap = (-0.30 * canvas.aspect, 0.34 * canvas.aspect)
    patch = plants.pines(
        canvas,
        front + np.float32(0.03),
        int(16 * canvas.aspect),
        0.52,
        0.3,
        dark * np.float32(0.62),
        clear=gap,
    )
    if not summer and not patch.is_empty:
        _snow_on(canvas, light, patch)


def _slope(
    canvas: Canvas,
    light: Light,
    ground: Array,
    level: float,
    waves: float,
    lift: float,
    air: float,
    side: float,
) -> Array:
    rng = canvas.rng
    edge = np.float32(level) + line(rng, canvas.x, waves, 4, 0.4) * np.float32(lift)
    patch = canvas.below(edge)
    below = patch.y - edge
    drift = sample(
        spectral(rng, 2.0, low=2, stretch=0.6),
        patch.x * np.float32(0.5) + below * np.float32(0.4 * side),
        patch.y * np.float32(1.4),
    )
    fine = sample(spectral(rng, 0.8, low=20), patch.x * np.float32(1.2), patch.y * np.float32(2.4))
    lit = np.clip(
        np.float32(0.44)
        + drift * np.float32(0.20)
        + fine * np.float32(0.03)
        + np.exp(-below * np.float32(26)) * np.float32(0.22),
        0,
        1,
    )
    colour = ground * (
        light.ambient * np.float32(0.86) * (1 - lit * np.float32(0.3)) + light.key * (lit * np.float32(0.62))
    )
    haze = mix(light.haze, light.lower, 0.4)
    colour = np.clip(colour, 0, 1)
    canvas.paint(patch, colour + (haze - colour) * np.float32(air))
    return edge


def _drift(
    canvas: Canvas, light: Light, ground: Array, base: float, x: float, size: float, side: float
) -> None:
    edge = (
        np.float32(base)
        - np.exp(
            -(((np.abs(canvas.x - np.float32(x)) - np.float32(size * 0.62)) / np.float32(size * 0.22)) ** 2)
        )
        * np.float32(size * 0.06)
        - np.float32(0.004)
        + line(canvas.rng, canvas.x, 12, 3) * np.float32(0.002)
    )
    patch = canvas.below(edge, base + 0.10)
    fade = smooth(base + 0.10, base + 0.02, patch.y) * smooth(
        size * 1.3, size * 0.8, np.abs(patch.x - np.float32(x))
    )
    colour = np.clip(ground * (light.ambient * np.float32(0.62) + light.key * np.float32(0.34)), 0, 1)
    canvas.paint(Patch(patch.rows, patch.columns, patch.alpha * fade, patch.x, patch.y), colour)


def _smoke(canvas: Canvas, x: float, y: float, light: Light) -> None:
    rng = canvas.rng
    patch = canvas.region(x - 0.14, y - 0.30, x + 0.26, y)
    if patch.is_empty:
        return
    up = np.clip((np.float32(y) - patch.y) / np.float32(0.30), 0, 1)
    wander = line(rng, patch.y.reshape(1, -1), 9, 3).reshape(-1, 1) * np.float32(0.02)
    centre = np.float32(x) + up**1.6 * np.float32(0.11) + wander * up
    width = np.float32(0.006) + up * np.float32(0.040)
    puff = sample(
        spectral(rng, 1.6, low=4), patch.x * np.float32(1.2) - up * np.float32(0.1), patch.y * np.float32(0.9)
    )
    alpha = (
        np.exp(-(((patch.x - centre) / width) ** 2))
        * (1 - up) ** 0.8
        * np.clip(np.float32(0.5) + puff * np.float32(0.28), 0, 1)
        * np.clip((np.float32(y) - patch.y) * 60, 0, 1)
    )
    canvas.paint(
        Patch(patch.rows, patch.columns, alpha.astype(np.float32), patch.x, patch.y),
        mix(light.cloud, light.lower, 0.4),
    )


def _snow_on(canvas: Canvas, light: Light, patch: Patch) -> None:
    """White on the upper edges of what the patch covers."""
    shift = max(2, round(canvas.height * 0.010))
    above = np.zeros_like(patch.alpha)
    above[shift:] = patch.alpha[:-shift]
    clumps = sample(spectral(canvas.rng, 1.5, low=8), patch.x * np.float32(1.6), patch.y * np.float32(1.6))
    caps = np.clip(patch.alpha - above, 0, 1) + smooth(0.9, 1.7, clumps) * patch.alpha * np.float32(0.55)
    colour = np.clip(light.ambient * np.float32(0.75) + light.key * np.float32(0.32), 0, 1)
    canvas.paint(Patch(patch.rows, patch.columns, np.clip(caps, 0, 0.9), patch.x, patch.y), colour)
