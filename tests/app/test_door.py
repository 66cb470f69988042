"""What a later start says to the window that is there already: one line, from whoever may reach the socket."""

import msgspec
import pytest

from fal_studio.app.door import LONGEST, MOST, read
from fal_studio.app.sole import Handed


def test_what_a_start_hands_over_is_read_within_limits() -> None:
    handed = Handed(("falstudio://open?endpoint=a/b", "/a file"), "token", "team")
    assert read(msgspec.json.encode(handed)) == handed
    many = Handed(("x",) * (MOST + 5))
    assert read(msgspec.json.encode(many)) == Handed(("x",) * MOST)
    assert read(msgspec.json.encode(Handed(("x" * (LONGEST + 1), "y", "/a\0b")))) == Handed(("y",))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"GET / HTTP/1.1",
        b"[]",
        b'{"things": 3}',
        b'{"things": ["\xff"]}',
        b'{"more": ' + b"[" * 60_000,
        b'{"token": "a\\u0000b"}',
    ],
    ids=[
        "nothing",
        "another protocol",
        "a list",
        "no things",
        "no text",
        "very deep",
        "no environment's token",
    ],
)
def test_what_is_nothing_of_the_kind_is_refused(line: bytes) -> None:
    assert read(line) is None
