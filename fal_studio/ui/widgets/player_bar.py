"""The bar under a film or a sound: play, a picture forwards or back, position, time, speed, loop, sound."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QWidget

from fal_studio.figures import local, number
from fal_studio.ui import key_choice, theme
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import Label
from fal_studio.words import tr

SPEEDS = (0.25, 0.5, 1.0, 1.5, 2.0)
JUMP_MS = 1000


class PlayerBar(QWidget):
    """Buttons; it knows nothing of the player."""

    play_wanted = Signal()
    step_wanted = Signal(int)
    """Pictures forwards (1) or back (-1)."""
    moved_to = Signal(int)
    """A place in milliseconds."""
    mute_wanted = Signal(bool)
    loop_wanted = Signal(bool)
    speed_wanted = Signal(float)

    def __init__(self, parent: QWidget, *, is_video: bool) -> None:
        super().__init__(parent)
        self._duration_ms = self._position_ms = 0
        self._play = IconButton("play", tr("Play or pause"), shortcut_text="Space", parent=self)
        self._play.clicked.connect(self.play_wanted)
        self._steps = tuple(
            IconButton(icon, name, scale="s", shortcut_text=key, parent=self)
            for icon, name, key in (
                ("chevron-left", tr("One picture back"), ","),
                ("chevron-right", tr("One picture forwards"), "."),
            )
        )
        for button, by in zip(self._steps, (-1, 1), strict=True):
            button.clicked.connect(partial(self._on_step, by))
            button.setVisible(is_video)
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setAccessibleName(tr("Position"))
        self._slider.sliderMoved.connect(self.moved_to)
        self._slider.installEventFilter(self)
        self._time = Label("0:00.0 / 0:00.0", "caption", "2", parent=self)
        self._speeds = QMenu(self)
        for speed in SPEEDS:
            self._speeds.addAction(_times(speed), partial(self.set_speed, speed))
        self._speed = Button("1×", "quiet", scale="s", menu=self._speeds, tooltip=tr("Speed"), parent=self)
        self._speed.setAccessibleName(tr("Speed"))
        self._loop = IconButton("repeat", tr("Again and again"), scale="s", checkable=True, shortcut_text="L")
        self._loop.toggled.connect(self.loop_wanted)
        self._mute = IconButton("volume", tr("Sound on or off"), scale="s", checkable=True, shortcut_text="M")
        self._mute.toggled.connect(self._on_mute_toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(4))
        row.addWidget(self._play)
        for button in self._steps:
            row.addWidget(button)
        row.addSpacing(theme.current().px(4))
        row.addWidget(self._slider, 1)
        row.addSpacing(theme.current().px(4))
        for widget in (self._time, self._speed, self._loop, self._mute):
            row.addWidget(widget)

    @property
    def position_ms(self) -> int:
        """Where it stands."""
        return self._position_ms

    def take_key(self, key: int) -> bool:
        """Do what a key stands for; False if it stands for nothing here."""
        ways = {Qt.Key.Key_Left: -JUMP_MS, Qt.Key.Key_Right: JUMP_MS}
        if not self.isEnabled():
            return False
        if key == Qt.Key.Key_Space:
            self.play_wanted.emit()
        elif key in (Qt.Key.Key_Comma, Qt.Key.Key_Period) and not self._steps[0].isHidden():
            self.step_wanted.emit(1 if key == Qt.Key.Key_Period else -1)
        elif key in ways:
            self.moved_to.emit(min(self._duration_ms, max(0, self._position_ms + ways[Qt.Key(key)])))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.moved_to.emit(0 if key == Qt.Key.Key_Home else self._duration_ms)
        elif key == Qt.Key.Key_L:
            self._loop.toggle()
        elif key == Qt.Key.Key_M:
            self._mute.toggle()
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the slider's own keys do what they do everywhere in the player."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            meant = key_choice.current().meant("widgets.player_bar", event)
            return meant is not None and self.take_key(meant.key())
        return super().eventFilter(watched, event)

    def show_steps(self, *, is_shown: bool) -> None:
        """Offer to go picture by picture, or not."""
        for button in self._steps:
            button.setVisible(is_shown)

    def set_speed(self, speed: float) -> None:
        """Choose a speed."""
        self._speed.setText(_times(speed))
        self.speed_wanted.emit(speed)

    def show_duration(self, duration_ms: int) -> None:
        """Take the length of the file."""
        self._duration_ms = duration_ms
        self._slider.setRange(0, max(1, duration_ms))
        self.show_position(0)

    def show_position(self, position_ms: int) -> None:
        """Show where it stands."""
        self._position_ms = position_ms
        if not self._slider.isSliderDown():
            self._slider.setValue(position_ms)
        self._time.setText(f"{clock(position_ms)} / {clock(self._duration_ms)}")

    def show_playing(self, is_playing: bool) -> None:
        """Show whether it plays."""
        self._play.set_icon_name("pause" if is_playing else "play")

    def _on_step(self, by: int) -> None:
        self.step_wanted.emit(by)

    def _on_mute_toggled(self, is_muted: bool) -> None:
        self._mute.set_icon_name("mute" if is_muted else "volume")
        self.mute_wanted.emit(is_muted)


def _times(speed: float) -> str:
    return f"{number(speed, 'g')}×"


def clock(ms: int) -> str:
    """Return a place in a film or sound as people read it: 0:03.4, 2:15."""
    seconds = ms / 1000
    minutes = int(seconds // 60)
    return local(f"{minutes}:{seconds % 60:04.1f}") if seconds < 60 else f"{minutes}:{int(seconds % 60):02d}"
