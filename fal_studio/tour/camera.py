"""Pictures of the window, and what has no room on them."""

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from fal_studio import room
from fal_studio.app.stall import StallMonitor

PACKED = 80
"""How hard a PNG is pressed: it becomes a tenth larger than usual, in a third of the time."""


class Camera:
    """Numbers the pictures of all steps, and names them by the step that is `now`."""

    def __init__(
        self, window: QWidget, out: Path, prefix: str, stall: StallMonitor, *, checks_room: bool
    ) -> None:
        """`checks_room`: whether it is noted when something on a picture is cut off, covered or scrolls sideways."""
        self._window, self._out, self._prefix, self._stall = window, out, prefix, stall
        self.checks_room = checks_room
        self.now = ""
        self.crowded: list[str] = []
        """What had no room in this step, and where that was."""
        self._number = 0

    def shoot(self, name: str) -> str:
        """Write a picture of the window as it is; return the name of its file."""
        self._number += 1
        file = f"{self._prefix}{self._number:02d}-{self.now}-{name}.png"
        with self._stall.paused():  # taking pictures is the tour's work, not the window's
            self._window.grab().save(str(self._out / file), "PNG", PACKED)
            if self.checks_room:
                QApplication.sendPostedEvents(None, int(QEvent.Type.LayoutRequest.value))
                self.crowded += [f"{name}: {fault}" for fault in room.faults(self._window)]
        return file


def variety(image: QImage) -> int:
    """Return how many different colours a coarse look finds; a flat picture has one."""
    if image.isNull():
        return 0
    small = image.scaled(24, 24)
    return len({small.pixel(x, y) & 0xF0F0F0 for x in range(24) for y in range(24)})
