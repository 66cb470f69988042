"""Files of the user's machine: asked for in dialogs that block nothing, and seen as small pictures."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QDir, QSize, Qt
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QFileDialog, QWidget

from fal_studio.words import tr

PREVIEW = QSize(128, 128)


def choose(window: QWidget, title: str, endings: Sequence[str], then: Callable[[str], object]) -> None:
    """Ask for a file, and call `then` with its path; `endings` of files that fit, none for all."""
    dialog = QFileDialog(window, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    if endings:
        fitting = " ".join(f"*.{ending}" for ending in endings)
        dialog.setNameFilters([tr("Fitting files ({fitting})").format(fitting=fitting), tr("All files (*)")])
    if "env" in endings:  # .env has no other name, and so is hidden
        dialog.setFilter(dialog.filter() | QDir.Filter.Hidden)
    dialog.fileSelected.connect(then)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def choose_folder(window: QWidget, title: str, then: Callable[[str], object]) -> None:
    """Ask for a folder, and call `then` with its path."""
    dialog = QFileDialog(window, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(then)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def choose_place(
    window: QWidget, title: str, name: str, then: Callable[[str], object], *, kind: str = ""
) -> None:
    """Ask where a file is to be written, and call `then` with its path.

    `name`: how it is called unless the person says otherwise; `kind`: what it is, as Qt filters are written: "Table (*.csv)".
    """
    dialog = QFileDialog(window, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if kind:
        dialog.setNameFilter(kind)
        dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(then)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def small(file: str) -> QImage | None:
    """Return a small picture of a file; None for what is no picture, or too large to be worth a pause."""
    if Path(file).suffix.lower().lstrip(".") not in ("png", "jpg", "jpeg", "webp", "gif", "bmp"):
        return None
    reader = QImageReader(file)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > 12_000_000:
        return None
    if size.width() > PREVIEW.width() or size.height() > PREVIEW.height():
        reader.setScaledSize(size.scaled(PREVIEW, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image
