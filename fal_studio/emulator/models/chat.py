"""`emulator/chat`: text in the manner of openrouter/router, with an OpenAI-compatible route."""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from fal_studio.emulator.model import Context, Json, Model, ModelError, Price, Route, StreamText
from fal_studio.emulator.models import chat_text, thumbnails

PIECES_AN_EVENT = 2
SECONDS_AN_EVENT = 1 / 45
FIRST_TOKEN_S = 0.12
MODEL_NAME = "emulator/plain-words"


class ChatInput(BaseModel):
    """What `emulator/chat` takes."""

    prompt: str = Field(
        min_length=1,
        description="Prompt to be used for the chat completion.",
        examples=["Write a short guide to photographing a lighthouse at dusk"],
    )
    model: str = Field(
        default=MODEL_NAME,
        description="Name of the model to use. The emulator has one; other names are accepted and ignored.",
        examples=[MODEL_NAME],
    )
    system_prompt: str | None = Field(
        default=None,
        description="System prompt to provide context or instructions to the model.",
        examples=["Only answer the question, do not provide any additional information."],
    )
    temperature: float = Field(
        default=1,
        ge=0,
        le=2,
        description="Variety of the answer: at 0 only the prompt decides, above it the server's seed as well.",
    )
    max_tokens: int | None = Field(
        default=None, ge=1, description="Where to cut the answer, in tokens.", examples=[400]
    )
    reasoning: bool = Field(default=False, description="Whether the reasoning should be part of the output.")


class Usage(BaseModel):
    """What a call used."""

    prompt_tokens: int = Field(description="Tokens of the prompts.")
    completion_tokens: int = Field(description="Tokens of the answer.")
    total_tokens: int = Field(description="Both together.")
    cost: float = Field(default=0, description="What it cost, in US dollars: nothing.")


class ChatOutput(BaseModel):
    """What `emulator/chat` gives; in a stream `output` is all text so far, not a delta."""

    output: str = Field(description="Generated output.")
    reasoning: str | None = Field(default=None, description="Generated reasoning, if asked for.")
    partial: bool = Field(default=False, description="Whether the output is partial.")
    error: str | None = Field(default=None, description="Error message if an error occurred.")
    usage: Usage | None = Field(default=None, description="Token usage information.")


class ChatMessage(BaseModel):
    """One message of an OpenAI-style conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool"] = Field(description="Who speaks.")
    content: str | list[dict[str, Any]] | None = Field(
        default=None, description="The text, or parts with a `text` each; none where only tools are called."
    )


class CompletionInput(BaseModel):
    """The OpenAI-style body; unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore")

    messages: list[ChatMessage] = Field(
        min_length=1,
        description="The conversation so far.",
        examples=[[{"role": "user", "content": "Say hello in three languages"}]],
    )
    model: str = Field(default=MODEL_NAME, description="Name of the model to use.")
    stream: bool = Field(default=False, description="Whether to answer with server-sent events.")
    temperature: float = Field(default=1, ge=0, le=2, description="Variety of the answer.")
    max_tokens: int | None = Field(default=None, ge=1, description="Where to cut the answer, in tokens.")
    seed: int | None = Field(default=None, description="Chooses among the answers.")
    tools: list[dict[str, Any]] | None = Field(
        default=None,
        description="Functions that the model may call. When the question names one of them, it is called instead of answered.",
    )


class Completion(BaseModel):
    """The OpenAI-style answer."""

    id: str = Field(description="Id of the completion.")
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Always 0: the emulator's answers do not depend on the clock.")
    model: str = Field(description="Name of the model used.")
    choices: list[dict[str, Any]] = Field(description="The answers; always one.")
    usage: Usage = Field(description="Token usage information.")


def _usage(prompt: str, completion: int) -> Json:
    before = chat_text.tokens(prompt)
    return {
        "prompt_tokens": before,
        "completion_tokens": completion,
        "total_tokens": before + completion,
        "cost": 0,
    }


def _bill(context: Context, usage: Json) -> None:
    context.bill(usage["total_tokens"] / 1000)


def _answer(request: ChatInput, context: Context) -> tuple[list[str], Json]:
    text = chat_text.reply(request.prompt, request.system_prompt, context.seed, request.temperature)
    pieces, _ = chat_text.cut(text, request.max_tokens)
    usage = _usage(request.prompt + (request.system_prompt or ""), len(pieces))
    _bill(context, usage)
    return pieces, usage


async def run(request: ChatInput, context: Context) -> Json:
    """Answer at once."""
    pieces, usage = _answer(request, context)
    await context.log(f"{usage['completion_tokens']} tokens")
    await context.work(FIRST_TOKEN_S + 0.0015 * len(pieces))
    return _event("".join(pieces), chat_text.thoughts(request.prompt) if request.reasoning else None, usage)


