"""Films and sounds: one player with its bar. QtMultimedia is loaded when the first one is shown."""

import importlib
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QPoint, QRect, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from fal_studio.core.artifacts import in_bytes
from fal_studio.ui.output.pull import Pull
from fal_studio.ui.widgets.player_bar import PlayerBar
from fal_studio.ui.widgets.steering import Steering
from fal_studio.ui.widgets.waveform import Loudness, Waveform
from fal_studio.words import tr

_USUAL_FPS = 25.0
"""Pictures a second of a film that does not say."""


class MediaPlayer(QWidget):
    """Plays one file from memory. Nothing starts by itself."""

    frame_shown = Signal()
    """The first picture of a film is on screen, or a sound is ready."""
    failed = Signal(str)
    pulled = Signal()
    """Somebody pulls the file out."""
    menu_wanted = Signal(QPoint)

    def __init__(self, name: str, *, is_video: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mediaPlayer")
        self._is_video = is_video
        self._name = name
        self._player: Any = None
        self._sink: Any = None
        self._screen: Screen | None = None
        self._waveform: Waveform | None = None
        self._loudness: Loudness | None = None
        self._buffer = QBuffer(self)
        self._file: QFile | None = None
        """A film that is played from the disk."""
        self._data = QByteArray()
        self._is_ready = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{(tr('Film') if is_video else tr('Sound'))}: {name}")
        self._frame_us = -1
        """When the picture that is on screen begins."""
        self._bar = PlayerBar(self, is_video=is_video)
        self._bar.play_wanted.connect(self.toggle)
        self._bar.step_wanted.connect(self.step)
        self._bar.loop_wanted.connect(self._on_loop)
        self._bar.speed_wanted.connect(self._on_speed)
        self._bar.moved_to.connect(self._on_moved)
        self._bar.mute_wanted.connect(self._on_mute)
        self._message = QLabel(tr("Fetching {name} …").format(name=name), self)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setProperty("role", "caption")
        self._hold(self._message)
        self._stage = QVBoxLayout()
        self._stage.addWidget(self._message, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        column.addLayout(self._stage, 1)
        column.addWidget(self._bar)
        self._bar.setEnabled(False)

    @property
    def is_ready(self) -> bool:
        """Whether there is something to see or hear."""
        return self._is_ready

    @property
    def duration_ms(self) -> int:
        """Length of the file, 0 while unknown."""
        return int(self._player.duration()) if self._player is not None else 0

    @property
    def frame(self) -> QImage:
        """The picture of the film that is on screen; an empty one for a sound."""
        return self._screen.image if self._screen is not None else QImage()

    @property
    def is_looping(self) -> bool:
        """Whether it begins again at its end."""
        return self._player is not None and self._player.loops() < 0

    @property
    def speed(self) -> float:
        """How fast it plays; 1 is as it was made."""
        return float(self._player.playbackRate()) if self._player is not None else 1.0

    def set_speed(self, speed: float) -> None:
        """Play faster or slower."""
        self._bar.set_speed(speed)

    def take(self, data: bytes, content_type: str) -> None:
        """Take the file; shows its first picture and waits for Play."""
        player = self._ready_player()
        if player is None:
            return
        self._data = QByteArray(data)
        self._buffer.setData(self._data)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._begin(self._buffer, len(data), content_type)
        if not self._is_video and self._waveform is not None:
            media: Any = importlib.import_module("PySide6.QtMultimedia")
            self._loudness = Loudness(media, data, self)
            self._loudness.read.connect(self._on_loudness)

    def take_file(self, path: str, content_type: str) -> None:
        """Take a film that is on the disk: only what is played is read."""
        if self._ready_player() is None:
            return
        file = QFile(path, self)
        if not file.open(QIODevice.OpenModeFlag.ReadOnly):
            self.show_message(
                tr("{name} cannot be read: {error_string}. Run it again.").format(
                    name=self._name, error_string=file.errorString()
                )
            )
            return
        self._file = file
        self._begin(file, file.size(), content_type)

    def _begin(self, device: QIODevice, size_bytes: int, content_type: str) -> None:
        ending = content_type.rsplit("/", 1)[-1].split(";", maxsplit=1)[0] or "mp4"
        self._message.setText(f"{self._name}  {in_bytes(size_bytes)}")
        self._player.setSourceDevice(device, QUrl(f"memory.{ending}"))
        if self._is_video:
            self._player.pause()

    def _ready_player(self) -> Any:
        """Return the player, without a file; None if this computer has none, which is said."""
        try:
            media: Any = importlib.import_module("PySide6.QtMultimedia")
        except ImportError as error:
            self.show_message(
                tr(
                    "This computer cannot play media ({error}). Save the file and open it in another program."
                ).format(error=error)
            )
            return None
        if self._player is None:
            self._player = media.QMediaPlayer(self)
            self._steering = Steering(self._player)
            self._build(media, self._player)
        self._player.stop()
        self._let_go()
        return self._player

    def _let_go(self) -> None:
        """Close what was played."""
        self._buffer.close()
        if self._file is not None:
            self._file.close()
            self._file.deleteLater()
            self._file = None

    @property
    def is_from_disk(self) -> bool:
        """Whether it plays a file of the disk, of which only what is played is in memory."""
        return self._file is not None

    def show_poster(self, image: QImage) -> None:
        """Show a picture that stands for the film until the film is here."""
        if self._is_video and not self._is_ready:
            self._make_screen().show_image(image)

    def toggle(self) -> None:
        """Play or pause."""
        if self._player is None:
            return
        state = self._player.playbackState()
        wish = self._steering.pause if state == type(state).PlayingState else self._steering.play
        wish.emit()

    def step(self, by: int) -> None:
        """Go some pictures forwards, or back with a negative number, and stay there."""
        if self._player is None or not self._is_video:
            return
        self._steering.pause.emit()
        length_ms = 1000 / self._frames_a_second()
        now_ms = self._frame_us / 1000 if self._frame_us >= 0 else self._player.position()
        # The middle of a picture: its borders are rounded to whole milliseconds.
        self._on_moved(min(self.duration_ms, max(0, round(now_ms + (by + 0.5) * length_ms))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play, step, jump, loop."""
        if event.modifiers() or not self._bar.take_key(event.key()):
            super().keyPressEvent(event)

    def stop(self) -> None:
        """Stop and let go of the file."""
        if self._loudness is not None:
            self._loudness.stop()
        if self._player is not None:
            self._player.stop()
            self._player.setSource(QUrl())
        self._let_go()

    def show_message(self, text: str) -> None:
        """Say something instead of playing."""
        self._message.setText(text)
        self._message.show()
        self._bar.setEnabled(False)
        self.failed.emit(text)

    def show_progress(self, received_bytes: int, total_bytes: int | None) -> None:
        """Say how much of the file is here."""
        of = tr(" of {total_bytes}").format(total_bytes=in_bytes(total_bytes)) if total_bytes else ""
        self._message.setText(
            tr("Fetching {name}: {received_bytes}{of}").format(
                name=self._name, received_bytes=in_bytes(received_bytes), of=of
            )
        )

    def _build(self, media: Any, player: Any) -> None:
        output = media.QAudioOutput(self)
        player.setAudioOutput(output)
        if self._is_video:
            self._make_screen()
            self._message.hide()
            self._sink = media.QVideoSink(self)
            player.setVideoOutput(self._sink)
            self._sink.videoFrameChanged.connect(self._on_frame)
        else:
            self._waveform = Waveform(self._name, self)
            self._waveform.moved_to.connect(self._on_pressed_at)
            self._stage.insertWidget(0, self._waveform, 1)
            self._stage.setStretch(1, 0)
            player.positionChanged.connect(self._on_position)
        player.durationChanged.connect(self._on_duration)
        player.positionChanged.connect(self._bar.show_position)
        player.playbackStateChanged.connect(self._on_state_changed)
        player.errorOccurred.connect(self._on_error)

    def _make_screen(self) -> "Screen":
        if self._screen is None:
            self._screen = Screen(tr("Film {name}").format(name=self._name), self)
            self._hold(self._screen).clicked.connect(self.toggle)
            self._stage.insertWidget(0, self._screen, 1)
            self._stage.setStretch(1, 0)
        return self._screen

    def _on_frame(self, frame: Any) -> None:
        if not frame.isValid() or self._screen is None:
            return
        self._screen.show_image(frame.toImage())
        self._frame_us = int(frame.startTime())
        if not self._is_ready:
            self._is_ready = True
            self.frame_shown.emit()

    def _on_duration(self, duration_ms: int) -> None:
        self._bar.show_duration(duration_ms)
        self._bar.setEnabled(duration_ms > 0)

    def _on_error(self, _error: Any, text: str) -> None:
        self.show_message(
            tr("{name} cannot be played here: {text}. Save it and open it in another program.").format(
                name=self._name, text=text
            )
        )

    def _on_moved(self, position_ms: int) -> None:
        if self._player is not None:
            self._steering.put.emit(position_ms)

    def _on_loudness(self, peaks: list[float]) -> None:
        if self._waveform is not None:
            self._waveform.set_peaks(peaks)
        self._is_ready = True
        self.frame_shown.emit()

    def _on_position(self, position_ms: int) -> None:
        if self._waveform is not None and self.duration_ms:
            self._waveform.set_played(position_ms / self.duration_ms)

    def _on_pressed_at(self, part: float) -> None:
        self._on_moved(round(part * self.duration_ms))

    def _on_state_changed(self, state: Any) -> None:
        self._bar.show_playing(state == type(state).PlayingState)

    def _on_loop(self, is_wanted: bool) -> None:
        if self._player is not None:
            self._player.setLoops(-1 if is_wanted else 1)

    def _on_speed(self, speed: float) -> None:
        if self._player is not None:
            self._player.setPlaybackRate(speed)

    def _frames_a_second(self) -> float:
        facts = self._player.metaData()
        fps = facts.value(type(facts).Key.VideoFrameRate)
        return fps if isinstance(fps, float) and 1 <= fps <= 1000 else _USUAL_FPS

    def _hold(self, part: QWidget) -> Pull:
        """Let a part of this stand for the file."""
        pull = Pull(part)
        pull.pulled.connect(self.pulled)
        pull.menu_wanted.connect(self.menu_wanted)
        return pull

    def _on_mute(self, is_muted: bool) -> None:
        if self._player is not None:
            self._player.audioOutput().setMuted(is_muted)


class Screen(QWidget):
    """Shows the pictures of a film, as large as fits. Painted like everything else, so it can be grabbed and covered."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumSize(160, 90)
        self.image = QImage()

    def show_image(self, image: QImage) -> None:
        """Show another picture."""
        self.image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture."""
        del event
        if self.image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        area = QRect(QPoint(0, 0), size)
        area.moveCenter(self.rect().center())
        painter.drawImage(area, self.image)
