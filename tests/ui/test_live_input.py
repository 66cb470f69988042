"""The input of a live session is sent once, also where an edit waits as a session goes live."""

from pytestqt.qtbot import QtBot

from fal_studio.core.call import CallState
from fal_studio.core.events import SessionState
from fal_studio.ui.request.document import Document
from fal_studio.ui.shell.live_input import SEND_EVERY_MS, LiveInput


def taken(live: LiveInput) -> list[object]:
    """Return the list that everything sent goes into."""
    sent: list[object] = []

    def take(_call: str, arguments: object) -> None:
        sent.append(arguments)

    live.send_wanted.connect(take)
    return sent


def test_an_edit_just_before_another_session_goes_live_is_sent_once(qtbot: QtBot) -> None:
    document = Document('{"prompt": "a"}')
    live = LiveInput(document, lambda: "call", document)
    sent = taken(live)
    live.watch(CallState("first", session=SessionState.LIVE))
    live.note_edit()
    live.forget()
    live.watch(CallState("second", session=SessionState.LIVE))
    qtbot.wait(3 * SEND_EVERY_MS)
    assert len(sent) == 2, "one for each session"


def test_an_edit_is_sent_to_a_live_session(qtbot: QtBot) -> None:
    document = Document("{}")
    live = LiveInput(document, lambda: "call", document)
    sent = taken(live)
    live.watch(CallState("first", session=SessionState.LIVE))
    live.note_edit()
    live.note_edit()
    qtbot.waitUntil(lambda: len(sent) == 2)
