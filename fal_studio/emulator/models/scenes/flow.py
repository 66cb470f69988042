"""Abstract folds of coloured light, like silk in slow air."""

import numpy as np

from fal_studio.emulator.models.scenes.canvas import Canvas, Patch
from fal_studio.emulator.models.scenes.colour import mix, ramp, rgb
from fal_studio.emulator.models.scenes.noise import sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish

FAMILIES = (
    ("#10162f", "#29407a", "#7a5fb0", "#e87f8a", "#ffc98f", "#fff0d2"),
    ("#0b1f2a", "#13525c", "#2f9a8f", "#a8d8a8", "#f5e6b8", "#ffffff"),
    ("#1c1024", "#5c1f56", "#c23a6b", "#f58a5c", "#ffd28a", "#fff5dc"),
    ("#0d1526", "#23386b", "#3f7fc0", "#8ac8e0", "#f0e3d0", "#ffffff"),
    ("#1d1714", "#5a3a2c", "#b06a44", "#e0a878", "#f3dcc0", "#fffaf0"),
)


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Bent noise bent again; its slopes catch light and its folds keep shade."""
    rng = canvas.rng
    colours = [rgb(colour) for colour in FAMILIES[int(rng.integers(len(FAMILIES)))]]
    patch = canvas.region(-9, 0, 9, 1)
    turn = float(rng.uniform(-0.6, 0.6))
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    u, v = (
        (patch.x * cos + patch.y * sin) * np.float32(0.36),
        (patch.y * cos - patch.x * sin) * np.float32(0.66),
    )
    first, second, third = (spectral(rng, 2.9, low=1, stretch=1.6) for _ in range(3))
    a = sample(first, u, v)
    b = sample(second, u + a * np.float32(0.035), v + np.float32(0.37) + a * np.float32(0.03))
    c = sample(third, u + b * np.float32(0.05), v + b * np.float32(0.045))
    wave = np.sin(c * np.float32(3.2) + b * np.float32(2.2))
    height = wave * np.float32(0.6) + c * np.float32(0.4)
    unit = np.float32(canvas.height)
    run = np.gradient(height, axis=1) * unit * np.float32(0.16)
    rise = np.gradient(height, axis=0) * unit * np.float32(0.16)
    normal = 1 / np.sqrt(1 + run * run + rise * rise)
    facing = (-run * np.float32(0.55) - rise * np.float32(0.65) + np.float32(0.62)) * normal
    place = np.clip(np.float32(0.46) + c * np.float32(0.17) + a * np.float32(0.10), 0, 1)
    stops = [(index / (len(colours) - 1), colour) for index, colour in enumerate(colours)]
    base = ramp(stops, np.clip(place + (facing - np.float32(0.6)) * np.float32(0.30), 0, 1))
    canvas.rgb[:] = np.clip(base * (np.float32(0.66) + np.clip(facing, 0, 1) * np.float32(0.48)), 0, 1)
    shine = np.clip(facing, 0, 1) ** 14
    threads = sample(spectral(rng, 0.3, low=60, stretch=0.08), u * 3, c * np.float32(0.10))
    canvas.glow(
        Patch(
            patch.rows,
            patch.columns,
            np.clip(shine * (np.float32(0.5) + threads * np.float32(0.07)), 0, 1),
            patch.x,
            patch.y,
        ),
        mix(colours[-1], light.key, 0.3),
    )
    canvas.shade(Patch(patch.rows, patch.columns, smooth(0.35, -0.25, facing), patch.x, patch.y), 0.45)
