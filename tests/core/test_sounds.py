"""Sound is found in payloads in every form that models are known to give it."""

import base64

import pytest

from fal_studio.core.blobs import blob_of, lift
from fal_studio.core.request import Json
from fal_studio.core.sounds import asked_rate, bytes_of_text, form_of, sound_of

RAW = bytes(range(256)) * 16
TEXT = base64.b64encode(RAW).decode()


def test_a_data_uri_that_was_lifted_keeps_what_its_type_says() -> None:
    uri = f"data:audio/pcm;rate=16000;base64,{TEXT}"
    payload = lift({"audio": {"url": uri, "content_type": "audio/pcm"}, "partial": True}, blob_of)
    sound = sound_of(payload)
    assert sound is not None
    assert sound.artifact is not None
    assert sound.artifact.blob is not None
    assert (sound.rate, sound.is_piece) == (16_000, True)
    assert form_of(RAW, sound.form) == "pcm"


@pytest.mark.parametrize(
    ("payload", "rate", "is_piece"),
    [
        ({"audio": RAW.hex(), "index": 3}, None, True),
        ({"audio": TEXT, "sample_rate": 44_100, "is_final": True}, 44_100, False),
        ({"audio": {"data": TEXT, "format": "pcm_22050"}}, 22_050, None),
        ({"type": "response.audio.delta", "delta": TEXT}, None, None),
        ({"choices": [{"delta": {"audio": {"data": TEXT}}}]}, None, None),
    ],
)
def test_sound_written_as_text_is_found(payload: Json, rate: int | None, is_piece: bool | None) -> None:
    sound = sound_of(payload)
    assert sound is not None
    assert bytes_of_text(sound.text) == RAW
    assert (sound.rate, sound.is_piece) == (rate, is_piece)


@pytest.mark.parametrize(
    "payload",
    [{"output": "words and no sound"}, {"data": TEXT}, {"audio": "no sound at all, but words"}, [TEXT], None],
)
def test_other_payloads_have_no_sound(payload: Json) -> None:
    assert sound_of(payload) is None


def test_the_request_may_say_how_raw_sound_is_to_be_taken() -> None:
    assert asked_rate({"text": "a", "audio_setting": {"sample_rate": 8000, "channel": 2}}) == (8000, 2)
    assert asked_rate({"text": "a"}) == (None, None)


@pytest.mark.parametrize(
    ("start", "said", "form"),
    [
        (b"RIFF\0\0\0\0WAVE", "audio/mpeg", "wav"),
        (b"ID3\x04", "", "mp3"),
        (b"\xff\xfb\x90\x64", "", "mp3"),
        (b"\xff\xfb\x90\x64", "audio/L16;rate=16000", "pcm"),
        (b"fLaC", "audio/pcm", "flac"),
        (b"\x01\x02\x03\x04", "", "pcm"),
    ],
)
def test_what_the_bytes_say_counts_more_than_their_name(start: bytes, said: str, form: str) -> None:
    assert form_of(start, said) == form


def test_text_that_is_no_sound_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        bytes_of_text("!!!!")


def test_silence_in_base64_is_not_taken_for_hexadecimal() -> None:
    silence, nearly = bytes(96), b"\x00\x00\x01\x00" * 24
    for data in (silence, nearly):
        assert bytes_of_text(base64.b64encode(data).decode()) == data
    assert bytes_of_text(bytes(range(160, 190)).hex()) == bytes(range(160, 190))
    assert bytes_of_text(b"\x0a\x0b\xaa".hex().upper() * 8) == b"\x0a\x0b\xaa" * 8
