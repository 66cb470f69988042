"""Nothing secret gets past the redactor, and nothing else is touched."""

import pytest

from fal_studio.core.redact import PLACE, Redactor

KEY = "0a1b2c3d-key-id:deadbeefdeadbeef"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Key {KEY}",
        "the secret deadbeefdeadbeef stands here",
        "wss://fal.run/x/realtime?fal_jwt_token=eyJhbGciOi.eyJzdWIiOi.c2lnbmF0&max_buffering=2",
        "https://s3/x?X-Amz-Signature=abcdef&y=1",
        "Bearer abcdefghijklmnop",
        "Key other-key-id:0123456789abcdef",
        "a token eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl in words",
    ],
)
def test_secrets_go(text) -> None:
    clean = Redactor([KEY]).text(text)
    assert PLACE in clean
    for part in ("deadbeef", "eyJ", "abcdef", "0123456789abcdef"):
        assert part not in clean


@pytest.mark.parametrize(
    "text", ["a monkey=3 in the zoo", "Key features: fast", "https://x/y?logs=1", "", "prompt=a tiger"]
)
def test_the_rest_stays(text) -> None:
    assert Redactor([KEY]).text(text) == text


def test_headers_lose_what_is_secret_by_name() -> None:
    redactor = Redactor([KEY])
    assert redactor.headers({"Authorization": "x", "Set-Cookie": "y", "Date": "z"}) == {
        "Authorization": PLACE,
        "Set-Cookie": PLACE,
        "Date": "z",
    }


def test_bytes_and_payloads_too() -> None:
    redactor = Redactor([KEY])
    assert redactor.data(b'{"echo":"deadbeefdeadbeef"}') == f'{{"echo":"{PLACE}"}}'.encode()
    assert redactor.payload({"a": ["deadbeefdeadbeef", b"deadbeefdeadbeef", 1]}) == {
        "a": [PLACE, PLACE.encode(), 1]
    }
    assert redactor.payload({"deadbeefdeadbeef": ("deadbeefdeadbeef", [(b"deadbeefdeadbeef",)], 7)}) == {
        PLACE: (PLACE, [(PLACE.encode(),)], 7)
    }
    assert redactor.finds_in(b"xdeadbeefdeadbeefx")
    assert not Redactor().finds_in(b"anything")


def test_a_secret_too_short_to_tell_from_words_is_not_looked_for() -> None:
    assert Redactor(["k:s"]).text("salt and sugar") == "salt and sugar"
