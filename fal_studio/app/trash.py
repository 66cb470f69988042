"""The system's trash: where files go that people may want back."""

from pathlib import Path

from PySide6.QtCore import QFile

from fal_studio.store.problems import StoreError, Trouble
from fal_studio.words import tr


def to_trash(path: Path) -> None:
    """Move a file or folder to the system's trash.

    Blocks. Raises StoreError if there is no trash for it, as on some network drives; then it is where it was.
    """
    # Qt follows the freedesktop.org specification, and asks the shell on Windows and the Finder on macOS.
    if not QFile.moveToTrash(str(path)):
        raise StoreError(
            Trouble.OTHER,
            tr("{path} could not be moved to the system's trash.").format(path=path),
            tr("Nothing was removed. Check that the folder is on a disk that has a trash."),
        )
