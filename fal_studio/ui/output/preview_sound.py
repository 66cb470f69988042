"""The part of a preview that lets a sound be heard while its pieces come, and then makes a file of it."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from fal_studio.core.artifacts import Artifact, Kind, find
from fal_studio.core.request import Json
from fal_studio.core.sounds import sound_of
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.sound_stream import SoundStream
from fal_studio.ui.output.sound_view import SoundView


class SoundPart(QObject):
    """Stands on the stage from the first piece on, until all of the sound was heard."""

    opening = Signal()
    """A sound begins: the stage is its own."""
    named = Signal(object)
    """All was heard, and this result names the file of it."""
    put_together = Signal(tuple)
    """All was heard: the file of all pieces, and the other files of the result."""

    def __init__(self, stage: QStackedWidget, bytes_of: Bytes) -> None:
        super().__init__(stage)
        self._stage, self._bytes = stage, bytes_of
        self.stream: SoundStream | None = None
        """Made with the first piece."""
        self._view: SoundView | None = None
        self._count = 0
        self._final: Json = None

    @property
    def is_on(self) -> bool:
        """Whether a sound comes in pieces, or came and is still being heard."""
        return self._view is not None

    def take(self, payload: Json, arguments: Json, *, is_live: bool) -> None:
        """Take a payload that may hold a piece; `arguments` may say how raw sound is to be taken."""
        if not self.is_on and sound_of(payload) is None:
            return
        stream = self.stream or self._make()
        if not self.is_on:
            self.opening.emit()
            stream.begin(arguments)
            self._view = SoundView(stream, self._stage)
            self._stage.addWidget(self._view)
            self._stage.setCurrentWidget(self._view)
        stream.take(payload, is_live=is_live)

    def finish(self, payload: Json) -> bool:
        """Note that the stream is over, with a result or None; False: no sound came in it."""
        if self.stream is None or not self.is_on:
            return False
        self._final = payload
        self.stream.end()
        return True

    def drop(self) -> None:
        """Leave the stage."""
        self._final = None
        if self.stream is not None:
            self.stream.begin(None)
        if self._view is not None:
            self._stage.removeWidget(self._view)
            self._view.deleteLater()
            self._view = None

    def close(self) -> None:
        """Let go of players and threads."""
        if self.stream is not None:
            self.drop()
            self.stream.close()

    def _make(self) -> SoundStream:
        self.stream = SoundStream(self._bytes, self)
        self.stream.done.connect(self._on_done)
        return self.stream

    def _on_done(self) -> None:
        stream = self.stream
        if stream is None:
            return
        final, files = self._final, find(self._final)
        is_new = stream.ends_with_whole or stream.pieces == 1 or stream.last != final
        others = tuple(item for item in files if item.kind is not Kind.AUDIO)
        if is_new and len(others) < len(files):
            self.drop()
            self.named.emit(final)
        elif wav := stream.wav():
            self._count += 1
            name = f"sound of a stream {id(self)}.{self._count}"
            whole = Artifact(Kind.AUDIO, "sound", name, content_type="audio/wav", file_name="sound.wav")
            self._bytes.put(name, wav, "audio/wav")
            self.drop()
            self.put_together.emit((whole, *others))
