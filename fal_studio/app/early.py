"""Wishes of the first second: what the window asks for before its answerer is loaded waits for it, and is not lost."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, SignalInstance

from fal_studio.ui.shell.window import MainWindow


class Early(QObject):
    """Keeps what signals say that nobody answers yet; `pass_on` says it again, in order, when somebody does.

    Only for signals with one answerer: whoever else listens would hear it twice.
    """

    def __init__(self, *signals: SignalInstance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: list[tuple[SignalInstance, tuple[Any, ...]]] = []
        self._heard = [(signal, self._keeper(signal)) for signal in signals]
        for signal, keep in self._heard:
            signal.connect(keep)

    def pass_on(self) -> None:
        """Say again what was said: the answerer is connected by now. Does nothing the second time."""
        heard, self._heard = self._heard, []
        for signal, keep in heard:
            signal.disconnect(keep)
        kept, self._kept = self._kept, []
        for signal, values in kept:
            signal.emit(*values)

    def _keeper(self, signal: SignalInstance) -> Callable[..., None]:
        def keep(*values: Any) -> None:
            self._kept.append((signal, values))

        return keep


class EarlyWishes:
    """What the window may ask for before the program can do it, by who will answer."""

    def __init__(self, window: MainWindow) -> None:
        door, history, wire, pages = window.accounts, window.history, window.wire, window.pages
        self.accounts = Early(
            door.open_wanted,
            door.check_wanted,
            door.add_wanted,
            door.give_up_wanted,
            door.remove_wanted,
            door.edit_wanted,
            door.create_wanted,
            door.profile_check_wanted,
            door.restore_wanted,
            door.adopt_wanted,
            door.adopt_file_wanted,
            parent=window,
        )
        self.room = Early(history.usage_wanted, history.empty_wanted, parent=window)
        self.erasing = Early(window.erase_wanted, parent=window)
        self.results = Early(window.keep_wanted, parent=window)
        self.wire = Early(
            wire.archive_wanted, wire.transcript_wanted, wire.extract_wanted, wire.open_wanted, parent=window
        )
        self.live = Early(pages.keep_wanted, pages.animation_wanted, parent=window)
