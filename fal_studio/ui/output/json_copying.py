"""A large value on its way to the clipboard: written in a thread, with how far it is in words, and it can be stopped."""

import json
from collections import deque
from collections.abc import Iterator

import msgspec
from PySide6.QtCore import QByteArray, QMimeData, QObject, QRunnable, QThreadPool, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.request import Json
from fal_studio.ui.output.json_writing import blocks, written
from fal_studio.words import tr

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
        data = self._written()
        if self.is_wanted:
            self.answers.ready.emit(data)

    def _written(self) -> QByteArray:
        """Return the value in UTF-8, put together in steps: what is made in one go holds up the window meanwhile."""
        try:
            made = self._blocks(written(self._value))
        except (ValueError, RecursionError, msgspec.MsgspecError):
            # A number that JSON does not have, or it is nested too deeply.
            parts = json.JSONEncoder(ensure_ascii=False, default=str, indent=2).iterencode(self._value)
            made = self._blocks(parts)
        data = QByteArray()
        data.reserve(sum(map(len, made)))
        while made:
            data.append(made.popleft())
        return data

    def _blocks(self, parts: Iterator[str]) -> deque[bytes]:
        made: deque[bytes] = deque()
        size = 0
        for block in blocks(parts):
            if not self.is_wanted:
                break
            made.append(block)
            size += len(block)
            self.answers.moved.emit(size)
        return made


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

    def _on_moved(self, size_bytes: int) -> None:
        self.told.emit(tr("Copying: {characters} so far").format(characters=in_bytes(size_bytes)))

    def _on_ready(self, text: QByteArray) -> None:
        self._work = None
        # Bytes are handed on as they are, and read when somebody pastes; words would be turned into Qt's own at once.
        data = QMimeData()
        data.setData("text/plain", text)
        QGuiApplication.clipboard().setMimeData(data)
        self._say(tr("Copied {count}").format(count=in_bytes(text.size())))

    def _say(self, words: str) -> None:
        self.told.emit(words)
        self._fading.start()
