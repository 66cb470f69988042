"""Hands for the window: press keys, start calls, wait for what is shown."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest

from fal_studio.app.program import Program
from fal_studio.core.call import CallState
from fal_studio.ui.shell.window import MainWindow
from fal_studio.ui.shell.workspace import Workspace
from tests.waiting import until

CTRL = Qt.KeyboardModifier.ControlModifier


class Driven:
    """A program that runs, and hands for it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.window: MainWindow = program.window

    @property
    def space(self) -> Workspace:
        return self.window.workspace

    @property
    def state(self) -> CallState:
        return self.space.result.state

    async def ready(self) -> None:
        await until(self.program.catalogue.all, what="the catalogue", limit_s=20)
        self.window.activateWindow()
        await until(self.window.isActiveWindow, what="the window has the keyboard")

    async def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifiers)
        await asyncio.sleep(0)

    async def run(self, **arguments: object) -> None:
        """Set arguments and press Ctrl+Enter; returns when a new call is shown."""
        for name, value in arguments.items():
            assert self.space.document.set_value(name, value)
        before = self.space.result.call
        await self.key(Qt.Key.Key_Return, CTRL)
        await until(lambda: self.space.result.call != before, what="a call began")

    async def ended(self) -> CallState:
        await until(lambda: self.state.is_ended, what="the call has ended", limit_s=30)
        return self.state

    async def shown(self) -> None:
        await self.ended()
        assert self.state.failure is None, self.state.failure
        await until(lambda: self.space.result.preview.is_complete, what="the result is on screen", limit_s=20)


async def driven(program: Program, act: "Scenario") -> None:
    """Run a program, let hands act in its window when it is ready, and close it, whatever happened."""
    async with asyncio.TaskGroup() as group:
        group.create_task(program.run())
        hands = Driven(program)
        try:
            await hands.ready()
            await act(hands)
        finally:
            program.close()


def put_away(programs: Iterable[Program]) -> None:
    """Delete programs that were closed, and their windows, now."""
    for program in programs:
        program.window.deleteLater()
        program.deleteLater()
    QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))


Scenario = Callable[[Driven], Awaitable[None]]
Drive = Callable[[Scenario], None]
