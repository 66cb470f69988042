"""Pictures of solids, drawn with NumPy alone, so that every computer can: rows of triangles into a buffer of depths, then light."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fal_studio.core.mesh import FARTHEST, NEAREST, Look
from fal_studio.meshes.solid import Bytes, Floats, Material, Solid, unit

MOST_SIDE = 2400
"""Pixels; a larger view is drawn smaller."""
_VIEW_DEG = 32.0
_NEAR = 0.02
_AT_ONCE = 3_000_000
"""Pixels of triangles that are put into the buffer at once, which bounds the memory."""
_MOST_PIXELS = 80_000_000
"""Pixels of triangles in one picture; of a model that covers more, some triangles are left out."""
_MOST_EDGES = 1_500_000
_LIGHTS = (((-0.45, 0.65, 0.62), 0.72), ((0.75, 0.1, 0.65), 0.22), ((0.2, 0.5, -0.85), 0.18))
"""Where from, as the eye sees it, and how strong."""
_AROUND = 0.30
_LINEAR = ((np.arange(256) / 255.0) ** 2.2).astype(np.float32)
_SHOWN = (np.sqrt(np.linspace(0, 1, 4096)) ** (2 / 2.2) * 255 + 0.5).astype(np.uint8)


@dataclass(slots=True)
class _Buffer:
    width: int
    height: int
    keys: npt.NDArray[np.uint64]
    """For each pixel: how near (the bits of 1 / depth), then the number of the triangle; 0 for none."""


def draw(solid: Solid, look: Look) -> Bytes:
    """Return a picture of (height, width, 4): red, green, blue, opacity, the colours multiplied with the opacity."""
    width, height = (min(MOST_SIDE, max(8, side)) for side in (look.width, look.height))
    finer = 2 if look.is_fine and width * height <= 3_000_000 else 1
    buffer = _Buffer(width * finer, height * finer, np.zeros(width * height * finer * finer, np.uint64))
    seen, near = _seen(solid.positions, look, buffer)
    if len(solid.triangles):
        numbers = _fill(solid, seen, near, buffer)
        picture = _lit(solid, seen, numbers, buffer, look)
        if look.lines is not None:
            _draw_lines(solid, seen, buffer, picture, look.lines)
    else:
        picture = _dots(solid, seen, near, buffer, finer)
    return _smaller(picture.reshape(buffer.height, buffer.width, 4), finer)


def turned(look: Look) -> npt.NDArray[np.float64]:
    """Return the (3, 3) matrix from the model's directions to those of the eye: right, up, towards it."""
    yaw, pitch = np.radians(look.yaw), np.radians(min(90.0, max(-90.0, look.pitch)))
    around = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    over = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    return over @ around


