"""The image model: the same order gives the same bytes, any other one another picture; previews come true."""

import asyncio
import base64
import io
import itertools
import time

import numpy as np
import pytest
from PIL import Image

from fal_studio.emulator.model import ModelError
from fal_studio.emulator.models import edit, image
from fal_studio.emulator.models.scenes import painter
from fal_studio.emulator.models.scenes.painter import Order, paint
from fal_studio.emulator.models.scenes.words import SCENES, read
from fal_studio.emulator.models.text_to_image import ImagesOutput, TextToImageInput
from tests.emulator.lent import LentContext, events_of

PROMPT = "a lighthouse at dusk"
SMALL = {"width": 192, "height": 144}


def pictures_of(output: dict, context: LentContext) -> list[bytes]:
    return [context.files[entry["url"]][0] for entry in output["images"]]


def made(**fields: object) -> bytes:
    context = LentContext()
    request = TextToImageInput.model_validate({"prompt": PROMPT, "seed": 7, "image_size": SMALL, **fields})
    output = asyncio.run(image.run(request, context))
    ImagesOutput.model_validate(output)
    return pictures_of(output, context)[0]


def test_the_same_order_gives_the_same_bytes() -> None:
    assert made() == made()


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "a lighthouse at dawn"},
        {"seed": 8},
        {"seed": 2**70},
        {"seed": -3},
        {"num_inference_steps": 27},
        {"num_inference_steps": 4},
        {"guidance_scale": 9},
        {"image_size": {"width": 200, "height": 144}},
        {"output_format": "png"},
    ],
    ids=str,
)
def test_any_other_order_gives_other_bytes(change: dict) -> None:
    assert made(**change) != made()


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_every_scene_has_its_painter_and_fills_the_picture(scene: str) -> None:
    word = SCENES[scene].split()[0]
    assert read(word, 1).scene == scene
    picture = paint(Order(word, 3, 160, 120))
    assert picture.shape == (120, 160, 3)
    assert picture.std() > 8
    assert scene in painter.SCENES


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (300, 7), (64, 1024), (513, 511)])
def test_odd_sizes_come_out_exactly(size: tuple[int, int]) -> None:
    assert paint(Order("forest", 1, *size)).shape == (size[1], size[0], 3)


@pytest.mark.parametrize(
    "prompt", ["", " ", "日本の灯台 🌊", "x" * 20_000, "\ud800 broken", "{}[]()\\\"'", "night day fog rain"]
)
def test_any_text_gives_a_picture(prompt: str) -> None:
    assert paint(Order(prompt, 1, 96, 72)).std() > 4


@pytest.mark.parametrize("style", ["watercolour", "oil", "pixel art", "ink", "poster", "35 mm film"])
def test_style_words_change_the_hand(style: str) -> None:
    plain = paint(Order("lighthouse day", 1, 160, 120)).astype(int)
    styled = paint(Order(f"lighthouse day {style}", 1, 160, 120)).astype(int)
    assert np.abs(plain - styled).mean() > 3


def test_light_words_are_seen() -> None:
    night = paint(Order("mountains at night", 1, 160, 120)).mean()
    day = paint(Order("mountains at midday", 1, 160, 120)).mean()
    assert night < day * 0.6
    grey = paint(Order("mountains, monochrome", 1, 160, 120)).astype(int)
    assert np.abs(grey[..., 0] - grey[..., 2]).mean() < 6


def test_guidance_and_steps_do_what_they_say() -> None:
    calm, strong = (paint(Order("sailing boat day", 1, 240, 180, 28, g)).astype(float) for g in (1, 12))
    assert strong.std() > calm.std()
    rough, fine = (paint(Order("forest", 1, 240, 180, steps)).astype(float) for steps in (2, 40))
    assert np.abs(np.diff(fine, axis=1)).mean() > 1.5 * np.abs(np.diff(rough, axis=1)).mean()


