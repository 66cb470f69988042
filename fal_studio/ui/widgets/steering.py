"""Tells players, cameras and their like what to do from Qt's own loop, where nobody holds Python's lock.

A player waits for its threads when it is told something, and those ask for Python's lock when they let go of its sound, its
pictures or its file, since these were made by Python: told directly from Python, the window would now and then stand still for ever.
What only sets a number, such as how often it plays, waits for nobody and may be called directly.
"""

from typing import Any

from PySide6.QtCore import QIODevice, QObject, Qt, QUrl, Signal


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
    device = Signal(QIODevice, QUrl)
    """Another file, out of memory, and what it would be called."""

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
            (self.device, player.setSourceDevice),
        ):
            signal.connect(slot, Qt.ConnectionType.QueuedConnection)


class Running(QObject):
    """The same for what is only begun and ended: a camera."""

    start = Signal()
    stop = Signal()

    def __init__(self, machine: Any) -> None:
        """`machine` is a QCamera; this lives as long as it."""
        super().__init__(machine)
        self.start.connect(machine.start, Qt.ConnectionType.QueuedConnection)
        self.stop.connect(machine.stop, Qt.ConnectionType.QueuedConnection)
