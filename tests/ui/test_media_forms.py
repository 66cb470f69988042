"""Files of others are read, and nothing else on their word: no further file, and no port of this computer."""

import wave
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from fal_studio.emulator.model import ModelError
from fal_studio.emulator.models.sounds.files import heard
from fal_studio.ui.output.sound_reading import SoundReader, Told
from fal_studio.ui.queue.stills import Colours, still
from fal_studio.ui.widgets import loudness

SESSION = b"\r\n".join(
    (
        b"v=0",
        b"o=- 0 0 IN IP4 127.0.0.1",
        b"s=x",
        b"c=IN IP4 127.0.0.1",
        b"t=0 0",
        b"m=audio 0 RTP/AVP 0",
        b"",
    )
)
"""Makes FFmpeg open a port and wait at it for a sound."""


def listed(name: str) -> bytes:
    """Makes FFmpeg play another file."""
    return f"ffconcat version 1.0\nfile '{name}'\n".encode()


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the program was started in, with a film and a sound that are nobody else's business."""
    monkeypatch.chdir(tmp_path)
    with av.open(str(tmp_path / "mine.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=20)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for _ in range(10):
            shown = np.full((64, 96, 3), (220, 0, 0), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        container.mux(stream.encode())
    with wave.open(str(tmp_path / "mine.wav"), "w") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes((np.sin(np.arange(8000)) * 20_000).astype(np.int16).tobytes())
    return tmp_path


@pytest.mark.usefixtures("mine")
@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "data", [listed("mine.mp4"), listed("mine.wav"), SESSION], ids=["film", "sound", "port"]
)
def test_a_list_of_files_or_a_session_is_no_film_and_no_sound(data: bytes) -> None:
    colours = Colours(QColor(10, 20, 30), QColor(200, 210, 220))
    assert still(data, QSize(128, 128), colours).image.isNull()
    assert loudness.read(data, lambda _: None, lambda: True).peaks == []
    read = SoundReader().read(data, Told("audio/mp4"))
    assert (read.pcm, bool(read.problem)) == (b"", True)
    with pytest.raises(ModelError):
        heard(data, "audio_url")


def test_films_and_sounds_that_are_whole_are_read(mine: Path) -> None:
    colours = Colours(QColor(10, 20, 30), QColor(200, 210, 220))
    for name in ("mine.mp4", "mine.wav"):
        assert not still((mine / name).read_bytes(), QSize(128, 128), colours).image.isNull()
    assert heard((mine / "mine.wav").read_bytes(), "audio_url").samples.size
    assert loudness.read((mine / "mine.wav").read_bytes(), lambda _: None, lambda: True).peaks
