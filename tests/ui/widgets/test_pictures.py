"""The pictures on the stage: walked through as they stand, and told to those who cannot see them."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fal_studio.ui.output.pictures import PictureGrid, Slot
from fal_studio.ui.theme import Theme


@pytest.fixture
def grid(qtbot: QtBot, theme: Theme) -> PictureGrid:
    grid = PictureGrid()
    qtbot.addWidget(grid)
    grid.resize(900, 600)
    grid.show()
    return grid


def test_the_arrow_keys_go_where_they_point(grid: PictureGrid) -> None:
    grid.set_slots([Slot(str(number), QSize(100, 100)) for number in range(6)])
    assert grid._columns() == 3
    walked: list[int] = []
    for key in (
        Qt.Key.Key_Right,
        Qt.Key.Key_Down,
        Qt.Key.Key_Down,
        Qt.Key.Key_Up,
        Qt.Key.Key_Up,
        Qt.Key.Key_Left,
    ):
        QTest.keyClick(grid, key)
        walked.append(grid.chosen)
    assert walked == [1, 4, 4, 1, 1, 0]
    grid.set_single(single=True)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert grid.chosen == 1, "where one is shown, down is on"


def test_why_a_picture_is_not_there_is_told(grid: PictureGrid) -> None:
    grid.set_slots([Slot("a", QSize(4, 3), "a.png")])
    grid.set_error("a", "It is gone.")
    assert grid.accessibleDescription() == "Picture 1 of 1, a.png. It is gone."
