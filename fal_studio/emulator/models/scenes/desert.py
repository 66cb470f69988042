"""Dunes under a large sky."""

import numpy as np

from fal_studio.emulator.models.scenes import sky
from fal_studio.emulator.models.scenes.canvas import Canvas
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array, line, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Sky with sun or moon, then dunes from far to near, each with a lit and a shaded flank."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.50, 0.56))
    sun_x = float(rng.choice([-1, 1]) * rng.uniform(0.16, 0.36)) * canvas.aspect
    sky.wash(canvas, light, horizon)
    sky.stars(canvas, light.stars, horizon)
    sky.sun(canvas, light, sun_x, horizon - light.sun_height * 0.8 - 0.05, 0.036)
    sky.clouds(canvas, light, horizon, sun_x, 0.28, stretch=3)
    sand = mix(rgb("#e0a96d"), rgb("#d98e5f"), float(rng.random()))
    if wish.tint == "red":
        sand = rgb("#c8613c")
    layers = 6
    for index in range(layers):
        depth = index / (layers - 1)
        _dune(
            canvas,
            light,
            sand,
            horizon + 0.005 + 0.40 * depth**1.35,
            0.03 + 0.13 * depth,
            1.9 - 1.15 * depth,
            0.72 * (1 - depth) ** 1.3,
            float(np.sign(sun_x)),
            depth,
        )


def _dune(
    canvas: Canvas,
    light: Light,
    sand: Array,
    level: float,
    lift: float,
    waves: float,
    air: float,
    side: float,
    depth: float,
) -> None:
    rng = canvas.rng
    sharp = np.float32(1) - np.abs(line(rng, canvas.x, waves, 2, 0.35)) * np.float32(0.95)
    crest = np.float32(level) - (sharp**2 - np.float32(0.35)) * np.float32(lift)
    patch = canvas.below(crest)
    if patch.is_empty:
        return
    below = patch.y - crest
    wander = line(rng, patch.y.reshape(1, -1) * 2, 2.0, 4).reshape(-1, 1) * np.float32(0.05)
    u = patch.x + below * np.float32(side * 0.9) + wander
    face = line(rng, u.reshape(1, -1), waves, 2, 0.35).reshape(u.shape)
    slope = np.gradient(face, axis=1) * np.float32(canvas.height / max(waves, 0.4) * 0.22)
    lit = smooth(-0.16, 0.22, slope * np.float32(-side) + np.float32(0.06) + below * np.float32(0.25))
    swirl = sample(spectral(rng, 2.0, low=2), patch.x * np.float32(0.5), patch.y * np.float32(0.9))
    ripple = np.sin(
        (
            below * np.float32(300) / np.float32(0.35 + depth)
            + swirl * np.float32(5.5)
            + patch.x * np.float32(26)
        )
        * np.float32(0.55)
    )
    lit = np.clip(
        lit + ripple * np.float32(0.055 * depth) * (np.float32(0.4) + lit) + swirl * np.float32(0.03), 0, 1.1
    )
    shade = light.ambient * np.float32(0.80) * sand + light.zenith * np.float32(0.10)
    bright = sand * (light.key * np.float32(0.98) + np.float32(0.06))
    colour = shade + (bright - shade) * lit
    rim = np.exp(-below * np.float32(130)) * lit
    colour = np.clip(colour + light.glow * (rim * np.float32(0.12)), 0, 1)
    haze = mix(light.haze, light.lower, 0.5)
    canvas.paint(patch, colour + (haze - colour) * np.float32(air))
