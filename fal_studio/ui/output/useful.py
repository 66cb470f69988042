"""Looks at what is on its way, small and off the window's thread, to tell when it was worth judging: pictures, sound, words."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from fal_studio.core.artifacts import Artifact, Kind, find, words
from fal_studio.core.events import Event, Partial
from fal_studio.core.request import Json
from fal_studio.core.sounds import Sound, bytes_of_text, sound_of
from fal_studio.core.useful import SIDE, Readable, Useful
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.decode import look
from fal_studio.ui.output.sound_reading import SoundReader, Told

HEARD_S = 0.25
"""So much sound that is no silence can be judged."""
SILENCE = 0.01
"""Loudness up to which nobody hears anything."""
_MOST_WAITING = 400
"""Pieces of sound of which none was heard yet: a stream of silence is not looked through for ever."""
_SEEN = (Kind.IMAGE, Kind.VIDEO, Kind.MESH)
_PROGRESS = frozenset({"progress", "step", "total_steps"})


class _Answers(QObject):
    ready = Signal(int, int, bytes)
    heard = Signal(int, object)


class _Work(QRunnable):
    """Looks at one picture; an earlier one may have to be read from the disk, which nobody waits for but this."""

    def __init__(self, turn: int, place: int, read: Callable[[], bytes]) -> None:
        super().__init__()
        self.answers = _Answers()
        self._turn, self._place, self._read = turn, place, read

    def run(self) -> None:
        self.answers.ready.emit(self._turn, self._place, small(self._read()))


class _Piece(NamedTuple):
    t_ns: int
    data: Callable[[], bytes] | str
    """What reads a file, or the text that the sound is written in."""
    told: Told


class _Listening(QRunnable):
    """Reads pieces of a sound until enough was heard; the next ones go on where it stopped."""

    def __init__(self, turn: int, ear: "_Ear", pieces: list[_Piece]) -> None:
        super().__init__()
        self.answers = _Answers()
        self._turn, self._ear, self._pieces = turn, ear, pieces

    def run(self) -> None:
        self.answers.heard.emit(self._turn, self._ear.listen(self._pieces))


class _Ear:
    """Belongs to one thread at a time."""

    def __init__(self) -> None:
        self._reader = SoundReader()
        self._heard_s = 0.0

    def close(self) -> None:
        """Listen no more."""
        self._reader.close()

    def listen(self, pieces: list[_Piece]) -> int | None:
        """Return when enough had come that is no silence; None if it has not yet. Blocks."""
        for piece in pieces:
            try:
                data = bytes_of_text(piece.data) if isinstance(piece.data, str) else piece.data()
                if not data:
                    continue  # it is gone, or damaged
                read = self._reader.read(data, piece.told)
            except (ValueError, ImportError):
                continue  # told where it is played
            begins = next((at for at, peak in enumerate(read.peaks) if peak > SILENCE), None)
            if read.peaks and (begins is not None or self._heard_s):
                silent = (begins or 0) / len(read.peaks) if not self._heard_s else 0.0
                self._heard_s += len(read.pcm) / (2 * read.rate * read.channels) * (1 - silent)
            if self._heard_s >= HEARD_S:
                return piece.t_ns
        return None


class FirstUseful(QObject):
    """Follows one call after another; `found` tells when the first useful part of its result came, or a better answer.

    What a model makes counts: pictures before sound, sound before words.
    """

    found = Signal()

    def __init__(self, bytes_of: Bytes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bytes = bytes_of
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._turn = 0
        self._ear = _Ear()
        self.begin()

    @property
    def first_ns(self) -> int | None:
        """When the first useful part came, as far as is known."""
        if self._items:
            return self._useful.first_ns if len(self._items) > 1 else None
        if self._has_sound:
            return self._heard_ns
        return None if self._has_files else self._readable.first_ns

    def begin(self) -> None:
        """Follow another call."""
        self._turn += 1
        self._useful = Useful()
        self._items: list[Artifact] = []
        self._is_busy = self._is_ended = False
        self._has_files = False
        """Whether what is made is to be looked at, wherever it is: words beside it are not the result."""
        self._readable = Readable()
        self._ear.close()
        self._ear = _Ear()
        self._pieces: list[_Piece] = []
        self._has_sound = self._is_listening = False
        self._heard_ns: int | None = None
        self._pieces_seen = 0
        self._told_ns: int | None = None

    def take(self, events: Sequence[Event]) -> None:
        """Note what new events hold; only what came along with them counts."""
        for event in events:
            fact = event.fact
            if not isinstance(fact, Partial):
                continue
            if (said := words(fact.payload)) is not None and not _is_progress(fact.payload):
                self._readable.take(said, event.t_ns)
            if isinstance(fact.payload, str):
                continue
            self._take_sound(fact.payload, event.t_ns)
            for item in find(fact.payload, 1000):
                self._has_files = self._has_files or item.kind in _SEEN
                if item.kind is Kind.IMAGE and (item.blob is not None or item.url.startswith("data:")):
                    self._items.append(item)
                    self._useful.came(event.t_ns)
                    break

    def go_on(self, *, is_ended: bool) -> None:
        """Look at the next picture and listen to the next sound, unless that is being done; who asks for it reads `first_ns` anew."""
        if is_ended and not self._is_ended:
            self._readable.end()
        self._is_ended = is_ended
        self._listen()
        self._look()
        self._told_ns = self.first_ns

    def close(self) -> None:
        """Wait for what has begun."""
        self._turn += 1
        self._ear.close()
        self._pool.clear()
        self._pool.waitForDone(3000)

    def _take_sound(self, payload: Json, t_ns: int) -> None:
        if self._heard_ns is not None or self._pieces_seen >= _MOST_WAITING:
            return
        sound = sound_of(payload)
        if sound is None or (data := self._reading(sound)) is None:
            return
        self._has_sound = True
        self._pieces_seen += 1
        self._pieces.append(_Piece(t_ns, data, Told(sound.form, sound.rate, sound.channels)))

    def _reading(self, sound: Sound) -> Callable[[], bytes] | str | None:
        """Return how its bytes are come by in the ear's thread; None for a link."""
        item = sound.artifact
        if item is None:
            return sound.text
        if item.blob is None and not item.url.startswith("data:"):
            return None
        return self._bytes.reading(item)

    def _listen(self) -> None:
        if self._pieces and not self._is_listening and self._heard_ns is None:
            self._is_listening = True
            work = _Listening(self._turn, self._ear, self._pieces)
            self._pieces = []
            work.answers.heard.connect(self._on_heard)
            self._pool.start(work)

    def _look(self) -> None:
        if self._is_busy or (place := self._useful.wanted(is_ended=self._is_ended)) is None:
            return
        self._is_busy = True
        work = _Work(self._turn, place, self._bytes.reading(self._items[place]))
        work.answers.ready.connect(self._on_ready)
        self._pool.start(work)

    def _tell(self) -> None:
        if self.first_ns != self._told_ns:
            self._told_ns = self.first_ns
            self.found.emit()

    @Slot(int, int, bytes)
    def _on_ready(self, turn: int, place: int, seen: bytes) -> None:
        if turn != self._turn:
            return
        self._useful.looked(place, seen)
        self._is_busy = False
        if self._is_ended:
            self._look()
        self._tell()

    @Slot(int, object)
    def _on_heard(self, turn: int, heard_ns: int | None) -> None:
        if turn != self._turn:
            return
        self._is_listening = False
        self._heard_ns = heard_ns
        self._listen()
        self._tell()


def _is_progress(payload: Json) -> bool:
    """Whether its words only say how far it is."""
    return isinstance(payload, dict) and not _PROGRESS.isdisjoint(payload)


def small(data: bytes) -> bytes:
    """Return a picture as SIDE x SIDE pixels of three bytes; empty if it cannot be read. Blocks."""
    image = look(data, 4 * SIDE).image
    if image.isNull():
        return b""
    smooth = Qt.TransformationMode.SmoothTransformation
    image = image.scaled(SIDE, SIDE, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    return bytes(image.constBits())  # of a picture with a name: the bits do not keep it alive
