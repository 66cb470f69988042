"""What is painted by hand begins at the right where writing does; time, charts, ids and keys stay as they are."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QWidget

from fal_studio.ui import icons, mirroring, paint
from fal_studio.ui.browser.abilities import Abilities
from fal_studio.ui.browser.words import MODES
from fal_studio.ui.catalogue import Endpoint
from fal_studio.ui.realtime.bar import Toggle
from fal_studio.ui.request.inputs.complaint import Complaint
from fal_studio.ui.theme import Theme, current
from fal_studio.ui.widgets.chips import Chip
from fal_studio.ui.widgets.fact_list import Fact, FactList
from fal_studio.ui.widgets.fields import ModelBox
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.ui.widgets.profile_chip import ProfileChip
from fal_studio.ui.widgets.rows import ICON_ROLE, as_rows
from tests.ui.ink import words_of

LTR, RTL = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
AREA = QRect(100, 0, 200, 20)


def painted(direction: Qt.LayoutDirection, draw: str) -> QImage:
    """Return 400 by 20 pixels of ground on which something is drawn within `AREA`."""
    image = QImage(400, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter, theme = QPainter(image), current()
    white = QColor("white")
    with mirroring.mirrored(AREA, direction):
        match draw:
            case "box":
                paint.box(painter, QRectF(100, 0, 30, 20), white)
            case "frame":
                paint.frame(painter, QRectF(100, 0, 30, 20), 4, white)
            case "icon":
                icons.draw(painter, QRect(102, 2, 16, 16), "image", white)
            case "text":
                paint.text(painter, AREA, "words", theme.font("control"), white)
            case "end":
                paint.text(painter, AREA, "words", theme.font("control"), white, Qt.AlignmentFlag.AlignRight)
            case _:
                font = theme.font("control")
                paint.run(painter, AREA, (("owner/", font, QColor("red")), ("model", font, QColor("blue"))))
    painter.end()
    return image


def ink(image: QImage) -> tuple[int, int]:
    """Return the first and the last column of a picture that is not ground; the ground is its first pixel."""
    ground = image.pixel(0, 0)
    columns = [
        x for x in range(image.width()) if any(image.pixel(x, y) != ground for y in range(image.height()))
    ]
    return columns[0], columns[-1]


@pytest.mark.usefixtures("theme")
@pytest.mark.parametrize("draw", ["box", "frame", "icon", "text", "end", "run"])
def test_places_counted_from_the_left_lie_at_the_other_side(draw: str) -> None:
    left, right = ink(painted(LTR, draw))
    mirrored_left, mirrored_right = ink(painted(RTL, draw))
    assert abs((mirrored_left + mirrored_right) - (2 * (400 - 1) - left - right)) <= 4, "mirrored in its area"
    assert abs((mirrored_right - mirrored_left) - (right - left)) <= 1


@pytest.mark.usefixtures("theme")
def test_an_id_stays_in_its_order() -> None:
    def middle(image: QImage, *, is_red: bool) -> float:
        seen = [(x, image.pixelColor(x, y)) for x in range(image.width()) for y in range(image.height())]
        columns = [x for x, one in seen if (one.red() > one.blue() if is_red else one.blue() > one.red())]
        return sum(columns) / len(columns)

    for direction in (LTR, RTL):
        image = painted(direction, "run")
        assert middle(image, is_red=True) < middle(image, is_red=False), "the owner stands before the model"


def middle_of_ink(widget: QWidget, colour: str) -> float:
    """Return where in a widget a colour is, from 0 at the left to 1 at the right."""
    widget.grab()  # laid out
    image = widget.grab().toImage()
    wanted = current().color(colour).rgb()  # pyright: ignore[reportArgumentType] - a role
    columns = [
        x
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).rgb() == wanted
    ]
    assert columns, f"no {colour} in {type(widget).__name__}"
    return sum(columns) / len(columns) / image.width()


def test_widgets_that_paint_themselves_begin_at_the_right(theme: Theme) -> None:
    toggle = Toggle()
    toggle.show_state("Live", "Esc", "", "good", is_on=False)
    chip = ProfileChip("work", swatch="stage.run")
    label = ElidedLabel("a few words", "control", "1")
    for widget, colour in ((toggle, "good"), (chip, "stage.run"), (label, "text.1")):
        widget.resize(240, 40)
        assert middle_of_ink(widget, colour) < 0.4
        widget.setLayoutDirection(RTL)
        assert middle_of_ink(widget, colour) > 0.6, type(widget).__name__
        widget.deleteLater()


@pytest.fixture
def mirrored(theme: Theme) -> Iterator[None]:
    """Lay everything out from right to left."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.layoutDirection()
    app.setLayoutDirection(RTL)
    yield
    app.setLayoutDirection(before)


