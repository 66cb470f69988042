"""A field of flowers running to the horizon."""

import numpy as np

from fal_studio.emulator.models.scenes import plants, sky, terrain
from fal_studio.emulator.models.scenes.canvas import Canvas, Point
from fal_studio.emulator.models.scenes.colour import mix, rgb
from fal_studio.emulator.models.scenes.noise import Array, Rng, line, sample, spectral
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish

KINDS: dict[str, tuple[str, ...]] = {
    "poppy": ("#d8392b", "#e8553a", "#c42a2a", "#f07a5a"),
    "lavender": ("#7a5fb5", "#9a7fd0", "#6a4fa0", "#b59ae0"),
    "sunflower": ("#f2b824", "#f7cf4a", "#e09a1c", "#f9dc7a"),
    "daisy": ("#fbf8ee", "#f4ead0", "#ffffff", "#f7d9e0"),
    "tulip": ("#e0486a", "#f2b03a", "#f4e2d0", "#b83a7a"),
    "rose": ("#d84a6f", "#f08aa0", "#b82f55", "#f7c0c8"),
}


PETAL_ANGLES = tuple(float(angle) for angle in np.linspace(0, 6.283, 9))


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Sky, hills, meadow, and flowers from dots far away to petals near by."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.42, 0.48))
    sun_x = float(rng.choice([-1, 1]) * rng.uniform(0.14, 0.34)) * canvas.aspect
    side = float(np.sign(sun_x))
    sky.wash(canvas, light, horizon)
    sky.stars(canvas, light.stars, horizon)
    sky.sun(canvas, light, sun_x, max(0.08, horizon - light.sun_height * 0.8 - 0.02), 0.026)
    sky.clouds(canvas, light, horizon, sun_x, 0.8 if not light.has_sun else 0.5)
    for level, waves, air in ((0.045, 1.6, 0.72), (0.018, 2.2, 0.45)):
        ridge = np.float32(horizon - level * 0.4) - line(rng, canvas.x, waves, 5) * np.float32(level)
        terrain.range_of_hills(
            canvas,
            light,
            ridge,
            air=air,
            albedo=rgb("#5f7a58"),
            sun_side=side,
            until=horizon + 0.05,
            rough=0.5,
        )
    grass = mix(rgb("#6f8f3f"), rgb("#8a9a4a"), float(rng.random()))
    _meadow(canvas, light, grass, horizon)
    names = [
        name
        for name in KINDS
        if {name, f"{name}s", "poppies" if name == "poppy" else name, "daisies" if name == "daisy" else name}
        & wish.words
    ]
    kind = names[0] if names else list(KINDS)[int(rng.integers(len(KINDS)))]
    colours = [rgb(colour) for colour in KINDS[kind]]
    for index in range(7):
        _row(canvas, light, kind, colours, horizon, index / 6, grass)


def _meadow(canvas: Canvas, light: Light, grass: Array, horizon: float) -> None:
    rng = canvas.rng
    edge = np.float32(horizon) + line(rng, canvas.x, 2.0, 4) * np.float32(0.006)
    patch = canvas.below(edge)
    down = np.maximum(patch.y - edge, np.float32(0.0005))
    far = np.float32(1) / (down + np.float32(0.05))
    tufts = sample(spectral(rng, 1.0, low=8), patch.x * far * np.float32(0.16), far * np.float32(0.42))
    lit = np.clip(np.float32(0.62) + tufts * np.float32(0.16) * np.clip(down * 8, 0.25, 1), 0, 1.1)
    colour = grass * (light.ambient * np.float32(0.55) + light.key * (lit * np.float32(0.72)))
    haze = np.exp(-down * np.float32(11)) * np.float32(0.55)
    canvas.paint(patch, np.clip(colour + (mix(light.haze, light.lower, 0.5) - colour) * haze, 0, 1))


