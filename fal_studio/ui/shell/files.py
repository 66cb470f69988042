"""Result files on the user's disk: save where they choose, or open in the system's program."""

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QDir,
    QMimeData,
    QObject,
    QRunnable,
    QSaveFile,
    QSize,
    Qt,
    QThreadPool,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDesktopServices, QDrag, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from fal_studio.core.artifacts import Artifact
from fal_studio.core.names import safe_name
from fal_studio.core.written import Writes
from fal_studio.ui import icons
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.shell.file_choice import choose_place
from fal_studio.words import tr

_PULLED = QSize(96, 96)
"""A file under the pointer while it is pulled."""
CARRIES_UP_TO_BYTES = 128 * 1024 * 1024
"""Into a larger file nothing is written while somebody pulls at it: that would take too long."""
OPENED = frozenset(
    {
        ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".ico",
        ".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mp3", ".wav", ".flac", ".ogg", ".opus", ".m4a", ".aac",
        ".glb", ".gltf", ".obj", ".ply", ".stl", ".fbx", ".usdz", ".splat",
        ".txt", ".md", ".csv", ".json", ".srt", ".vtt", ".pdf", ".zip", ".safetensors",
    }
)  # fmt: skip
"""What is handed to the system's programs. Others may be run by them (.desktop, .exe), or fetch and run things (.html, .svg)."""


class _Answers(QObject):
    done = Signal(str, str)


class _Copying(QRunnable):
    """Copies a large file away from the window's thread."""

    def __init__(self, source: Path, path: Path) -> None:
        super().__init__()
        self.answers = _Answers()
        self._source, self._path = source, path

    def run(self) -> None:
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            shutil.copyfile(self._source, part)
            part.replace(self._path)
        except OSError as error:
            part.unlink(missing_ok=True)
            self.answers.done.emit(
                tr("{path} could not be written: {strerror}.").format(
                    path=self._path, strerror=error.strerror
                ),
                "bad",
            )
        else:
            self.answers.done.emit(tr("Saved {path}").format(path=self._path), "good")