@pytest.mark.usefixtures("mirrored")
def test_words_of_a_server_stand_at_the_right_and_end_with_their_stop() -> None:
    facts = FactList("facts", names_px=40)
    facts.set_facts([Fact("", "It failed.", "bad")])
    for widget in (Label("It failed.", "body", "bad"), Paragraph("It failed.", "body", "bad"), facts):
        widget.resize(240, 40)
        columns = ink(grabbed(widget))
        assert columns[0] > 100, type(widget).__name__
        image = grabbed(widget).copy(columns[1] - 2, 0, 3, 40)
        high = [y for y in range(40) if any(image.pixel(x, y) != image.pixel(0, 0) for x in range(3))]
        assert len(high) <= 4, f"{type(widget).__name__}: the last sign is the stop"
        widget.deleteLater()


@pytest.mark.usefixtures("mirrored")
def test_ways_to_call_a_model_stand_in_their_order_from_the_right() -> None:
    abilities = Abilities()
    abilities.resize(600, 20)
    abilities.show_endpoint(Endpoint("a/b"))
    lefts = [sign.x() for sign in abilities.findChildren(QWidget)]
    assert len(lefts) == len(MODES)
    assert lefts == sorted(lefts, reverse=True)
    assert lefts[0] > 400
    abilities.deleteLater()


@pytest.mark.usefixtures("mirrored")
def test_a_long_id_ends_before_its_icon() -> None:
    box = ModelBox([])
    box.setEditText(f"emulator/{'m' * 60}")
    box.resize(240, 36)
    field = box.lineEdit()
    assert field is not None
    grabbed(box)
    right = max(words.box.right() for words in words_of(field) if words.text.strip())
    assert right <= field.width() - field.textMargins().right()
    assert field.textMargins().right() >= 16
    box.deleteLater()


@pytest.mark.usefixtures("mirrored")
def test_a_complaint_has_its_mark_before_its_words() -> None:
    complaint = Complaint()
    complaint.set_inset(40)
    complaint.set_text("Must be 20 or less.")
    complaint.resize(300, 24)
    columns = ink(grabbed(complaint))
    assert 300 - 40 - 3 <= columns[1] <= 300 - 40
    complaint.deleteLater()


def grabbed(widget: QWidget) -> QImage:
    """Return a widget as it is drawn."""
    widget.grab()  # laid out
    return widget.grab().toImage()


def test_rows_of_a_list_begin_at_the_right(theme: Theme) -> None:
    view, model = QListView(), QStandardItemModel()
    item = QStandardItem("words")
    item.setData("image", ICON_ROLE)
    model.appendRow(item)
    view.setModel(model)
    as_rows(view)
    view.resize(300, 60)
    assert middle_of_ink(view.viewport(), "text.3") < 0.2, "the icon"
    view.setLayoutDirection(RTL)
    assert middle_of_ink(view.viewport(), "text.3") > 0.8, "the icon"
    view.deleteLater()


def test_the_cross_of_a_chip_is_pressed_where_it_stands(theme: Theme) -> None:
    chip = Chip("state: done", closable=True)
    chip.setLayoutDirection(RTL)
    chip.resize(chip.sizeHint())
    closed: list[bool] = []
    chip.close_wanted.connect(lambda: closed.append(True))
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(chip.width() - 4, chip.height() // 2))
    assert not closed
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(4, chip.height() // 2))
    assert closed == [True]
    chip.deleteLater()
