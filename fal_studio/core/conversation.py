"""What was said in a call of a chat model: the messages that were sent, and the answer as far as it has come."""

from collections.abc import Iterable

import msgspec

from fal_studio.core.artifacts import chips, words
from fal_studio.core.request import Json

MOST_SENT = 200
"""Messages of a request that are shown; the older ones before them are counted."""
_ROLES = ("system", "developer", "user", "assistant", "tool", "function")


class ToolCall(msgspec.Struct, frozen=True):
    """A tool that the model wants to be used."""

    name: str
    arguments: str
    """JSON as the model wrote it; it need not be whole."""
    id: str = ""


class Message(msgspec.Struct, frozen=True):
    """One message of a conversation."""

    role: str
    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    chips: tuple[str, ...] = ()
    """A short word for each picture, sound or file in it."""
    name: str = ""
    """Of the speaker, or the tool whose answer it is."""
    finish: str = ""
    """Why the model stopped, in its own word; "" for messages that were sent."""


class Usage(msgspec.Struct, frozen=True):
    """Tokens, as the model counts them; None where it does not say."""

    prompt: int | None = None
    completion: int | None = None
    total: int | None = None
    reasoning: int | None = None
    cached: int | None = None


class Conversation(msgspec.Struct, frozen=True):
    """All of it."""

    sent: tuple[Message, ...]
    answers: tuple[Message, ...]
    """One for each choice."""
    usage: Usage | None = None
    model: str = ""
    earlier: int = 0
    """Messages that were sent before those in `sent`."""


class _Answer:
    """One choice, growing."""

    def __init__(self) -> None:
        self.role = "assistant"
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.tools: dict[int, list[str]] = {}
        """By place: id, name, and pieces of arguments."""
        self.chips: tuple[str, ...] = ()
        self.finish = ""

    def add(self, delta: dict[str, Json]) -> None:
        """Go on with what a chunk brings."""
        self.role = _text(delta.get("role")) or self.role
        self.text.append(_said(delta.get("content")))
        self.reasoning.append(_text(delta.get("reasoning")) or _text(delta.get("reasoning_content")))
        self._add_tools(delta.get("tool_calls"))

    def put(self, message: dict[str, Json]) -> None:
        """Replace it by a whole message; tools that only the chunks named stay."""
        self.text, self.reasoning = [], self.reasoning if "reasoning" not in message else []
        if message.get("tool_calls"):
            self.tools = {}
        self.chips = chips(_without_text(message.get("content")))
        self.add(message)

    def whole(self) -> Message:
        """Return it as far as it has come."""
        tools = tuple(
            ToolCall(name, "".join(arguments), key)
            for key, name, *arguments in (self.tools[n] for n in sorted(self.tools))
        )
        return Message(
            self.role, "".join(self.text), "".join(self.reasoning), tools, self.chips, finish=self.finish
        )

    def _add_tools(self, calls: Json) -> None:
        listed: list[Json] = calls if isinstance(calls, list) else []
        for place, call in enumerate(listed):
            if not isinstance(call, dict):
                continue
            index = call.get("index")
            held = self.tools.setdefault(index if isinstance(index, int) else place, ["", ""])
            function = call.get("function")
            function = function if isinstance(function, dict) else {}
            held[0] = _text(call.get("id")) or held[0]
            held[1] += _text(function.get("name"))
            arguments = function.get("arguments")
            held.append(
                arguments if isinstance(arguments, str) else "" if arguments is None else _as_json(arguments)
            )


