"""Menus in a window that stands mirrored: what begins a row stands at the right, and keys stay as they are on the keyboard."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMenu

from fal_studio.ui.theme import Theme

LTR, RTL = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft


@pytest.fixture
def direction(theme: Theme) -> Iterator[None]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.layoutDirection()
    yield
    app.setLayoutDirection(before)


def row(direction: Qt.LayoutDirection, words: str, keys: str = "", kind: str = "") -> QImage:
    """Return how a row of a menu is drawn, in a menu with two more rows that make it wide."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setLayoutDirection(direction)
    menu, below = QMenu(), QMenu("x")
    action = menu.addMenu(below) if kind == "menu" else menu.addAction("x")
    action.setText(words)
    action.setShortcut(keys)
    action.setCheckable(kind == "checked")
    action.setChecked(kind == "checked")
    wide = menu.addAction("words that need a lot of room")
    wide.setCheckable(True)
    menu.adjustSize()
    image = menu.grab().toImage().copy(menu.actionGeometry(action))
    below.deleteLater()
    menu.deleteLater()
    return image


def inked(image: QImage) -> QRect:
    """Return what is not ground."""
    ground = image.pixel(0, 0)
    spots = [
        (x, y) for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) != ground
    ]
    xs, ys = zip(*spots, strict=True)
    return QRect(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)


@pytest.mark.usefixtures("direction")
@pytest.mark.parametrize(
    ("words", "keys", "kind"),
    [("words", "", ""), (" ", "Ctrl+O", ""), (" ", "", "checked"), (" ", "", "menu")],
)
def test_what_begins_a_row_stands_at_the_right_and_what_ends_it_at_the_left(
    words: str, keys: str, kind: str
) -> None:
    left, right = inked(row(LTR, words, keys, kind)), inked(row(RTL, words, keys, kind))
    width = row(LTR, words, keys, kind).width()
    assert abs(left.center().x() - width / 2) > width / 6, "not in the middle"
    assert abs(right.center().x() - (width - 1 - left.center().x())) <= 2
    assert abs(right.width() - left.width()) <= 1


def ends(image: QImage) -> tuple[int, int]:
    """Return how high the first and the last sign of a row are."""
    seen, side = inked(image), 4
    left, right = (
        inked(image.copy(x, 0, side, image.height())).height() for x in (seen.left(), seen.right() - side + 1)
    )
    return left, right


@pytest.mark.usefixtures("direction")
@pytest.mark.parametrize("keys", ["Ctrl+,", "Ctrl++", "Alt+."])
def test_keys_are_written_from_left_to_right(keys: str) -> None:
    for direction in (LTR, RTL):
        left, right = ends(row(direction, " ", keys))
        assert left > right, direction


@pytest.mark.usefixtures("direction")
@pytest.mark.parametrize(("words", "dots_at_left"), [("Save as…", False), ("שמור בשם…", True)])
def test_dots_stand_where_the_words_end(words: str, dots_at_left: bool) -> None:
    for direction in (LTR, RTL):
        left, right = ends(row(direction, words))
        assert (left < right) is dots_at_left, direction
