"""Where results go from the request in front: saved, opened, pulled out, copied, looked at large."""

import importlib
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.shell.attaching import Attaching
from fal_studio.ui.shell.save_rules import SaveRules
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.wire_files import WireFiles
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.toasts import News, ToastHost, ToastTone
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.core.written import Writes
    from fal_studio.ui.shell.describing import Describing
    from fal_studio.ui.shell.files import ResultFiles
    from fal_studio.ui.shell.outlets import Outlets


class Host(Protocol):
    """What is needed of the window."""

    attaching: Attaching
    bytes_of: Bytes
    toasts: ToastHost
    status: StatusBar
    save_rules: SaveRules
    wire: WireFiles

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...


class ResultWays(QObject):
    """Does what result panes ask for; the work behind it is loaded when it is first wanted."""

    keep_wanted = Signal(str, tuple)
    """A call, and the Artifacts of it that are to be saved in the media folder; answer with `outlets.kept`."""
    described = Signal(str, str, str)
    """A call, where a picture stands in its result, and what a person says that it shows ("": nothing any more)."""
    rules_wanted = Signal()
    """How results are saved is to be changed."""

    def __init__(self, host: Host, window: QWidget, calls: Calls) -> None:
        super().__init__(window)
        self._host, self._window, self._calls = host, window, calls
        self._files: ResultFiles | None = None
        self._outlets: Outlets | None = None
        self._describing: Describing | None = None

    @property
    def files(self) -> "ResultFiles":
        """Result files on the disk."""
        if self._files is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.files")
            files: ResultFiles = module.ResultFiles(self._host.bytes_of, self._window)
            self._host.attaching.plain = files.plain
            files.told.connect(self._on_file_told)
            self._files = files
        return self._files

    @property
    def outlets(self) -> "Outlets":
        """What can be done with results."""
        if self._outlets is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.outlets")
            outlets: Outlets = module.Outlets(self._host, self._window)
            outlets.keep_wanted.connect(self.keep_wanted)
            outlets.rules_wanted.connect(self.rules_wanted)
            outlets.describe_wanted.connect(self._on_describe_wanted)
            self._outlets = outlets
        return self._outlets

    @property
    def describing(self) -> "Describing":
        """What people say that pictures show."""
        if self._describing is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.describing")
            describing: Describing = module.Describing(self._host, self._window, self._calls)
            describing.said.connect(self.described)
            describing.said.connect(self.outlets.describe)
            self._describing = describing
        return self._describing

    def watch(self, workspace: Workspace) -> None:
        """Do what a request's result asks for."""
        result, parts, wire = workspace.result, workspace.result.parts, self._host.wire
        parts.save_wanted.connect(partial(self._on_save_wanted, workspace))
        parts.look_wanted.connect(self._on_look_wanted)
        parts.menu_wanted.connect(self._on_menu_wanted)
        parts.open_wanted.connect(self._on_open_wanted)
        parts.extract_wanted.connect(wire.save_extract)
        parts.archive_wanted.connect(wire.save_archive)
        parts.transcript_wanted.connect(wire.save_transcript)
        result.drag_wanted.connect(self._on_drag_wanted)
        parts.keep_wanted.connect(self._on_keep_wanted)
        parts.copy_files_wanted.connect(self._on_copy_wanted)
        parts.folder_wanted.connect(self._on_folder_wanted)
        parts.copy_picture_wanted.connect(self._on_copy_picture_wanted)

    def writes(self, call: str = "") -> "Writes | None":
        """Return what goes into files of a call's result, "": of the one in front; None for a call of somebody else."""
        call = call or self._host.workspace.result.call
        request = self._calls.request(call) if call else None
        if request is None:
            return None
        written: Any = importlib.import_module("fal_studio.core.written")
        writes: Writes = written.writes_of(
            request, self._calls.state(call), carries_request=self._host.save_rules.carries_request
        )
        return writes

    def let_go(self) -> None:
        """Stop what still works on results."""
        if self._outlets is not None:
            self._outlets.close()

    def _on_save_wanted(self, space: Workspace, artifact: Artifact) -> None:
        self.files.save(artifact, self.writes(space.result.call))

    def _on_menu_wanted(self, artifact: Artifact, at: QPoint) -> None:
        result = self._host.workspace.result
        is_seen = artifact.kind is Kind.IMAGE and artifact == result.preview.chosen
        picture = result.preview.pictures.image(result.preview.pictures.chosen) if is_seen else None
        self.outlets.open(result.call, artifact, result.preview.artifacts, picture, at)

    def _on_describe_wanted(self, call: str, picture: Artifact, look: QImage | None) -> None:
        self.describing.ask(call, picture, look)

    def _on_look_wanted(self, place: int) -> None:
        result = self._host.workspace.result
        self.outlets.look(result.call, result.preview.artifacts, place, result.preview.pictures)

    def _on_open_wanted(self, artifact: Artifact) -> None:
        self.files.open(artifact)

    def _on_drag_wanted(self, artifacts: tuple[Artifact, ...], picture: QImage) -> None:
        self.outlets.drag(self._host.workspace.result.call, artifacts, picture)

    def _on_keep_wanted(self, artifacts: tuple[Artifact, ...]) -> None:
        self.outlets.keep_wanted.emit(self._host.workspace.result.call, artifacts)

    def _on_copy_wanted(self, artifacts: tuple[Artifact, ...]) -> None:
        self.outlets.copy_files(self._host.workspace.result.call, artifacts)

    def _on_folder_wanted(self, artifact: Artifact) -> None:
        self.outlets.show_in_folder(self._host.workspace.result.call, artifact)

    def _on_copy_picture_wanted(self, artifact: Artifact, picture: QImage | None) -> None:
        if self.outlets.copy(self._host.workspace.result.call, artifact, picture):
            self._host.status.tell(tr("Copied as picture, file and text"))

    def _on_file_told(self, text: str, tone: ToastTone) -> None:
        self._host.toasts.tell(News(text, tone))
