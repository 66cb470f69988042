"""Rows that fold: what they keep, what they share out, and that they stand mirrored where writing begins at the right."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.flow import FlowRow


class Part(QWidget):
    def __init__(self, wide: int, high: int = 20) -> None:
        super().__init__()
        self._size = QSize(wide, high)

    def sizeHint(self) -> QSize:
        return self._size


def row_of(*parts: tuple[Part, int], wide: int) -> FlowRow:
    row = FlowRow(10)
    for part, fills in parts:
        row.add(part, fills)
    row.resize(wide, row.heightForWidth(wide))
    row.show()
    return row


@pytest.mark.usefixtures("theme")
def test_parts_go_on_in_the_next_line_and_those_that_fill_share_what_is_left() -> None:
    first, second, third = Part(100), Part(50, 40), Part(100)
    row = row_of((first, 1), (second, 0), (third, 3), wide=200)
    assert row.height() == 40 + 10 + 20
    assert first.geometry().getRect() == (0, 10, 140, 20), "it fills, and stands in the middle of its line"
    assert second.geometry().getRect() == (150, 0, 50, 40)
    assert third.geometry().getRect() == (0, 50, 200, 20)
    row.resize(270, row.heightForWidth(270))
    assert row.height() == 40
    row.resize(350, row.heightForWidth(350))
    assert (first.width(), third.width()) == (100 + 80 // 4, 100 + 60)
    row.deleteLater()


@pytest.mark.usefixtures("theme")
def test_a_hidden_part_leaves_no_gap_and_one_that_was_taken_out_leaves_none_either() -> None:
    first, second, third = Part(60), Part(60), Part(60)
    row = row_of((first, 0), (second, 0), (third, 0), wide=200)
    assert third.x() == 140
    first.hide()
    row.resize(201, 20)
    assert (second.x(), third.x()) == (0, 70)
    row.remove(second)
    row.add(second)
    row.resize(200, 20)
    assert (third.x(), second.x()) == (0, 70)
    row.deleteLater()


def test_it_stands_mirrored_and_its_gaps_follow_the_text_zoom(theme: Theme) -> None:
    first, second = Part(60), Part(60)
    row = row_of((first, 0), (second, 0), wide=200)
    row.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    row.resize(201, 20)
    assert (first.x(), second.x()) == (141, 71)
    theme.set_zoom(2)
    row.resize(200, 20)
    assert second.x() == 60
    row.deleteLater()
