"""An empty PySide6 main window: prints when it has been drawn and has answered a key, then ends."""

import sys
import time

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class Window(QMainWindow):
    is_drawn = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.is_drawn:
            self.is_drawn = True
            QTimer.singleShot(0, self._press)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sys.stdout.write(f"{time.monotonic_ns()}\n")
        QApplication.quit()

    def _press(self) -> None:
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_X, Qt.KeyboardModifier.NoModifier, "x")
        QCoreApplication.postEvent(self, key)


if __name__ == "__main__":
    app = QApplication(["empty"])
    window = Window()
    window.resize(1280, 800)
    window.show()
    app.exec()
