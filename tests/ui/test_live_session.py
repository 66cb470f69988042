"""A live session is on when somebody wants it, also where the answer to the wish comes late."""

from pytestqt.qtbot import QtBot

from fal_studio.core.request import Request
from fal_studio.ui.realtime.session import LiveSession


class Asked:
    """A session, what it asked for, and what it gave up."""

    def __init__(self, endpoint: str = "emulator/sketch") -> None:
        self.session = LiveSession(lambda _name: {})
        self.session.endpoint = endpoint
        self.requests: list[Request] = []
        self.cancelled: list[str] = []
        self.session.start_wanted.connect(self.requests.append)
        self.session.cancel_wanted.connect(self.cancelled.append)


def test_one_that_was_stopped_before_it_began_is_cancelled_when_it_begins(qtbot: QtBot) -> None:
    asked = Asked()
    asked.session.start()
    asked.session.toggle()
    assert not asked.session.is_on
    asked.session.follow("late", asked.requests[0])
    assert not asked.session.is_on, "nobody wants it, and it would cost money"
    assert asked.cancelled == ["late"]


def test_of_two_wishes_the_last_one_is_held(qtbot: QtBot) -> None:
    asked = Asked("emulator/sketch")
    asked.session.start()
    asked.session.toggle()
    asked.session.endpoint = "emulator/other"
    asked.session.start()
    first, second = asked.requests
    asked.session.follow("one", first)
    asked.session.follow("two", second)
    assert (asked.session.call, asked.cancelled) == ("two", ["one"])
    asked.session._tick.stop()


def test_a_wish_that_is_made_twice_gives_one_session(qtbot: QtBot) -> None:
    asked = Asked()
    asked.session.start()
    asked.session.toggle()
    asked.session.start()
    for call, request in zip(("one", "two"), asked.requests, strict=True):
        asked.session.follow(call, request)
    assert (asked.session.call, asked.cancelled) == ("one", ["two"])
    asked.session._tick.stop()
