"""The messages of a realtime session as facts: what was sent, what was heard, and which answers belong to which inputs."""

from fal_studio.core import events as e
from fal_studio.core.blobs import Keep
from fal_studio.core.request import Json
from fal_studio.wire import realtime as wire

_REMEMBERED = 512
"""How many inputs an answer is looked for among."""


class SessionReader:
    """Counts on across reconnects."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._sent = 0
        self.heard = 0
        """How many answers came."""
        self._index_of: dict[str, int] = {}
        """Inputs by their request_id: some models echo it (it is a field of theirs, not of the protocol)."""

    def sent(self, message: Json, size: int, shown: Json) -> e.Sent:
        """Return the fact of an input that has left; `shown`: the same without secrets."""
        index, self._sent = self._sent, self._sent + 1
        if isinstance(message, dict) and isinstance(own := message.get("request_id"), str) and own:
            self._index_of[own] = index
            if len(self._index_of) > _REMEMBERED:
                del self._index_of[next(iter(self._index_of))]
        return e.Sent(index, size, wire.kept(shown, self._keep))

    def facts(self, heard: wire.Heard, size: int) -> list[e.Fact]:
        """Return what a message of the server says."""
        match heard:
            case wire.Answer(payload=payload):
                own = payload.get("request_id") if isinstance(payload, dict) else None
                reply_to = self._index_of.pop(own, None) if isinstance(own, str) else None
                index, self.heard = self.heard, self.heard + 1
                return [e.Partial(index, wire.kept(payload, self._keep), size, "", reply_to)]
            case wire.Told(name=name, payload=payload, timing_s=timing_s):
                told: list[e.Fact] = [e.Control(name, payload, size)]
                return told if timing_s is None else [*told, e.Metric("timing", timing_s, "s")]
            case wire.Over(reason=reason):
                return [e.Control("TIMEOUT", reason, size)]
            case wire.Refused(code=code, reason=reason):
                return [e.Control(f"error {code}", reason or None, size)]
