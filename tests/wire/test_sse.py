"""The event decoder: any split of the bytes gives the same messages."""

import pytest
from httpx_sse._decoders import SSEDecoder
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.wire.sse import Comment, Decoder, Message, TooLongError


def decoded(chunks: list[bytes]) -> tuple[list[Message | Comment], Message | None]:
    decoder = Decoder()
    found = [message for chunk in chunks for message in decoder.feed(chunk)]
    return found, decoder.end()


@pytest.mark.parametrize(
    ("stream", "wanted"),
    [
        (b"data: a\n\n", [Message(b"a")]),
        (b"data:a\n\ndata:  b\n\n", [Message(b"a"), Message(b" b")]),
        (b"data: a\r\n\r\ndata: b\r\r", [Message(b"a"), Message(b"b")]),
        (b"\xef\xbb\xbfdata: a\n\n", [Message(b"a")]),
        (b"event: tick\ndata: a\nid: 7\nretry: 10\n\n", [Message(b"a", "tick")]),
        (b"data: a\ndata: b\n\n", [Message(b"a\nb")]),
        (b"data\n\n", [Message(b"")]),
        (b": ping\n\ndata: a\n\n", [Comment("ping"), Message(b"a")]),
        (b":\n\n", [Comment("")]),
        (b"event: lonely\n\ndata: a\n\n", [Message(b"a")]),
        (b"unknown: x\ndata: a\n\n", [Message(b"a")]),
        ("data: grüße 🐅\n\n".encode(), [Message("grüße 🐅".encode())]),
    ],
)
def test_streams(stream, wanted) -> None:
    assert decoded([stream]) == (wanted, None)
    assert decoded([bytes([byte]) for byte in stream]) == (wanted, None)


def test_an_event_without_its_empty_line_is_given_at_the_end() -> None:
    assert decoded([b"data: a\n\ndata: b"]) == ([Message(b"a")], Message(b"b"))


_LINES = st.sampled_from(
    [
        "data: a",
        "data:é🐅",
        "data",
        ": c",
        ":",
        "event: x",
        "event:",
        "id: 1",
        "",
        "data: [DONE]",
        "x: y",
        " data: q",
    ]
)
_BREAKS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    text = "".join(line + draw(_BREAKS) for line in draw(st.lists(_LINES, max_size=12)))
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + text.encode()


@given(streams(), st.data())
def test_any_split_gives_the_same(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert decoded(chunks) == decoded([stream])


@given(streams())
def test_it_agrees_with_httpx_sse(stream: bytes) -> None:
    """The published decoder, fed with the same lines, sees the same events (it also gives ones without data)."""
    theirs = SSEDecoder()
    text = stream.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n").replace("\r", "\n")
    events = [event for line in text.split("\n")[:-1] if (event := theirs.decode(line)) is not None]
    ours = [message for message in decoded([stream])[0] if isinstance(message, Message)]
    wanted = [(event.event, event.data) for event in events if event.data]
    assert [(it.event or "message", it.data.decode()) for it in ours if it.data] == wanted


@pytest.mark.parametrize("piece", [b"x" * 100, b"data: " + b"x" * 100 + b"\n"])
def test_an_event_that_never_ends_is_refused(piece) -> None:
    decoder = Decoder(longest_bytes=1000)

    def feed_for_ever() -> None:
        for _ in range(1000):
            decoder.feed(piece)

    with pytest.raises(TooLongError, match="1,000 bytes"):
        feed_for_ever()
