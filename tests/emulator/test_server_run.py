"""Mode run against the real server."""

import threading
import time

import httpx
import pytest

from tests.emulator_process import EmulatorProcess
from tests.waiting import until_blocking

RUN = "/run/emulator/bench"


def test_the_body_is_the_output_itself(fal: httpx.Client) -> None:
    answer = fal.post(RUN, json={"text": "hi", "size": 3})
    assert answer.status_code == 200
    assert answer.json()["echo"] == {"text": "hi", "size": 3}
    assert answer.json()["padding"] == "xxx"


def test_an_answer_names_its_request_runner_and_units(fal: httpx.Client) -> None:
    answer = fal.post(RUN, json={})
    assert answer.headers["x-fal-request-id"] == answer.json()["request_id"]
    assert answer.headers["x-fal-billable-units"] == "1"
    assert answer.headers["x-fal-served-from"]


@pytest.mark.parametrize(
    ("authorization", "status", "detail"),
    [
        (None, 401, 'Cannot access application "emulator/bench". Authentication is required'),
        ("Key wrong:secret", 401, "invalid key credentials"),
        ("Key nocolon", 401, "invalid key credentials"),
        ("Key :secret", 401, "invalid key credentials"),
        ("Bearer id:secret", 401, "Unable to decode the issuer"),
        ("Basic aWQ6c2VjcmV0", 401, "invalid key credentials"),
        ("Key locked:secret", 403, "User is locked. Reason: Exhausted balance."),
    ],
)
def test_a_bad_key_is_refused_in_fals_words(
    server: EmulatorProcess, authorization: str | None, status: int, detail: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    for url in (f"{server.run}/emulator/bench", f"{server.queue}/emulator/bench"):
        answer = httpx.post(url, json={}, headers=headers, timeout=100)
        assert answer.status_code == status
        assert answer.json()["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/run/emulator/none-such", 'Application "none-such" not found'),
        ("/run/nobody/bench", 'Application "bench" not found'),
        ("/run/emulator/bench/sub/path", "Path /sub/path not found"),
        ("/run/emulator/bench/realtime", "Path /realtime not found"),
        ("/run/emulator/bench/stream/stream", "Path /stream/stream not found"),
    ],
)
def test_an_unknown_path_is_404_and_names_itself(fal: httpx.Client, path: str, detail: str) -> None:
    answer = fal.post(path, json={})
    assert (answer.status_code, answer.json()) == (404, {"detail": detail})
    assert answer.headers["x-fal-billable-units"] == "0"


def test_a_legacy_id_means_owner_and_alias(fal: httpx.Client) -> None:
    assert fal.post("/run/1234-myapp", json={}).json() == {"detail": 'Application "myapp" not found'}


def test_a_get_without_a_body_takes_its_input_from_the_query(fal: httpx.Client) -> None:
    assert fal.get(RUN, params={"text": "from query"}).json()["echo"] == {"text": "from query"}


