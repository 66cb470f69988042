"""The shapes that `emulator/mesh` knows: lighthouse, vase, torus knot and terrain, each with its texture."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fal_studio.emulator.models.scenes.colour import mix, ramp, rgb
from fal_studio.emulator.models.scenes.encode import jpeg
from fal_studio.emulator.models.scenes.noise import Array, Pixels, Rng, rng_for, sample, smooth, spectral
from fal_studio.emulator.models.scenes.words import words_of
from fal_studio.emulator.models.shapes.glb import Floats, Mesh, glb

TEXTURE = 512


@dataclass(frozen=True, slots=True)
class Solid:
    """A finished object: its file, its texture as a file, and its name."""

    name: str
    file: bytes
    texture: bytes


def shaped(prompt: str, seed: int, picture: Pixels | None = None, detail: float = 1.0) -> Solid:
    """The object that the prompt asks for; a picture, when given, becomes its surface."""
    rng = rng_for("solid", prompt, seed)
    words = words_of(prompt)
    make = next((shape for names, shape in SHAPES if words & names), None)
    if make is None:
        make = SHAPES[int(rng.integers(len(SHAPES)))][1]
    mesh, painted = make(rng, detail)
    texture = jpeg(_fitted(picture) if picture is not None else _pixels(painted), 90)
    return Solid(mesh.name, glb(mesh, texture), texture)


def _fitted(picture: Pixels) -> Pixels:
    rows = np.linspace(0, picture.shape[0] - 1, TEXTURE).astype(int)
    columns = np.linspace(0, picture.shape[1] - 1, TEXTURE).astype(int)
    return np.ascontiguousarray(picture[rows][:, columns])


def _pixels(planes: Array) -> Pixels:
    return np.ascontiguousarray((np.clip(planes, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0))


def _grid(
    name: str,
    points: Floats,
    across: Floats,
    up: Floats,
    *,
    wraps: bool,
    roughness: float,
    metalness: float = 0.0,
) -> Mesh:
    """A mesh of a (rows, columns, 3) net of points; normals from the net itself."""
    rows, columns = points.shape[:2]
    if wraps:
        ring = np.concatenate([points[:, -2:-1], points, points[:, 1:2]], axis=1)
        along = (ring[:, 2:] - ring[:, :-2]) / 2
    else:
        along = np.gradient(points, axis=1)
    normals = np.cross(along, np.gradient(points, axis=0))
    length = np.linalg.norm(normals, axis=2, keepdims=True)
    normals = np.where(length > 1e-9, normals / np.maximum(length, 1e-9), np.array([0.0, 1.0, 0.0]))
    index = np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    triangles = np.stack([np.stack([a, b, c], -1), np.stack([b, d, c], -1)], axis=2).reshape(-1)
    texture_at = np.stack(np.broadcast_arrays(across[None, :], up[:, None]), axis=-1).reshape(-1, 2)
    return Mesh(
        name, points.reshape(-1, 3), normals.reshape(-1, 3), texture_at, triangles, roughness, metalness
    )


def _turned(
    name: str,
    outline: list[tuple[float, float]],
    rough: Callable[[Floats, Floats], Floats] | None,
    columns: int,
    roughness: float,
    metalness: float = 0.0,
) -> Mesh:
    """A solid of revolution of a (radius, height) outline from bottom to top; corners stay sharp."""
    dense: list[tuple[float, float]] = []
    for (r0, y0), (r1, y1) in itertools.pairwise(outline):
        count = max(2, int(np.hypot(r1 - r0, y1 - y0) / 0.02))
        dense.extend((r0 + (r1 - r0) * t, y0 + (y1 - y0) * t) for t in np.linspace(0, 1, count))
    radius, height = np.array(dense).T
    turn = np.linspace(0, 2 * np.pi, columns + 1)
    spread = radius[:, None] * (rough(turn[None, :], height[:, None]) if rough else np.ones((1, columns + 1)))
    spread[:, -1] = spread[:, 0]
    points = np.stack(
        [spread * np.cos(turn), np.broadcast_to(height[:, None], spread.shape), -spread * np.sin(turn)],
        axis=-1,
    )
    return _grid(
        name,
        points,
        turn / (2 * np.pi),
        1 - height / height.max(),
        wraps=True,
        roughness=roughness,
        metalness=metalness,
    )


def _surface() -> tuple[Array, Array]:
    """Texture coordinates: across, and height from 1 at the top to 0."""
    u = np.linspace(0, 1, TEXTURE, dtype=np.float32)[None, :]
    v = np.linspace(1, 0, TEXTURE, dtype=np.float32)[:, None]
    return u, v


def _lighthouse(rng: Rng, detail: float) -> tuple[Mesh, Array]:
    outline = [
        (0.0, 0.0),
        (0.62, 0.0),
        (0.60, 0.10),
        (0.47, 0.26),
        (0.34, 0.36),
        (0.20, 0.38),
        (0.195, 0.39),
        (0.125, 1.32),
        (0.19, 1.34),
        (0.19, 1.37),
    ]
    outline += [
        (0.10, 1.37),
        (0.095, 1.52),
        (0.13, 1.53),
        (0.105, 1.60),
        (0.06, 1.65),
        (0.015, 1.67),
        (0.012, 1.74),
        (0.0, 1.75),
    ]
    phase = rng.uniform(0, 6.28, 4)

    def rough(turn: Floats, height: Floats) -> Floats:
        stone = np.clip((0.37 - height) * 12, 0, 1)
        wave = sum(
            np.sin(turn * k + phase[i] + height * 9) * a
            for i, (k, a) in enumerate(((3, 0.10), (5, 0.07), (9, 0.05), (14, 0.03)))
        )
        return 1 + stone * wave * 1.2

    mesh = _turned("lighthouse", outline, rough, int(96 * detail), 0.85)
    u, v = _surface()
    y = v * np.float32(1.75)
    tile = spectral(rng, 1.4, low=3)
    grime = sample(tile, u * 2, v * 2)
    red, white = rgb("#b8352c"), rgb("#efe9de")
    band = (np.floor((y - np.float32(0.39)) / np.float32(0.155)) % 2)[..., :] + u * 0
    picture = white + (red - white) * (band * ((y > 0.39) & (y < 1.32)))
    picture = picture * (1 - np.clip(grime, 0, 2) * np.float32(0.05))
    stone = mix(rgb("#7d7168"), rgb("#66635f"), float(rng.random())) * (1 + grime * np.float32(0.16))
    picture = np.where(y < np.float32(0.385), stone, picture)
    turf = rgb("#77803f") * (1 + grime * np.float32(0.1))
    picture = np.where((y > 0.33) & (y < 0.385), turf, picture)
    iron = rgb("#3c3b44") * (1 + grime * np.float32(0.05))
    picture = np.where((y > 1.32) & (y < 1.375), iron, picture)
    pane = (np.abs(np.sin(u * np.float32(np.pi * 8))) > 0.18).astype(np.float32)
    glass = iron + (rgb("#ffe3a0") - iron) * pane
    picture = np.where((y > 1.375) & (y < 1.525), glass, picture)
    picture = np.where(y > 1.525, rgb("#8f3b30") * (1 + grime * np.float32(0.08)), picture)
    for height, at in ((0.62, 0.1), (0.86, 0.6), (1.1, 0.15)):
        hole = (np.abs(y - np.float32(height)) < 0.035) & (np.abs(u - np.float32(at)) < 0.02)
        picture = np.where(hole, rgb("#2f343e"), picture)
    return mesh, picture


def _vase(rng: Rng, detail: float) -> tuple[Mesh, Array]:
    belly, neck, lip = rng.uniform(0.36, 0.46), rng.uniform(0.12, 0.18), rng.uniform(0.18, 0.26)
    heights = np.linspace(0, 1.2, 40)
    knots = ([0, 0.05, 0.45, 0.9, 1.05, 1.2], [0.2, 0.22, belly, neck + 0.04, neck, lip])
    radius = np.interp(heights, *knots)
    kernel = np.hanning(9) / np.hanning(9).sum()
    radius = np.convolve(np.pad(radius, 4, mode="edge"), kernel, "valid")
    outline = [
        (0.0, 0.0),
        *((float(r), float(y)) for r, y in zip(radius, heights, strict=True)),
        (float(radius[-1]) - 0.02, 1.19),
        (neck - 0.03, 1.0),
        (0.0, 0.98),
    ]
    ribs = int(rng.integers(14, 26))

    def rough(turn: Floats, height: Floats) -> Floats:
        return 1 + 0.018 * np.cos(turn * ribs + height * 3.0) * np.clip(1.1 - height, 0, 1)

    mesh = _turned("vase", outline, rough, int(128 * detail), 0.35)
    u, v = _surface()
    glaze = [rgb("#1f4a5c"), rgb("#5d7f74"), rgb("#a84f32"), rgb("#2b3a67")][int(rng.integers(4))]
    flow = sample(spectral(rng, 1.6, low=2, stretch=3), u, v * np.float32(0.8))
    bare = smooth(0.40, 0.30, v + flow * np.float32(0.035))
    clay = rgb("#c9a27c") * (1 + sample(spectral(rng, 0.7, low=30), u * 2, v * 2) * np.float32(0.04))
    tone = glaze * (np.float32(0.95) + flow * np.float32(0.14)) + np.float32(0.10) * smooth(0.75, 1.0, v)
    line = np.exp(-(((v + flow * 0.035 - np.float32(0.36)) / np.float32(0.015)) ** 2))
    return mesh, tone + (clay - tone) * bare + rgb("#f3e6cf") * line * np.float32(0.35)


def _knot(rng: Rng, detail: float) -> tuple[Mesh, Array]:
    p, q = ((2, 3), (3, 2), (2, 5), (3, 4))[int(rng.integers(4))]
    rows, columns = int(420 * detail), int(32 * detail)
    t = np.linspace(0, 2 * np.pi, rows + 1)
    reach = 0.55 * (2 + np.cos(q * t)) / 2.2
    centre = np.stack([reach * np.cos(p * t), 0.30 * np.sin(q * t) + 0.5, reach * np.sin(p * t)], axis=-1)
    tangent = np.gradient(centre, axis=0)
    tangent[0] = tangent[-1] = (centre[1] - centre[-2]) / 2
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    side = np.cross(tangent, centre - np.array([0, 0.5, 0]))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(side, tangent)
    turn = np.linspace(0, 2 * np.pi, columns + 1)
    tube = 0.135 * (np.cos(turn)[None, :, None] * side[:, None] + np.sin(turn)[None, :, None] * up[:, None])
    mesh = _grid(
        "torus-knot",
        centre[:, None] + tube,
        turn / (2 * np.pi),
        t / (2 * np.pi),
        wraps=True,
        roughness=0.3,
        metalness=0.35,
    )
    u, v = _surface()
    hues = [
        rgb(colour)
        for colour in ("#243b6b", "#5a3d8c", "#c2557e", "#f0a56b", "#f6e3b0", "#3f8f8c", "#243b6b")
    ]
    stops = [(index / (len(hues) - 1), hue) for index, hue in enumerate(hues)]
    swirl = np.mod(v * 2 + u + sample(spectral(rng, 1.8, low=1), u, v) * np.float32(0.06), 1)
    return mesh, ramp(stops, swirl)


def _terrain(rng: Rng, detail: float) -> tuple[Mesh, Array]:
    side = int(160 * detail)
    axis = np.linspace(0, 1, side, dtype=np.float32)
    u, v = axis[None, :], axis[:, None]
    big, ridged = spectral(rng, 2.4, low=1), spectral(rng, 2.15, low=2)
    edge = np.clip(1.12 - np.hypot(u - 0.5, v - 0.5) * 2.1, 0, 1)

    def height_at(x: Array, y: Array, mask: Array) -> Array:
        ridge = np.clip(1 - np.abs(sample(ridged, x * 0.5, y * 0.5)) * np.float32(0.75), 0, 1)
        land = (
            mask * np.float32(0.34)
            + sample(big, x * 0.4, y * 0.4) * np.float32(0.09)
            + ridge * mask * np.float32(0.42)
        )
        return np.maximum(land * mask**0.6 - np.float32(0.06), np.float32(0.05))

    height = height_at(u, v, edge) * np.float32(0.9)
    flat_u, flat_v = np.broadcast_arrays(u, v)
    points = np.stack([(flat_u - 0.5) * 2, height, (flat_v - 0.5) * 2], axis=-1)
    mesh = _grid("terrain", points[::-1], axis, axis[::-1], wraps=False, roughness=0.95)
    fine = np.linspace(0, 1, TEXTURE, dtype=np.float32)
    tu, tv = fine[None, :], fine[:, None]
    tall = height_at(
        tu,
        tv,
        np.clip(
            np.float32(1.12) - np.hypot(tu - np.float32(0.5), tv - np.float32(0.5)) * np.float32(2.1), 0, 1
        ),
    )
    steep = np.hypot(np.gradient(tall, axis=0), np.gradient(tall, axis=1)) * np.float32(TEXTURE / 6)
    stops = [
        (0.0, rgb("#2c6b86")),
        (0.055, rgb("#4f98a5")),
        (0.075, rgb("#d8c79a")),
        (0.16, rgb("#7f9455")),
        (0.38, rgb("#5c7347")),
        (0.55, rgb("#8a7c6e")),
        (0.8, rgb("#f2f4f7")),
        (1.2, rgb("#ffffff")),
    ]
    colour = ramp(
        stops,
        tall + sample(spectral(rng, 1.2, low=6), tu, tv) * np.float32(0.018) * (tall > np.float32(0.06)),
    )
    rock = rgb("#776b62")
    return mesh, colour + (rock - colour) * (
        smooth(0.45, 0.9, steep) * (tall > np.float32(0.09)) * np.float32(0.75)
    )


SHAPES: tuple[tuple[frozenset[str], Callable[[Rng, float], tuple[Mesh, Array]]], ...] = (
    (frozenset({"lighthouse", "tower", "beacon"}), _lighthouse),
    (frozenset({"vase", "jug", "pot", "ceramic", "bottle", "cup", "pitcher"}), _vase),
    (
        frozenset({"terrain", "island", "mountain", "mountains", "landscape", "hill", "valley", "relief"}),
        _terrain,
    ),
    (frozenset({"knot", "torus", "sculpture", "abstract", "ribbon"}), _knot),
)
