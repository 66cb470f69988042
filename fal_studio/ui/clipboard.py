"""What was copied, here or in another program."""

from typing import cast

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication


def held() -> QMimeData:
    """Return what the clipboard holds; an empty one gives None, which PySide's stubs do not say, and here nothing in it."""
    data = cast("QMimeData | None", QGuiApplication.clipboard().mimeData())
    return data if data is not None else QMimeData()
