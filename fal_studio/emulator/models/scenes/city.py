"""A city skyline at the water, its windows lit after dark."""

import numpy as np

from fal_studio.emulator.models.scenes import sky, water
from fal_studio.emulator.models.scenes.canvas import Canvas, Patch, Point
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish

WARM = ("#ffd690", "#ffe6b8", "#ffc46e", "#fff1d6", "#bfe0ff")
NEON = ("#ff4fb4", "#39e6ff", "#a86bff", "#ffe45c", "#5effc3")


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Three rows of towers with haze between them, reflected in a river."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.70, 0.75))
    sun_x = float(rng.uniform(-0.3, 0.3)) * canvas.aspect
    is_neon = wish.tint == "neon" or bool(wish.words & {"neon", "cyberpunk"})
    glowing = 1.0 if light.is_night or is_neon else (0.6 if light.sun_height < 0.08 else 0.06)
    sky.wash(canvas, light, horizon)
    sky.stars(canvas, light.stars * 0.6, horizon * 0.7, 220)
    sky.sun(canvas, light, sun_x, horizon - light.sun_height * 1.1, 0.024)
    sky.clouds(canvas, light, horizon, sun_x, 0.42)
    if glowing > 0.3:
        canvas.halo(0, horizon, 0.42, rgb("#ff5fae") if is_neon else rgb("#ffb066"), 0.40 * glowing)
    body = mix(light.zenith, rgb("#20242e"), 0.55) * np.float32(0.75)
    for index, (tall, air, width) in enumerate(
        ((0.30, 0.66, 0.055), (0.40, 0.40, 0.068), (0.27, 0.10, 0.085))
    ):
        _row(
            canvas,
            light,
            horizon,
            tall,
            mix(body, mix(light.haze, light.lower, 0.5), air),
            width * (0.7 + 0.3 * canvas.scale),
            glowing * (0.55 + 0.25 * index),
            sun_x,
            is_neon,
            landmark=index == 1,
        )
        sky.veil(canvas, mix(light.lower, light.glow, 0.3), horizon - 0.02, 0.05, 0.22 * (1 - index * 0.3))
    _quay(canvas, horizon, body, glowing)
    water.sea(canvas, light, horizon + 0.012, sun_x, 0.30, 0.6, clarity=0.8)
    canvas.marks |= {"horizon": (0, horizon + 0.012)}


def _row(
    canvas: Canvas,
    light: Light,
    base: float,
    tall: float,
    colour: Array,
    width: float,
    glowing: float,
    sun_x: float,
    is_neon: bool,
    landmark: bool,
) -> None:
    rng = canvas.rng
    x = -canvas.aspect / 2 - 0.03
    middle = float(rng.uniform(-0.15, 0.15)) * canvas.aspect
    marked = False
    while x < canvas.aspect / 2:
        wide = width * float(rng.uniform(0.55, 1.35))
        hill = np.exp(-(((x - middle) / (0.33 * canvas.aspect)) ** 2))
        high = tall * (0.32 + 0.75 * hill) * float(rng.uniform(0.62, 1.2))
        is_mark = landmark and not marked and abs(x - middle) < 0.12
        if is_mark:
            high, marked = tall * 1.55, True
        _tower(canvas, light, x, x + wide, base, high, colour, glowing, sun_x, is_neon, is_mark)
        x += wide * float(rng.uniform(0.86, 1.08))


