"""The sketch model: frames from strokes, as bytes in realtime and as files over HTTP."""

import asyncio
import base64
import io
import platform
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pydantic import ValidationError

from fal_studio.emulator.model import ModelError
from fal_studio.emulator.models import sketch
from fal_studio.emulator.models.scenes import memory
from fal_studio.emulator.models.scenes.easel import Easel
from tests.emulator.lent import LentContext


def drawing(colour: str = "#3f7fc0") -> bytes:
    picture = Image.new("RGB", (512, 512), "white")
    ImageDraw.Draw(picture).line([(40, 400), (260, 380), (480, 410)], fill=colour, width=30)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    return buffer.getvalue()


def answered(**fields: object) -> dict:
    session = sketch.SketchSession(LentContext())
    message = {"prompt": "lake", "image_bytes": drawing(), "seed": 4, **fields}
    answer = asyncio.run(session.answer(message))
    assert isinstance(answer, dict)
    return answer


def pixels(answer: dict) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(answer["images"][0]["content"]))).astype(int)


def test_a_frame_comes_back_as_bytes_with_its_request_id() -> None:
    answer = answered(request_id="frame-9")
    entry = answer["images"][0]
    assert isinstance(entry["content"], bytes)
    assert (entry["content_type"], entry["width"], entry["height"]) == ("image/jpeg", 512, 512)
    assert Image.open(io.BytesIO(entry["content"])).size == (512, 512)
    assert answer["request_id"] == "frame-9"
    assert answer["has_nsfw_concepts"] == [False]


def test_equal_frames_are_equal_and_strokes_show() -> None:
    assert answered()["images"][0]["content"] == answered()["images"][0]["content"]
    blue, red = pixels(answered()), pixels(answered(image_bytes=drawing("#d02020")))
    stroke, corner = (slice(380, 400), slice(200, 300)), (slice(10, 60), slice(10, 60))
    assert np.abs(blue[stroke] - red[stroke]).mean() > 25
    assert np.abs(blue[corner] - red[corner]).mean() < 6


def test_prompt_seed_and_strength_matter() -> None:
    base = answered()["images"][0]["content"]
    for change in ({"prompt": "night"}, {"seed": 5}, {"strength": 0.1}, {"num_inference_steps": 1}):
        assert answered(**change)["images"][0]["content"] != base


def test_a_data_uri_is_the_same_as_bytes() -> None:
    uri = "data:image/jpeg;base64," + base64.b64encode(drawing()).decode()
    assert answered(image_bytes=None, image_url=uri)["images"] == answered()["images"]


def test_blank_paper_is_painted_too() -> None:
    assert pixels(answered(image_bytes=None)).std() > 5


def test_bad_frames_are_refused() -> None:
    with pytest.raises(ModelError):
        answered(image_bytes=b"nothing")
    with pytest.raises(ValidationError):
        answered(strength="much")


def test_run_publishes_a_file() -> None:
    context = LentContext()
    url = context.publish(drawing(), "image/jpeg", "d.jpg")
    output = asyncio.run(sketch.run(sketch.SketchInput(prompt="lake", image_url=url, seed=4), context))
    sketch.SketchOutput.model_validate(output)
    data, content_type = context.files[output["images"][0]["url"]]
    assert content_type == "image/jpeg"
    assert Image.open(io.BytesIO(data)).size == (512, 512)


def test_speed_is_printed() -> None:
    easel = Easel("lake at evening", 1, 512, 512)
    frame = np.asarray(Image.open(io.BytesIO(drawing())))
    easel.frame(frame)
    began = time.perf_counter()
    for _ in range(10):
        easel.frame(frame)
    print(f"sketch frame 512x512: {(time.perf_counter() - began) * 100:.1f} ms")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to keep memory")
def test_the_memory_of_a_frame_is_kept_for_the_next() -> None:
    Easel("a lake", 1, 64, 64)
    assert memory.keep()
