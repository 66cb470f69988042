"""A ribbed jug and lemons on a table by a window."""

import numpy as np

from fal_studio.emulator.models.scenes.canvas import Canvas, Patch, Point
from fal_studio.emulator.models.scenes.colour import mix, ramp, rgb
from fal_studio.emulator.models.scenes.noise import Array, line, sample, smooth, spectral
from fal_studio.emulator.models.scenes.palette import Light
from fal_studio.emulator.models.scenes.words import Wish

WALLS = ("#93a0ab", "#a79f92", "#8fa096", "#b09a94", "#7d8794")
FRUITS: dict[str, tuple[str, str, float]] = {
    "lemon": ("#f0cf3a", "#c98f1c", 1.28),
    "orange": ("#ee8f2f", "#b8561c", 1.0),
    "apple": ("#b83a30", "#6f1f22", 0.97),
    "pear": ("#b9b04a", "#7d7a2c", 0.92),
}


def paint(canvas: Canvas, light: Light, wish: Wish) -> None:
    """Wall with window light, oak table, linen, jug and fruit, all lit from one side."""
    rng = canvas.rng
    side = -1.0 if "left" in wish.words or rng.random() < 0.6 else 1.0
    if "right" in wish.words:
        side = 1.0
    dim = np.float32(0.52 if light.is_night else 0.92)
    key = mix(light.key, rgb("#fff3dc"), 0.45) * dim
    ambient = mix(light.ambient, rgb("#8a8f9c"), 0.5) * dim
    edge = float(rng.uniform(0.60, 0.65))
    _wall(canvas, rgb(WALLS[int(rng.integers(len(WALLS)))]), key, ambient, side, edge)
    _table(canvas, key, ambient, side, edge)
    s = canvas.scale
    x = float(rng.uniform(-0.10, -0.04)) * side * -1
    _cloth(canvas, key, ambient, side, x + 0.14 * s, edge, s)
    foot = edge + 0.15
    _shadow(canvas, x - side * 0.17 * s, foot - 0.005, 0.26 * s, 0.045, 0.5)
    _jug(canvas, key, ambient, side, x, foot, 0.44 * s)
    name = next((fruit for fruit in FRUITS if fruit in wish.words or f"{fruit}s" in wish.words), "lemon")
    for dx, dy, size, turn in (
        (0.21, 0.035, 0.068, 0.25),
        (0.10, 0.085, 0.073, -0.5),
        (0.30, 0.075, 0.066, 0.9),
    ):
        if dx == 0.30 and rng.random() < 0.4:
            continue
        fx, fy = x + dx * s, foot + dy * s
        _shadow(
            canvas, fx - side * size * 0.75 * s, fy + size * 0.62 * s, size * 1.15 * s, size * 0.34 * s, 0.55
        )
        _fruit(canvas, key, ambient, side, fx, fy, size * s, turn, *FRUITS[name])


def _wall(canvas: Canvas, colour: Array, key: Array, ambient: Array, side: float, edge: float) -> None:
    rng = canvas.rng
    patch = canvas.region(-9, 0, 9, 1)
    plaster = sample(spectral(rng, 1.3, low=3), patch.x * np.float32(0.8), patch.y * np.float32(0.8))
    fall = np.clip(
        np.float32(0.50) + patch.x * np.float32(side * 0.34 / canvas.aspect) - patch.y * np.float32(0.10),
        0.1,
        1,
    )
    canvas.rgb[:] = np.clip(
        colour
        * (ambient * np.float32(0.82) + key * (fall * np.float32(0.42)))
        * (1 + plaster * np.float32(0.022)),
        0,
        1,
    )
    slant, x0 = 0.34 * side * -1, 0.10 * canvas.aspect * side
    panes: list[list[Point]] = []
    for column in range(2):
        for row in range(3):
            left, top = x0 + (column * 0.205 - 0.2) * canvas.scale, 0.02 + row * 0.185
            wide, tall = 0.185 * canvas.scale, 0.165
            panes.append(
                [
                    (left + top * slant, top - left * 0.15),
                    (left + wide + top * slant, top - (left + wide) * 0.15),
                    (left + wide + (top + tall) * slant, top + tall - (left + wide) * 0.15),
                    (left + (top + tall) * slant, top + tall - left * 0.15),
                ]
            )
    lit = canvas.shapes([[(px, min(py, edge)) for px, py in pane] for pane in panes], blur=0.012, fineness=2)
    if not lit.is_empty:
        leaves = sample(spectral(rng, 1.5, low=3), lit.x * np.float32(0.9), lit.y * np.float32(0.9))
        alpha = lit.alpha * np.clip(np.float32(0.82) - smooth(0.3, 1.5, leaves) * np.float32(0.5), 0, 1)
        canvas.glow(Patch(lit.rows, lit.columns, alpha, lit.x, lit.y), key, 0.38)


