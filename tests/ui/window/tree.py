"""The window as a screen reader finds it: names of everything that takes the keyboard."""

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

_Text = QAccessible.Text
_Role = QAccessible.Role
_ROWS = {_Role.Table, _Role.Tree, _Role.List}
MOST_ROWS = 60
"""Of a long list only the first cells are asked."""


def unnamed(window: QWidget) -> list[str]:
    """Return the nodes of a window that can take the keyboard, or are cells or entries, and say nothing of themselves."""
    root = QAccessible.queryAccessibleInterface(window)
    return [described(node) for node in _nodes(root) if _is_asked(node) and not _name(node)]


def _is_asked(node: QAccessibleInterface) -> bool:
    state = node.state()
    return bool(state.focusable) and not state.disabled


def _name(node: QAccessibleInterface) -> str:
    return node.text(_Text.Name).strip()


def _nodes(node: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    if not node.isValid() or node.state().invisible:
        return
    yield node
    count = node.childCount()
    if node.role() in _ROWS:
        count = min(count, MOST_ROWS)
    for index in range(count):
        child = node.child(index)
        if child is not None:
            yield from _nodes(child)


def described(node: QAccessibleInterface) -> str:
    """Return what helps to find a node: its role, its object, and what it stands in."""
    words: list[str] = []
    at: QAccessibleInterface | None = node
    while at is not None and at.isValid() and len(words) < 6:
        thing = at.object()
        kind = type(thing).__name__ if thing is not None else at.role().name
        words.append(f"{kind} {_name(at)!r}" if _name(at) else kind)
        at = at.parent()
    return f"{node.role().name}: " + " in ".join(words)


def is_labelled(widget: QWidget) -> bool:
    """Whether a label beside a widget names it."""
    node = QAccessible.queryAccessibleInterface(widget)
    return any(
        kind & QAccessible.RelationFlag.Label for _, kind in node.relations(QAccessible.RelationFlag.Label)
    )
