"""Modes submit and subscribe against the real server."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.emulator_process import EmulatorProcess
from tests.waiting import until_blocking

SUBMIT = "/queue/emulator/bench"


def submit(
    fal: httpx.Client, arguments: dict[str, Any] | None = None, path: str = SUBMIT, **options: Any
) -> dict[str, Any]:
    """Submit and return the body of the answer."""
    return fal.post(path, json=arguments or {}, **options).raise_for_status().json()


def completed(fal: httpx.Client, job: dict[str, Any], logs: str = "0") -> dict[str, Any]:
    """Poll until a job has ended and return its last status."""
    return until_blocking(
        lambda: (
            status
            if (status := fal.get(job["status_url"], params={"logs": logs}).json())["status"] == "COMPLETED"
            else None
        )
    )


def events(fal: httpx.Client, url: str) -> Iterator[str]:
    """Yield the lines of a status stream that are not empty."""
    with fal.stream("GET", url) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield from (line for line in answer.iter_lines() if line)


def test_submit_answers_short_urls_on_its_own_base(server: EmulatorProcess, fal: httpx.Client) -> None:
    job = submit(fal, {"text": "x"})
    own = f"{server.queue}/emulator/bench/requests/{job['request_id']}"
    assert job["status"] == "IN_QUEUE"
    assert (job["response_url"], job["status_url"], job["cancel_url"]) == (
        own,
        f"{own}/status",
        f"{own}/cancel",
    )
    assert (job["queue_position"], job["logs"], job["metrics"]) == (0, None, {})


def test_submit_takes_bad_input_and_the_result_refuses_it(fal: httpx.Client) -> None:
    job = submit(fal, {"count": -1})
    status = completed(fal, job)
    result = fal.get(job["response_url"])
    assert status["error_type"] == "greater_than_equal"
    assert result.status_code == 422
    assert result.json()["detail"][0]["loc"] == ["body", "count"]
    assert result.headers["x-fal-billable-units"] == "0"


def test_submit_to_an_unknown_app_is_404(fal: httpx.Client) -> None:
    assert fal.post("/queue/emulator/none-such", json={}).status_code == 404
    assert fal.post("/queue/single", json={}).status_code == 404


def test_submit_to_an_unknown_path_of_an_app_fails_at_the_result(fal: httpx.Client) -> None:
    job = submit(fal, path="/queue/emulator/bench/none/such")
    completed(fal, job)
    assert "/emulator/bench/requests/" in job["response_url"]
    assert fal.get(job["response_url"]).json() == {"detail": "Path /none/such not found"}


def test_the_status_is_202_until_it_is_completed(fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Queue-Delay": "1", "X-Emulator-Run-Delay": "1"})
    seen: list[tuple[int, str]] = []

    def look() -> bool:
        answer = fal.get(job["status_url"])
        seen.append((answer.status_code, answer.json()["status"]))
        return seen[-1][1] == "COMPLETED"

    until_blocking(look)
    assert list(dict.fromkeys(seen)) == [(202, "IN_QUEUE"), (202, "IN_PROGRESS"), (200, "COMPLETED")]


def test_fields_that_clients_need_are_always_there(fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Queue-Delay": "0.1", "X-Emulator-Run-Delay": "0.2"})
    needed = {"IN_QUEUE": "queue_position", "IN_PROGRESS": "logs", "COMPLETED": "logs"}

    def look() -> bool:
        body = fal.get(job["status_url"]).json()
        assert needed[body["status"]] in body
        assert body["response_url"] == job["response_url"]
        return body["status"] == "COMPLETED"

    until_blocking(look)
    assert fal.get(job["status_url"]).json()["metrics"]["inference_time"] >= 0.2


@pytest.mark.parametrize("wish", ["1", "true", "True", "yes"])
def test_logs_are_shown_in_every_spelling_of_yes(fal: httpx.Client, wish: str) -> None:
    job = submit(fal, {"logs": 3})
    status = completed(fal, job, wish)
    assert [line["message"] for line in status["logs"]] == ["line 1 of 3", "line 2 of 3", "line 3 of 3"]
    stamps = [line["timestamp"] for line in status["logs"]]
    assert stamps == sorted(set(stamps))
    assert status["logs"][0] | {"timestamp": ""} == {
        "message": "line 1 of 3",
        "level": "INFO",
        "source": "USER",
        "timestamp": "",
    }


@pytest.mark.parametrize("wish", ["0", "false", "False", ""])
def test_logs_are_null_when_nobody_asked(fal: httpx.Client, wish: str) -> None:
    assert completed(fal, submit(fal, {"logs": 3}), wish)["logs"] is None


@pytest.mark.parametrize("middle", ["emulator/bench", "emulator/bench/any/sub/path"])
@pytest.mark.parametrize("end", ["", "/"])
def test_short_and_long_urls_lead_to_the_same_job(fal: httpx.Client, middle: str, end: str) -> None:
    job = submit(fal, {"text": "same"})
    completed(fal, job)
    own = f"/queue/{middle}/requests/{job['request_id']}"
    assert fal.get(f"{own}/status{end}").status_code == 200
    assert fal.get(f"{own}{end}").json()["echo"] == {"text": "same"}
    assert fal.get(f"{own}/response{end}").json()["echo"] == {"text": "same"}
    assert fal.put(f"{own}/cancel{end}").status_code == 400


def test_a_job_of_one_app_is_not_found_under_another(fal: httpx.Client) -> None:
    job = submit(fal)
    assert fal.get(f"/queue/emulator/failing/requests/{job['request_id']}/status").status_code == 404


def test_a_result_is_400_before_it_is_there_and_the_output_afterwards(fal: httpx.Client) -> None:
    job = submit(fal, {"text": "late"}, headers={"X-Emulator-Run-Delay": "2"})
    early = fal.get(job["response_url"])
    assert (early.status_code, early.json()) == (400, {"detail": "Request is still in progress"})
    completed(fal, job)
    late = fal.get(job["response_url"])
    assert late.json()["echo"] == {"text": "late"}
    assert late.headers["x-fal-request-id"] == job["request_id"]
    assert late.headers["x-fal-billable-units"] == "1"


def test_unknown_and_expired_requests_are_404(fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Retention": "0"})
    unknown = SUBMIT + "/requests/00000000-0000-0000-0000-000000000000"
    until_blocking(lambda: fal.get(job["response_url"]).status_code == 404)
    for url in (job["status_url"], f"{unknown}/status"):
        answer = fal.get(url)
        assert (answer.status_code, answer.json()) == (404, {"status": "NOT_FOUND"})
    assert fal.put(f"{unknown}/cancel").status_code == 404


def test_large_results_are_kept_shorter(server: EmulatorProcess, fal: httpx.Client) -> None:
    small = submit(fal, {"size": 10})
    large = submit(fal, {"size": 20_000})
    completed(fal, small)
    completed(fal, large)
    server.settings(retention_large_s=0)
    assert fal.get(large["response_url"]).status_code == 404
    assert fal.get(small["response_url"]).status_code == 200


def test_only_so_many_jobs_run_as_there_are_slots(server: EmulatorProcess, fal: httpx.Client) -> None:
    server.settings(slots=2)
    jobs = [submit(fal, headers={"X-Emulator-Run-Delay": "1.5"}) for _ in range(4)]
    until_blocking(lambda: fal.get(jobs[1]["status_url"]).json()["status"] == "IN_PROGRESS")
    bodies = [fal.get(job["status_url"]).json() for job in jobs]
    assert [body["status"] for body in bodies] == ["IN_PROGRESS", "IN_PROGRESS", "IN_QUEUE", "IN_QUEUE"]
    assert [body["queue_position"] for body in bodies[2:]] == [0, 1]
    for job in jobs:
        completed(fal, job)


def test_low_priority_waits_for_the_others(server: EmulatorProcess, fal: httpx.Client) -> None:
    server.settings(slots=0)
    low = submit(fal, headers={"X-Fal-Queue-Priority": "low"})
    normal = submit(fal, headers={"X-Fal-Queue-Priority": "normal"})
    assert fal.get(low["status_url"]).json()["queue_position"] == 1
    assert fal.get(normal["status_url"]).json()["queue_position"] == 0
    server.settings(slots=1)
    completed(fal, low)
    truths = [server.truth(job["request_id"])["stages"]["started"]["monotonic_ns"] for job in (normal, low)]
    assert truths[0] < truths[1]


def test_a_queue_longer_than_allowed_refuses_the_request(server: EmulatorProcess, fal: httpx.Client) -> None:
    server.settings(slots=0)
    jobs = [submit(fal) for _ in range(2)]
    refused = fal.post(SUBMIT, json={}, params={"fal_max_queue_length": 1})
    taken = submit(fal, params={"fal_max_queue_length": 2})
    for job in (*jobs, taken):
        assert fal.put(job["cancel_url"]).json() == {"status": "OK"}
    assert refused.status_code == 429


def test_pretended_requests_ahead_leave_one_by_one(fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Queue-Delay": "3", "X-Emulator-Queue-Ahead": "4"})
    positions = [
        json.loads(line[6:])["queue_position"]
        for line in events(fal, f"{job['status_url']}/stream")
        if "queue_position" in line
    ]
    assert positions == sorted(set(positions), reverse=True)
    assert positions[0] == 4
    assert positions[-1] <= 1


def test_cancelling_a_waiting_job_takes_it_out(server: EmulatorProcess, fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Queue-Delay": "60"})
    answer = fal.put(job["cancel_url"])
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})
    status = fal.get(job["status_url"])
    assert (status.status_code, status.json()["error_type"]) == (200, "client_cancelled")
    assert fal.get(job["response_url"]).status_code == 499
    assert fal.put(job["cancel_url"]).json() == {"status": "ALREADY_COMPLETED"}
    assert "started" not in server.truth(job["request_id"])["stages"]


def test_cancelling_a_running_job_ends_it_with_499(fal: httpx.Client) -> None:
    job = submit(fal, {"seconds": 600})
    until_blocking(lambda: fal.get(job["status_url"]).json()["status"] == "IN_PROGRESS")
    answer = fal.put(job["cancel_url"])
    assert (answer.status_code, answer.json()) == (202, {"status": "CANCELLATION_REQUESTED"})
    assert completed(fal, job)["error_type"] == "client_cancelled"
    result = fal.get(job["response_url"])
    assert (result.status_code, result.headers["x-fal-error-type"]) == (499, "client_cancelled")


def test_an_app_that_cannot_cancel_finishes_and_is_billed(fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Run-Delay": "0.3", "X-Emulator-Ignore-Cancel": "1"})
    until_blocking(lambda: fal.get(job["status_url"]).json()["status"] == "IN_PROGRESS")
    assert fal.put(job["cancel_url"]).status_code == 202
    assert "error" not in completed(fal, job)
    assert fal.get(job["response_url"]).headers["x-fal-billable-units"] == "1"


def test_the_queue_tries_again_and_says_so(server: EmulatorProcess, fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Fail-Attempts": "2"})
    status = completed(fal, job, "1")
    assert fal.get(job["response_url"]).json()["attempt"] == 3
    assert server.truth(job["request_id"])["attempts"] == 3
    assert sum("trying again" in line["message"] for line in status["logs"]) == 2


def test_a_running_job_may_go_back_to_the_queue(server: EmulatorProcess, fal: httpx.Client) -> None:
    server.settings(retry_delay_s=0.5)
    job = submit(
        fal,
        headers={
            "X-Emulator-Fail-Attempts": "1",
            "X-Emulator-Queue-Delay": "1",
            "X-Emulator-Cold-Start": "0.5",
        },
    )
    states = [json.loads(line[6:])["status"] for line in events(fal, f"{job['status_url']}/stream")]
    assert [state for index, state in enumerate(states) if state != (states[index - 1] if index else "")] in (
        ["IN_QUEUE", "IN_PROGRESS", "IN_QUEUE", "IN_PROGRESS", "COMPLETED"],
        ["IN_PROGRESS", "IN_QUEUE", "IN_PROGRESS", "COMPLETED"],
    )


def test_after_ten_attempts_the_failure_stays(fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Fail-Attempts": "50"})
    assert completed(fal, job)["error_type"] == "runner_disconnected"
    result = fal.get(job["response_url"])
    assert (result.status_code, result.headers["x-fal-needs-retry"]) == (503, "1")


def test_no_retry_means_one_attempt(server: EmulatorProcess, fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Fail-Attempts": "1", "X-Fal-No-Retry": "1"})
    completed(fal, job)
    assert server.truth(job["request_id"])["attempts"] == 1
    assert fal.get(job["response_url"]).status_code == 503


@pytest.mark.parametrize("where", ["X-Emulator-Queue-Delay", "X-Emulator-Cold-Start"])
def test_a_job_that_does_not_start_in_time_ends_with_a_user_timeout(fal: httpx.Client, where: str) -> None:
    begun = time.monotonic()
    job = submit(fal, headers={where: "30", "X-Fal-Request-Timeout": "0.3"})
    status = completed(fal, job)
    result = fal.get(job["response_url"])
    assert 0.25 < time.monotonic() - begun < 25
    assert status["error_type"] == "request_timeout"
    assert (result.status_code, result.headers["x-fal-request-timeout-type"]) == (504, "user")


def test_the_same_hint_leads_to_the_same_runner(server: EmulatorProcess, fal: httpx.Client) -> None:
    runners = set()
    for _ in range(3):
        job = submit(fal, headers={"X-Fal-Runner-Hint": "lora-7"})
        completed(fal, job)
        runners.add(fal.get(job["response_url"]).headers["x-fal-served-from"])
        fal.post("/run/emulator/bench", json={}).raise_for_status()
    assert len(runners) == 1


def test_the_status_stream_ends_with_completed_and_its_logs_are_new_ones_only(fal: httpx.Client) -> None:
    job = submit(fal, {"logs": 5, "seconds": 4})
    lines: list[str] = []
    states: list[str] = []
    for line in events(fal, f"{job['status_url']}/stream?logs=1"):
        body = json.loads(line.removeprefix("data: "))
        states.append(body["status"])
        lines += [entry["message"] for entry in body["logs"] or []]
    assert states[-1] == "COMPLETED"
    assert states.count("COMPLETED") == 1
    assert lines == [f"line {number} of 5" for number in range(1, 6)]


def test_the_status_stream_keeps_alive_with_comments(fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Queue-Delay": "1", "X-Emulator-Keepalive": "0.1"})
    comments = [line for line in events(fal, f"{job['status_url']}/stream") if line.startswith(":")]
    assert 2 <= len(comments) <= 11


def test_the_fetch_delay_holds_the_result_back(server: EmulatorProcess, fal: httpx.Client) -> None:
    job = submit(fal, headers={"X-Emulator-Fetch-Delay": "0.3"})
    completed(fal, job)
    begun = time.monotonic()
    fal.get(job["response_url"]).raise_for_status()
    assert time.monotonic() - begun >= 0.3
    assert server.truth(job["request_id"])["stages"]["fetched"]


@pytest.mark.parametrize(("method", "path"), [("POST", "/status"), ("GET", "/cancel"), ("PATCH", "")])
def test_a_wrong_method_is_405(fal: httpx.Client, method: str, path: str) -> None:
    job = submit(fal)
    own = f"{SUBMIT}/requests/{job['request_id']}{path}"
    assert fal.request(method, own).status_code == 405


def test_all_jobs_can_be_ended_also_one_that_would_not_be_cancelled(fal: httpx.Client) -> None:
    slow = {"X-Emulator-Run-Delay": "60", "X-Emulator-Ignore-Cancel": "1"}
    jobs = [submit(fal, headers=slow) for _ in range(4)]  # two run, two wait
    until_blocking(lambda: fal.get(jobs[1]["status_url"]).json()["status"] == "IN_PROGRESS")
    assert fal.delete("/emulator/jobs").json() == {"ended": 4}
    for job in jobs:
        completed(fal, job)
    assert fal.delete("/emulator/jobs").json() == {"ended": 0}
