"""Asking which places a JSONPath names in a value: in a thread, and about a large value in a process, which can be ended."""

import sys

import msgspec
from PySide6.QtCore import QObject, QProcess, QRunnable, QThreadPool, Signal

from fal_studio.core.json_paths import Path
from fal_studio.core.request import Json
from fal_studio.ui.output.json_writing import blocks, is_large, written
from fal_studio.ui.output.path_naming import Answer, Question, named_by
from fal_studio.words import tr


class Asking(QObject):
    """Asks one question at a time; a new one takes the place of one that is not answered yet."""

    answered = Signal(object)
    """list[Path], or why there are none to tell."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._turn = 0
        """Of the question; what an earlier one still says from its thread is not heard."""
        self._text = ""
        self._value: Json = None
        self._here: _Here | None = None
        self._pool = QThreadPool(self)
        self._processes: list[QProcess] = []
        self._givings: list[_Giving] = []
        """The process that works for us, and what it is given; not more than one of each."""
        processes, givings = self._processes, self._givings
        # Both go with the rest of this: they must have ended by then.
        self.destroyed.connect(lambda: _end(processes, givings))

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._here is not None or bool(self._processes)

    def ask(self, text: str, value: Json) -> None:
        """Find the places that a JSONPath names."""
        self.stop()
        self._text, self._value = text, value
        if is_large(value):
            self._ask_process()
        else:
            self._ask_thread()

    def stop(self) -> None:
        """Ask no more: nothing will be answered."""
        self._turn += 1
        self._here = None
        for process in self._processes:
            process.deleteLater()
        _end(self._processes, self._givings)
        self._value = None

    def _ask_thread(self) -> None:
        self._here = _Here(self._turn, self._text, self._value)
        self._here.answers.ready.connect(self._on_ready)
        self._pool.start(self._here)

    def _ask_process(self) -> None:
        process = QProcess(self)
        self._processes.append(process)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        process.start(sys.executable, ["-P", "-m", "fal_studio.ui.output.path_naming"])
        process.write(msgspec.json.encode(Question(self._text)) + b"\n")
        giving = _Giving(self._turn, self._value)
        self._givings.append(giving)
        giving.given.block.connect(self._on_block)
        giving.given.done.connect(self._on_given)
        self._pool.start(giving)

    def _on_ready(self, turn: int, found: list[Path] | str) -> None:
        if turn == self._turn:
            self._answer(found)

    def _on_block(self, turn: int, block: bytes) -> None:
        if turn != self._turn:
            return
        for process in self._processes:
            process.write(block)

    def _on_given(self, turn: int, is_whole: bool) -> None:
        if turn != self._turn:
            return
        if is_whole:
            self._givings.clear()
            for process in self._processes:
                process.closeWriteChannel()
            return
        # A number that JSON does not have, or it is nested too deeply.
        value = self._value
        self.stop()
        self._value = value
        self._ask_thread()

    def _on_finished(self) -> None:
        try:
            said = msgspec.json.decode(self._processes[0].readAllStandardOutput().data(), type=Answer)
        except msgspec.MsgspecError:
            self._answer(
                tr(
                    "This JSONPath could not be looked up: the process for it ended, probably for want of memory."
                )
            )
        else:
            self._answer(said.why or [tuple(place) for place in said.places])

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._answer(tr("This JSONPath could not be looked up: the process for it could not be started."))

    def _answer(self, found: list[Path] | str) -> None:
        self.stop()
        self.answered.emit(found)


def _end(processes: list[QProcess], givings: "list[_Giving]") -> None:
    for giving in givings:
        giving.is_wanted = False
    givings.clear()
    for process in processes:
        process.blockSignals(True)  # noqa: FBT003
        process.kill()
        process.waitForFinished(1000)
    processes.clear()


class _Answers(QObject):
    ready = Signal(int, object)
    """The turn, and list[Path] or why there are none to tell."""


class _Here(QRunnable):
    def __init__(self, turn: int, text: str, value: Json) -> None:
        super().__init__()
        self.answers = _Answers()
        self._turn, self._text, self._value = turn, text, value

    def run(self) -> None:
        """Find out, and answer."""
        self.answers.ready.emit(self._turn, named_by(self._text, self._value))


class _Given(QObject):
    block = Signal(int, object)
    """The turn, and bytes."""
    done = Signal(int, bool)
    """The turn, and whether that was all; False if it cannot be written as JSON."""


class _Giving(QRunnable):
    """Writes a value for another process."""

    def __init__(self, turn: int, value: Json) -> None:
        super().__init__()
        self.given = _Given()
        self.is_wanted = True
        self._turn, self._value = turn, value

    def run(self) -> None:
        """Write, a block at a time."""
        try:
            for block in blocks(written(self._value)):
                if not self.is_wanted:
                    return
                self.given.block.emit(self._turn, block)
        except (ValueError, RecursionError, msgspec.MsgspecError):
            self.given.done.emit(self._turn, False)  # noqa: FBT003
        else:
            self.given.done.emit(self._turn, True)  # noqa: FBT003
