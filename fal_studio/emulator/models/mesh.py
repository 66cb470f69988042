"""`emulator/mesh`: a 3D object as GLB, from words or from a picture."""

import importlib
from typing import Any

from pydantic import BaseModel, Field

from fal_studio.emulator.model import Context, Json, Model, Price, Route
from fal_studio.emulator.models import thumbnails
from fal_studio.emulator.models.media import File
from fal_studio.emulator.models.text_to_image import Timings, seed_or_chosen


class MeshInput(BaseModel):
    """What `emulator/mesh` takes."""

    prompt: str = Field(
        default="",
        max_length=1000,
        description="What to model: a lighthouse, a vase, a terrain, a torus knot; anything else gives one of them.",
        examples=["A lighthouse on a rock"],
    )
    # Left unmarked on purpose, as many 3D endpoints do.
    image_url: str | None = Field(
        default=None, description="A picture that becomes the surface of the object."
    )
    seed: int | None = Field(default=None, description="The same seed and prompt give the same object.")
    detail: float = Field(
        default=1.0, ge=0.25, le=2, description="How finely the object is divided into triangles."
    )
    sync_mode: bool = Field(default=False, description="If set to true, the files are returned as data URIs.")


class MeshOutput(BaseModel):
    """What `emulator/mesh` gives."""

    model_mesh: File = Field(description="The generated 3D object as a binary glTF file.")
    textures: list[File] = Field(description="The textures of the object; they are inside the file as well.")
    seed: int = Field(description="The seed that was used.")
    timings: Timings


def _shaped(request: MeshInput, seed: int, picture: bytes | None) -> Any:
    # NumPy is loaded by the first object, not by the server's start.
    solids: Any = importlib.import_module("fal_studio.emulator.models.shapes.solids")
    encode: Any = importlib.import_module("fal_studio.emulator.models.scenes.encode")
    surface = None if picture is None else encode.decoded(picture, "image_url", 1024)
    return solids.shaped(request.prompt, seed, surface, request.detail)


async def run(request: MeshInput, context: Context) -> Json:
    """Shape, texture and publish."""
    seed = seed_or_chosen(request.seed, context)
    picture = None if not request.image_url else (await context.fetch(request.image_url))[0]
    solid = await context.in_thread(_shaped, request, seed, picture)
    for name, seconds in (("geometry", 0.5), ("texture", 0.4), ("export", 0.1)):
        await context.log(f"{name} …")
        await context.work(seconds)
    await context.log(f"{solid.name}, {len(solid.file)} bytes")
    mesh = {
        "url": context.publish(solid.file, "model/gltf-binary", f"{solid.name}.glb"),
        "content_type": "model/gltf-binary",
        "file_name": f"{solid.name}.glb",
        "file_size": len(solid.file),
    }
    texture = {
        "url": context.publish(solid.texture, "image/jpeg", f"{solid.name}_base_color.jpg"),
        "content_type": "image/jpeg",
        "file_name": f"{solid.name}_base_color.jpg",
        "file_size": len(solid.texture),
    }
    return {
        "model_mesh": mesh,
        "textures": [texture],
        "seed": seed,
        "timings": {"geometry": 0.5, "texture": 0.4, "export": 0.1},
    }


MODEL = Model(
    endpoint_id="emulator/mesh",
    display_name="Emulator mesh",
    category="text-to-3d",
    description="Shapes a lighthouse, a vase, a terrain or a torus knot as a textured GLB file; a picture can be its surface.",
    price=Price(0.04, "object"),
    routes={"": Route(MeshInput, MeshOutput, run=run)},
    tags=("3d", "glb", "offline"),
    thumbnail=thumbnails.of("a ribbed ceramic jug and two lemons, window light", 7),
    duration_estimate_s=1.5,
)
