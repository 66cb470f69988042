"""Things that grow: pines, bare and leafy trees, grass, flowers."""

import numpy as np

from fal_studio.emulator.models.scenes.canvas import Canvas, Patch, Point
from fal_studio.emulator.models.scenes.noise import Array, Rng


def pine(rng: Rng, x: float, base: float, height: float) -> list[list[Point]]:
    """The outline of one conifer, ragged like a drawn one."""
    tiers = int(rng.integers(7, 11))
    half = height * float(rng.uniform(0.15, 0.21))
    left: list[Point] = []
    right: list[Point] = []
    for tier in range(tiers):
        low, high = tier / tiers, (tier + 1) / tiers
        reach = half * (1 - low) ** 0.85
        inner = half * (1 - high) ** 0.85 * 0.42
        y = base - height * (0.06 + 0.94 * low)
        up = base - height * (0.06 + 0.94 * (low + 0.75 / tiers))
        for side, points in ((-1, left), (1, right)):
            reach_here = reach * float(rng.uniform(0.72, 1.15))
            points.append((x + side * reach_here, y + height * 0.012 * float(rng.uniform(0, 1.6))))
            points.append((x + side * inner, up))
    trunk = [
        (x - half * 0.09, base + height * 0.01),
        (x - half * 0.09, base - height * 0.1),
        (x + half * 0.09, base - height * 0.1),
        (x + half * 0.09, base + height * 0.01),
    ]
    return [[*left, (x, base - height * 1.02), *reversed(right)], trunk]


def pines(
    canvas: Canvas,
    ground: Array,
    count: int,
    height: float,
    spread: float,
    colour: Array,
    *,
    clear: tuple[float, float] | None = None,
) -> Patch:
    """A belt of conifers standing on a line of ground (one y for each column). `clear` keeps a gap between two x."""
    rng = canvas.rng
    polygons: list[list[Point]] = []
    for place in np.sort(rng.random(count)):
        x = (float(place) - 0.5) * canvas.aspect * 1.06
        if clear and clear[0] < x < clear[1]:
            continue
        column = int(np.clip((x + canvas.aspect / 2) * canvas.height, 0, canvas.width - 1))
        tall = height * (1 - spread + spread * 2 * float(rng.random()) ** 1.3)
        polygons += pine(rng, x, float(ground[0, column]) + 0.006, tall)
    patch = canvas.shapes(polygons, fineness=3)
    if not patch.is_empty:
        canvas.paint(patch, colour)
    return patch


def branches(
    rng: Rng, x: float, base: float, height: float, lean: float = 0.0
) -> list[tuple[list[Point], float]]:
    """A bare tree as strokes with widths, forked four times."""
    strokes: list[tuple[list[Point], float]] = []

    def grow(px: float, py: float, angle: float, length: float, width: float, depth: int) -> None:
        mid = (
            px + np.cos(angle) * length * 0.5 + float(rng.normal(0, 0.03)) * length,
            py - np.sin(angle) * length * 0.5,
        )
        bend = angle + float(rng.normal(0, 0.12))
        end = (mid[0] + np.cos(bend) * length * 0.5, mid[1] - np.sin(bend) * length * 0.5)
        strokes.append(([(px, py), mid, end], width))
        if depth:
            for turn in (float(rng.uniform(0.22, 0.6)), -float(rng.uniform(0.22, 0.6))):
                grow(*end, bend + turn, length * float(rng.uniform(0.62, 0.8)), width * 0.64, depth - 1)

    grow(x, base, np.pi / 2 + lean, height * 0.3, height * 0.03, 5)
    return strokes


def blades(rng: Rng, left: float, right: float, base: float, height: float, count: int) -> list[list[Point]]:
    """Thin bent grass blades as triangles."""
    polygons: list[list[Point]] = []
    for place, tall, bend, jitter in rng.random((count, 4)):
        x = left + (right - left) * float(place)
        y = base + (float(jitter) - 0.5) * height * 0.5
        up = height * (0.45 + 0.75 * float(tall))
        tip = x + (float(bend) - 0.5) * up * 0.8
        half = height * 0.018
        polygons.append(
            [
                (x - half, y),
                ((x + tip) / 2 - half * 0.7, y - up * 0.6),
                (tip, y - up),
                ((x + tip) / 2 + half * 0.7, y - up * 0.6),
                (x + half, y),
            ]
        )
    return polygons
