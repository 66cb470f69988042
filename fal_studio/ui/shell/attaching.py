"""Files for fields: chosen or dropped in a form, sent away by somebody else, and their progress shown where they belong."""

from functools import partial
from pathlib import Path as FilePath

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QFileDialog, QWidget

from fal_studio.core.schema import files
from fal_studio.core.schema.field import Path
from fal_studio.core.uploading import FileWish, Step, Uploading
from fal_studio.ui.shell.workspace import Workspace

PREVIEW = QSize(128, 128)


class Attaching(QObject):
    """Knows which file goes to which field of which request."""

    wanted = Signal(str, object)
    """The name of a wish and its FileWish; answer with `show`."""
    cancel_wanted = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._places: dict[str, tuple[Workspace, Path]] = {}
        self._number = 0

    def watch(self, workspace: Workspace) -> None:
        """Take the files of a request's form."""
        form = workspace.editor.form
        form.file_wanted.connect(partial(self._on_wanted, workspace))
        form.file_dropped.connect(partial(self._on_dropped, workspace))

    def leave(self, workspace: Workspace) -> None:
        """Give up the files of a request that is closed."""
        for name in [name for name, (space, _) in self._places.items() if space is workspace]:
            del self._places[name]
            self.cancel_wanted.emit(name)

    def attach(self, workspace: Workspace, file: str, path: Path) -> None:
        """Send a file for a place in a request's arguments; one that is on its way there is given up."""
        self._give_up(workspace, path)
        self._number += 1
        name = f"file-{self._number}"
        self._places[name] = workspace, path
        field = workspace.editor.form.schema.at(path)
        lifetime_s = workspace.draft.options.object_lifetime_s
        self.wanted.emit(name, FileWish(file, workspace.profile, field, lifetime_s))
        control = workspace.editor.form.file_input(path)
        if control is not None:
            control.set_preview(_small(file))

    def show(self, name: str, state: Uploading) -> None:
        """Show how far a wish is; a file that has arrived becomes the value of its field."""
        place = self._places.get(name)
        if place is None:
            return
        workspace, path = place
        workspace.show_upload(path, state)
        control = workspace.editor.form.file_input(path)
        if control is not None:
            is_bad = state.step in (Step.FAILED, Step.REFUSED)
            control.set_problem(f"{state.trouble} {state.next_step}".strip() if is_bad else "")
            control.set_busy(is_busy=state.is_under_way)
            share = state.sent_bytes / state.size_bytes if state.size_bytes else None
            control.set_progress(share if state.step is Step.SENDING else None, "" if is_bad else state.words)
        if state.step is Step.DONE:
            workspace.document.set_value(path, state.url, self)
        if not state.is_under_way:
            del self._places[name]

    def _give_up(self, workspace: Workspace, path: Path) -> bool:
        name = next((n for n, place in self._places.items() if place == (workspace, path)), "")
        if name:
            self.cancel_wanted.emit(name)
        return bool(name)

    def _on_dropped(self, workspace: Workspace, file: str, path: Path) -> None:
        self.attach(workspace, file, path)

    def _on_chosen(self, workspace: Workspace, path: Path, file: str) -> None:
        self.attach(workspace, file, path)

    def _on_wanted(self, workspace: Workspace, path: Path) -> None:
        if self._give_up(workspace, path):
            return  # the button of a field that is busy cancels
        field = workspace.editor.form.schema.at(path)
        endings = files.endings(field.media if field is not None else None)
        dialog = QFileDialog(self._window, "Choose a file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        if endings:
            fitting = " ".join(f"*.{ending}" for ending in endings)
            dialog.setNameFilters([f"Fitting files ({fitting})", "All files (*)"])
        dialog.fileSelected.connect(partial(self._on_chosen, workspace, path))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _small(file: str) -> QImage | None:
    """Return a small picture of a file; None for what is no picture, or too large to be worth a pause."""
    if FilePath(file).suffix.lower().lstrip(".") not in ("png", "jpg", "jpeg", "webp", "gif", "bmp"):
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
