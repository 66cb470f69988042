"""What the window and the process that reads and draws 3D models say to each other: a line of JSON each, some with bytes behind."""

import msgspec

MOST_BYTES = 256 * 1024 * 1024
"""A larger file is not read."""
READABLE = frozenset({".glb", ".gltf", ".obj", ".ply", ".stl", ".off"})
"""The files that are read; others exist (FBX, USDZ, splats) and are only offered as files."""
NEAREST, FARTHEST = 0.05, 20.0
"""How near and how far the eye may be, in radii of the model."""


class Open(msgspec.Struct, frozen=True, tag="open"):
    """A model to be read; its bytes follow."""

    ending: str
    """As in a file name, with the dot."""
    size_bytes: int


class Look(msgspec.Struct, frozen=True, tag="look"):
    """One view of the model. Angles in degrees, lengths in radii of the model, sizes in device pixels."""

    number: int
    width: int
    height: int
    yaw: float = 30.0
    """How far the eye is turned to the right of the model's front."""
    pitch: float = 18.0
    """How far it is above the model's middle."""
    distance: float = 3.8
    x: float = 0.0
    y: float = 0.0
    """How far the middle of the view is beside the model's, to the right and upwards."""
    is_fine: bool = True
    """Whether edges are smoothed and every triangle is drawn; else it has to be quick."""
    is_textured: bool = True
    lines: tuple[int, int, int] | None = None
    """Colour of the triangles' edges; None for no edges."""


class MeshFacts(msgspec.Struct, frozen=True, tag="facts"):
    """What a file holds."""

    triangles: int
    vertices: int
    points: int
    """Of a cloud of points, which has no triangles."""
    size: tuple[float, float, float]
    """Width, height and depth in the units of the file."""
    materials: int
    textures: int
    notes: tuple[str, ...] = ()
    """What is shown differently from what the file says."""


class Drawn(msgspec.Struct, frozen=True, tag="drawn"):
    """A picture of the model: its bytes follow, RGBA premultiplied, row by row."""

    number: int
    width: int
    height: int
    took_ms: float
    size_bytes: int


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Why a model cannot be shown, in words that go on after "it"."""

    why: str


Question = Open | Look
Answer = MeshFacts | Drawn | Refused