def _row(
    canvas: Canvas, light: Light, kind: str, colours: list[Array], horizon: float, depth: float, grass: Array
) -> None:
    rng = canvas.rng
    near, far = horizon + 0.012 + 0.50 * depth**1.7, horizon + 0.012 + 0.50 * (depth + 1 / 6) ** 1.7
    size = 0.0026 + 0.030 * depth**1.8
    count = int((620 * (1 - depth) ** 2.2 + 30) * max(0.7, canvas.aspect))
    places = rng.random((count, 4))
    drift = line(rng, (places[:, 0].astype(np.float32) * np.float32(canvas.aspect)).reshape(1, -1), 3, 3)[0]
    haze = mix(light.haze, light.lower, 0.5)
    air = 0.55 * (1 - depth) ** 2
    green = mix(grass * (light.ambient * np.float32(0.5) + light.key * np.float32(0.42)), haze, air)
    spots = [
        (
            (float(p[0]) - 0.5) * canvas.aspect * 1.06,
            near + (far - near) * float(p[1]) + float(bend) * 0.01,
            size * (0.65 + 0.7 * float(p[2])),
            float(p[3]),
        )
        for p, bend in zip(places, drift, strict=True)
    ]
    patches = line(rng, np.array([[spot[0] * 1.6 + spot[1] * 0.9 for spot in spots]], np.float32), 1.7, 3)[0]
    spots = [spot for spot, dense in zip(spots, patches, strict=True) if dense > -0.12 or spot[3] < 0.25]
    spots.sort(key=lambda spot: spot[1])
    if depth > 0.3:
        half = canvas.aspect / 2
        canvas.paint(
            canvas.shapes(
                plants.blades(
                    rng,
                    -half,
                    half,
                    (near + far) / 2 + size * 1.6,
                    size * 4.2,
                    int(190 * max(0.7, canvas.aspect)),
                ),
                fineness=3,
            ),
            green * np.float32(0.82),
            0.9,
        )
        stems = [
            ([(x, y), (x + (turn - 0.5) * r * 0.8, y + r * 4.5)], max(r * 0.11, 0.0008))
            for x, y, r, turn in spots
        ]
        canvas.paint(canvas.strokes(stems), green * np.float32(0.9))
    for index, colour in enumerate(colours):
        mine = spots[index :: len(colours)]
        lit = mix(
            np.clip(colour * (light.ambient * np.float32(0.42) + light.key * np.float32(0.66)), 0, 1),
            haze,
            air,
        )
        if depth < 0.45:
            canvas.paint(canvas.shapes([_blob(rng, x, y, r) for x, y, r, _ in mine], fineness=3), lit)
            continue
        low, high = (
            lit * np.float32(0.72),
            np.clip(lit * np.float32(1.10) + light.glow * np.float32(0.08), 0, 1),
        )
        canvas.paint(
            canvas.shapes(
                [petal for x, y, r, turn in mine for petal in _petals(kind, x, y, r * 1.06, turn)], fineness=3
            ),
            low,
        )
        canvas.paint(
            canvas.shapes(
                [
                    petal
                    for x, y, r, turn in mine
                    for petal in _petals(kind, x - r * 0.05, y - r * 0.10, r * 0.86, turn)
                ],
                fineness=3,
            ),
            high,
        )
        if kind in ("daisy", "sunflower", "poppy"):
            heart = rgb("#e0a52c") if kind == "daisy" else rgb("#3a2a22")
            canvas.paint(
                canvas.shapes(
                    [
                        _blob(rng, x, y - r * 0.04, r * (0.26 if kind != "sunflower" else 0.42))
                        for x, y, r, _ in mine
                    ],
                    fineness=3,
                ),
                mix(heart * light.key, haze, air),
            )


def _blob(rng: Rng, x: float, y: float, r: float) -> list[Point]:
    return [(x + float(np.cos(a)) * r, y + float(np.sin(a)) * r * 0.72) for a in np.linspace(0, 6.283, 9)]


def _petals(kind: str, x: float, y: float, r: float, turn: float) -> list[list[Point]]:
    if kind == "lavender":
        return [
            [
                (
                    x + float(np.cos(a)) * r * 0.30 * (1 - t * 0.7) + (turn - 0.5) * r * t * 0.4,
                    y - t * r * 2.2 + float(np.sin(a)) * r * 0.26,
                )
                for a in np.linspace(0, 6.283, 8)
            ]
            for t in np.linspace(0, 1, 8)
        ]
    if kind == "tulip":
        return [
            [
                (x - r * 0.55, y - r * 0.5),
                (x - r * 0.32, y - r * 1.3),
                (x - r * 0.12, y - r * 0.85),
                (x, y - r * 1.4),
                (x + r * 0.12, y - r * 0.85),
                (x + r * 0.32, y - r * 1.3),
                (x + r * 0.55, y - r * 0.5),
                (x + r * 0.3, y + r * 0.25),
                (x - r * 0.3, y + r * 0.25),
            ]
        ]
    count, wide, squash = {
        "poppy": (5, 0.40, 0.62),
        "rose": (7, 0.34, 0.7),
        "daisy": (12, 0.11, 0.66),
        "sunflower": (15, 0.12, 0.72),
    }[kind]
    petals: list[list[Point]] = []
    for index in range(count):
        angle = index * 6.283 / count + turn * 6.283
        cos, sin = float(np.cos(angle)), float(np.sin(angle))
        outline: list[Point] = []
        for a in PETAL_ANGLES:
            along, across = 0.54 + 0.46 * float(np.cos(a)), wide * float(np.sin(a))
            outline.append(
                (x + (along * cos - across * sin) * r, y + (along * sin + across * cos) * r * squash)
            )
        petals.append(outline)
    return petals
