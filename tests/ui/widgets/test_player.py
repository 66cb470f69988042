"""A film: one picture forwards or back, loop, speed, its keys; and what stands for a file is pulled out and has a menu."""

import io
import itertools
import os
import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.player import MediaPlayer, Screen
from fal_studio.ui.output.preview import Preview
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.player_bar import PlayerBar
from fal_studio.ui.widgets.waveform import Waveform
from tests.ui.kept import nothing_kept
from tests.ui.window.misbehaving import png

FPS = 10
GREY = 8
"""How much lighter each picture of the film is than the one before."""


def film(pictures: int = 20) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=FPS)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for number in range(pictures):
            grey = np.full((64, 64, 3), 40 + GREY * (number % 26), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey)))
        container.mux(stream.encode())
    return out.getvalue()


def beep(seconds: float = 1.0) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=24_000, layout="mono")
        stream.bit_rate = 64_000
        wave = (np.sin(np.arange(int(24_000 * seconds)) / 9) * 12_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = 24_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


@pytest.fixture
def player(qtbot: QtBot, theme: Theme) -> Iterator[MediaPlayer]:
    player = MediaPlayer("boat.mp4", is_video=True)
    qtbot.addWidget(player)
    player.resize(600, 400)
    player.show()
    with qtbot.waitSignal(player.frame_shown, timeout=20_000):
        player.take(film(), "video/mp4")
    yield player
    player.stop()


def number_of(player: MediaPlayer) -> int:
    return round((player.frame.pixelColor(32, 32).red() - 40) / GREY)


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend")  # what the machine has
def test_a_film_is_gone_through_picture_by_picture(player: MediaPlayer, qtbot: QtBot) -> None:
    assert number_of(player) == 0, "its first picture stands there before anybody presses Play"
    for key, number in ((".", 1), (".", 2), (".", 3), (",", 2)):
        QTest.keyClick(player, Qt.Key.Key_Period if key == "." else Qt.Key.Key_Comma)
        qtbot.waitUntil(lambda wanted=number: number_of(player) == wanted, timeout=10_000)
    QTest.keyClick(player, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: number_of(player) >= 11, timeout=10_000)
    QTest.keyClick(player, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: number_of(player) == 0, timeout=10_000)
    QTest.keyClick(player, Qt.Key.Key_L)
    player.set_speed(2.0)
    assert player.is_looping
    qtbot.waitUntil(lambda: player.speed == 2.0, timeout=10_000)
    QTest.keyClick(player, Qt.Key.Key_L)
    assert not player.is_looping


def in_memory_bytes() -> int:
    """What this process has in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system tells it in another way")
@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend")
def test_a_film_of_a_gigabyte_is_played_from_the_disk(
    player: MediaPlayer, qtbot: QtBot, tmp_path: Path
) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.write(film(30) + struct.pack(">I4s", 1_000_000_000, b"free"))
        file.truncate(file.tell() + 1_000_000_000 - 8)
    before = in_memory_bytes()
    player.take_file(str(large))
    qtbot.waitUntil(lambda: player.duration_ms == 3000, timeout=20_000)
    QTest.keyClick(player, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: number_of(player) >= 9, timeout=20_000)
    assert in_memory_bytes() - before < 300_000_000
    told: list[str] = []
    player.failed.connect(told.append)
    player.take_file(str(tmp_path / "gone"))
    assert "cannot be read" in told[0]


def shown_part(preview: Preview) -> QColor:
    assert preview.player is not None
    return preview.player.frame.pixelColor(preview.player.frame.rect().center())


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend", "Could not open media")
def test_a_poster_stands_for_a_film_until_that_is_here_and_a_broken_one_says_so(
    qtbot: QtBot, theme: Theme
) -> None:
    bytes_of = Bytes(nothing_kept)
    preview = Preview(bytes_of)
    qtbot.addWidget(preview)
    preview.resize(600, 500)
    preview.show()
    try:
        for number, data in enumerate((film(), b"no film" * 1000)):
            film_url, poster_url = (f"https://files.test/{number}.{ending}" for ending in ("mp4", "png"))
            preview.show_payload(
                {
                    "video": {"url": film_url, "content_type": "video/mp4", "file_name": "boat.mp4"},
                    "thumbnail": {"url": poster_url, "content_type": "image/png"},
                }
            )
            player = preview.player
            assert player is not None
            bytes_of.put(poster_url, png(64, 64, rows=64), "image/png")
            qtbot.waitUntil(lambda: not player.frame.isNull(), timeout=20_000)  # noqa: B023
            poster = QColor(shown_part(preview))
            assert not player.is_ready, "what stands there is not the film"
            said: list[str] = []
            player.failed.connect(said.append)
            bytes_of.put(film_url, data, "video/mp4")
            if number:
                qtbot.waitUntil(lambda: bool(said), timeout=20_000)  # noqa: B023
                assert "boat.mp4 cannot be played here" in said[0]
                assert shown_part(preview) == poster, "the poster stays above the words"
                assert player.findChild(Screen).isVisible()
                assert player.findChild(QLabel, "playerMessage").isVisible()
            else:
                qtbot.waitUntil(lambda: player.is_ready, timeout=20_000)  # noqa: B023
                qtbot.waitUntil(lambda: shown_part(preview).red() == pytest.approx(40, abs=4), timeout=10_000)
                assert poster.red() != pytest.approx(40, abs=4)
    finally:
        preview.close_media()
        bytes_of.close()


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend", "using .Dummy")
def test_what_the_file_is_stands_below_it(player: MediaPlayer, qtbot: QtBot) -> None:
    message = player.findChild(QLabel, "playerMessage")
    qtbot.waitUntil(message.isVisible, timeout=10_000)
    assert message.text().startswith("64 × 64  ·  10 fps  ·  MPEG-4")
    assert message.text().endswith("KB")
    sound = MediaPlayer("<b>one</b>.mp3", is_video=False)
    qtbot.addWidget(sound)
    told = sound.findChild(QLabel, "playerMessage")
    assert told.textFormat() is Qt.TextFormat.PlainText, "a name is somebody else's text"
    with qtbot.waitSignal(sound.frame_shown, timeout=20_000):
        sound.take(beep(), "audio/mpeg")
    qtbot.waitUntil(lambda: "kbit/s" in told.text(), timeout=10_000)
    assert told.text().startswith("MP3")
    sound.stop()


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend", "using .Dummy")
def test_facts_that_come_late_do_not_take_the_place_of_what_went_wrong(player: MediaPlayer) -> None:
    message = player.findChild(QLabel, "playerMessage")
    player.show_message("It cannot be played here.")
    player._player.metaDataChanged.emit()
    assert message.text() == "It cannot be played here."


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend", "Could not open media")
def test_where_nothing_can_be_played_the_words_have_the_stage(qtbot: QtBot, theme: Theme) -> None:
    for is_video in (True, False):
        player = MediaPlayer("broken", is_video=is_video)
        qtbot.addWidget(player)
        player.resize(600, 300)
        player.show()
        with qtbot.waitSignal(player.failed, timeout=20_000):
            player.take(b"nothing" * 500, "video/mp4" if is_video else "audio/wav")
        picture = player.findChild(Screen if is_video else Waveform)
        message = player.findChild(QLabel, "playerMessage")
        assert picture.isHidden(), "a black film or a silence would be a lie"
        qtbot.waitUntil(lambda: message.height() > 150, timeout=10_000)  # noqa: B023
        player.stop()


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend", "using .Dummy")
def test_a_film_that_loops_begins_again_and_one_that_does_not_ends(player: MediaPlayer, qtbot: QtBot) -> None:
    seen: list[int] = []
    screen = player.findChild(Screen)
    QTest.keyClick(player, Qt.Key.Key_L)
    player.set_speed(2.0)
    QTest.keyClick(player, Qt.Key.Key_Space)

    def has_begun_again() -> bool:
        seen.append(number_of(player))
        return any(later < before - 5 for before, later in pairwise(seen))

    qtbot.waitUntil(has_begun_again, timeout=30_000)
    assert screen.isVisible()
    QTest.keyClick(player, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: not player.is_playing, timeout=30_000)
    assert not player.is_looping


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend")  # what the machine has
def test_a_film_in_little_height_lies_over_nothing(player: MediaPlayer, qtbot: QtBot) -> None:
    screen, facts = player.findChild(Screen), player.findChild(QLabel, "playerMessage")
    bar = player.findChild(PlayerBar)
    assert isinstance(screen, Screen)
    assert isinstance(facts, QLabel)
    assert isinstance(bar, PlayerBar)
    qtbot.waitUntil(lambda: bool(facts.text()), timeout=10_000)
    for height, has_facts in ((400, True), (112, False), (400, True)):
        player.resize(600, height)
        qtbot.waitUntil(lambda wanted=has_facts: bool(facts.height()) is wanted, timeout=10_000)
        parts = [part.geometry() for part in (screen, facts, bar) if part.height()]
        assert not any(one.intersects(other) for one, other in itertools.combinations(parts, 2)), parts
        assert all(player.rect().contains(part) for part in parts), parts
        assert screen.height() >= 36
    player.resize(600, 112)
    qtbot.waitUntil(lambda: facts.height() == 0, timeout=10_000)
    player.show_message("It broke off in the middle.")
    qtbot.waitUntil(lambda: facts.height() > 0, timeout=10_000)
