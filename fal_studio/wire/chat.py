"""OpenAI-style chat chunks put together: such streams send pieces, and nobody wants the last piece as result."""

from fal_studio.core.request import Json


class ChatText:
    """Collects `choices[].delta.content` into one chat completion."""

    def __init__(self) -> None:
        self._texts: dict[int, list[str]] = {}
        self._reasons: dict[int, Json] = {}
        self._about: dict[str, Json] = {}
        self.has_begun = False

    @property
    def is_finished(self) -> bool:
        """Whether every choice named its finish_reason."""
        return bool(self._texts) and all(self._reasons.get(index) for index in self._texts)

    @property
    def size_bytes(self) -> int:
        """Length of the texts in UTF-8."""
        return sum(len(piece.encode(errors="replace")) for text in self._texts.values() for piece in text)

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
        for choice in deltas:
            given = choice.get("index")
            index = given if isinstance(given, int) else 0
            delta = choice["delta"]
            piece = delta.get("content") if isinstance(delta, dict) else None
            self._texts.setdefault(index, []).append(piece if isinstance(piece, str) else "")
            if choice.get("finish_reason"):
                self._reasons[index] = choice["finish_reason"]
        return True

    def whole(self) -> dict[str, Json]:
        """Return the completion that the chunks make."""
        choices = [
            {
                "index": index,
                "message": {"role": "assistant", "content": "".join(pieces)},
                "finish_reason": self._reasons.get(index),
            }
            for index, pieces in sorted(self._texts.items())
        ]
        return {**self._about, "object": "chat.completion", "choices": choices}
