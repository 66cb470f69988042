"""A result pane counts on while its call is open, and rests when that is over."""

from pytestqt.qtbot import QtBot

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.request import Mode, Request
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.shell.result import ResultPane
from fal_studio.ui.theme import Theme
from tests.ui.kept import nothing_kept

REQUEST = Request("emulator/image", Mode.SUBMIT, {"prompt": "a boat"})
BEGUN = (e.Started(5.0, REQUEST.endpoint, REQUEST.mode, "emulator"), e.Unknown("The line went dead."))


def test_a_call_that_is_over_is_shown_and_not_counted_on(qtbot: QtBot, theme: Theme) -> None:
    calls, bytes_of = Calls(), Bytes(nothing_kept)
    pane = ResultPane(calls, bytes_of)
    qtbot.addWidget(pane)
    calls.add("c", REQUEST)
    calls.take([Event("c", n, n, fact) for n, fact in enumerate(BEGUN)])
    pane.follow("c")
    assert pane.parts.is_in_front("note")
    assert not pane._tick.isActive()
    again = [Event("c", 2, 2, e.Resumed(9.0))]
    calls.take(again)
    pane.take("c", again)
    assert pane._tick.isActive(), "it is open after all"
    pane.close()
    bytes_of.close()
    bytes_of.deleteLater()
