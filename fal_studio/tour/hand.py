"""The hand of the tour: keys and presses as from a person, and looks at what stands on screen."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from fal_studio.app.program import Program
from fal_studio.core.call import CallState, Phase
from fal_studio.core.request import Mode
from fal_studio.tour.camera import Camera, variety
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.segmented import SegmentedControl

LIMIT_S = 60.0
CTRL = Qt.KeyboardModifier.ControlModifier


class TourError(Exception):
    """A step did not show what it should."""


class Hand:
    """Works the window of a program."""

    def __init__(self, program: Program, camera: Camera, began_s: float) -> None:
        """`began_s`: when the program was started, by the monotonic clock."""
        self.program, self.window = program, program.window
        self.began_s = began_s
        self.shoot = camera.shoot

    @property
    def space(self) -> Workspace:
        """The request in front."""
        return self.window.workspace

    @property
    def state(self) -> CallState:
        """The state of the call in front."""
        return self.space.result.state

    async def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is."""
        if not self.window.isActiveWindow():
            self.window.activateWindow()
            await self.until(self.window.isActiveWindow, "the window has the keyboard")
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifiers)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Press a widget with the mouse."""
        place = widget.rect().center() if at is None else at
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    async def type_prompt(self, text: str) -> None:
        """Write a prompt, letter by letter, over the one that is there."""
        self.space.editor.show_tab("form")
        prompt = self.space.editor.form.prompt
        self.click(prompt.viewport())
        prompt.setFocus()
        QTest.keyClick(prompt, Qt.Key.Key_A, CTRL)
        for letter in text:
            QTest.keyClicks(prompt, letter)
            await asyncio.sleep(0)
        self.check(prompt.toPlainText() == text, "the prompt stands as typed")

    def choose_mode(self, mode: Mode) -> None:
        """Press a mode."""
        control: SegmentedControl = self.space.bar.modes
        part = next(
            child
            for child in control.findChildren(QWidget)
            if child.accessibleName().split(",")[0] == mode.value
        )
        self.click(part)
        self.check(self.space.mode is mode, f"the mode is {mode}")

    async def choose_endpoint(self, endpoint: str) -> None:
        """Go to the endpoint field with the keyboard, write an id, press Enter."""
        await self.key(Qt.Key.Key_L, CTRL)
        line = self.space.bar.box.lineEdit()
        assert line is not None
        QTest.keyClick(line, Qt.Key.Key_A, CTRL)
        QTest.keyClicks(line, endpoint)
        QTest.keyClick(line, Qt.Key.Key_Return)
        self.check(self.space.endpoint == endpoint, f"the endpoint is {endpoint}")

    def press_run(self) -> None:
        """Press Run with the mouse."""
        run = self.space.bar.run
        self.click(run, QPoint(run.height() // 2, run.height() // 2))

    def timings(self) -> dict[str, Any]:
        """Return what is worth knowing of the call in front."""
        return {"total_s": round(self.state.elapsed_s, 3), "attempts": self.state.attempts}

    def has_picture(self) -> bool:
        """Whether the first picture is shown whole."""
        image = self.space.result.preview.pictures.image(0)
        return image is not None and self.space.result.preview.pictures.is_complete()

    def picture(self) -> QImage:
        """Return the first picture of the result; a null one if there is none."""
        return self.space.result.preview.pictures.image(0) or QImage()

    def check_pictures(self, count: int = 1) -> None:
        """Check that so many pictures are on screen, none of them flat."""
        grid = self.space.result.preview.pictures
        self.check(grid.isVisible(), "pictures are on screen")
        self.check(grid.count == count, f"{count} pictures are on screen, not {grid.count}")
        for place in range(count):
            image = grid.image(place)
            self.check(image is not None and variety(image) > 8, f"picture {place + 1} shows something")

    @staticmethod
    def check(is_so: bool, what: str) -> None:
        """Raise TourError if something is not so."""
        if not is_so:
            raise TourError(f"not so: {what}")

    async def done(self) -> None:
        """Wait until the call in front is done and all of its result is on screen."""
        await self.until(lambda: self.state.is_ended, "the call has ended")
        failure = self.state.failure
        self.check(failure is None, f"the call is done, not failed: {failure.message if failure else ''}")
        self.check(self.state.phase is Phase.DONE, f"the call is done, not {self.state.phase}")
        await self.until(lambda: self.space.result.preview.is_complete, "the whole result is on screen")
        self.space.result.preview.words.render_now()
        await self.frames()

    async def until(self, is_so: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
        """Wait until something is so; raises TourError after `limit_s` seconds."""
        end = time.monotonic() + limit_s
        while not is_so():
            if time.monotonic() > end:
                raise TourError(f"waited {limit_s:.0f} s in vain until {what}")
            await asyncio.sleep(0.01)

    async def frames(self) -> None:
        """Let a few frames pass, so that what was asked for is painted."""
        for _ in range(4):
            await asyncio.sleep(0.02)
