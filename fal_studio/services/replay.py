"""A transcript read again: the same facts as when it was recorded, without any network."""

from collections.abc import Iterator, Sequence

from fal_studio.core import events as e
from fal_studio.core import transcript
from fal_studio.core.blobs import MARK, Keep
from fal_studio.core.events import Event
from fal_studio.core.request import Json, Mode
from fal_studio.core.transcript import Head, Piece, Shape, Way
from fal_studio.wire import realtime
from fal_studio.wire.payload import PayloadError, decode_lifted
from fal_studio.wire.session import SessionReader
from fal_studio.wire.sse import Decoder, TooLongError
from fal_studio.wire.stream import StreamReader
from fal_studio.words import tr

_Dated = tuple[int, e.Fact]


def recorded(events: Sequence[Event], mode: Mode) -> tuple[Event, ...]:
    """Return the facts of a call that its bytes do not tell: they go into the head of its transcript."""
    return tuple(event for event in events if not _is_told_by_bytes(event.fact, mode))


def events(call: str, head: Head, pieces: Sequence[Piece], keep: Keep) -> tuple[Event, ...]:
    """Return what happened in a recorded call, under the name `call`."""
    told = [(event.t_ns, event.fact) for event in head.events]
    if not told or not isinstance(told[0][1], e.Started):
        told.insert(0, (0, e.Started(head.wall_s, head.endpoint, head.mode, head.profile)))
    read = list(_session(pieces, keep) if head.mode is Mode.REALTIME else _stream(head, pieces, keep))
    has_end = any(isinstance(fact, e.ENDS) for _, fact in told)
    if has_end:
        read = [dated for dated in read if not isinstance(dated[1], e.ENDS)]
    merged = sorted(
        (*told, *read), key=lambda dated: dated[0]
    )  # stable: what was told comes before what it brought
    ended = [dated for dated in merged if isinstance(dated[1], e.ENDS)]
    merged = [dated for dated in merged if not isinstance(dated[1], e.ENDS)] + ended[:1]
    last_ns = 0
    dated: list[Event] = []
    for number, (t_ns, fact) in enumerate(merged):
        last_ns = max(last_ns, t_ns)
        dated.append(Event(call, number, last_ns, fact))
    return tuple(dated)


def _is_told_by_bytes(fact: e.Fact, mode: Mode) -> bool:
    match fact:
        case e.Control(name="ping", payload=None, size_bytes=0):
            return False  # a ping of our own: frames of the protocol are no pieces
        case e.Partial() | e.Control():
            return True
        case e.Output():
            return mode is Mode.STREAM
        case e.Sent(payload=payload):
            return payload is not None
        case e.Metric(name=name):
            return mode is Mode.REALTIME and name == "timing"
        case e.Download():
            return True  # a late remark about files that the reader has not
        case _:
            return False


def _stream(head: Head, pieces: Sequence[Piece], keep: Keep) -> Iterator[_Dated]:
    end_ns = head.ended_ns if head.ended_ns is not None else (pieces[-1].t_ns if pieces else 0)
    if head.content_type and not head.content_type.startswith("text/event-stream"):
        body = transcript.body(pieces)
        yield end_ns, e.Output(_whole(body, head.content_type, keep), len(body))
        return
    reader, decoder = StreamReader(head.endpoint, keep), Decoder()
    try:
        for piece in pieces:
            for fact in reader.facts(decoder.feed(piece.data)):
                yield piece.t_ns, fact
    except TooLongError as error:
        yield (
            end_ns,
            e.Failed(
                e.FailureKind.PROTOCOL,
                tr("An event of the stream cannot be read: {error}.").format(error=error),
            ),
        )
        return
    if (rest := decoder.end()) is not None:
        for fact in reader.last_words(rest):
            yield end_ns, fact
    yield end_ns, reader.end()


def _whole(body: bytes, content_type: str, keep: Keep) -> Json:
    plain = content_type.partition(";")[0].strip().lower()
    if plain.endswith("json") or plain.startswith("text/"):
        try:
            return decode_lifted(body, keep)
        except PayloadError:
            return body.decode(errors="replace")
    blob = keep(body, plain)
    mark = {MARK: {"sha256": blob.sha256, "size_bytes": blob.size_bytes, "content_type": plain}}
    return {"content": mark, "content_type": plain}


def _session(pieces: Sequence[Piece], keep: Keep) -> Iterator[_Dated]:
    reader = SessionReader(keep)
    for piece in pieces:
        try:
            if piece.way is Way.OUT:
                heard = realtime.read_binary(piece.data)
                payload = heard.payload if isinstance(heard, realtime.Answer) else None
                yield piece.t_ns, reader.sent(payload, len(piece.data), payload)
                continue
            if piece.shape is Shape.TEXT:
                text = piece.data.decode(errors="replace")
                heard, size = realtime.read_text(text), len(text)
            else:
                heard, size = realtime.read_binary(piece.data), len(piece.data)
        except PayloadError:
            continue  # what was said about it then is among the facts in the head
        for fact in reader.facts(heard, size):
            yield piece.t_ns, fact
