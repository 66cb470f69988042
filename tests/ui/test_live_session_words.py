"""Why a live session stopped, as the desk tells it in another language."""

import pytest
from pytestqt.qtbot import QtBot

from fal_studio import words
from fal_studio.core import events as e
from fal_studio.core.events import Event, Fact, SessionState
from fal_studio.core.kept_words import CLOSED_HERE, TIME_LIMIT, USER, stopped_by
from fal_studio.ui.realtime.session import LiveSession
from fal_studio.words import OPEN, Pseudo, tr


@pytest.mark.parametrize(
    "fact",
    [
        e.Session(SessionState.STOPPED, stopped_by(USER)),
        e.Session(SessionState.STOPPED, CLOSED_HERE),
        e.Closed(1000, CLOSED_HERE),
        e.Cancelled(USER),
    ],
)
def test_ones_own_stop_is_told_as_ones_own(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, fact: Fact) -> None:
    monkeypatch.setattr(words, "_words", Pseudo())
    session = LiveSession(lambda _name: {})
    session.call = "c"
    session.take("c", (Event("c", 0, 0, fact),))
    assert session.state is SessionState.STOPPED
    assert session.reason == tr("stopped by you")


def test_the_time_limit_and_an_unreadable_frame_are_told_in_the_language(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "_words", Pseudo())
    session = LiveSession(lambda _name: {})
    session.call = "c"
    told: list[str] = []
    session.troubled.connect(told.append)
    session.take("c", (Event("c", 0, 0, e.Trouble(f"{e.UNREADABLE}: no JSON.")),))
    assert told == [f"{tr('A frame cannot be read')}: no JSON."]
    session.take("c", (Event("c", 1, 1, e.Session(SessionState.STOPPED, stopped_by(TIME_LIMIT))),))
    assert session.reason.startswith(OPEN)
    assert tr("the time limit") in session.reason
