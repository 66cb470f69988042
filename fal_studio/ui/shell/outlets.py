"""What can be done with a result apart from looking at it: a menu, and the work behind its entries."""

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QMenu, QWidget

from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.core.schema.field import Field, FieldKind, Media, Schema
from fal_studio.core.schema.field import Path as Place
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.pictures import PictureGrid
from fal_studio.ui.shell.attaching import Attaching
from fal_studio.ui.shell.files import ResultFiles
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.core.written import Writes
    from fal_studio.ui.output.viewer import Viewer

CallOf = Callable[[], str]
"""Returns the call whose pictures a window shows."""
MOST_MODELS = 12
"""Models that the menu names; the others are in the browser."""


class Host(Protocol):
    """What is needed of the window."""

    attaching: Attaching
    bytes_of: Bytes

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    @property
    def files(self) -> ResultFiles:
        """Result files on the disk."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """The endpoints that are known."""
        ...

    def writes(self, call: str = "") -> "Writes | None":
        """What goes into files of a call's result; None for a call of somebody else."""
        ...

    def open_endpoint(self, endpoint: str) -> None:
        """Open a request for an endpoint in a tab of its own."""
        ...

    def browse_models(self, words: str = "", endpoint: str = "") -> None:
        """Open the sheet of models."""
        ...

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""
        ...


