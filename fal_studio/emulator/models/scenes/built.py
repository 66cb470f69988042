"""Things people build: lighthouse towers, houses."""

import numpy as np

from fal_studio.emulator.models.scenes.canvas import Canvas, Patch
from fal_studio.emulator.models.scenes.colour import rgb
from fal_studio.emulator.models.scenes.noise import Array, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light


def lit(light: Light, albedo: Array, facing: Array) -> Array:
    """A surface's colour: the sky's light everywhere, the sun's where it faces it (0 to 1)."""
    return np.clip(
        albedo * (light.ambient * np.float32(0.95) + light.key * (facing * np.float32(0.95))), 0, 1
    )


def tower(
    canvas: Canvas, light: Light, x: float, base: float, height: float, sun_side: float, striped: bool
) -> tuple[float, float]:
    """A round lighthouse; returns where its lamp is."""
    half_low, half_high = height * 0.105, height * 0.066
    top = base - height * 0.78
    body = canvas.shapes(
        [[(x - half_low, base), (x - half_high, top), (x + half_high, top), (x + half_low, base)]]
    )
    if body.is_empty:
        return x, top
    up = (np.float32(base) - body.y) / np.float32(base - top)
    half = np.float32(half_low) + (np.float32(half_high) - np.float32(half_low)) * up
    across = np.clip((body.x - np.float32(x)) / half, -1, 1)
    facing = np.clip(across * np.float32(sun_side * 0.8) + np.sqrt(1 - across**2) * np.float32(0.5), 0, 1)
    albedo = np.broadcast_to(rgb("#f4eee4"), (3, *body.alpha.shape)).copy()
    if striped:
        bands = np.clip(
            np.abs(((up * np.float32(3.0) + 0.12) % 1) - 0.5) * np.float32(height * canvas.height * 0.26)
            - np.float32(height * canvas.height * 0.065)
            + 0.5,
            0,
            1,
        )
        albedo += (rgb("#c23a2e") - albedo) * bands
    weather = sample(
        spectral(canvas.rng, 1.5, low=4, stretch=3.0), body.x * np.float32(2.5), body.y * np.float32(0.7)
    )
    albedo *= 1 - np.clip(weather, 0, 2) * np.float32(0.055)
    canvas.paint(body, lit(light, albedo, facing))
    for share, offset in ((0.22, -0.15), (0.45, 0.2), (0.68, -0.05)):
        wy = base + (top - base) * share
        width, tall = height * 0.012, height * 0.026
        wx = x + offset * half_low
        window = canvas.shapes(
            [
                [
                    (wx - width, wy - tall),
                    (wx + width, wy - tall),
                    (wx + width, wy + tall),
                    (wx - width, wy + tall),
                ]
            ]
        )
        canvas.paint(window, rgb("#ffd58a") if light.is_night else rgb("#3a3f4c"), 0.95)
    door = canvas.ellipse(x - sun_side * half_low * 0.1, base - height * 0.03, height * 0.022, height * 0.05)
    canvas.paint(door, rgb("#5d3f34") * light.key, 0.9)
    return _lantern(canvas, light, x, top, height, sun_side)


