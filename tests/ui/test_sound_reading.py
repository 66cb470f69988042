"""Pieces of a sound become samples, in every way in which a server may cut it up."""

import io
import math
import wave
from typing import Any

import av
import numpy as np
import pytest

from fal_studio.ui.output.sound_reading import SoundReader, Told

RATE = 24_000
_AT = np.arange(RATE) / RATE
TONE = (np.sin(2 * math.pi * (330 * _AT + 60 * _AT**2)) * 12_000).astype(np.int16)
"""A second of a rising tone: no two parts of it are alike."""


def as_wav(samples: Any, rate: int = RATE) -> bytes:
    store = io.BytesIO()
    with wave.open(store, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return store.getvalue()


def encoded(samples: Any, form: str, codec: str, sample_format: str) -> bytes:
    store = io.BytesIO()
    with av.open(store, "w", format=form) as container:
        stream: Any = container.add_stream(codec, rate=RATE, layout="mono")
        for start in range(0, len(samples), 1152):
            frame: Any = av.AudioFrame.from_ndarray(
                samples[None, start : start + 1152], format=sample_format, layout="mono"
            )
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return store.getvalue()


def thirds(samples: Any) -> list[Any]:
    return [samples[at : at + 8000] for at in range(0, len(samples), 8000)]


def seconds(pcm: bytes, rate: int = RATE) -> float:
    return len(pcm) / 2 / rate


def test_raw_pieces_and_wav_pieces_are_cut_out_to_the_sample() -> None:
    for pieces, told in (
        ([part.tobytes() for part in thirds(TONE)], Told("audio/pcm", RATE, 1)),
        ([as_wav(part) for part in thirds(TONE)], Told("audio/wav")),
    ):
        reader = SoundReader()
        read = [reader.read(piece, told) for piece in pieces]
        assert b"".join(each.pcm for each in read) == TONE.tobytes()
        assert {(each.rate, each.channels, each.problem) for each in read} == {(RATE, 1, "")}
        assert all(0.3 < peak < 0.4 for each in read for peak in each.peaks)
        assert reader.wav() == as_wav(TONE)


def test_everything_so_far_once_more_gives_only_what_is_new() -> None:
    for form, told in ((as_wav, Told("audio/wav")), (lambda part: part.tobytes(), Told("pcm", RATE))):
        reader = SoundReader()
        read = [reader.read(form(TONE[:upto]), told) for upto in (8000, 16_000, 24_000, 24_000)]
        assert [seconds(each.pcm) for each in read] == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])
        assert [each.is_whole for each in read] == [False, False, False, True]
        assert b"".join(each.pcm for each in read) == TONE.tobytes()


def test_pieces_that_are_alike_are_pieces() -> None:
    for part in (np.zeros(8000, np.int16), TONE[:8000]):
        reader = SoundReader()
        read = [reader.read(as_wav(part), Told(is_last=False)) for _ in range(2)]
        assert b"".join(each.pcm for each in read) == part.tobytes() * 2


def test_files_of_other_forms_are_decoded_and_a_last_whole_one_is_known() -> None:
    for form, codec, sample_format in (("mp3", "libmp3lame", "s16p"), ("flac", "flac", "s16")):
        reader = SoundReader()
        for part in thirds(TONE):
            read = reader.read(encoded(part, form, codec, sample_format), Told(form))
            assert read.problem == ""
            assert seconds(read.pcm) == pytest.approx(1 / 3, abs=0.06)
        whole = reader.read(encoded(TONE, form, codec, sample_format), Told(form, is_last=True))
        assert (whole.is_whole, whole.pcm) == (True, b"")


def test_one_long_mp3_may_be_cut_anywhere() -> None:
    long = encoded(TONE, "mp3", "libmp3lame", "s16p")
    bare = long[long.index(b"\xff\xf3", 400) :]  # without the frame that describes the file
    reader = SoundReader()
    read = [reader.read(bare[at : at + 997], Told("audio/mpeg")) for at in range(0, len(bare), 997)]
    assert {each.problem for each in read} == {""}
    assert seconds(b"".join(each.pcm for each in read)) == pytest.approx(1.0, abs=0.12)


def test_another_rate_is_brought_to_that_of_the_first_piece() -> None:
    reader = SoundReader()
    reader.read(as_wav(TONE), Told())
    read = reader.read(as_wav(TONE[::2], RATE // 2), Told())
    assert (read.rate, read.problem) == (RATE, "")
    assert seconds(read.pcm) == pytest.approx(1.0, abs=0.02)


def test_what_cannot_be_read_is_told_and_the_next_piece_is_heard() -> None:
    reader = SoundReader()
    assert "cannot be decoded" in reader.read(b"fLaC" + bytes(200), Told()).problem
    assert reader.wav() == b""
    assert reader.read(as_wav(TONE), Told()).pcm == TONE.tobytes()


def energy(pcm: bytes) -> list[float]:
    """Return how loud the middle of each quarter is."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    middles = [part[part.size // 4 : -part.size // 4] for part in np.array_split(samples, 4)]
    return [float(np.sqrt(np.mean(part**2))) for part in middles]


@pytest.mark.parametrize(
    ("form", "codec", "sample_format", "told"),
    [
        ("flac", "flac", "s16", "audio/flac"),
        ("ogg", "libopus", "s16", "audio/ogg"),
        ("ogg", "flac", "s16", "audio/ogg"),
        ("adts", "aac", "fltp", "audio/aac"),
    ],
)
@pytest.mark.parametrize("size", [301, 1499, 6000])
def test_one_long_file_of_any_kind_may_be_cut_anywhere(
    form: str, codec: str, sample_format: str, told: str, size: int
) -> None:
    loud = np.concatenate([TONE // 8, TONE, TONE // 8, TONE])
    samples = (loud / 32768).astype(np.float32) if sample_format == "fltp" else loud
    long = encoded(samples, form, codec, sample_format)
    reader = SoundReader()
    parts = [reader.read(long[at : at + size], Told(told)).pcm for at in range(0, len(long), size)]
    assert reader.rate in (RATE, 48_000)
    parts.append(reader.finish().pcm)
    whole = b"".join(parts)
    assert seconds(whole, reader.rate) == pytest.approx(4.0, abs=0.15)
    quiet, first, other, last = energy(whole)
    assert 5000 < first < 12_000
    assert last == pytest.approx(first, rel=0.15)
    assert other == pytest.approx(quiet, rel=0.25)
    assert quiet == pytest.approx(first / 8, rel=0.25)
    if codec == "flac":
        assert whole == loud.tobytes(), "to the sample, however it was cut"
    reader.close()


def test_after_slices_of_one_file_another_file_is_heard() -> None:
    one, other = encoded(TONE, "flac", "flac", "s16"), encoded(TONE[::-1].copy(), "flac", "flac", "s16")
    reader = SoundReader()
    pieces = (one[:3000], one[3000:7000], one[7000:], other[:5000], other[5000:])
    read = [reader.read(piece, Told("audio/flac")) for piece in pieces]
    whole = b"".join(each.pcm for each in (*read, reader.finish()))
    assert whole == TONE.tobytes() + TONE[::-1].tobytes()


def test_a_reader_that_was_closed_leaves_no_thread_behind() -> None:
    reader = SoundReader()
    data = encoded((TONE / 32_768).astype(np.float32), "adts", "aac", "fltp")
    reader.close()
    reader.read(data[:2000], Told("audio/aac"))
    assert reader._slices is not None
    reader._slices._thread.join(20)
    assert not reader._slices._thread.is_alive()
