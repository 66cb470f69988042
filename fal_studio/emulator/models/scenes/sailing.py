"""A sailing boat on open water, a coast far behind."""

import numpy as np

from fal_studio.emulator.models.scenes import sky, terrain, water
from fal_studio.emulator.models.scenes.canvas import Canvas, Patch, Point
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array, line
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Sky, coast, sea, and one boat near and two far."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.55, 0.62))
    sun_x = float(rng.choice([-1, 1]) * rng.uniform(0.16, 0.36)) * canvas.aspect
    side = float(np.sign(sun_x))
    sky.wash(canvas, light, horizon)
    sky.stars(canvas, light.stars, horizon)
    sky.sun(canvas, light, sun_x, horizon - light.sun_height, 0.026)
    sky.clouds(canvas, light, horizon, sun_x, 0.85 if not light.has_sun else float(rng.uniform(0.4, 0.6)))
    for lift, air in ((0.05, 0.80), (0.028, 0.62)):
        ridge = np.float32(horizon) - np.maximum(
            line(rng, canvas.x, 1.3, 6) * np.float32(0.8) + canvas.x * np.float32(side * -0.7), 0
        ) * np.float32(lift)
        terrain.range_of_hills(
            canvas,
            light,
            ridge,
            air=air,
            albedo=rgb("#6d7468"),
            sun_side=side,
            until=horizon + 0.002,
            rough=0.7,
        )
    sky.veil(canvas, light.lower, horizon, 0.022, 0.45)
    water.sea(
        canvas,
        light,
        horizon,
        sun_x,
        0.95 if wish.weather == "storm" else 0.55,
        1.0 if light.has_sun else 0.25,
    )
    canvas.marks |= {"horizon": (0, horizon)}
    for x, size in ((float(rng.uniform(0.2, 0.42)), 0.05), (float(rng.uniform(-0.46, -0.3)), 0.035)):
        _boat(
            canvas,
            light,
            x * canvas.aspect * -side,
            horizon + 0.006 + size * 0.15,
            size,
            side,
            rgb("#f0ece4"),
            0.45,
        )
    hull = (rgb("#f2ede4"), rgb("#9c3b30"), rgb("#264a66"), rgb("#2f3b3c"))[int(rng.integers(4))]
    _boat(
        canvas,
        light,
        -sun_x * float(rng.uniform(0.15, 0.5)),
        horizon + 0.17,
        0.40 * canvas.scale,
        side,
        hull,
        0.0,
    )


