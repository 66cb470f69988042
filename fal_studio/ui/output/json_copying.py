"""A large value on its way to the clipboard: written in a thread, with how far it is in words, and it can be stopped."""

import msgspec
from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.request import Json
from fal_studio.ui.output.json_writing import json_of, written
from fal_studio.words import tr

TELL_EVERY = 2_000_000
"""Characters between two words of how far it is."""
TOLD_MS = 4000
"""How long it is said that it is done."""


class _Answers(QObject):
    moved = Signal(int)
    ready = Signal(object)


class _Work(QRunnable):
    def __init__(self, value: Json) -> None:
        super().__init__()
        self.answers = _Answers()
        self.is_wanted = True
        self._value = value

    def run(self) -> None:
        text = self._written()
        if self.is_wanted:
            self.answers.ready.emit(text)

    def _written(self) -> str:
        parts: list[str] = []
        size = told = 0
        try:
            for part in written(self._value):
                if not self.is_wanted:
                    return ""
                parts.append(part)
                size += len(part)
                if size - told >= TELL_EVERY:
                    told = size
                    self.answers.moved.emit(size)
        except (ValueError, RecursionError, msgspec.MsgspecError):
            # A number that JSON does not have, or it is nested too deeply.
            return json_of(self._value)
        return "".join(parts)


class Copying(QObject):
    """Copies one value at a time; a new one takes the place of one that is still being written."""

    told = Signal(str)
    """How it goes; "" when there is nothing to say any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: _Work | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._fading = QTimer(self)
        self._fading.setSingleShot(True)
        self._fading.setInterval(TOLD_MS)
        self._fading.timeout.connect(lambda: self.told.emit(""))

    @property
    def is_busy(self) -> bool:
        """Whether a value is being written."""
        return self._work is not None

    def copy(self, value: Json) -> None:
        """Write a value as JSON, and put it on the clipboard when it is whole."""
        self._drop()
        self._work = _Work(value)
        self._work.answers.moved.connect(self._on_moved)
        self._work.answers.ready.connect(self._on_ready)
        self._fading.stop()
        self.told.emit(tr("Copying …"))
        self._pool.start(self._work)

    def stop(self) -> None:
        """Copy nothing after all."""
        if self._work is not None:
            self._drop()
            self._say(tr("Not copied: stopped"))

    def let_go(self) -> None:
        """Stop, and say nothing."""
        self._drop()
        self._fading.stop()
        self.told.emit("")

    def _drop(self) -> None:
        if self._work is not None:
            self._work.is_wanted = False
            self._work.answers.moved.disconnect(self._on_moved)
            self._work.answers.ready.disconnect(self._on_ready)
            self._work = None

    def _on_moved(self, characters: int) -> None:
        self.told.emit(tr("Copying: {characters} so far").format(characters=in_bytes(characters)))

    def _on_ready(self, text: str) -> None:
        self._work = None
        QGuiApplication.clipboard().setText(text)
        self._say(tr("Copied {count}").format(count=in_bytes(len(text))))

    def _say(self, words: str) -> None:
        self.told.emit(words)
        self._fading.start()
