"""Where parts that are built late stand in the order of the Tab key."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def chain(part: QWidget, before: QWidget) -> None:
    """Let the Tab key go through a part right after another widget.

    `nextInFocusChain` must not be asked for the order there is: PySide takes its answer for a child of the widget that was
    asked, so the window would belong to one of its parts, and all wrappers behind a part that goes would go with it.
    """
    for child in part.findChildren(QWidget):
        # The list of a choice is a window of its own.
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.window() is before.window():
            QWidget.setTabOrder(before, child)
            before = child
