"""Both official clients, unmodified, work with the emulator: five modes, files, cancel, failures, retries."""

import hashlib
import itertools
from typing import Any

import httpx
import pytest

from tests.conformance.conftest import Referee
from tests.emulator_process import EmulatorProcess

pytestmark = pytest.mark.conformance

IMAGE = "emulator/image"
TIGER = {
    "prompt": "a tiger on a hill",
    "seed": 7,
    "num_inference_steps": 4,
    "image_size": {"width": 64, "height": 64},
}
SKETCH = {"prompt": "a boat", "seed": 3, "image_size": {"width": 64, "height": 64}, "request_id": "mine"}
STATUS_WORDS = {"IN_QUEUE": "Queued", "IN_PROGRESS": "InProgress", "COMPLETED": "Completed"}


@pytest.fixture(params=["python", "js"])
def client(request: pytest.FixtureRequest) -> Referee:
    return request.getfixturevalue(f"{request.param}_client")


def is_js(request: pytest.FixtureRequest) -> bool:
    return request.node.callspec.params["client"] == "js"


def assert_picture(output: dict[str, Any]) -> None:
    (image,) = output["images"]
    assert (image["width"], image["height"], output["seed"], output["prompt"]) == (64, 64, 7, TIGER["prompt"])
    got = httpx.get(image["url"], trust_env=False, timeout=100)
    assert got.headers["content-type"] == image["content_type"]
    assert got.content[:3] in (b"\xff\xd8\xff", b"\x89PN")


def queue_headers(**controls: object) -> dict[str, Any]:
    return {
        "headers": {f"x-emulator-{name.replace('_', '-')}": str(value) for name, value in controls.items()}
    }


def test_run(client: Referee) -> None:
    assert_picture(client("run", IMAGE, TIGER)["data"])


def test_subscribe_sees_queue_progress_logs_and_result(client: Referee) -> None:
    seen = client("subscribe", IMAGE, TIGER, options=queue_headers(queue_delay=0.5, run_delay=0.5))
    assert_picture(seen["data"])
    words = [STATUS_WORDS.get(status.get("status", ""), status.get("is")) for status in seen["statuses"]]
    assert list(dict.fromkeys(words)) == ["Queued", "InProgress", "Completed"]
    assert any("painting" in line["message"] for line in seen["statuses"][-1]["logs"])
    position = seen["statuses"][0].get("queue_position", seen["statuses"][0].get("position"))
    assert position == 0


def test_submit_status_and_result_by_handle_and_by_id(client: Referee) -> None:
    seen = client("submit", IMAGE, TIGER)
    assert_picture(seen["data"])
    assert STATUS_WORDS.get(seen["last_status"], seen["last_status"]) == "Completed"


def test_stream_shows_previews_and_ends_with_the_picture(client: Referee) -> None:
    events = client("stream", IMAGE, TIGER)["events"]
    assert len(events) >= 2
    assert events[0]["images"][0]["url"].startswith("data:image/jpeg;base64,")
    assert_picture(events[-1])


def test_stream_of_text_is_cumulative(client: Referee) -> None:
    events = client("stream", "emulator/chat", {"prompt": "Tell me about tigers."})["events"]
    texts = [event["output"] for event in events]
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(texts))
    assert (events[0]["partial"], events[-1]["partial"]) == (True, False)


def test_realtime_answers_with_bytes_and_echoes_the_id(client: Referee) -> None:
    answers = client("realtime", "emulator/sketch", [SKETCH, {**SKETCH, "request_id": "second"}])["answers"]
    assert [answer["request_id"] for answer in answers] == ["mine", "second"]
    first, second = (answer["images"][0]["content"] for answer in answers)
    assert first["size"] > 100
    assert first == second, "the same seed gives the same picture"


def test_python_async_client_in_five_modes(python_client: Referee) -> None:
    seen = python_client(
        "five_modes_async", IMAGE, TIGER, realtime_endpoint="emulator/sketch", realtime_input=SKETCH
    )
    for mode in ("run", "submit", "subscribe", "stream"):
        assert_picture(seen[mode])
    assert seen["realtime"]["request_id"] == "mine"
    assert seen["statuses"][-1] == "Completed"


def test_js_status_stream(js_client: Referee) -> None:
    seen = js_client(
        "subscribe", IMAGE, TIGER, options=queue_headers(queue_delay=0.3) | {"mode": "streaming"}
    )
    assert_picture(seen["data"])
    assert seen["statuses"][0]["status"] == "IN_QUEUE"
    assert seen["statuses"][-1]["status"] == "COMPLETED"
    assert seen["statuses"][-1]["metrics"]["inference_time"] > 0
    assert seen["request_id"] == seen["enqueued"]


