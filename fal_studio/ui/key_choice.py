"""What somebody chose about the keys of single views: others than the declared ones, or no bare letters at all."""

import functools
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_HELD = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_PROPERTY: Final = "falKeys"
W = TypeVar("W", bound=QWidget)


class KeyChoice(QObject):
    """One for the program, as the theme is. Views ask it what a key means to them."""

    changed = Signal()
    """Somebody chose another key for a view."""
    commands_changed = Signal()
    """Commands of the window have other keys than before: who shows one asks `now`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.letters = True
        """Whether keys that write something do something in a view."""
        self._chosen: dict[str, str] = {}
        self._is_plain = True
        self._commands: dict[str, str] = {}

    @property
    def chosen(self) -> dict[str, str]:
        """Other keys by "view:declared key" ("stream.pane:B"); "" for none."""
        return dict(self._chosen)

    def take(self, chosen: Mapping[str, str], *, letters: bool) -> None:
        """Hold what was kept."""
        self._chosen, self.letters = dict(chosen), letters
        self._is_plain = letters and not self._chosen

    def take_commands(self, keys: Mapping[str, str]) -> None:
        """Hold the keys of those commands that have others than at first: by their first keys; "" for none."""
        if keys != self._commands:
            self._commands = dict(keys)
            self.commands_changed.emit()

    def now(self, key: str) -> str:
        """Return the key of the window's command that had this one at first, in portable form; "" for none."""
        return self._commands.get(key, key) if self._commands else key

    def of(self, view: str, key: str) -> str:
        """Return the key that now does in a view what was declared for `key`; "" for none."""
        return self._chosen.get(f"{view}:{key}", key)

    def choose(self, view: str, key: str, wanted: str) -> None:
        """Let another key do what was declared for `key`."""
        self._chosen.pop(f"{view}:{key}", None)
        if wanted != key:
            self._chosen[f"{view}:{key}"] = wanted
        self.take(self._chosen, letters=self.letters)
        self.changed.emit()

    def meant(self, view: str, event: QKeyEvent) -> QKeyEvent | None:
        """Return the press of the declared key that somebody means in a view; None if it shall mean nothing."""
        if self._is_plain:
            return event
        if not self.letters and is_letter(event):
            return None
        pressed = QKeySequence(event.keyCombination()).toString(_PORTABLE)
        for name, wanted in self._chosen.items():
            where, _, key = name.partition(":")
            if where == view and pressed == wanted:
                return _press_of(key, event)
        return None if f"{view}:{pressed}" in self._chosen else event


def is_letter(event: QKeyEvent) -> bool:
    """Whether a press writes something: a letter, a digit, a sign; Space presses buttons and is none."""
    text = event.text()
    return not event.modifiers() & _HELD and text.isprintable() and bool(text.strip())


def _press_of(key: str, event: QKeyEvent) -> QKeyEvent:
    combined = QKeySequence(key)[0]  # pyright: ignore[reportIndexIssue, reportUnknownVariableType] - Qt has it, its stub has not
    shift = bool(combined.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
    letter = key.rpartition("+")[2] or key
    text = letter if shift or len(letter) != 1 else letter.lower()
    return QKeyEvent(
        event.type(), combined.key(), combined.keyboardModifiers(), text if len(text) == 1 else "",
        event.isAutoRepeat(),
    )  # fmt: skip


def hears(view: str) -> Callable[[Callable[[W, QKeyEvent], None]], Callable[[W, QKeyEvent], None]]:
    """Let a `keyPressEvent` hear the declared keys of its view where somebody chose others."""

    def around(handler: Callable[[W, QKeyEvent], None]) -> Callable[[W, QKeyEvent], None]:
        @functools.wraps(handler)
        def heard(widget: W, event: QKeyEvent) -> None:
            meant = current().meant(view, event)
            if meant is None:
                event.ignore()
                return
            handler(widget, meant)
            if meant is not event:
                event.setAccepted(meant.isAccepted())

        return heard

    return around


def current() -> KeyChoice:
    """Return the choice of the program; kept by the application, as the theme is."""
    app = QCoreApplication.instance()
    if app is None:
        raise TypeError("An application is needed before a choice of keys.")
    held = app.property(_PROPERTY)
    if isinstance(held, KeyChoice):
        return held
    choice = KeyChoice(app)
    app.setProperty(_PROPERTY, choice)
    return choice