def _table(canvas: Canvas, key: Array, ambient: Array, side: float, edge: float) -> None:
    rng = canvas.rng
    patch = canvas.region(-9, edge, 9, 1)
    down = patch.y - np.float32(edge)
    far = np.float32(1) / (down + np.float32(0.28))
    u, v = patch.x * far, far * np.float32(1.2)
    rings = sample(spectral(rng, 1.9, low=1, stretch=6.0), u * np.float32(0.20), v * np.float32(0.55))
    fibre = sample(spectral(rng, 0.75, low=12, stretch=14.0), u * np.float32(0.5), v * np.float32(1.6))
    grain = np.sin(rings * 9 + v * 6) * np.float32(0.5) + np.float32(0.5)
    wood = ramp(
        [(0.0, rgb("#7a4a28")), (0.5, rgb("#a8703f")), (1.0, rgb("#c9935c"))],
        np.clip(grain * np.float32(0.55) + np.float32(0.25) + fibre * np.float32(0.10), 0, 1),
    )
    boards = np.exp(-(((np.mod(v * np.float32(1.55), 1) - np.float32(0.5)) / np.float32(0.010)) ** 2))
    lit = np.clip(
        np.float32(0.55) + patch.x * np.float32(side * 0.5 / canvas.aspect) + down * np.float32(0.25),
        0.1,
        1.1,
    )
    colour = (
        wood * (ambient * np.float32(0.6) + key * (lit * np.float32(0.75))) * (1 - boards * np.float32(0.35))
    )
    canvas.paint(patch, np.clip(colour, 0, 1))
    above = canvas.rgb[:, max(0, patch.rows.start - 2)].mean(axis=1).reshape(3, 1, 1)
    canvas.glow(
        Patch(
            patch.rows,
            patch.columns,
            np.exp(-down * np.float32(9)) * np.float32(0.22) + np.zeros_like(patch.alpha),
            patch.x,
            patch.y,
        ),
        above,
    )
    canvas.shade(canvas.region(-9, edge - 0.003, 9, edge + 0.003), 0.25)


def _shadow(canvas: Canvas, x: float, y: float, rx: float, ry: float, strength: float) -> None:
    canvas.shade(canvas.ellipse(x, y, rx, ry, blur=ry * 0.7), strength)


def _cloth(canvas: Canvas, key: Array, ambient: Array, side: float, x: float, edge: float, s: float) -> None:
    rng = canvas.rng
    y = edge + 0.13
    corners: list[Point] = [
        (x - 0.12 * s, y),
        (x + 0.34 * s, y + 0.015),
        (x + 0.50 * s, y + 0.20),
        (x - 0.16 * s, y + 0.235),
    ]
    outline: list[Point] = []
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
        outline += [
            (ax + (bx - ax) * float(t), ay + (by - ay) * float(t) + float(rng.normal(0, 0.0022)))
            for t in np.linspace(0, 1, 12, endpoint=False)
        ]
    canvas.shade(
        canvas.shapes([[(px - side * 0.012, py + 0.012) for px, py in outline]], blur=0.008, fineness=2), 0.42
    )
    patch = canvas.shapes([outline])
    if patch.is_empty:
        return
    v = (patch.y - np.float32(y)) / np.float32(0.22)
    u = (patch.x - np.float32(x) + v * np.float32(0.04 * s)) / np.float32(0.6 * s)
    fold = line(rng, (u * np.float32(1.0) + v * np.float32(0.35)).reshape(1, -1), 5, 3).reshape(
        v.shape if v.shape == u.shape else np.broadcast_shapes(u.shape, v.shape)
    )
    weave = sample(spectral(rng, 0.3, low=60), patch.x * np.float32(1.6), patch.y * np.float32(1.6))
    stripe = sum(
        np.exp(-(((v - np.float32(at) - fold * np.float32(0.03)) / np.float32(0.017)) ** 2))
        for at in (0.18, 0.26, 0.74, 0.82)
    )
    linen = rgb("#e9e2d4") + (rgb("#5a7391") - rgb("#e9e2d4")) * np.clip(stripe * np.float32(0.8), 0, 1)
    lit = np.clip(np.float32(0.66) + fold * np.float32(0.17) + weave * np.float32(0.025), 0, 1.1)
    canvas.paint(patch, np.clip(linen * (ambient * np.float32(0.55) + key * (lit * np.float32(0.68))), 0, 1))


