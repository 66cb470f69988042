"""Shows a sound while it comes: its loudness so far, play and pause, how loud, and in words how it goes."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from fal_studio.figures import number
from fal_studio.ui import theme
from fal_studio.ui.key_choice import hears
from fal_studio.ui.output.sound_stream import SoundStream
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.player_bar import clock
from fal_studio.ui.widgets.waveform import Waveform
from fal_studio.words import tr, trn

_VOLUME_PX = 72
_SLIDER_FROM_PX = 300
_STEP = 5
"""How much louder a key makes it, of a hundred."""


class SoundView(QWidget):
    """One view of a SoundStream; there may be several of the same."""

    def __init__(self, stream: SoundStream, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("soundView")
        self.setAccessibleName(tr("Sound while it comes"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._stream = stream
        self._shown_peaks = -1
        self.waveform = Waveform(tr("the sound so far"), self)
        self.line = ElidedLabel("", "caption", "2", parent=self)
        self.play = IconButton("pause", tr("Play or pause"), shortcut_text="Space", parent=self)
        self.time = Label("", "caption", "2", parent=self)
        self.mute = IconButton(
            "volume", tr("Sound on or off"), scale="s", checkable=True, shortcut_text="M", parent=self
        )
        self.volume = QSlider(Qt.Orientation.Horizontal, self)
        self.volume.setAccessibleName(tr("Volume"))
        self.volume.setToolTip(tr("Volume  (Up, Down)"))
        self.volume.setRange(0, 100)
        self.volume.setFixedWidth(theme.current().px(_VOLUME_PX))
        self._lay_out()
        self.play.clicked.connect(stream.toggle)
        self.mute.toggled.connect(stream.set_muted)
        self.volume.valueChanged.connect(self._on_volume_changed)
        self.waveform.moved_to.connect(stream.seek)
        stream.changed.connect(self._show)
        self._show()

    @hears("widgets.player_bar")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays, M is silent, Up and Down are louder and lower."""
        match event.key():
            case Qt.Key.Key_Space:
                self._stream.toggle()
            case Qt.Key.Key_M:
                self.mute.toggle()
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                by = _STEP if event.key() == Qt.Key.Key_Up else -_STEP
                self.volume.setValue(self.volume.value() + by)
            case _:
                super().keyPressEvent(event)

    def _lay_out(self) -> None:
        px = theme.current().px
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.play)
        row.addWidget(self.time)
        row.addStretch(1)
        row.addWidget(self.mute)
        row.addWidget(self.volume)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(16), px(16), px(12))
        column.setSpacing(px(8))
        column.addWidget(self.waveform, 1)
        column.addWidget(self.line)
        column.addLayout(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow place, leave the slider out: the keys are there."""
        super().resizeEvent(event)
        self.volume.setVisible(self.width() >= theme.current().px(_SLIDER_FROM_PX))

    def _on_volume_changed(self, value: int) -> None:
        self._stream.set_volume(value / 100)

    def _show(self) -> None:
        stream = self._stream
        if len(stream.peaks) != self._shown_peaks:
            self._shown_peaks = len(stream.peaks)
            self.waveform.set_peaks(stream.peaks)
        self.waveform.set_played(stream.heard_s / stream.here_s if stream.here_s else 0.0)
        self.play.set_icon_name("pause" if stream.is_playing else "play")
        self.time.setText(f"{clock(round(stream.heard_s * 1000))} / {clock(round(stream.here_s * 1000))}")
        self.line.set_text(words_of(stream))
        self.line.setToolTip(self.line.text())
        with QSignalBlocker(self.mute), QSignalBlocker(self.volume):
            self.mute.setChecked(stream.is_muted)
            self.mute.set_icon_name("mute" if stream.is_muted else "volume")
            self.volume.setValue(0 if stream.is_muted else round(stream.volume * 100))


def words_of(stream: SoundStream) -> str:
    """Return how it goes, in words."""
    parts: list[str] = []
    pieces = trn("1 piece", "{pieces} pieces", stream.pieces).format(pieces=number(stream.pieces))
    if stream.problem:
        parts.append(
            tr("{problem} What comes is kept: {pieces}, {here_s} s so far").format(
                problem=stream.problem, pieces=pieces, here_s=number(stream.here_s, ".1f")
            )
        )
    elif not stream.here_s and not stream.remark:
        parts.append(tr("Waiting for the first sound"))
    elif stream.is_waiting:
        parts.append(tr("All that is here was heard; waiting for more"))
    elif stream.is_ended:
        parts.append(tr("All of it is here: {pieces}").format(pieces=pieces))
    else:
        parts.append(
            f"{(tr('Playing as it comes') if stream.is_playing else tr('Paused; more is coming'))}: {pieces}"
        )
    if stream.gaps:
        gaps = trn("1 gap", "{gaps} gaps", stream.gaps).format(gaps=number(stream.gaps))
        parts.append(
            tr("{gaps}, {silent_s} s silent").format(gaps=gaps, silent_s=number(stream.silent_s, ".1f"))
        )
    if stream.remark:
        parts.append(stream.remark)
    return "  ·  ".join(parts)
