"""Files to solids, by trimesh; nothing but the bytes that came is read."""

import importlib
import io
import logging
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from fal_studio.core.mesh import MeshFacts
from fal_studio.figures import number
from fal_studio.meshes.checking import MOST_TRIANGLES, MeshError, check, document_of, outside_pictures
from fal_studio.meshes.solid import Bytes, Floats, Material, Solid, face_normals, unit
from fal_studio.words import tr

MOST_POINTS = 6_000_000
MOST_TEXTURES = 64
MOST_PIXELS = 80_000_000
"""Of a texture; a larger one is not read at all."""
LARGEST_TEXTURE = 2048
"""Pixels a side; a larger texture is made smaller."""
_SMALLEST_LEVEL = 4
_CREASE = 0.72
"""Cosine of the angle between two faces from which on their edge is drawn sharp, where a file does not tell normals."""


def read(data: bytes, ending: str) -> tuple[Solid, MeshFacts]:
    """Return a model and what its file holds; raises MeshError.

    Blocks for seconds, and needs several times the memory of the file.
    """
    notes: list[str] = []
    is_gltf = ending in (".glb", ".gltf")
    if is_gltf:
        document = document_of(data, ending)
        check(document, len(data))
        notes += _notes(document)
    scene = _scene(data, ending)
    parts = _parts(scene)
    triangles = sum(len(part.faces) for part in parts if hasattr(part, "faces"))
    points = sum(len(part.vertices) for part in parts if not hasattr(part, "faces"))
    if triangles > MOST_TRIANGLES or points > MOST_POINTS:
        raise MeshError(
            tr("has {count} triangles, too many to be drawn here").format(count=number(triangles))
            if triangles
            else tr("has {count} points, too many to be drawn here").format(count=number(points))
        )
    if not triangles and not points:
        raise MeshError(tr("holds no surface and no points"))
    if not triangles:
        return _cloud(parts, points, notes)
    return _surface([part for part in parts if hasattr(part, "faces")], notes, has_normals=is_gltf)


def _scene(data: bytes, ending: str) -> Any:
    trimesh: Any = importlib.import_module("trimesh")
    # Pillow looks only at the first bytes of a picture here; whether it is too large is decided, and said, further down.
    pillow: Any = importlib.import_module("PIL.Image")
    pillow.MAX_IMAGE_PIXELS = None
    logging.getLogger("trimesh").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return trimesh.load_scene(io.BytesIO(data), file_type=ending[1:], process=False)
    except MemoryError:
        raise MeshError(tr("needs more memory than a model may have")) from None
    except Exception as error:  # noqa: BLE001 - whatever a reader of files from anywhere stumbles over
        words = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise MeshError(tr("cannot be read: {words}").format(words=words)) from None


def _parts(scene: Any) -> list[Any]:
    """Return the surfaces and clouds of a scene where they stand in it."""
    parts: list[Any] = []
    count = 0
    for name in scene.graph.nodes_geometry:
        matrix, of = scene.graph[name]
        part = scene.geometry[of]
        if not hasattr(part, "faces") and type(part).__name__ != "PointCloud":
            continue  # lines
        count += len(part.faces) if hasattr(part, "faces") else 0
        if count > MOST_TRIANGLES:
            raise MeshError(
                tr("has more than {most_triangles} triangles, too many to be drawn here").format(
                    most_triangles=number(MOST_TRIANGLES)
                )
            )
        part = part.copy()
        part.apply_transform(matrix)
        parts.append(part)
    return parts


def _surface(parts: Sequence[Any], notes: list[str], *, has_normals: bool) -> tuple[Solid, MeshFacts]:
    before = 0
    triangles: list[Any] = []
    normals: list[Floats] = []
    uvs: list[Floats] = []
    colours: list[Bytes] = []
    material_of: list[Any] = []
    looks = _Looks()
    for part in parts:
        faces = np.asarray(part.faces, np.int64)
        count = len(part.vertices)
        if faces.size and (faces.min() < 0 or faces.max() >= count):
            raise MeshError(tr("names vertices that it does not have"))
        uv, colour, material = looks.of(part)
        triangles.append(faces + before)
        normals.append(_corner_normals(part, faces, is_told=has_normals))
        uvs.append(uv)
        colours.append(colour)
        material_of.append(np.full(len(faces), material, np.uint16))
        before += count
    positions, size = _centred(np.concatenate([np.asarray(part.vertices, np.float64) for part in parts]))
    has_texture = any(material.levels for material in looks.materials)
    all_colours = np.concatenate(colours)
    solid = Solid(
        positions,
        np.concatenate(triangles).astype(np.int32),
        np.concatenate(normals),
        tuple(looks.materials),
        np.concatenate(material_of),
        np.concatenate(uvs) if has_texture else None,
        None if bool((all_colours == 255).all()) else all_colours,
    )
    facts = MeshFacts(
        len(solid.triangles), before, 0, size, len(looks.materials), looks.count, tuple(notes + looks.notes)
    )
    return solid, facts


def _cloud(parts: Sequence[Any], points: int, notes: list[str]) -> tuple[Solid, MeshFacts]:
    positions, size = _centred(np.concatenate([np.asarray(part.vertices, np.float64) for part in parts]))
    colours = np.concatenate([_point_colours(part) for part in parts])
    none = np.zeros((0, 3), np.int32)
    solid = Solid(positions, none, np.zeros((0, 3, 3), np.float32), colours=colours)
    return solid, MeshFacts(0, points, points, size, 0, 0, tuple(notes))


