"""Answers on their way to the screen: decoded beside, the newest shown, and since when."""

import time
from typing import Any, Protocol

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from fal_studio.core import artifacts
from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.core.blobs import Load
from fal_studio.core.events import Partial, Sent
from fal_studio.core.request import Json

PLACE, PLACE_IN, PLACE_PLAYED = "live", "recorded input", "recorded answer"
WORDS_LIMIT = 4000


class Decodes(Protocol):
    """Turns bytes into pictures off the window's thread: `output.decode.Decoder`."""

    decoded: Any

    def decode(self, place: str, data: bytes) -> None:
        """Begin with the newest bytes of a place."""

    def close(self) -> None:
        """End."""


class Answers(QObject):
    """Says what is to be shown; knows what is."""

    picture = Signal(QImage)
    """The picture of the newest answer."""
    words = Signal(str)
    """An answer that holds no picture."""
    trouble = Signal(str)
    """Why an answer cannot be shown."""
    noted = Signal()
    """Another answer is on screen."""
    recorded_input = Signal(QImage)
    recorded_answer = Signal(QImage)

    def __init__(self, load: Load, decoder: Decodes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load, self._decoder = load, decoder
        self._decoding: list[Partial] = []
        self.shown: Partial | None = None
        """The answer on screen."""
        self._shown_at_s = 0.0
        decoder.decoded.connect(self._on_decoded)

    @property
    def number(self) -> int:
        """Which frame is on screen, from 1; 0 before the first one."""
        return 0 if self.shown is None else self.shown.index + 1

    @property
    def age_ms(self) -> float | None:
        """How old the answer on screen is; None without one."""
        return (time.monotonic() - self._shown_at_s) * 1e3 if self._shown_at_s else None

    def take(self, answer: Partial) -> None:
        """Show an answer as soon as its picture is decoded."""
        picture = _picture_in(answer.payload)
        if picture is None:
            text = artifacts.words(answer.payload)
            self.words.emit((text.text if text is not None else _flat(answer.payload))[:WORDS_LIMIT])
            self._note(answer)
            return
        data = self._bytes_of(picture)
        if data is None:
            self.trouble.emit("The bytes of this answer are no longer kept.")
            return
        self._decoding = [*self._decoding[-7:], answer]
        self._decoder.decode(PLACE, data)

    def show_recorded(self, sent: Sent | None, answer: Partial | None) -> None:
        """Decode what a recording shows at a moment."""
        for place, fact in ((PLACE_IN, sent), (PLACE_PLAYED, answer)):
            picture = None if fact is None else _picture_in(fact.payload)
            data = None if picture is None else self._bytes_of(picture)
            if data is not None:
                self._decoder.decode(place, data)

    def close(self) -> None:
        """End the decoder."""
        self._decoder.close()

    def _bytes_of(self, picture: Artifact) -> bytes | None:
        try:
            return self._load(picture.blob.sha256) if picture.blob is not None else None
        except KeyError:
            return None

    def _on_decoded(self, place: str, image: QImage, error: str) -> None:
        if place in (PLACE_IN, PLACE_PLAYED):
            if not error:
                (self.recorded_input if place == PLACE_IN else self.recorded_answer).emit(image)
            return
        if place != PLACE or not self._decoding:
            return
        answer = self._decoding[-1]
        self._decoding.clear()
        if error:
            self.trouble.emit(f"An answer cannot be shown: {error}.")
            return
        self.picture.emit(image)
        self._note(answer)

    def _note(self, answer: Partial) -> None:
        self.shown, self._shown_at_s = answer, time.monotonic()
        self.noted.emit()


def _picture_in(payload: Json) -> Artifact | None:
    """Return the first picture whose bytes came inside; an input's may carry no type, and is one all the same."""
    found = [item for item in artifacts.find(payload) if item.blob is not None]
    return next((item for item in found if item.kind is Kind.IMAGE), found[0] if found else None)


def _flat(payload: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(payload), indent=2).decode()
