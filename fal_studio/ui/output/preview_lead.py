"""The part of a preview that gives the stage to one file: a film, a sound or a 3D model."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.ui.output.mesh_view import MeshView
from fal_studio.ui.output.player import MediaPlayer

_LEADING = (Kind.MESH, Kind.VIDEO, Kind.AUDIO)
"""What takes the stage for itself, and what comes first of them."""
_POSTERS = ("thumbnail", "poster", "cover")
"""What a picture is called that stands for a film."""


class LeadPart(QObject):
    """Stands on the stage until another file is shown there, or none; whoever shows one brings its bytes."""

    ready = Signal()
    """It is on screen."""
    pulled = Signal(object, QImage)
    """The Artifact was pulled out, and how it looks."""
    menu_wanted = Signal(object, QPoint)
    """The Artifact was pressed with the right button, at a place of the screen."""

    def __init__(self, stage: QStackedWidget, otherwise: QWidget) -> None:
        """`otherwise` is what the stage shows without it."""
        super().__init__(stage)
        self._stage, self._otherwise = stage, otherwise
        self.view: MediaPlayer | MeshView | None = None
        self.key = ""
        """That of the file that is shown, "" for none."""
        self._poster_key = ""

    @property
    def is_ready(self) -> bool:
        """Whether it is on screen, or there is nothing to wait for."""
        return self.view is None or self.view.is_ready

    def show(self, item: Artifact) -> bool:
        """Give the stage to a file; False: it has it already."""
        if item.key == self.key and self.view is not None:
            return False
        self.drop()
        if item.kind is Kind.MESH:
            view = MeshView(item.name, self._stage)
        else:
            view = MediaPlayer(item.name, is_video=item.kind is Kind.VIDEO, parent=self._stage)
            view.pulled.connect(partial(self._on_pulled, item))
        view.frame_shown.connect(self.ready)
        view.menu_wanted.connect(partial(self.menu_wanted.emit, item))
        self.view, self.key = view, item.key
        self._stage.addWidget(view)
        self._stage.setCurrentWidget(view)
        return True

    def drop(self) -> None:
        """Leave the stage."""
        if self.view is not None:
            self.view.stop()
            self._stage.removeWidget(self.view)
            self.view.deleteLater()
            self.view = None
        self.key = self._poster_key = ""
        self._stage.setCurrentWidget(self._otherwise)

    def poster_of(self, artifacts: Sequence[Artifact]) -> Artifact | None:
        """Return the picture of a result that stands for its film until that is here; `show_poster` takes it."""
        pictures = (item for item in artifacts if item.kind is Kind.IMAGE)
        poster = next(
            (item for item in pictures if any(word in item.path.lower() for word in _POSTERS)), None
        )
        self._poster_key = poster.key if poster is not None else ""
        return poster

    def show_poster(self, key: str, image: QImage) -> None:
        """Show a picture, if it is the one that stands for the film."""
        if key == self._poster_key and isinstance(self.view, MediaPlayer):
            self.view.show_poster(image)

    def take(self, key: str, data: bytes, content_type: str) -> None:
        """Take a file's bytes, if it is this one."""
        if self.view is not None and key == self.key:
            self.view.take(data, content_type)

    def take_file(self, key: str, path: str) -> None:
        """Play a film or sound from the disk, if it is this one."""
        if isinstance(self.view, MediaPlayer) and key == self.key:
            self.view.take_file(path)

    def say(self, key: str, words: str) -> None:
        """Say why a file cannot be shown, if it is this one."""
        if self.view is not None and key == self.key:
            self.view.show_message(words)

    def show_progress(self, key: str, received_bytes: int, total_bytes: int | None) -> None:
        """Say how much of a file is here, if it is this one."""
        if self.view is not None and key == self.key:
            self.view.show_progress(received_bytes, total_bytes)

    def _on_pulled(self, item: Artifact) -> None:
        self.pulled.emit(item, self.view.frame if self.view is not None else QImage())


def leading(artifacts: Sequence[Artifact], wanted_key: str) -> Artifact | None:
    """Return what takes the stage for itself: the wanted file if it is such a one, or what comes first; None: pictures have it."""
    wanted = next((item for item in artifacts if item.key == wanted_key), None)
    if wanted is not None:
        return wanted if wanted.kind in _LEADING else None
    return next((item for kind in _LEADING for item in artifacts if item.kind is kind), None)
