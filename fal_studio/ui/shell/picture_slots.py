"""Places that are kept for pictures while nothing has come back: as many, and in the shape, that the request asks for."""

import re

from PySide6.QtCore import QSize

from fal_studio.core.request import Mode, Request

_MOST = 16
_RATIO = re.compile(r"([1-9][0-9]{0,4}):([1-9][0-9]{0,4})")
"""Anybody may have typed it: more digits than that are no ratio that can be drawn."""
_SIZES = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}


def slots_of(request: Request) -> tuple[int, QSize] | None:
    """Return how many places a request's result wants, and of which shape; None where no pictures are expected."""
    arguments = request.arguments if isinstance(request.arguments, dict) else {}
    if "video" in request.endpoint:
        return 1, ratio_of(arguments.get("aspect_ratio"))
    if request.mode is Mode.REALTIME or not ("/image" in request.endpoint or "num_images" in arguments):
        return None
    count = arguments.get("num_images", 1)
    count = count if isinstance(count, int) and 1 <= count <= _MOST else 1
    return count, size_of(arguments.get("image_size"))


def size_of(wanted: object) -> QSize:
    """Return the picture size that an `image_size` argument asks for."""
    if isinstance(wanted, dict):
        width, height = wanted.get("width"), wanted.get("height")  # pyright: ignore[reportUnknownVariableType]
        if isinstance(width, int) and isinstance(height, int) and 0 < width < 20_000 and 0 < height < 20_000:
            return QSize(width, height)
    return QSize(*_SIZES.get(str(wanted), (1024, 768)))


def ratio_of(wanted: object) -> QSize:
    """Return a size with the ratio that an `aspect_ratio` argument asks for, 16:9 if it says nothing."""
    sides = _RATIO.fullmatch(str(wanted))
    return QSize(int(sides[1]), int(sides[2])) if sides is not None else QSize(16, 9)
