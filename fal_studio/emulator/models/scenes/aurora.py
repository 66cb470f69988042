"""Northern lights over a lake with pines."""

import numpy as np

from fal_studio.emulator.models.scenes import plants, sky, terrain, water
from fal_studio.emulator.models.scenes.canvas import Canvas, Patch
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array, line, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish

FAMILIES = (
    ("#4dffb0", "#2bd6c8", "#8a5cff"),
    ("#6effa0", "#59e0d0", "#ff6ac1"),
    ("#3fe8c8", "#57a8ff", "#b06cff"),
)


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Night sky, curtains of light, hills, pines, and all of it in the water."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.62, 0.68))
    sky.wash(canvas, light, horizon)
    sky.stars(canvas, 1.0, horizon, 520)
    low, middle, high = (rgb(colour) for colour in FAMILIES[int(rng.integers(len(FAMILIES)))])
    for index in range(3):
        _curtain(canvas, horizon, 0.52 - 0.10 * index, (low, middle, high), 0.95 - 0.22 * index)
    for level, air in ((0.075, 0.45), (0.045, 0.2)):
        ridge = np.float32(horizon) - (
            np.float32(0.6) + line(rng, canvas.x, 2.2, 6) * np.float32(0.55)
        ) * np.float32(level)
        terrain.range_of_hills(
            canvas,
            light,
            ridge,
            air=air,
            albedo=rgb("#3d4c5c"),
            sun_side=1,
            until=horizon + 0.004,
            snow=0.5,
            rough=0.9,
        )
    shore = np.float32(horizon + 0.003) - np.abs(line(rng, canvas.x, 3, 3)) * np.float32(0.006)
    dark = rgb("#060d14")
    plants.pines(canvas, shore, int(170 * canvas.aspect), 0.05, 0.65, mix(dark, light.haze, 0.10))
    canvas.halo(float(rng.uniform(-0.3, 0.3)) * canvas.aspect, horizon, 0.35, low, 0.16)
    water.sea(canvas, light, horizon, 9, 0.10, 0, clarity=1.0)
    canvas.marks |= {"horizon": (0, horizon)}
    side = float(rng.choice([-1, 1]))
    bank = (
        np.float32(1.03)
        - smooth(0.05, 0.75, canvas.x * np.float32(side)) * np.float32(0.16)
        + line(rng, canvas.x, 5, 4) * np.float32(0.01)
    )
    canvas.paint(canvas.below(bank), dark)
    gap = (-9.0, 0.12) if side > 0 else (-0.12, 9.0)
    plants.pines(canvas, bank, int(30 * canvas.aspect), 0.30, 0.5, dark, clear=gap)


def _curtain(
    canvas: Canvas, horizon: float, foot: float, colours: tuple[Array, Array, Array], strength: float
) -> None:
    """One band: a folded line from which rays rise, green below, violet above."""
    rng = canvas.rng
    patch = canvas.region(-9, 0, 9, horizon)
    tilt = float(rng.uniform(-0.14, 0.14))
    fold = line(rng, canvas.x, 1.1, 4, 0.55) * np.float32(0.085) + canvas.x * np.float32(tilt)
    swing = line(rng, canvas.x, 1.6, 3) * np.float32(0.06)
    edge = np.float32(foot) + fold
    rise = (edge - patch.y) / np.float32(0.30)
    tile = spectral(rng, 0.95, low=8)
    rays = sample(
        tile,
        (patch.x + swing) * np.float32(0.62) + rise * np.float32(0.010),
        rise * np.float32(0.012) + np.float32(rng.random()),
    )
    broad = np.clip(np.float32(0.55) + line(rng, canvas.x, 1.5, 3) * np.float32(0.6), 0, 1.15)
    body = (
        (np.float32(0.45) + np.float32(0.55) * smooth(0.0, 0.10, rise))
        * (rise >= 0)
        * np.exp(-np.maximum(rise, 0) * np.float32(2.1))
    )
    soft = np.exp(-((np.minimum(rise, 0) * 9) ** 2)) * (rise < 0) * np.float32(0.45)
    power = np.clip((body + soft) * (np.float32(0.66) + rays * np.float32(0.26)) * broad, 0, 1) * np.float32(
        strength
    )
    low, middle, high = colours
    climb = np.clip(rise * np.float32(0.75) + rays * np.float32(0.04), 0, 1)
    colour = low + (middle - low) * smooth(0.1, 0.45, climb)
    colour = colour + (high - colour) * smooth(0.38, 0.95, climb)
    canvas.glow(Patch(patch.rows, patch.columns, power, patch.x, patch.y), colour)
