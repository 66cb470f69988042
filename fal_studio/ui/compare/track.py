"""One film or sound of a lane: steered by the shared playhead, shown by whoever takes its pictures."""

from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl, Signal
from PySide6.QtGui import QImage

from fal_studio.ui.widgets.loudness import Loud, Loudness
from fal_studio.ui.widgets.steering import Steering

_USUAL_FPS = 25.0
"""Pictures a second of a film that does not say."""


class Track(QObject):
    """Plays one file from the disk, or from memory. It moves only as it is told."""

    changed = Signal()
    """Its length is known, there is another picture to be taken, or its loudness is read."""
    failed = Signal(str)

    def __init__(
        self, media: Any, source: str | bytes, content_type: str, *, is_film: bool, parent: QObject
    ) -> None:
        """`media` is QtMultimedia; `source`: the path of a file, of which only what is played is read, or the bytes of one."""
        super().__init__(parent)
        self.is_film = is_film
        self.duration_ms = 0
        self.peaks: list[float] = []
        """The loudness of a sound, 0 to 1, from its beginning to its end."""
        self.corrected_ms = -1
        """When it was put right last, by the clock of the playhead; -1 for never."""
        self._frame: Any = None
        self._frame_ms = 0
        self._loudness: Loudness | None = None
        self._is_playing = False
        # What reads comes before what is read: Qt deletes them in this order.
        self._player: Any = media.QMediaPlayer(self)
        self._steering = Steering(self._player)
        self._sound: Any = media.QAudioOutput(self)
        self._buffer = QBuffer(self)
        self._player.setAudioOutput(self._sound)
        self._player.durationChanged.connect(self._on_duration)
        self._player.errorOccurred.connect(self._on_error)
        if is_film:
            self._sink: Any = media.QVideoSink(self)
            self._player.setVideoOutput(self._sink)
            self._sink.videoFrameChanged.connect(self._on_frame)
        self._open(source, content_type)
        self._steering.pause.emit()
        if not is_film:
            self._loudness = Loudness(source, self)
            self._loudness.read.connect(self._on_loudness)

    def _open(self, source: str | bytes, content_type: str) -> None:
        if isinstance(source, str):
            self._steering.source.emit(QUrl.fromLocalFile(source))
            return
        self._buffer.setData(QByteArray(source))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        ending = content_type.rsplit("/", 1)[-1].split(";", maxsplit=1)[0] or "mp4"
        self._steering.device.emit(self._buffer, QUrl(f"memory.{ending}"))

    @property
    def now_ms(self) -> int:
        """Where it is: of a film the picture that it shows, which is more exact than its position."""
        return self._frame_ms if self.is_film else int(self._player.position())

    @property
    def is_playing(self) -> bool:
        """Whether it was told to move."""
        return self._is_playing

    @property
    def picture_ms(self) -> float:
        """How long one picture of the film stands."""
        facts = self._player.metaData()
        fps = facts.value(type(facts).Key.VideoFrameRate)
        return 1000 / (fps if isinstance(fps, float) and 1 <= fps <= 1000 else _USUAL_FPS)

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture that was not taken yet."""
        return self._frame is not None

    def take_picture(self) -> QImage:
        """Return the picture that stands there now; it takes some milliseconds."""
        frame, self._frame = self._frame, None
        return frame.toImage()

    def play(self) -> None:
        """Go on, unless its end has come."""
        self._is_playing = True
        self._steering.play.emit()

    def pause(self) -> None:
        """Stand still."""
        self._is_playing = False
        self._steering.pause.emit()

    def put(self, position_ms: float) -> None:
        """Go to a place; one behind its end is its last picture."""
        if not self._is_playing:
            self._steering.pause.emit()  # at its end it has stopped, and would show nothing
        last_ms = self.duration_ms - (self.picture_ms / 2 if self.is_film else 0)
        self._steering.put.emit(round(max(0.0, min(position_ms, last_ms))))

    def set_speed(self, speed: float) -> None:
        """Play faster or slower; 1 is as it was made."""
        self._steering.speed.emit(speed)

    def set_heard(self, *, is_heard: bool) -> None:
        """Let its sound be heard."""
        self._sound.setMuted(not is_heard)

    def close(self) -> None:
        """Let go of the file."""
        if self._loudness is not None:
            self._loudness.stop()
        self._steering.stop.emit()
        self._steering.source.emit(QUrl())
        self.deleteLater()

    def _on_duration(self, duration_ms: int) -> None:
        self.duration_ms = duration_ms
        self.changed.emit()

    def _on_frame(self, frame: Any) -> None:
        if frame.isValid():
            self._frame = frame
            self._frame_ms = max(0, int(frame.startTime()) // 1000)
            self.changed.emit()

    def _on_loudness(self, found: Loud) -> None:
        self.peaks = found.peaks
        if not self.duration_ms:
            self.duration_ms = found.length_ms
        self.changed.emit()

    def _on_error(self, _error: Any, text: str) -> None:
        self.failed.emit(text)
