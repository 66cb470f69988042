"""The fixed place for the latest value of a stream: a preview, given to the pane that has the events."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.core.artifacts import Artifact, find
from fal_studio.core.events import Partial
from fal_studio.core.request import Json
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.decode import decode
from fal_studio.ui.output.preview import Preview


class Pinned(QWidget):
    """Shows payloads one after another in one place; a picture stays until the next one is there."""

    def __init__(self, bytes_of: Bytes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bytes = bytes_of
        self.preview = Preview(bytes_of, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.preview)
        self.setMinimumHeight(120)

    def clear(self) -> None:
        """Show nothing."""
        self.preview.clear()

    def show_value(self, payload: Json, text: str) -> None:
        """Show a payload, and the text so far."""
        if find(payload):
            self.preview.show_payload(payload)
        elif text:
            self.preview.take_partials([Partial(0, text)])

    def thumbnail(self, item: Artifact, size: QSize) -> QImage | None:
        """Return a small picture of an artifact whose bytes are at hand."""
        if item.blob is None and not item.url.startswith("data:"):
            return None
        found = self._bytes.get(item)
        if found is None:
            return None
        image, error = decode(found[0])
        if error:
            return None
        return image.scaled(
            size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )

    def let_go(self) -> None:
        """Stop players and threads."""
        self.preview.close_media()
