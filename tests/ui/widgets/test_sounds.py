"""Sounds of every kind: how loud they are is really decoded, they are gone through, and one of a gigabyte needs no memory."""

import io
import struct
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fal_studio.ui.output.player import MediaPlayer
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets import loudness
from fal_studio.ui.widgets.waveform import Waveform
from tests.ui.widgets.test_player import in_memory_bytes

RATE = 44_100
PARTS = (0.0, 0.2, 0.8, 0.0)
"""How loud each half second is."""
FORMS = {
    "wav": ("pcm_s16le", "s16"),
    "ogg": ("libopus", "flt"),
    "flac": ("flac", "s16"),
    "mp3": ("libmp3lame", "fltp"),
    "adts": ("aac", "fltp"),
}
pytestmark = pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend", "using .Dummy")


def samples(rate: int = RATE) -> Any:
    at = np.arange(rate // 2)
    tone = np.sin(at * 2 * np.pi * 440 / rate)
    return np.concatenate([tone * part for part in PARTS]).astype(np.float32)


def encoded(form: str) -> bytes:
    codec, sample_format = FORMS[form]
    rate = 48_000 if form == "ogg" else RATE
    store = io.BytesIO()
    with av.open(store, "w", format=form) as container:
        stream: Any = container.add_stream(codec, rate=rate, layout="mono")
        resampler = av.AudioResampler(format=sample_format, layout="mono", rate=rate)
        sound: Any = av.AudioFrame.from_ndarray(samples(rate)[None], format="fltp", layout="mono")
        sound.sample_rate = rate
        for frame in (*resampler.resample(sound), *resampler.resample(None)):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return store.getvalue()


def half_seconds(found: loudness.Loud) -> list[float]:
    """Return the loudest of the middle of each half second."""
    each = 500 // found.slice_ms
    middle = slice(each // 4, 3 * each // 4)
    return [max(found.peaks[at : at + each][middle]) for at in range(0, 4 * each, each)]


def read(source: str | bytes) -> loudness.Loud:
    return loudness.read(source, lambda _: None, lambda: True)


@pytest.mark.parametrize("form", FORMS)
def test_how_loud_a_sound_is_comes_out_of_its_samples(form: str, tmp_path: Path) -> None:
    file = tmp_path / "without an ending"
    file.write_bytes(encoded(form))
    found = read(str(file))
    assert half_seconds(found) == pytest.approx(PARTS, abs=0.08)
    assert found.length_ms == pytest.approx(2000, abs=120)
    assert read(file.read_bytes()) == found, "as well out of memory"


def test_a_long_sound_gets_no_more_values_than_are_of_use_and_can_be_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loudness, "MOST_VALUES", 64)
    found = read(encoded("flac"))
    assert (len(found.peaks), found.slice_ms) == (50, 40)
    assert half_seconds(found) == pytest.approx(PARTS, abs=0.02)
    assert loudness.read(encoded("flac"), lambda _: None, lambda: False).peaks == []


def test_a_sound_that_was_stopped_tells_nothing_more_and_is_not_waited_for(qtbot: QtBot) -> None:
    told: list[object] = []
    for is_stopped in (True, False):
        sound = loudness.Loudness(encoded("wav"), parent := QObject())
        sound.read.connect(told.append)
        assert loudness._pool().waitForDone(20_000), "what it found is on its way"
        if is_stopped:
            sound.stop()
        else:
            qtbot.waitUntil(lambda: bool(told), timeout=10_000)
        parent.deleteLater()
    assert len(told) == 1, "only that of the second, which came after"


def test_what_is_no_sound_has_no_picture_and_reaches_out_for_nothing() -> None:
    for data in (
        b"",
        b"RIFF" + bytes(100),
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        bytes(range(256)) * 50,
    ):
        assert read(data).peaks == []


@pytest.fixture
def sound(qtbot: QtBot, theme: Theme) -> Any:
    player = MediaPlayer("a sound", is_video=False)
    qtbot.addWidget(player)
    player.resize(600, 200)
    player.show()
    yield player
    player.stop()


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_is_played_and_gone_through(
    sound: MediaPlayer, form: str, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "without an ending"
    file.write_bytes(encoded(form))
    sound.take_file(str(file))
    qtbot.waitUntil(lambda: sound.is_ready, timeout=20_000)
    assert sound.is_from_disk
    assert sound.duration_ms == pytest.approx(2000, abs=300)  # ADTS does not say it; it is estimated
    QTest.keyClick(sound, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: sound.position_ms == 1000, timeout=10_000)
    wave = sound.findChild(Waveform)
    assert wave is not None
    QTest.mouseClick(wave, Qt.MouseButton.LeftButton, pos=QPoint(wave.width() // 4, 20))
    qtbot.waitUntil(lambda: abs(sound.position_ms - sound.duration_ms / 4) < 20, timeout=10_000)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system tells it in another way")
def test_a_sound_of_a_gigabyte_is_drawn_and_played_from_the_disk(
    sound: MediaPlayer, qtbot: QtBot, tmp_path: Path
) -> None:
    size = 1_000_000_000
    file = tmp_path / "long"
    with file.open("wb") as out:
        head = (b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 2, RATE, 4 * RATE, 4, 16, b"data", size)
        out.write(struct.pack("<4sI4s4sIHHIIHH4sI", *head))
        out.write((np.repeat(samples(), 2) * 32767).astype("<i2").tobytes())
        out.truncate(44 + size)
    sound.take(encoded("wav"), "audio/wav")
    qtbot.waitUntil(lambda: sound.is_ready, timeout=20_000)  # everything that plays is loaded
    before = in_memory_bytes()
    sound.take_file(str(file))
    wave = sound.findChild(Waveform)
    qtbot.waitUntil(lambda: sound.duration_ms > 5_600_000 and 0 < wave.read < 1, timeout=30_000)
    assert in_memory_bytes() - before < 100_000_000
    sound.stop()
    assert sound.duration_ms == 0
