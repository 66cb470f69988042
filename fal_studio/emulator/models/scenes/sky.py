"""Skies: gradients, clouds lit from the sun's side, sun and moon, stars."""

import numpy as np

from fal_studio.emulator.models.scenes.canvas import Canvas, Patch
from fal_studio.emulator.models.scenes.colour import mix, ramp, rgb
from fal_studio.emulator.models.scenes.noise import Array, Rng, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light


def wash(canvas: Canvas, light: Light, horizon: float) -> None:
    """The bare sky, from the zenith to the horizon, over the whole canvas."""
    stops = [
        (0.0, light.zenith),
        (horizon * 0.45, mix(light.zenith, light.upper, 0.75)),
        (horizon * 0.75, mix(light.upper, light.lower, 0.45)),
        (horizon, light.lower),
        (1.0, light.lower),
    ]
    canvas.rgb[:] = ramp(stops, canvas.y[:, 0])[:, :, None]


def sun(canvas: Canvas, light: Light, x: float, y: float, size: float = 0.02) -> None:
    """The sun's disc with the light it spreads in the air; a moon at night."""
    reach = 0.16 if light.is_night else 0.34
    canvas.halo(x, y, reach, light.glow, 0.28 if light.is_night else 0.5)
    if not light.has_sun:
        return
    canvas.halo(x, y, size * 2.6, light.sun, 0.4 if light.is_night else 0.85)
    disc = canvas.ellipse(x, y, size, size, blur=size * 0.1)
    if light.is_night:
        _moon(canvas, disc, x, y, size, light)
    else:
        canvas.paint(disc, light.sun, 0.96)


def _moon(canvas: Canvas, disc: Patch, x: float, y: float, size: float, light: Light) -> None:
    tile = spectral(canvas.rng, 1.7, low=2)
    u, v = (disc.x - x) / size, (disc.y - y) / size
    seas = smooth(-0.2, 1.1, sample(tile, u * 0.22 + 0.3, v * 0.22 + 0.6))
    lit = np.clip(1.08 - 0.35 * np.clip(u * 0.7 + v * 0.4, 0, 1) ** 2, 0, 1)
    shade = lit * (1 - 0.2 * seas)
    canvas.paint(disc, light.sun * shade)


def stars(canvas: Canvas, strength: float, horizon: float, count: int = 420) -> None:
    """Stars of many brightnesses, thinner towards the horizon."""
    if strength <= 0:
        return
    rng = canvas.rng
    spread = rng.random((count, 4))
    tints = (rgb("#cfdcff"), rgb("#ffffff"), rgb("#ffeccf"))
    for index, (px, py, magnitude, turn) in enumerate(spread):
        x = (px - 0.5) * max(canvas.aspect, 1.4)
        y = py**1.2 * horizon * 0.96
        bright = strength * (0.18 + 0.82 * magnitude**5) * (1 - (y / horizon) ** 3)
        radius = 0.0008 + 0.0014 * magnitude**7
        patch = canvas.region(x - 0.006, y - 0.006, x + 0.006, y + 0.006)
        if patch.is_empty:
            continue
        spot = np.exp(
            -((patch.x - x) ** 2 + (patch.y - y) ** 2)
            * np.float32(0.6 / max(radius, 0.55 / canvas.height) ** 2)
        )
        canvas.glow(
            Patch(patch.rows, patch.columns, spot.astype(np.float32), patch.x, patch.y),
            tints[index % 3],
            bright * (0.7 + 0.3 * turn),
        )


def clouds(
    canvas: Canvas,
    light: Light,
    horizon: float,
    sun_x: float,
    cover: float,
    *,
    stretch: float = 2.2,
    height: float = 1.0,
) -> None:
    """A deck of clouds in perspective, brighter on the side of the sun. `cover` 0 is clear, 1 is closed."""
    rng = canvas.rng
    patch = canvas.region(-9, 0, 9, horizon)
    if patch.is_empty or cover <= 0:
        return
    tile = spectral(rng, 1.72, low=2, stretch=1.25)
    warp = spectral(rng, 2.0, low=2)
    away = np.float32(1) / (np.float32(horizon * 1.06) - patch.y)
    u = patch.x * away * np.float32(0.30 / stretch * height) + np.float32(rng.uniform(0, 1))
    v = away * np.float32(0.16 * height) + np.float32(rng.uniform(0, 1))
    u, v = np.broadcast_arrays(u, v)
    bend = sample(warp, u * 0.7, v * 0.7) * np.float32(0.03)
    u = u + bend
    density = sample(tile, u, v + bend)
    toward = (
        np.sign(np.float32(sun_x) - patch.x)
        * np.float32(0.011)
        * np.clip(np.abs(np.float32(sun_x) - patch.x) * 3, 0, 1)
    )
    lit = density - sample(tile, u + toward, v + bend + np.float32(0.016))
    low = 1.35 - cover * 1.9
    alpha = smooth(low, low + 1.35, density)
    thin = smooth(horizon, horizon * 0.72, np.broadcast_to(patch.y, alpha.shape))
    near_sun = np.exp(-((patch.x - sun_x) ** 2 + (patch.y - horizon * 0.8) ** 2) * np.float32(4.5))
    tone = np.clip(0.55 + lit * 0.9 - alpha * 0.28 + near_sun * 0.2, 0, 1)
    colour = light.cloud_shade + (light.cloud - light.cloud_shade) * tone
    colour = colour + (light.lower - colour) * ((1 - thin) * np.float32(0.75))
    canvas.paint(
        Patch(patch.rows, patch.columns, alpha * np.float32(0.92) * (0.25 + 0.75 * thin), patch.x, patch.y),
        colour,
    )


def veil(
    canvas: Canvas, colour: Array, y: float, thickness: float, strength: float, rng: Rng | None = None
) -> None:
    """A bank of mist lying around the height `y`, broken up by noise."""
    patch = canvas.region(-9, y - thickness * 2.5, 9, y + thickness * 2.5)
    if patch.is_empty:
        return
    alpha = np.exp(-(((patch.y - np.float32(y)) / np.float32(thickness)) ** 2)) * np.float32(strength)
    tile = spectral(rng or canvas.rng, 2.0, low=2)
    drift = sample(tile, patch.x * np.float32(0.22), patch.y * np.float32(0.75))
    alpha = np.clip(alpha * (np.float32(0.8) + np.float32(0.35) * drift), 0, 1)
    canvas.paint(Patch(patch.rows, patch.columns, alpha.astype(np.float32), patch.x, patch.y), colour)
