"""The arguments being edited: one text, which the prompt, the fields and the JSON editor all show."""

import contextlib
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Path
from fal_studio.core.schema.fit import is_written_alike
from fal_studio.ui.request import json_edit, json_text
from fal_studio.ui.request.json_text import Reading, TextProblem

READ_AT_ONCE = 200_000
"""Characters that are read as they are typed; a longer text is read on a thread, when the hand rests."""
READ_AFTER_MS = 150
SLOW_MS = 400
"""A reading that takes longer is told; that of every key would only flicker."""
PROMPT_KEYS = ("prompt", "text", "input_text")


class Document(QObject):
    """A request's arguments as JSON text, read after every change.

    While a long text is being read, `arguments` and `problems` are those of the text before; `is_reading` says so, and `settle`
    reads at once, for whoever must have the newest.
    """

    changed = Signal(object)
    """The text changed, or was read; carries who changed it, so that a view does not echo its own edit."""
    slow = Signal()
    """The text is still being read: whoever shows something of it says so."""

    def __init__(self, text: str = "{}", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._reading: Reading = json_text.read(text)
        self._prompt_key = ""
        self._number = 0
        self._is_reading = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READ_AFTER_MS)
        self._timer.timeout.connect(self._read_later)
        self._is_slow = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(SLOW_MS)
        self._patience.timeout.connect(self._on_slow)

    @property
    def is_reading(self) -> bool:
        """Whether the newest text has not been read yet."""
        return self._is_reading

    @property
    def is_slow(self) -> bool:
        """Whether the newest text has not been read for so long that it is worth saying."""
        return self._is_reading and self._is_slow

    def settle(self) -> None:
        """Read the newest text now, if it has not been; takes a tenth of a second for five megabytes."""
        if self._is_reading:
            self._take(self._number, json_text.read(self._text))

    def close(self) -> None:
        """Read nothing any more."""
        self._timer.stop()
        self._patience.stop()

    @property
    def text(self) -> str:
        """The JSON as it was typed."""
        return self._text

    @property
    def arguments(self) -> dict[str, Json] | None:
        """The arguments, or None while the text cannot be sent."""
        return self._reading.arguments

    @property
    def problems(self) -> tuple[TextProblem, ...]:
        """What is wrong with the text."""
        return self._reading.problems

    @property
    def prompt_key(self) -> str:
        """The argument that the prompt editor edits, "" if the endpoint has none."""
        if self._prompt_key:
            return self._prompt_key
        arguments = self._reading.arguments or {}
        return next((key for key in PROMPT_KEYS if isinstance(arguments.get(key), str)), "")

    def set_prompt_key(self, key: str) -> None:
        """Name the argument that is the prompt; "" finds it by its name."""
        if key != self._prompt_key:
            self._prompt_key = key
            self.changed.emit(self)

    def set_text(self, text: str, source: object = None) -> None:
        """Replace the whole text."""
        if text != self._text:
            self._text = text
            self._number += 1
            self._is_reading = len(text) > READ_AT_ONCE
            if self._is_reading:
                self._timer.start()
                if not (self._is_slow or self._patience.isActive()):
                    self._patience.start()
            else:
                self._timer.stop()
                self._be_patient()
                self._reading = json_text.read(text)
            self.changed.emit(source)

    def value_at(self, path: Path) -> Json:
        """Return the value at a place, None if there is none (see `has`)."""
        return _at(self._reading.arguments, path)[1]

    def has(self, path: Path) -> bool:
        """Say whether something stands at a place."""
        return _at(self._reading.arguments, path)[0]

    def set_value(self, at: str | Path, value: Json, source: object = None) -> bool:
        """Set the value at a place; False while the text is broken, since nothing may be lost."""
        path = _path(at)
        is_there, before = _at(self._reading.arguments, path)
        if is_there and is_written_alike(before, value):
            return self._reading.arguments is not None
        return self._edit(lambda text: json_edit.with_value(text, path, value), source)

    def unset(self, at: str | Path, source: object = None) -> bool:
        """Take one place out, so that the endpoint's default holds; False while the text is broken."""
        return self._edit(lambda text: json_edit.without_value(text, _path(at)), source)

    def rename(self, at: Path, name: str, source: object = None) -> bool:
        """Give the entry of a map another name; False while the text is broken."""
        return self._edit(lambda text: json_edit.renamed(text, at, name), source)

    def move(self, at: Path, before: int, after: int, source: object = None) -> bool:
        """Move an item of a list; False while the text is broken."""
        return self._edit(lambda text: json_edit.moved(text, at, before, after), source)

    def _read_later(self) -> None:
        work = _Read(self._number, self._text)
        work.answers.read.connect(self._take)
        QThreadPool.globalInstance().start(work)

    @Slot(int, object)
    def _take(self, number: int, reading: Reading) -> None:
        """Take what was read, if the text is still the same."""
        if number == self._number and self._is_reading:
            self._timer.stop()
            self._be_patient()
            self._reading, self._is_reading = reading, False
            self.changed.emit(self)

    def _on_slow(self) -> None:
        self._is_slow = True
        self.slow.emit()

    def _be_patient(self) -> None:
        self._patience.stop()
        self._is_slow = False

    def _edit(self, change: Callable[[str], str], source: object) -> bool:
        self.settle()
        if self._reading.arguments is None:
            return False
        self.set_text(change(self._text), source)
        return True


class _Answers(QObject):
    read = Signal(int, object)


class _Read(QRunnable):
    """Reads one text on a thread."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__()
        self.answers = _Answers()
        self._number, self._text = number, text

    @Slot()
    def run(self) -> None:
        reading = json_text.read(self._text)
        with contextlib.suppress(RuntimeError):  # the document may be gone by now
            self.answers.read.emit(self._number, reading)


def _path(at: str | Path) -> Path:
    return (at,) if isinstance(at, str) else at


def _at(value: Json, path: Path) -> tuple[bool, Json]:
    """Return whether there is something at a place, and what."""
    for step in path:
        match value, step:
            case dict(), str() if step in value:
                value = value[step]
            case list(), int() if 0 <= step < len(value):
                value = value[step]
            case _:
                return False, None
    return value is not None or bool(path), value
