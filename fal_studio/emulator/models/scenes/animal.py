"""A fox or a cat on a hill before a large low sun or moon."""

import numpy as np

from fal_studio.emulator.models.scenes import plants, sky, terrain
from fal_studio.emulator.models.scenes.canvas import Canvas, Patch, Point
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array, line, sample, spectral
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish

# Seen from the side, facing right; x to the right, y upwards, the animal is 1 high and sits on y = 0.
FOX_BODY: tuple[Point, ...] = (
    (-0.26, 0.0),
    (-0.33, 0.10),
    (-0.32, 0.24),
    (-0.24, 0.37),
    (-0.13, 0.47),
    (-0.06, 0.58),
    (-0.05, 0.66),
    (-0.02, 0.74),
    (0.02, 0.86),
    (0.055, 0.985),
    (0.11, 0.87),
    (0.135, 0.86),
    (0.20, 0.96),
    (0.205, 0.82),
    (0.245, 0.755),
    (0.30, 0.715),
    (0.375, 0.665),
    (0.385, 0.645),
    (0.36, 0.632),
    (0.28, 0.62),
    (0.215, 0.585),
    (0.185, 0.52),
    (0.185, 0.42),
    (0.17, 0.28),
    (0.165, 0.12),
    (0.185, 0.035),
    (0.225, 0.02),
    (0.225, 0.0),
    (0.10, 0.0),
    (0.085, 0.16),
    (0.06, 0.06),
    (0.09, 0.0),
)
FOX_TAIL: tuple[Point, ...] = (
    (-0.24, 0.0),
    (-0.30, 0.05),
    (-0.40, 0.12),
    (-0.53, 0.16),
    (-0.64, 0.145),
    (-0.725, 0.085),
    (-0.76, 0.04),
    (-0.68, 0.015),
    (-0.56, 0.0),
    (-0.40, -0.015),
)
CAT_BODY: tuple[Point, ...] = (
    (-0.24, 0.0),
    (-0.30, 0.10),
    (-0.29, 0.26),
    (-0.21, 0.42),
    (-0.11, 0.54),
    (-0.05, 0.64),
    (-0.06, 0.74),
    (-0.045, 0.83),
    (-0.035, 0.985),
    (0.04, 0.90),
    (0.115, 0.905),
    (0.185, 0.985),
    (0.20, 0.84),
    (0.225, 0.76),
    (0.215, 0.69),
    (0.17, 0.64),
    (0.15, 0.56),
    (0.16, 0.42),
    (0.15, 0.26),
    (0.145, 0.12),
    (0.16, 0.04),
    (0.205, 0.02),
    (0.205, 0.0),
    (0.08, 0.0),
    (0.07, 0.16),
    (0.045, 0.05),
    (0.07, 0.0),
)
CAT_TAIL: tuple[Point, ...] = (
    (-0.20, 0.0),
    (-0.30, 0.045),
    (-0.42, 0.06),
    (-0.52, 0.11),
    (-0.57, 0.20),
    (-0.55, 0.29),
    (-0.50, 0.31),
    (-0.50, 0.25),
    (-0.50, 0.19),
    (-0.46, 0.13),
    (-0.38, 0.0),
)


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Sky with a large disc, hills, the animal with a lit edge, grass in front."""
    rng = canvas.rng
    is_cat = bool(wish.words & {"cat", "kitten"}) or not (
        wish.words & {"fox", "wolf", "dog"} or rng.random() < 0.6
    )
    horizon = 0.66
    facing = float(rng.choice([-1, 1]))
    disc_x = float(rng.uniform(0.02, 0.12)) * canvas.aspect * facing
    sky.wash(canvas, light, horizon)
    sky.stars(canvas, light.stars, horizon)
    size = 0.21 * canvas.scale
    disc_y = horizon - 0.21
    sky.sun(canvas, light, disc_x, disc_y, size)
    sky.clouds(canvas, light, horizon, disc_x, 0.40)
    for level, waves, air in ((0.09, 1.5, 0.74), (0.055, 2.2, 0.52)):
        ridge = np.float32(horizon + 0.02) - (
            np.float32(0.5) + line(rng, canvas.x, waves, 6) * np.float32(0.5)
        ) * np.float32(level)
        terrain.range_of_hills(
            canvas, light, ridge, air=air, albedo=rgb("#5f6a6c"), sun_side=facing, until=0.85, rough=0.7
        )
    dark = mix(light.ambient, rgb("#17161c"), 0.74) * np.float32(0.72)
    hill = (
        np.float32(0.80)
        + (canvas.x / np.float32(canvas.aspect)) ** 2 * np.float32(0.34)
        + line(rng, canvas.x, 3, 4) * np.float32(0.006)
    )
    patch = canvas.below(hill)
    crest = np.exp(-(patch.y - hill) * np.float32(42))
    canvas.paint(patch, np.clip(dark + light.glow * (crest * np.float32(0.16)), 0, 1))
    half = canvas.aspect / 2
    x = -disc_x * 0.15
    _animal(canvas, light, dark, x, 0.808, 0.47 * canvas.scale, facing, is_cat)
    for base, height, count, shade in (
        (0.83, 0.075, 420, 1.0),
        (0.93, 0.12, 260, 0.7),
        (1.03, 0.17, 170, 0.45),
    ):
        blades = plants.blades(rng, -half, half, base, height, int(count * max(0.7, canvas.aspect)))
        canvas.paint(
            canvas.shapes(blades, fineness=3),
            dark * np.float32(shade) + light.glow * np.float32(0.045 * shade),
        )


def _animal(
    canvas: Canvas, light: Light, dark: Array, x: float, foot: float, size: float, facing: float, is_cat: bool
) -> None:
    body, tail = (CAT_BODY, CAT_TAIL) if is_cat else (FOX_BODY, FOX_TAIL)

    def placed(points: tuple[Point, ...]) -> list[Point]:
        return [(x + px * size * facing, foot - py * size) for px, py in _rounded(points)]

    patch = canvas.shapes([placed(body), placed(tail)])
    if patch.is_empty:
        return
    coat = mix(rgb("#4a4248"), rgb("#8a5a3c"), 0.4) if is_cat else rgb("#c8632e")
    fur = sample(
        spectral(canvas.rng, 0.9, low=10, stretch=0.3),
        patch.x * np.float32(2.4) + patch.y * np.float32(0.6),
        patch.y * np.float32(1.0),
    )
    u = (patch.x - np.float32(x)) * np.float32(facing / size)
    v = (np.float32(foot) - patch.y) / np.float32(size)
    colour = mix(dark, coat * light.ambient, 0.62) * (
        np.float32(0.78) + fur * np.float32(0.10) + v * np.float32(0.30)
    )
    if not is_cat:
        chest = np.exp(
            -(((u - np.float32(0.155)) / np.float32(0.055)) ** 2)
            - (((v - np.float32(0.42)) / np.float32(0.17)) ** 2)
        )
        cheek = np.exp(
            -(((u - np.float32(0.235)) / np.float32(0.075)) ** 2)
            - (((v - np.float32(0.635)) / np.float32(0.035)) ** 2)
        )
        tip = np.exp(
            -(((u + np.float32(0.70)) / np.float32(0.075)) ** 2)
            - (((v - np.float32(0.06)) / np.float32(0.09)) ** 2)
        )
        pale = rgb("#f4e4cf") * light.ambient * np.float32(0.95)
        colour = colour + (pale - colour) * np.clip((chest + cheek + tip) * np.float32(0.85), 0, 1)
        socks = np.clip((np.float32(0.17) - v) * 9, 0, 1) * (u > 0.03)
        colour = colour + (dark * np.float32(0.7) - colour) * (socks * np.float32(0.8))
    canvas.paint(patch, np.clip(colour, 0, 1))
    _edge_light(canvas, patch, light, size)
    ex, ey = (0.115, 0.775) if is_cat else (0.20, 0.765)
    eye = canvas.ellipse(x + ex * size * facing, foot - ey * size, size * 0.016, size * 0.013)
    canvas.paint(eye, rgb("#ffd98a") if light.is_night or is_cat else rgb("#1c1410"))


def _rounded(points: tuple[Point, ...]) -> list[Point]:
    """Corners cut twice (Chaikin), so that a few points give a living outline."""
    current = list(points)
    for _ in range(2):
        smoother: list[Point] = []
        for (ax, ay), (bx, by) in zip(current, [*current[1:], current[0]], strict=True):
            smoother += [
                (ax * 0.80 + bx * 0.20, ay * 0.80 + by * 0.20),
                (ax * 0.20 + bx * 0.80, ay * 0.20 + by * 0.80),
            ]
        current = smoother
    return current


def _edge_light(canvas: Canvas, patch: Patch, light: Light, size: float) -> None:
    """A thin line of sunlight along the outline."""
    shift = max(1, round(size * canvas.height * 0.011))
    inner = patch.alpha.copy()
    for axis, step in ((0, shift), (0, -shift), (1, shift), (1, -shift)):
        inner = np.minimum(inner, np.roll(patch.alpha, step, axis))
    rim = np.clip(patch.alpha - inner, 0, 1) * np.clip(
        np.float32(1.25) - (patch.y - patch.y.min()) / np.float32(max(size, 0.01)), 0, 1
    )
    canvas.glow(Patch(patch.rows, patch.columns, rim.astype(np.float32), patch.x, patch.y), light.glow, 0.85)
