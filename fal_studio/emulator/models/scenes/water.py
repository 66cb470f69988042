"""Water: the sky mirrored in waves that grow towards the viewer, with the sun's path on it."""

import numpy as np

from fal_studio.emulator.models.scenes.canvas import Canvas, Patch
from fal_studio.emulator.models.scenes.noise import Array, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light


def waves(
    canvas: Canvas, patch: Patch, horizon: float, roughness: float, drift: float = 0.0
) -> tuple[Array, Array]:
    """Long swell and short ripples seen in perspective, each about -2 to 2. `drift` moves them (for clips)."""
    rng = canvas.rng
    swell = spectral(rng, 1.15, low=6, stretch=0.42)
    ripple = spectral(rng, 0.95, low=14, stretch=0.55)
    down = np.maximum(patch.y - np.float32(horizon), np.float32(0.0015))
    far = np.float32(1) / (down + np.float32(0.02))
    u, v = patch.x * far * np.float32(0.075), far * np.float32(0.16)
    big = sample(swell, u + np.float32(drift), v + np.float32(drift * 0.6))
    small = sample(ripple, u * 2.7 - np.float32(drift * 1.4), v * 2.3 + np.float32(drift))
    fade = np.clip(down * np.float32(14), 0.06, 1).astype(np.float32)
    strength = np.float32(0.35 + 0.65 * roughness)
    return big * fade * strength, small * fade * strength


def sea(
    canvas: Canvas,
    light: Light,
    horizon: float,
    sun_x: float,
    roughness: float = 0.5,
    glitter: float = 1.0,
    clarity: float = 0.0,
    drift: float = 0.0,
) -> None:
    """Fill everything under the horizon with water that mirrors what is painted above it.

    `roughness` 0 is a mountain lake, 1 a windy sea; `clarity` lets the mirror keep its contrast to the near shore.
    """
    patch = canvas.region(-9, horizon, 9, 1)
    if patch.is_empty:
        return
    start = patch.rows.start
    big, small = waves(canvas, patch, horizon, roughness, drift)
    slope = big * np.float32(0.6) + small * np.float32(0.5)
    down = patch.y - np.float32(horizon)
    mirrored = down * np.float32(canvas.height) + slope * (
        np.float32(canvas.height) * (np.float32(0.012 + 0.05 * roughness) * (0.25 + down * 2))
    )
    row = np.clip(start - 1 - np.abs(mirrored), 0, max(start - 1, 0)).astype(np.int32)
    sideways = (big * np.float32(canvas.height * (0.003 + 0.012 * roughness)) * (0.2 + down * 2)).astype(
        np.int32
    )
    column = np.clip(np.arange(canvas.width, dtype=np.int32)[None, :] + sideways, 0, canvas.width - 1)
    mirror = np.take(canvas.rgb.reshape(3, -1), row * canvas.width + column, axis=1)
    grazing = np.clip(
        np.float32(0.92) - down * np.float32(1.55 - 0.9 * clarity), np.float32(0.22 + 0.4 * clarity), 0.92
    )
    grazing = np.clip(grazing + slope * np.float32(0.055 + 0.05 * roughness), 0.03, 0.97)
    canvas.paint(
        Patch(patch.rows, patch.columns, np.ones_like(grazing), patch.x, patch.y),
        light.water + (mirror - light.water) * grazing,
    )
    crest = smooth(0.9, 2.6, slope) * np.float32(0.22 * (0.3 + roughness))
    canvas.glow(Patch(patch.rows, patch.columns, crest, patch.x, patch.y), light.upper)
    if glitter > 0:
        _glitter(canvas, light, patch, down, slope, small, sun_x, glitter)


def _glitter(
    canvas: Canvas,
    light: Light,
    patch: Patch,
    down: Array,
    slope: Array,
    small: Array,
    sun_x: float,
    strength: float,
) -> None:
    spread = np.float32(0.035) + down * np.float32(0.24)
    path = np.exp(-(((patch.x - np.float32(sun_x)) / spread) ** 2))
    sheet = path * (np.float32(0.34) - down * np.float32(0.3))
    sparks = path * smooth(0.35, 1.9, slope + small * np.float32(0.5)) * np.float32(1.15)
    alpha = np.clip(
        (np.maximum(sheet, 0) + sparks) * np.float32(strength * (0.55 if light.is_night else 0.8)), 0, 1
    )
    canvas.glow(
        Patch(patch.rows, patch.columns, alpha.astype(np.float32), patch.x, patch.y),
        light.sun if light.is_night else (light.glow + light.sun) * np.float32(0.5),
    )


def mirrored(
    canvas: Canvas,
    before: Array,
    patch: Patch,
    shore: float,
    light: Light,
    roughness: float = 0.4,
    strength: float = 0.7,
) -> None:
    """Mirror what was painted into the patch since `before` was taken, about the height `shore`."""
    changed = canvas.rgb[:, patch.rows, patch.columns] - before
    base = round(shore * canvas.height)
    top = patch.rows.start
    above = base - top
    if above <= 1:
        return
    depth = min(above, canvas.height - base)
    if depth <= 1:
        return
    rows = slice(base, base + depth)
    small = spectral(canvas.rng, 0.9, low=10, stretch=0.4)
    down = canvas.y[rows] - np.float32(shore)
    far = np.float32(1) / (down + np.float32(0.05))
    ripple = sample(small, patch.x * far * np.float32(0.15), far * np.float32(0.3)) * (
        down * np.float32(canvas.height * 0.10 * (0.3 + roughness)) + 0.6
    )
    index = np.clip(above - 1 - (down * np.float32(canvas.height) + ripple), 0, above - 1).astype(np.int32)
    columns = np.clip(
        np.arange(patch.alpha.shape[1])[None, :] + (ripple * 0.5).astype(np.int32),
        0,
        patch.alpha.shape[1] - 1,
    )
    alpha = np.abs(changed).sum(axis=0) > 0.012
    reflected = canvas.rgb[:, patch.rows, patch.columns][:, index, columns]
    cover = (
        alpha[index, columns].astype(np.float32)
        * np.float32(strength)
        * np.clip(1 - down / np.float32(depth / canvas.height), 0, 1) ** np.float32(0.6)
    )
    colour = reflected + (light.water - reflected) * np.float32(0.35)
    canvas.paint(Patch(rows, patch.columns, cover, patch.x, canvas.y[rows]), colour)