def _point_colours(part: Any) -> Bytes:
    found = getattr(part, "colors", None)
    if found is not None and np.shape(found)[:1] == (len(part.vertices),):
        return np.asarray(found, np.uint8)[:, :3]
    return np.full((len(part.vertices), 3), 200, np.uint8)


def _centred(positions: Any) -> tuple[Floats, tuple[float, float, float]]:
    if not np.isfinite(positions).all():
        raise MeshError(tr("has places that are no numbers"))
    low, high = positions.min(axis=0), positions.max(axis=0)
    moved = positions - (low + high) / 2
    radius = float(np.sqrt((moved**2).sum(axis=1).max())) or 1.0
    size = high - low
    return (moved / radius).astype(np.float32), (float(size[0]), float(size[1]), float(size[2]))


def _corner_normals(part: Any, faces: Any, *, is_told: bool) -> Floats:
    flat = face_normals(np.asarray(part.vertices, np.float32), faces)
    smooth = unit(np.asarray(part.vertex_normals, np.float32))[faces]
    if not is_told:
        is_sharp = np.einsum("ijk,ik->ij", smooth, flat) < _CREASE
        smooth = np.where(is_sharp[..., None], flat[:, None], smooth)
    return np.asarray(smooth, np.float32)


class _Looks:
    """Collects materials; those that several parts share count once."""

    def __init__(self) -> None:
        self.materials: list[Material] = []
        self.notes: list[str] = []
        self.count = 0
        """Of textures."""
        self._known: dict[int, int] = {}

    def of(self, part: Any) -> tuple[Floats, Bytes, int]:
        """Return texture places and colours of the vertices of a part, and the number of its material."""
        count = len(part.vertices)
        uv, colours = np.zeros((count, 2), np.float32), np.full((count, 3), 255, np.uint8)
        visual = getattr(part, "visual", None)
        kind = getattr(visual, "kind", None)
        if visual is None or kind is None:
            return uv, colours, self._number(None)
        if kind == "texture":
            told = visual.uv
            if told is not None and np.shape(told) == (count, 2):
                uv = np.nan_to_num(np.asarray(told, np.float32))
            own = visual.vertex_attributes.get("color") if hasattr(visual, "vertex_attributes") else None
            if own is not None and np.shape(own)[:1] == (count,):
                colours = _as_bytes(own)[:, :3]
            return uv, colours, self._number(visual.material)
        told = np.asarray(visual.vertex_colors)
        if told.shape[:1] == (count,):
            colours = _as_bytes(told)[:, :3]
        return uv, colours, self._number(None, is_white=True)

    def _number(self, material: Any, *, is_white: bool = False) -> int:
        key = (1 if is_white else 0) if material is None else id(material)
        if key not in self._known:
            self._known[key] = len(self.materials)
            if material is None:
                made = Material((255, 255, 255)) if is_white else Material()
            else:
                made = self._material(material)
            self.materials.append(made)
        return self._known[key]

    def _material(self, material: Any) -> Material:
        picture = getattr(material, "baseColorTexture", None) or getattr(material, "image", None)
        factor = getattr(material, "baseColorFactor", None)
        if factor is None and picture is None:
            factor = getattr(material, "diffuse", None)
        colour = (255, 255, 255)
        if factor is not None and np.shape(factor)[:1] >= (3,):
            red, green, blue = (int(part) for part in _as_bytes(np.asarray(factor))[:3])
            colour = (red, green, blue)
        elif picture is None and not hasattr(material, "baseColorFactor"):
            colour = (200, 200, 200)
        told = getattr(material, "roughnessFactor", None)
        gloss = 0.4 * (1 - float(told)) if told is not None else 0.12
        return Material(colour, self._levels(picture), min(0.4, max(0.0, gloss)))

    def _levels(self, picture: Any) -> tuple[Bytes, ...]:
        if picture is None:
            return ()
        if self.count >= MOST_TEXTURES:
            self._note(
                tr("only the first {most_textures} textures are shown").format(most_textures=MOST_TEXTURES)
            )
            return ()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if picture.width * picture.height > MOST_PIXELS:
                    raise OSError(tr("too many pixels"))
                picture.draft("RGB", (LARGEST_TEXTURE, LARGEST_TEXTURE))
                made = picture.convert("RGB")
        except Exception:  # noqa: BLE001 - whatever a picture from anywhere can be
            self._note(tr("a texture cannot be read"))
            return ()
        made.thumbnail((LARGEST_TEXTURE, LARGEST_TEXTURE))
        levels: list[Bytes] = [np.asarray(made, np.uint8)]
        while min(made.width, made.height) > _SMALLEST_LEVEL:
            made = made.reduce(2)
            levels.append(np.asarray(made, np.uint8))
        self.count += 1
        return tuple(levels)

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


def _as_bytes(colours: Any) -> Bytes:
    colours = np.asarray(colours)
    if colours.dtype.kind == "f":
        return np.clip(colours * 255 + 0.5, 0, 255).astype(np.uint8)
    if colours.dtype == np.uint16:
        return (colours >> 8).astype(np.uint8)
    return colours.astype(np.uint8)


def _notes(document: dict[str, Any]) -> list[str]:
    notes: list[str] = []
    if outside := outside_pictures(document):
        one, many = (
            tr("a texture is in another file and was"),
            tr("{outside} textures are in other files and were").format(outside=outside),
        )
        notes.append(tr("{one} not fetched").format(one=one if outside == 1 else many))
    if any(
        isinstance(each, dict) and each.get("alphaMode") == "BLEND"
        for each in document.get("materials") or ()
    ):
        notes.append(tr("glass is drawn solid"))
    if document.get("animations"):
        notes.append(tr("its animation stands still"))
    return notes
