"""The focus ring: for the keyboard, not for the mouse; outside the control; alive through a theme switch."""

import gc

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.ui.focus import FocusRing
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import TextField
from tests.ui.widgets.conftest import Shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def ring_of(window: QWidget) -> FocusRing | None:
    ring = window.findChild(FocusRing)
    return ring if isinstance(ring, FocusRing) and ring.isVisible() else None


def color_beside(window: QWidget, widget: QWidget, distance: int) -> QColor:
    """The colour `distance` pixels left of a widget's edge, at its middle."""
    image = window.grab().toImage()
    return image.pixelColor(widget.x() - distance, widget.y() + widget.height() // 2)


def test_the_ring_lies_two_pixels_outside_and_is_two_wide(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    first, second = Button("Retry"), Button("Export")
    window = shown(first, second)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    assert ring_of(window) is not None
    colors = [color_beside(window, second, distance) for distance in (1, 2, 3, 4, 5)]
    ground, ring = theme.color("bg.panel"), theme.color("focus")
    assert [color.name() for color in colors] == [c.name() for c in (ground, ground, ring, ring, ground)]


def test_the_mouse_brings_no_ring(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    first, second = Button("Retry"), Button("Export")
    window = shown(first, second)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert first.hasFocus()
    assert ring_of(window) is None


def test_a_text_field_shows_focus_at_its_own_edge(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    button, field = Button("Retry"), TextField("x")
    window = shown(button, field)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Tab)
    assert field.hasFocus()
    assert ring_of(window) is None


def test_the_ring_stays_through_a_theme_switch(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    first, second = Button("Retry"), Button("Export")
    window = shown(first, second)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    theme.apply(Scheme.LIGHT)
    assert ring_of(window) is not None
    assert color_beside(window, second, 3).name() == theme.color("focus").name()


def test_the_ring_goes_with_its_window(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    first, second = Button("Retry"), Button("Export")
    window = shown(first, second)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    ring = ring_of(window)
    assert ring is not None
    assert ring.window() is window


def test_what_it_stood_around_outlives_it(qtbot: QtBot, theme: Theme, shown: Shown) -> None:
    """The ring goes with the pane it lies in, also while it is shown there; PySide must not take along what it stood around before."""
    first, second, area = Button("Retry"), Button("Export"), QScrollArea()
    menu, inner = QMenu(first), Button("Inside")
    area.setWidget(inner)
    entry = menu.addAction("Again")
    window = shown(first, second, area)
    second.setFocus()
    qtbot.keyClick(second, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert first.hasFocus()
    ring = ring_of(window)
    assert ring is not None
    assert not [one for one in gc.get_referents(ring) if isinstance(one, QWidget)]
    inner.setFocus()
    ring.surround(inner)
    assert area.isAncestorOf(ring)
    shiboken6.delete(area)
    assert not shiboken6.isValid(ring)
    assert entry.text() == "Again"
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert ring_of(window) is not None
