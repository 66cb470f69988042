"""Recorded error answers and what people are told: kind, thing, cause, next step, cost."""

import json
import os
import subprocess
import sys

import pytest

from fal_studio.core.advice import said_anew
from fal_studio.core.events import Charged, Clock, Event, Failed, FailureKind, FieldProblem, decode, encode
from fal_studio.language import VARIABLE
from fal_studio.wire import errors

READS = """
import json, sys
from fal_studio.core.call import fold
from fal_studio.core.events import Event, Started, decode
from fal_studio.core.request import Mode
start = Event("c", 0, 0, Started(1.0, "a/b", Mode.RUN, "fal"))
states = [fold([start, decode(line)]) for line in sys.stdin.read().splitlines()]
print(json.dumps([[state.failure.message, state.failure.next_step] for state in states]))
"""

NGINX = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>"


def failed(status: int, body: object, **headers: str):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return errors.failed(
        "fal-ai/flux/dev", status, {name.replace("_", "-"): value for name, value in headers.items()}, raw
    )


TABLE = [
    # status, body, headers, kind, words of the message, words of the next step
    (401, {"detail": "invalid key credentials"}, {}, FailureKind.AUTH, "fal refused the key (401): invalid key credentials.", "Check the key"),
    (401, {"detail": 'Cannot access application "o/a". Authentication is required'}, {}, FailureKind.AUTH, "may not call fal-ai/flux/dev", "Ask its owner"),
    (403, {"detail": "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."}, {}, FailureKind.BALANCE, "no balance left", "Top up"),
    (403, {"detail": "Forbidden"}, {}, FailureKind.AUTH, "refused the key (403)", "key"),
    (404, {"detail": 'Application "flux" not found'}, {}, FailureKind.INPUT, "fal-ai/flux/dev was not found (404)", "typing mistake"),
    (404, {"detail": "Path /stream not found"}, {}, FailureKind.INPUT, "no such path", "another mode"),
    (422, {"detail": [{"loc": ["body", "prompt"], "msg": "Field required", "type": "missing", "input": {}}]}, {"x_fal_billable_units": "0"}, FailureKind.INPUT, "refused an argument: prompt: Field required.", "Correct it and"),
    (422, {"detail": [{"loc": ["body", "loras", 0, "scale"], "msg": "too big", "type": "less_than_equal", "ctx": {"le": 4}}]}, {}, FailureKind.INPUT, "loras[0].scale: too big", "Correct"),
    (422, {"detail": [{"loc": ["body"], "msg": "flagged", "type": "content_policy_violation"}]}, {}, FailureKind.INPUT, "could not use the input: flagged.", "safety checker"),
    (422, {"detail": "plain words"}, {}, FailureKind.INPUT, "plain words.", "Correct"),
    (400, {"detail": "x", "error_type": "downstream_service_error"}, {}, FailureKind.SERVER, "x.", "service behind the model"),
    (429, {"detail": "Too many", "error_type": "concurrent_requests_limit"}, {"x_fal_needs_retry": "1"}, FailureKind.LIMIT, "too many at the same time", "queue waits"),
    (429, {"error": {"type": "rate_limited", "message": "Slow down"}}, {}, FailureKind.LIMIT, "Slow down.", "Wait"),
    (400, {"error": {"type": "validation_error", "message": "bad cursor", "docs_url": "u", "request_id": "r"}}, {}, FailureKind.INPUT, "bad cursor.", "Correct"),
    (500, {"detail": "Internal Server Error"}, {}, FailureKind.SERVER, "failed at the server (500): Internal Server Error.", "Try again"),
    (500, b"", {}, FailureKind.SERVER, "failed at the server (500).", "Try again"),
    (502, NGINX, {"content_type": "text/html"}, FailureKind.SERVER, "could not be reached through fal's gateway (502): 502 Bad Gateway.", "in a moment"),
    (503, {"detail": "gone", "error_type": "runner_disconnected"}, {}, FailureKind.SERVER, "its runner went away in the middle of the work: gone.", "in a moment"),
    (504, {"detail": "Request timed out", "error_type": "request_timeout"}, {"x_fal_request_timeout_type": "user"}, FailureKind.TIMEOUT, "did not start within the start deadline", "Raise the start deadline"),
    (504, {"detail": [{"loc": ["body"], "msg": "Generation took too long", "type": "generation_timeout"}]}, {}, FailureKind.TIMEOUT, "longer than the model itself allows", "fewer steps"),
    (499, {"detail": "Request cancelled by the client."}, {}, FailureKind.SERVER, "was stopped", "again"),
    (413, b"too large", {}, FailureKind.INPUT, "too large", "Upload"),
    (307, b"", {}, FailureKind.PROTOCOL, "answered 307", "addresses"),
    (418, {"message": "teapot"}, {}, FailureKind.INPUT, "teapot.", "Correct"),
    (500, {"error": "just text"}, {}, FailureKind.SERVER, "just text.", "again"),
    (500, {"detail": {"message": "nested"}}, {}, FailureKind.SERVER, "nested.", "again"),
    (500, [1, 2], {}, FailureKind.SERVER, "(500).", "again"),
    (500, b"\xff\xfe broken", {}, FailureKind.SERVER, "broken.", "again"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "headers", "kind", "message", "next_step"), TABLE)
