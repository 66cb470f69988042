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
from fal_studio.words import tr

PLACE, PLACE_IN, PLACE_PLAYED = "live", tr("recorded input"), tr("recorded answer")
WORDS_LIMIT = 4000


class Decodes(Protocol):
    """Turns bytes into pictures off the window's thread: `output.decode.Decoder`."""

    decoded: Any

    def decode(self, place: str, data: bytes) -> None:
        """Begin with the newest bytes of a place."""

    def close(self) -> None:
        """End."""


class Fetches(Protocol):
    """Brings the bytes of files, never with a key: `output.bytes_of.Bytes`."""

    arrived: Any
    failed: Any

    def get(self, artifact: Artifact) -> tuple[bytes, str] | None:
        """Return bytes and content type, or None: then `arrived` (the key) or `failed` (the key and why) will tell."""


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

    linked = Signal()
    """An answer holds a link in place of bytes."""

    def __init__(self, load: Load, decoder: Decodes, files: Fetches, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load, self._decoder, self._files = load, decoder, files
        self._fetches_links = False
        self._unfetched: Partial | None = None
        self._fetching: tuple[Partial, str] | None = None
        self._next: tuple[Partial, Artifact] | None = None
        self._fetch_began_s = 0.0
        self.fetch_ms: float | None = None
        """How long the last linked picture took to be here; None before one was fetched."""
        files.arrived.connect(self._on_arrived)
        files.failed.connect(self._on_failed)
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

    def forget(self) -> None:
        """Let go of the answer on screen: it is one of another endpoint."""
        self.shown = self._unfetched = None
        self._shown_at_s = 0.0
        self._decoding.clear()
        self.fetch_ms = None

    def fetch_links(self, *, is_wanted: bool) -> None:
        """Fetch what answers only link to, from now on or no more; the newest such answer is fetched at once."""
        if is_wanted == self._fetches_links:
            return
        self._fetches_links = is_wanted
        if is_wanted and self._unfetched is not None:
            self.take(self._unfetched)

    def take(self, answer: Partial) -> None:
        """Show an answer as soon as its picture is here and decoded."""
        picture = _picture_in(answer.payload)
        if picture is None:
            text = artifacts.words(answer.payload)
            self.words.emit((text.text if text is not None else _flat(answer.payload))[:WORDS_LIMIT])
            self._note(answer)
        elif picture.blob is not None:
            data = self._bytes_of(picture)
            if data is None:
                self.trouble.emit(tr("The bytes of this answer are no longer kept."))
            else:
                self._decode(answer, data)
        elif picture.url.startswith("data:") or self._fetches_links:
            self._fetch(answer, picture)
        else:
            self._unfetched = answer
            self.linked.emit()
            self.trouble.emit(
                tr("This answer is a link to a picture. Press Fetch links to see such answers.")
            )

    def _fetch(self, answer: Partial, picture: Artifact) -> None:
        """Bring a linked picture; while one is on its way only the newest of the others waits."""
        if self._fetching is not None:
            self._next = (answer, picture)
            return
        self._fetching = (answer, picture.key)
        self._fetch_began_s = time.monotonic()
        if not picture.url.startswith("data:"):
            self.linked.emit()
        if (found := self._files.get(picture)) is not None:
            self._on_arrived(picture.key, found[0])

    def _on_arrived(self, key: str, data: bytes | None = None) -> None:
        if self._fetching is None or self._fetching[1] != key:
            return
        answer, self._fetching = self._fetching[0], None
        picture = _picture_in(answer.payload)
        found = self._files.get(picture) if data is None and picture is not None else None
        data = data if found is None else found[0]
        if not key.startswith("data:"):
            self.fetch_ms = (time.monotonic() - self._fetch_began_s) * 1e3
        if data is not None:
            self._decode(answer, data)
        self._fetch_next()

    def _on_failed(self, key: str, why: str) -> None:
        if self._fetching is not None and self._fetching[1] == key:
            self._fetching = None
            self.trouble.emit(tr("The picture of this answer could not be fetched: {why}").format(why=why))
            self._fetch_next()

    def _fetch_next(self) -> None:
        if self._next is not None:
            following, self._next = self._next, None
            self._fetch(*following)

    def _decode(self, answer: Partial, data: bytes) -> None:
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
            self.trouble.emit(tr("An answer cannot be shown: {error}.").format(error=error))
            return
        self.picture.emit(image)
        self._note(answer)

    def _note(self, answer: Partial) -> None:
        self.shown, self._shown_at_s = answer, time.monotonic()
        self.noted.emit()


def _picture_in(payload: Json) -> Artifact | None:
    """Return the first picture of a payload, else its first bytes: an input's may carry no type and are a picture all the same."""
    found = artifacts.find(payload)
    pictures = (item for item in found if item.kind is Kind.IMAGE)
    return next(pictures, next((item for item in found if item.blob is not None), None))


def _flat(payload: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(payload), indent=2).decode()
