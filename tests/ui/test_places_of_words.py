"""Where words and icons stand in what the style draws: on the edges of what is around them."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QStandardItem, QStandardItemModel, QTextDocument, QTransform
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core.schema.field import Field, FieldKind
from fal_studio.ui.request.inputs.file import FileInput
from fal_studio.ui.request.inputs.size import SizeInput
from fal_studio.ui.request.prompt import PromptEdit
from fal_studio.ui.style import dress
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.buttons import Button, IconButton, Scale
from fal_studio.ui.widgets.fields import ChoiceBox, TextField
from fal_studio.ui.widgets.key_sentence import KeySentence
from fal_studio.ui.widgets.markdown import show_markdown
from fal_studio.ui.widgets.metrics import Metric, MetricsStrip
from fal_studio.ui.widgets.setting_controls import Switch

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


def test_what_an_empty_field_invites_to_is_read_to_its_end(theme: Theme) -> None:
    del theme
    edit = PromptEdit(60)
    edit.setPlaceholderText("for example: Only answer the question, do not give any more")
    edit.resize(300, 60)
    image = edit.grab().toImage()
    for top in (10, 30):
        _ink(image, QRect(20, top, 200, 14))  # raises where a line is empty


def test_a_box_says_whether_it_is_on(theme: Theme) -> None:
    del theme
    box = Switch()
    assert box.text() == "off"
    box.setChecked(True)
    assert box.text() == "on"


def test_the_list_of_sizes_keeps_its_width_whatever_is_chosen(theme: Theme) -> None:
    del theme
    control = SizeInput(
        Field(name="image_size", kind=FieldKind.SIZE, choices=("square_hd", "square", "landscape_4_3"))
    )
    control.resize(228, 28)
    wide: set[int] = set()
    for choice in ("square_hd", "square", "landscape_4_3"):
        control.show_value(choice, sent=True)
        control.grab()
        wide.add(control.focus_widget().width())
    assert len(wide) == 1
    control.show_value(None, sent=False)
    control.grab()
    assert control.focus_widget().width() == control.width(), "without a size there is nothing beside it"


@pytest.mark.parametrize("value", ["", "data:image/png;base64,AAAA"])
def test_the_buttons_of_a_file_stay_where_they_are(theme: Theme, qtbot: QtBot, value: str) -> None:
    del theme
    control = FileInput(Field(name="image_url", kind=FieldKind.FILE))
    qtbot.addWidget(control)
    control.resize(228, 28)
    control.show_value(value, sent=bool(value))
    control.grab()
    end = control.more.mapTo(control, control.more.rect().topRight()).x()
    assert end == control.width() - 1
    assert control.focus_widget().mapTo(control, control.focus_widget().rect().topLeft()).x() == 0


def test_words_of_fields_choices_and_buttons_stand_on_one_line(theme: Theme) -> None:
    del theme
    tops: set[int] = set()
    for widget in (TextField("HH"), ChoiceBox(["HH"], "HH"), Button("HH")):
        widget.resize(widget.sizeHint())
        image = widget.grab().toImage()
        turned = image.transformed(QTransform().rotate(-90))  # columns are looked for
        tops.add(_ink(turned, turned.rect().adjusted(4, 4, -4, -4))[0])
    assert len(tops) == 1


def test_a_long_endpoint_id_breaks_at_its_strokes_and_stays_inside(theme: Theme) -> None:
    sentence = KeySentence(
        "fal-ai/a-very-long-owner-name/with/an-even-longer-model-name/text-to-video is at fal"
    )
    wide = 320
    assert sentence.minimumSizeHint().width() <= wide
    sentence.resize(wide, sentence.heightForWidth(wide))
    assert sentence.height() > sentence.sizeHint().height()
    image = sentence.grab().toImage()
    first, last = _ink(image, image.rect())
    assert first > 0
    assert last < wide - 1
    one_line = KeySentence("and/or")
    assert abs(one_line.sizeHint().width() - theme.metrics("hero").horizontalAdvance("and/or")) <= 2


def test_a_number_that_grew_has_its_room_at_once(theme: Theme) -> None:
    del theme
    strip = MetricsStrip([Metric("total", "total", "9 ms"), Metric("cost", "cost", "free")])
    strip.resize(600, strip.sizeHint().height())
    strip.show()
    QApplication.processEvents()
    strip.set_metrics([Metric("total", "total", "1,234,567,890 ms"), Metric("cost", "cost", "free")])
    cells = [cell for cell in strip.findChildren(QWidget) if cell.accessibleName().startswith("total")]
    assert [cell.width() >= cell.minimumSizeHint().width() for cell in cells] == [True]
    strip.close()
    strip.deleteLater()


def test_no_number_of_a_call_is_squeezed_in_a_strip_of_any_width(theme: Theme) -> None:
    del theme
    pane = QWidget()
    numbers = {"total": "9 ms", "received": "1,234,567 MB of 1,234,567 MB", "first": "1 s", "cost": "free"}
    strip = MetricsStrip([Metric(key, key, value) for key, value in numbers.items()], pane)
    strip.show()
    pane.show()
    most = 0
    for wide in range(300, 600, 2):
        strip.resize(wide, strip.sizeHint().height())
        QApplication.processEvents()
        cells = [cell for cell in strip.findChildren(QWidget) if cell.isVisible() and cell.accessibleName()]
        most = max(most, len(cells))
        assert all(cell.width() >= cell.sizeHint().width() for cell in cells), wide
    assert most == len(numbers)
    pane.close()
    pane.deleteLater()
