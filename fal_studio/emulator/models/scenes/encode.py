"""Pixels to files and back."""

import base64
import io

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from fal_studio.emulator.model import ModelError
from fal_studio.emulator.models.scenes.noise import Pixels


def jpeg(picture: Pixels, quality: int = 90) -> bytes:
    """A JPEG file."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def png(picture: Pixels) -> bytes:
    """A PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


def encoded(picture: Pixels, output_format: str) -> tuple[bytes, str]:
    """The file and its content type; `output_format` is jpeg or png."""
    return (png(picture), "image/png") if output_format == "png" else (jpeg(picture), "image/jpeg")


def data_uri(data: bytes, content_type: str) -> str:
    """The bytes as a data URI."""
    return f"data:{content_type};base64,{base64.b64encode(data).decode('ascii')}"


def decoded(data: bytes, field: str, longest: int = 2048) -> Pixels:
    """A picture file as pixels, upright, at most `longest` pixels on its long side.

    Raises ModelError (image_load_error, image_too_large) naming the field.
    """
    try:
        image = Image.open(io.BytesIO(data))
        if image.width * image.height > 80_000_000:
            raise ModelError(
                f"The image is too large: {image.width}x{image.height} pixels.",
                type="image_too_large",
                loc=("body", field),
                ctx={"max_width": 8192, "max_height": 8192},
            )
        image.draft("RGB", (longest, longest))
        image = ImageOps.exif_transpose(image)
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            over = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
        image = image.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise ModelError(
            "Failed to load the image. Please ensure the image file is not corrupted and is in a supported format.",
            type="image_load_error",
            loc=("body", field),
        ) from error
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return np.asarray(image)
