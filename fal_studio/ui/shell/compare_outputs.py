"""Brings what the calls of a comparison gave to its pane: pictures decoded off the window's thread, films, sounds, words, JSON."""

import importlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from fal_studio.core.artifacts import Artifact, Kind, find, words
from fal_studio.core.events import Event, Partial
from fal_studio.core.request import Request
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.request import json_text
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.compare.outputs import Outputs
    from fal_studio.ui.output.decode import Decoder

_FROM_DISK = (Kind.VIDEO, Kind.AUDIO)
"""What is played where it lies: films of several lanes together may be larger than the memory."""
_SHOWN = (Kind.VIDEO, Kind.IMAGE, Kind.AUDIO)
"""What is shown of a result that has several files: a film comes before its thumbnail, a picture before its sound."""


class CompareOutputs(QObject):
    """Answers what the outputs row wants; calls of earlier starts are read from the history."""

    def __init__(
        self, outputs: "Outputs", calls: Calls, history: History, bytes_of: Bytes, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._outputs, self._calls, self._history, self._bytes = outputs, calls, history, bytes_of
        decoding: Any = importlib.import_module("fal_studio.ui.output.decode")
        self._decoder: Decoder = decoding.Decoder(self)
        self._lanes: dict[str, str] = {}
        """Lane of each call that is wanted."""
        self._files: dict[str, list[str]] = {}
        """Calls that wait for a file, by its key."""
        self._waiting: dict[str, Artifact] = {}
        """Files that are being fetched."""
        self._late: set[str] = set()
        """Calls whose end was not told here yet."""
        calls.settled.connect(self._on_settled)
        outputs.wanted.connect(self._on_wanted)
        history.call_found.connect(self._on_call_found)
        history.call_missed.connect(self._on_call_missed)
        bytes_of.arrived.connect(self._on_arrived)
        bytes_of.failed.connect(self._on_failed)
        self._decoder.decoded.connect(self._on_decoded)

    def close(self) -> None:
        """Wait for pictures that are being decoded."""
        self._decoder.close()
        self._outputs.close_down()

    def _on_wanted(self, lane: str, call: str) -> None:
        self._lanes[call] = lane
        if self._calls.has(call) and self._calls.state(call).is_ended:
            self._bring(call)
        elif self._calls.is_ours(call) and not self._calls.state(call).is_ended:
            self._late.add(call)
        else:
            self._history.call_wanted.emit(call)

    def _on_settled(self, calls: tuple[str, ...]) -> None:
        for call in self._late.intersection(calls):
            if self._calls.state(call).is_ended:
                self._late.discard(call)
                self._bring(call)

    def _on_call_found(self, call: str, request: Request | None, events: tuple[Event, ...]) -> None:
        if call in self._lanes:
            self._calls.hold(call, request, events)
            self._bring(call)

    def _on_call_missed(self, call: str, why: str) -> None:
        if call in self._lanes:
            self._outputs.put_text(self._lanes[call], call, why)

    def _bring(self, call: str) -> None:
        payload = self._payload(call)
        files = find(payload)
        shown = next((one for kind in _SHOWN for one in files if one.kind is kind), None)
        if shown is not None:
            self._files.setdefault(shown.key, []).append(call)
            self._take(shown)
            return
        said = words(payload)
        text = said.text if said is not None else ""
        if not text:
            text = json_text.dump(payload)
        self._outputs.put_text(self._lanes[call], call, text)

    def _payload(self, call: str) -> Any:
        """Return what a call gave: its output, or the last answer of a session."""
        state = self._calls.state(call)
        if state.output is not None:
            return state.output
        answers = [
            event.fact.payload for event in self._calls.events(call) if isinstance(event.fact, Partial)
        ]
        return answers[-1] if answers else None

    def _take(self, file: Artifact, *, has_come: bool = False) -> None:
        """Show a file that is here; ask for one that is not. `has_come`: it was asked for, and is here in one form."""
        self._waiting[file.key] = file  # before asking: what is lost is told at once
        found: tuple[str | bytes, str] | None = None
        if file.kind in _FROM_DISK:
            found = self._bytes.file(file)
            if found is None and not has_come:
                self._bytes.want_file(file)
                return
        found = found or self._bytes.get(file)
        if found is None:
            return
        del self._waiting[file.key]
        self._show(file, *found)

    def _show(self, file: Artifact, source: str | bytes, content_type: str) -> None:
        for call in self._files.pop(file.key, ()):
            if isinstance(source, bytes) and file.kind is Kind.IMAGE:
                self._decoder.decode(call, source)
            elif (lane := self._lanes.get(call)) is not None:
                is_film = file.kind is Kind.VIDEO
                self._outputs.put_media(lane, call, source, content_type, is_film=is_film)

    def _on_arrived(self, key: str) -> None:
        file = self._waiting.pop(key, None)
        if file is not None:
            self._take(file, has_come=True)

    def _on_failed(self, key: str, why: str) -> None:
        if self._waiting.pop(key, None) is not None:
            for call in self._files.pop(key, ()):
                self._outputs.put_text(self._lanes[call], call, why)

    def _on_decoded(self, call: str, picture: QImage, error: str) -> None:
        lane = self._lanes.get(call)
        if lane is None:
            return
        if error:
            self._outputs.put_text(lane, call, tr("The picture cannot be shown: {error}").format(error=error))
        else:
            self._outputs.put_picture(lane, call, picture)