def _lantern(
    canvas: Canvas, light: Light, x: float, top: float, height: float, sun_side: float
) -> tuple[float, float]:
    dark = rgb("#4a4650") * (light.ambient * 0.5 + light.key * 0.6)
    bright = rgb("#8c8284") * (light.ambient * 0.5 + light.key * 0.7)
    deck, wide, glass = height * 0.105, height * 0.018, height * 0.052

    def slab(half: float, y0: float, y1: float, colour: Array, taper: float = 1.0) -> None:
        patch = canvas.shapes(
            [[(x - half * taper, y0), (x + half * taper, y0), (x + half, y1), (x - half, y1)]]
        )
        if patch.is_empty:
            return
        across = np.clip((patch.x - np.float32(x)) / np.float32(half), -1, 1) * np.ones_like(patch.alpha)
        side = np.clip(0.5 + across * sun_side * 0.6, 0, 1)
        canvas.paint(patch, colour * (1 - side) * np.float32(0.8) + bright * side)

    slab(deck * 0.78, top - wide * 0.2, top + wide, dark, 1.25)
    slab(deck, top - wide * 0.9, top - wide * 0.2, dark)
    rails = [([(x - deck, top - wide * 2.6), (x + deck, top - wide * 2.6)], height * 0.005)]
    rails += [
        ([(x + deck * f, top - wide * 2.6), (x + deck * f, top - wide * 0.6)], height * 0.004)
        for f in np.linspace(-0.98, 0.98, 11)
    ]
    canvas.paint(canvas.strokes(rails, fineness=4), dark)
    floor, roof = top - wide * 0.9, top - height * 0.135
    pane = canvas.shapes([[(x - glass, floor), (x - glass, roof), (x + glass, roof), (x + glass, floor)]])
    lamp = (x, (floor + roof) / 2)
    if not pane.is_empty:
        heat = np.exp(
            -(((pane.x - x) / (glass * 0.75)) ** 2) - ((pane.y - lamp[1]) / (glass * 1.3)) ** 2
        ).astype(np.float32)
        canvas.paint(pane, rgb("#c98a4c") + (rgb("#fff4d2") - rgb("#c98a4c")) * heat)
    bars = [([(x + glass * f, floor), (x + glass * f, roof)], height * 0.004) for f in (-1, -0.4, 0.4, 1)]
    canvas.paint(canvas.strokes(bars, fineness=4), dark, 0.85)
    cap = [
        (x + np.cos(a) * glass * 1.25, roof - np.sin(a) * height * 0.062) for a in np.linspace(0, np.pi, 19)
    ]
    dome = canvas.shapes([cap])
    if not dome.is_empty:
        side = np.clip(0.45 + (dome.x - x) / glass * sun_side * 0.55 * np.ones_like(dome.alpha), 0, 1)
        canvas.paint(dome, lit(light, rgb("#7e4a42"), side.astype(np.float32)))
    tip = roof - height * 0.062
    canvas.paint(canvas.strokes([([(x, tip), (x, tip - height * 0.035)], height * 0.006)], fineness=4), dark)
    canvas.paint(canvas.ellipse(x, tip - height * 0.004, height * 0.011, height * 0.011), dark)
    return lamp


def beam(
    canvas: Canvas,
    lamp: tuple[float, float],
    angle: float,
    colour: Array,
    strength: float,
    spread: float = 0.055,
) -> None:
    """Two opposite cones of light from a lamp, grainy with haze, and the halo around it."""
    patch = canvas.region(-9, 0, 9, 1)
    dx, dy = patch.x - np.float32(lamp[0]), patch.y - np.float32(lamp[1])
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    along, across = dx * cos + dy * sin, dy * cos - dx * sin
    reach = np.abs(along)
    width = np.float32(0.006) + reach * np.float32(spread)
    core = np.exp(-((across / width) ** 2)) * np.exp(-reach * np.float32(0.9)) / (1 + reach * np.float32(1.6))
    core *= smooth(0.0, 0.05, reach)
    dust = sample(spectral(canvas.rng, 1.5, low=3), patch.x * np.float32(0.35), patch.y * np.float32(0.8))
    core *= np.float32(0.9) + np.float32(0.10) * dust
    core *= np.where(along > 0, np.float32(1), np.float32(0.72))
    canvas.glow(Patch(patch.rows, patch.columns, core.astype(np.float32), patch.x, patch.y), colour, strength)
    canvas.halo(lamp[0], lamp[1], 0.05, colour, strength * 0.8)
    canvas.halo(lamp[0], lamp[1], 0.012, colour, 1.0)