def _boat(
    canvas: Canvas, light: Light, x: float, line_y: float, size: float, side: float, hull: Array, air: float
) -> None:
    haze = mix(light.haze, light.lower, 0.5)
    box = canvas.region(x - size * 0.8, line_y - size * 1.25, x + size * 0.8, line_y)
    if box.is_empty:
        return
    before = canvas.rgb[:, box.rows, box.columns].copy()
    lean = 0.05 * size * side

    def fill(points: list[Point], colour: Array, opacity: float = 1.0) -> Patch:
        patch = canvas.shapes(
            [[(x + px * size * side + (lean * -py * 1.2), line_y + py * size) for px, py in points]]
        )
        if not patch.is_empty:
            shaded = np.clip(colour, 0, 1)
            canvas.paint(patch, shaded + (haze - shaded) * np.float32(air), opacity)
            np.maximum(
                canvas.dry[patch.rows, patch.columns], patch.alpha, out=canvas.dry[patch.rows, patch.columns]
            )
        return patch

    def curve(a: Point, b: Point, bulge: Point, count: int = 14) -> list[Point]:
        return [
            (
                (1 - t) ** 2 * a[0] + 2 * t * (1 - t) * bulge[0] + t * t * b[0],
                (1 - t) ** 2 * a[1] + 2 * t * (1 - t) * bulge[1] + t * t * b[1],
            )
            for t in np.linspace(0, 1, count)
        ]

    lit, shade = light.key, light.ambient
    cloth = rgb("#faf4e8")
    for sail, fullness in (
        (
            [
                *curve((0.03, -0.13), (0.0, -1.08), (0.02, -0.6)),
                *curve((0.0, -1.08), (-0.46, -0.14), (-0.22, -0.66)),
                *curve((-0.46, -0.14), (0.03, -0.13), (-0.2, -0.10)),
            ],
            0.0,
        ),
        (
            [
                *curve((0.06, -0.96), (0.50, -0.10), (0.40, -0.52)),
                *curve((0.50, -0.10), (0.09, -0.15), (0.28, -0.07)),
                *curve((0.09, -0.15), (0.06, -0.96), (0.14, -0.5)),
            ],
            0.18,
        ),
    ):
        patch = canvas.shapes(
            [[(x + px * size * side + (lean * -py * 1.2), line_y + py * size) for px, py in sail]]
        )
        if patch.is_empty:
            continue
        u = (patch.x - np.float32(x)) * np.float32(side / size)
        v = (patch.y - np.float32(line_y)) / np.float32(size)
        belly = np.clip(
            np.float32(0.62 + fullness)
            + u * np.float32(0.75)
            - np.abs(v + np.float32(0.45)) * np.float32(0.16),
            0.1,
            1,
        )
        seams = np.float32(1) - np.exp(
            -(((np.mod(v * 7 + u * 2, 1) - np.float32(0.5)) / np.float32(0.03)) ** 2)
        ) * np.float32(0.05)
        glow = cloth * (
            shade * np.float32(0.75) * (1 - belly) + lit * belly
        ) * seams + light.glow * np.float32(0.06)
        shown = np.clip(glow, 0, 1)
        canvas.paint(patch, shown + (haze - shown) * np.float32(air))
        np.maximum(
            canvas.dry[patch.rows, patch.columns], patch.alpha, out=canvas.dry[patch.rows, patch.columns]
        )
    fill([(0.035, -0.08), (0.045, -1.14), (0.055, -1.14), (0.065, -0.08)], rgb("#5c4634") * lit)
    fill([(-0.48, -0.115), (-0.48, -0.125), (0.05, -0.135), (0.05, -0.12)], rgb("#5c4634") * lit)
    fill(
        [(-0.08, -0.08), (-0.06, -0.125), (0.2, -0.125), (0.26, -0.08)],
        rgb("#e9e2d4") * (shade * np.float32(0.5) + lit * np.float32(0.45)),
    )
    body = [
        *curve((-0.50, -0.085), (0.66, -0.115), (0.05, -0.05)),
        *curve((0.66, -0.115), (0.46, 0.0), (0.60, -0.02)),
        (-0.40, 0.0),
        *curve((-0.40, 0.0), (-0.50, -0.085), (-0.49, -0.02)),
    ]
    patch = fill(body, hull * (shade * np.float32(0.55) + lit * np.float32(0.5)))
    if not patch.is_empty:
        down = np.clip((patch.y - np.float32(line_y - 0.1 * size)) / np.float32(0.1 * size), 0, 1)
        canvas.shade(Patch(patch.rows, patch.columns, patch.alpha * down, patch.x, patch.y), 0.38)
    fill([(-0.49, -0.088), (0.655, -0.117), (0.64, -0.098), (-0.49, -0.072)], rgb("#c9a06a") * lit)
    if light.is_night:
        canvas.halo(x + 0.1 * size * side, line_y - 0.11 * size, 0.06 * size, rgb("#ffcf88"), 0.8)
    water.mirrored(canvas, before, box, line_y, light, 0.6, 0.55)
    wash = canvas.region(x - size * 0.7, line_y - 0.006, x + size * 0.8, line_y + size * 0.03 + 0.003)
    if not wash.is_empty:
        along = np.clip(1 - np.abs(wash.x - np.float32(x)) / np.float32(size * 0.62), 0, 1)
        foam = (
            np.exp(-(((wash.y - np.float32(line_y + 0.002)) / np.float32(0.004 + size * 0.006)) ** 2))
            * along
            * np.clip(np.float32(0.5) + line(canvas.rng, wash.x, 30, 3), 0, 1)
        )
        canvas.paint(
            Patch(wash.rows, wash.columns, (foam * np.float32(0.6)).astype(np.float32), wash.x, wash.y),
            np.clip(lit * np.float32(0.95), 0, 1),
        )
