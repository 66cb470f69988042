"""Pieces of a sound to samples, one after another, outside the window's thread.

Raw samples and ordinary WAV files are cut out at once; everything else is decoded by FFmpeg, loaded when the first such
piece comes. A piece may be a file of its own, the next bytes of one long file, or everything so far once more.
"""

import array
import importlib
import io
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from fal_studio.core.media_forms import SOUNDS
from fal_studio.core.sounds import USUAL_RATE, form_of
from fal_studio.ui.output.sound_slices import FORMATS, Slices, begins_file
from fal_studio.words import tr

SLICE_MS = 20
"""How long one value of the loudness stands for, as in `waveform`."""
_LOOK_AT_EVERY = 8
MOST_BYTES = 256 * 1024 * 1024
"""Samples that are kept: an hour and a half of speech."""
_WHOLE_FROM = 0.8
"""A last sound so long, beside all pieces before it, is all of them once more."""
_LONGEST_HEAD = 8 * 1024 * 1024
"""Bytes of a file that are kept in case more of it follows."""
_PCM16 = 1
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


class Told(NamedTuple):
    """What the payload and the request say about a piece."""

    form: str = ""
    rate: int | None = None
    channels: int | None = None
    is_last: bool = False
    """It is not called a piece, after others that were."""


class Read(NamedTuple):
    """One piece, ready to be heard: 16-bit samples."""

    pcm: bytes
    peaks: list[float]
    rate: int
    channels: int
    problem: str = ""
    is_whole: bool = False
    """It was everything once more: nothing of it is new."""
    is_rest: bool = False
    """It was no piece, but what was held back for a next one."""


