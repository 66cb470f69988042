"""The queue's answers: lenient where servers differ, and nothing said twice."""

import pytest

from fal_studio.core import events as e
from fal_studio.core.request import Profile
from fal_studio.wire.payload import PayloadError
from fal_studio.wire.queue import StatusReader, cancel_answer, enqueued, ticket_of

FAL = Profile("fal")


def line(text: str, at: str = "") -> dict[str, str]:
    return {"message": text, "timestamp": at, "level": "INFO", "source": "USER"}


def messages(facts: list[e.Fact]) -> list[str]:
    return [fact.message for fact in facts if isinstance(fact, e.Log)]


def test_the_servers_urls_are_taken_as_they_are() -> None:
    answer = {
        "request_id": "r",
        "status_url": "https://s",
        "response_url": "https://r",
        "cancel_url": "https://c",
        "queue_position": 3,
    }
    assert enqueued(answer, FAL, "fal-ai/flux/dev") == e.Enqueued(
        "r", "https://s", "https://r", "https://c", 3
    )


def test_missing_urls_are_built_in_the_short_form() -> None:
    ticket = enqueued({"request_id": "r", "gateway_request_id": "g"}, FAL, "fal-ai/flux/dev")
    assert ticket.status_url == "https://queue.fal.run/fal-ai/flux/requests/r/status"
    assert ticket.gateway_request_id == "g"


@pytest.mark.parametrize("answer", [None, [], {}, {"request_id": 5}, {"request_id": ""}, "r"])
def test_an_answer_without_an_id_is_no_ticket(answer) -> None:
    with pytest.raises(PayloadError, match="request_id"):
        enqueued(answer, FAL, "a/b")


@pytest.mark.parametrize("tail", ["/status", "/status?logs=1", "/status/stream?logs=1", "", "/"])
def test_a_status_url_is_enough_to_follow_a_call(tail) -> None:
    assert ticket_of(f"https://queue.fal.run/a/b/requests/r{tail}") == e.Enqueued(
        "r", *(f"https://queue.fal.run/a/b/requests/r{end}" for end in ("/status", "", "/cancel"))
    )


@pytest.mark.parametrize(
    "url", ["", "https://fal.run/a/b", "requests/r", "https://x/requests/", "https://x/requests/a/b"]
)
def test_other_urls_are_no_status_urls(url) -> None:
    with pytest.raises(PayloadError):
        ticket_of(url)


def test_cumulative_logs_are_said_once() -> None:
    reader = StatusReader()
    said = [
        messages(reader.facts({"status": "IN_PROGRESS", "logs": [line(text) for text in texts]}))
        for texts in (["a"], ["a", "b"], ["a", "b", "b"], ["a", "b", "b"])
    ]
    assert said == [["a"], ["b"], ["b"], []]


def test_incremental_logs_are_said_once_too() -> None:
    reader = StatusReader()
    said = [
        messages(reader.facts({"status": "IN_PROGRESS", "logs": [line(text, f"t{text}") for text in texts]}))
        for texts in (["a"], ["b", "c"], ["c", "d"], [], ["a", "b", "c", "d", "e"])
    ]
    assert said == [["a"], ["b", "c"], ["d"], [], ["e"]]


def test_a_line_sorted_in_later_is_not_lost_and_repeats_nothing() -> None:
    reader = StatusReader()
    reader.facts({"status": "IN_PROGRESS", "logs": [line("a", "1"), line("c", "3")]})
    late = reader.facts({"status": "IN_PROGRESS", "logs": [line("a", "1"), line("b", "2"), line("c", "3")]})
    assert messages(late) == ["b"]


def test_two_equal_lines_of_the_same_moment_are_both_said() -> None:
    assert messages(StatusReader().facts({"status": "IN_PROGRESS", "logs": [line("x", "1")] * 2})) == [
        "x",
        "x",
    ]


def test_progress_is_told_when_it_changes_and_may_go_back() -> None:
    reader = StatusReader()
    told = [
        reader.facts(status)
        for status in (
            {"status": "IN_QUEUE", "queue_position": 2},
            {"status": "IN_QUEUE", "queue_position": 2},
            {"status": "IN_QUEUE"},
            {"status": "IN_PROGRESS", "logs": None},
            {"status": "IN_QUEUE", "queue_position": 0},
            {"status": "COMPLETED", "metrics": {"inference_time": 1.5, "odd": "x", "flag": True}},
        )
    ]
    assert told == [
        [e.Progress(e.Stage.QUEUED, 2)],
        [],
        [e.Progress(e.Stage.QUEUED)],
        [e.Progress(e.Stage.RUNNING)],
        [e.Progress(e.Stage.QUEUED, 0)],
        [e.Metric("inference_time", 1.5, "s")],
    ]
    assert reader.is_completed


@pytest.mark.parametrize("logs", [None, {}, "text", [], [None], [{"no": "message"}], 7])
def test_odd_logs_break_nothing(logs) -> None:
    StatusReader().facts({"status": "IN_PROGRESS", "logs": logs})


def test_a_new_status_word_is_noted_once_and_waited_through() -> None:
    reader = StatusReader()
    assert reader.facts({"status": "WARMING_UP"}) == [e.Control("status WARMING_UP")]
    assert reader.facts({"status": "WARMING_UP"}) == []
    assert not reader.is_completed


@pytest.mark.parametrize("body", [None, [], "COMPLETED", {}, {"status": 3}])
def test_what_has_no_status_is_refused(body) -> None:
    with pytest.raises(PayloadError, match="no status"):
        StatusReader().facts(body)


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (202, {"status": "CANCELLATION_REQUESTED"}, "CANCELLATION_REQUESTED"),
        (200, {"success": True}, "OK"),
        (400, None, "ALREADY_COMPLETED"),
        (404, "nope", "NOT_FOUND"),
        (500, {}, ""),
    ],
)
def test_cancel_answers(status, body, word) -> None:
    assert cancel_answer(status, body) == e.CancelAnswer(status, word)
