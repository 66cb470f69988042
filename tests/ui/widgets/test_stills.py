"""Small pictures of films, sounds and 3D models: really decoded, really drawn, and none of what is damaged."""

import io
import math
import sys
import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest
import trimesh
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from fal_studio.ui.queue.stills import MODEL_FROM_PX, Colours, still
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import Scheme

SIZE = QSize(128, 128)
COLOURS = Colours(QColor(10, 20, 30), QColor(200, 210, 220))


def film(seconds: int = 2) -> bytes:
    """A film that is black for its first tenth, and red then."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=20)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.gop_size = 1
        for number in range(seconds * 20):
            red = 0 if number < seconds * 2 else 220
            shown = np.full((64, 96, 3), (red, 0, 0), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


def sound() -> bytes:
    """Loud for its first half, silent then."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        loud = [round(20_000 * math.sin(n / 3)) for n in range(8000)]
        file.writeframes(np.array([*loud, *[0] * 8000], np.int16).tobytes())
    return out.getvalue()


def model() -> bytes:
    data = trimesh.creation.box((1, 1, 1)).export(file_type="glb")
    assert isinstance(data, bytes)
    return data


def inked(image: QImage, columns: range) -> int:
    """How many pixels of some columns are not the ground."""
    return sum(image.pixelColor(x, y) != COLOURS.ground for x in columns for y in range(0, image.height(), 2))


def test_a_film_shows_a_frame_from_behind_its_black_beginning_and_its_length() -> None:
    made = still(film(), SIZE, COLOURS)
    assert made.image.size() == SIZE
    colour = made.image.pixelColor(64, 64)
    assert colour.red() > 150
    assert colour.green() < 60
    assert made.duration_s == pytest.approx(2, abs=0.1)


def test_a_sound_is_as_high_as_it_is_loud() -> None:
    made = still(sound(), SIZE, COLOURS)
    assert made.image.size() == SIZE
    assert made.duration_s == pytest.approx(2, abs=0.1)
    assert inked(made.image, range(60)) > 10 * inked(made.image, range(70, 128))


def test_a_model_is_drawn_by_its_process_but_not_for_the_mark_of_a_row() -> None:
    made = still(model(), SIZE, COLOURS)
    assert made.image.size() == SIZE
    assert made.image.pixelColor(64, 64).alpha() == 255, "the box stands in the middle"
    assert made.image.pixelColor(1, 1).alpha() == 0
    assert still(model(), QSize(MODEL_FROM_PX - 1, 40), COLOURS).image.isNull()


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just words",
        film()[:200],
        film()[:-900],
        sound()[:30],
        b"glTF" + bytes(40),
        model()[:90],
        bytes(5000),
        film().replace(b"mp4v", b"zzzz").replace(b"esds", b"free"),
        sound().replace((8000).to_bytes(4, "little"), (2_000_000_000).to_bytes(4, "little")),
    ],
    ids=[
        "nothing",
        "words",
        "head",
        "no index",
        "wav head",
        "no model",
        "half a model",
        "zeros",
        "no such codec",
        "no such rate",
    ],
)
def test_what_is_damaged_has_no_picture_and_harms_nothing(data: bytes) -> None:
    assert still(data, SIZE, COLOURS).image.isNull()


def test_they_come_like_pictures_and_a_sound_follows_the_theme(qtbot: QtBot, theme: Theme) -> None:
    held = {"film": film(), "sound": sound(), "words": b"just words"}
    thumbnails = Thumbnails(held.__getitem__)
    arrived: list[str] = []
    thumbnails.arrived.connect(arrived.append)
    for sha256 in held:
        assert thumbnails.get(sha256, SIZE) is None
    qtbot.waitUntil(lambda: set(arrived) == set(held), timeout=20_000)
    assert thumbnails.get("film", SIZE) is not None
    assert thumbnails.get("words", SIZE) is None, "and is not tried again and again"
    assert thumbnails.duration_s("film") == pytest.approx(2, abs=0.1)
    assert thumbnails.duration_s("words") == 0
    dark = thumbnails.get("sound", SIZE)
    assert dark is not None
    theme.apply(Scheme.LIGHT)
    arrived.clear()
    assert thumbnails.get("sound", SIZE) is None
    qtbot.waitUntil(lambda: "sound" in arrived, timeout=20_000)
    light = thumbnails.get("sound", SIZE)
    assert light is not None
    assert light.toImage().pixelColor(0, 0).lightness() > dark.toImage().pixelColor(0, 0).lightness() + 100
    thumbnails.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for the process")
def test_the_end_of_the_program_does_not_wait_for_a_model(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, begun = tmp_path / "slow", tmp_path / "begun"
    slow.write_text(f"#!/bin/sh\ntouch {begun}\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(slow))
    thumbnails = Thumbnails({"model": model()}.__getitem__)
    thumbnails.get("model", SIZE)
    qtbot.waitUntil(begun.exists, timeout=5_000)
    before_s = time.monotonic()
    thumbnails.close()
    assert time.monotonic() - before_s < 2
    assert thumbnails._slow.activeThreadCount() == 0
