"""What the live desk wants kept: frames in the history."""

import secrets
import time
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject

from fal_studio.app.keeping import Keeping
from fal_studio.core import events as e
from fal_studio.core.log import EventLog
from fal_studio.core.realtime.keeping import KeptFrame
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.pages import Pages


class LiveKeeping(QObject):
    """Writes a frame down as a call of its own: nothing is sent, and it costs nothing."""

    def __init__(
        self,
        pages: Pages,
        calls: Calls,
        log: EventLog,
        keeping: Keeping,
        start: Callable[[str, Coroutine[Any, Any, None]], None],
        parent: QObject | None = None,
    ) -> None:
        """`start` begins work in a named slot."""
        super().__init__(parent)
        self._pages, self._calls, self._log, self._keeping, self._start = pages, calls, log, keeping, start
        pages.keep_wanted.connect(self._on_keep_wanted)

    def _on_keep_wanted(self, frame: KeptFrame) -> None:
        call = secrets.token_hex(16)
        self._start(f"frame {call}", self._keep(call, frame))

    async def _keep(self, call: str, frame: KeptFrame) -> None:
        request = frame.request
        await self._keeping.intend(call, request)
        self._calls.add(call, request)
        log = self._log
        log.append(call, e.Started(time.time(), request.endpoint, request.mode, request.profile))
        log.append(call, e.Control("kept frame", frame.about))
        log.append(call, e.Metric("billable_units", 0.0))
        log.append(call, e.Output(frame.answer))
        self._pages.note_kept(call)
