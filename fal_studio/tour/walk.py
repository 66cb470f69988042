"""The way of the tour: its steps, one after the other, and what became of each."""

import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fal_studio.app.program import Program
from fal_studio.app.stall import StallMonitor
from fal_studio.tour import calls, kinds, looks, modes, requests
from fal_studio.tour.camera import Camera
from fal_studio.tour.hand import Hand, TourError
from fal_studio.ui import theme
from fal_studio.ui.tokens import Scheme

SIZES = ((1024, 640), (1920, 1200))
"""Where each step is looked at once more: the smallest window in the other theme, and a large one."""
STEPS: tuple[Callable[[Hand], Awaitable[dict[str, Any]]], ...] = (
    modes.first_picture,
    modes.run_mode,
    modes.subscribe,
    modes.submit,
    modes.stream,
    modes.realtime,
    modes.live,
    kinds.chat,
    kinds.speech,
    kinds.video,
    kinds.mesh,
    kinds.conversation,
    kinds.failure,
    requests.broken_json,
    calls.events,
    calls.queue,
    calls.history,
    calls.gallery,
    requests.batch,
    requests.saved,
    requests.palette,
    requests.catalogue,
    calls.compare,
    calls.two_calls,
    looks.light,
    looks.narrow,
)
"""Each ends when its result is on screen, and returns what it measured."""

_logger = logging.getLogger(__name__)


class Step(msgspec.Struct):
    """What happened in one step."""

    step: str
    ok: bool
    seconds: float
    picture: str = ""
    longest_stall_ms: float = 0.0
    measured: dict[str, Any] = {}
    problem: str = ""


class Walk:
    """Goes through the window of a program."""

    def __init__(
        self, program: Program, out: Path, prefix: str, began_s: float, *, checks_room: bool = False
    ) -> None:
        """`checks_room`: whether a step fails when something on its pictures is cut off, covered or scrolls sideways."""
        self._stall = StallMonitor()
        self._camera = Camera(program.window, out, prefix, self._stall, checks_room=checks_room)
        self._hand = Hand(program, self._camera, began_s)
        self.steps: list[Step] = []

    async def walk(self, only: Sequence[str] = ()) -> None:
        """Do all steps, or `only` some; a step that fails does not keep the others from being tried."""
        for work in STEPS:
            if not only or work.__name__ in only:
                await self._step(work)

    async def _step(self, work: Callable[[Hand], Awaitable[dict[str, Any]]]) -> None:
        camera = self._camera
        camera.now = work.__name__
        began = time.monotonic()
        self._stall.start()
        step = Step(camera.now, ok=False, seconds=0.0)
        try:
            step.measured = await work(self._hand)
            step.ok = True
        except TourError as error:
            step.problem = str(error)
        except Exception as error:  # a step may stumble over what the one before it did not leave
            _logger.exception("%s", camera.now)
            step.problem = "".join(traceback.format_exception_only(error)).strip()
        step.seconds = round(time.monotonic() - began, 3)
        step.longest_stall_ms = round(self._stall.stop(), 1)
        await self._hand.frames()  # what was opened last is laid out with the next turn of the loop
        step.picture = camera.shoot("done" if step.ok else "not-shown")
        if camera.checks_room:
            await self._shoot_in_sizes()
            if step.ok and camera.crowded:
                step.ok, step.problem = False, "no room: " + "; ".join(dict.fromkeys(camera.crowded))
            camera.crowded.clear()
        self.steps.append(step)

    async def _shoot_in_sizes(self) -> None:
        """Look at what the step left in other sizes, once in the other theme, and leave everything as it was."""
        window = self._hand.window
        before, scheme = window.size(), theme.current().resolved
        for width, height in SIZES:
            other = Scheme.DARK if scheme is Scheme.LIGHT else Scheme.LIGHT
            theme.current().apply(other if width < before.width() else scheme)
            window.resize(width, height)
            await self._hand.frames()
            self._camera.shoot(f"{width}x{height}")
        theme.current().apply(scheme)
        window.resize(before)
        await self._hand.frames()
