"""A film: one picture forwards or back, loop, speed, its keys; and what stands for a file is pulled out and has a menu."""

import io
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fal_studio.ui.output.player import MediaPlayer
from fal_studio.ui.theme import Theme

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
