"""The events of a streaming endpoint as facts, and what their end means."""

from collections.abc import Iterable

from fal_studio.core import events as e
from fal_studio.core.blobs import Keep
from fal_studio.core.kept_words import NO_LIFE
from fal_studio.core.request import Json
from fal_studio.figures import number, percent
from fal_studio.wire import errors
from fal_studio.wire.chat import ChatText
from fal_studio.wire.payload import PayloadError, decode, decode_lifted
from fal_studio.wire.sse import Comment, Message
from fal_studio.words import told, tr, trn

_QUIET_EVENTS = frozenset({"ping", "keepalive", "keep-alive", "heartbeat"})
_DONE_BYTES = len(b"[DONE]")
_TELLING = frozenset({"choices", "error", "type"})
"""What `_note` looks at: most events have none of these."""
_ONLY_PROGRESS = frozenset({"progress", "message", "status", "step", "total_steps"})


class StreamReader:
    """Turns SSE messages into facts and remembers what the end depends on."""

    def __init__(self, endpoint: str, keep: Keep) -> None:
        self._endpoint = endpoint
        self._keep = keep
        self._chat = ChatText()
        self._last: Json = None
        self._last_bytes = 0
        self._output: Json = None
        self._failure: e.Failed | None = None
        self.count = 0
        """Partials so far."""
        self.size_bytes = 0
        """Of the body so far; counted by who reads it."""
        self.is_done = False
        """`[DONE]` was seen."""

    def facts(self, messages: Iterable[Message | Comment]) -> list[e.Partial | e.Control]:
        """Return what messages say that arrived together."""
        found: list[e.Partial | e.Control] = []
        for message in messages:
            if isinstance(message, Comment):
                found.append(e.Control("comment", message.text or None, len(message.text) + 1))
                continue
            data, event = message.data, message.event
            size = len(data)
            if (event or size == _DONE_BYTES) and (control := self._control(data, event)) is not None:
                found.append(control)
                continue
            try:
                payload = decode_lifted(data, self._keep)
            except PayloadError:
                payload = data.decode(errors="replace")
            if type(payload) is dict:
                if event or not _TELLING.isdisjoint(payload):
                    self._note(payload, event)
            elif event == "error":
                self._failure = errors.stream_failed(self._endpoint, payload)
            self._last, self._last_bytes = payload, size
            index = self.count
            self.count = index + 1
            found.append(e.Partial(index, payload, size, event))
        return found

    def _control(self, data: bytes, event: str) -> e.Control | None:
        if data == b"[DONE]":
            self.is_done = True
            return e.Control("[DONE]", None, len(data))
        if event in _QUIET_EVENTS:
            return e.Control(event, data.decode(errors="replace"), len(data))
        return None

    def last_words(self, message: Message) -> list[e.Partial | e.Control]:
        """Return what an event says that was not finished with an empty line: it counts if its data are whole."""
        try:
            decode(message.data)
        except PayloadError:
            if message.data != b"[DONE]":
                self._failure = self._failure or self._cut(tr("in the middle of an event"))
                return []
        return self.facts((message,))

    def end(self) -> e.End:
        """Return how the stream ended, now that the server closed it in good order."""
        if self._failure is not None:
            return self._failure
        if self.count == 0:
            return e.Failed(
                e.FailureKind.PROTOCOL,
                tr("The server closed the stream of {endpoint} without a single event.").format(
                    endpoint=self._endpoint
                ),
                tr("That usually means that the endpoint does not stream. Try run or subscribe."),
            )
        if self._chat.has_begun:
            if not (self.is_done or self._chat.is_finished):
                return self._cut(tr("before the answer was finished"))
            return e.Output(self._chat.whole(), self._chat.size_bytes)
        if self._output is not None:
            return e.Output(self._output, self._last_bytes)
        if (missing := _what_is_missing(self._last)) and not self.is_done:
            return self._cut(missing)
        return e.Output(self._last, self._last_bytes)

    def broken(self, reason: str) -> e.Failed:
        """Return how the stream ended when the connection broke."""
        if self._failure is not None:
            return self._failure
        return e.Failed(
            e.FailureKind.NETWORK,
            tr("The stream of {endpoint} broke off after {events}: {reason}.").format(
                endpoint=self._endpoint, events=_events(self.count), reason=reason
            ),
            tr(
                "Nobody closed it in good order: usually that is the network, a proxy, or a runner that died. "
                "Start it again; what has arrived is kept. It may be charged."
            ),
        )

    def lost(self) -> e.Failed:
        """Return how the stream ended when its connection died while this computer slept or changed its network."""
        if self._failure is not None:
            return self._failure
        return e.Failed(
            e.FailureKind.NETWORK,
            tr("The stream of {endpoint} broke off after {events}: {reason}.").format(
                endpoint=self._endpoint, events=_events(self.count), reason=told(NO_LIFE)
            ),
            tr(
                "What has arrived is kept. The model may have gone on, and it may be charged: nothing is sent again by itself. "
                "Start it again when you want to; subscribe and submit live through a sleep."
            ),
        )

    def _note(self, payload: dict[str, Json], event: str) -> None:
        """Remember what an event means for the end: errors in events, workflow outputs, chat deltas."""
        if "choices" in payload and self._chat.take(payload):
            return
        kind = payload.get("type")
        error = payload.get("error")
        is_broken_node = kind == "error" and "node_id" in payload
        if event == "error" or is_broken_node or (error and kind in (None, "error")):
            self._failure = errors.stream_failed(self._endpoint, payload)
        elif kind == "output" and "output" in payload:
            self._output = payload["output"]

    def _cut(self, where: str) -> e.Failed:
        return e.Failed(
            e.FailureKind.PROTOCOL,
            tr("The server ended the stream of {endpoint} {where}, after {events}.").format(
                endpoint=self._endpoint, where=where, events=_events(self.count)
            ),
            tr(
                "The last event is not a result: usually the model ran out of time or memory, or its runner was stopped. "
                "Start it again; what has arrived is kept. It may be charged."
            ),
        )


def _what_is_missing(last: Json) -> str:
    """Return what tells that the last event is not a result; a stream has no mark of its end."""
    if not isinstance(last, dict):
        return ""
    if last.get("partial") is True:
        return tr("with a partial result")
    if last.get("type") in ("submit", "completion") and "node_id" in last:
        return tr("before the workflow gave its output")
    progress = last.get("progress")
    if isinstance(progress, int | float) and progress < 1 and last.keys() <= _ONLY_PROGRESS:
        return tr("at {progress}").format(progress=percent(progress))
    return ""


def _events(count: int) -> str:
    return trn("1 event", "{count} events", count).format(count=number(count))
