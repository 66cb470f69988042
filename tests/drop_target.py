"""A program of its own that takes whatever is dropped onto its window, and tells it as a line of JSON on its output."""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

BOX = (1150, 200, 400, 500)
"""Where it stands on the screen: x, y, width, height."""


class Target(QWidget):
    """Accepts drops as copies."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Drop target")
        self.setAcceptDrops(True)
        self.setGeometry(*BOX)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take it, whatever it is."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what it is."""
        data = event.mimeData()
        files = [url.toLocalFile() for url in data.urls()]
        told = {
            "actions": event.possibleActions().value,
            "formats": data.formats(),
            "files": files,
            "sizes": [Path(file).stat().st_size for file in files],
        }
        event.acceptProposedAction()
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Wait for drops until somebody ends it."""
    app = QApplication(sys.argv)
    target = Target()
    target.show()
    QTimer.singleShot(0, lambda: sys.stdout.write("ready\n") and sys.stdout.flush())
    app.exec()


if __name__ == "__main__":
    main()
