"""A lighthouse on a small rock island, its beam in the haze."""

import numpy as np

from fal_studio.emulator.models.scenes import built, sky, terrain, water
from fal_studio.emulator.models.scenes.canvas import Canvas, Patch
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array, Rng, line, smooth
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Sky, sea, island, tower and beam."""
    rng = canvas.rng
    scale = canvas.scale
    horizon = float(rng.uniform(0.57, 0.64))
    sun_x = float(rng.choice([-1, 1]) * rng.uniform(0.22, 0.42) * canvas.aspect)
    sun_side = float(np.sign(sun_x))
    sky.wash(canvas, light, horizon)
    sky.stars(canvas, light.stars, horizon)
    sky.sun(canvas, light, sun_x, horizon - light.sun_height, 0.022)
    sky.clouds(canvas, light, horizon, sun_x, 0.8 if not light.has_sun else float(rng.uniform(0.3, 0.55)))
    sky.veil(canvas, light.lower, horizon, 0.035, 0.5)
    x = float(rng.uniform(-0.08, 0.08)) * canvas.aspect
    strength = 0.9 if light.is_night else 0.62
    roughness = 0.85 if wish.weather == "storm" else 0.4
    water.sea(canvas, light, horizon, sun_x, roughness, 1.0 if light.has_sun else 0.25)
    _stack(
        canvas,
        light,
        rng,
        x - float(rng.uniform(0.34, 0.42)) * scale,
        horizon + 0.075,
        0.045 * scale,
        sun_side,
    )
    lamp = _island(canvas, light, rng, x, horizon, scale, sun_side, striped=bool(rng.random() < 0.5))
    angle = float(rng.uniform(-0.24, -0.1)) * float(rng.choice([-1, 1]))
    canvas.marks |= {"horizon": (0, horizon), "lamp": lamp}
    if canvas.is_still:
        built.beam(canvas, lamp, angle, mix(rgb("#fff3cf"), light.glow, 0.25), strength)


def _island(
    canvas: Canvas,
    light: Light,
    rng: Rng,
    x: float,
    horizon: float,
    scale: float,
    sun_side: float,
    striped: bool,
) -> tuple[float, float]:
    left, right = x - float(rng.uniform(0.24, 0.31)) * scale, x + float(rng.uniform(0.24, 0.31)) * scale
    shore = horizon + float(rng.uniform(0.13, 0.17))
    top = shore - float(rng.uniform(0.19, 0.23)) * scale
    ridge = terrain.profile(rng, canvas.x, left, right, top, shore)
    tower_x = x + float(rng.uniform(-0.09, 0.0)) * scale
    flat = smooth(0.17 * scale, 0.11 * scale, np.abs(canvas.x - np.float32(tower_x + 0.05 * scale)))
    ridge = ridge + (np.float32(top + 0.012) - ridge) * flat
    height = float(rng.uniform(0.40, 0.46)) * scale
    before_patch = canvas.region(left - 0.05, top - height * 1.1, right + 0.05, shore + 0.02)
    before = canvas.rgb[:, before_patch.rows, before_patch.columns].copy()
    house_x = tower_x + 0.095 * scale
    built.house(canvas, light, house_x, top + 0.018, 0.075 * scale, sun_side, lights=light.is_night)
    lamp = built.tower(canvas, light, tower_x, top + 0.02, height, sun_side, striped)
    _rock(canvas, light, rng, ridge, left, right, shore, sun_side, 0.14 * scale)
    changed = canvas.region(left - 0.05, top - height * 1.1, right + 0.05, shore)
    water.mirrored(canvas, before[:, : changed.alpha.shape[0]], changed, shore, light, 0.55, 0.62)
    _foam(canvas, light, rng, left, right, shore)
    return lamp


def _rock(
    canvas: Canvas,
    light: Light,
    rng: Rng,
    ridge: Array,
    left: float,
    right: float,
    shore: float,
    sun_side: float,
    size: float,
) -> None:
    foot = np.float32(shore) + line(rng, canvas.x, 14, 3) * np.float32(0.006)
    full = canvas.below(ridge, shore + 0.03)
    box = canvas.region(left - 0.02, float(ridge.min()) - 0.01, right + 0.02, shore + 0.03)
    columns = slice(box.columns.start - full.columns.start, box.columns.stop - full.columns.start)
    rows = slice(max(0, box.rows.start - full.rows.start), None)
    alpha = full.alpha[rows, columns][: box.alpha.shape[0]]
    y = full.y[rows][: alpha.shape[0]]
    wet = np.clip((foot[:, box.columns] - y) * np.float32(canvas.height) + 0.5, 0, 1)
    patch = Patch(
        slice(full.rows.start + (rows.start or 0), full.rows.start + (rows.start or 0) + alpha.shape[0]),
        box.columns,
        alpha * wet,
        box.x,
        y,
    )
    albedo = mix(rgb("#8d7a6c"), rgb("#77706e"), float(rng.random()))
    colour = terrain.lit_rock(rng, patch, light, albedo, sun_side, size)
    turf = smooth(0.03, 0.0, y - ridge[:, box.columns] + line(rng, box.x, 30, 3) * np.float32(0.008))
    colour = colour + (
        rgb("#7c7d4c") * (light.ambient * np.float32(0.5) + light.key * np.float32(0.6)) - colour
    ) * (turf * np.float32(0.35))
    tide = smooth(0.028, 0.004, foot[:, box.columns] - y)
    colour *= 1 - tide * np.float32(0.55)
    canvas.paint(patch, colour)
    np.maximum(canvas.dry[patch.rows, patch.columns], patch.alpha, out=canvas.dry[patch.rows, patch.columns])


def _stack(
    canvas: Canvas, light: Light, rng: Rng, x: float, shore: float, half: float, sun_side: float
) -> None:
    ridge = terrain.profile(rng, canvas.x, x - half, x + half, shore - half * 1.9, shore)
    changed = canvas.region(x - half - 0.02, shore - half * 2.3, x + half + 0.02, shore)
    before = canvas.rgb[:, changed.rows, changed.columns].copy()
    _rock(canvas, light, rng, ridge, x - half, x + half, shore, sun_side, half)
    water.mirrored(canvas, before, changed, shore, light, 0.55, 0.6)
    _foam(canvas, light, rng, x - half, x + half, shore)


def _foam(canvas: Canvas, light: Light, rng: Rng, left: float, right: float, shore: float) -> None:
    patch = canvas.region(left - 0.05, shore - 0.02, right + 0.05, shore + 0.03)
    if patch.is_empty:
        return
    ends = smooth(left - 0.035, left + 0.03, patch.x) * smooth(right + 0.035, right - 0.03, patch.x)
    wash = line(rng, patch.x, 22, 4)
    edge = patch.y - np.float32(shore + 0.002) - wash * np.float32(0.004)
    alpha = np.exp(-((edge / np.float32(0.0035)) ** 2)) * ends * np.clip(0.55 + wash * 0.5, 0, 1)
    alpha += (
        np.exp(-(((edge - 0.012) / np.float32(0.006)) ** 2))
        * ends
        * np.clip(line(rng, patch.x, 40, 3), 0, 1)
        * np.float32(0.4)
    )
    colour = np.clip(light.ambient * 0.5 + light.key * 0.55, 0, 1)
    canvas.paint(
        Patch(patch.rows, patch.columns, np.clip(alpha, 0, 0.8).astype(np.float32), patch.x, patch.y), colour
    )
