"""The chat model: Markdown by rule, cumulative events, OpenAI-style chunks."""

import asyncio
from itertools import pairwise

import pytest

from fal_studio.emulator.model import ModelError, StreamText
from fal_studio.emulator.models import chat, chat_text
from tests.emulator.lent import LentContext, events_of

PROMPT = "Explain lighthouses to a child"


def test_the_answer_has_what_a_client_must_draw() -> None:
    output = asyncio.run(chat.run(chat.ChatInput(prompt=PROMPT), LentContext()))
    chat.ChatOutput.model_validate(output)
    text = output["output"]
    for mark in ("## ", "1. ", "| ", "```python", "> ", "é", "日本語", "🌈", "emulator"):
        assert mark in text
    assert output["usage"]["completion_tokens"] == chat_text.tokens(text)


def test_the_stream_repeats_all_text_so_far() -> None:
    context = LentContext()
    events = asyncio.run(events_of(chat.stream(chat.ChatInput(prompt=PROMPT, reasoning=True), context)))
    for event in events:
        chat.ChatOutput.model_validate(event)
    outputs = [event["output"] for event in events]
    assert all(later.startswith(earlier) for earlier, later in pairwise(outputs))
    assert outputs[-1] == asyncio.run(chat.run(chat.ChatInput(prompt=PROMPT), LentContext()))["output"]
    assert [event["partial"] for event in events].count(False) == 1
    assert events[-1]["usage"]["total_tokens"] > 0
    assert events[-1]["reasoning"]
    assert 25 < len(events) / context.worked_s < 70


def test_prompt_seed_and_temperature_decide() -> None:
    def said(**fields: object) -> str:
        seed = fields.pop("server_seed", 1)
        request = chat.ChatInput.model_validate({"prompt": PROMPT, **fields})
        return asyncio.run(chat.run(request, LentContext(seed=seed)))["output"]

    assert said() == said()
    assert said(prompt="Explain tides") != said()
    assert len({said(server_seed=seed) for seed in range(8)}) > 3
    assert said(temperature=0, server_seed=1) == said(temperature=0, server_seed=2)
    assert said(system_prompt="Be brief") != said()


@pytest.mark.parametrize("limit", [1, 5, 100_000])
def test_max_tokens_cuts(limit: int) -> None:
    output = asyncio.run(chat.run(chat.ChatInput(prompt=PROMPT, max_tokens=limit), LentContext()))
    assert output["usage"]["completion_tokens"] <= limit


@pytest.mark.parametrize("text", ["", "héllo wörld", "日本語 🌈 mixed", "a\n\n  b\t", "x" * 50])
def test_pieces_join_to_the_text(text: str) -> None:
    assert "".join(chat_text.pieces(text)) == text


def conversation(**fields: object) -> chat.CompletionInput:
    messages = [
        {"role": "system", "content": "Be kind"},
        {"role": "user", "content": [{"type": "text", "text": PROMPT}]},
    ]
    return chat.CompletionInput.model_validate({"messages": messages, **fields})


def test_openai_chunks_join_to_the_completion() -> None:
    whole = asyncio.run(chat.complete(conversation(), LentContext()))
    chat.Completion.model_validate(whole)
    events = asyncio.run(events_of(chat.complete_stream(conversation(stream=True), LentContext())))
    assert events[-1] == StreamText("[DONE]")
    deltas = [event["choices"][0]["delta"].get("content", "") for event in events[:-1]]
    assert "".join(deltas) == whole["choices"][0]["message"]["content"]
    assert events[-2]["choices"][0]["finish_reason"] == "stop"
    assert {event["id"] for event in events[:-1]} == {whole["id"]}


def test_openai_cut_says_length() -> None:
    whole = asyncio.run(chat.complete(conversation(max_tokens=3), LentContext()))
    assert whole["choices"][0]["finish_reason"] == "length"


def test_a_conversation_without_a_question_is_refused() -> None:
    request = chat.CompletionInput.model_validate({"messages": [{"role": "assistant", "content": "hi"}]})
    with pytest.raises(ModelError, match="user message"):
        asyncio.run(chat.complete(request, LentContext()))
