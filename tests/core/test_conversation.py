"""A call of a chat model as a conversation: chunks, whole answers, tools, files, and what is none."""

from fal_studio.core.conversation import Talk, Usage, as_markdown, continued
from fal_studio.core.data_uris import named
from fal_studio.core.request import Json

ASKED: dict[str, Json] = {
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}]
}


def chunk(delta: dict[str, Json], index: int = 0, finish: str | None = None, **more: Json) -> Json:
    return {"choices": [{"index": index, "delta": delta, "finish_reason": finish}], **more}


def test_chunks_become_one_answer_with_its_tools_and_usage() -> None:
    talk = Talk(ASKED)
    assert talk.whole is None, "nothing was answered yet"
    talk.take([chunk({"role": "assistant", "content": "He"}, model="m"), chunk({"content": "llo"})])
    talk.take([chunk({"reasoning": "greet "}), chunk({"reasoning_content": "back"})])
    for piece in ('{"ci', 'ty": "Bergen"}'):
        talk.take(
            [chunk({"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "", "arguments": piece}}]})]
        )
    talk.take([chunk({"tool_calls": [{"index": 0, "function": {"name": "weather"}}]})])
    usage: dict[str, Json] = {
        "prompt_tokens": 5,
        "completion_tokens": 7,
        "completion_tokens_details": {"reasoning_tokens": 3},
    }
    talk.take([chunk({}, finish="tool_calls"), {"choices": [], "usage": usage}])
    whole = talk.whole
    assert whole is not None
    assert [(each.role, each.text) for each in whole.sent] == [("system", "Be brief."), ("user", "Hello?")]
    answer = whole.answers[0]
    assert (answer.text, answer.reasoning, answer.finish) == ("Hello", "greet back", "tool_calls")
    assert [(call.id, call.name, call.arguments) for call in answer.tool_calls] == [
        ("c1", "weather", '{"city": "Bergen"}')
    ]
    assert whole.usage is not None
    assert (whole.usage.prompt, whole.usage.completion, whole.usage.reasoning) == (5, 7, 3)
    # The same once more as a whole, as a stream ends: nothing is doubled, and what it leaves out stays.
    talk.take(
        [
            {
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": "Hello"},
                        "finish_reason": "tool_calls",
                    }
                ]
            }
        ]
    )
    assert talk.whole == whole


def test_a_conversation_goes_on_with_room_for_the_next_message() -> None:
    talk = Talk(ASKED)
    talk.take([{"choices": [{"message": {"role": "assistant", "content": "Hi."}}]}])
    assert talk.whole is not None
    assert continued(ASKED, talk.whole.answers[0]) == [
        *(ASKED["messages"] or ()),  # pyright: ignore[reportGeneralTypeIssues]
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": ""},
    ]
    assert continued({"prompt": "Hello?"}, talk.whole.answers[0]) is None
    assert as_markdown(talk.whole) == "## system\n\nBe brief.\n\n## user\n\nHello?\n\n## assistant\n\nHi.\n"


def test_files_in_messages_are_chips_and_choices_stand_side_by_side() -> None:
    uri = "data:image/png;base64," + "A" * 400
    parts: list[Json] = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": uri}},
    ]
    talk = Talk({"messages": [{"role": "user", "content": parts}]})
    talk.take(
        [{"choices": [{"index": n, "message": {"role": "assistant", "content": f"a {n}"}} for n in (1, 0)]}]
    )
    whole = talk.whole
    assert whole is not None
    assert whole.sent[0].text == "What is it?"
    assert whole.sent[0].chips == ("image/png",)
    assert [answer.text for answer in whole.answers] == ["a 0", "a 1"]
    assert named(f"see {uri}.") == "see [image/png 300 B]."
    assert named("data: nothing, base64, either") == "data: nothing, base64, either"


def test_strange_payloads_are_no_conversation_or_a_short_one() -> None:
    for payload in (
        None,
        1,
        "x",
        [],
        {"choices": 3},
        {"choices": [3]},
        {"choices": [{"delta": 3}]},
        {"output": "x"},
    ):
        talk = Talk({"messages": 7})
        talk.take([payload])
        assert talk.whole is None
    talk = Talk({"messages": [{"role": "user", "content": 4}] * 1000})
    talk.take(
        [
            {
                "choices": [
                    {
                        "message": {
                            "content": {"a": 1},
                            "tool_calls": [3, {"function": {"arguments": {"a": 1}}}],
                        }
                    }
                ]
            }
        ]
    )
    whole = talk.whole
    assert whole is not None
    assert (len(whole.sent), whole.earlier) == (200, 800)
    assert whole.answers[0].tool_calls[0].arguments == '{"a":1}'


def test_a_prompt_and_its_output_are_a_conversation_and_files_are_none() -> None:
    talk = Talk(
        {
            "prompt": "What is it?",
            "system_prompt": "Be brief.",
            "image_url": "https://files.test/a.png",
            "n": 1,
        }
    )
    talk.take([{"output": "A bo", "partial": True}, {"output": "A boat.", "reasoning": "It floats."}])
    talk.take([{"output": "A boat.", "partial": False, "usage": {"total_tokens": 7}}])
    whole = talk.whole
    assert whole is not None
    assert [(each.role, each.text) for each in (*whole.sent, *whole.answers)] == [
        ("system", "Be brief."),
        ("user", "What is it?"),
        ("assistant", "A boat."),
    ]
    assert whole.answers[0].reasoning == "It floats."
    assert (len(whole.sent[1].chips), whole.usage) == (1, Usage(total=7))
    assert continued({"prompt": "What is it?"}, whole.answers[0]) is None
    for asked, payload in (
        ({"prompt": "a boat"}, {"output": "https://files.test/a.png"}),
        ({"prompt": "a boat"}, {"output": {"url": "https://files.test/a.mp4"}}),
        ({"prompt": "a boat"}, {"text": "a boat"}),
        ({"audio_url": "https://files.test/a.wav"}, {"output": "what was said"}),
    ):
        other = Talk(asked)
        other.take([payload])
        assert other.whole is None
