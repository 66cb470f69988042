"""A sound that comes in pieces and is heard while it comes: it reads them in order, feeds the output, and counts its gaps."""

import time
from collections import deque
from typing import NamedTuple

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from fal_studio.core.request import Json
from fal_studio.core.sounds import Sound, asked_rate, bytes_of_text, sound_of
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.sound_reading import Read, SoundReader, Told
from fal_studio.ui.output.speaker import QtSpeaker, Speaker
from fal_studio.words import tr

FEED_MS = 25
START_S = 0.25
"""So much is waited for before it begins, and after a gap, so that it does not stutter."""

STUCK_S = 3.0
"""An output that holds samples and plays none for so long is lost, whatever it says of itself."""


class _Answers(QObject):
    ready = Signal(int, object)


class _Reading(QRunnable):
    """Reads a piece, or for None what was held back for one more."""

    def __init__(self, turn: int, reader: SoundReader, data: bytes | str | None, told: Told) -> None:
        super().__init__()
        self.answers = _Answers()
        self._turn, self._reader, self._data, self._told = turn, reader, data, told

    def run(self) -> None:
        try:
            data = bytes_of_text(self._data) if isinstance(self._data, str) else self._data
            read = self._reader.finish() if data is None else self._reader.read(data, self._told)
        except (ValueError, ImportError) as error:
            read = Read(b"", [], 0, 0, str(error))
        self.answers.ready.emit(self._turn, read)


class _Piece(NamedTuple):
    sound: Sound
    told: Told


