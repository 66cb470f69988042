"""Films and sounds: one player with its bar. QtMultimedia is loaded when the first one is shown."""

import importlib
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QFileInfo, QIODevice, QPoint, QRect, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.core.artifacts import in_bytes
from fal_studio.ui.key_choice import hears
from fal_studio.ui.output.media_facts import facts_of
from fal_studio.ui.output.pull import Pull
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.loudness import Loud, Loudness
from fal_studio.ui.widgets.player_bar import PlayerBar
from fal_studio.ui.widgets.steering import Steering
from fal_studio.ui.widgets.waveform import Waveform
from fal_studio.words import tr

_USUAL_FPS = 25.0
"""Pictures a second of a film that does not say."""
_LOADED = ("LoadedMedia", "BufferingMedia", "BufferedMedia", "EndOfMedia")


LOW_PX = 200
"""Below this height, at 100 % text, a film is shown without its facts."""
_MARGINS, _LOW_MARGINS, _ANY = (16, 16, 16, 12), (16, 4, 16, 4), 16_777_215


class MediaPlayer(QWidget):
    """Plays one file, from the disk or out of memory. Nothing starts by itself."""

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
        self._buffer: QBuffer | None = None
        """A file that is played out of memory."""
        self._path = ""
        """A file that is played from the disk."""
        self._size_bytes = 0
        self._has_failed = False
        """Whether the words say why it cannot be played; nothing else is worth saying then."""
        self._duration_ms = 0
        self._is_loaded = False
        """Whether the player knows what there is to know of the file."""
        self._heard_ms = 0
        """How long a sound was that was decoded to its end."""
        self._is_heard_through = False
        """Whether there is a picture of the sound, or none will come."""
        self._is_ready = self._is_looping = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{(tr('Video') if is_video else tr('Sound'))}: {name}")
        self._frame_us = -1
        """When the picture that is on screen begins."""
        self._bar = PlayerBar(self, is_video=is_video)
        self._bar.play_wanted.connect(self.toggle)
        self._bar.step_wanted.connect(self.step)
        self._bar.loop_wanted.connect(self._on_loop)
        self._bar.speed_wanted.connect(self._on_speed)
        self._bar.moved_to.connect(self._on_moved)
        self._bar.mute_wanted.connect(self._on_mute)
        self._message = Label(tr("Fetching {name} …").format(name=name), "caption", "2", parent=self)
        self._message.setObjectName("playerMessage")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._hold(self._message)
        self._stage = QVBoxLayout()
        self._stage.addWidget(self._message, 1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(*_MARGINS)
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
        return self._duration_ms

    @property
    def position_ms(self) -> int:
        """Where it stands, as the bar shows it."""
        return self._bar.position_ms

    @property
    def frame(self) -> QImage:
        """The picture of the film that is on screen; an empty one for a sound."""
        return self._screen.image if self._screen is not None else QImage()

    @property
    def is_playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._player is not None and self._player.playbackState().name == "PlayingState"

    @property
    def is_looping(self) -> bool:
        """Whether it begins again at its end."""
        return self._is_looping

    @property
    def speed(self) -> float:
        """How fast it plays; 1 is as it was made."""
        return float(self._player.playbackRate()) if self._player is not None else 1.0

    def set_speed(self, speed: float) -> None:
        """Play faster or slower."""
        self._bar.set_speed(speed)

    def take(self, data: bytes, content_type: str) -> None:
        """Take a file that is in memory; shows its first picture and waits for Play."""
        if not self._make_ready(len(data)):
            return
        self._buffer = buffer = QBuffer(self)
        buffer.setData(QByteArray(data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        ending = content_type.rsplit("/", 1)[-1].split(";", maxsplit=1)[0] or "mp4"
        self._steering.device.emit(buffer, QUrl(f"memory.{ending}"))
        self._begin(data)

    def take_file(self, path: str) -> None:
        """Take a file that is on the disk: only what is played is read."""
        about = QFileInfo(path)
        if not (about.isFile() and about.isReadable()):
            self.show_message(
                tr("{name} cannot be read: it is not on the disk any more. Run it again.").format(
                    name=self._name
                )
            )
            return
        if self._make_ready(about.size()):
            self._path = path
            self._steering.source.emit(QUrl.fromLocalFile(path))
            self._begin(path)

    def _begin(self, source: str | bytes) -> None:
        """Show the first picture of a film, or how loud a sound is."""
        self._steering.pause.emit()
        if not self._is_video:
            self._loudness = Loudness(source, self)
            self._loudness.grew.connect(self._on_loudness)
            self._loudness.read.connect(self._on_loudness_read)

    def _make_ready(self, size_bytes: int) -> bool:
        """Get a player without a file; False if this computer has none, which is said."""
        try:
            media: Any = importlib.import_module("PySide6.QtMultimedia")
        except ImportError as error:
            self.show_message(
                tr(
                    "This computer cannot play media ({error}). Save the file and open it in another program."
                ).format(error=error)
            )
            return False
        if self._player is None:
            self._player = media.QMediaPlayer(self)
            self._steering = Steering(self._player)
            self._build(media, self._player)
        self._let_go()
        self._show_stage(is_empty=False)
        self._size_bytes, self._has_failed = size_bytes, False
        self._message.setText(in_bytes(size_bytes))  # the name stands below it
        return True

    def _let_go(self) -> None:
        """Let go of what was played."""
        if self._loudness is not None:
            self._loudness.stop()
            self._loudness.deleteLater()
            self._loudness = None
        self._steering.stop.emit()
        self._steering.source.emit(QUrl())
        if self._buffer is not None:
            self._buffer.deleteLater()  # after both: the player reads in it until then
            self._buffer = None
        self._path = ""
        self._duration_ms = self._heard_ms = 0
        self._frame_us = -1
        self._is_loaded = self._is_heard_through = False

    @property
    def is_from_disk(self) -> bool:
        """Whether it plays a file of the disk, of which only what is played is in memory."""
        return bool(self._path)

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

    @hears("widgets.player_bar")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play, step, jump, loop."""
        if event.modifiers() or not self._bar.take_key(event.key()):
            super().keyPressEvent(event)

    def stop(self) -> None:
        """Stop and let go of the file."""
        if self._player is not None:
            self._let_go()

    def show_message(self, text: str) -> None:
        """Say something instead of playing."""
        self._has_failed = True
        self._message.setText(text)
        self._message.show()
        self._show_stage(is_empty=self._is_empty)
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
        player.mediaStatusChanged.connect(self._on_status)
        player.errorOccurred.connect(self._on_error)
        player.metaDataChanged.connect(self._on_facts)

    @property
    def _is_empty(self) -> bool:
        """Whether there is nothing to see: neither a picture nor a poster, nor how loud a sound is."""
        has_sound = self._waveform is not None and not self._waveform.is_empty
        return not has_sound and (self._screen is None or self._screen.image.isNull())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the facts out where there is little height: the picture and its bar are what one came for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        has_film = self._is_video and not self._is_empty
        is_low = has_film and self.height() < current().px(LOW_PX) and not self._has_failed
        self._message.setMaximumHeight(0 if is_low else _ANY)
        self._column.setContentsMargins(*(_LOW_MARGINS if is_low else _MARGINS))

    def _show_stage(self, *, is_empty: bool) -> None:
        """Give the words the whole stage where there is nothing else; an empty picture looks like a black film or a silence."""
        for part in (self._screen, self._waveform):
            if part is not None:
                part.setHidden(is_empty)
        self._stage.setStretch(self._stage.indexOf(self._message), int(is_empty))
        self._fit()

    def _make_screen(self) -> "Screen":
        if self._screen is None:
            self._screen = Screen(tr("Video {name}").format(name=self._name), self)
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
            self._fit()
            self.frame_shown.emit()

    def _on_duration(self, duration_ms: int) -> None:
        self._duration_ms = duration_ms
        self._bar.show_duration(duration_ms)
        self._bar.setEnabled(duration_ms > 0)
        self._look_whether_heard()

    def _on_status(self, status: Any) -> None:
        self._is_loaded = status.name in _LOADED
        if status.name == "EndOfMedia" and self.is_looping:
            # The player's own loops count for what it has not read yet, and a short film it has read before anybody asks.
            self._steering.put.emit(0)
            self._steering.play.emit()
        self._look_whether_heard()

    def _on_error(self, _error: Any, text: str) -> None:
        self.show_message(
            tr("{name} cannot be played here: {text}. Save it and open it in another program.").format(
                name=self._name, text=text
            )
        )

    def _on_facts(self) -> None:
        facts = self._player.metaData()
        if not (facts.isEmpty() or self._has_failed):
            self._message.setText(facts_of(facts, self._size_bytes, is_video=self._is_video))
            self._message.show()

    def _on_moved(self, position_ms: int) -> None:
        if self._player is not None:
            self._steering.put.emit(position_ms)

    def _on_loudness(self, found: Loud, *, is_all: bool = False) -> None:
        if self._waveform is not None:
            length_ms = self._duration_ms or found.length_ms
            self._waveform.set_peaks(found.peaks, 1.0 if is_all else min(1.0, found.length_ms / length_ms))
        self._is_heard_through = True
        self._look_whether_heard()

    def _on_loudness_read(self, found: Loud) -> None:
        self._heard_ms = found.length_ms
        self._on_loudness(found, is_all=True)

    def _look_whether_heard(self) -> None:
        """Tell once that a sound is ready: it is drawn, at least its beginning, and may be gone through."""
        if self._heard_ms and not self._duration_ms and self._is_loaded:
            self._on_duration(self._heard_ms)  # its file does not say how long it is
        if not self._is_video and not self._is_ready and self._is_heard_through and self._duration_ms:
            self._is_ready = True
            self.frame_shown.emit()

    def _on_position(self, position_ms: int) -> None:
        if self._waveform is not None and self.duration_ms:
            self._waveform.set_played(position_ms / self.duration_ms)

    def _on_pressed_at(self, part: float) -> None:
        self._on_moved(round(part * self.duration_ms))

    def _on_state_changed(self, state: Any) -> None:
        begins_again = state.name == "StoppedState" and self._is_looping and self._is_loaded
        self._bar.show_playing(state.name == "PlayingState" or begins_again)

    def _on_loop(self, is_wanted: bool) -> None:
        self._is_looping = is_wanted

    def _on_speed(self, speed: float) -> None:
        if self._player is not None:
            self._steering.speed.emit(speed)

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
        self.setMinimumSize(64, 36)
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
