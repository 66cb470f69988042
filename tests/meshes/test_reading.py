"""What files of 3D models become, and which of them are refused before they can do harm."""

import base64
import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from PIL import Image

from fal_studio.core.mesh import Look
from fal_studio.meshes.checking import MeshError
from fal_studio.meshes.drawing import draw
from fal_studio.meshes.reading import read
from fal_studio.meshes.solid import coarse

CORNERS = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], "<f4")
SQUARE = np.array([0, 1, 2, 0, 2, 3], "<u2")


def gltf(**changes: Any) -> dict[str, Any]:
    """A square that faces the eye, and what is different in it."""
    data = CORNERS.tobytes() + SQUARE.tobytes()
    uri = "data:application/octet-stream;base64," + base64.b64encode(data).decode()
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5123, "count": 6, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": 48},
            {"buffer": 0, "byteOffset": 48, "byteLength": 12},
        ],
        "buffers": [{"byteLength": len(data), "uri": uri}],
    }
    return document | changes


def as_gltf(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def as_glb(document: dict[str, Any]) -> bytes:
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<4sIIII", b"glTF", 2, 20 + len(text), len(text), 0x4E4F534A) + text


def accessor(**changes: Any) -> dict[str, Any]:
    whole = gltf()
    return {"accessors": [whole["accessors"][0] | changes, whole["accessors"][1]]}


def chain(count: int) -> list[dict[str, Any]]:
    return [{"children": [n + 1]} for n in range(count)] + [{"mesh": 0}]


def doubling(levels: int) -> list[dict[str, Any]]:
    """Each node has the next one twice: 2^levels squares."""
    return [{"children": [n + 1, n + 1]} for n in range(levels)] + [{"mesh": 0}]


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "a buffer on a server": (
        as_gltf(gltf(buffers=[{"byteLength": 60, "uri": "http://files.test/spy.bin"}])), ".gltf", "not fetched",
    ),
    "a buffer on the disk": (
        as_gltf(gltf(buffers=[{"byteLength": 60, "uri": "../../../../etc/passwd"}])), ".gltf", "not fetched",
    ),
    "a list of 10^12 entries": (as_gltf(gltf(**accessor(count=10**12))), ".gltf", "more than came"),
    "a list of zeros without an end": (
        as_gltf(gltf(accessors=[{"componentType": 5126, "count": 10**10, "type": "VEC3"}] * 2)), ".gltf", "more than came",
    ),
    "a buffer that promises 4 GB": (as_glb(gltf(buffers=[{"byteLength": 2**32}])), ".glb", "more bytes than came"),
    "a node in itself": (as_gltf(gltf(nodes=[{"mesh": 0, "children": [0]}])), ".gltf", "inside itself"),
    "two nodes in a circle": (as_gltf(gltf(nodes=[{"children": [1]}, {"children": [0]}])), ".gltf", "circle"),
    "2^40 squares": (as_gltf(gltf(nodes=doubling(40))), ".gltf", "twice"),
    "a node 10,000 deep": (as_gltf(gltf(nodes=chain(10_000))), ".gltf", "nested too deeply"),
    "a million nodes": (as_gltf(gltf(nodes=[{"mesh": 0}] * 60_000)), ".gltf", "too many"),
    "lists in lists": (b"[" * 200_000, ".gltf", "no JSON"),
    "a web page": (b"<html><script>fetch('//x')</script></html>", ".glb", "no binary glTF"),
    "one that breaks off": (as_glb(gltf())[:80], ".glb", "breaks off"),
    "nothing": (b"", ".glb", "breaks off"),
    "vertices that are not there": (
        as_gltf(gltf(buffers=[{"byteLength": 60, "uri": "data:;base64," + base64.b64encode(CORNERS.tobytes() + b"\x63\0" * 6).decode()}])),
        ".gltf", "does not have",
    ),
    "places that are no numbers": (
        as_gltf(gltf(buffers=[{"byteLength": 60, "uri": "data:;base64," + base64.b64encode(b"\xff" * 48 + SQUARE.tobytes()).decode()}])),
        ".gltf", "no numbers",
    ),
    "a PLY that promises 10^9 vertices": (
        b"ply\nformat binary_little_endian 1.0\nelement vertex 1000000000\nproperty float x\nproperty float y\nproperty float z\nend_header\n",
        ".ply", "cannot be read",
    ),
    "an STL that is noise": (bytes(range(256)) * 40, ".stl", ""),
    "one packed with Draco": (as_gltf(gltf(extensionsRequired=["KHR_draco_mesh_compression"])), ".gltf", "Draco"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_models_are_refused_with_a_reason(name: str) -> None:
    data, ending, words = REFUSED[name]
    with pytest.raises(MeshError) as caught:
        read(data, ending)
    assert words in str(caught.value)


def test_nothing_beside_the_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (4, 4), "red").save("red.png")
    Path("a.mtl").write_text("newmtl m\nKd 1 0 0\nmap_Kd red.png\n")
    outside = gltf(
        images=[{"uri": "red.png"}, {"uri": "http://files.test/spy.png"}],
        textures=[{"source": 0}],
        materials=[{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
    )
    _, facts = read(as_gltf(outside), ".gltf")
    assert facts.textures == 0
    assert facts.notes == ("2 textures are in other files and were not fetched",)
    obj = (
        "mtllib a.mtl\nusemtl m\n" + "".join(f"v {x} {y} {z}\n" for x, y, z in CORNERS) + "f 1 2 3\nf 1 3 4\n"
    )
    _, facts = read(obj.encode(), ".obj")
    assert facts.textures == 0


def test_a_texture_is_seen_where_it_lies_and_a_bomb_of_one_is_left_out() -> None:
    half = Image.new("RGB", (64, 64), "blue")
    half.paste("red", (0, 0, 32, 64))
    visual = trimesh.visual.TextureVisuals(
        uv=[[0, 0], [1, 0], [1, 1], [0, 1]],
        material=trimesh.visual.material.PBRMaterial(baseColorTexture=half),
    )
    square = trimesh.Trimesh(CORNERS, SQUARE.reshape(-1, 3), visual=visual, process=False)
    solid, facts = read(trimesh.Scene([square]).export(file_type="glb"), ".glb")
    assert (facts.triangles, facts.vertices, facts.textures, facts.notes) == (2, 4, 1, ())
    view = draw(solid, Look(1, 80, 60, yaw=0, pitch=0))
    assert view.shape == (60, 80, 4)
    assert view[0, 0, 3] == 0, "beside the model there is nothing"
    left, right = view[30, 32], view[30, 48]
    assert left[0] > 2 * left[2], "red on the left"
    assert right[2] > 2 * right[0], "blue on the right"
    from_behind = draw(solid, Look(1, 80, 60, yaw=180, pitch=0))
    assert from_behind[30, 32][2] > from_behind[30, 32][0], "seen from behind it is the other way round"
    plain = draw(solid, Look(1, 80, 60, yaw=0, pitch=0, is_textured=False))
    assert plain[30, 32][0] == plain[30, 32][2]
    bomb = io.BytesIO()
    Image.new("1", (16_000, 16_000)).save(bomb, "PNG")
    uri = "data:image/png;base64," + base64.b64encode(bomb.getvalue()).decode()
    document = gltf(
        images=[{"uri": uri}], textures=[{"source": 0}],
        materials=[{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
    )  # fmt: skip
    document["meshes"][0]["primitives"][0]["material"] = 0
    _, facts = read(as_gltf(document), ".gltf")
    assert facts.notes == ("a texture cannot be read",)


@pytest.mark.parametrize("ending", ["glb", "obj", "ply", "stl", "off"])
def test_each_kind_of_file_is_read_and_drawn(ending: str) -> None:
    ball = trimesh.creation.icosphere(subdivisions=3)
    data = ball.export(file_type=ending)
    solid, facts = read(data if isinstance(data, bytes) else data.encode(), f".{ending}")
    assert facts.triangles == len(ball.faces)
    assert facts.size == pytest.approx((2, 2, 2), abs=0.01)
    for is_fine in (True, False):
        view = draw(solid, Look(1, 100, 100, is_fine=is_fine, lines=(255, 0, 0)))
        assert view[50, 50, 3] == 255
        assert 0.5 < (view[..., 3] > 0).mean() < 0.8, "a ball fills most of the view"
    assert 0 < len(coarse(solid, 8).triangles) < facts.triangles


def test_a_cloud_of_points_is_drawn_in_its_colours() -> None:
    places = np.random.default_rng(1).normal(size=(5000, 3))
    cloud = trimesh.PointCloud(places, colors=np.tile([0, 200, 0, 255], (5000, 1)))
    data = cloud.export(file_type="ply")
    solid, facts = read(data, ".ply")
    assert (facts.points, facts.triangles) == (5000, 0)
    view = draw(solid, Look(1, 120, 120))
    assert tuple(view[view[..., 3] == 255][0][:3]) == (0, 200, 0)


def test_a_model_of_large_triangles_one_behind_the_other_costs_little() -> None:
    many = np.tile(SQUARE.reshape(-1, 3), (40_000, 1))
    sheet = trimesh.Trimesh(CORNERS, many, process=False)
    solid, _ = read(sheet.export(file_type="stl"), ".stl")
    view = draw(solid, Look(1, 1600, 1200, distance=1.0))
    assert view.shape == (1200, 1600, 4)
    assert view[600, 800, 3] == 255