class Outlets(QObject):
    """Opens the menu of a result."""

    keep_wanted = Signal(str, tuple)
    """A call, and the Artifacts that are to be saved in the media folder; answer with `kept`."""
    describe_wanted = Signal(str, object, object)
    """A call, the Artifact of a picture, and how that looks (a QImage or None): somebody wants to say what it shows."""
    rules_wanted = Signal()
    """Show how results are saved, to be changed."""

    def __init__(self, host: Host, window: QWidget) -> None:
        super().__init__(window)
        self._host, self._window = host, window
        self._saved: dict[str, Path] = {}
        self._shown_when_saved = ""
        self._looked_at = ""
        """The call whose pictures have a window of their own."""
        self._viewer: Viewer | None = None

    @property
    def viewer(self) -> "Viewer":
        """The window for pictures; made when the first is looked at."""
        if self._viewer is None:
            self._viewer = self.new_viewer(lambda: self._looked_at)
        return self._viewer

    def new_viewer(self, call_of: CallOf) -> "Viewer":
        """Return another window for pictures.

        What goes out of it is written as that call's whose pictures it shows: another one may be in front by then.
        """
        module: Any = importlib.import_module("fal_studio.ui.output.viewer")
        viewer: Viewer = module.Viewer(self._host.bytes_of, self._window)
        viewer.copy_wanted.connect(partial(self._on_copy_wanted, call_of))
        viewer.copy_files_wanted.connect(partial(self._on_copy_files_wanted, call_of))
        viewer.drag_wanted.connect(partial(self._on_drag_wanted, call_of))
        viewer.keep_wanted.connect(partial(self._on_keep_wanted, call_of))
        viewer.menu_wanted.connect(partial(self._on_menu_wanted, call_of))
        return viewer

    def look(self, call: str, artifacts: Sequence[Artifact], place: int, pictures: PictureGrid) -> None:
        """Show the pictures of a call's result in a window of their own, beginning at one."""
        self._looked_at = call
        files = [item for item in artifacts if item.kind is Kind.IMAGE]
        if place < len(files):
            self.viewer.made_from = pictures.made_from
            self.viewer.set_told(pictures.told)
            self.viewer.show_files(files, place, pictures.image(place))

    def _on_copy_wanted(self, call_of: CallOf, file: Artifact, look: QImage) -> None:
        self.copy(call_of(), file, look)

    def _on_copy_files_wanted(self, call_of: CallOf, files: tuple[Artifact, ...]) -> None:
        self.copy_files(call_of(), files)

    def _on_drag_wanted(self, call_of: CallOf, files: tuple[Artifact, ...], look: QImage) -> None:
        self.drag(call_of(), files, look)

    def _on_keep_wanted(self, call_of: CallOf, files: tuple[Artifact, ...]) -> None:
        self.keep_wanted.emit(call_of(), files)

    def _on_menu_wanted(
        self,
        call_of: CallOf,
        chosen: Artifact,
        all_of: tuple[Artifact, ...],
        look: QImage | None,
        at: QPoint,
    ) -> None:
        self.open(call_of(), chosen, all_of, look, at)

    def describe(self, call: str, path: str, words: str) -> None:
        """Let the window for pictures say what a person has just said of one."""
        if self._viewer is not None and call == self._looked_at:
            self._viewer.describe(path, words)

    def drag(self, call: str, files: Sequence[Artifact], picture: QImage) -> None:
        """Let files of a call's result be pulled out of the window; `picture` is how they look."""
        self._host.files.drag(files, picture, self._host.writes(call))

    def drag_several(self, results: Sequence[tuple[str, Sequence[Artifact]]], picture: QImage) -> None:
        """Let the files of several calls be pulled out of the window together, by their calls."""
        files = [(file, self._host.writes(call)) for call, made in results for file in made]
        self._host.files.drag_each(files, picture)

    def close(self) -> None:
        """Close the window for pictures."""
        if self._viewer is not None:
            self._viewer.close_media()

    def kept(self, key: str, path: Path) -> None:
        """Take the news that a file was saved there."""
        self._saved[key] = path
        if self._shown_when_saved == key:
            self._shown_when_saved = ""
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def menu(self, call: str, chosen: Artifact, all_of: Sequence[Artifact], picture: QImage | None) -> QMenu:
        """Return the menu of one file of a call's result; it deletes itself when it closes."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addAction(tr("Save in the media folder"), partial(self.keep_wanted.emit, call, (chosen,)))
        if len(all_of) > 1:
            words = tr("Save all {count} in the media folder").format(count=len(all_of))
            menu.addAction(words, partial(self.keep_wanted.emit, call, tuple(all_of)))
        menu.addAction(tr("Show in its folder"), partial(self.show_in_folder, call, chosen))
        menu.addSeparator()
        menu.addAction(tr("Copy as picture, file and text"), partial(self.copy, call, chosen, picture))
        if chosen.url.startswith("http"):
            menu.addAction(tr("Copy its address"), partial(self._host.copy, chosen.url))
        menu.addSeparator()
        if chosen.kind is Kind.IMAGE:
            menu.addAction(
                tr("Describe the picture…"), partial(self.describe_wanted.emit, call, chosen, picture)
            )
        self._add_models(menu.addMenu(tr("Use as input of")), chosen)
        menu.addSeparator()
        menu.addAction(tr("How results are saved…"), self.rules_wanted.emit)
        return menu

    def open(
        self, call: str, chosen: Artifact, all_of: Sequence[Artifact], picture: QImage | None, at: QPoint
    ) -> None:
        """Open the menu at a place of the screen."""
        self.menu(call, chosen, all_of, picture).popup(at)

    def copy(self, call: str, artifact: Artifact, picture: QImage | None) -> bool:
        """Put a file of a call's result on the clipboard in all forms: each program takes the one that it knows.

        False: it is not here, which is told.
        """
        if (data := self._host.files.pulled((artifact,), self._host.writes(call))) is None:
            return False
        if picture is not None:
            data.setImageData(picture)
        is_address = artifact.url.startswith("http")
        data.setText(artifact.url if is_address else data.urls()[0].toLocalFile())
        QGuiApplication.clipboard().setMimeData(data)
        return True

    def copy_files(self, call: str, artifacts: Sequence[Artifact]) -> None:
        """Put several files of a call's result on the clipboard, and their addresses as text."""
        if len(artifacts) == 1:
            self.copy(call, artifacts[0], None)
            return
        if (data := self._host.files.pulled(artifacts, self._host.writes(call))) is None:
            return
        places = zip(artifacts, data.urls(), strict=True)
        data.setText(
            "\n".join(file.url if file.url.startswith("http") else url.toLocalFile() for file, url in places)
        )
        QGuiApplication.clipboard().setMimeData(data)

    def use(self, artifact: Artifact, endpoint: str) -> None:
        """Open a request for a model with a file in the first field that takes it."""
        place = place_for(self._host.catalogue.get(endpoint).schema, artifact.kind)
        data = self._host.files.pulled((artifact,))
        if place is None or data is None:
            return
        self._host.open_endpoint(endpoint)
        self._host.attaching.attach(self._host.workspace, data.urls()[0].toLocalFile(), place)

    def _add_models(self, menu: QMenu, artifact: Artifact) -> None:
        fitting = [one for one in self._host.catalogue.all() if place_for(one.schema, artifact.kind)]
        fitting.sort(key=lambda one: not self._host.catalogue.is_favourite(one.id))
        for endpoint in fitting[:MOST_MODELS]:
            menu.addAction(endpoint.id, partial(self.use, artifact, endpoint.id))
        if fitting:
            menu.addSeparator()
        menu.addAction(
            tr("Look for another model…"), partial(self._host.browse_models, f"{artifact.kind}-to")
        )

    def show_in_folder(self, call: str, artifact: Artifact) -> None:
        """Show a file of a call's result in its folder; one that was not saved yet is saved in the media folder before."""
        path = self._saved.get(artifact.key)
        if path is not None and path.exists():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
            return
        self._shown_when_saved = artifact.key
        self.keep_wanted.emit(call, (artifact,))


_TAKES = {Kind.IMAGE: Media.IMAGE, Kind.VIDEO: Media.VIDEO, Kind.AUDIO: Media.AUDIO, Kind.MESH: Media.MESH}


def place_for(schema: Schema, kind: Kind) -> Place | None:
    """Return where a file of a kind goes in the arguments of an endpoint; required fields first, None where it does not fit."""
    fields = sorted(schema.fields, key=lambda field: not field.required)
    return next((place for field in fields if (place := _place_in(field, kind)) is not None), None)


def _place_in(field: Field, kind: Kind) -> Place | None:
    if field.media is None or field.media is not _TAKES.get(kind):
        return None
    return (field.name, 0) if field.kind is FieldKind.LIST else (field.name,)
