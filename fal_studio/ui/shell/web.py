"""Addresses in the browser of the system, when somebody asked for one."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_address(address: str) -> None:
    """Hand an address to the browser."""
    QDesktopServices.openUrl(QUrl(address))
