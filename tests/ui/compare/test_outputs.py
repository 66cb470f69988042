"""Outputs of lanes: pictures compared pixel by pixel, words line by line, all under one lens."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from fal_studio.ui.compare.difference import difference
from fal_studio.ui.compare.locked_view import Way
from fal_studio.ui.compare.outputs import Given, Outputs, percent, text_difference
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.shell.compare_outputs import CompareOutputs
from tests.ui.compare.samples import comparison
from tests.ui.kept import nothing_kept

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def picture(red: int = 200, wide: int = 40) -> QImage:
    made = QImage(wide, 30, QImage.Format.Format_RGB32)
    made.fill(QColor(red, 100, 50))
    return made


def test_the_share_of_pixels_that_differ_is_exact_and_shown_where_they_are() -> None:
    other = picture()
    for x in range(12):
        other.setPixelColor(x, 3, QColor(203, 100, 50))
    found = difference(picture(), other)
    assert found is not None
    assert found.share == 12 / (40 * 30)
    assert percent(found.share) == "1.0 %"
    assert found.picture.pixelColor(5, 3) == QColor(24, 0, 0)
    assert found.picture.pixelColor(5, 4) == QColor(0, 0, 0)
    assert difference(picture(), picture(wide=20)) is None


def test_outputs_tell_how_they_differ_from_the_first_and_move_together(qtbot: QtBot) -> None:
    outputs = Outputs()
    qtbot.addWidget(outputs)
    asked: list[tuple[str, str]] = []
    outputs.wanted.connect(lambda lane, call: asked.append((lane, call)))
    done = comparison(runs=2)
    outputs.show_comparison(done)
    calls = dict(asked)
    assert outputs.reference == "run"
    assert outputs.note("submit") == ("same bytes as run", False)
    outputs.resize(1000, 240)
    outputs.show()
    for lane, call in calls.items():
        outputs.put_picture(lane, call, picture())
    assert outputs.view.chosen == "subscribe_poll"
    before = outputs.view.percent
    QTest.keyClick(outputs.view, Qt.Key.Key_Plus)
    assert outputs.view.percent == pytest.approx(before * 1.25, abs=1)
    QTest.keyClick(outputs.view, Qt.Key.Key_0)
    assert outputs.view.percent == before
    QTest.keyClick(outputs.view, Qt.Key.Key_Right)
    assert outputs.view.chosen == "subscribe_stream"
    assert "same bytes as run" in outputs.view.accessibleDescription()

    shown: list[str] = []
    outputs.call_wanted.connect(shown.append)
    nowhere = QPoint(0, 0)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, nowhere, nowhere)
    QApplication.sendEvent(outputs.view, event)
    menu = next(one for one in outputs.findChildren(QMenu) if one.isVisible())
    copy, show = menu.actions()
    copy.trigger()
    assert QGuiApplication.clipboard().image().size() == picture().size()
    show.trigger()
    assert (copy.text(), show.text(), shown) == (
        "Copy picture",
        "Show the call",
        [calls["subscribe_stream"]],
    )
    menu.close()
    menus = outputs.findChildren(QMenu)
    QApplication.sendEvent(outputs.view, event)
    assert menu.isVisible()
    assert outputs.findChildren(QMenu) == menus, "the same menu again"
    menu.close()

    outputs.ways.set_chosen("flip")
    outputs.ways.chosen.emit("flip")
    QTest.mouseClick(outputs.view, Qt.MouseButton.RightButton)
    assert not outputs.view.is_flipped, "a right click opens the menu, and does no more"
    assert outputs.view.way is Way.FLIP
    QTest.keyClick(outputs.view, Qt.Key.Key_Space)
    assert outputs.view.is_flipped
    outputs.close_down()


def test_a_call_that_is_no_longer_kept_says_so(qtbot: QtBot) -> None:
    outputs, history, bytes_of = Outputs(), History(None), Bytes(nothing_kept)
    qtbot.addWidget(outputs)
    filler = CompareOutputs(outputs, Calls(), history, bytes_of, outputs)
    asked: list[str] = []
    history.call_wanted.connect(asked.append)
    outputs.show_two(Given("a", "Earlier", "gone", "", ""), Given("b", "Later", "", "", "failed"))
    assert asked == ["gone"]
    history.call_missed.emit("gone", "It was deleted.")
    assert outputs._texts == {"a": "It was deleted."}
    filler.close()
    for part in (bytes_of, history):
        part.deleteLater()


def test_words_are_compared_line_by_line() -> None:
    told = text_difference("one\ntwo\nthree", "one\n2\nthree", ("run", "submit"))
    assert "-two" in told
    assert "+2" in told
    assert text_difference("same", "same", ("run", "submit")) == "Nothing differs between run and submit."
