"""`emulator/failing`: each kind of failure in each mode."""

from typing import Any

import httpx
import pytest

from fal_studio.emulator.errors import REQUEST_ERRORS
from fal_studio.emulator.faults import ANSWERS
from fal_studio.emulator.models.failing import KINDS, MODEL_ERRORS
from tests.emulator_process import EmulatorProcess
from tests.waiting import until_blocking

RUN = "/run/emulator/failing"


def queued(fal: httpx.Client, arguments: dict[str, Any]) -> tuple[dict[str, Any], httpx.Response]:
    """Run through the queue; returns the last status and the result."""
    job = fal.post("/queue/emulator/failing", json=arguments, headers={"X-Fal-No-Retry": "1"}).json()
    status = until_blocking(
        lambda: body if (body := fal.get(job["status_url"]).json())["status"] == "COMPLETED" else None
    )
    return status, fal.get(job["response_url"])


@pytest.mark.parametrize("kind", sorted(MODEL_ERRORS))
def test_a_model_error_reads_the_same_from_run_queue_and_stream(fal: httpx.Client, kind: str) -> None:
    expected, message, ctx = MODEL_ERRORS[kind]
    status, result = queued(fal, {"kind": kind})
    for answer in (
        result,
        fal.post(RUN, json={"kind": kind}),
        fal.post(f"{RUN}/stream", json={"kind": kind}),
    ):
        (problem,) = answer.json()["detail"]
        assert answer.status_code == expected
        assert (problem["type"], problem["msg"], problem["ctx"]) == (kind, message, ctx)
        assert problem["loc"] == (["body", "prompt"] if expected == 422 else ["body"])
        assert problem["url"] == f"https://docs.fal.ai/errors#{kind}"
        assert answer.headers["x-fal-billable-units"] == "0"
        assert answer.headers["x-fal-request-id"]
    assert (status["error"], status["error_type"]) == (message, kind)


@pytest.mark.parametrize("kind", sorted(REQUEST_ERRORS))
def test_a_request_error_has_text_type_and_header(fal: httpx.Client, kind: str) -> None:
    status, result = queued(fal, {"kind": kind, "message": "why"})
    for answer in (result, fal.post(RUN, json={"kind": kind, "message": "why"})):
        assert answer.status_code == REQUEST_ERRORS[kind]
        assert answer.json() == {"detail": "why", "error_type": kind}
        assert answer.headers["x-fal-error-type"] == kind
        assert answer.headers["x-fal-needs-retry"] == ("1" if answer.status_code in (429, 503, 504) else "0")
    assert status["error_type"] == kind


@pytest.mark.parametrize("kind", sorted(set(ANSWERS) - set(MODEL_ERRORS)))
def test_a_spoiled_answer_comes_from_run_and_from_the_queues_result(fal: httpx.Client, kind: str) -> None:
    expected = ANSWERS[kind][1]()
    _, result = queued(fal, {"kind": kind})
    for answer in (result, fal.post(RUN, json={"kind": kind})):
        assert answer.status_code == expected.status
        assert answer.headers["content-type"].startswith(expected.content_type)


@pytest.mark.parametrize("kind", ["reset", "closed", "reset_body", "short_body", "stream_drop"])
def test_a_broken_connection_comes_in_every_mode(fal: httpx.Client, kind: str) -> None:
    for call in (
        lambda: fal.post(RUN, json={"kind": kind}),
        lambda: fal.post(f"{RUN}/stream", json={"kind": kind}),
        lambda: queued(fal, {"kind": kind}),
    ):
        with pytest.raises(httpx.TransportError):
            call()


def test_validation_reports_two_fields(fal: httpx.Client) -> None:
    problems = fal.post(RUN, json={"kind": "validation"}).json()["detail"]
    assert [problem["loc"] for problem in problems] == [["body", "prompt"], ["body", "num_images"]]


def test_a_crash_is_500_with_plain_detail(server: EmulatorProcess, fal: httpx.Client) -> None:
    answer = fal.post(RUN, json={"kind": "crash", "message": "planted"})
    assert (answer.status_code, answer.json()) == (500, {"detail": "Internal Server Error"})
    until_blocking(lambda: "AssertionError: planted" in server.errors)


def test_message_and_field_are_chosen_by_the_caller(fal: httpx.Client) -> None:
    wish = {"kind": "image_too_small", "message": "tiny", "field": "image_url"}
    (problem,) = fal.post(RUN, json=wish).json()["detail"]
    assert (problem["msg"], problem["loc"]) == ("tiny", ["body", "image_url"])


def test_the_queue_succeeds_at_the_attempt_that_was_asked_for(
    server: EmulatorProcess, fal: httpx.Client
) -> None:
    job = fal.post("/queue/emulator/failing", json={"kind": "runner_disconnected", "succeed_at": 3}).json()
    until_blocking(lambda: fal.get(job["status_url"]).json()["status"] == "COMPLETED")
    assert fal.get(job["response_url"]).json() == {"ok": True, "attempt": 3}


def test_an_unknown_kind_is_refused_with_the_choice(fal: httpx.Client) -> None:
    (problem,) = fal.post(RUN, json={"kind": "bad luck"}).json()["detail"]
    assert (problem["loc"], problem["type"]) == (["body", "kind"], "one_of")
    assert problem["ctx"]["expected"] == list(KINDS)


def test_no_failure_is_a_choice_too(fal: httpx.Client) -> None:
    assert fal.post(RUN, json={"kind": "none"}).json() == {"ok": True, "attempt": 1}
