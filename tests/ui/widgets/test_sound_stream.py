"""A sound that comes in pieces: what is fed to the output, and what is said, with an output that the test hears."""

import base64
import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from fal_studio.core.request import Json
from fal_studio.ui.output import sound_stream
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.sound_stream import SoundStream
from fal_studio.ui.output.sound_view import SoundView
from fal_studio.ui.theme import Theme
from tests.ui.kept import nothing_kept

RATE = 8000
_AT = np.arange(2 * RATE) / RATE
TONE = (np.sin(2 * math.pi * (200 * _AT + 60 * _AT**2)) * 12_000).astype(np.int16).tobytes()
"""Two seconds."""


class HeardSpeaker:
    """Takes 0.4 s; the test decides when how much of it was heard."""

    def __init__(self, problem: str = "") -> None:
        self.heard, self.waiting, self.said, self.lost = b"", b"", problem, ""
        self.is_open = self.is_paused = False
        self.volume, self.size = -1.0, 1

    def open(self, rate: int, channels: int) -> str:
        self.is_open = not self.said
        self.size = int(rate * channels * 2 * 0.4)
        return self.said

    def room_bytes(self) -> int:
        return self.size - len(self.waiting)

    def waiting_bytes(self) -> int:
        return len(self.waiting)

    def write(self, pcm: bytes) -> int:
        assert len(pcm) <= self.room_bytes(), "more was fed than there is room for"
        self.waiting += pcm
        return len(pcm)

    def problem(self) -> str:
        return self.lost

    def drop(self) -> None:
        self.waiting = b""

    def pause(self, is_wanted: bool) -> None:
        self.is_paused = is_wanted

    def set_volume(self, volume: float) -> None:
        self.volume = volume

    def lose(self) -> None:
        self.close()

    def close(self) -> None:
        self.is_open, self.waiting = False, b""

    def hear(self) -> None:
        if not self.is_paused:
            self.heard, self.waiting = self.heard + self.waiting, b""


def piece(start_s: float, stop_s: float, **more: Json) -> Json:
    text = base64.b64encode(TONE[int(start_s * RATE) * 2 : int(stop_s * RATE) * 2]).decode()
    return {"audio": text, "sample_rate": RATE, **more}


Make = Callable[[HeardSpeaker], SoundStream]


@pytest.fixture
def make(qtbot: QtBot, theme: Theme) -> Iterator[Make]:
    made: list[SoundStream] = []

    def one(speaker: HeardSpeaker) -> SoundStream:
        made.append(SoundStream(Bytes(nothing_kept), speaker=speaker))
        return made[-1]

    yield one
    for each in made:
        each.close()


def test_it_is_heard_to_the_sample_with_its_gaps_told(make: Make, qtbot: QtBot) -> None:
    speaker = HeardSpeaker()
    stream = make(speaker)
    view = SoundView(stream)
    qtbot.addWidget(view)
    assert not stream.take({"output": "no sound"}, is_live=True)
    assert stream.take(piece(0, 0.1), is_live=True)
    qtbot.waitUntil(lambda: stream.here_s == pytest.approx(0.1))
    assert not speaker.is_open, "so little would stutter"
    stream.take(piece(0.1, 1.0), is_live=True)
    qtbot.waitUntil(lambda: len(speaker.waiting) == speaker.size)
    assert "Playing as it comes: 2 pieces" in view.line.text()
    assert (stream.heard_s, stream.gaps) == (0, 0)

    def all_heard() -> bool:
        speaker.hear()
        return speaker.heard == TONE[: 2 * RATE]

    qtbot.waitUntil(all_heard)
    qtbot.waitUntil(lambda: stream.gaps == 1)
    assert "waiting for more" in view.line.text()
    assert stream.is_waiting
    stream.set_volume(0.3)
    view.mute.click()
    assert (speaker.volume, stream.volume) == (0, 0.3)
    view.mute.click()
    assert speaker.volume == 0.3
    stream.take(piece(1.0, 2.0), is_live=True)
    qtbot.waitUntil(lambda: len(speaker.waiting) > 0)
    assert not stream.is_waiting
    assert "1 gap" in view.line.text()
    view.play.click()
    assert speaker.is_paused
    before = len(speaker.waiting)
    stream.seek(0.0)
    assert (stream.heard_s, len(speaker.waiting)) == (0, 0)
    assert before > 0
    speaker.heard = b""
    stream.toggle()
    stream.end()
    with qtbot.waitSignal(stream.done):

        def heard_again() -> bool:
            speaker.hear()
            return speaker.heard == TONE

        qtbot.waitUntil(heard_again)
    assert not speaker.is_open
    assert stream.wav()[44:] == TONE


def test_without_an_output_that_is_said_and_the_pieces_are_kept(make: Make, qtbot: QtBot) -> None:
    speaker = HeardSpeaker("There is no output.")
    stream = make(speaker)
    view = SoundView(stream)
    qtbot.addWidget(view)
    stream.take(piece(0, 0.5), is_live=True)
    qtbot.waitUntil(lambda: "There is no output." in view.line.text())
    stream.take(piece(0.5, 1.0), is_live=True)
    stream.take({"audio": "0" * 17}, is_live=True)
    qtbot.waitUntil(lambda: "not heard" in view.line.text())
    assert "3 pieces, 1.0 s so far" in view.line.text()
    with qtbot.waitSignal(stream.done):
        stream.end()
    assert stream.wav()[44:] == TONE[: 2 * RATE]


def test_an_output_that_is_lost_is_told_and_play_tries_again(make: Make, qtbot: QtBot) -> None:
    speaker = HeardSpeaker()
    stream = make(speaker)
    stream.take(piece(0, 1), is_live=True)
    qtbot.waitUntil(lambda: len(speaker.waiting) > 0)
    speaker.lost = "The sound output was lost."
    qtbot.waitUntil(lambda: stream.problem == speaker.lost)
    assert not stream.is_playing
    assert stream.heard_s == 0
    speaker.lost = ""
    stream.toggle()
    qtbot.waitUntil(lambda: len(speaker.waiting) > 0)


def test_an_output_that_holds_everything_and_plays_nothing_is_told(
    make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_stream, "STUCK_S", 0.2)
    speaker = HeardSpeaker()
    stream = make(speaker)
    stream.take(piece(0, 1), is_live=True)
    qtbot.waitUntil(lambda: "plays nothing any more" in stream.problem)
    assert not speaker.is_open
    with qtbot.waitSignal(stream.done):
        stream.end()
    assert stream.wav()[44:] == TONE[: 2 * RATE]


def test_what_is_looked_at_later_does_not_play_by_itself(make: Make, qtbot: QtBot) -> None:
    speaker = HeardSpeaker()
    stream = make(speaker)
    for start in (0, 1):
        stream.take(piece(start, start + 1, is_final=bool(start)), is_live=False)
    with qtbot.waitSignal(stream.done):
        stream.end()
    assert not speaker.is_open
    assert stream.wav()[44:] == TONE
    stream.begin(None)
    assert (stream.here_s, stream.pieces, stream.is_open) == (0, 0, False)
