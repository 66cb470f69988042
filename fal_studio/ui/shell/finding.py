"""Which text “Find” looks through: the one that has the keyboard, else the one that is in front."""

from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QApplication, QWidget

from fal_studio.ui.shell.workspace import Workspace


@runtime_checkable
class Findable(Protocol):
    """A pane with a text in which one can look for words."""

    def open_find(self) -> None:
        """Open the bar, or go to it."""
        ...

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        ...


def open_find(space: Workspace) -> None:
    """Look for words."""
    _target(space).open_find()


def find_step(space: Workspace, step: int) -> None:
    """Go to the next place, or to the one before."""
    _target(space).find_step(step)


def _target(space: Workspace) -> Findable:
    """Return the pane around the keyboard that has a text, else the request's JSON."""
    widget: QWidget | None = QApplication.focusWidget()
    while widget is not None:
        if isinstance(widget, Findable):
            return widget
        widget = widget.parentWidget()
    return space.editor
