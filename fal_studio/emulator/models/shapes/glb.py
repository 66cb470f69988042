"""Binary glTF 2.0: one textured mesh in one file."""

import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Indices = npt.NDArray[np.unsignedinteger[Any]]

FLOAT, UNSIGNED_INT = 5126, 5125
ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 34962, 34963


@dataclass(frozen=True, slots=True)
class Mesh:
    """Vertices with normals and texture coordinates, and triangles counter-clockwise from outside."""

    name: str
    positions: Floats
    normals: Floats
    texture_at: Floats
    triangles: Indices
    roughness: float = 0.8
    metalness: float = 0.0


def glb(mesh: Mesh, texture_jpeg: bytes) -> bytes:
    """The file: header, JSON chunk, binary chunk, all on four-byte borders."""
    parts: list[bytes] = []
    views: list[dict[str, Any]] = []

    def view(data: bytes, target: int | None = None) -> int:
        offset = sum(len(part) for part in parts)
        entry: dict[str, Any] = {"buffer": 0, "byteOffset": offset, "byteLength": len(data)}
        views.append(entry if target is None else {**entry, "target": target})
        parts.append(data + b"\0" * (-len(data) % 4))
        return len(views) - 1

    positions = mesh.positions.astype("<f4")
    accessors = [
        {
            "bufferView": view(positions.tobytes(), ARRAY_BUFFER),
            "componentType": FLOAT,
            "count": len(positions),
            "type": "VEC3",
            "min": [float(value) for value in positions.min(axis=0)],
            "max": [float(value) for value in positions.max(axis=0)],
        },
        _accessor(view(mesh.normals.astype("<f4").tobytes(), ARRAY_BUFFER), FLOAT, len(positions), "VEC3"),
        _accessor(view(mesh.texture_at.astype("<f4").tobytes(), ARRAY_BUFFER), FLOAT, len(positions), "VEC2"),
        _accessor(
            view(mesh.triangles.astype("<u4").tobytes(), ELEMENT_ARRAY_BUFFER),
            UNSIGNED_INT,
            mesh.triangles.size,
            "SCALAR",
        ),
    ]
    picture = view(texture_jpeg)
    binary = b"".join(parts)
    document = {
        "asset": {"version": "2.0", "generator": "fal Studio emulator"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": mesh.name}],
        "meshes": [
            {
                "name": mesh.name,
                "primitives": [
                    {
                        "attributes": {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2},
                        "indices": 3,
                        "material": 0,
                        "mode": 4,
                    }
                ],
            }
        ],
        "materials": [
            {
                "name": "painted",
                "pbrMetallicRoughness": {
                    "baseColorTexture": {"index": 0},
                    "metallicFactor": mesh.metalness,
                    "roughnessFactor": mesh.roughness,
                },
                "doubleSided": True,
            }
        ],
        "textures": [{"sampler": 0, "source": 0}],
        "samplers": [{"magFilter": 9729, "minFilter": 9987, "wrapS": 10497, "wrapT": 33071}],
        "images": [{"bufferView": picture, "mimeType": "image/jpeg"}],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(binary)}],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    total = 12 + 8 + len(text) + 8 + len(binary)
    head = struct.pack("<4sII", b"glTF", 2, total)
    return (
        head
        + struct.pack("<I4s", len(text), b"JSON")
        + text
        + struct.pack("<I4s", len(binary), b"BIN\0")
        + binary
    )


def _accessor(view: int, component: int, count: int, kind: str) -> dict[str, Any]:
    return {"bufferView": view, "componentType": component, "count": count, "type": kind}