class Talk:
    """Grows with what a call brings. `whole` is None as long as nothing says that it is a conversation."""

    def __init__(self, arguments: Json) -> None:
        messages = arguments.get("messages") if isinstance(arguments, dict) else None
        is_chat = (
            isinstance(messages, list) and bool(messages) and all(_is_message(each) for each in messages)
        )
        listed = messages if is_chat and isinstance(messages, list) else []
        self._asked = _asked(arguments) if not listed else ()
        """What a model was asked that takes a prompt and gives an `output`."""
        self._earlier = max(0, len(listed) - MOST_SENT)
        self._sent = tuple(_message(each) for each in listed[-MOST_SENT:] if isinstance(each, dict))
        self._answers: dict[int, _Answer] = {}
        self._usage: Usage | None = None
        self._model = ""

    def take(self, payloads: Iterable[Json]) -> None:
        """Go on with chunks, or with the whole answer."""
        for payload in payloads:
            if isinstance(payload, dict):
                self._take(payload)

    @property
    def whole(self) -> Conversation | None:
        """What was said so far; None if this is no conversation."""
        if not self._answers:
            return None
        answers = tuple(self._answers[index].whole() for index in sorted(self._answers))
        return Conversation(self._sent or self._asked, answers, self._usage, self._model, self._earlier)

    def _take(self, payload: dict[str, Json]) -> None:
        choices = payload.get("choices")
        if self._asked and "output" in payload:
            self._take_output(payload)
            return
        if not isinstance(choices, list):
            return
        self._model = _text(payload.get("model")) or self._model
        self._usage = _usage(payload.get("usage")) or self._usage
        for place, choice in enumerate(choices):
            if not isinstance(choice, dict):
                continue
            index = choice.get("index")
            delta, message = choice.get("delta"), choice.get("message")
            if not isinstance(delta, dict) and not isinstance(message, dict):
                continue
            answer = self._answers.setdefault(index if isinstance(index, int) else place, _Answer())
            if isinstance(message, dict):
                answer.put(message)
            elif isinstance(delta, dict):
                answer.add(delta)
            answer.finish = _text(choice.get("finish_reason")) or answer.finish

    def _take_output(self, payload: dict[str, Json]) -> None:
        """Take what a model answers to a prompt: all of it so far, with `partial` until the end."""
        said = words(payload)
        if said is None or said.text != payload["output"]:
            return  # files, or an address
        answer = self._answers.setdefault(0, _Answer())
        reasoning = _text(payload.get("reasoning"))
        answer.put({"content": said.text, **({"reasoning": reasoning} if reasoning else {})})
        self._model = _text(payload.get("model")) or self._model
        self._usage = _usage(payload.get("usage")) or self._usage


def continued(arguments: Json, answer: Message) -> list[Json] | None:
    """Return the messages of a request with an answer and room for the next question; None where they are no list."""
    messages = arguments.get("messages") if isinstance(arguments, dict) else None
    if not isinstance(messages, list):
        return None
    said: dict[str, Json] = {"role": "assistant", "content": answer.text}
    following: list[Json] = [{"role": "user", "content": ""}]
    if answer.tool_calls:
        said["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in answer.tool_calls
        ]
        following = [{"role": "tool", "tool_call_id": call.id, "content": ""} for call in answer.tool_calls]
    return [*messages, said, *following]


def as_markdown(conversation: Conversation) -> str:
    """Return all of it as text, with a heading for each message."""
    parts: list[str] = []
    for message in (*conversation.sent, *conversation.answers):
        parts.append(f"## {message.role}" + (f" ({message.name})" if message.name else ""))
        parts += [f"[{chip}]" for chip in message.chips]
        if message.text:
            parts.append(message.text)
        parts += [f"```json\n{call.name} {call.arguments}\n```" for call in message.tool_calls]
    return "\n\n".join(parts) + "\n"


def _asked(arguments: Json) -> tuple[Message, ...]:
    """Return the prompts of a request as messages; none if it has no prompt."""
    if not isinstance(arguments, dict) or not (prompt := _text(arguments.get("prompt"))):
        return ()
    system = _text(arguments.get("system_prompt"))
    files = {key: value for key, value in arguments.items() if key not in ("prompt", "system_prompt")}
    asked = Message("user", prompt, chips=chips(files))
    return (Message("system", system), asked) if system else (asked,)


def _is_message(value: Json) -> bool:
    return isinstance(value, dict) and value.get("role") in _ROLES


def _message(value: dict[str, Json]) -> Message:
    answer = _Answer()
    answer.put(value)
    made = answer.whole()
    name = _text(value.get("name")) or _text(value.get("tool_call_id"))
    return msgspec.structs.replace(made, name=name)


def _said(content: Json) -> str:
    if isinstance(content, list):
        return "\n\n".join(
            _text(part.get("text")) for part in content if isinstance(part, dict) and part.get("text")
        )
    return _text(content)


def _without_text(content: Json) -> Json:
    return content if isinstance(content, list) else None


def _usage(value: Json) -> Usage | None:
    if not isinstance(value, dict):
        return None

    def count(of: Json, *names: str) -> int | None:
        for name in names:
            found = of.get(name) if isinstance(of, dict) else None
            if isinstance(found, int) and not isinstance(found, bool):
                return found
        return None

    return Usage(
        count(value, "prompt_tokens", "input_tokens"),
        count(value, "completion_tokens", "output_tokens"),
        count(value, "total_tokens"),
        count(value.get("completion_tokens_details"), "reasoning_tokens"),
        count(value.get("prompt_tokens_details"), "cached_tokens"),
    )


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _as_json(value: Json) -> str:
    return msgspec.json.encode(value).decode()
