"""What a request says about the size of what is made: recalled by field, told in a few signs."""

import pytest

from fal_studio.core.asked import size_of, sizes_of
from fal_studio.core.request import Json


@pytest.mark.parametrize(
    ("arguments", "fields", "told"),
    [
        ({"prompt": "x", "image_size": "square_hd"}, ["image_size"], "square_hd"),
        ({"image_size": {"width": 1024, "height": 768}}, ["image_size"], "1024 × 768"),
        ({"width": 640, "height": 480, "seed": 3}, ["width", "height"], "640 × 480"),
        ({"aspect_ratio": "16:9", "resolution": "720p"}, ["aspect_ratio", "resolution"], "16:9 720p"),
        ({"image_size": None, "size": True, "resolution": ["x"]}, [], ""),
        ("a text", [], ""),
        (None, [], ""),
    ],
)
def test_the_size_is_found_and_told(arguments: Json, fields: list[str], told: str) -> None:
    assert list(sizes_of(arguments)) == fields
    assert size_of(arguments) == told
