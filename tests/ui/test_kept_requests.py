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
