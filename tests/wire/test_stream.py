"""What the events of a stream say, and what its end means."""

import base64
import json
from typing import Any

import pytest

from fal_studio.core import events as e
from fal_studio.core.blobs import blob_of
from fal_studio.wire.sse import Comment, Message
from fal_studio.wire.stream import StreamReader


def read(*events: object, name: str = "") -> tuple[list[e.Fact], e.End]:
    reader = StreamReader("a/b", blob_of)
    facts: list[e.Fact] = []
    for event in events:
        if isinstance(event, Comment):
            facts.extend(reader.facts((event,)))
        else:
            data = event if isinstance(event, bytes) else json.dumps(event).encode()
            facts.extend(reader.facts((Message(data, name),)))
    return facts, reader.end()


def test_the_last_event_is_the_output() -> None:
    facts, end = read({"output": "On", "partial": True}, {"output": "Once", "partial": False})
    assert [fact.index for fact in facts] == [0, 1]
    assert end == e.Output({"output": "Once", "partial": False}, 36)


def test_comments_and_done_are_no_results() -> None:
    facts, end = read(Comment("ping"), {"a": 1}, b"[DONE]")
    assert [type(fact) for fact in facts] == [e.Control, e.Partial, e.Control]
    assert end.payload == {"a": 1}


def test_text_that_is_no_json_is_passed_on() -> None:
    facts, end = read(b"hello", name="say")
    assert facts == [e.Partial(0, "hello", 5, "say")]
    assert end.payload == "hello"


def test_chat_pieces_become_one_answer() -> None:
    def piece(text: str | None, reason: str | None = None) -> dict:
        return {
            "id": "c",
            "model": "m",
            "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}],
        }

    facts, end = read(
        piece("Hel"),
        piece("lo"),
        piece(None, "stop"),
        {"choices": [], "usage": {"total_tokens": 5}},
        b"[DONE]",
    )
    assert len(facts) == 5
    assert end.payload == {
        "id": "c", "model": "m", "usage": {"total_tokens": 5}, "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
    }  # fmt: skip


def delta(index: int = 0, finish: str | None = None, **delta: object) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": delta, "finish_reason": finish}], "model": "m"}


def test_tools_reasoning_and_several_answers_are_put_together_from_their_pieces() -> None:
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "weather", "arguments": ""}}
    _, end = read(
        delta(role="assistant", content=None, tool_calls=[call]),
        delta(reasoning="Where is "),
        delta(reasoning="it? "),
        delta(tool_calls=[{"index": 0, "function": {"arguments": '{"city": '}}]),
        # Some servers name what they go on with, others begin the next in the same chunk.
        delta(
            tool_calls=[
                {"index": 0, "id": "call_1", "function": {"name": "weather", "arguments": '"Bergen"}'}},
                {
                    "index": 1,
                    "id": "call_2",
                    "type": "function",
                    "function": {"name": "ti", "arguments": "{}"},
                },
            ]
        ),
        delta(tool_calls=[{"index": 1, "function": {"name": "me"}}]),
        delta(index=1, content="Or "),
        delta(index=1, content="not.", finish="stop"),
        delta(finish="tool_calls"),
        {"choices": [], "usage": {"total_tokens": 9}},
    )
    assert isinstance(end, e.Output)
    payload: Any = end.payload
    assert (payload["usage"], payload["model"]) == ({"total_tokens": 9}, "m")
    first, second = payload["choices"]
    assert first == {
        "index": 0,
        "finish_reason": "tool_calls",
        "message": {
            "role": "assistant",
            "content": None,
            "reasoning": "Where is it? ",
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "weather", "arguments": '{"city": "Bergen"}'},
                },
                {"id": "call_2", "type": "function", "function": {"name": "time", "arguments": "{}"}},
            ],
        },
    }
    assert second == {
        "index": 1,
        "finish_reason": "stop",
        "message": {"role": "assistant", "content": "Or not."},
    }


def test_what_each_piece_of_reasoning_names_again_is_no_text_that_goes_on() -> None:
    about = {"type": "reasoning.text", "format": "anthropic-claude-v1", "index": 0}
    _, end = read(
        delta(role="assistant", content="", reasoning_details=[{**about, "text": "Where is "}]),
        delta(reasoning_details=[{**about, "text": "it?"}]),
        delta(content="Here.", finish="stop"),
    )
    assert isinstance(end, e.Output)
    payload: Any = end.payload
    assert payload["choices"][0]["message"]["reasoning_details"] == [
        {"type": "reasoning.text", "format": "anthropic-claude-v1", "text": "Where is it?"}
    ]