def _jug(
    canvas: Canvas, key: Array, ambient: Array, side: float, x: float, foot: float, height: float
) -> None:
    rng = canvas.rng
    knots = np.array([0, 0.03, 0.10, 0.32, 0.52, 0.70, 0.80, 0.92, 1.0], np.float32)
    radii = np.array([0.20, 0.215, 0.25, 0.325, 0.315, 0.215, 0.165, 0.175, 0.205], np.float32) * np.float32(
        height
    )
    at = np.linspace(0, 1, 80, dtype=np.float32)
    radius = np.interp(at, knots, radii)
    radius = np.convolve(np.pad(radius, 4, mode="edge"), np.ones(9) / 9, "valid").astype(np.float32)
    bow = 0.032 * height
    left = [(x - float(r), foot - float(t) * height) for t, r in zip(at, radius, strict=True)]
    right = [(x + float(r), foot - float(t) * height) for t, r in zip(at, radius, strict=True)]
    base = [
        (x + float(radius[0]) * float(np.cos(a)), foot + bow * float(np.sin(a)))
        for a in np.linspace(0, np.pi, 17)
    ]
    spout = (x - 0.27 * height * -side, foot - 1.035 * height)
    top = [
        (x + float(radius[-1]) * float(np.cos(a)), foot - height - bow * 1.1 * float(np.sin(a)))
        for a in np.linspace(0, np.pi, 17)
    ]
    if side > 0:
        top[1:4] = [spout]
    else:
        top[-4:-1] = [spout]
    hx = x - side * 0.19 * height
    handle = [
        (
            hx - side * height * (0.03 + 0.22 * float(np.sin(t)) ** 0.8),
            foot - height * (0.88 - 0.42 * float(t) / np.pi),
        )
        for t in np.linspace(0.05, np.pi - 0.05, 26)
    ]
    for width, shade in ((0.052, 0.30), (0.030, 0.62)):
        canvas.paint(
            canvas.strokes([(handle, width * height)], fineness=4),
            np.clip(rgb("#d9cfc0") * (ambient * np.float32(0.6) + key * np.float32(shade * 0.8)), 0, 1),
        )
    body = canvas.shapes([[*left[::-1], *base[::-1], *right, *top]])
    if body.is_empty:
        return
    up = np.clip((np.float32(foot) - body.y) / np.float32(height), 0, 1)
    half = np.interp(up.ravel(), at, radius).reshape(up.shape).astype(np.float32)
    across = np.clip((body.x - np.float32(x)) / half, -1, 1)
    z = np.sqrt(np.clip(1 - across * across, 0, 1))
    bend = up + z * np.float32(bow / height) * -1
    ribs = np.sin(bend * np.float32(6.2832 * 17)) * smooth(0.16, 0.26, up) * smooth(0.93, 0.84, up)
    profile = np.gradient(radius) / np.float32(height / 80)
    tilt = np.interp(up.ravel(), at, profile).reshape(up.shape).astype(np.float32)
    facing = (
        across * np.float32(side * 0.74)
        + z * np.float32(0.40)
        - tilt * np.float32(0.20)
        + ribs * np.float32(0.16)
        + np.float32(0.08)
    )
    lit = np.clip(facing, 0, 1.1)
    back = np.clip(-across * np.float32(side), 0, 1) ** 3 * np.float32(0.20)
    speck = sample(spectral(rng, 0.5, low=40), body.x * np.float32(1.4), body.y * np.float32(1.4))
    drip = line(rng, across * np.float32(0.5), 5, 4) * np.float32(0.035)
    glaze = smooth(0.30, 0.34, up + drip)
    clay = rgb("#b07a4e") + (rgb("#ece4d6") - rgb("#b07a4e")) * glaze
    clay = clay * (1 - smooth(1.4, 2.6, speck) * np.float32(0.35))
    warm = rgb("#a8703f") * (back + np.float32(0.10) * (1 - up))
    colour = clay * (ambient * np.float32(0.58) + key * (lit * np.float32(0.78))) + warm * key * np.float32(
        0.35
    )
    canvas.paint(body, np.clip(colour, 0, 1))
    shine = (
        np.exp(-(((across - np.float32(side * 0.52)) / np.float32(0.10)) ** 2))
        * glaze
        * (np.float32(0.5) + ribs * np.float32(0.35))
        * smooth(0.3, 0.5, up)
        * smooth(0.95, 0.75, up)
    )
    canvas.glow(Patch(body.rows, body.columns, np.clip(shine * body.alpha, 0, 1), body.x, body.y), key, 0.42)
    mouth = canvas.ellipse(x, foot - height * 1.002, float(radius[-1]) * 0.88, bow * 0.82)
    if not mouth.is_empty:
        depth = np.clip((mouth.y - np.float32(foot - height * 1.03)) / np.float32(bow * 2), 0, 1)
        canvas.paint(mouth, rgb("#8f8376") * ambient * (np.float32(0.35) + depth * np.float32(0.5)))


