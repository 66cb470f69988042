"""Whether everything in a window has the room it needs: no words cut off, nothing over anything else, no sideways scrolling."""

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QLineEdit,
    QScrollBar,
    QSpinBox,
    QSplitter,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

from fal_studio.ui.theme import current
from fal_studio.ui.widgets.floating_panel import FloatingPanel

SLACK_PX = 1
"""Half pixels are rounded: one more is no fault."""


def faults(window: QWidget) -> list[str]:
    """Return what is cut off, squeezed or covered in a window as it stands."""
    found: list[str] = []
    for widget in (window, *window.findChildren(QWidget)):
        if widget.isVisible():
            about = (*_words(widget), *_squeezed(widget), *_covered(widget), *_sideways(widget))
            found += [f"{fault} in {path_of(widget)}" for fault in about]
    return found


def path_of(widget: QWidget) -> str:
    """Return how a widget is found from the window: the last few classes."""
    names: list[str] = []
    at: QWidget | None = widget
    while at is not None and len(names) < 5:
        names.append(type(at).__name__)
        at = at.parentWidget()
    return " < ".join(names)


def _words(widget: QWidget) -> Iterator[str]:
    """Words that are cut off and stand nowhere else."""
    match widget:
        case QLabel() if widget.text() and not _is_own_painter(widget):
            yield from _label(widget)
        case QComboBox() if not widget.isEditable():
            yield from _choice(widget)
        case QSpinBox():
            need = widget.fontMetrics().horizontalAdvance(widget.text())
            if need > (has := widget.lineEdit().width()) + SLACK_PX:
                yield f"number “{widget.text()}” needs {need}, has {has}"
        case QLineEdit() if not widget.text() and widget.placeholderText():
            yield from _invitation(widget)
        case QHeaderView() if widget.orientation() is Qt.Orientation.Horizontal:
            yield from _columns(widget)
        case _:
            pass


def _label(label: QLabel) -> Iterator[str]:
    room = label.contentsRect()
    if label.wordWrap():
        if (need := label.heightForWidth(label.width())) > label.height() + SLACK_PX:
            yield f"lines of “{label.text()[:60]}” need {need}, have {label.height()}"
    elif not label.toolTip():
        lines = label.fontMetrics().size(0, label.text())
        if lines.width() > room.width() + SLACK_PX or lines.height() > room.height() + SLACK_PX:
            yield f"“{label.text()[:60]}” needs {lines.toTuple()}, has {room.size().toTuple()}"


def _choice(box: QComboBox) -> Iterator[str]:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    field = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    need = box.fontMetrics().horizontalAdvance(box.currentText())
    if need > field.width() + SLACK_PX and not box.toolTip():
        yield f"choice “{box.currentText()[:60]}” needs {need}, has {field.width()}"


def _invitation(line: QLineEdit) -> Iterator[str]:
    margins = line.textMargins()
    need = line.fontMetrics().horizontalAdvance(line.placeholderText())
    has = line.contentsRect().width() - margins.left() - margins.right() - 4
    if current().zoom > 1 and line.accessibleName():
        return  # an example of what may stand there, which may end early
    if need > has + SLACK_PX and line.toolTip() != line.placeholderText():
        yield f"invitation “{line.placeholderText()[:60]}” needs {need}, has {has}"


def _columns(head: QHeaderView) -> Iterator[str]:
    for section in range(head.count()):
        title = str(head.model().headerData(section, Qt.Orientation.Horizontal) or "")
        need, has = head.fontMetrics().horizontalAdvance(title), head.sectionSize(section)
        if title and not head.isSectionHidden(section) and need > has:
            yield f"column “{title}” needs {need}, has {has}"


def _is_own_painter(widget: QLabel) -> bool:
    return "paintEvent" in type(widget).__dict__


def _squeezed(widget: QWidget) -> Iterator[str]:
    """Controls that have less than they need at least, and what sticks out of its parent."""
    if isinstance(widget, QAbstractButton) and widget.text():
        need = widget.sizeHint()
        if need.width() > widget.width() + SLACK_PX and not widget.toolTip():
            yield f"button “{widget.text()[:60]}” needs {need.width()}, has {widget.width()}"
        if need.height() > widget.height() + SLACK_PX:
            yield f"button “{widget.text()[:60]}” needs a height of {need.height()}, has {widget.height()}"
    least = widget.minimumSizeHint()
    if (
        least.isValid()
        and not widget.isWindow()
        and not isinstance(
            widget, QLabel | QAbstractScrollArea | QToolButton
        )  # Qt's own, at the ends of tabs
        and not isinstance(widget.parentWidget(), QAbstractSpinBox)
        and widget.layout() is None  # its parts are looked at one by one
        and not isinstance(widget, QSplitter)
        and (least.width() > widget.width() + SLACK_PX or least.height() > widget.height() + SLACK_PX)
    ):
        yield f"squeezed: needs {least.width()}×{least.height()}, has {widget.width()}×{widget.height()}"
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or isinstance(widget, FloatingPanel):
        return  # the shadow of a panel may reach beyond the window
    layout = parent.layout()
    is_laid = layout is not None and any(one is widget for one in _laid(layout))
    if is_laid and not parent.rect().contains(widget.geometry()):
        yield f"sticks out: {widget.geometry().getRect()} of {parent.size().toTuple()}"


def _covered(widget: QWidget) -> Iterator[str]:
    """Parts of one layout that lie over each other."""
    layout = widget.layout()
    if layout is None or isinstance(layout, QGridLayout):
        return  # a button in the corner of a text shares its place in a grid on purpose
    parts = [one for one in _laid(layout) if one.isVisible()]
    for one, other in combinations(parts, 2):
        both: QRect = one.geometry().intersected(other.geometry())
        if both.width() > SLACK_PX and both.height() > SLACK_PX:
            yield f"{type(one).__name__} and {type(other).__name__} overlap by {both.width()}×{both.height()}"


def _laid(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        if (part := item.widget()) is not None:
            yield part
        elif (inner := item.layout()) is not None:
            yield from _laid(inner)


def _sideways(widget: QWidget) -> Iterator[str]:
    if (
        isinstance(widget, QScrollBar)
        and widget.orientation() is Qt.Orientation.Horizontal
        and widget.maximum() > widget.minimum()
        and path_of(widget).find("LaneTable") < 0  # numbers in as many columns as there are stages
    ):
        yield f"scrolls sideways by {widget.maximum()}"
    if (
        isinstance(widget, QAbstractScrollArea)
        and widget.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        and (hidden := widget.horizontalScrollBar()).maximum() > hidden.minimum()
    ):
        yield f"is cut at the side by {hidden.maximum()}"