def test_the_handle_has_short_urls_that_the_python_client_follows(
    emulator: EmulatorProcess, python_client: Referee
) -> None:
    seen = python_client(
        "submit",
        "emulator/chat/openai/v1/chat/completions",
        {"messages": [{"role": "user", "content": "hi"}], "model": "any"},
    )
    assert seen["urls"]["response"] == f"{emulator.queue}/emulator/chat/requests/{seen['request_id']}"
    assert seen["urls"]["cancel"].endswith("/cancel")
    assert seen["again"] == seen["data"]


@pytest.mark.parametrize(
    ("times", "parts"),
    [pytest.param(1, 0, id="single"), pytest.param(106_000_000 // 16, 11, id="multipart")],
)
def test_uploads_come_back_whole(
    emulator: EmulatorProcess, client: Referee, request: pytest.FixtureRequest, times: int, parts: int
) -> None:
    since = emulator.last()
    seen = client("upload", text="0123456789abcdef", times=times, type="image/png", name="cat.png")
    assert "url" in seen, seen
    digest = hashlib.sha256()
    with httpx.stream("GET", seen["url"], trust_env=False) as got:
        assert got.headers["content-type"] == "image/png"
        for chunk in got.iter_bytes():
            digest.update(chunk)
    assert digest.hexdigest() == seen["sha256"]
    puts = len(emulator.requests(since, method="PUT"))
    # One file: fal-client posts it to the CDN, @fal-ai/client puts it where it was told to.
    assert puts == (parts or (1 if is_js(request) else 0))


@pytest.mark.parametrize("when", ["queued", "running", "ended"])
def test_cancel_is_answered_truthfully(client: Referee, when: str) -> None:
    controls = {"queued": {"queue_delay": 30}, "running": {"run_delay": 30}, "ended": {}}[when]
    seen = client("cancel", IMAGE, TIGER, when=when, options=queue_headers(speed=1, **controls))
    if when == "ended":
        assert seen["cancel"]["status"] == 400
    else:
        assert seen["cancel"] == "accepted"
        assert seen["result"]["status"] >= 400
        assert "data" not in seen


@pytest.mark.parametrize("mode", ["run", "subscribe", "submit"])
def test_a_refused_input_is_a_422_with_its_fields(
    client: Referee, request: pytest.FixtureRequest, mode: str
) -> None:
    error = client(mode, IMAGE, {**TIGER, "num_images": 0})["error"]
    assert error["status"] == 422
    fields = error["fields"] if is_js(request) else error["message"]
    assert fields[0]["loc"] == ["body", "num_images"]
    assert fields[0]["type"] == "greater_than_equal"
    if is_js(request):
        assert error["class"] == "ValidationError"
        assert error["request_id"]


def test_python_hides_what_a_stream_was_refused_for_and_js_shows_it(
    python_client: Referee, js_client: Referee
) -> None:
    wrong = {**TIGER, "num_images": 0}
    assert python_client("stream", IMAGE, wrong)["error"]["class"] == "SSEError"
    error = js_client("stream", IMAGE, wrong)["error"]
    assert (error["class"], error["status"]) == ("ValidationError", 422)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("content_policy_violation", 422), ("internal_server_error", 500), ("generation_timeout", 504)],
)
def test_model_errors_keep_their_code_through_the_queue(client: Referee, kind: str, status: int) -> None:
    error = client("subscribe", "emulator/failing", {"kind": kind})["error"]
    assert error["status"] == status, error


def test_an_unknown_app_and_a_wrong_key_are_refused_at_once(
    emulator: EmulatorProcess, client: Referee
) -> None:
    assert client("run", "emulator/nothing", TIGER)["error"]["status"] == 404
    since = emulator.last()
    assert client("run", IMAGE, TIGER, key="wrong")["error"]["status"] == 401
    assert len(emulator.requests(since)) == 1


@pytest.mark.parametrize(
    ("fault", "posts"),
    [
        ("rate_limited", 3),
        ("bad_gateway_html", 3),
        ("server_error", 1),
        ("unavailable", {"python": 1, "js": 3}),
    ],
)
def test_both_clients_repeat_posts_silently_and_the_emulator_counts_them(
    emulator: EmulatorProcess,
    client: Referee,
    request: pytest.FixtureRequest,
    fault: str,
    posts: int | dict[str, int],
) -> None:
    wanted = posts if isinstance(posts, int) else posts["js" if is_js(request) else "python"]
    emulator.arm(fault, path="/run/", method="POST", times=2)
    since = emulator.last()
    seen = client("run", IMAGE, TIGER)
    assert len(emulator.requests(since, path="/run/", method="POST")) == wanted
    assert ("data" in seen) == (wanted == 3), seen


def test_the_callers_own_start_deadline_is_never_retried(
    emulator: EmulatorProcess, client: Referee, request: pytest.FixtureRequest
) -> None:
    options = {"startTimeout": 2} if is_js(request) else {"start_timeout": 2}
    since = emulator.last()
    seen = client("subscribe", IMAGE, TIGER, options=queue_headers(queue_delay=60) | options)
    assert seen["error"]["status"] == 504
    assert len(emulator.requests(since, path="/queue/", method="POST")) == 1