def _tower(
    canvas: Canvas,
    light: Light,
    left: float,
    right: float,
    base: float,
    high: float,
    colour: Array,
    glowing: float,
    sun_x: float,
    is_neon: bool,
    is_mark: bool,
) -> None:
    rng = canvas.rng
    top, wide = base - high, right - left
    kind = 3 if is_mark else (0, 0, 1, 1, 2, 0, 1, 3)[int(rng.integers(0, 8))]
    outline: list[Point] = [(left, base + 0.01), (left, top)]
    if kind == 1:
        outline += [
            (left + wide * 0.2, top),
            (left + wide * 0.2, top - wide * 0.35),
            (right - wide * 0.2, top - wide * 0.35),
            (right - wide * 0.2, top),
        ]
    elif kind == 2:
        outline += [(right, top - wide * 0.5)]
    elif kind == 3:
        middle = (left + right) / 2
        outline += [
            (left + wide * 0.14, top - wide * 0.3),
            (left + wide * 0.3, top - wide * 0.7),
            (middle - wide * 0.03, top - wide * 0.95),
            (middle, top - wide * (2.1 if is_mark else 1.5)),
            (middle + wide * 0.03, top - wide * 0.95),
            (right - wide * 0.3, top - wide * 0.7),
            (right - wide * 0.14, top - wide * 0.3),
        ]
    outline += [(right, top), (right, base + 0.01)]
    patch = canvas.shapes([outline])
    if patch.is_empty:
        return
    toward = 1.0 if sun_x > (left + right) / 2 else -1.0
    across = np.clip((patch.x - np.float32((left + right) / 2)) / np.float32(wide / 2), -1, 1) * np.float32(
        toward
    )
    face = np.where(across > 0.35, np.float32(0.22), np.float32(0.0)) + (
        np.float32(base) - patch.y
    ) * np.float32(0.12)
    canvas.paint(
        patch, np.clip(colour + light.glow * (face * np.float32(0.55 if light.has_sun else 0.2)), 0, 1)
    )
    _windows(canvas, patch, left, right, top, base, glowing, is_neon)
    if is_neon and rng.random() < 0.3:
        neon = rgb(NEON[int(rng.integers(len(NEON)))])
        edge = [([(left + wide * 0.5, top + high * 0.08), (left + wide * 0.5, top + high * 0.45)], 0.004)]
        canvas.glow(canvas.strokes(edge, blur=0.008), neon, 1.0)
        canvas.paint(canvas.strokes(edge), mix(neon, rgb("#ffffff"), 0.5))


def _windows(
    canvas: Canvas,
    patch: Patch,
    left: float,
    right: float,
    top: float,
    base: float,
    glowing: float,
    is_neon: bool,
) -> None:
    """A grid of windows of which some are lit; computed by cells, so that thousands cost nothing."""
    rng = canvas.rng
    pitch_x, pitch_y = 0.0088, 0.0125
    columns, rows = max(1, int((right - left) / pitch_x)), max(1, int((base - top) / pitch_y))
    lit = (rng.random((rows + 1, columns + 1)) ** 1.5 < 0.5 * glowing).astype(np.float32) * rng.uniform(
        0.35, 1.0, (rows + 1, columns + 1)
    ).astype(np.float32)
    lit[:, -1] = 0
    u = (patch.x - np.float32(left)) / np.float32((right - left) / columns)
    v = (patch.y - np.float32(top + 0.006)) / np.float32(pitch_y)
    column = np.clip(u.astype(np.int32), 0, columns)
    row = np.clip(v.astype(np.int32), 0, rows)
    soft = np.float32(min(0.35, 0.5 / (pitch_x * canvas.height)))
    inside = np.clip(
        (np.float32(0.34) - np.abs(u - np.floor(u) - np.float32(0.5))) / soft + 0.5, 0, 1
    ) * np.clip((np.float32(0.30) - np.abs(v - np.floor(v) - np.float32(0.5))) / soft + 0.5, 0, 1)
    inside = inside * (v > 0) * patch.alpha
    on = lit[row, column] * inside
    colours = NEON if is_neon and rng.random() < 0.5 else WARM
    colour = rgb(colours[int(rng.integers(len(colours)))])
    canvas.paint(
        Patch(patch.rows, patch.columns, np.clip(inside - on, 0, 1) * np.float32(0.12), patch.x, patch.y),
        rgb("#0c1220"),
    )
    canvas.paint(
        Patch(patch.rows, patch.columns, np.clip(on * np.float32(0.95), 0, 1), patch.x, patch.y), colour
    )


def _quay(canvas: Canvas, horizon: float, body: Array, glowing: float) -> None:
    rng = canvas.rng
    canvas.paint(canvas.region(-9, horizon - 0.002, 9, horizon + 0.013), body * np.float32(0.62))
    if glowing < 0.3:
        return
    step = 0.038
    for index in range(int(canvas.aspect / step) + 1):
        x = -canvas.aspect / 2 + (index + 0.5) * step
        colour = rgb(WARM[int(rng.integers(3))])
        canvas.halo(
            x + float(rng.uniform(-0.008, 0.008)),
            horizon - 0.002,
            0.007,
            colour,
            float(rng.uniform(0.3, 0.8)) * glowing,
        )
