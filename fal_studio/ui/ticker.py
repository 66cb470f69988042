"""One clock for everything that moves on screen; it stops when nothing visible moves."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimerEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

_EVERY_MS: Final = 33
_REDUCED_EVERY_MS: Final = 1000


class Ticker(QObject):
    """Repaints its widgets 30 times a second while one of them can be seen; once a second with reduced motion."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._moving: dict[int, tuple[QWidget, Callable[[], object]]] = {}
        self._timer = 0
        self._reduced = False

    @property
    def reduced(self) -> bool:
        """Whether motion is reduced to a text tick once a second."""
        return self._reduced

    def set_reduced(self, *, reduced: bool) -> None:
        """Turn motion down or up."""
        self._reduced = reduced
        if self._timer:
            self._stop()
            self._start()

    @property
    def is_running(self) -> bool:
        """Whether the clock ticks now."""
        return self._timer != 0

    def follow(self, widget: QWidget, *, moving: bool, tick: Callable[[], object] | None = None) -> None:
        """Repaint a widget regularly, or no longer. A widget calls this when it starts, ends, shows or hides.

        `tick` is for a widget of which only parts move: it is called instead of `update`.
        """
        if moving and widget.isVisible():
            self._moving[id(widget)] = (widget, tick or widget.update)
            if not self._timer:
                self._start()
            return
        self._moving.pop(id(widget), None)
        if not self._moving:
            self._stop()

    def turn(self, period_s: float) -> float:
        """Return how far a motion of this period is now, 0 to 1; all motions of one period agree."""
        return (time.perf_counter() % period_s) / period_s

    def timerEvent(self, event: QTimerEvent) -> None:
        """Repaint what moves."""
        del event
        for key, (widget, tick) in tuple(self._moving.items()):
            if isValid(widget):
                tick()
            else:
                # A widget that was deleted while it was visible could not say goodbye.
                del self._moving[key]
        if not self._moving:
            self._stop()

    def _start(self) -> None:
        self._timer = self.startTimer(_REDUCED_EVERY_MS if self._reduced else _EVERY_MS)

    def _stop(self) -> None:
        if self._timer:
            self.killTimer(self._timer)
            self._timer = 0


class Moving(QWidget):
    """A widget that may move. Subclasses call `set_moving`; showing and hiding are looked after."""

    def __init__(self, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticker = ticker
        self._is_moving = False

    @property
    def is_moving(self) -> bool:
        """Whether it moves while it is visible."""
        return self._is_moving

    def set_moving(self, *, moving: bool) -> None:
        """Start or end the motion."""
        self._is_moving = moving
        self._ticker.follow(self, moving=moving)
        self.update()

    def showEvent(self, event: object) -> None:
        """Take the motion up."""
        super().showEvent(event)  # pyright: ignore[reportArgumentType]
        self._ticker.follow(self, moving=self._is_moving)

    def hideEvent(self, event: object) -> None:
        """Rest while nobody looks."""
        super().hideEvent(event)  # pyright: ignore[reportArgumentType]
        self._ticker.follow(self, moving=False)