class SoundReader:
    """Reads the pieces of one sound; belongs to one thread at a time. Blocks."""

    def __init__(self) -> None:
        self.rate = self.channels = 0
        """Of everything that is given; those of the first piece."""
        self._kept = bytearray()
        self._last = b""
        self._count = 0
        self._codec: Any = None
        self._slices: Slices | None = None
        self._head = b""
        """The file that began last, of which more may follow, and how much of it was given."""
        self._head_given = 0
        self.is_full = False
        self._is_closed = False

    def read(self, data: bytes, told: Told) -> Read:
        """Return what is new in a piece."""
        before, self._last = self._last, data
        fresh = data
        if before and len(data) > len(before) and data.startswith(before) and self._may_be_cut(data, told):
            fresh = data[len(before) :]  # everything so far once more, and a bit
        try:
            pcm = self._decoded(fresh, told)
        except ValueError as error:
            return Read(b"", [], self.rate, self.channels, str(error))
        if self._repeats(pcm):
            rest = pcm[len(self._kept) :]
            return self._given(rest, is_whole=not rest)
        if told.is_last and self._count > 1 and len(pcm) >= _WHOLE_FROM * len(self._kept):
            return Read(b"", [], self.rate, self.channels, is_whole=True)
        return self._given(pcm)

    def finish(self) -> Read:
        """Return what was held back for a next piece, now that none comes."""
        return (
            self._given(pcm)._replace(is_rest=True)
            if (pcm := self._rest())
            else Read(b"", [], 0, 0, is_rest=True)
        )

    def close(self) -> None:
        """Decode nothing more; may be called from any thread."""
        self._is_closed = True
        if (slices := self._slices) is not None:
            slices.close()

    def part(self, start: int, stop: int) -> bytes:
        """Return some of the samples, by their places in bytes; may be asked for while the next piece is read."""
        return bytes(self._kept[start:stop])

    def wav(self) -> bytes:
        """Return all of it as a WAV file; b"" if there is nothing."""
        size, block = len(self._kept), 2 * self.channels
        if not size:
            return b""
        head = _HEADER.pack(
            b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, _PCM16, self.channels, self.rate, self.rate * block, block, 16,
            b"data", size,
        )  # fmt: skip
        return head + bytes(self._kept)

    def _given(self, pcm: bytes, *, is_whole: bool = False) -> Read:
        self._count += 1
        problem = ""
        if len(self._kept) + len(pcm) > MOST_BYTES:
            self.is_full = True
            problem = tr("the sound is too long to be kept here; the transcript has all of it")
        else:
            self._kept += pcm
        return Read(pcm, _peaks(pcm, self.rate * self.channels), self.rate, self.channels, problem, is_whole)

    def _repeats(self, pcm: bytes) -> bool:
        """Whether a piece begins with all that came; two pieces may well be alike, so one alone is not enough."""
        size = len(self._kept)
        is_longer = len(pcm) > size or (len(pcm) == size and self._count > 1)
        return bool(size) and is_longer and pcm[:size] == bytes(self._kept) and any(self._kept)

    def _may_be_cut(self, data: bytes, told: Told) -> bool:
        form = form_of(data, told.form)
        return form == "pcm" or (form == "mp3" and self._codec is not None)

    def _decoded(self, data: bytes, told: Told) -> bytes:
        form = form_of(data, told.form)
        if form == "wav" and (found := _of_wav(data)) is not None:
            rate, channels, pcm = found
        elif form == "pcm":
            rate, channels, pcm = (
                told.rate or self.rate or USUAL_RATE,
                told.channels or self.channels or 1,
                data,
            )
        elif form == "mp3" and (self._codec is not None or not _is_file(data)):
            return self._go_on(data)
        else:
            return self._of_slice(data, form) if form in FORMATS else self._of_file(data)
        self._set(rate, channels)
        pcm = pcm[: len(pcm) - len(pcm) % (2 * channels)]
        return pcm if (rate, channels) == (self.rate, self.channels) else self._converted(pcm, rate, channels)

    def _set(self, rate: int, channels: int) -> None:
        if not self.rate:
            self.rate, self.channels = rate, min(2, channels)

    def _of_file(self, data: bytes) -> bytes:
        av = _av()
        try:
            with av.open(io.BytesIO(data), "r", options=dict(SOUNDS)) as container:
                if not container.streams.audio:
                    raise ValueError("there is no sound in it")
                return self._samples(_whole_frames(container))
        except (av.FFmpegError, IndexError) as error:
            raise ValueError(f"it cannot be decoded: {error}") from error

    def _of_slice(self, data: bytes, form: str) -> bytes:
        """Decode a file, or what follows in the one that began before: then that is gone through once more, to go on in it."""
        if begins_file(data, form) or (self._slices is None and form != "aac" and not self._head):
            rest = self._rest()
            self._head, self._head_given = data[:_LONGEST_HEAD], 0
            try:
                pcm = self._of_file(data)
            except ValueError:
                if not rest:
                    raise
                return rest
            self._head_given = len(pcm)
            return rest + pcm
        if self._slices is None:
            self._slices = Slices(form)
            if self._is_closed:  # asked after they are in place: however the two meet, their thread ends
                self._slices.close()
            data, self._head = self._head + data, b""
        return self._fresh(self._samples(self._slices.feed(data)))

    def _rest(self) -> bytes:
        """Return what was held back of a file in slices, which is over."""
        slices, self._slices = self._slices, None
        if slices is None:
            return b""
        try:
            return self._fresh(self._samples(slices.finish()))
        except ValueError:
            return b""  # told with the slice that brought it

    def _fresh(self, pcm: bytes) -> bytes:
        """Return what of it was not given before."""
        known = min(len(pcm), self._head_given)
        self._head_given -= known
        return pcm[known:]

    def _go_on(self, data: bytes) -> bytes:
        """Decode the next bytes of one long MP3, cut wherever the server cut it."""
        av = _av()
        if self._codec is None:
            self._codec = av.CodecContext.create("mp3", "r")
        frames: list[Any] = []
        for packet in self._codec.parse(data):
            try:
                frames += self._codec.decode(packet)
            except av.FFmpegError:
                continue  # a tag, or half a frame at the beginning
        return self._samples(frames)

    def _samples(self, frames: Any) -> bytes:
        out = bytearray()
        resampler: Any = None
        for frame in frames:
            self._set(frame.sample_rate, frame.layout.nb_channels)
            if resampler is None:
                resampler = self._resampler()
            for part in resampler.resample(frame):
                out += _bytes_of(part, self.channels)
            if len(out) > MOST_BYTES:
                raise ValueError("it is longer than can be kept here")
        if resampler is not None:
            for part in resampler.resample(None):
                out += _bytes_of(part, self.channels)
        return bytes(out)

    def _converted(self, pcm: bytes, rate: int, channels: int) -> bytes:
        av = _av()
        if channels > 2:
            raise ValueError(f"it has {channels} channels")
        frame = av.AudioFrame(
            format="s16", layout="stereo" if channels == 2 else "mono", samples=len(pcm) // 2 // channels
        )
        if not frame.samples:
            return b""
        frame.planes[0].update(pcm.ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate = rate
        return self._samples([frame])

    def _resampler(self) -> Any:
        layout = "stereo" if self.channels == 2 else "mono"
        return _av().AudioResampler(format="s16", layout=layout, rate=self.rate)


def _av() -> Any:
    # FFmpeg: tens of milliseconds, so only for those whose sounds need it.
    return importlib.import_module("av")


def _whole_frames(container: Any) -> Iterator[Any]:
    """Give the frames of a file; where a FLAC is cut off, none is made up of half a frame."""
    codec = container.streams.audio[0].codec_context
    if codec.name != "flac":
        yield from container.decode(audio=0)
        return
    codec.options = {"err_detect": "crccheck+explode"}
    is_begun = False
    try:
        for frame in container.decode(audio=0):
            yield frame
            is_begun = True
    except _av().FFmpegError:
        if not is_begun:
            raise


def _bytes_of(frame: Any, channels: int) -> bytes:
    return bytes(frame.planes[0])[: frame.samples * channels * 2]


def _is_file(data: bytes) -> bool:
    """Whether an MP3 begins as a file does, with a tag or with a frame that describes it."""
    return data.startswith(b"ID3") or any(mark in data[:200] for mark in (b"Xing", b"Info", b"VBRI"))


def _of_wav(data: bytes) -> tuple[int, int, bytes] | None:
    """Return rate, channels and samples of a 16-bit WAV file; None for any other."""
    at, rate, channels = 12, 0, 0
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"fmt " and at + 24 <= len(data):
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, at + 8)
            if kind != _PCM16 or bits != 16 or not rate or not 1 <= channels <= 2:
                return None
        elif name == b"data" and rate:
            # A length of all ones, or 0, stands for "to the end": the file was not finished when it was sent.
            return rate, channels, data[at + 8 : at + 8 + size] if 0 < size < 0xFFFFFFF0 else data[at + 8 :]
        at += 8 + size + size % 2
    return None


def _peaks(pcm: bytes, samples_a_second: int) -> list[float]:
    """Return the loudness, 0 to 1, of every `SLICE_MS`."""
    samples = array.array("h")
    samples.frombytes(pcm[: len(pcm) - len(pcm) % 2])
    step = max(1, samples_a_second * SLICE_MS // 1000)
    return [
        min(1.0, max(abs(value) for value in samples[at : at + step : _LOOK_AT_EVERY]) / 32768)
        for at in range(0, len(samples), step)
    ]