class SoundStream(QObject):
    """Plays by itself from the first piece on, unless somebody pauses it; can go back to all that came."""

    changed = Signal()
    """Something that is shown: how much is here and was heard, whether it plays, gaps, problems."""
    done = Signal()
    """All of it was read and heard, or nothing can be heard, and nothing more will come."""

    def __init__(
        self, bytes_of: Bytes, parent: QObject | None = None, speaker: Speaker | None = None
    ) -> None:
        super().__init__(parent)
        self._bytes = bytes_of
        self._speaker: Speaker = speaker if speaker is not None else QtSpeaker(self)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # the pieces belong one behind the other
        self._timer = QTimer(self)
        self._timer.setInterval(FEED_MS)
        self._timer.timeout.connect(self._feed)
        self._volume, self._is_muted = 1.0, False
        self._turn = 0
        self._reader = SoundReader()
        bytes_of.arrived.connect(self._on_arrived)
        bytes_of.failed.connect(self._on_failed)
        self.begin(None)

    def begin(self, arguments: Json) -> None:
        """Forget what was heard; the next pieces belong to a request with these arguments."""
        self._turn += 1
        self._timer.stop()
        self._speaker.close()
        self._asked = asked_rate(arguments)
        self._reader.close()
        self._reader = SoundReader()
        self._has_rest = False
        self._pending: deque[_Piece] = deque()
        self._reading = 0
        self._here = self._given = 0
        self._is_open = self._is_started = self._is_ended = self._is_done = False
        self._says_pieces = self._last_is_whole = False
        self._wants = self._is_dry = False
        self._dry_since_s = self._moved_s = 0.0
        self._heard_bytes = 0
        self.peaks: list[float] = []
        """The loudness of all that is here, one value for each 20 ms."""
        self.last: Json = None
        """The last payload with sound in it."""
        self.pieces = 0
        self.gaps = 0
        """How often all was heard before more came."""
        self.silent_s = 0.0
        """How long that took altogether."""
        self.problem = ""
        """Why nothing is heard; "" while all is well."""
        self.remark = ""
        """What was wrong with a single piece."""

    @property
    def is_open(self) -> bool:
        """Whether a sound has begun whose whole is not on show yet."""
        return self._is_open and not self._is_done

    @property
    def has_begun(self) -> bool:
        """Whether any piece came."""
        return self._is_open

    @property
    def is_playing(self) -> bool:
        """Whether it is heard, or will be as soon as more comes."""
        return self._wants and not self.problem

    @property
    def is_waiting(self) -> bool:
        """Whether it stands still until more comes."""
        return self.is_playing and self._is_dry and not self._is_ended

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will come."""
        return self._is_ended

    @property
    def here_s(self) -> float:
        """How much has come, in seconds."""
        return self._here / self._second if self._second else 0.0

    @property
    def heard_s(self) -> float:
        """Up to where it was heard, in seconds."""
        heard = self._given - self._speaker.waiting_bytes() if self._is_started else self._given
        return max(0, heard) / self._second if self._second else 0.0

    @property
    def ends_with_whole(self) -> bool:
        """Whether the last piece was everything once more."""
        return self._last_is_whole

    @property
    def volume(self) -> float:
        """How loud, 0 to 1."""
        return self._volume

    @property
    def is_muted(self) -> bool:
        """Whether it is silent because somebody wants it so."""
        return self._is_muted

    def take(self, payload: Json, *, is_live: bool) -> bool:
        """Take a payload; False: there is no sound in it. `is_live`: it came just now and may be heard by itself."""
        sound = sound_of(payload)
        if sound is None:
            return False
        if not self._is_open:
            self._is_open, self._wants = True, is_live
        self.last = payload
        is_last = sound.is_piece is False or (sound.is_piece is None and self._says_pieces)
        self._says_pieces = self._says_pieces or sound.is_piece is True
        if is_last and sound.artifact is not None and sound.artifact.url.startswith("http") and self.pieces:
            self._last_is_whole = True  # a file of all of it: fetched by who shows it
            return True
        rate, channels = sound.rate or self._asked[0], sound.channels or self._asked[1]
        self._pending.append(_Piece(sound, Told(sound.form, rate, channels, is_last)))
        self.pieces += 1
        self._read_on()
        return True

    def end(self) -> None:
        """Note that nothing more will come."""
        if not self._is_ended:
            self._is_ended = True
            self._read_rest()
            self._look_whether_done()
            self.changed.emit()

    def toggle(self) -> None:
        """Pause, or go on; from the beginning after the end."""
        self._wants = bool(self.problem) or not self._wants
        self.problem = ""
        if self._wants and self._given >= self._here and self._is_ended:
            self._given = 0
        self._moved_s = time.monotonic()
        if self._is_started:
            self._speaker.pause(not self._wants)
        self._go_on()
        self._look_whether_done()
        self.changed.emit()

    def seek(self, part: float) -> None:
        """Go to a place in what is here: 0 to 1."""
        block = 2 * max(1, self._reader.channels)
        self._given = int(min(1.0, max(0.0, part)) * self._here) // block * block
        self._is_dry = False
        if self._is_started:
            self._speaker.drop()
            self._speaker.pause(not self._wants)
        self._go_on()
        self.changed.emit()

    def set_volume(self, volume: float) -> None:
        """Be as loud: 0 to 1."""
        self._volume, self._is_muted = volume, False
        self._speaker.set_volume(volume)
        self.changed.emit()

    def set_muted(self, is_muted: bool) -> None:
        """Be silent, or as loud as before."""
        self._is_muted = is_muted
        self._speaker.set_volume(0.0 if is_muted else self._volume)
        self.changed.emit()

    def wav(self) -> bytes:
        """Return all that is here as a WAV file; b"" if nothing could be read."""
        return self._reader.wav()

    def close(self) -> None:
        """Stop, and wait for the piece that is being read."""
        self.begin(None)
        self._pool.clear()
        self._pool.waitForDone(3000)

    @property
    def _second(self) -> int:
        return self._reader.rate * self._reader.channels * 2

    def _read_on(self) -> None:
        """Give the next pieces to the reader, as far as their bytes are here."""
        while self._pending:
            sound, told = self._pending[0]
            data: bytes | str = sound.text
            if sound.artifact is not None:
                found = self._bytes.get(sound.artifact)
                if found is None:
                    return
                data = found[0]
            # A piece that cannot be had has left the line meanwhile: see `_on_failed`.
            if self._pending and self._pending[0].sound is sound:
                self._pending.popleft()
                self._start_reading(data, told)
        self._read_rest()

    def _read_rest(self) -> None:
        """After the last piece, read what was held back for one more."""
        if self._is_ended and self._is_open and not self._pending and not self._has_rest:
            self._has_rest = True
            self._start_reading(None, Told())

    def _start_reading(self, data: bytes | str | None, told: Told) -> None:
        work = _Reading(self._turn, self._reader, data, told)
        work.answers.ready.connect(self._on_read)
        self._reading += 1
        self._pool.start(work)

    def _on_arrived(self, key: str) -> None:
        if self._pending and (file := self._pending[0].sound.artifact) is not None and file.key == key:
            self._read_on()

    def _on_failed(self, key: str, message: str) -> None:
        if self._pending and (file := self._pending[0].sound.artifact) is not None and file.key == key:
            self._pending.popleft()
            self.remark = message
            self._read_on()
            self._look_whether_done()
            self.changed.emit()

    def _on_read(self, turn: int, read: Read) -> None:
        if turn != self._turn:
            return
        self._reading -= 1
        self._here += len(read.pcm) if not self._reader.is_full else 0
        self.peaks += read.peaks
        self._last_is_whole = self._last_is_whole if read.is_rest else read.is_whole
        if read.problem:
            self.remark = tr("A piece of the sound is not heard: {problem}.").format(problem=read.problem)
        self._go_on()
        self._look_whether_done()
        self.changed.emit()

    def _go_on(self) -> None:
        if self.is_playing and self._here and not self._timer.isActive():
            self._timer.start()
            self._feed()

    def _feed(self) -> None:
        """Give the output what it has room for."""
        if not self._wants:
            self._timer.stop()
            return
        ready = self._here - self._given
        is_enough = ready >= START_S * self._second or (self._is_ended and not self._reading)
        if not self._is_started:
            if not is_enough or not self._start():
                return
        elif self._is_lost():
            return
        if self._is_dry and ready and is_enough:
            self._is_dry = False
            self.silent_s += time.monotonic() - self._dry_since_s
        if not self._is_dry and ready:
            size = min(ready, self._speaker.room_bytes())
            self._given += (
                self._speaker.write(self._reader.part(self._given, self._given + size)) if size else 0
            )
        if self._given >= self._here and not self._speaker.waiting_bytes():
            self._run_dry()
        self.changed.emit()

    def _start(self) -> bool:
        self.problem = self._speaker.open(self._reader.rate, self._reader.channels)
        if self.problem:
            self._timer.stop()
            self._look_whether_done()
            self.changed.emit()
            return False
        self._is_started, self._moved_s = True, time.monotonic()
        self._speaker.set_volume(0.0 if self._is_muted else self._volume)
        return True

    def _is_lost(self) -> bool:
        """Whether the output plays no more; Play tries it again."""
        self.problem = self._speaker.problem() or (
            tr("The sound output plays nothing any more.") if self._is_stuck() else ""
        )
        if self.problem:
            self._timer.stop()
            self._given = max(0, self._given - self._speaker.waiting_bytes())
            self._speaker.lose()
            self._is_started = False
            self._look_whether_done()
            self.changed.emit()
        return bool(self.problem)

    def _is_stuck(self) -> bool:
        now_s, waiting = time.monotonic(), self._speaker.waiting_bytes()
        heard = self._given - waiting
        if not waiting or heard != self._heard_bytes:
            self._heard_bytes, self._moved_s = heard, now_s
        return now_s - self._moved_s > STUCK_S

    def _run_dry(self) -> None:
        if self._is_ended and not self._reading and not self._pending:
            self._timer.stop()
            self._wants = False
            self._look_whether_done()
        elif not self._is_dry:
            self._is_dry, self._dry_since_s = True, time.monotonic()
            self.gaps += 1

    def _look_whether_done(self) -> None:
        is_read = self._is_ended and not self._reading and not self._pending
        if self._is_open and is_read and not self._is_done and not self.is_playing:
            self._is_done = True
            self._timer.stop()
            self._speaker.close()
            self._is_started = False
            self.done.emit()
