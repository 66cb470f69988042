"""The order of the Tab key in a layout that is filled a piece at a time: as the eye walks."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def set_tab_order(layout: QLayout | None) -> None:
    """Let the Tab key walk through a layout as the eye does, also through controls that came later."""
    before: QWidget | None = None
    for widget in _focusable(layout):
        if before is not None:
            QWidget.setTabOrder(before, widget)
        before = widget


def _focusable(layout: QLayout | None) -> Iterator[QWidget]:
    """Yield what the keyboard can reach in a layout, in the order in which it stands there."""
    for index in range(layout.count() if layout is not None else 0):
        item = layout.itemAt(index) if layout is not None else None
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            if widget.isHidden():
                continue
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                yield widget
            yield from _focusable(widget.layout())
        else:
            yield from _focusable(item.layout())
