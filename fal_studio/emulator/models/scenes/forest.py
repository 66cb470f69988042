"""A forest with light falling through it."""

import numpy as np

from fal_studio.emulator.models.scenes import plants
from fal_studio.emulator.models.scenes.canvas import Canvas, Patch, Point
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array, line, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Rows of trunks paling into a bright clearing, leaves above, a path, and beams of light."""
    rng = canvas.rng
    sun_x, sun_y = float(rng.uniform(-0.25, 0.25)) * canvas.aspect, float(rng.uniform(0.16, 0.26))
    autumn = wish.tint == "autumn"
    leaf = (
        mix(rgb("#d9892f"), rgb("#b5452a"), float(rng.random()))
        if autumn
        else mix(rgb("#6f8f3f"), rgb("#3f7048"), float(rng.random()))
    )
    air = mix(mix(light.lower, light.glow, 0.45), leaf, 0.18)
    far = np.clip(air * np.float32(1.04), 0, 1)
    canvas.rgb[:] = far * (1 - 0.25 * canvas.y) + leaf * light.ambient * np.float32(0.25) * canvas.y
    canvas.halo(sun_x, sun_y, 0.30, light.glow, 0.9 if not light.is_night else 0.4)
    floor = 0.66
    dark = mix(leaf * light.ambient, rgb("#1c1a1c"), 0.62) * np.float32(0.5 if light.is_night else 0.8)
    count = 6
    for index in range(count):
        depth = index / (count - 1)
        colour = mix(far, dark, 0.14 + 0.86 * depth**1.2)
        _leaves(
            canvas,
            mix(
                far,
                leaf * (light.ambient * np.float32(0.5) + light.key * np.float32(0.35)),
                0.12 + 0.78 * depth,
            ),
            0.46 - 0.30 * depth,
            2.4 - 1.5 * depth,
            0.35 + 0.2 * depth,
            (sun_x, sun_y),
        )
        _trunks(
            canvas,
            colour,
            mix(colour, light.key, 0.30 * (1 - depth * 0.3)),
            floor + 0.30 * depth**1.3,
            0.010 + 0.042 * depth**1.6,
            round((15 - 11 * depth) * max(0.7, canvas.aspect)),
            sun_x,
            depth,
        )
        _ground(
            canvas,
            mix(far, leaf * light.ambient * np.float32(0.85), 0.25 + 0.6 * depth),
            floor + 0.28 * depth**1.3,
            depth,
        )
        if index == 2:
            _beams(canvas, sun_x, sun_y, light, 0.42 if not light.is_night else 0.2)
    _path(canvas, light, sun_x, floor, mix(rgb("#c8b08a"), light.key, 0.4))
    _beams(canvas, sun_x, sun_y, light, 0.30 if not light.is_night else 0.12)
    _ferns(canvas, dark)


def _trunks(
    canvas: Canvas, dark: Array, lit: Array, base: float, width: float, count: int, sun_x: float, depth: float
) -> None:
    rng = canvas.rng
    for place in rng.random(count):
        x = (float(place) - 0.5) * canvas.aspect * 1.1
        if abs(x - sun_x) < 0.05 + 0.16 * depth:
            continue
        half = width * float(rng.uniform(0.55, 1.15)) / 2
        lean = float(rng.normal(0, 0.02))
        foot = base + float(rng.uniform(-0.01, 0.03))
        outline: list[Point] = [
            (x - half * 1.7, foot),
            (x - half * 1.08, foot - 0.05 - 0.03 * depth),
            (x - half * 0.72 + lean, -0.02),
            (x + half * 0.72 + lean, -0.02),
            (x + half * 1.08, foot - 0.05 - 0.03 * depth),
            (x + half * 1.7, foot),
        ]
        patch = canvas.shapes([outline])
        if patch.is_empty:
            continue
        across = np.clip((patch.x - np.float32(x)) / np.float32(half), -1.2, 1.2) * np.float32(
            np.sign(sun_x - x)
        )
        bark = sample(
            spectral(rng, 0.9, low=6, stretch=0.18, size=256),
            patch.x * np.float32(2.2),
            patch.y * np.float32(0.6),
        )
        tone = np.clip(
            smooth(0.1, 1.1, across) * np.float32(0.9) + bark * np.float32(0.10 * (0.3 + depth)), 0, 1
        )
        canvas.paint(patch, dark * (1 + bark * np.float32(0.10 * depth)) + (lit - dark) * tone)


def _leaves(
    canvas: Canvas, colour: Array, reach: float, scale: float, cover: float, sun: tuple[float, float]
) -> None:
    rng = canvas.rng
    patch = canvas.region(-9, 0, 9, min(1.0, reach + 0.25))
    tile = spectral(rng, 1.05, low=5)
    shift = np.float32(rng.random())
    density = sample(tile, patch.x * np.float32(scale * 0.42) + shift, patch.y * np.float32(scale * 0.5))
    hang = np.float32(reach) - patch.y + line(rng, canvas.x, 2.2, 4) * np.float32(0.10)
    alpha = smooth(-0.15, 0.35, density * np.float32(0.75) + hang * np.float32(5.0) - np.float32(0.9 - cover))
    near = np.exp(-((patch.x - np.float32(sun[0])) ** 2 + (patch.y - np.float32(sun[1])) ** 2) * 7)
    alpha = alpha * (1 - near * np.float32(0.75))
    glow = np.clip(np.float32(0.8) + density * np.float32(0.13) + near * np.float32(0.7), 0.3, 1.7)
    canvas.paint(
        Patch(patch.rows, patch.columns, alpha * np.float32(0.9), patch.x, patch.y),
        np.clip(colour * glow, 0, 1),
    )


def _ground(canvas: Canvas, colour: Array, level: float, depth: float) -> None:
    rng = canvas.rng
    edge = np.float32(level) + line(rng, canvas.x, 3 + 2 * depth, 5) * np.float32(0.010 + 0.012 * depth)
    patch = canvas.below(edge)
    if patch.is_empty:
        return
    litter = sample(
        spectral(rng, 0.9, low=10), patch.x * np.float32(1.4 - 0.7 * depth), patch.y * np.float32(3.2)
    )
    canvas.paint(patch, colour * (np.float32(1) + litter * np.float32(0.10)))


def _path(canvas: Canvas, light: Light, x: float, top: float, colour: Array) -> None:
    rng = canvas.rng
    patch = canvas.region(-9, top, 9, 1)
    down = np.maximum(patch.y - np.float32(top), 0) / np.float32(1 - top)
    centre = np.float32(x) + np.sin(down * np.float32(2.6)) * np.float32(0.10 * rng.choice([-1, 1])) * down
    width = np.float32(0.012) + down**1.3 * np.float32(0.24)
    rough = sample(spectral(rng, 1.1, low=6), patch.x * np.float32(0.8), patch.y * np.float32(2.4))
    alpha = smooth(1.15, 0.65, np.abs(patch.x - centre) / width + rough * np.float32(0.12)) * np.float32(0.62)
    dapple = smooth(
        0.2, 1.4, sample(spectral(rng, 1.4, low=5), patch.x * np.float32(0.6), patch.y * np.float32(2.0))
    )
    lit = colour * light.key * (np.float32(0.48) + dapple * np.float32(0.5) + (1 - down) * np.float32(0.25))
    canvas.paint(
        Patch(patch.rows, patch.columns, alpha.astype(np.float32), patch.x, patch.y), np.clip(lit, 0, 1)
    )


def _beams(canvas: Canvas, sun_x: float, sun_y: float, light: Light, strength: float) -> None:
    rng = canvas.rng
    patch = canvas.region(-9, 0, 9, 1)
    dx, dy = patch.x - np.float32(sun_x), patch.y - np.float32(sun_y - 0.35)
    angle = np.arctan2(dx, np.maximum(dy, np.float32(1e-3)))
    fan = line(rng, angle.reshape(1, -1), 6, 4, 0.6).reshape(angle.shape)
    shafts = smooth(0.0, 0.9, fan) * np.exp(-np.abs(angle) * np.float32(1.0))
    distance = np.hypot(dx, dy)
    fade = smooth(0.2, 0.5, distance) * np.exp(-distance * np.float32(0.9))
    canvas.glow(
        Patch(patch.rows, patch.columns, (shafts * fade).astype(np.float32), patch.x, patch.y),
        light.glow,
        strength * 2.0,
    )


def _ferns(canvas: Canvas, dark: Array) -> None:
    rng = canvas.rng
    half = canvas.aspect / 2
    for left, right in ((-half, -half * 0.35), (half * 0.35, half)):
        canvas.paint(
            canvas.shapes(plants.blades(rng, left, right, 1.02, 0.13, 150), fineness=3),
            dark * np.float32(0.55),
            0.95,
        )
