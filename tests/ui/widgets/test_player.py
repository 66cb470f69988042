"""A film: one picture forwards or back, loop, speed, its keys; and what stands for a file is pulled out and has a menu."""

import io
from collections.abc import Iterator

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
    assert (player.is_looping, player.speed) == (True, 2.0)
    QTest.keyClick(player, Qt.Key.Key_L)
    assert not player.is_looping
