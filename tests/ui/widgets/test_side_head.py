"""The line over a side of the live desk finds its form at every width, and keeps it."""

from pytestqt.qtbot import QtBot

from fal_studio.ui.realtime.side_head import SideHead
from fal_studio.ui.widgets.buttons import Button, IconButton
from tests.ui.widgets.conftest import Shown


class Counting(Button):
    """Counts how often it is told other words."""

    told = 0

    def setText(self, text: str) -> None:
        self.told += 1
        super().setText(text)


def test_it_does_not_go_back_and_forth_between_words_and_icons(shown: Shown, qtbot: QtBot) -> None:
    head = SideHead("Input")
    words = ("Picture…", "Camera", "Screen")
    buttons = [Counting(each, "quiet", icon="image", scale="s") for each in words]
    head.put_first(*buttons)
    head.put_last(IconButton("swap", "Swap"))
    head.spare()
    shown(head)
    forms: list[tuple[str, ...]] = []
    for width in range(420, 180, -2):
        head.setFixedWidth(width)
        qtbot.wait(1)
        before = buttons[0].told
        qtbot.wait(1)
        assert buttons[0].told - before <= 1, f"it goes on and on at {width} px"
        forms.append(tuple(button.text() for button in buttons))
    assert forms == sorted(forms, reverse=True), "narrower never brings words back"
    assert set(forms) == {words, ("", "", "")}
