"""What the live desk wants kept: frames in the history, recordings as moving pictures, the rules of each endpoint."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Coroutine
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QTimer

from fal_studio import figures
from fal_studio.app import moving
from fal_studio.app.keeping import Keeping
from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.log import EventLog
from fal_studio.core.realtime.frames import Place
from fal_studio.core.realtime.keeping import KeptFrame
from fal_studio.core.realtime.recording import Recording
from fal_studio.core.realtime.rules import MOST_KEPT, Rules
from fal_studio.store.files import write_whole
from fal_studio.store.problems import problem_of
from fal_studio.ui.hub import Hub
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.pages import Pages
from fal_studio.words import tr

_logger = logging.getLogger(__name__)


class LiveKeeping(QObject):
    """Writes a frame down as a call of its own: nothing is sent, and it costs nothing."""

    def __init__(
        self,
        pages: Pages,
        calls: Calls,
        log: EventLog,
        hub: Hub,
        keeping: Keeping,
        start: Callable[[str, Coroutine[Any, Any, None]], None],
        rules: Path,
        parent: QObject | None = None,
    ) -> None:
        """`start` begins work in a named slot; `rules`: the file of the sessions' rules."""
        super().__init__(parent)
        self._pages, self._calls, self._log, self._keeping, self._start = pages, calls, log, keeping, start
        self._at_once = QTimer(self)
        self._at_once.setSingleShot(True)
        self._at_once.setInterval(0)
        self._at_once.timeout.connect(hub.flush)
        self.close = log.subscribe(self._on_event)
        pages.keep_wanted.connect(self._on_keep_wanted)
        pages.animation_wanted.connect(self._on_animation_wanted)
        pages.frame_wanted.connect(self._on_frame_wanted)
        self._rules_at = rules
        pages.rules_changed.connect(self._on_rules_changed)
        start("read live rules", self._read_rules())

    def _on_event(self, event: Event) -> None:
        """Show an answer to a stroke without waiting for the frame to be full: the eye is on it."""
        if type(event.fact) is e.Partial and event.call == self._pages.live_call:
            self._at_once.start()

    def _on_keep_wanted(self, frame: KeptFrame) -> None:
        call = secrets.token_hex(16)
        self._start(f"frame {call}", self._keep(call, frame))

    def _on_animation_wanted(self, recording: Recording, path: str) -> None:
        self._start(f"animation {path}", self._animate(recording, Path(path)))

    async def _animate(self, recording: Recording, path: Path) -> None:
        try:
            count = await asyncio.to_thread(moving.write, recording.answers(), self._keeping.blobs.load, path)
        except moving.NoPictures as error:
            self._pages.fail(tr("Nothing was saved: {error}.").format(error=error))
        except OSError as error:
            self._pages.fail(str(problem_of(error, path)))
        else:
            self._pages.note_saved(
                tr("{count} pictures with their timing are saved to {path}").format(
                    count=figures.number(count), path=path
                )
            )

    def _on_frame_wanted(self, call: str, number: int, place: Place) -> None:
        self._start("frame bytes", self._find_frame(call, number, place))

    async def _find_frame(self, call: str, number: int, place: Place) -> None:
        def work() -> bytes | None:
            same_way = (piece for piece in self._keeping.transcripts.pieces(call) if piece.way is place.way)
            piece = next(islice(same_way, place.index, None), None)
            return None if piece is None else piece.data

        self._pages.show_frame(call, number, await asyncio.to_thread(work))

    def _on_rules_changed(self, rules: dict[str, Rules]) -> None:
        self._start("live rules", self._write_rules(rules))

    async def _read_rules(self) -> None:
        try:
            data = await asyncio.to_thread(self._rules_at.read_bytes)
            self._pages.put_rules(msgspec.json.decode(data, type=dict[str, Rules]))
        except FileNotFoundError:
            return
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            _logger.warning("%s cannot be read; sessions begin with the usual rules", self._rules_at)

    async def _write_rules(self, rules: dict[str, Rules]) -> None:
        kept = dict(list(rules.items())[-MOST_KEPT:])
        try:
            await asyncio.to_thread(write_whole, self._rules_at, msgspec.json.encode(kept))
        except OSError:
            _logger.warning("the rules of sessions could not be written down", exc_info=True)

    async def _keep(self, call: str, frame: KeptFrame) -> None:
        request = frame.request
        await self._keeping.intend(call, request)
        self._calls.add(call, request)
        log = self._log
        log.append(call, e.Started(time.time(), request.endpoint, request.mode, request.profile))
        facts = (
            e.Control("kept frame", frame.about),
            e.Metric("billable_units", 0.0),
            e.Output(frame.answer),
        )
        log.extend(call, facts)
        self._pages.note_kept(call)
