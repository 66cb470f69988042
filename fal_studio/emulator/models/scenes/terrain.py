"""Land: faceted rock, mountain ranges lit from one side, rolling hills."""

import numpy as np

from fal_studio.emulator.models.scenes.canvas import Canvas, Patch
from fal_studio.emulator.models.scenes.colour import mix
from fal_studio.emulator.models.scenes.noise import Array, Rng, line, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light


def facets(rng: Rng, u: Array, v: Array, count: int, size: float) -> tuple[Array, Array]:
    """The slopes (sideways, upwards) of a pile of rough boulders; `u`, `v` in picture heights."""
    depth = np.zeros_like(u + v) - np.float32(9)
    left, right, top, bottom = float(u.min()), float(u.max()), float(v.min()), float(v.max())
    for _ in range(count):
        cu, cv = rng.uniform(left, right), rng.uniform(top, bottom)
        turn = rng.normal(0, 0.35)
        cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        du, dv = u - np.float32(cu), v - np.float32(cv)
        across = np.abs(du * cos + dv * sin) * np.float32(rng.uniform(0.7, 1.9))
        along = np.abs(dv * cos - du * sin) * np.float32(rng.uniform(0.35, 1.0))
        np.maximum(
            depth,
            np.float32(rng.uniform(0, size))
            - across
            - np.float32(0.6) * along
            - np.maximum(across, along) * np.float32(0.6),
            out=depth,
        )
    rough = sample(spectral(rng, 1.7, low=3, stretch=1.3), u * np.float32(1.3), v * np.float32(1.1))
    depth += rough * np.float32(size * 0.075)
    step = float(abs(v.ravel()[1] - v.ravel()[0])) if v.size > 1 else 0.01
    rise, run = np.zeros_like(depth), np.zeros_like(depth)
    rise[1:] = np.diff(depth, axis=0) / np.float32(step)
    run[:, 1:] = np.diff(depth, axis=1) / np.float32(step)
    return run, rise


def lit_rock(
    rng: Rng, patch: Patch, light: Light, albedo: Array, sun_side: float, size: float, count: int = 46
) -> Array:
    """Rock colours for a patch: facets towards the sun take its colour, the others the sky's."""
    run, rise = facets(rng, patch.x, patch.y, count, size)
    normal = np.float32(1) / np.sqrt(1 + run * run + rise * rise)
    facing = (-run * np.float32(sun_side * 0.72) + (rise * np.float32(0.48)) + np.float32(0.46)) * normal
    direct = np.clip(facing, 0, 1.15)
    sky = np.clip(0.62 + rise * normal * np.float32(0.38), 0.2, 1)
    stain = sample(spectral(rng, 1.6, low=3), patch.x * np.float32(1.7), patch.y * np.float32(0.9))
    base = albedo * (1 + stain * np.float32(0.09))
    colour = base * (light.ambient * np.float32(1.05) * sky + light.key * (direct * np.float32(1.15)))
    return np.clip(colour, 0, 1)


def profile(
    rng: Rng, x: Array, left: float, right: float, top: float, base: float, jag: float = 1.0
) -> Array:
    """The skyline of a rock between two feet, steep at the sides, broken on top; `base` outside."""
    middle, half = (left + right) / 2, (right - left) / 2
    reach = np.abs((x - np.float32(middle)) / np.float32(half))
    body = np.clip(1 - reach ** np.float32(rng.uniform(2.4, 4.0)), 0, 1) ** np.float32(0.75)
    steps = line(rng, x, 7, 2) * np.float32(0.16) + line(rng, x, 26, 4) * np.float32(0.07 * jag)
    terrace = line(rng, np.round(x * 38) / 38, 11, 2) * np.float32(0.09 * jag)
    rise = np.clip(body * (np.float32(0.82) + steps + terrace), 0, 1.15)
    return np.where(reach < 1, np.float32(base) - rise * np.float32(base - top), np.float32(base + 0.05))


def range_of_hills(
    canvas: Canvas,
    light: Light,
    ridge: Array,
    *,
    air: float,
    albedo: Array,
    sun_side: float,
    until: float,
    snow: float = 0.0,
    rough: float = 1.0,
) -> Patch:
    """One range under its skyline: rock ribs lit from the side, snow on what faces up, air in front."""
    patch = canvas.below(ridge, until)
    if patch.is_empty:
        return patch
    rng = canvas.rng
    broad, fine = spectral(rng, 1.95, low=3, stretch=1.3), spectral(rng, 1.5, low=8)
    below = patch.y - ridge
    u = patch.x * np.float32(0.62) + below * np.float32(0.30)
    v = below * np.float32(0.75)
    offset = np.float32(0.007)
    ribs = -np.abs(sample(broad, u, v))
    slope = (ribs + np.abs(sample(broad, u + offset * np.float32(sun_side), v - offset))) * np.float32(
        1.35 * rough
    )
    slope = slope + sample(fine, u, v) * np.float32(0.045 * rough)
    slant = (np.gradient(ridge[0]) * np.float32(canvas.height) * np.float32(sun_side * 0.55))[None, :]
    direct = np.clip(0.42 + slope - slant * np.exp(-below * 7), 0, 1.1)
    body = albedo * (light.ambient * np.float32(0.85) + light.key * (direct * np.float32(0.95)))
    if snow > 0:
        line_of_snow = (
            below
            - np.float32(0.05 + 0.22 * snow)
            + ribs * np.float32(0.10)
            + np.abs(slope) * np.float32(0.05)
        )
        cover = smooth(0.045, -0.045, line_of_snow)
        white = light.ambient * np.float32(1.05) + (light.key - light.ambient * np.float32(0.8)) * np.clip(
            direct * 1.25, 0, 1
        )
        body = body + (np.clip(white, 0, 1) - body) * (cover * np.float32(0.94))
    thickness = np.clip(np.float32(air) + below * np.float32(air * 1.1), 0, 0.96)
    near_air = mix(light.haze, light.lower, 0.25)
    canvas.paint(patch, np.clip(body, 0, 1) * (1 - thickness) + near_air * thickness)
    return patch