def test_recorded_answers(status, body, headers, kind, message, next_step) -> None:
    fact = failed(status, body, **headers)
    assert (fact.kind, fact.status) == (kind, status)
    assert message in fact.message
    assert next_step in fact.next_step
    assert "<" not in fact.message


def test_fields_keep_their_place_type_and_context() -> None:
    fact = failed(
        422, {"detail": [{"loc": ["body", "n", 0], "msg": "m", "type": "less_than", "ctx": {"lt": 5}}]}
    )
    assert fact.fields == (FieldProblem(("n", 0), "m", "less_than", {"lt": 5}),)


@pytest.mark.parametrize(
    ("status", "headers", "retryable"),
    [
        (503, {"x_fal_needs_retry": "1"}, True),
        (503, {"x_fal_retryable": "true"}, True),
        (503, {"x_fal_needs_retry": "0"}, False),
        (503, {"x_fal_retryable": "FALSE"}, False),
        (500, {"x_fal_needs_retry": "true"}, True),
        (429, {}, True),
        (502, {}, True),
        (500, {}, False),
        (422, {}, False),
        (504, {"x_fal_request_timeout_type": "user", "x_fal_needs_retry": "1"}, False),
    ],
)
def test_the_header_says_whether_to_try_again_in_both_spellings(status, headers, retryable) -> None:
    assert failed(status, {"detail": "x"}, **headers).retryable is retryable


@pytest.mark.parametrize(
    ("status", "units", "charged"),
    [
        (422, "0", Charged.NO),
        (422, "1", Charged.YES),
        (500, "", Charged.NO),
        (499, "", Charged.UNKNOWN),
        (422, "?", Charged.UNKNOWN),
    ],
)
def test_billed_units_say_what_it_costs(status, units, charged) -> None:
    headers = {"x_fal_billable_units": units} if units else {}
    assert failed(status, {"detail": "x"}, **headers).charged is charged


def test_each_clock_is_named() -> None:
    assert failed(504, {}, x_fal_request_timeout_type="user").clock is Clock.START_DEADLINE
    assert (
        failed(504, {"detail": [{"loc": [], "msg": "m", "type": "generation_timeout"}]}).clock
        is Clock.GENERATION
    )
    assert failed(504, NGINX).clock is None


def test_a_huge_or_hostile_body_stays_short_and_plain() -> None:
    fact = failed(500, b"<html><script>alert(1)</script><style>b{}</style><p>" + b"word " * 100_000)
    assert len(fact.message) < 500
    assert "alert" not in fact.message
    assert len(fact.body) <= errors.BODY_SHOWN


def test_a_web_page_instead_of_json_is_called_one() -> None:
    fact = errors.not_json("a/b", 200, "text/html", b"<title>Log in</title>", "expected a value")
    assert fact.kind is FailureKind.PROTOCOL
    assert "a web page instead of JSON (“Log in”)" in fact.message
    assert "login page" in fact.next_step


def kept(status, body, headers) -> Event:
    return Event("c", 0, 1, failed(status, body, **headers))


def test_every_recorded_answer_is_said_anew_as_it_was_said() -> None:
    for status, body, headers, *_ in TABLE:
        fact = kept(status, body, headers).fact
        assert said_anew(fact) == fact


def test_what_was_said_in_another_language_is_said_in_that_of_today() -> None:
    """Kept by an English run, read by a German one; a failure without an error answer stays as it was said."""
    lines = [encode(kept(status, body, headers)).decode() for status, body, headers, *_ in TABLE]
    lines.append(
        encode(Event("c", 0, 1, Failed(FailureKind.NETWORK, "It broke off.", "Try again."))).decode()
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", READS],
        input="\n".join(lines),
        env={**os.environ, VARIABLE: "de"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    *answers, broken = json.loads(done.stdout)
    assert broken == ["It broke off.", "Try again."]
    english = [[fact.message, fact.next_step] for fact in (decode(line).fact for line in lines)]
    assert all(
        mine[0] != said[0] and mine[1] != said[1] for mine, said in zip(answers, english, strict=False)
    )
    assert answers[0][0] == "fal hat den Schlüssel abgelehnt (401): invalid key credentials."
    assert answers[0][1].startswith("Prüfe den Schlüssel")
