"""The file, image and size shapes that fal's models share in their inputs and outputs."""

from typing import Literal

from pydantic import BaseModel, Field

from fal_studio.emulator.model import ModelError

SizeName = Literal["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"]

SIZES: dict[str, tuple[int, int]] = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
LARGEST_SIDE = 4096


class ImageSize(BaseModel):
    """A size in pixels."""

    width: int = Field(default=512, gt=0, le=14142, description="The width of the generated image.")
    height: int = Field(default=512, gt=0, le=14142, description="The height of the generated image.")


class File(BaseModel):
    """A file that a model made."""

    url: str = Field(description="The URL where the file can be downloaded from.")
    content_type: str | None = Field(
        default=None, description="The mime type of the file.", examples=["image/png"]
    )
    file_name: str | None = Field(
        default=None, description="The name of the file.", examples=["z9RV14K95DvU.png"]
    )
    file_size: int | None = Field(
        default=None, description="The size of the file in bytes.", examples=[4404019]
    )


class Image(File):
    """A picture with its size."""

    width: int | None = Field(default=None, description="The width of the image in pixels.", examples=[1024])
    height: int | None = Field(default=None, description="The height of the image in pixels.", examples=[768])


class VideoFile(File):
    """A clip with its measures."""

    width: int | None = Field(default=None, description="The width of the video in pixels.")
    height: int | None = Field(default=None, description="The height of the video in pixels.")
    fps: float | None = Field(default=None, description="Frames per second.")
    duration: float | None = Field(default=None, description="The duration of the video in seconds.")
    num_frames: int | None = Field(default=None, description="The number of frames.")


def pixels(size: ImageSize | SizeName) -> tuple[int, int]:
    """Width and height of a named or a free size.

    Raises ModelError (image_too_large) above what the emulator is willing to paint.
    """
    width, height = SIZES[size] if isinstance(size, str) else (size.width, size.height)
    if max(width, height) > LARGEST_SIDE:
        raise ModelError(
            f"The image is too large: at most {LARGEST_SIDE}x{LARGEST_SIDE} pixels, but {width}x{height} were asked for.",
            type="image_too_large",
            loc=("body", "image_size"),
            ctx={"max_width": LARGEST_SIDE, "max_height": LARGEST_SIDE},
            value={"width": width, "height": height},
        )
    return width, height
