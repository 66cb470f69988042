"""Films and sounds of lanes under one playhead: they play, stop, jump and step as one, and short ones stay at their end."""

import io
import math
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fal_studio.core.comparing.plan import Transport
from fal_studio.ui.compare.locked_view import Way
from fal_studio.ui.compare.outputs import Given, Outputs
from fal_studio.ui.compare.playhead import DRIFT_MS
from fal_studio.ui.style import dress
from fal_studio.ui.tokens import Scheme
from tests.ui.widgets.test_player import GREY, film

pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support", "pipewire", "Couldn't", "PulseAudio", "No RHI backend"
)
RUN, SUBMIT = Transport.RUN.value, Transport.SUBMIT.value


def sound(seconds: float) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        tone = (round(20_000 * math.sin(n / 5)) for n in range(round(8000 * seconds)))
        file.writeframes(b"".join(struct.pack("<h", value) for value in tone))
    return out.getvalue()


@pytest.fixture
def outputs(qapp: QApplication, qtbot: QtBot) -> Iterator[Outputs]:
    dress(qapp, Scheme.DARK)
    made = Outputs()
    qtbot.addWidget(made)
    made.show_two(Given(RUN, "run", "call-1", "a"), Given(SUBMIT, "submit", "call-2", "b"))
    made.resize(900, 320)
    made.show()
    yield made
    made.close_down()


def number_of(picture: QImage | None) -> int:
    return -1 if picture is None else round((picture.pixelColor(32, 32).red() - 40) / GREY)


def numbers(outputs: Outputs) -> list[int]:
    return [number_of(tile.image) for tile in outputs.view.tiles]


@pytest.mark.parametrize("is_on_disk", [False, True])
def test_films_of_different_length_move_as_one(
    outputs: Outputs, qtbot: QtBot, tmp_path: Path, *, is_on_disk: bool
) -> None:
    def source(name: str, pictures: int) -> str | bytes:
        if not is_on_disk:
            return film(pictures)
        path = tmp_path / name  # a blob has no ending
        path.write_bytes(film(pictures))
        return str(path)

    head, bar = outputs.moving.playhead, outputs.moving.bar
    assert bar.isHidden()
    outputs.put_media(RUN, "call-1", source("long", 20), "video/mp4", is_film=True)
    outputs.put_media(SUBMIT, "call-2", source("short", 10), "video/mp4", is_film=True)
    outputs.put_media(SUBMIT, "another call", film(5), "video/mp4", is_film=True)
    qtbot.waitUntil(lambda: numbers(outputs) == [0, 0], timeout=20_000)
    assert bar.isVisible()
    assert not head.is_playing, "nothing starts by itself"
    qtbot.waitUntil(lambda: head.duration_ms == 2000, timeout=10_000)
    assert outputs.note(SUBMIT)[0].endswith("1.0 s, run has 2.0 s")

    outputs.view.setFocus()
    for key, wanted in ((Qt.Key.Key_Period, 1), (Qt.Key.Key_Period, 2), (Qt.Key.Key_Comma, 1)):
        QTest.keyClick(outputs.view, key)
        qtbot.waitUntil(lambda wanted=wanted: numbers(outputs) == [wanted] * 2, timeout=10_000)
    qtbot.waitUntil(lambda: "same pixels here" in outputs.note(SUBMIT)[0], timeout=10_000)
    head.seek(1550)
    qtbot.waitUntil(lambda: numbers(outputs) == [15, 9], timeout=10_000)
    qtbot.waitUntil(lambda: "differs in 100 % of pixels here" in outputs.note(SUBMIT)[0], timeout=10_000)
    outputs.view.way_wanted.emit()
    assert outputs.view.way is Way.SLIDER

    QTest.keyClick(outputs.view, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: numbers(outputs) == [0, 0], timeout=10_000)
    bar.set_speed(0.5)
    QTest.keyClick(outputs.view, Qt.Key.Key_Space)
    assert head.is_playing
    qtbot.waitUntil(lambda: min(numbers(outputs)) >= 3, timeout=10_000)
    qtbot.waitUntil(lambda: not head.is_playing, timeout=15_000)
    qtbot.waitUntil(lambda: numbers(outputs) == [19, 9], timeout=10_000)
    assert head.position_ms == head.duration_ms
    bar.set_speed(2.0)
    bar.loop_wanted.emit(True)
    QTest.keyClick(outputs.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: head.is_playing and 0 < head.position_ms < 1500, timeout=10_000)
    outputs.hide()
    assert not head.is_playing, "nothing plays that nobody sees"


def test_a_film_that_falls_behind_is_put_right(outputs: Outputs, qtbot: QtBot) -> None:
    head = outputs.moving.playhead
    for lane, call in ((RUN, "call-1"), (SUBMIT, "call-2")):
        outputs.put_media(lane, call, film(200), "video/mp4", is_film=True)
    qtbot.waitUntil(lambda: head.duration_ms == 20_000 and numbers(outputs) == [0, 0], timeout=20_000)
    head.toggle()
    qtbot.waitUntil(lambda: head.position_ms > 300, timeout=5_000)
    late = head.tracks[SUBMIT]
    late.pause()
    late.put(0)
    before = late.corrected_ms
    qtbot.waitUntil(lambda: late.corrected_ms > before, timeout=5_000)
    qtbot.waitUntil(lambda: head.apart_ms() <= 2 * DRIFT_MS or not head.is_playing, timeout=5_000)
    assert head.is_playing
    head.toggle()
    qtbot.waitUntil(lambda: len(set(numbers(outputs))) == 1, timeout=10_000)


def test_sounds_share_the_playhead_and_one_is_heard(outputs: Outputs, qtbot: QtBot) -> None:
    head = outputs.moving.playhead
    outputs.put_media(RUN, "call-1", sound(1.0), "audio/wav", is_film=False)
    outputs.put_media(SUBMIT, "call-2", sound(0.5), "audio/wav", is_film=False)
    qtbot.waitUntil(lambda: all(tile.peaks for tile in outputs.view.tiles), timeout=20_000)
    qtbot.waitUntil(lambda: outputs.view.tiles[1].share == pytest.approx(0.5, abs=0.1), timeout=10_000)
    assert not outputs.view.grab().isNull()
    outputs.view.choose(SUBMIT)
    assert [track._sound.isMuted() for track in head.tracks.values()] == [True, False]
    outputs.moving.bar.mute_wanted.emit(True)
    assert all(track._sound.isMuted() for track in head.tracks.values())
    outputs.view.seek_wanted.emit(0.5)
    assert outputs.view.played == pytest.approx(0.5, abs=0.05)
    head.failed.emit(RUN, "no such codec")
    assert outputs.view.tiles[0].text == "It cannot be played here: no such codec"
