"""Realtime frames: what the official SDK sends, what its apps send, and what breaks."""

import json

import msgpack
import pytest

from fal_studio.core.blobs import blob_of
from fal_studio.wire import realtime as wire
from fal_studio.wire.payload import PayloadError


def test_inputs_are_what_fal_client_packs() -> None:
    message = {"prompt": "grüße", "image_bytes": b"\xff\xd8", "seed": 2**60, "n": [1, 2.5, None, True]}
    assert msgpack.unpackb(wire.encode(message), raw=False) == message
    assert wire.encode({"a": b"x"}) == msgpack.packb({"a": b"x"}, use_bin_type=True)


def test_what_cannot_be_packed_is_refused() -> None:
    for bad in ({"a": object()}, {"a": 2**80}):
        with pytest.raises(PayloadError):
            wire.encode(bad)


@pytest.mark.parametrize(
    ("frame", "heard"),
    [
        (msgpack.packb({"images": [{"content": b"j"}]}), wire.Answer({"images": [{"content": b"j"}]})),
        (b'{"a": 1}', wire.Answer({"a": 1})),
        (msgpack.packb([1, "x"]), wire.Answer([1, "x"])),
        (msgpack.packb({"type": "x-fal-error", "error": "INTERNAL_ERROR", "reason": "boom"}), wire.Refused("INTERNAL_ERROR", "boom")),
        (msgpack.packb({"status": "error", "error": "Unauthorized"}), wire.Refused("Unauthorized", "", is_token=True)),
    ],
)  # fmt: skip
def test_binary_frames(frame, heard) -> None:
    assert wire.read_binary(frame) == heard


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ({"type": "x-fal-message", "action": "timings", "timing": 0.5}, wire.Told("timings", {"type": "x-fal-message", "action": "timings", "timing": 0.5}, 0.5)),
        ({"type": "x-fal-error", "error": "TIMEOUT", "reason": "idle"}, wire.Over("idle")),
        ({"type": "x-fal-error", "error": "INTERNAL_ERROR", "reason": "r"}, wire.Refused("INTERNAL_ERROR", "r")),
        ({"status": "error", "error": "Unauthorized"}, wire.Refused("Unauthorized", "", is_token=True)),
        ({"hello": 1}, wire.Told("text", {"hello": 1})),
    ],
)  # fmt: skip
def test_text_frames(text, heard) -> None:
    assert wire.read_text(json.dumps(text)) == heard


def test_text_that_is_no_json_is_told_as_it_is() -> None:
    assert wire.read_text("not json") == wire.Told("text", "not json")


@pytest.mark.parametrize("frame", [b"\xc1", b"", msgpack.packb({"a": "x" * 50})[:20], b"\x81\xa1"])
def test_frames_that_say_nothing_are_refused(frame) -> None:
    with pytest.raises(PayloadError, match="neither MessagePack nor JSON"):
        wire.read_binary(frame)


def test_bytes_anywhere_are_kept_elsewhere() -> None:
    kept = wire.kept({"images": [{"content": b"jpeg", "n": 1}], 5: msgpack.Timestamp(1)}, blob_of)
    assert kept["images"][0]["content"]["$blob"]["size_bytes"] == 4
    assert isinstance(kept["5"], str)


def test_close_codes_have_words() -> None:
    assert wire.close_words(1006) == "the connection broke without a word (1006)"
    assert wire.close_words(1011, "oops") == "the server had an error (1011: oops)"
    assert wire.close_words(4999) == "closed by the app (4999)"
