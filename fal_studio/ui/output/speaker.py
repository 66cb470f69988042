"""The sound output, given samples in small helpings: it never calls back into Python from a thread of its own."""

import importlib
from typing import Any, Protocol

from PySide6.QtCore import QObject

from fal_studio.figures import number
from fal_studio.words import tr

BUFFER_S = 0.4
"""How much the output holds: a window that stands still for less is not heard."""
LOST = tr("The sound output was lost. Connect one, or start fal Studio again, to hear it.")
NO_OUTPUT = tr("This computer has no sound output, so nothing can be heard.")


class Speaker(Protocol):
    """What plays samples: 16 bit, little-endian."""

    def open(self, rate: int, channels: int) -> str:
        """Get ready; return why that is not possible, or ""."""
        ...

    def room_bytes(self) -> int:
        """Return how much would be taken now."""
        ...

    def waiting_bytes(self) -> int:
        """Return how much was taken and has not been heard."""
        ...

    def write(self, pcm: bytes) -> int:
        """Take samples; return how many bytes were taken."""
        ...

    def problem(self) -> str:
        """Return why nothing is heard any more; "" while all is well."""
        ...

    def drop(self) -> None:
        """Forget what has not been heard."""

    def pause(self, is_wanted: bool) -> None:
        """Stand still, or go on."""

    def set_volume(self, volume: float) -> None:
        """Be as loud: 0 to 1."""

    def lose(self) -> None:
        """Note that the output plays no more, and let go of it."""

    def close(self) -> None:
        """Let go of the output."""


class QtSpeaker(QObject):
    """The output that the system has chosen. QtMultimedia is loaded when it is first opened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sink: Any = None
        self._store: Any = None
        self._volume = 1.0
        self._devices: Any = None
        """Tells when there are other outputs; kept from the first opening on."""
        self._is_lost = False

    def open(self, rate: int, channels: int) -> str:
        """Get ready; return why that is not possible, or ""."""
        try:
            media: Any = importlib.import_module("PySide6.QtMultimedia")
        except ImportError as error:
            return tr("This computer cannot play sound ({error}).").format(error=error)
        if self._devices is None:
            self._devices = media.QMediaDevices(self)
            self._devices.audioOutputsChanged.connect(self._on_outputs_changed)
        if self._is_lost:
            return LOST
        device = media.QMediaDevices.defaultAudioOutput()
        if device.isNull():
            return NO_OUTPUT
        wanted = media.QAudioFormat()
        wanted.setSampleRate(rate)
        wanted.setChannelCount(channels)
        wanted.setSampleFormat(media.QAudioFormat.SampleFormat.Int16)
        if not device.isFormatSupported(wanted):
            how = "stereo" if channels == 2 else "mono"
            return tr(
                "The sound output {description} takes no {how} sound of {rate} samples a second."
            ).format(description=device.description(), how=how, rate=number(rate))
        self._sink = media.QAudioSink(device, wanted, self)
        self._sink.setBufferSize(round(rate * BUFFER_S) * channels * 2)
        self._sink.setVolume(self._volume)
        self._store = self._sink.start()
        return self.problem()

    def room_bytes(self) -> int:
        """Return how much would be taken now."""
        return int(self._sink.bytesFree()) if self._sink is not None else 0

    def waiting_bytes(self) -> int:
        """Return how much was taken and has not been heard."""
        return max(0, int(self._sink.bufferSize()) - self.room_bytes()) if self._sink is not None else 0

    def write(self, pcm: bytes) -> int:
        """Take samples; return how many bytes were taken."""
        return max(0, int(self._store.write(pcm))) if self._store is not None else 0

    def problem(self) -> str:
        """Return why nothing is heard any more; "" while all is well."""
        if self._sink is None:
            return ""
        error = self._sink.error().name
        return "" if error in ("NoError", "UnderrunError") else LOST

    def drop(self) -> None:
        """Forget what has not been heard."""
        if self._sink is not None:
            self._sink.reset()
            self._store = self._sink.start()

    def pause(self, is_wanted: bool) -> None:
        """Stand still, or go on."""
        if self._sink is not None:
            (self._sink.suspend if is_wanted else self._sink.resume)()

    def set_volume(self, volume: float) -> None:
        """Be as loud: 0 to 1."""
        self._volume = volume
        if self._sink is not None:
            self._sink.setVolume(volume)

    def lose(self) -> None:
        """Note that the output plays no more, and let go of it.

        It is not opened again before the system names other outputs: with a sound server that is gone, Qt's client
        of PulseAudio ends the program instead of refusing.
        """
        self._is_lost = True
        self.close()

    def _on_outputs_changed(self) -> None:
        self._is_lost = False

    def close(self) -> None:
        """Let go of the output."""
        if self._sink is not None:
            self._sink.stop()
            self._sink.deleteLater()
        self._sink = self._store = None