def _seen(positions: Floats, look: Look, buffer: _Buffer) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return for each vertex its place in the picture and 1 / depth, and whether it is in front of the eye."""
    distance = min(FARTHEST, max(NEAREST, look.distance))
    places = positions @ turned(look).T.astype(np.float32)
    depth = distance - places[:, 2]
    is_before = depth > _NEAR
    inverse = 1 / np.where(is_before, depth, 1)
    focal = min(buffer.width, buffer.height) / 2 / np.tan(np.radians(_VIEW_DEG / 2))
    seen = np.empty((len(positions), 3), np.float32)
    seen[:, 0] = buffer.width / 2 + focal * (places[:, 0] - look.x) * inverse
    seen[:, 1] = buffer.height / 2 - focal * (places[:, 1] - look.y) * inverse
    seen[:, 2] = inverse
    return seen, is_before


def _fill(
    solid: Solid, seen: Floats, is_before: npt.NDArray[np.bool_], buffer: _Buffer
) -> npt.NDArray[np.int32]:
    """Put triangles into the buffer; return the numbers of those in sight."""
    corners = solid.triangles
    ys = seen[corners, 1]
    xs = seen[corners, 0]
    top = np.clip(np.ceil(ys.min(axis=1) - 0.5), 0, buffer.height).astype(np.int32)
    bottom = np.clip(np.ceil(ys.max(axis=1) - 0.5), 0, buffer.height).astype(np.int32)
    low, high = xs.min(axis=1), xs.max(axis=1)
    in_sight = is_before[corners].all(axis=1) & (bottom > top) & (high > 0) & (low < buffer.width)
    numbers = np.flatnonzero(in_sight).astype(np.int32)
    rows = (bottom - top)[numbers]
    width = np.minimum(high[numbers], buffer.width) - np.maximum(low[numbers], 0)
    pixels = rows * width / 2
    if (total := float(pixels.sum())) > _MOST_PIXELS:
        every = int(np.ceil(total / _MOST_PIXELS))
        numbers, rows, pixels = numbers[::every], rows[::every], pixels[::every]
    # As many triangles at once as memory allows, but each time at least one.
    ends = np.cumsum(pixels + 2 * rows)
    start = 0
    while start < len(numbers):
        reached = (ends[start - 1] if start else 0) + _AT_ONCE
        stop = max(start + 1, int(np.searchsorted(ends, reached, side="right")))
        part = slice(start, stop)
        _fill_rows(seen, corners[numbers[part]], numbers[part], top[numbers[part]], rows[part], buffer)
        start = stop
    return numbers


def _fill_rows(
    seen: Floats,
    corners: npt.NDArray[np.int32],
    numbers: npt.NDArray[np.int32],
    top: npt.NDArray[np.int32],
    rows: npt.NDArray[np.int32],
    buffer: _Buffer,
) -> None:
    points = seen[corners].astype(np.float64)
    order = np.argsort(points[:, :, 1], axis=1)
    a, b, c = (np.take_along_axis(points, order[:, n, None, None], axis=1)[:, 0] for n in range(3))
    # How 1 / depth changes from pixel to pixel, which is the same everywhere in a triangle.
    u, v = b - a, c - a
    area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    safe = np.where(np.abs(area) > 1e-12, area, 1.0)
    across = (u[:, 2] * v[:, 1] - v[:, 2] * u[:, 1]) / safe
    down = (u[:, 0] * v[:, 2] - v[:, 0] * u[:, 2]) / safe
    long = (c[:, 0] - a[:, 0]) / np.maximum(c[:, 1] - a[:, 1], 1e-9)
    upper = (b[:, 0] - a[:, 0]) / np.maximum(b[:, 1] - a[:, 1], 1e-9)
    lower = (c[:, 0] - b[:, 0]) / np.maximum(c[:, 1] - b[:, 1], 1e-9)
    of = np.repeat(np.arange(len(numbers)), rows)
    y = np.arange(len(of)) - np.repeat(np.cumsum(rows) - rows, rows) + top[of]
    middle = y + 0.5
    side = a[of, 0] + (middle - a[of, 1]) * long[of]
    is_upper = middle < b[of, 1]
    other = np.where(
        is_upper, a[of, 0] + (middle - a[of, 1]) * upper[of], b[of, 0] + (middle - b[of, 1]) * lower[of]
    )
    first = np.clip(np.ceil(np.minimum(side, other) - 0.5), 0, buffer.width).astype(np.int64)
    last = np.clip(np.ceil(np.maximum(side, other) - 0.5), 0, buffer.width).astype(np.int64)
    counts = last - first
    kept = np.flatnonzero((counts > 0) & (np.abs(area[of]) > 1e-12))
    of, y, first, counts = of[kept], y[kept], first[kept], counts[kept]
    near = a[of, 2] + (first + 0.5 - a[of, 0]) * across[of] + (y + 0.5 - a[of, 1]) * down[of]
    row = np.repeat(np.arange(len(of)), counts)
    step = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    inverse = np.maximum(near[row] + step * across[of][row], 1e-6).astype(np.float32)
    keys = inverse.view(np.uint32).astype(np.uint64) << np.uint64(32)
    keys |= numbers[of][row].astype(np.uint64)
    np.maximum.at(buffer.keys, (y * buffer.width + first)[row] + step, keys)


def _lit(
    solid: Solid, seen: Floats, numbers: npt.NDArray[np.int32], buffer: _Buffer, look: Look
) -> npt.NDArray[np.uint8]:
    picture = np.zeros((len(buffer.keys), 4), np.uint8)
    hit = np.flatnonzero(buffer.keys)
    if not len(hit) or not len(numbers):
        return picture
    of = (buffer.keys[hit] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    corners = solid.triangles[of]
    shares = _shares(seen, corners, hit, buffer)
    colours = _colours(solid, seen, of, corners, shares, is_textured=look.is_textured)
    normals = unit(np.einsum("nij,ni->nj", solid.normals[of], shares)) @ turned(look).T.astype(np.float32)
    normals *= np.where(normals[:, 2:] < 0, np.float32(-1), np.float32(1))  # seen from inside
    light = np.full(len(hit), _AROUND, np.float32) + 0.12 * normals[:, 1]
    for direction, strength in _LIGHTS:
        to = np.asarray(direction, np.float32)
        light += np.maximum(normals @ (to / np.linalg.norm(to)), 0) * strength
    halfway = np.asarray((-0.27, 0.4, 0.87), np.float32)
    shine = np.maximum(normals @ (halfway / np.linalg.norm(halfway)), 0) ** 24
    gloss = np.asarray([material.gloss for material in solid.materials], np.float32)[solid.material_of[of]]
    shown = np.clip(colours * light[:, None] + (gloss * shine)[:, None], 0, 1)
    picture[hit, :3] = _SHOWN[(shown * 4095).astype(np.int32)]
    picture[hit, 3] = 255
    return picture


def _shares(
    seen: Floats, corners: npt.NDArray[np.int32], hit: npt.NDArray[np.int64], buffer: _Buffer
) -> Floats:
    """Return how much each corner of the triangle in a pixel counts there, seen in perspective."""
    x, y = (hit % buffer.width + 0.5).astype(np.float32), (hit // buffer.width + 0.5).astype(np.float32)
    a, b, c = (seen[corners[:, n]] for n in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    area = np.where(np.abs(area) > 1e-12, area, 1)
    of_b = ((x - a[:, 0]) * (c[:, 1] - a[:, 1]) - (y - a[:, 1]) * (c[:, 0] - a[:, 0])) / area
    of_c = ((b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (b[:, 1] - a[:, 1]) * (x - a[:, 0])) / area
    shares = np.stack([1 - of_b - of_c, of_b, of_c], axis=1)
    np.clip(shares, 0, 1, out=shares)
    shares *= np.stack([a[:, 2], b[:, 2], c[:, 2]], axis=1)
    return (shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)).astype(np.float32)


def _colours(
    solid: Solid, seen: Floats, of: Any, corners: npt.NDArray[np.int32], shares: Floats, *, is_textured: bool
) -> Floats:
    """Return the linear colours of the surface in each pixel."""
    if not is_textured:
        return np.full((len(of), 3), 0.55, np.float32)
    own = np.asarray([material.colour for material in solid.materials], np.uint8)
    material_of = solid.material_of[of]
    colours = _LINEAR[own[material_of]]
    if solid.colours is not None:
        colours *= np.einsum("nij,ni->nj", _LINEAR[solid.colours[corners]], shares)
    if solid.texture_at is None:
        return colours
    at = np.einsum("nij,ni->nj", solid.texture_at[corners], shares)
    for number, material in enumerate(solid.materials):
        if not material.levels:
            continue
        here = np.flatnonzero(material_of == number)
        if len(here):
            spread = _spread(solid.texture_at, seen, corners[here])
            colours[here] *= _sampled(material, at[here], spread)
    return colours


def _spread(texture_at: Floats, seen: Floats, corners: npt.NDArray[np.int32]) -> Floats:
    """Return how much of a texture (of 1 x 1) falls onto a pixel, by area."""

    def area(points: Floats) -> Floats:
        u, v = points[:, 1] - points[:, 0], points[:, 2] - points[:, 0]
        return np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])

    return (area(texture_at[corners]) / np.maximum(area(seen[corners][:, :, :2]), 1e-6)).astype(np.float32)


def _sampled(material: Material, at: Floats, spread: Floats) -> Floats:
    rows, columns = material.levels[0].shape[:2]
    level = np.round(0.5 * np.log2(np.maximum(spread * rows * columns, 1e-9)))
    level = np.clip(level, 0, len(material.levels) - 1).astype(np.int8)
    colours = np.empty((len(at), 3), np.float32)
    for each in np.unique(level):
        here = np.flatnonzero(level == each)
        colours[here] = _smooth(material.levels[each], at[here])
    return colours


def _smooth(texture: Bytes, at: Floats) -> Floats:
    rows, columns = texture.shape[:2]
    x, y = (at[:, 0] % 1) * columns - 0.5, ((1 - at[:, 1]) % 1) * rows - 0.5
    left, above = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
    right_share, below_share = (x - left)[:, None], (y - above)[:, None]
    x0, x1 = left % columns, (left + 1) % columns
    y0, y1 = above % rows, (above + 1) % rows
    upper = _LINEAR[texture[y0, x0]] * (1 - right_share) + _LINEAR[texture[y0, x1]] * right_share
    lower = _LINEAR[texture[y1, x0]] * (1 - right_share) + _LINEAR[texture[y1, x1]] * right_share
    return (upper * (1 - below_share) + lower * below_share).astype(np.float32)


def _draw_lines(
    solid: Solid, seen: Floats, buffer: _Buffer, picture: npt.NDArray[np.uint8], colour: tuple[int, int, int]
) -> None:
    """Draw the edges of the triangles over the picture, as far as they are in front."""
    pairs = np.concatenate([solid.triangles[:, two] for two in ([0, 1], [1, 2], [2, 0])])
    keys = np.sort(pairs, axis=1).astype(np.int64)
    once = np.unique(keys[:, 0] * len(seen) + keys[:, 1])
    starts, ends = seen[once // len(seen)], seen[once % len(seen)]
    is_near = (
        (np.minimum(starts[:, :2], ends[:, :2]) < (buffer.width, buffer.height)).all(axis=1)
        & (np.maximum(starts[:, :2], ends[:, :2]) >= 0).all(axis=1)
        & (np.abs(starts[:, :2] - ends[:, :2]).max(axis=1) < 2 * max(buffer.width, buffer.height))
    )
    places = np.flatnonzero(is_near)
    places = places[:: -(-len(places) // _MOST_EDGES) or 1]
    steps = np.ceil(np.abs(starts - ends)[places, :2].max(axis=1)).astype(np.int64) + 1
    reach = np.cumsum(steps)
    begin = 0
    while begin < len(places):
        stop = max(begin + 1, int(np.searchsorted(reach, (reach[begin - 1] if begin else 0) + _AT_ONCE)))
        part = places[begin:stop]
        _draw_some(starts[part], ends[part], steps[begin:stop], buffer, picture, colour)
        begin = stop


def _draw_some(
    starts: Floats,
    ends: Floats,
    steps: npt.NDArray[np.int64],
    buffer: _Buffer,
    picture: npt.NDArray[np.uint8],
    colour: tuple[int, int, int],
) -> None:
    of = np.repeat(np.arange(len(steps)), steps)
    share = (np.arange(len(of)) - np.repeat(np.cumsum(steps) - steps, steps)) / np.maximum(steps[of] - 1, 1)
    points = starts[of] + (ends - starts)[of] * share[:, None].astype(np.float32)
    x, y = points[:, 0].astype(np.int32), points[:, 1].astype(np.int32)
    inside = np.flatnonzero((x >= 0) & (x < buffer.width) & (y >= 0) & (y < buffer.height))
    places = y[inside].astype(np.int64) * buffer.width + x[inside]
    behind = (buffer.keys[places] >> np.uint64(32)).astype(np.uint32).view(np.float32)
    # A line lies in its triangle: a hair in front of it, or half of its pixels are lost.
    places = np.unique(places[points[inside, 2] * 1.004 >= behind])
    mixed = picture[places].astype(np.uint16)
    picture[places, :3] = (mixed[:, :3] + np.asarray(colour, np.uint16)) // 2
    picture[places, 3] = 255


def _dots(
    solid: Solid, seen: Floats, is_before: npt.NDArray[np.bool_], buffer: _Buffer, finer: int
) -> npt.NDArray[np.uint8]:
    picture = np.zeros((len(buffer.keys), 4), np.uint8)
    x, y = seen[:, 0].astype(np.int64), seen[:, 1].astype(np.int64)
    shown = np.flatnonzero(is_before & (x >= 0) & (x < buffer.width) & (y >= 0) & (y < buffer.height))
    keys = seen[shown, 2].view(np.uint32).astype(np.uint64) << np.uint64(32) if len(shown) else None
    if keys is None:
        return picture
    keys |= shown.astype(np.uint64)
    for right in range(finer + 1):
        for below in range(finer + 1):
            at_x, at_y = x[shown] + right, y[shown] + below
            inside = np.flatnonzero((at_x < buffer.width) & (at_y < buffer.height))
            np.maximum.at(buffer.keys, at_y[inside] * buffer.width + at_x[inside], keys[inside])
    hit = np.flatnonzero(buffer.keys)
    of = (buffer.keys[hit] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    picture[hit, :3] = solid.colours[of] if solid.colours is not None else 200
    picture[hit, 3] = 255
    return picture


def _smaller(picture: npt.NDArray[np.uint8], finer: int) -> Bytes:
    if finer == 1:
        return picture
    height, width = picture.shape[0] // finer, picture.shape[1] // finer
    wide = picture.astype(np.uint16)
    total = wide[0::2, 0::2] + wide[0::2, 1::2] + wide[1::2, 0::2] + wide[1::2, 1::2]
    return ((total + 2) >> 2).astype(np.uint8).reshape(height, width, 4)
