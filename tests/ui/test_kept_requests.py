"""The request of an earlier call is read once, for everything that waits for it."""

from typing import cast

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from fal_studio.core.request import Mode, Request
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.kept_requests import KeptRequests


class NoCalls:
    """Knows no call."""

    def request(self, _call: str) -> None:
        return None


def test_two_things_that_wait_for_one_request_are_both_done(qtbot: QtBot) -> None:
    owner, history, done = QObject(), History(), list[str]()
    kept = KeptRequests(cast("Calls", NoCalls()), history, owner)
    kept.use("old", lambda _request: done.append("shown"))
    kept.use("old", lambda _request: done.append("repeated"))
    history.call_found.emit("old", Request("fal-ai/x", Mode.RUN, {}), ())
    assert done == ["shown", "repeated"]


def test_what_is_at_hand_does_not_come_before_what_is_still_read(qtbot: QtBot) -> None:
    owner, history, done = QObject(), History(), list[str]()
    kept = KeptRequests(cast("Calls", NoCalls()), history, owner)
    kept.use_in_turn("first", lambda request: done.append(request.endpoint))
    kept.use_in_turn("second", lambda request: done.append(request.endpoint))
    kept.do_in_turn(lambda: done.append("seed"))
    history.call_found.emit("second", Request("fal-ai/second", Mode.RUN, {}), ())
    assert done == []
    history.call_found.emit("first", Request("fal-ai/first", Mode.RUN, {}), ())
    assert done == ["fal-ai/first", "fal-ai/second", "seed"]
    kept.use_in_turn("gone", lambda request: done.append(request.endpoint))
    kept.do_in_turn(lambda: done.append("goes on"))
    history.call_missed.emit("gone", "It is gone.")
    kept.use_in_turn("unreadable", lambda request: done.append(request.endpoint))
    kept.do_in_turn(lambda: done.append("also then"))
    history.call_found.emit("unreadable", None, ())
    assert done[3:] == ["goes on", "also then"]