def house(
    canvas: Canvas,
    light: Light,
    x: float,
    base: float,
    width: float,
    sun_side: float,
    *,
    wall: str = "#efe7da",
    roof: str = "#a8453a",
    snow: bool = False,
    lights: bool = False,
) -> None:
    """A small house with a pitched roof, a chimney and windows, its long side to the viewer."""
    tall, pitch = width * 0.42, width * 0.36
    left, right = x - width / 2, x + width / 2
    gable = width * 0.3 * -sun_side
    front = canvas.shapes([[(left, base), (left, base - tall), (right, base - tall), (right, base)]])
    canvas.paint(front, lit(light, rgb(wall), np.full(front.alpha.shape, 0.42, np.float32)))
    ex = right if gable > 0 else left
    end = canvas.shapes(
        [
            [
                (ex, base),
                (ex, base - tall),
                (ex + gable / 2, base - tall - pitch * 0.92),
                (ex + gable, base - tall),
                (ex + gable, base),
            ]
        ]
    )
    canvas.paint(end, lit(light, rgb(wall), np.full(end.alpha.shape, 0.12, np.float32)))
    stack = x - gable * 0.9
    chimney = canvas.shapes(
        [
            [
                (stack - width * 0.05, base - tall - pitch * 0.5),
                (stack - width * 0.05, base - tall - pitch * 1.32),
                (stack + width * 0.05, base - tall - pitch * 1.32),
                (stack + width * 0.05, base - tall - pitch * 0.5),
            ]
        ]
    )
    canvas.paint(chimney, lit(light, rgb("#8a5a4a"), np.full(chimney.alpha.shape, 0.5, np.float32)))
    over = width * 0.05
    slope = [
        (left - (over if gable > 0 else -0.0), base - tall + over * 0.3),
        (right + (over if gable < 0 else 0.0), base - tall + over * 0.3),
    ]
    ridge = [
        (right + gable / 2 if gable > 0 else right, base - tall - pitch),
        (left + gable / 2 if gable < 0 else left, base - tall - pitch),
    ]
    plane = canvas.shapes([slope + ridge])
    if not plane.is_empty:
        courses = np.sin(plane.y * np.float32(6.283 * 34 / max(width, 0.05) * 0.2)) * np.float32(0.04)
        facing = np.clip(0.72 + courses + np.zeros_like(plane.alpha), 0, 1).astype(np.float32)
        canvas.paint(plane, lit(light, rgb("#f4f6fb") if snow else rgb(roof), facing))
    barge = [(ex + gable / 2, base - tall - pitch), (ex + gable * 1.08, base - tall + over * 0.6)]
    canvas.paint(
        canvas.strokes([(barge, width * 0.045)], fineness=4),
        lit(light, rgb("#e9edf5") if snow else rgb(roof) * 0.72, np.full((1, 1), 0.35, np.float32)),
    )
    pane = rgb("#ffd084") if lights else rgb("#46505e") * light.key
    for share in (0.2, 0.72):
        wx = left + width * share
        frame = canvas.shapes(
            [
                [
                    (wx - width * 0.075, base - tall * 0.78),
                    (wx + width * 0.075, base - tall * 0.78),
                    (wx + width * 0.075, base - tall * 0.36),
                    (wx - width * 0.075, base - tall * 0.36),
                ]
            ]
        )
        canvas.paint(frame, pane)
        bars = [
            ([(wx, base - tall * 0.78), (wx, base - tall * 0.36)], width * 0.014),
            (
                [(wx - width * 0.075, base - tall * 0.57), (wx + width * 0.075, base - tall * 0.57)],
                width * 0.014,
            ),
        ]
        canvas.paint(canvas.strokes(bars, fineness=4), rgb("#6a5648") * light.key)
        if lights:
            canvas.halo(wx, base - tall * 0.55, width * 0.22, rgb("#ffb45c"), 0.55)
    door = canvas.shapes(
        [
            [
                (x - width * 0.07, base),
                (x - width * 0.07, base - tall * 0.66),
                (x + width * 0.07, base - tall * 0.66),
                (x + width * 0.07, base),
            ]
        ]
    )
    canvas.paint(door, lit(light, rgb("#6e4636"), np.full(door.alpha.shape, 0.35, np.float32)))
