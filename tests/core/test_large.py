"""Lists of very many numbers are read and written in pieces; what comes out is what one call gives, and errors stay errors."""

import json
import random
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fal_studio.core import large

RANDOM = random.Random(5)
FLAT = [RANDOM.random() for _ in range(60_000)]
POINTS = [[RANDOM.random() for _ in range(3)] for _ in range(30_000)]
VALUES = {
    "a list alone": FLAT,
    "in an object": {"seed": 1, "embedding": FLAT, "model": 'a \\"[1,2]\\" b', "after": [1, {"x": []}]},
    "two of them": {"a": FLAT, "b": {"c": [FLAT, "x"]}, "d": [{"e": FLAT}]},
    "in lists": {"a": [[["x", [FLAT]]], 1], "b": [[[FLAT, "y"], "z"]]},
    "points": {"points": POINTS, "box": [0, 1]},
    "pictures of numbers": {"depth": [POINTS[:15_000], POINTS[15_000:]]},
    "uneven": {"x": [FLAT[:30_000], [FLAT[30_000:], [[1]]], 5]},
    "whole numbers, true and null": {"x": [1, None, True, -2.5e-7] * 60_000},
    "text with brackets": {"t": "[1,2,3]," * 100_000, "n": FLAT},
    "a long text that looks like numbers": {"t": "1," * 400_000 + "[" + "2," * 300_000 + "]"},
    "many texts": ["a"] * 200_000,
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")], ids=["dense", "loose"])
def test_reading_in_pieces_gives_the_same(name: str, separators: tuple[str, str]) -> None:
    body = json.dumps(VALUES[name], separators=separators).encode()
    assert large.decode(body) == VALUES[name]


@pytest.mark.parametrize("name", VALUES)
def test_writing_in_pieces_gives_the_same(name: str) -> None:
    value = VALUES[name]
    assert msgspec.json.encode(large.writable(value)) == msgspec.json.encode(value)


def test_pretty_printed_lists_are_read_too() -> None:
    value = {"points": POINTS, "flat": FLAT}
    assert large.decode(json.dumps(value, indent=1).encode()) == value


@pytest.mark.parametrize(
    "end",
    [b"", b"]", b",]}", b",,1]}", b"1 2]}", b"x]}", b"]]}", b'"]}', b"[]}", b"1]}}", b"NaN]}"],
)
def test_what_is_no_json_is_none(end: bytes) -> None:
    body = b'{"x":[' + b"1," * 400_000 + end
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(body)
    with pytest.raises(msgspec.DecodeError):
        large.decode(body)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 10**12) | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
        max_leaves=12,
    )
)
def test_whatever_stands_around_a_long_list_is_kept(around: object) -> None:
    value = {"a": around, "n": FLAT, "b": [around, POINTS, around]}
    assert large.decode(msgspec.json.encode(value)) == value


def leaves(value: object) -> Iterator[object]:
    for item in value if isinstance(value, list) else (value,):
        yield from leaves(item) if isinstance(item, list) else (item,)


@pytest.mark.parametrize(
    "name", ["a list alone", "in an object", "two of them", "in lists", "points", "pictures of numbers"]
)
def test_no_step_takes_more_than_a_piece(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = msgspec.json.encode(VALUES[name])
    read: list[int] = []
    written: list[int] = []

    def decode(data: bytes) -> object:
        read.append(len(data))
        return msgspec.json.decode(data)

    def encode(value: object) -> bytes:
        written.append(sum(1 for _ in leaves(value)))
        return msgspec.json.encode(value)

    monkeypatch.setattr(large, "_decode", decode)
    monkeypatch.setattr(large, "_encode", encode)
    assert large.decode(body) == VALUES[name]
    assert len(body) > 4 * large.PIECE_BYTES
    assert max(read) < 2 * large.PIECE_BYTES
    large.writable(VALUES[name])
    assert written
    assert max(written) <= 2 * large.PIECE_ITEMS


def test_looking_in_pieces_finds_what_lies_across_their_borders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "_LOOK_BYTES", 4)
    assert large.holds(b"abcdata:xyz", b"data:")
    assert large.holds(b"data:", b"data:")
    assert not large.holds(b"abcdatxyza:", b"data:")
    assert large.count(b"[1,[2],[3]]", b"[") == 3
    assert large.count(b"[1,[2],[3]]", b"[", 1, 5) == 1
    assert large.count(b"[" * 100, b"[", most=10) > 10
