"""Columns are as wide as somebody left them, also those that had no room meanwhile."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.kept_sizes import Arrangement, KeptHead


def test_a_column_that_is_hidden_keeps_its_width(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    arrangement = Arrangement(window)
    table = QTableWidget(2, 4, window)
    head = KeptHead("test", table)
    table.setHorizontalHeader(head)
    QVBoxLayout(window).addWidget(table)
    window.resize(800, 300)
    window.show()

    def pull(column: int, by_px: int) -> None:
        edge = head.sectionViewportPosition(column) + head.sectionSize(column) - 1
        spot = QPoint(edge, head.height() // 2)
        QTest.mousePress(head.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        QTest.mouseMove(head.viewport(), spot + QPoint(by_px, 0))
        QTest.mouseRelease(head.viewport(), Qt.MouseButton.LeftButton, pos=spot + QPoint(by_px, 0))

    at_first = head.sectionSize(0)
    head.hideSection(1)
    pull(0, 20)
    assert arrangement.of("test columns") == (at_first + 20, 0, at_first), (
        "nobody chose the width of that one"
    )
    head.showSection(1)
    head.apply()
    assert head.sectionSize(1) == at_first
    pull(1, 60)
    head.hideSection(1)
    pull(0, 10)
    assert arrangement.of("test columns") == (at_first + 30, at_first + 60, at_first)
    head.showSection(1)
    head.resizeSection(1, 10)
    head.apply()
    assert head.sectionSize(1) == at_first + 60
