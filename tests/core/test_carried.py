"""A saved file carries its request, is still the same picture or sound, and gives the request back."""

import io
import json
import math
import struct
import wave
from collections.abc import Callable

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fal_studio.core.carried import Carried, request_in, seed_of, with_request
from fal_studio.core.request import Mode, Options, Request

CARRIED = Carried(
    Request(
        "fal-ai/flux/dev",
        Mode.STREAM,
        {"prompt": "a 虎 hat", "seed": 2**70, "n": [1, {"x": None}]},
        "fal",
        Options(hint="h"),
    ),
    "0198a1b2",
    7,
    "fal Studio 1",
)


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    pixels = np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3)
    Image.fromarray(pixels).save(out, kind)
    return out.getvalue()


def sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(round(128 + 100 * math.sin(n / 9)) for n in range(801)))
    return out.getvalue()


def clip() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame(32, 32, "rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


def seen(data: bytes) -> bytes:
    if data[4:8] == b"ftyp":
        with av.open(io.BytesIO(data)) as container:
            return b"".join(frame.to_ndarray(format="rgb24").tobytes() for frame in container.decode(video=0))
    if data[8:12] == b"WAVE":
        with wave.open(io.BytesIO(data)) as file:
            return file.readframes(10_000)
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


FILES: dict[str, Callable[[], bytes]] = {
    "PNG": lambda: picture("PNG"),
    "JPEG": lambda: picture("JPEG"),
    "WebP": lambda: picture("WEBP"),
    "WAV": sound,
    "MP4": clip,
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_gives_its_request_back_and_looks_the_same(kind: str) -> None:
    plain = FILES[kind]()
    assert request_in(plain) is None
    carrying = with_request(plain, CARRIED)
    assert request_in(carrying) == CARRIED
    assert seen(carrying) == seen(plain)


def lossless() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (30, 20), (10, 200, 30, 99)).save(out, "WEBP", lossless=True)
    return out.getvalue()


@pytest.mark.parametrize(
    "plain", [picture("JPEG"), picture("WEBP"), lossless()], ids=["JPEG", "WebP", "lossless"]
)
def test_other_programs_find_the_request_in_a_picture(plain: bytes) -> None:
    with (
        Image.open(io.BytesIO(with_request(plain, CARRIED))) as image,
        Image.open(io.BytesIO(plain)) as before,
    ):
        exif = image.getexif()
        assert exif[0x0131] == CARRIED.app
        comment = exif.get_ifd(0x8769)[0x9286]
        assert comment[:8] == b"UNICODE\0"
        assert json.loads(comment[8:].decode("utf-16-le"))["request"]["arguments"]["prompt"] == "a 虎 hat"
        assert image.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_other_programs_find_the_request_in_a_film_and_a_sound() -> None:
    carrying = with_request(clip(), CARRIED)
    with av.open(io.BytesIO(carrying)) as container:
        assert json.loads(container.metadata["comment"])["request_id"] == "0198a1b2"
        assert "Lavf" in container.metadata["encoder"], "what was said before is still said"
    with av.open(io.BytesIO(with_request(sound(), CARRIED))) as container:
        assert json.loads(container.metadata["comment"])["request_id"] == "0198a1b2"


def test_what_a_file_says_of_itself_stays() -> None:
    facts = Image.Exif()
    facts[0x010E] = "theirs"
    for kind in ("JPEG", "WEBP"):
        out = io.BytesIO()
        Image.new("RGB", (16, 16)).save(out, kind, exif=facts)
        carrying = with_request(out.getvalue(), CARRIED)
        assert request_in(carrying) == CARRIED
        with Image.open(io.BytesIO(carrying)) as image:
            assert image.getexif()[0x010E] == "theirs"
    told = with_request(clip(), CARRIED)
    again = with_request(told, Carried(Request("b/c", Mode.RUN, {})))
    assert request_in(again) == CARRIED, "a film says only once what made it"
    assert seen(again) == seen(told)


@pytest.mark.parametrize("kind", FILES)
def test_half_a_file_stops_nobody(kind: str) -> None:
    whole = FILES[kind]()
    for size in range(min(len(whole), 400)):
        with_request(whole[:size], CARRIED)
        request_in(with_request(whole, CARRIED)[:size])


def test_the_seed_of_the_result_makes_the_same_again() -> None:
    request = Request("a/b", Mode.RUN, {"prompt": "x"})
    assert Carried(request, seed=7).again().arguments == {"prompt": "x", "seed": 7}
    assert CARRIED.again() == CARRIED.request, "its own seed is kept"
    assert (seed_of({"seed": 7}), seed_of({"seed": True}), seed_of([])) == (7, None, None)


def test_a_long_prompt_goes_over_several_segments() -> None:
    long = Carried(Request("a/b", Mode.RUN, {"prompts": ["x" * 90_000, "y" * 90_000]}))
    assert request_in(with_request(picture("JPEG"), long)) == long


def test_files_within_the_arguments_stay_out_of_the_result() -> None:
    heavy = Carried(Request("a/b", Mode.RUN, {"image_url": "data:" + "A" * 200_000, "prompt": "x"}))
    carried = request_in(with_request(picture("PNG"), heavy))
    assert carried is not None
    assert carried.request.arguments == {"prompt": "x"}


def test_headers_and_addresses_stay_out_of_the_result() -> None:
    options = Options(
        hint="h", headers={"x-mine": "s3cret"}, query={"t": "s3cret"}, webhook_url="https://e.com/s3cret"
    )
    carrying = with_request(picture("PNG"), Carried(Request("a/b", Mode.SUBMIT, {}, options=options)))
    assert b"s3cret" not in carrying
    carried = request_in(carrying)
    assert carried is not None
    assert carried.request.options == Options(hint="h")


def test_what_is_no_media_file_comes_back_as_it_was() -> None:
    for data in (b"", b"hello", b"RIFF", b"GIF89a" + b"x" * 50):
        assert with_request(data, CARRIED) == data
        assert request_in(data) is None


@settings(max_examples=200, deadline=None)  # behaviour, not times
@given(st.sampled_from(["PNG", "JPEG", "WebP", "WAV"]), st.data())
def test_a_damaged_file_carries_nothing_and_stops_nobody(kind: str, data: st.DataObject) -> None:
    whole = with_request(FILES[kind](), CARRIED)
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:at] + data.draw(st.binary(max_size=4)) + whole[at + data.draw(st.integers(0, 9)) :]
    request_in(broken)


