"""The fixed place for the latest value of a stream: a preview, given to the pane that has the events."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.core.artifacts import Artifact, find
from fal_studio.core.events import Partial
from fal_studio.core.request import Json
from fal_studio.core.sounds import sound_of
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.decode import look
from fal_studio.ui.output.preview import Preview
from fal_studio.ui.output.sound_view import SoundView

_SMALL_BYTES = 4_000_000
"""A larger picture would hold up the window while it is made small."""


class Pinned(QWidget):
    """Shows payloads one after another in one place; a picture stays until the next one is there."""

    def __init__(
        self, bytes_of: Bytes, parent: QWidget | None = None, *, heard: Preview | None = None
    ) -> None:
        """`heard`: where the sound of the stream is heard while it comes."""
        super().__init__(parent)
        self._bytes, self._heard = bytes_of, heard
        self._sound: SoundView | None = None
        self.preview = Preview(bytes_of, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.preview)
        self.setMinimumHeight(120)

    def clear(self) -> None:
        """Show nothing."""
        self.preview.clear()
        self._show_sound(is_heard=False)

    def show_value(self, payload: Json, text: str) -> None:
        """Show a payload, and the text so far."""
        is_heard = self._heard is not None and self._heard.hears and sound_of(payload) is not None
        self._show_sound(is_heard=is_heard)
        if is_heard:
            return
        if find(payload):
            self.preview.show_payload(payload)
        elif text:
            self.preview.take_partials([Partial(0, text)])

    def _show_sound(self, *, is_heard: bool) -> None:
        """Show the sound that is being heard, not a player for each of its pieces."""
        sound = self._heard.sound if self._heard is not None else None
        if is_heard and self._sound is None and sound is not None:
            self._sound = SoundView(sound, self)
            self._column.addWidget(self._sound)
        if self._sound is not None:
            self._sound.setVisible(is_heard)
        self.preview.setVisible(not is_heard)

    def thumbnail(self, item: Artifact, size: QSize) -> QImage | None:
        """Return a small picture of an artifact whose bytes are at hand."""
        found = self._bytes.at_hand(item)
        if found is None or len(found[0]) > _SMALL_BYTES:
            return None
        looked = look(found[0], 2 * max(size.width(), size.height()))
        if looked.error:
            return None
        return looked.image.scaled(
            size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )

    def let_go(self) -> None:
        """Stop players and threads."""
        self.preview.close_media()