def _fruit(
    canvas: Canvas,
    key: Array,
    ambient: Array,
    side: float,
    x: float,
    y: float,
    r: float,
    turn: float,
    skin: str,
    shade: str,
    stretch: float,
) -> None:
    rng = canvas.rng
    box = canvas.region(x - r * 1.6, y - r * 1.6, x + r * 1.6, y + r * 1.6)
    if box.is_empty:
        return
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    dx, dy = (box.x - np.float32(x)) / np.float32(r), (box.y - np.float32(y)) / np.float32(r * 0.92)
    u, v = (dx * cos + dy * sin) / np.float32(stretch), dy * cos - dx * sin
    nub = (
        np.exp(-((np.abs(u) - np.float32(1.0)) ** 2) * 60)
        * np.float32(0.12 if stretch > 1.1 else 0.0)
        * np.exp(-v * v * 14)
    )
    square = u * u + v * v - nub * 2
    alpha = np.clip((1 - np.sqrt(np.maximum(square, 0))) * np.float32(r * canvas.height) + 0.5, 0, 1)
    z = np.sqrt(np.clip(1 - square, 0, 1))
    pores = sample(spectral(rng, 0.7, low=24, size=256), dx * np.float32(0.5), dy * np.float32(0.5))
    facing = (
        dx * np.float32(side * 0.58)
        - dy * np.float32(0.55)
        + z * np.float32(0.52)
        + pores * np.float32(0.035)
    )
    lit = smooth(-0.15, 1.0, facing)
    base = rgb(shade) + (rgb(skin) - rgb(shade)) * np.clip(lit * np.float32(1.15), 0, 1)
    bounce = np.clip(dy, 0, 1) ** 2 * (1 - lit) * np.float32(0.28)
    colour = base * (ambient * np.float32(0.55) + key * (lit * np.float32(0.72))) + rgb("#c98a4c") * (
        bounce * key
    )
    canvas.paint(Patch(box.rows, box.columns, alpha.astype(np.float32), box.x, box.y), np.clip(colour, 0, 1))
    shine = (
        np.exp(
            -(((dx - np.float32(side * 0.36)) / np.float32(0.24)) ** 2)
            - (((dy + np.float32(0.42)) / np.float32(0.18)) ** 2)
        )
        * alpha
        * (np.float32(0.8) + pores * np.float32(0.25))
    )
    canvas.glow(Patch(box.rows, box.columns, np.clip(shine, 0, 1), box.x, box.y), key, 0.42)
