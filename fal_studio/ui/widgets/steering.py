"""Tells a media player what to do from Qt's own loop, where nobody holds Python's lock.

The player waits for its threads when it is told something, and those ask for Python's lock when they let go of its sound or its
pictures, since these were made by Python: told directly from Python, the window would now and then stand still for ever.
"""

from typing import Any

from PySide6.QtCore import QObject, Qt, QUrl, Signal


class Steering(QObject):
    """Emit what the player is to do; it does so in a moment, in that order."""

    play = Signal()
    pause = Signal()
    stop = Signal()
    put = Signal("qlonglong")  # pyright: ignore[reportArgumentType] - 64 bits, as Qt calls them
    """A place in milliseconds."""
    speed = Signal(float)
    source = Signal(QUrl)
    """Another file; an empty address lets go of the one there is."""

    def __init__(self, player: Any) -> None:
        """`player` is a QMediaPlayer; this lives as long as it."""
        super().__init__(player)
        for signal, slot in (
            (self.play, player.play),
            (self.pause, player.pause),
            (self.stop, player.stop),
            (self.put, player.setPosition),
            (self.speed, player.setPlaybackRate),
            (self.source, player.setSource),
        ):
            signal.connect(slot, Qt.ConnectionType.QueuedConnection)
