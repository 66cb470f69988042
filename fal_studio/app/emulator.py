"""The emulator's process: started beside the window, known by the line it prints, stopped with the program."""

import asyncio
import sys
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QProcess, Signal

STOP_WITHIN_S = 4.0
START_WITHIN_S = 30.0


class Addresses(msgspec.Struct, frozen=True):
    """Where the emulator listens, as it says itself."""

    base: str
    run: str
    queue: str
    rest: str
    cdn: str
    api: str
    openapi: str
    ws: str


class EmulatorError(Exception):
    """The emulator is not there; the text is for people."""


class EmulatorProcess(QObject):
    """One process; `addresses` waits for it."""

    ready = Signal(object)
    """Its Addresses."""
    failed = Signal(str, str)
    """A sentence, and what it printed."""

    def __init__(self, parent: QObject | None = None, *, running: Addresses | None = None) -> None:
        """`running` is an emulator that somebody else started; it is used and left alone."""
        super().__init__(parent)
        self._running = running
        self._process: QProcess | None = None
        self._answer: asyncio.Future[Addresses] | None = None
        self._ended: asyncio.Future[None] | None = None
        self._out = b""
        self._errors = b""
        self._is_stopping = False

    def start(self, data_dir: Path | None = None) -> None:
        """Begin to start it, with its jobs in `data_dir`, or forgetting them; needs a running loop."""
        loop = asyncio.get_running_loop()
        self._answer, self._ended = loop.create_future(), loop.create_future()
        self._out = self._errors = b""
        self._is_stopping = False
        if self._running is not None:
            self._answer.set_result(self._running)
            self._ended.set_result(None)
            self.ready.emit(self._running)
            return
        process = self._process = QProcess(self)
        process.setProgram(sys.executable)
        arguments = ["-m", "fal_studio.emulator", "--port", "0", "--until-stdin-closes"]
        if data_dir is not None:
            arguments += ["--data-dir", str(data_dir)]
        process.setArguments(arguments)
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_error_output)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        process.start()
        loop.call_later(START_WITHIN_S, self._on_late, self._answer)

    @property
    def pid(self) -> int:
        """Its process id, 0 when it does not run."""
        return int(self._process.processId()) if self._process is not None else 0

    async def addresses(self) -> Addresses:
        """Wait until it is ready; raises EmulatorError when it does not start."""
        if self._answer is None:
            raise EmulatorError("The emulator was not started.")
        return await asyncio.shield(self._answer)

    async def stop(self) -> None:
        """End it and wait for that."""
        process, ended = self._process, self._ended
        if process is None or ended is None or ended.done():
            return
        self._is_stopping = True
        process.closeWriteChannel()
        process.terminate()
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await asyncio.shield(ended)
        except TimeoutError:
            process.kill()
            await ended
        self._settle(EmulatorError("The emulator was stopped."))

    def _on_output(self) -> None:
        assert self._process is not None
        self._out += bytes(self._process.readAllStandardOutput().data())
        line, found, _ = self._out.partition(b"\n")
        if found and self._answer is not None and not self._answer.done():
            try:
                addresses = msgspec.json.decode(line, type=Addresses)
            except msgspec.MsgspecError as error:
                self._fail(f"The emulator said something unexpected: {error}")
                return
            self._answer.set_result(addresses)
            self.ready.emit(addresses)

    def _on_error_output(self) -> None:
        assert self._process is not None
        self._errors = (self._errors + bytes(self._process.readAllStandardError().data()))[-8000:]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._fail("The emulator could not be started.")
            self._end()

    def _on_finished(self, code: int) -> None:
        self._end()
        if not self._is_stopping:
            self._fail(f"The emulator ended by itself (exit code {code}).")

    def _on_late(self, answer: "asyncio.Future[Addresses]") -> None:
        if answer is self._answer and not answer.done() and not self._is_stopping:
            self._fail(f"The emulator did not answer within {START_WITHIN_S:.0f} s.")

    def _fail(self, sentence: str) -> None:
        self._settle(EmulatorError(sentence))
        self.failed.emit(sentence, self._errors.decode(errors="replace"))

    def _settle(self, error: EmulatorError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
            self._answer.exception()  # whoever waits gets it; nobody waiting is no mistake

    def _end(self) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)
