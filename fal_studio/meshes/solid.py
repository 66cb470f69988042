"""A 3D model as arrays: what every file becomes before it is drawn."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Material:
    """How a surface looks. Colours are sRGB, 0 to 255."""

    colour: tuple[int, int, int] = (200, 200, 200)
    levels: tuple[Bytes, ...] = ()
    """The texture (rows, columns, 3) and its halves; () for none."""
    gloss: float = 0.15


@dataclass(frozen=True, slots=True)
class Solid:
    """Triangles, or points without any. The middle is at 0, and nothing is farther from it than 1."""

    positions: Floats
    """(vertices, 3): to the right, upwards, to the front."""
    triangles: Ints
    """(triangles, 3): numbers of vertices."""
    normals: Floats
    """(triangles, 3 corners, 3)."""
    materials: tuple[Material, ...] = (Material(),)
    material_of: npt.NDArray[np.uint16] = field(default_factory=lambda: np.zeros(0, np.uint16))
    """(triangles,): numbers of materials."""
    texture_at: Floats | None = None
    """(vertices, 2): to the right and upwards."""
    colours: Bytes | None = None
    """(vertices, 3), multiplied with the material."""


def face_normals(positions: Floats, triangles: Ints) -> Floats:
    """Return (triangles, 3): unit normals; 0 for triangles without an area."""
    a, b, c = (positions[triangles[:, n]] for n in range(3))
    return unit(np.cross(b - a, c - a))


def unit(vectors: npt.NDArray[Any]) -> Floats:
    """Return vectors of length 1; those of length 0 stay."""
    lengths = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    return (vectors / np.maximum(lengths, 1e-20)[..., None]).astype(np.float32)


def coarse(solid: Solid, cells: int = 96) -> Solid:
    """Return a model of fewer triangles: vertices of one cell of a grid become one."""
    at = np.clip(((solid.positions + 1) * (cells / 2)).astype(np.int64), 0, cells - 1)
    keys = (at[:, 0] * cells + at[:, 1]) * cells + at[:, 2]
    _, first, new = np.unique(keys, return_index=True, return_inverse=True)
    triangles = first[new][solid.triangles].astype(np.int32)
    a, b, c = triangles.T
    kept = np.flatnonzero((a != b) & (b != c) & (a != c))
    # Two halves of a thin wall may fall onto each other: one of them is enough.
    _, once = np.unique(np.sort(triangles[kept], axis=1), axis=0, return_index=True)
    kept = kept[once]
    return Solid(
        solid.positions,
        triangles[kept],
        solid.normals[kept],
        solid.materials,
        solid.material_of[kept],
        solid.texture_at,
        solid.colours,
    )
