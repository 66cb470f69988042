"""How a drop is taken: as a copy. Who moves a file deletes it, and a file manager believes what it is told."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QDropEvent

_GOOD = (Qt.DropAction.CopyAction, Qt.DropAction.LinkAction)


def take(event: QDropEvent) -> bool:
    """Accept what is dragged (also when it enters) without ever taking it away from where it came from.

    False: it can only be moved, and is refused. Qt does not tell then when it leaves.
    """
    action = next((one for one in _GOOD if event.possibleActions() & one), None)
    if action is None:
        event.ignore()
        return False
    event.setDropAction(action)
    event.accept()
    return True
