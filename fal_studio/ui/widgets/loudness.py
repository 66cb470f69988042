"""How loud a sound is from its beginning to its end, read in a thread of its own; of a long one no more values than a screen can use."""

import atexit
import functools
import importlib
import io
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from fal_studio.core.media_forms import SOUNDS

SLICE_MS = 20
"""How long one value stands for at first."""
MOST_VALUES = 24_000
"""With so many, eight minutes, two become one, and each stands for twice as long from then on."""
TELL_EVERY = 1500
"""Values after which what was read so far is told."""
_AT_ONCE = 4
_WAIT_MS = 3000
"""So long the end of the program waits for what was stopped."""


class Loud(NamedTuple):
    """What was read so far."""

    peaks: list[float]
    """0 to 1, one for each slice."""
    slice_ms: int

    @property
    def length_ms(self) -> int:
        """How long it is altogether."""
        return len(self.peaks) * self.slice_ms


class _Values:
    """Collects values of 20 ms each; where they get too many, one stands for the loudest of several."""

    def __init__(self) -> None:
        self.peaks: list[float] = []
        self._each = 1
        """How many values one stands for."""
        self._rest: list[float] = []

    def add(self, fresh: list[float]) -> None:
        """Take the next ones."""
        waiting, each = self._rest + fresh, self._each
        whole = len(waiting) // each * each
        self.peaks += [max(waiting[at : at + each]) for at in range(0, whole, each)]
        self._rest = waiting[whole:]
        if len(self.peaks) >= MOST_VALUES:
            self.peaks = [max(self.peaks[at : at + 2]) for at in range(0, len(self.peaks), 2)]
            self._each *= 2

    def found(self, *, is_all: bool) -> Loud:
        """Return what there is: a copy, as the window may still draw it."""
        rest = [max(self._rest)] if is_all and self._rest else []
        return Loud([*self.peaks, *rest], SLICE_MS * self._each)


def read(source: str | bytes, tell: Callable[[Loud], None], is_wanted: Callable[[], bool]) -> Loud:
    """Read the file at a path, or one in memory; what cannot be decoded is left out. Blocks; `tell` hears what there is so far."""
    av: Any = importlib.import_module("av")
    values = _Values()
    if not is_wanted():
        return values.found(is_all=False)
    told = 0
    try:
        given = io.BytesIO(source) if isinstance(source, bytes) else source
        with av.open(given, options=dict(SOUNDS)) as file:
            sounds = file.streams.audio
            for peaks in _seconds(file, sounds[0]) if sounds and is_wanted() else ():
                if not is_wanted():
                    break
                values.add(peaks)
                if len(values.peaks) // TELL_EVERY != told:
                    told = len(values.peaks) // TELL_EVERY
                    tell(values.found(is_all=False))
    except (av.FFmpegError, OSError, ValueError):
        pass  # it has no picture, or none of its end; playing it may still work
    return values.found(is_all=True)


def _seconds(file: Any, stream: Any) -> Iterator[list[float]]:
    """Give the loudness of about a second at a time, a value for each `SLICE_MS`."""
    np: Any = importlib.import_module("numpy")
    waiting: list[Any] = []
    left = np.zeros(0, np.float32)
    count, rate = 0, 0
    for frame in file.decode(stream):
        if waiting and (frame.sample_rate != rate or count >= rate):
            levels = np.concatenate((left, *_levels(np, waiting)))
            step = max(1, rate * SLICE_MS // 1000)
            whole = levels.size // step * step
            left = levels[whole:]
            yield levels[:whole].reshape(-1, step).max(axis=1).tolist()
            waiting, count = [], 0
        rate = frame.sample_rate
        count += frame.samples
        waiting.append((frame.to_ndarray(), frame.layout.nb_channels if frame.format.is_packed else 0))
    levels = np.concatenate((left, *_levels(np, waiting)))
    if levels.size:
        step = max(1, rate * SLICE_MS // 1000)
        yield [float(levels[at : at + step].max()) for at in range(0, levels.size, step)]


def _levels(np: Any, parts: list[Any]) -> list[Any]:
    """Return how far the loudest channel is from silence, sample by sample, 0 to 1.

    A part is samples and their channels: 0 where each has a row of its own, else they take turns in one row.
    """
    found: list[Any] = []
    for channels in dict.fromkeys(channels for _, channels in parts):
        # Parts of one kind, as good as always all of them, are done in one step.
        samples = np.concatenate([part for part, each in parts if each == channels], axis=1)
        if channels:
            samples = samples.reshape(-1, channels).T
        if samples.dtype == np.uint8:
            levels = np.abs(samples.astype(np.float32) - 128) / 128
        elif samples.dtype.kind == "i":
            levels = np.abs(samples.astype(np.float32)) / float(np.iinfo(samples.dtype).max)
        else:
            levels = np.nan_to_num(np.abs(samples))
        found.append(np.minimum(levels.max(axis=0), 1.0))
    return found


class _Answers(QObject):
    grew = Signal(object)
    read = Signal(object)


class _Work(QRunnable):
    def __init__(self, source: str | bytes) -> None:
        super().__init__()
        self.answers = _Answers()
        self.is_wanted = True
        self._source = source

    def run(self) -> None:
        found = read(self._source, self.answers.grew.emit, lambda: self.is_wanted)
        self.answers.read.emit(found)


class Loudness(QObject):
    """Reads one sound from where it is made until `stop`."""

    grew = Signal(object)
    """The Loud so far."""
    read = Signal(object)
    """All of it; without values where it cannot be decoded."""

    def __init__(self, source: str | bytes, parent: QObject) -> None:
        """`source`: the path of a file, of which no more than a piece is in memory at a time, or the bytes of one."""
        super().__init__(parent)
        self._work = _Work(source)
        self._work.answers.grew.connect(self.grew)
        self._work.answers.read.connect(self.read)
        _pool().start(self._work)

    def stop(self) -> None:
        """Tell nothing more, and read no further; its thread ends by itself, soon."""
        self._work.is_wanted = False
        self.blockSignals(True)  # noqa: FBT003


@functools.cache
def _pool() -> QThreadPool:
    """Return the threads of all sounds: none is waited for before the program ends."""
    pool = QThreadPool()
    pool.setMaxThreadCount(_AT_ONCE)
    atexit.register(pool.waitForDone, _WAIT_MS)
    return pool
