"""Webhook calls: believed only with fal's signature over the very bytes, fresh, and by a known key."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core import events as e
from fal_studio.core.blobs import blob_of
from fal_studio.core.events import FailureKind
from fal_studio.wire import webhook
from fal_studio.wire.payload import PayloadError

NOW = 1_790_000_000.0
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
BODY = b'{"request_id":"r-1","gateway_request_id":"g-1","status":"OK","payload":{"seed": 7}}'


def signed(
    body: bytes = BODY, *, at_s: float = NOW, request_id: str = "r-1", key: Ed25519PrivateKey = KEY
) -> dict[str, str]:
    """Sign as fal does."""
    message = "\n".join((request_id, "user-9", str(int(at_s)), hashlib.sha256(body).hexdigest()))
    values = (request_id, "user-9", str(int(at_s)), key.sign(message.encode()).hex())
    return dict(zip(webhook.NAMES, values, strict=True))


def test_a_signed_fresh_call_is_genuine() -> None:
    verdict = webhook.verify(signed(), BODY, [bytes(32), PUBLIC], NOW + 20)
    assert verdict.is_genuine
    assert (verdict.request_id, verdict.user_id, verdict.age_s) == ("r-1", "user-9", 20)


@pytest.mark.parametrize("changed", [b" " + BODY, BODY.replace(b"7", b"8"), b"", BODY[:-1]])
def test_one_other_byte_is_forged(changed: bytes) -> None:
    verdict = webhook.verify(signed(), changed, [PUBLIC], NOW)
    assert not verdict.is_genuine
    assert "does not fit" in verdict.reason


@given(st.sampled_from(webhook.NAMES), st.text("0123456789abcdef-", min_size=1, max_size=140))
def test_no_other_header_passes(name: str, value: str) -> None:
    headers = signed()
    if headers[name] == value:
        return
    assert not webhook.verify(headers | {name: value}, BODY, [PUBLIC], NOW).is_genuine


@pytest.mark.parametrize(
    ("late_s", "word"), [(301, "older than 300 s"), (-301, "in the future"), (90_000, "may be a repeat")]
)
def test_stale_and_future_calls_are_refused_with_their_age(late_s: float, word: str) -> None:
    verdict = webhook.verify(signed(), BODY, [PUBLIC], NOW + late_s)
    assert not verdict.is_genuine
    assert word in verdict.reason


@pytest.mark.parametrize("late_s", [300, -300, 0])
def test_five_minutes_are_allowed(late_s: float) -> None:
    assert webhook.verify(signed(), BODY, [PUBLIC], NOW + late_s).is_genuine


@pytest.mark.parametrize("name", webhook.NAMES)
def test_an_unsigned_call_says_what_is_missing(name: str) -> None:
    headers = {key: value for key, value in signed().items() if key != name}
    verdict = webhook.verify(headers, BODY, [PUBLIC], NOW)
    assert not verdict.is_genuine
    assert name in verdict.reason


def test_an_unknown_key_may_be_a_new_one() -> None:
    other = Ed25519PrivateKey.generate()
    assert webhook.verify(signed(key=other), BODY, [PUBLIC], NOW).may_be_new_key
    assert webhook.verify(signed(), BODY, [], NOW).may_be_new_key


def test_keys_are_read_and_others_passed_over() -> None:
    x = base64.urlsafe_b64encode(PUBLIC).rstrip(b"=").decode()
    document = {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "x": x},
            {"kty": "OKP", "crv": "X25519", "x": x},
            {"kty": "RSA", "n": "…"},
            {"x": "too short"},
            "text",
        ]
    }
    assert webhook.keys_of(document) == (PUBLIC,)
    assert webhook.keys_of(None) == webhook.keys_of({"keys": "no"}) == ()


def keep(data: bytes, content_type: str) -> object:
    """Keep nothing; a reference is enough here."""
    return blob_of(data, content_type)


def test_a_delivery_ends_the_call_with_its_output() -> None:
    delivery = webhook.read(BODY)
    assert webhook.end_of(delivery, "emulator/bench", len(BODY), keep) == e.Output({"seed": 7}, len(BODY))


def test_a_failed_delivery_carries_the_field_problems() -> None:
    detail = [{"loc": ["body", "prompt"], "msg": "Field required", "type": "missing"}]
    body = json.dumps(
        {
            "request_id": "r",
            "status": "ERROR",
            "error": "Invalid status code: 422",
            "payload": {"detail": detail},
        }
    )
    end = webhook.end_of(webhook.read(body.encode()), "emulator/bench", len(body), keep)
    assert isinstance(end, e.Failed)
    assert (end.status, end.kind, end.fields[0].loc) == (422, FailureKind.INPUT, ("prompt",))


def test_an_output_that_could_not_be_written_is_to_be_fetched() -> None:
    body = b'{"request_id":"r","status":"OK","payload":null,"payload_error":"not serializable"}'
    assert webhook.end_of(webhook.read(body), "x/y", len(body), keep) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"request_id":"r","status":"MAYBE"}', b"\xff"])
def test_other_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(PayloadError):
        webhook.read(body)


@pytest.mark.parametrize(
    "form",
    [
        "{name}: {value}",
        "-H '{name}: {value}' \\",
        '  --header "{name}: {value}"',
        '"{name}": "{value}",',
        "{name} : {value}   ",
    ],
)
def test_headers_are_read_as_people_paste_them(form: str) -> None:
    text = "\r\n".join(form.format(name=name.title(), value=value) for name, value in signed().items())
    assert webhook.headers_in(f"POST /fal HTTP/1.1\r\n{text}\r\n") == signed()


def test_headers_are_read_from_json() -> None:
    assert webhook.headers_in(json.dumps(signed() | {"X-Other": 3})) == signed() | {"x-other": "3"}
    assert webhook.headers_in("") == webhook.headers_in("[1]") == {}
