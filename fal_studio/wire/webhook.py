"""A webhook call: whether fal signed it, how old it is, and how it says the call ended; no network here.

Source: fal's documentation on webhooks, and protocol facts in the emulator's own, separate implementation.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec.structs import replace

from fal_studio.core import events as e
from fal_studio.core.blobs import Keep
from fal_studio.core.request import Json
from fal_studio.figures import number
from fal_studio.wire import errors
from fal_studio.wire.payload import PayloadError, decode, lifted
from fal_studio.words import tr

MAX_AGE_S = 300
"""A timestamp further away than this, in either direction, is refused (fal docs: webhooks)."""
NAMES = (
    "x-fal-webhook-request-id",
    "x-fal-webhook-user-id",
    "x-fal-webhook-timestamp",
    "x-fal-webhook-signature",
)
_HEADER = re.compile(
    r"""^\s*(?:(?:-H|--header)\s+)?["']?([A-Za-z0-9-]+)["']?\s*:\s*["']?(.*?)["',\\\s]*$""", re.MULTILINE
)
_STATUS = re.compile(r"status code:?\s*(\d{3})")


class Verdict(msgspec.Struct, frozen=True):
    """Whether a webhook call is to be believed, and why not."""

    is_genuine: bool
    reason: str
    """One plain sentence, also when it is genuine."""
    request_id: str = ""
    """As the headers say; the signature covers it."""
    user_id: str = ""
    age_s: float = 0.0
    may_be_new_key: bool = False
    """No known key fits: fetching the keys once more may help."""


class Delivery(msgspec.Struct, frozen=True):
    """What a webhook call's body says."""

    request_id: str
    is_ok: bool
    payload: Json
    gateway_request_id: str = ""
    error: str = ""
    payload_error: str = ""
    """Why there is no payload: the output could not be written as JSON; it has to be fetched."""


def keys_of(document: Json) -> tuple[bytes, ...]:
    """Return the Ed25519 public keys (32 bytes each) of a JSON Web Key Set; what is no such key is passed over."""
    found: list[bytes] = []
    entries = document.get("keys") if isinstance(document, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict) or entry.get("crv", "Ed25519") != "Ed25519":
            continue
        x = entry.get("x")
        if isinstance(x, str) and len(key := _unpadded(x)) == 32:
            found.append(key)
    return tuple(found)


def verify(headers: Mapping[str, str], body: bytes, keys: Iterable[bytes], now_s: float) -> Verdict:
    """Judge a call by its headers (names in lower case) and its raw body; `now_s` is calendar time."""
    missing = [name for name in NAMES if not headers.get(name)]
    if missing:
        return _refused(tr("It is not signed: {listed} missing.").format(listed=_listed(missing)))
    request_id, user_id, stamp, signature = (headers[name] for name in NAMES)
    if not stamp.strip().isdecimal():
        return _refused(tr("Its timestamp “{stamp}” is no number of seconds.").format(stamp=stamp[:40]))
    verdict = Verdict(
        is_genuine=False, reason="", request_id=request_id, user_id=user_id, age_s=now_s - int(stamp)
    )
    if abs(verdict.age_s) > MAX_AGE_S:
        return _refused(_too_far(verdict.age_s), verdict)
    signed = _hexadecimal(signature)
    if len(signed) != 64:
        return _refused(tr("Its signature is not 64 bytes in hexadecimal digits."), verdict)
    message = "\n".join((request_id, user_id, stamp, hashlib.sha256(body).hexdigest())).encode()
    usable = tuple(keys)
    if any(_fits(key, signed, message) for key in usable):
        return replace(verdict, is_genuine=True, reason=tr("The signature fits the body."))
    why = (
        tr("The signature does not fit: the body or a header was changed, or somebody else signed it.")
        if usable
        else tr("There are no keys to check the signature with.")
    )
    return _refused(why, replace(verdict, may_be_new_key=True))


def headers_in(text: str) -> dict[str, str]:
    """Return the headers in pasted text, names in lower case: lines "Name: value", JSON, or the -H options of curl."""
    try:
        document = decode(text.encode())
    except (PayloadError, UnicodeEncodeError):
        return {name.lower(): value.strip() for name, value in _HEADER.findall(text)}
    pairs = document.items() if isinstance(document, dict) else ()
    return {str(name).lower(): str(value).strip() for name, value in pairs}


def read(body: bytes) -> Delivery:
    """Read a body; raises PayloadError for what is no webhook call."""
    document = decode(body)
    if not isinstance(document, dict) or not isinstance(request_id := document.get("request_id"), str):
        raise PayloadError(tr("it names no request_id"))
    word = document.get("status")
    if word not in ("OK", "ERROR"):
        raise PayloadError(tr("its status is {word!r}, not OK or ERROR").format(word=str(word)[:40]))
    return Delivery(
        request_id,
        word == "OK",
        document.get("payload"),
        _text(document.get("gateway_request_id")),
        _text(document.get("error")),
        _text(document.get("payload_error")),
    )


def end_of(delivery: Delivery, endpoint: str, size_bytes: int, keep: Keep) -> e.Output | e.Failed | None:
    """Return the end that a delivery brings; None when the result is not in it and must be fetched."""
    if delivery.is_ok:
        if delivery.payload_error or delivery.payload is None:
            return None
        return e.Output(lifted(delivery.payload, size_bytes, keep), size_bytes)
    found = _STATUS.search(delivery.error)
    status = int(found[1]) if found else 500
    body = msgspec.json.encode(
        delivery.payload if delivery.payload is not None else {"detail": delivery.error}
    )
    return errors.failed(endpoint, status, {"content-type": "application/json"}, body)


def _refused(reason: str, known: Verdict | None = None) -> Verdict:
    return replace(known, reason=reason) if known else Verdict(is_genuine=False, reason=reason)


def _hexadecimal(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _fits(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _unpadded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _too_far(age_s: float) -> str:
    if age_s > 0:
        return tr(
            "It was signed {age_s} s ago; older than {max_age_s} s is refused, it may be a repeat."
        ).format(age_s=number(age_s, ".0f"), max_age_s=MAX_AGE_S)
    return tr("It was signed {part} s in the future; this machine's clock or the sender's is wrong.").format(
        part=number(-age_s, ".0f")
    )


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return tr("{name} is").format(name=names[0])
    return tr("{names} and {last} are").format(names=", ".join(names[:-1]), last=names[-1])


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
