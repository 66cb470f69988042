"""Where parts that are built late stand in the order of the Tab key."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def chain(part: QWidget, before: QWidget) -> None:
    """Let the Tab key go through a part right after another widget."""
    for child in part.findChildren(QWidget):
        # The list of a choice is a window of its own.
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.window() is before.window():
            QWidget.setTabOrder(before, child)
            before = child


def last_stop(pane: QWidget, first: QWidget, *, but: QWidget) -> QWidget:
    """Return what the Tab key comes to last in a pane, from its first stop on, apart from one part."""
    last = first
    each: QWidget | None = last.nextInFocusChain()
    while each is not None and each is not first:
        is_inside = pane.isAncestorOf(each) and not but.isAncestorOf(each)
        if is_inside and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            last = each
        each = each.nextInFocusChain()
    return last
