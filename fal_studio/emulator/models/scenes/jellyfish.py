"""Jellyfish drifting in deep water."""

import numpy as np

from fal_studio.emulator.models.scenes.canvas import Canvas, Patch, Point
from fal_studio.emulator.models.scenes.colour import mix, ramp, rgb
from fal_studio.emulator.models.scenes.noise import Array, line, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish

WATERS = (
    ("#041226", "#0b3560", "#2f7fb0"),
    ("#08102c", "#2a2c74", "#6f6ac0"),
    ("#021a22", "#0a4a56", "#3aa39a"),
    ("#120a26", "#4a2060", "#b0609a"),
)
BODIES = (("#ffd9ec", "#a98cff"), ("#d8f4ff", "#5fb8ff"), ("#fff0d2", "#ff9a7a"), ("#e9dcff", "#ff84c0"))


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Water with light from above, floating specks, small far animals and a large near one."""
    rng = canvas.rng
    deep, middle, bright = (rgb(colour) for colour in WATERS[int(rng.integers(len(WATERS)))])
    canvas.rgb[:] = ramp([(0.0, mix(middle, bright, 0.55)), (0.45, middle), (1.0, deep)], canvas.y[:, 0])[
        :, :, None
    ]
    _rays(canvas, bright)
    _specks(canvas, bright, 190, 0.0013, 0.5)
    pale, tinge = (rgb(colour) for colour in BODIES[int(rng.integers(len(BODIES)))])
    for _ in range(int(rng.integers(2, 4))):
        x = float(rng.choice([-1, 1]) * rng.uniform(0.26, 0.44)) * canvas.aspect
        _jelly(
            canvas,
            x,
            float(rng.uniform(0.2, 0.6)),
            float(rng.uniform(0.03, 0.055)),
            mix(pale, middle, 0.35),
            mix(tinge, middle, 0.4),
            0.6,
        )
    _jelly(
        canvas,
        float(rng.uniform(-0.08, 0.08)) * canvas.aspect,
        float(rng.uniform(0.30, 0.36)),
        0.19 * canvas.scale,
        pale,
        tinge,
        1.0,
    )
    _specks(canvas, mix(bright, rgb("#ffffff"), 0.4), 40, 0.0028, 0.35)


def _rays(canvas: Canvas, bright: Array) -> None:
    rng = canvas.rng
    patch = canvas.region(-9, 0, 9, 1)
    x = float(rng.uniform(-0.3, 0.3)) * canvas.aspect
    angle = np.arctan2(patch.x - np.float32(x), patch.y + np.float32(0.45))
    fan = line(rng, angle.reshape(1, -1), 7, 4, 0.6).reshape(angle.shape)
    alpha = smooth(0.0, 1.1, fan) * np.clip(1 - patch.y * np.float32(1.25), 0, 1) ** 1.4
    canvas.glow(Patch(patch.rows, patch.columns, alpha.astype(np.float32), patch.x, patch.y), bright, 0.42)


def _specks(canvas: Canvas, colour: Array, count: int, size: float, strength: float) -> None:
    rng = canvas.rng
    dots: list[list[Point]] = []
    for x, y, wide in rng.random((count, 3)):
        px, py, r = (float(x) - 0.5) * canvas.aspect, float(y), size * (0.4 + 1.2 * float(wide))
        dots.append(
            [(px + float(np.cos(a)) * r, py + float(np.sin(a)) * r) for a in np.linspace(0, 6.283, 9)]
        )
    canvas.glow(canvas.shapes(dots, blur=size * 0.6, fineness=2), colour, strength)


def _jelly(canvas: Canvas, x: float, y: float, r: float, pale: Array, tinge: Array, strength: float) -> None:
    rng = canvas.rng
    canvas.halo(x, y - r * 0.1, r * 1.5, tinge, 0.5 * strength)
    _tentacles(canvas, x, y, r, tinge, pale, strength)
    box = canvas.region(x - r * 1.25, y - r * 1.1, x + r * 1.25, y + r * 0.75)
    if box.is_empty:
        return
    u, v = (box.x - np.float32(x)) / np.float32(r), (box.y - np.float32(y)) / np.float32(r)
    scallop = np.cos(np.arcsin(np.clip(u, -1, 1)) * np.float32(16)) * np.float32(0.045)
    hem = np.float32(0.30) - u * u * np.float32(0.16) + scallop
    dome = np.float32(1) - (u / np.float32(1.04)) ** 2 - (np.minimum(v, 0) / np.float32(0.95)) ** 2
    inside = smooth(0.0, 0.05, dome) * smooth(0.03, -0.03, v - hem) * (np.abs(u) < 1.04)
    thickness = np.sqrt(np.clip(dome, 0, 1))
    polar = np.arctan2(u, np.float32(1.15) - (v + np.float32(1.0)) * np.float32(0.15))
    ribs = np.cos(polar * np.float32(30)) * np.float32(0.5) + np.float32(0.5)
    flesh = sample(spectral(rng, 1.3, low=4, size=256), u * np.float32(0.35), v * np.float32(0.35))
    rim = np.exp(-thickness * np.float32(3.4))
    body = (
        np.float32(0.40)
        + rim * np.float32(0.62)
        + (1 - ribs) ** 3 * np.float32(0.20) * smooth(-0.95, 0.1, v)
        + flesh * np.float32(0.045)
    )
    heart = np.exp(-(((u) / np.float32(0.36)) ** 2) - (((v + np.float32(0.18)) / np.float32(0.30)) ** 2))
    hem_light = np.exp(-(((v - hem + np.float32(0.05)) / np.float32(0.055)) ** 2)) * np.float32(0.5)
    power = np.clip((body + heart * np.float32(0.5) + hem_light) * inside, 0, 1)
    tone = np.clip(
        rim * np.float32(0.9)
        + heart * np.float32(0.35)
        + hem_light
        + (np.float32(-0.2) - v) * np.float32(0.35),
        0,
        1,
    )
    canvas.paint(
        Patch(box.rows, box.columns, (power * np.float32(0.9 * strength)).astype(np.float32), box.x, box.y),
        tinge + (pale - tinge) * tone,
    )
    gleam = (
        np.exp(
            -(((u + np.float32(0.38)) / np.float32(0.22)) ** 2)
            - (((v + np.float32(0.55)) / np.float32(0.13)) ** 2)
        )
        * inside
    )
    canvas.glow(
        Patch(box.rows, box.columns, gleam.astype(np.float32), box.x, box.y), rgb("#ffffff"), 0.45 * strength
    )


def _tentacles(
    canvas: Canvas, x: float, y: float, r: float, tinge: Array, pale: Array, strength: float
) -> None:
    rng = canvas.rng
    drift = float(rng.uniform(-0.5, 0.5)) * r

    def strand(start: float, length: float, sway: float, waves: float) -> list[Point]:
        phase = float(rng.uniform(0, 6.28))
        points: list[Point] = []
        for t in np.linspace(0, 1, 46):
            wide = (
                start * (1 - 0.35 * t)
                + sway * float(np.sin(phase + t * waves * 6.28)) * t**0.7
                + drift * t * t
            )
            points.append((x + wide, y + r * 0.16 + length * float(t)))
        return points

    thin = [
        (
            strand(
                float(rng.uniform(-0.92, 0.92)) * r,
                r * float(rng.uniform(1.9, 3.6)),
                r * float(rng.uniform(0.05, 0.14)),
                float(rng.uniform(0.8, 1.8)),
            ),
            max(0.0011, r * 0.012),
        )
        for _ in range(26)
    ]
    canvas.glow(canvas.strokes(thin, blur=r * 0.03), tinge, 0.85 * strength)
    canvas.glow(canvas.strokes(thin), mix(tinge, pale, 0.6), 0.8 * strength)
    for _ in range(5):
        spine = strand(
            float(rng.uniform(-0.4, 0.4)) * r,
            r * float(rng.uniform(1.3, 2.2)),
            r * 0.10,
            float(rng.uniform(1.0, 1.6)),
        )
        ruffle: list[tuple[list[Point], float]] = []
        for index, (px, py) in enumerate(spine[:-1]):
            wide = r * 0.16 * (1 - index / len(spine)) ** 0.8 * (0.75 + 0.25 * float(np.sin(index * 1.7)))
            ruffle.append(([(px - wide / 2, py), (px + wide / 2, spine[index + 1][1])], r * 0.030))
        canvas.paint(canvas.strokes(ruffle, blur=r * 0.016), pale, 0.5 * strength)