class ResultFiles(QObject):
    """Writes artifacts; tells what it did, or why it could not."""

    told = Signal(str, str)
    """A sentence, and its tone: "good" or "bad"."""

    def __init__(self, bytes_of: Bytes, window: QWidget) -> None:
        super().__init__(window)
        self._bytes = bytes_of
        self._window = window
        self._shared: Path | None = None
        """Where others take files from; None before the first."""
        self._carrying: dict[str, Artifact] = {}
        """Results that were written with their request in them, by their place."""

    def save(self, artifact: Artifact, writes: Writes | None = None) -> None:
        """Ask where, then write, with what goes into the file; the dialog does not block anything."""
        content = self._content(artifact)
        if content is None:
            self.told.emit(
                tr("{name} is still being fetched. Try again in a moment.").format(name=artifact.name), "bad"
            )
            return
        then = partial(self._on_selected, content, artifact, writes)
        choose_place(self._window, tr("Save result"), _name_of(artifact), then)

    def open(self, artifact: Artifact) -> None:
        """Hand the file to the system's own program."""
        if (ending := Path(_name_of(artifact)).suffix.lower()) not in OPENED:
            kind = tr("A {ending} file").format(ending=ending) if ending else tr("A file without an ending")
            self.told.emit(
                tr("{kind} is not opened from here, as it may run something. Save it instead.").format(
                    kind=kind
                ),
                "bad",
            )
            return
        if (path := self._copy_of(artifact)) is not None:
            self.told.emit(tr("Saved {path}").format(path=path), "good")
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def drag(self, artifacts: Sequence[Artifact], picture: QImage, writes: Writes | None = None) -> None:
        """Let files be pulled onto a field, or out of the window; returns when they are dropped."""
        self.drag_each([(artifact, writes) for artifact in artifacts], picture)

    def drag_each(self, files: Sequence[tuple[Artifact, Writes | None]], picture: QImage) -> None:
        """Let files of several calls be pulled, each with what goes into it; `picture` is how they look."""
        if (data := self._pulled(files)) is None:
            return
        drag = QDrag(self._window)
        drag.setMimeData(data)
        ratio = self._window.devicePixelRatioF()
        if picture.isNull():
            small = icons.icon(files[0][0].kind.value, "text.1").pixmap(_PULLED / 3)
        else:
            small = QPixmap.fromImage(
                picture.scaled(
                    _PULLED * ratio,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
            small.setDevicePixelRatio(ratio)
        drag.setPixmap(small)
        drag.exec(Qt.DropAction.CopyAction)

    def pulled(self, artifacts: Sequence[Artifact], writes: Writes | None = None) -> QMimeData | None:
        """Return what is pulled: the files themselves, which fields and other programs take. None if one is not here.

        `writes` goes into them, as into saved files.
        """
        return self._pulled([(artifact, writes) for artifact in artifacts])

    def _pulled(self, files: Sequence[tuple[Artifact, Writes | None]]) -> QMimeData | None:
        paths = [self._copy_of(artifact, writes) for artifact, writes in files]
        found = [path for path in paths if path is not None]
        if len(found) < len(paths) or not found:
            return None
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in found])
        return data

    def plain(self, file: str) -> str:
        """Return the place of a result as it came, for one that was written with its request in it; others stay."""
        artifact = self._carrying.get(file)
        path = self._copy_of(artifact) if artifact is not None else None
        return str(path) if path is not None else file

    def _copy_of(self, artifact: Artifact, writes: Writes | None = None) -> Path | None:
        """Write a file where others can take it, and return the place; None if that did not work, which is told."""
        found = self._content(artifact)
        if found is None:
            self.told.emit(
                tr("{name} is still being fetched. Try again in a moment.").format(name=artifact.name), "bad"
            )
            return None
        data, key = found, artifact.key
        if writes is not None and isinstance(data, bytes):
            data, key = writes.into(data, artifact), f"{key} of {writes.key(artifact)}"
        folder = self._shared or Path(QDir.tempPath())
        try:
            self._shared = folder = self._shared or _own_folder(folder)
            # One folder a file: results like to share names, and one that is being uploaded must not change.
            folder /= hashlib.sha256(key.encode()).hexdigest()[:12]
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / _name_of(artifact)
            size_bytes = data.stat().st_size if isinstance(data, Path) else len(data)
            is_there = path.exists() and path.stat().st_size == size_bytes
        except OSError as error:
            self.told.emit(
                tr("{folder} cannot be made: {strerror}.").format(folder=folder, strerror=error.strerror),
                "bad",
            )
            return None
        if isinstance(data, Path):
            return path if is_there or self._link(data, path) else None
        if data is not found:
            self._carrying[str(path)] = artifact
        return path if is_there or self._put(path, data) else None

    def _content(self, artifact: Artifact) -> bytes | Path | None:
        """Return the bytes of a result, of a large one where its file is; None while it is being fetched."""
        file = self._bytes.file(artifact)
        if file is not None:
            path = Path(file[0])
            try:
                return path if path.stat().st_size > CARRIES_UP_TO_BYTES else path.read_bytes()
            except OSError:
                pass  # it is gone from the disk: then it is fetched again
        found = self._bytes.get(artifact)
        return found[0] if found is not None else None

    def _link(self, large: Path, path: Path) -> bool:
        """Let a large file be found under its name at once; copying it would hold up the window."""
        try:
            path.unlink(missing_ok=True)
            path.hardlink_to(large)
        except OSError as error:
            self.told.emit(
                tr("{name} is too large to be pulled out ({strerror}). Save it.").format(
                    name=path.name, strerror=error.strerror
                ),
                "bad",
            )
            return False
        return True

    def _on_selected(
        self, content: bytes | Path, artifact: Artifact, writes: Writes | None, path: str
    ) -> None:
        if isinstance(content, Path):
            work = _Copying(content, Path(path))
            work.answers.done.connect(self.told)
            QThreadPool.globalInstance().start(work)
        else:
            self.write(Path(path), content if writes is None else writes.into(content, artifact))

    def write(self, path: Path, data: bytes) -> bool:
        """Write whole or not at all, and say so."""
        is_written = self._put(path, data)
        if is_written:
            self.told.emit(tr("Saved {path}").format(path=path), "good")
        return is_written

    def _put(self, path: Path, data: bytes) -> bool:
        file = QSaveFile(str(path))
        if file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit():
            return True
        self.told.emit(
            tr("{path} could not be written: {error_string}. Choose another place.").format(
                path=path, error_string=file.errorString()
            ),
            "bad",
        )
        return False


def _own_folder(around: Path) -> Path:
    """Return a folder of this user alone; one that somebody else may write to is not used. Raises OSError."""
    folder = around / "fal-studio"
    folder.mkdir(mode=0o700, exist_ok=True)
    about = folder.lstat()
    is_own = os.name != "posix" or (about.st_uid == os.getuid() and not about.st_mode & 0o022)
    if stat.S_ISDIR(about.st_mode) and is_own:
        return folder
    return Path(tempfile.mkdtemp(prefix="fal-studio-", dir=around))


def _name_of(artifact: Artifact) -> str:
    return safe_name(artifact.name, artifact.content_type)
