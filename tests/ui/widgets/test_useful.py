"""The first useful part of a stream counts pictures before sound and sound before words; sound is really listened to."""

import base64
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from fal_studio.core.blobs import MARK
from fal_studio.core.events import Event, Partial
from fal_studio.core.request import Json
from fal_studio.ui.output.bytes_of import AT_ONCE_CHARS, Bytes
from fal_studio.ui.output.useful import FirstUseful
from tests.ui.kept import nothing_kept
from tests.ui.test_sound_reading import RATE, TONE, as_wav
from tests.ui.window.misbehaving import png


@pytest.fixture
def useful(qtbot: QtBot) -> Iterator[FirstUseful]:
    bytes_of = Bytes(nothing_kept)
    made = FirstUseful(bytes_of)
    yield made
    made.close()
    bytes_of.close()


def events(*payloads: Json) -> list[Event]:
    """One each millisecond."""
    return [Event("c", at, at * 10**6, Partial(at, payload)) for at, payload in enumerate(payloads)]


def piece(samples: Any) -> Json:
    text = base64.b64encode(samples.astype("<i2").tobytes()).decode()
    return {"audio": text, "audio_format": "pcm", "sample_rate": RATE, "partial": True}


def uri(side: int) -> str:
    return "data:image/png;base64," + base64.b64encode(png(side, side, rows=side)).decode()


def test_words_count_where_nothing_is_to_be_seen_or_heard(useful: FirstUseful) -> None:
    useful.take(events({"output": "A"}, {"output": "A lamp is lit. "}, {"output": "A lamp is lit. And"}))
    useful.go_on(is_ended=False)
    assert useful.first_ns == 10**6
    useful.begin()
    useful.take(events({"progress": 0.5, "message": "Half of it is done. Wait."}))
    useful.go_on(is_ended=True)
    assert useful.first_ns is None, "how far it is, is no result"
    useful.begin()
    useful.take(events({"text": "Yes."}, {"text": "Yes.", "image": {"url": "https://files.test/a.png"}}))
    useful.go_on(is_ended=True)
    assert useful.first_ns is None


def test_sound_counts_when_there_is_something_to_hear(useful: FirstUseful, qtbot: QtBot) -> None:
    silence = np.zeros(RATE // 5, np.int16)
    useful.take(events(*(piece(part) for part in (silence, silence, TONE[:4000], TONE[4000:7000], TONE))))
    useful.go_on(is_ended=False)
    qtbot.waitUntil(lambda: useful.first_ns == 3 * 10**6, timeout=10_000)


def test_sound_in_a_long_text_and_in_a_blob_is_read_where_it_is_listened_to(qtbot: QtBot) -> None:
    wav = as_wav(np.concatenate([TONE, TONE]))
    where: list[int] = []

    def load(sha256: str) -> bytes:
        where.append(threading.get_ident())
        assert sha256 == "a" * 64
        return wav

    long = "data:audio/wav;base64," + base64.b64encode(wav).decode()
    assert len(long) > AT_ONCE_CHARS
    asked: list[str] = []
    bytes_of = Bytes(load)
    bytes_of.arrived.connect(asked.append)
    useful = FirstUseful(bytes_of)
    blob = {"content_type": "audio/wav", "size_bytes": len(wav), "sha256": "a" * 64}
    try:
        audios: list[Json] = [long, {MARK: blob}]
        for audio in audios:
            useful.begin()
            useful.take(events({"audio": {"url": "https://files.test/a.wav"}}, {"audio": audio}))
            useful.go_on(is_ended=False)
            qtbot.waitUntil(lambda: useful.first_ns == 10**6, timeout=10_000)
    finally:
        useful.close()
        bytes_of.close()
    assert where
    assert threading.get_ident() not in where
    assert not asked, "nobody else unpacks it"


def test_pictures_count_before_all_else(useful: FirstUseful, qtbot: QtBot) -> None:
    payloads: list[Json] = [
        {"text": "A whole sentence is here. ", "image": {"url": uri(side)}} for side in (8, 9, 10)
    ]
    useful.take(events(*payloads))
    useful.go_on(is_ended=True)
    qtbot.waitUntil(lambda: useful.first_ns is not None, timeout=10_000)
    qtbot.waitUntil(lambda: useful._useful.wanted(is_ended=True) is None, timeout=10_000)
    assert useful.first_ns == 0, "all three look alike"