def test_previews_come_closer_to_the_final_picture() -> None:
    context = LentContext()
    request = TextToImageInput.model_validate(
        {"prompt": PROMPT, "seed": 3, "image_size": {"width": 256, "height": 192}}
    )
    events = asyncio.run(events_of(image.stream(request, context)))
    for event in events:
        ImagesOutput.model_validate(event)
    final = np.asarray(Image.open(io.BytesIO(pictures_of(events[-1], context)[0]))).astype(float)
    distances = [np.abs(np.asarray(decoded(event)).astype(float) - final).mean() for event in events[:-1]]
    assert len(distances) > 10
    assert distances[0] > 5 * distances[-1]
    falls = sum(later < earlier + 0.5 for earlier, later in itertools.pairwise(distances))
    assert falls == len(distances) - 1
    assert context.worked_s == pytest.approx(0.5, abs=0.1)


def decoded(event: dict) -> Image.Image:
    head, _, body = event["images"][0]["url"].partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(body)))


def test_four_images_differ_and_the_second_is_the_next_seed() -> None:
    context = LentContext()
    four = TextToImageInput.model_validate(
        {"prompt": PROMPT, "seed": 5, "num_images": 4, "image_size": SMALL}
    )
    output = asyncio.run(image.run(four, context))
    pictures = pictures_of(output, context)
    assert len(set(pictures)) == 4
    assert pictures[1] == made(seed=6)
    assert context.units == 4


def test_a_size_beyond_reason_is_refused_in_words() -> None:
    request = TextToImageInput.model_validate(
        {"prompt": PROMPT, "image_size": {"width": 14142, "height": 14142}}
    )
    with pytest.raises(ModelError, match="too large") as caught:
        asyncio.run(image.run(request, LentContext()))
    assert caught.value.type == "image_too_large"


def test_without_a_seed_the_request_decides() -> None:
    request = TextToImageInput.model_validate({"prompt": PROMPT, "image_size": SMALL})
    one, two = (asyncio.run(image.run(request, LentContext(request_id=name)))["seed"] for name in ("a", "b"))
    again = asyncio.run(image.run(request, LentContext(request_id="a")))["seed"]
    assert one != two
    assert one == again


@pytest.mark.parametrize("model", [edit.EditInput, edit.ImageToImageInput])
def test_edit_keeps_the_picture_recognisable_and_changes_its_light(model: type) -> None:
    context = LentContext()
    source = paint(Order("lighthouse at midday", 3, 320, 240))
    buffer = io.BytesIO()
    Image.fromarray(source).save(buffer, "PNG")
    url = context.publish(buffer.getvalue(), "image/png", "in.png")
    request = model.model_validate({"prompt": "at night", "image_url": url, "seed": 1})
    output = asyncio.run(edit.run(request, context))
    ImagesOutput.model_validate(output)
    result = np.asarray(Image.open(io.BytesIO(pictures_of(output, context)[0])))
    assert result.shape == source.shape
    assert result.mean() < source.mean() * 0.7
    before, after = (
        np.asarray(Image.fromarray(p).convert("L").resize((40, 30)), float).ravel() for p in (source, result)
    )
    assert np.corrcoef(before, after)[0, 1] > 0.6
    events = asyncio.run(events_of(edit.stream(request, context)))
    assert pictures_of(events[-1], context) == pictures_of(output, context)


def test_a_broken_upload_is_named() -> None:
    context = LentContext()
    url = context.publish(b"not a picture", "image/png", "in.png")
    request = edit.EditInput.model_validate({"prompt": "at night", "image_url": url})
    with pytest.raises(ModelError) as caught:
        asyncio.run(edit.run(request, context))
    assert caught.value.type == "image_load_error"
    assert caught.value.loc == ("body", "image_url")


def test_speed_is_printed() -> None:
    for size in ((512, 512), (1024, 768)):
        for scene in ("lighthouse", "forest", "flowers"):
            paint(Order(f"{scene} dawn", 1, *size))
            began = time.perf_counter()
            paint(Order(f"{scene} dawn", 2, *size))
            print(f"{scene} {size[0]}x{size[1]}: {time.perf_counter() - began:.3f} s")