async def stream(request: ChatInput, context: Context) -> AsyncIterator[Json]:
    """Answer word by word; each event repeats the text so far."""
    pieces, usage = _answer(request, context)
    await context.work(FIRST_TOKEN_S)
    reasoning: str | None = None
    if request.reasoning:
        thought = chat_text.pieces(chat_text.thoughts(request.prompt))
        for end in range(PIECES_AN_EVENT, len(thought) + PIECES_AN_EVENT, PIECES_AN_EVENT):
            reasoning = "".join(thought[:end])
            yield _event("", reasoning, None)
            await context.work(SECONDS_AN_EVENT)
    for end in range(PIECES_AN_EVENT, len(pieces) + PIECES_AN_EVENT, PIECES_AN_EVENT):
        yield _event("".join(pieces[:end]), reasoning, None)
        await context.work(SECONDS_AN_EVENT)
    yield _event("".join(pieces), reasoning, usage)


def _event(output: str, reasoning: str | None, usage: Json | None) -> Json:
    event: Json = {"output": output, "reasoning": reasoning, "partial": usage is None, "error": None}
    return event if usage is None else {**event, "usage": usage}


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(str(part["text"]) for part in message.content or () if "text" in part)


def _completion(request: CompletionInput, context: Context) -> tuple[str, list[str], bool, Json]:
    system = "\n".join(
        _text(message) for message in request.messages if message.role in ("system", "developer")
    )
    asked = next((_text(message) for message in reversed(request.messages) if message.role == "user"), "")
    if not asked.strip():
        raise ModelError("messages needs one user message with text.", loc=("body", "messages"), value=[])
    seed = context.seed if request.seed is None else request.seed
    text = chat_text.reply(asked, system or None, seed, request.temperature)
    pieces, is_cut = chat_text.cut(text, request.max_tokens)
    usage = _usage(asked + system, len(pieces))
    _bill(context, usage)
    identity = hashlib.sha256(f"{asked}/{system}/{seed}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return f"chatcmpl-{identity}", pieces, is_cut, usage


def _called(request: CompletionInput) -> Json | None:
    """Return the call of the first tool that the last question names, None if there is none."""
    last = request.messages[-1]
    if last.role != "user":
        return None
    asked = _text(last)
    for tool in request.tools or ():
        function = tool.get("function")
        name = function.get("name") if isinstance(function, dict) else None
        if isinstance(name, str) and name and name.replace("_", " ") in asked.lower().replace("_", " "):
            identity = hashlib.sha256(f"{name}/{asked}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
            arguments = json.dumps({"query": asked}, ensure_ascii=False)
            return {
                "id": f"call_{identity}",
                "type": "function",
                "function": {"name": name, "arguments": arguments},
            }
    return None


async def complete(request: CompletionInput, context: Context) -> Json:
    """Answer as one OpenAI-style object."""
    identity, pieces, is_cut, usage = _completion(request, context)
    await context.work(FIRST_TOKEN_S + 0.0015 * len(pieces))
    message: Json = {"role": "assistant", "content": "".join(pieces)}
    choice: Json = {"index": 0, "message": message, "finish_reason": "length" if is_cut else "stop"}
    if (call := _called(request)) is not None:
        message |= {"content": None, "tool_calls": [call]}
        choice["finish_reason"] = "tool_calls"
    return {
        "id": identity,
        "object": "chat.completion",
        "created": 0,
        "model": request.model,
        "choices": [choice],
        "usage": usage,
    }


async def complete_stream(request: CompletionInput, context: Context) -> AsyncIterator[Json | StreamText]:
    """Answer as OpenAI-style chunks with deltas, ended by `[DONE]`."""
    identity, pieces, is_cut, usage = _completion(request, context)

    def chunk(delta: Json, finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {
            "id": identity,
            "object": "chat.completion.chunk",
            "created": 0,
            "model": request.model,
            "choices": [choice],
        }

    await context.work(FIRST_TOKEN_S)
    yield chunk({"role": "assistant", "content": ""})
    if (call := _called(request)) is not None:
        arguments = call["function"]["arguments"]
        yield chunk({"tool_calls": [{**call, "index": 0, "function": {**call["function"], "arguments": ""}}]})
        for start in range(0, len(arguments), 8):
            yield chunk(
                {"tool_calls": [{"index": 0, "function": {"arguments": arguments[start : start + 8]}}]}
            )
            await context.work(SECONDS_AN_EVENT)
        yield {**chunk({}, "tool_calls"), "usage": usage}
        yield StreamText("[DONE]")
        return
    for start in range(0, len(pieces), PIECES_AN_EVENT):
        yield chunk({"content": "".join(pieces[start : start + PIECES_AN_EVENT])})
        await context.work(SECONDS_AN_EVENT)
    yield {**chunk({}, "length" if is_cut else "stop"), "usage": usage}
    yield StreamText("[DONE]")


MODEL = Model(
    endpoint_id="emulator/chat",
    display_name="Emulator chat",
    category="llm",
    description="Answers in Markdown, by rule: headings, lists, a table, code, several scripts. Streams cumulative text as openrouter/router does, and deltas on its OpenAI-style route.",
    price=Price(0.001, "1000 tokens"),
    routes={
        "": Route(ChatInput, ChatOutput, run=run, stream=stream),
        "/openai/v1/chat/completions": Route(
            CompletionInput, Completion, run=complete, stream=complete_stream, sse_on_run=True
        ),
    },
    tags=("chat", "markdown", "offline"),
    thumbnail=thumbnails.of("silk ribbons, teal", 13),
    duration_estimate_s=0.5,
)