def test_invalid_input_is_pydantics_own_finding_in_fals_form(fal: httpx.Client) -> None:
    answer = fal.post(RUN, json={"count": -1, "seconds": "long", "text": ["no"]})
    problems = {problem["loc"][1]: problem for problem in answer.json()["detail"]}
    assert answer.status_code == 422
    assert answer.headers["x-fal-billable-units"] == "0"
    assert answer.headers["x-fal-request-id"]
    assert problems["count"] == {
        "loc": ["body", "count"],
        "msg": "Input should be greater than or equal to 0",
        "type": "greater_than_equal",
        "url": "https://docs.fal.ai/errors#greater_than_equal",
        "ctx": {"ge": 0},
        "input": -1,
    }
    assert problems["seconds"]["type"] == "float_parsing"
    assert problems["text"]["type"] == "string_type"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{not json", "json_invalid"),
        (b"[1, 2]", "model_type"),
        (b'"text"', "model_type"),
        (b"\xff\xfe", "json_invalid"),
        (b"[" * 100_000, "json_invalid"),
    ],
)
def test_a_body_that_is_no_object_is_422(fal: httpx.Client, body: bytes, kind: str) -> None:
    answer = fal.post(RUN, content=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == kind


def test_a_start_deadline_below_the_cold_start_ends_with_a_user_timeout(fal: httpx.Client) -> None:
    headers = {"X-Emulator-Cold-Start": "5", "X-Fal-Request-Timeout": "0.1"}
    answer = fal.post(RUN, json={}, headers=headers)
    assert answer.status_code == 504
    assert answer.headers["x-fal-request-timeout-type"] == "user"
    assert answer.headers["x-fal-error-type"] == "request_timeout"


def test_the_newer_deadline_header_wins(fal: httpx.Client) -> None:
    headers = {
        "X-Emulator-Cold-Start": "0.2",
        "X-Fal-Request-Timeout": "0.05",
        "X-Fal-Request-Start-Timeout": "30",
    }
    assert fal.post(RUN, json={}, headers=headers).status_code == 200


def test_a_deadline_that_is_no_number_is_refused(fal: httpx.Client) -> None:
    assert fal.post(RUN, json={}, headers={"X-Fal-Request-Timeout": "soon"}).status_code == 400


def test_more_direct_runs_than_the_limit_are_refused_with_a_hint_to_retry(
    server: EmulatorProcess, fal: httpx.Client
) -> None:
    server.settings(direct_limit=1)
    first: list[int] = []
    slow = threading.Thread(
        target=lambda: first.append(
            httpx.post(
                f"{server.run}/emulator/bench",
                json={},
                headers={"Authorization": "Key a:b", "X-Emulator-Run-Delay": "3"},
            ).status_code
        )
    )
    seen = server.last()
    slow.start()
    until_blocking(lambda: server.requests(seen, path="/run/emulator/bench"))
    answer = until_blocking(
        lambda: refused if (refused := fal.post(RUN, json={})).status_code == 429 else None
    )
    slow.join()
    assert answer.json()["error_type"] == "concurrent_requests_limit"
    assert answer.headers["x-fal-needs-retry"] == "1"
    assert first == [200]


def test_an_open_stream_takes_the_place_of_a_direct_run(server: EmulatorProcess, fal: httpx.Client) -> None:
    server.settings(direct_limit=1)
    with fal.stream("POST", f"{RUN}/stream", json={"count": 1000, "rate": 10}) as answer:
        # Held on to: httpx closes the connection with the iterator.
        lines = answer.iter_lines()
        next(lines)
        with server.client() as other:
            assert other.post(RUN, json={}).status_code == 429
        next(lines)
    until_blocking(lambda: fal.post(RUN, json={}).status_code == 200)


def test_a_caller_who_leaves_ends_the_work(server: EmulatorProcess, fal: httpx.Client) -> None:
    seen = server.last()
    with pytest.raises(httpx.ReadTimeout):
        fal.post(RUN, json={"seconds": 600}, timeout=1)
    until_blocking(lambda: len(server.requests(seen)) == 1)
    server.settings(direct_limit=1)
    # The place of the one who left is free again.
    until_blocking(lambda: fal.post(RUN, json={}).status_code == 200)


def test_the_first_run_of_an_app_waits_for_its_cold_start(server: EmulatorProcess, fal: httpx.Client) -> None:
    server.settings(cold_start_s=1.5, speed=1)
    fal.post("/emulator/cool-down")
    took = []
    for _ in range(2):
        begun = time.monotonic()
        fal.post(RUN, json={}).raise_for_status()
        took.append(time.monotonic() - begun)
    assert took[0] > 1.49 > took[1]


def test_the_truth_measures_the_stages_of_a_run(server: EmulatorProcess, fal: httpx.Client) -> None:
    before = time.monotonic_ns()
    answer = fal.post(RUN, json={}, headers={"X-Emulator-Cold-Start": "0.1", "X-Emulator-Run-Delay": "0.2"})
    after = time.monotonic_ns()
    truth = server.truth(answer.headers["x-fal-request-id"])
    stages = [truth["stages"][name]["monotonic_ns"] for name in ("received", "started", "warm", "finished")]
    assert before < stages[0] <= stages[1] < stages[2] < stages[3] < after
    assert stages[2] - stages[1] >= 0.1e9
    assert stages[3] - stages[2] >= 0.2e9
    assert (truth["mode"], truth["status"], truth["attempts"]) == ("run", 200, 1)


@pytest.mark.parametrize("how", ["header", "query"])
def test_an_unknown_control_is_refused_by_name(fal: httpx.Client, how: str) -> None:
    header = {"X-Emulator-Rn-Delay": "1"} if how == "header" else {}
    query = {"emulator_rn_delay": "1"} if how == "query" else {}
    answer = fal.post(RUN, json={}, headers=header, params=query)
    assert answer.status_code == 400
    assert "rn_delay" in answer.json()["detail"]


def test_controls_in_the_query_do_the_same_as_headers(server: EmulatorProcess, fal: httpx.Client) -> None:
    answer = fal.post(f"{RUN}?emulator_run_delay=0.2", json={})
    truth = server.truth(answer.headers["x-fal-request-id"])["stages"]
    assert truth["finished"]["monotonic_ns"] - truth["warm"]["monotonic_ns"] >= 0.2e9


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("fal.run", "/emulator/bench", 200),
        ("falrun.com:443", "/emulator/bench", 200),
        ("queue.fal.run", "/emulator/bench", 200),
    ],
)
def test_a_host_header_of_fal_chooses_the_prefix(
    fal: httpx.Client, host: str, path: str, status: int
) -> None:
    answer = fal.post(path, json={"text": "x"}, headers={"Host": host})
    assert answer.status_code == status
    assert ("status" in answer.json()) == host.startswith("queue")


def test_requests_are_recorded_as_they_were_sent(server: EmulatorProcess, fal: httpx.Client) -> None:
    seen = server.last()
    fal.post(f"{RUN}?a=1&b=%20x", json={"text": "é"}, headers={"X-Twice": "1"})
    (entry,) = server.requests(seen)
    assert (entry["method"], entry["path"], entry["query"]) == ("POST", RUN, "a=1&b=%20x")
    assert entry["body"] == '{"text":"é"}'
    assert entry["body_bytes"] == len('{"text":"é"}'.encode())
    assert ["x-twice", "1"] in entry["headers"]
    assert entry["status"] == 200


def test_a_watcher_can_wait_for_requests_count_them_and_forget_them(
    server: EmulatorProcess, fal: httpx.Client
) -> None:
    seen = server.last()
    begun = time.monotonic()
    nothing = fal.get("/emulator/requests", params={"since": seen, "wait": 0.2}).json()
    assert (nothing["count"], nothing["last"]) == (0, seen)
    assert time.monotonic() - begun >= 0.2
    for _ in range(3):
        fal.post(RUN, json={})
    assert (
        fal.get("/emulator/requests", params={"since": seen, "method": "post", "wait": 5}).json()["count"]
        == 3
    )
    fal.delete("/emulator/requests").raise_for_status()
    assert server.requests() == []
    assert server.last() == seen + 3


def test_what_the_emulator_does_not_know_about_itself_is_404(fal: httpx.Client) -> None:
    assert fal.get("/emulator/truth/none-such").status_code == 404
    assert fal.get("/emulator/nonsense").status_code == 404
    assert fal.get("/nowhere").status_code == 404
