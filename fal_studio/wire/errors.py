"""Error answers to the fact that ends a call: what did not work, why, and what to do next."""

import re
from collections.abc import Mapping

import msgspec

from fal_studio.core import advice
from fal_studio.core import events as e
from fal_studio.core.data_uris import named
from fal_studio.core.events import Charged, Clock, Failed, FailureKind, FieldProblem, Refusal
from fal_studio.core.request import Json
from fal_studio.wire.payload import PayloadError, decode
from fal_studio.words import tr

BODY_SHOWN = 4000
"""How much of a raw answer a failure carries, in characters."""
_TRUE = frozenset({"1", "true", "yes"})
_FALSE = frozenset({"0", "false", "no"})
_TAGS = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_OF_KEYS = re.compile(r"\b(?:key|token|auth\w*|credential\w*|access|permission\w*|jwt)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


class Complaint(msgspec.Struct, frozen=True):
    """What an error body says, whichever of fal's shapes it has."""

    text: str = ""
    fields: tuple[FieldProblem, ...] = ()
    error_type: str = ""
    is_html: bool = False


def failed(endpoint: str, status: int, headers: Mapping[str, str], body: bytes) -> Failed:
    """Return the end that an HTTP error answer makes; `headers` with names in lower case."""
    complaint = read_body(body, headers.get("content-type", ""))
    error_type = headers.get("x-fal-error-type", "") or complaint.error_type
    is_start_deadline = headers.get("x-fal-request-timeout-type", "").lower() == "user"
    kind, clock = _kind(status, error_type, complaint.text, is_start_deadline=is_start_deadline)
    message, next_step = advice.of_failure(
        endpoint, status, error_type, complaint.text, complaint.fields, kind, clock
    )
    return Failed(
        kind,
        message,
        next_step,
        status,
        error_type,
        complaint.fields,
        _is_retryable(status, headers, error_type, clock),
        _charged(status, headers),
        clock,
        body[: BODY_SHOWN * 2].decode(errors="replace")[:BODY_SHOWN],
        Refusal(endpoint, complaint.text),
    )


def no_session(endpoint: str, status: int, headers: Mapping[str, str], body: bytes) -> Failed:
    """Return the end that a refused WebSocket makes: an app answers 403 also where it has no such route, as Starlette does."""
    told = failed(endpoint, status, headers, body)
    said = read_body(body, headers.get("content-type", "")).text
    if status != 403 or told.kind is not FailureKind.AUTH or _OF_KEYS.search(said):
        return told
    message, next_step = advice.of_no_session(endpoint, status, said)
    return msgspec.structs.replace(
        told, kind=FailureKind.INPUT, message=message, next_step=next_step, refusal=None
    )


def read_body(body: bytes, content_type: str = "") -> Complaint:
    """Read an error body: the platform's shape, field errors, a detail text, a message, or plain text."""
    head = body[:200].lstrip().lower()
    if "html" in content_type.lower() or head.startswith((b"<!doctype html", b"<html")):
        return Complaint(_plain_html(body), is_html=True)
    try:
        document = decode(body)
    except PayloadError:
        return Complaint(_short(body[:2000].decode(errors="replace")))
    if isinstance(document, str):
        return Complaint(_short(document))
    return _of_document(document) if isinstance(document, dict) else Complaint()


def _of_document(document: dict[str, Json]) -> Complaint:
    error, detail = document.get("error"), document.get("detail")
    error_type = _text(document.get("error_type"))
    if isinstance(error, dict) and isinstance(error.get("message"), str):
        return Complaint(_short(error["message"]), error_type=_text(error.get("type")) or error_type)
    if isinstance(detail, list):
        fields = tuple(_field(item) for item in detail if isinstance(item, dict))
        text = "; ".join(_field_text(field) for field in fields) or _short(str(detail))
        first = next((field.type for field in fields if field.type in advice.MODEL_ERRORS), "")
        return Complaint(text, fields, error_type or first)
    if isinstance(detail, dict):
        return Complaint(_short(_text(detail.get("message")) or str(detail)), error_type=error_type)
    for text in (detail, document.get("message"), error):
        if isinstance(text, str) and text:
            return Complaint(_short(text), error_type=error_type)
    return Complaint(error_type=error_type)


def stream_failed(endpoint: str, payload: Json) -> Failed:
    """Return the end that an error inside a stream makes: a text in `error`, or a workflow's error event."""
    if not isinstance(payload, dict):
        return Failed(
            FailureKind.SERVER,
            tr("{endpoint} stopped its stream: {short}").format(
                endpoint=endpoint, short=_short(str(payload))
            ),
            advice.LOOK_AND_RETRY,
        )
    node = _text(payload.get("node_id"))
    error = payload.get("error")
    if isinstance(error, dict) and isinstance(error.get("status"), int):
        body = msgspec.json.encode(error.get("body"))
        inner = failed(endpoint, error["status"], {}, body)
        where = tr("Step {node} of the workflow: ").format(node=node) if node else ""
        kept = inner.refusal if not where else None
        return msgspec.structs.replace(
            inner, message=where + inner.message, charged=Charged.UNKNOWN, refusal=kept
        )
    text = _of_document(payload).text or tr("no reason was given")
    where = tr("step {node} of {endpoint}").format(node=node, endpoint=endpoint) if node else endpoint
    return Failed(
        FailureKind.SERVER,
        tr("{where} failed in the middle of its stream: {text}").format(
            where=where[:1].upper() + where[1:] if node else where, text=text
        ),
        advice.LOOK_AND_RETRY,
        body=msgspec.json.encode(payload)[:BODY_SHOWN].decode(errors="replace"),
    )


def not_json(endpoint: str, status: int, content_type: str, body: bytes, reason: str) -> Failed:
    """Return the end that a success makes whose body is no JSON."""
    complaint = read_body(body[:100_000], content_type)
    what = tr("a web page instead of JSON") if complaint.is_html else tr("something that is not JSON")
    said = (
        " " + tr("(“{text}”)").format(text=complaint.text[:120])
        if complaint.is_html and complaint.text
        else ""
    )
    return Failed(
        FailureKind.PROTOCOL,
        tr("{endpoint} answered {status} with {what}{said}.").format(
            endpoint=endpoint, status=status, what=what, said=said
        )
        if complaint.is_html
        else tr("{endpoint} answered {status} with {what}: {reason}.").format(
            endpoint=endpoint, status=status, what=what, reason=reason
        ),
        tr("A proxy or login page may stand between: check the profile's addresses and the network.")
        if complaint.is_html
        else tr(
            "Try once more; if it happens again, the endpoint is broken. The call may have run and cost money."
        ),
        status,
        body=body[: BODY_SHOWN * 2].decode(errors="replace")[:BODY_SHOWN],
    )


def _kind(
    status: int, error_type: str, text: str, *, is_start_deadline: bool
) -> tuple[FailureKind, Clock | None]:
    if status == 504 and (is_start_deadline or error_type == "request_timeout"):
        return FailureKind.TIMEOUT, Clock.START_DEADLINE
    if error_type == "generation_timeout":
        return FailureKind.TIMEOUT, Clock.GENERATION
    if error_type in ("downstream_service_error", "downstream_service_unavailable"):
        return FailureKind.SERVER, None
    if status == 402 or (
        status == 403 and re.search(r"balance|locked|top up|exhausted", text, re.IGNORECASE)
    ):
        return FailureKind.BALANCE, None
    if status in (401, 403):
        return FailureKind.AUTH, None
    if status == 429 or error_type in ("concurrent_requests_limit", "rate_limited"):
        return FailureKind.LIMIT, None
    if status == 408:
        return FailureKind.TIMEOUT, None
    if 300 <= status < 400 or status < 200:
        return FailureKind.PROTOCOL, None
    if status < 500 and status != 499:
        return FailureKind.INPUT, None
    return FailureKind.SERVER, None


def _is_retryable(status: int, headers: Mapping[str, str], error_type: str, clock: Clock | None) -> bool:
    """Return whether the same request may be sent again; fal writes the header in two ways, and it decides."""
    if clock is Clock.START_DEADLINE:
        return False
    for name in ("x-fal-needs-retry", "x-fal-retryable"):
        word = headers.get(name, "").strip().lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
    return status in (429, 502, 503) or (status == 504 and error_type in ("startup_timeout", ""))


def needs_retry(headers: Mapping[str, str]) -> bool:
    """Whether the server itself asks to send the request again."""
    return any(
        headers.get(name, "").strip().lower() in _TRUE for name in ("x-fal-needs-retry", "x-fal-retryable")
    )


def _charged(status: int, headers: Mapping[str, str]) -> Charged:
    """Return whether it costs money: the billed units say so; without them, fal does not bill 4xx and 5xx."""
    units = headers.get("x-fal-billable-units", "")
    if units:
        try:
            return Charged.YES if float(units) > 0 else Charged.NO
        except ValueError:
            return Charged.UNKNOWN
    return Charged.NO if status >= 400 and status != 499 else Charged.UNKNOWN


def _field(item: dict[str, Json]) -> FieldProblem:
    loc = item.get("loc")
    parts = tuple(part for part in loc if isinstance(part, str | int)) if isinstance(loc, list) else ()
    if parts[:1] == ("body",):
        parts = parts[1:]
    ctx = item.get("ctx")
    return FieldProblem(
        parts,
        _short(_text(item.get("msg"))) or tr("not accepted"),
        _text(item.get("type")),
        ctx if isinstance(ctx, dict) else {},
    )


def _field_text(field: FieldProblem) -> str:
    path = ""
    for part in field.loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return f"{path}: {field.message}" if path else field.message


def _plain_html(body: bytes) -> str:
    text = body[:100_000].decode(errors="replace")
    title = _TITLE.search(text)
    return _short(title[1] if title and title[1].strip() else _TAGS.sub(" ", text))


def _short(text: str, longest: int = 300) -> str:
    line = named(" ".join(text.split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def units(headers: Mapping[str, str]) -> list[e.Fact]:
    """Return the billed units that an answer names."""
    try:
        return [e.Metric("billable_units", float(headers["x-fal-billable-units"]), "units")]
    except (KeyError, ValueError):
        return []
