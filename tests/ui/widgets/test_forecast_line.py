"""The line that says what Run will do, or why it cannot."""

from pytestqt.qtbot import QtBot

from fal_studio.ui.request.run_bar import ForecastLine, Reason
from fal_studio.ui.widgets.buttons import Button
from tests.ui.widgets.conftest import Shown


def links(line: ForecastLine, qtbot: QtBot) -> list[Button]:
    qtbot.wait(1)  # a layout shows what it is given a moment later
    return [each for each in line.findChildren(Button) if each.isVisible()]


def test_the_keyboard_stays_at_a_link_whose_words_change(shown: Shown, qtbot: QtBot) -> None:
    line = ForecastLine()
    shown(line, Button("Another"), width=600)
    line.show_forecast(["1 request", "free"], offer=Reason("remove it now", "erase"))
    (link,) = links(line, qtbot)
    link.setFocus()
    line.show_forecast(["1 request", "free"], offer=Reason("press again: it is gone for good", "erase"))
    (again,) = links(line, qtbot)
    assert again is not link
    assert again.hasFocus(), "it asks to be pressed again"
    line.show_forecast(["1 request"])
    assert links(line, qtbot) == []
