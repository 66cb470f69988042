"""The result of the live desk: what is drawn there is said to a screen reader, too."""

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from fal_studio.ui.realtime.result_view import ResultView
from fal_studio.ui.theme import Theme


def test_drawn_words_and_the_note_are_told_to_a_screen_reader(qtbot: QtBot, theme: Theme) -> None:
    del theme
    view = ResultView()
    qtbot.addWidget(view)
    view.show_words("a tiger in the snow")
    assert view.accessibleDescription() == "a tiger in the snow"
    view.tell("Stopped")
    assert view.accessibleDescription() == "Stopped\na tiger in the snow"
    view.show_image(QImage(8, 8, QImage.Format.Format_RGB32))
    assert view.accessibleDescription() == "Stopped"
    view.show_words("a lion")
    view.tell("")
    view.clear()
    assert not view.accessibleDescription()
