"""A ringed planet and its moon before a nebula."""

import numpy as np

from fal_studio.emulator.models.scenes import sky
from fal_studio.emulator.models.scenes.canvas import Canvas, Patch
from fal_studio.emulator.models.scenes.colour import mix, ramp, rgb
from fal_studio.emulator.models.scenes.noise import Array, line, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish

NEBULAE = (
    ("#0a0e1f", "#2b2a66", "#a8487f", "#ffb38a"),
    ("#060d18", "#14405c", "#3f9aa0", "#f4e3b8"),
    ("#0b0a1a", "#3c2370", "#8c5bc8", "#f7c6e0"),
    ("#0a0c14", "#4a2a2c", "#c26a3c", "#ffdf9a"),
)
PLANETS = (
    ("#8a5a3c", "#c99a6b", "#f0d9b0", "#a8714a", "#e6c69a"),
    ("#2c4f7a", "#6f9ec4", "#dcecf2", "#3f6f9c", "#a9cbe0"),
    ("#5b3f77", "#a576ab", "#f0c9cf", "#7a5590", "#d9a3b8"),
    ("#2f5f5c", "#79a894", "#e6ead0", "#4b7f77", "#b8cfae"),
)


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Nebula, stars, planet with rings in front and behind, moon."""
    rng = canvas.rng
    dark, deep, warm, bright = (rgb(colour) for colour in NEBULAE[int(rng.integers(len(NEBULAE)))])
    patch = canvas.region(-9, 0, 9, 1)
    base, fold = spectral(rng, 1.75, low=1), spectral(rng, 1.9, low=2)
    bend = sample(fold, patch.x * np.float32(0.28), patch.y * np.float32(0.28)) * np.float32(0.055)
    cloud = sample(base, patch.x * np.float32(0.30) + bend, patch.y * np.float32(0.30) - bend)
    tilt = float(rng.uniform(-0.6, 0.6))
    band = np.exp(-(((patch.y - np.float32(0.5) + patch.x * np.float32(tilt)) / np.float32(0.34)) ** 2))
    power = np.clip(
        (cloud * np.float32(0.26) + np.float32(0.50)) * band + cloud * np.float32(0.05) + np.float32(0.08),
        0,
        1,
    )
    canvas.rgb[:] = ramp(
        [
            (0.0, dark),
            (0.3, mix(dark, deep, 0.8)),
            (0.55, mix(deep, warm, 0.55)),
            (0.8, mix(warm, bright, 0.45)),
            (1.0, bright),
        ],
        power,
    )
    lanes = (
        smooth(
            0.3,
            1.6,
            -sample(fold, patch.x * np.float32(0.42) - bend, patch.y * np.float32(0.42) + np.float32(0.3)),
        )
        * band
    )
    canvas.shade(Patch(patch.rows, patch.columns, lanes, patch.x, patch.y), 0.4)
    sky.stars(canvas, 1.0, 1.6, 700)
    for x, y, size in rng.random((5, 3)):
        _flare(
            canvas,
            (float(x) - 0.5) * canvas.aspect,
            float(y),
            0.02 + 0.05 * float(size) ** 2,
            mix(bright, rgb("#ffffff"), 0.6),
        )
    _planets(canvas, wish, mix(warm, bright, 0.6))


def _flare(canvas: Canvas, x: float, y: float, size: float, colour: Array) -> None:
    canvas.halo(x, y, size * 0.30, colour, 0.55)
    patch = canvas.region(x - size, y - size, x + size, y + size)
    if patch.is_empty:
        return
    dx, dy = np.abs(patch.x - np.float32(x)), np.abs(patch.y - np.float32(y))
    thin = np.float32(0.0011)
    cross = np.exp(-dx / np.float32(size * 0.22)) * np.exp(-((dy / thin) ** 2)) + np.exp(
        -dy / np.float32(size * 0.22)
    ) * np.exp(-((dx / thin) ** 2))
    canvas.glow(
        Patch(patch.rows, patch.columns, np.clip(cross, 0, 1).astype(np.float32), patch.x, patch.y), colour
    )


def _planets(canvas: Canvas, wish: Wish, rim: Array) -> None:
    rng = canvas.rng
    radius = float(rng.uniform(0.20, 0.25)) * canvas.scale
    x, y = float(rng.uniform(-0.12, 0.12)) * canvas.aspect, float(rng.uniform(0.46, 0.56))
    sun = np.array([rng.choice([-1, 1]) * 0.72, -0.42, 0.55], np.float32)
    sun /= np.linalg.norm(sun)
    has_rings = bool(wish.words & {"ring", "rings", "saturn"}) or float(rng.random()) < 0.75
    tilt, squeeze = float(rng.uniform(-0.42, 0.42)), float(rng.uniform(0.16, 0.3))
    bands = tuple(rgb(colour) for colour in PLANETS[int(rng.integers(len(PLANETS)))])
    if has_rings:
        _rings(canvas, x, y, radius, tilt, squeeze, bands, front=False)
    _sphere(canvas, x, y, radius, sun, bands, rim, turn=tilt, banded=True)
    if has_rings:
        _rings(canvas, x, y, radius, tilt, squeeze, bands, front=True)
    small = radius * float(rng.uniform(0.16, 0.24))
    grey = tuple(rgb(colour) for colour in ("#6f6a66", "#a39c94", "#d6d0c6", "#85807a", "#bdb6ac"))
    _sphere(
        canvas,
        x + float(np.sign(sun[0])) * radius * -1.75 * max(0.72, canvas.scale),
        y - radius * 1.25,
        small,
        sun,
        grey,
        rim,
        turn=0,
        banded=False,
    )


def _sphere(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    sun: Array,
    colours: tuple[Array, ...],
    rim: Array,
    *,
    turn: float,
    banded: bool,
) -> None:
    rng = canvas.rng
    air = radius * 0.10
    glow = canvas.region(x - radius - air, y - radius - air, x + radius + air, y + radius + air)
    if glow.is_empty:
        return
    u, v = (glow.x - np.float32(x)) / np.float32(radius), (glow.y - np.float32(y)) / np.float32(radius)
    square = u * u + v * v
    toward = u * sun[0] + v * sun[1]
    if banded:
        outside = (
            np.exp(-np.maximum(np.sqrt(square) - 1, 0) * np.float32(26))
            * np.clip(toward * np.float32(0.8) + np.float32(0.32), 0, 1)
            * (square > 0.9)
        )
        canvas.glow(Patch(glow.rows, glow.columns, outside.astype(np.float32), glow.x, glow.y), rim, 0.7)
    z = np.sqrt(np.clip(1 - square, 0, 1))
    lit = np.clip(toward + z * sun[2], 0, 1)
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    across, along = u * cos + v * sin, v * cos - u * sin
    lon, lat = (
        np.arctan2(across, z + np.float32(1e-4)) / np.float32(np.pi),
        np.arcsin(np.clip(along, -1, 1)) / np.float32(np.pi),
    )
    swirl = sample(
        spectral(rng, 1.7, low=2, stretch=2.5 if banded else 1.0),
        lon * np.float32(0.6),
        lat * np.float32(1.1 if banded else 0.8),
    )
    if banded:
        place = np.mod(
            line(rng, (lat + swirl * np.float32(0.006)).reshape(1, -1), 5.5, 4, 0.55).reshape(lat.shape)
            * np.float32(0.5)
            + np.float32(0.5),
            1,
        )
    else:
        place = np.clip(np.float32(0.5) + swirl * np.float32(0.22), 0, 1)
    surface = ramp(
        [(index / (len(colours) - 1), colour) for index, colour in enumerate(colours)], np.clip(place, 0, 1)
    ) * (1 + swirl * np.float32(0.045))
    shade = smooth(-0.02, 0.75, lit) * np.float32(1.08) + np.float32(0.015)
    edge = (1 - z) ** 3 * np.clip(lit * 1.6, 0, 1)
    alpha = np.clip((1 - np.sqrt(square)) * np.float32(radius * canvas.height) + 0.5, 0, 1)
    canvas.paint(
        Patch(glow.rows, glow.columns, alpha.astype(np.float32), glow.x, glow.y),
        np.clip(surface * shade + rim * (edge * np.float32(0.5 if banded else 0.1)), 0, 1),
    )


def _rings(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    tilt: float,
    squeeze: float,
    colours: tuple[Array, ...],
    *,
    front: bool,
) -> None:
    outer = radius * 2.25
    patch = canvas.region(x - outer, y - outer, x + outer, y + outer)
    if patch.is_empty:
        return
    dx, dy = patch.x - np.float32(x), patch.y - np.float32(y)
    cos, sin = np.float32(np.cos(tilt)), np.float32(np.sin(tilt))
    along, across = dx * cos + dy * sin, (dy * cos - dx * sin) / np.float32(squeeze)
    distance = np.hypot(along, across) / np.float32(radius)
    grooves = (
        np.interp(distance.ravel(), np.linspace(1.2, 2.3, 240), _groove_table(canvas))
        .reshape(distance.shape)
        .astype(np.float32)
    )
    inside = smooth(1.28, 1.34, distance) * smooth(2.22, 2.12, distance)
    half = (across > 0) if front else (across <= 0)
    alpha = np.clip(inside * grooves * half, 0, 1)
    colour = mix(colours[2], colours[1], 0.35) * (np.float32(0.72) + grooves * np.float32(0.35))
    canvas.paint(
        Patch(patch.rows, patch.columns, (alpha * np.float32(0.88)).astype(np.float32), patch.x, patch.y),
        np.clip(colour, 0, 1),
    )


def _groove_table(canvas: Canvas) -> Array:
    """How dense the rings are from inside to outside; the same for the front and the back half."""
    at = np.linspace(0, 1, 240, dtype=np.float32)
    waves = (
        np.sin(at * 61 + np.sin(at * 23) * 2) * np.float32(0.22)
        + np.sin(at * 143) * np.float32(0.12)
        + np.float32(0.66)
    )
    gap = np.exp(-(((at - np.float32(0.62)) / np.float32(0.022)) ** 2))
    return np.clip(waves * (1 - gap), 0, 1)