def test_a_box_without_an_end_does_not_go_round_for_ever() -> None:
    assert request_in(struct.pack(">I4s", 0, b"ftyp") + struct.pack(">I4s", 1, b"free")) is None


@pytest.mark.parametrize(
    "hostile",
    [
        b'{"request":{"endpoint":"https://evil.test/x","mode":"run","arguments":{}}}',
        b'{"request":{"endpoint":"../../x","mode":"run","arguments":{}}}',
        b'{"request":{"endpoint":"a/b","mode":"run","arguments":[1]}}',
        b'{"request":{"endpoint":"a/b","mode":"run","arguments":{"x":' + b"[" * 500 + b"]" * 500 + b"}}}",
        b'{"request":{"endpoint":"a/b","mode":"run","arguments":' + b'{"x":' * 100_000,
        b'{"request":{"endpoint":"a/b","mode":"delete","arguments":{}}}',
        b"\xff\xfe{}",
    ],
)
def test_a_file_from_anywhere_is_not_believed(hostile: bytes) -> None:
    wave_file = sound()
    comment = (
        b"LIST"
        + struct.pack("<I", 12 + len(hostile))
        + b"INFOICMT"
        + struct.pack("<I", len(hostile))
        + hostile
    )
    assert request_in(wave_file + comment) is None


def test_a_file_from_anywhere_sends_results_nowhere_and_adds_no_headers() -> None:
    text = (
        b'{"request":{"endpoint":"a/b","mode":"submit","arguments":{"x":1},"options":{"webhook_url":"https://evil.test",'
        b'"headers":{"x-spy":"1"},"query":{"q":"1"},"hint":"h"}}}'
    )
    png = picture("PNG")
    body = b"iTXtfal-studio\0\0\0\0\0" + text
    chunk = struct.pack(">I", len(body) - 4) + body + bytes(4)
    carried = request_in(png[:33] + chunk + png[33:])
    assert carried is not None
    assert carried.request == Request("a/b", Mode.SUBMIT, {"x": 1}, options=Options(hint="h"))
