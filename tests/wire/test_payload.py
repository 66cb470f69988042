"""JSON out and in: what cannot be said is refused with its place."""

import json
import math

import pytest

from fal_studio.wire.payload import PayloadError, decode, encode


def test_arguments_are_written_as_fal_client_writes_them() -> None:
    assert (
        encode({"prompt": "grüße 🐅", "n": 1.0, "big": 2**70})
        == '{"prompt":"grüße 🐅","n":1.0,"big":1180591620717411303424}'.encode()
    )


def holding_itself() -> dict:
    value: dict = {}
    value["again"] = value
    return value


def deep(levels: int) -> list:
    value: list = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"a": {"b": [1.0, math.nan]}}, "a.b[1] is nan, which JSON does not know"),
        ({"scale": math.inf}, "scale is inf"),
        ({"image": b"x"}, "image holds raw bytes; upload them"),
        ({"when": object()}, "when is a object"),
        ({"text": "\ud800"}, "half a character"),
        (holding_itself(), "holds itself"),
        (deep(100_000), "nested too deeply"),
        (deep(201), "nested too deeply"),
    ],
)
def test_what_json_cannot_say_is_refused_with_its_place(arguments, words) -> None:
    with pytest.raises(PayloadError) as caught:
        encode(arguments)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"a": NaN}', "NaN or Infinity"),
        (b'{"a": [1, 2', "breaks off after 11 bytes"),
        (b"", "breaks off after 0 bytes"),
        (b"<html>", "invalid character"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 201 + b"]" * 201, "nested too deeply"),
        (b'{"a":' * 201 + b"1" + b"}" * 201, "nested too deeply"),
    ],
)
def test_what_is_no_json_is_refused_with_the_reason(body, words) -> None:
    with pytest.raises(PayloadError) as caught:
        decode(body)
    assert words in str(caught.value)


def test_numbers_of_any_size_come_through() -> None:
    assert decode(b'{"seed": 123456789012345678901234567890}') == {"seed": 123456789012345678901234567890}
    assert json.loads(encode({"seed": 2**64})) == {"seed": 2**64}


def test_two_hundred_levels_and_many_brackets_are_no_trouble() -> None:
    body = b"[" * 200 + b"]" * 200
    assert encode(decode(body)) == body
    assert len(decode(b"[" + b"{}," * 1000 + b"1]")) == 1001
