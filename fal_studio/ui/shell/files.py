"""Result files on the user's disk: save where they choose, or open in the system's program."""

import re
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDir, QObject, QSaveFile, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from fal_studio.core.artifacts import Artifact
from fal_studio.core.carried import Carried, with_request
from fal_studio.ui.output.bytes_of import Bytes

_UNSAFE = re.compile(r"[^\w.() -]+")


class ResultFiles(QObject):
    """Writes artifacts; tells what it did, or why it could not."""

    told = Signal(str, str)
    """A sentence, and its tone: "good" or "bad"."""

    def __init__(self, bytes_of: Bytes, window: QWidget) -> None:
        super().__init__(window)
        self._bytes = bytes_of
        self._window = window

    def save(self, artifact: Artifact, carried: Carried | None = None) -> None:
        """Ask where, then write, with the request in the file; the dialog does not block anything."""
        found = self._bytes.get(artifact)
        if found is None:
            self.told.emit(f"{artifact.name} is still being fetched. Try again in a moment.", "bad")
            return
        dialog = QFileDialog(self._window, "Save result")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(safe_name(artifact.name))
        dialog.fileSelected.connect(partial(self._on_selected, found[0], carried))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open(self, artifact: Artifact) -> None:
        """Hand the file to the system's own program."""
        found = self._bytes.get(artifact)
        if found is None:
            self.told.emit(f"{artifact.name} is still being fetched. Try again in a moment.", "bad")
            return
        folder = Path(QDir.tempPath()) / "fal-studio"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            self.told.emit(f"{folder} cannot be made: {error.strerror}.", "bad")
            return
        path = folder / safe_name(artifact.name)
        if self.write(path, found[0]):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _on_selected(self, data: bytes, carried: Carried | None, path: str) -> None:
        self.write(Path(path), data if carried is None else with_request(data, carried))

    def write(self, path: Path, data: bytes) -> bool:
        """Write whole or not at all."""
        file = QSaveFile(str(path))
        if file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit():
            self.told.emit(f"Saved {path}", "good")
            return True
        self.told.emit(f"{path} could not be written: {file.errorString()}. Choose another place.", "bad")
        return False


def safe_name(name: str) -> str:
    """Return a file name that no system stumbles over."""
    return _UNSAFE.sub("_", name.replace("/", "_")).strip(". ") or "result"
