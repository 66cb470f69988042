"""OpenAI-style chat chunks put together: such streams send pieces, and nobody wants the last piece as result."""

import base64
import binascii

from fal_studio.core.blobs import MARK
from fal_studio.core.request import Json

_ONCE = frozenset({"role", "id", "type", "object", "index", "format"})
"""What a delta names and does not continue; some servers name it in every chunk."""
_NAMES = frozenset({"name"})
"""Comes in pieces from some servers, and whole in every chunk from others."""


class _Text:
    """A text that grows by thousands of pieces: they are joined once, at the end."""

    def __init__(self, key: str, piece: str) -> None:
        self.pieces = [piece]
        self._is_base64 = key == "data"

    def whole(self) -> str:
        """Return all of it. Of sound each piece is base64 for itself, which cannot just be put together."""
        if self._is_base64:
            try:
                return base64.b64encode(b"".join(map(base64.b64decode, self.pieces))).decode()
            except (binascii.Error, ValueError):
                pass
        return "".join(self.pieces)


class _Placed:
    """Things that deltas continue by their `index`: tools that are called, parts of an answer."""

    def __init__(self) -> None:
        self.items: dict[int, _Held] = {}


_Held = dict[str, "_Held | Json | _Text | _Placed"]


class _Choice:
    """One answer."""

    def __init__(self) -> None:
        self.message: _Held = {"role": "assistant", "content": None}
        self.about: _Held = {}
        """What stands beside the deltas: `finish_reason`, `logprobs` …"""


class ChatText:
    """Collects what `choices[].delta` bring into one chat completion: texts, reasoning, tool calls, refusals, sound."""

    def __init__(self) -> None:
        self._choices: dict[int, _Choice] = {}
        self._about: dict[str, Json] = {}
        self._size_bytes = 0
        self.has_begun = False

    @property
    def is_finished(self) -> bool:
        """Whether every choice named its finish_reason."""
        choices = self._choices.values()
        return bool(choices) and all(choice.about.get("finish_reason") for choice in choices)

    @property
    def size_bytes(self) -> int:
        """Length in UTF-8 of all that was said: texts, reasoning, arguments of tools."""
        return self._size_bytes

    def take(self, payload: dict[str, Json]) -> bool:
        """Add a chunk; False if it is none, for example a whole message."""
        choices = payload.get("choices")
        if not isinstance(choices, list):
            return False
        deltas = [choice for choice in choices if isinstance(choice, dict) and "delta" in choice]
        if not deltas and not (self.has_begun and not choices):
            return False
        self.has_begun = True
        # The usage comes in a chunk of its own, without choices, after the last piece.
        self._about.update(
            {key: value for key, value in payload.items() if key != "choices" and value is not None}
        )
        for place, given in enumerate(deltas):
            index = given.get("index")
            choice = self._choices.setdefault(index if isinstance(index, int) else place, _Choice())
            delta = given["delta"]
            if isinstance(delta, dict):
                self._add(choice.message, delta)
            for key, value in given.items():
                if key in ("delta", "index"):
                    continue
                if isinstance(value, dict):
                    self._add_value(choice.about, key, value)  # logprobs: lists that go on
                elif value is not None or key not in choice.about:
                    choice.about[key] = value
        return True

    def whole(self) -> dict[str, Json]:
        """Return the completion that the chunks make."""
        choices: list[Json] = []
        for index, choice in sorted(self._choices.items()):
            message = _joined(choice.message)
            # A server says null where an answer only calls tools, and an empty text where it says nothing.
            if message["content"] is None and not (message.keys() - {"role", "content"}):
                message["content"] = ""
            about = {"finish_reason": None, **_joined(choice.about)}
            choices.append({"index": index, "message": message, **about})
        return {**self._about, "object": "chat.completion", "choices": choices}

    def _add(self, held: _Held, delta: dict[str, Json]) -> None:
        for key, value in delta.items():
            self._add_value(held, key, value)

    def _add_value(self, held: _Held, key: str, value: Json) -> None:
        there = held.get(key)
        if value is None:
            held.setdefault(key, None)
        elif key in _ONCE or isinstance(value, bool | int | float):
            held[key] = value
        elif isinstance(value, str):
            self._add_text(held, key, value)
        elif isinstance(value, dict):
            if MARK in value:  # bytes that are kept elsewhere
                held[key] = value  # pyright: ignore[reportArgumentType]
                return
            if not isinstance(there, dict):
                there = held[key] = {}
            self._add(there, value)  # pyright: ignore[reportArgumentType] - what is held there was put by this
        else:
            self._add_list(held, key, value)

    def _add_text(self, held: _Held, key: str, piece: str) -> None:
        there = held.get(key)
        if isinstance(there, list):  # an answer of parts that goes on as a text
            there.append({"type": "text", "text": piece})
        elif not isinstance(there, _Text):
            held[key] = _Text(key, piece)
        elif key not in _NAMES or "".join(there.pieces) != piece:
            there.pieces.append(piece)
        self._size_bytes += len(piece.encode(errors="replace"))

    def _add_list(self, held: _Held, key: str, items: list[Json]) -> None:
        there = held.get(key)
        if key == "tool_calls" or any(isinstance(item, dict) and "index" in item for item in items):
            if not isinstance(there, _Placed):
                there = held[key] = _Placed()
            for place, item in enumerate(items):
                if isinstance(item, dict):
                    index = item.get("index")
                    one = there.items.setdefault(index if isinstance(index, int) else place, {})
                    self._add(one, {name: value for name, value in item.items() if name != "index"})
        elif isinstance(there, list):
            there += items
        else:
            before: list[Json] = (
                [{"type": "text", "text": "".join(there.pieces)}] if isinstance(there, _Text) else []
            )
            held[key] = [*before, *items]


def _joined(held: _Held) -> dict[str, Json]:
    return {key: _whole(value) for key, value in held.items()}


def _whole(value: "_Held | Json | _Text | _Placed") -> Json:
    if isinstance(value, _Text):
        return value.whole()
    if isinstance(value, _Placed):
        return [_joined(item) for _, item in sorted(value.items.items())]
    return _joined(value) if isinstance(value, dict) else value  # pyright: ignore[reportArgumentType]