def test_sound_log_probabilities_and_parts_of_an_answer_go_on() -> None:
    one, other = b"sound of", b" the sea"
    _, end = read(
        {"choices": [{"delta": {"content": "Hi"}, "logprobs": {"content": [{"token": "Hi"}]}}]},
        {"choices": [{"delta": {"content": "."}, "logprobs": {"content": [{"token": "."}]}}]},
        delta(audio={"id": "a1", "data": base64.b64encode(one).decode(), "transcript": "the "}),
        delta(audio={"id": "a1", "data": base64.b64encode(other).decode(), "transcript": "sea"}),
        delta(images=[{"type": "image_url", "image_url": {"url": "https://files.test/a.png"}}]),
        delta(content=[{"type": "text", "text": "more"}]),
        delta(content=" and more", finish="stop"),
    )
    assert isinstance(end, e.Output)
    payload: Any = end.payload
    choice = payload["choices"][0]
    assert choice["logprobs"] == {"content": [{"token": "Hi"}, {"token": "."}]}
    assert base64.b64decode(choice["message"]["audio"]["data"]) == one + other
    assert choice["message"]["audio"]["transcript"] == "the sea"
    assert [each["image_url"]["url"] for each in choice["message"]["images"]] == ["https://files.test/a.png"]
    assert [part["text"] for part in choice["message"]["content"]] == ["Hi.", "more", " and more"]


def test_chat_that_stops_in_the_middle_is_no_success() -> None:
    _, end = read({"choices": [{"index": 0, "delta": {"content": "Hel"}}]})
    assert isinstance(end, e.Failed)
    assert "before the answer was finished" in end.message


def test_a_workflow_ends_with_its_output() -> None:
    _, end = read(
        {"type": "submit", "node_id": "n1", "app_id": "a/b", "request_id": "r"},
        {"type": "completion", "node_id": "n1", "output": {"x": 1}},
        {"type": "output", "output": {"images": []}},
    )
    assert end.payload == {"images": []}


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([], "The server closed the stream of a/b without a single event."),
        ([Comment("x")], "without a single event"),
        ([{"output": "On", "partial": True}], "The server ended the stream of a/b with a partial result, after 1 event."),
        ([{"progress": 0.25, "message": "m"}], "The server ended the stream of a/b at 25%"),
        ([{"type": "completion", "node_id": "n", "output": {}}], "before the workflow gave its output"),
        ([{"output": "x", "error": "boom", "partial": True}], "boom"),
        ([{"type": "error", "node_id": "n2", "message": "bad", "error": {"status": 422, "body": {"detail": [{"loc": ["body", "p"], "msg": "Field required", "type": "missing"}]}}}], "Step n2 of the workflow: a/b refused an argument: p: Field required."),
        ([{"type": "error", "node_id": "n2", "message": "bad"}], "Step n2 of a/b failed in the middle of its stream: bad"),
    ],
)  # fmt: skip
def test_an_end_that_is_no_result_is_a_failure(events, words) -> None:
    _, end = read(*events)
    assert isinstance(end, e.Failed)
    assert words in end.message
    assert end.next_step


def test_a_null_error_is_no_error() -> None:
    assert isinstance(read({"output": "x", "error": None, "partial": False})[1], e.Output)


def test_previews_are_lifted_out_of_the_events() -> None:
    import base64

    url = "data:image/jpeg;base64," + base64.b64encode(b"j" * 3000).decode()
    facts, _ = read({"images": [{"url": url}]})
    assert facts[0].payload["images"][0]["url"]["$blob"]["size_bytes"] == 3000
    assert facts[0].size_bytes > 4000


def test_an_unfinished_event_counts_only_if_it_is_whole() -> None:
    reader = StreamReader("a/b", blob_of)
    assert [type(fact) for fact in reader.last_words(Message(b'{"a": 1}'))] == [e.Partial]
    cut = StreamReader("a/b", blob_of)
    assert cut.last_words(Message(b'{"a": ')) == []
    assert "in the middle of an event" in cut.end().message
