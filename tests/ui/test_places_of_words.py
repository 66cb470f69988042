"""Where words and icons stand in what the style draws: on the edges of what is around them."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QStandardItem, QStandardItemModel, QTextDocument
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QTreeView

from fal_studio.ui.style import dress
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.buttons import Button, IconButton, Scale
from fal_studio.ui.widgets.markdown import show_markdown

COLUMN_PX, ROW_PX = 100, 20
INK = 100
"""Lightness from which a pixel belongs to a word."""


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    yield dress(qapp, Scheme.DARK)
    dress(qapp, Scheme.DARK)


def _ink(image: QImage, box: QRect) -> tuple[int, int]:
    """Return the first and the last column of pixels that hold a part of a word."""
    columns = [
        x
        for x in range(box.left(), box.right() + 1)
        if any(image.pixelColor(x, y).lightness() > INK for y in range(box.top(), box.bottom() + 1))
    ]
    return columns[0], columns[-1]


@pytest.mark.parametrize("scale", ["s", "", "l"])
def test_an_icon_stands_in_the_middle_of_its_button(theme: Theme, scale: Scale) -> None:
    del theme
    button = IconButton("close", "Close", scale=scale)
    button.resize(button.sizeHint())
    image = button.grab().toImage()
    first, last = _ink(image, image.rect())
    assert abs(first - (image.width() - 1 - last)) <= 1


def test_the_words_of_a_link_reach_its_edges_and_are_whole(theme: Theme) -> None:
    link = Button("HelloH", "link", scale="s")
    link.resize(link.sizeHint())
    image = link.grab().toImage()
    first, last = _ink(image, image.rect())
    assert first <= 2
    assert last >= image.width() - 4
    assert image.width() <= theme.metrics("control").horizontalAdvance("HelloH") + 2


def _tree() -> tuple[QTreeView, QHeaderView]:
    view = QTreeView()
    view.setRootIsDecorated(False)
    return view, view.header()


def _table() -> tuple[QTableView, QHeaderView]:
    view = QTableView()
    view.setShowGrid(False)
    view.verticalHeader().hide()
    return view, view.horizontalHeader()


@pytest.mark.parametrize("make", [_tree, _table])
def test_the_words_of_a_column_stand_under_its_head(
    theme: Theme, make: Callable[[], tuple[QTreeView | QTableView, QHeaderView]]
) -> None:
    del theme
    model = QStandardItemModel(1, 3)
    for column in range(3):
        side = Qt.AlignmentFlag.AlignRight if column == 2 else Qt.AlignmentFlag.AlignLeft
        for item in (head := QStandardItem("H"), cell := QStandardItem("H")):
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        model.setHorizontalHeaderItem(column, head)
        model.setItem(0, column, cell)
    view, header = make()
    view.setModel(model)
    header.setStretchLastSection(False)
    for column in range(3):
        header.resizeSection(column, COLUMN_PX)
    view.resize(4 * COLUMN_PX, 120)
    view.ensurePolished()
    image = view.grab().toImage()
    high = header.height()
    for column in range(3):
        left = column * COLUMN_PX
        head_ink = _ink(image, QRect(left, 0, COLUMN_PX - 1, high - 1))
        cell_ink = _ink(image, QRect(left, high + 2, COLUMN_PX - 1, ROW_PX))
        edge = 1 if column == 2 else 0
        assert abs(head_ink[edge] - cell_ink[edge]) <= 1, column
    view.deleteLater()


CODE = "Before.\n\n```python\none\n\ntwo\n```\n\nAfter.\n\n```\nlast\n```\n"


def test_lines_of_code_share_one_box(theme: Theme) -> None:
    document = QTextDocument()
    show_markdown(document, CODE)
    boxes = document.rootFrame().childFrames()
    assert len(boxes) == 2
    for box in boxes:
        assert box.frameFormat().background().color() == theme.color("bg.field")
    inside = [
        document.findBlock(boxes[0].firstPosition()).text(),
        document.findBlock(boxes[0].lastPosition()).text(),
    ]
    assert inside == ["one", "two"]
    assert document.toPlainText().rstrip() == "Before.\none\n\ntwo\nAfter.\nlast", "no line is added"


def test_a_text_that_begins_with_code_is_whole(theme: Theme) -> None:
    del theme
    document = QTextDocument()
    show_markdown(document, "```\nfirst\n```\n")
    assert document.toPlainText().strip() == "first"
    assert document.rootFrame().childFrames()
