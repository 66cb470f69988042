"""What a test may have left behind: threads, sockets, child processes, timers and windows.

Pending tasks are seen by `waiting.finished`, and whatever the garbage collector can close becomes a ResourceWarning, which is an
error. This module looks at what stays alive.
"""

import contextlib
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QWidget

GRACE_S = 10.0
# Qt keeps one tool tip window for the whole application.
QT_OWN_WINDOWS = frozenset({"QTipLabel"})


class Leaks:
    """A look at the process before a test, to be compared with another one after it."""

    def __init__(self) -> None:
        self._threads = _threads()
        self._sockets = _sockets()
        self._children = _children()

    def found(self, *, in_qt: bool, grace_s: float = GRACE_S) -> list[str]:
        """Say what is there now and was not before; things that are just ending get `grace_s` to do so."""
        looks: list[Callable[[], list[str]]] = [self._new_threads, self._new_sockets, self._new_children]
        if in_qt:
            looks += [_stray_windows, _live_timers]
        return [leak for look in looks for leak in _after_grace(look, grace_s)]

    def _new_threads(self) -> list[str]:
        return [f"thread {thread.name!r} still runs" for thread in _threads() - self._threads]

    def _new_sockets(self) -> list[str]:
        return [f"{socket} is still open" for socket in _sockets() - self._sockets]

    def _new_children(self) -> list[str]:
        return [f"child process {child} still runs" for child in _children() - self._children]


def _after_grace(look: Callable[[], list[str]], grace_s: float) -> list[str]:
    if not look():
        return []
    gc.collect()
    ends = time.monotonic() + grace_s
    while (left := look()) and time.monotonic() < ends:
        time.sleep(0.01)
    return left


def _threads() -> set[threading.Thread]:
    # A QThread that ran Python code stays listed as a dummy after it ended.
    return {thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)}


def _sockets() -> set[str]:
    """The sockets this process holds, by inode; empty where there is no /proc."""
    found: set[str] = set()
    try:
        handles = list(Path("/proc/self/fd").iterdir())
    except FileNotFoundError:
        return found
    for handle in handles:
        try:
            target = str(handle.readlink())
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


def _children() -> set[str]:
    """The processes started from here that are still there, as `pid name`; empty where there is no /proc."""
    me = str(os.getpid())
    found: set[str] = set()
    if not sys.platform.startswith("linux"):
        return found
    for folder in _processes():
        if (stat := _stat(folder)) and stat[1] == me:
            found.add(f"{folder.name} {stat[0]}")
    return found


def _processes() -> Iterator[Path]:
    """Those that a thread of this process started; all there are where the kernel keeps no such list."""
    threads = Path("/proc/self/task")
    if not (threads / str(os.getpid()) / "children").exists():
        yield from (folder for folder in Path("/proc").iterdir() if folder.name.isdigit())
        return
    for thread in threads.iterdir():
        with contextlib.suppress(OSError):  # it has just ended
            yield from (Path("/proc", child) for child in (thread / "children").read_text().split())


def _stat(folder: Path) -> tuple[str, str] | None:
    """The name and the parent of a process, or None when it is gone or dead."""
    try:
        head, _, tail = (folder / "stat").read_text(errors="replace").rpartition(")")
    except OSError:
        return None
    state, parent = tail.split()[:2]
    return None if state == "Z" else (head.partition("(")[2], parent)


def put_away() -> None:
    """Delete the windows and stop the timers that a test left behind: the tests after it begin without them."""
    for window in _windows():
        window.deleteLater()
    _windows()
    for timer in _ticking():
        timer.stop()


def _stray_windows() -> list[str]:
    return [f"window {window!r} was never closed and deleted" for window in _windows()]


def _live_timers() -> list[str]:
    return [f"timer {timer!r} of {timer.parent()!r} still ticks" for timer in _ticking()]


def _windows() -> "list[QWidget]":
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return [
        window
        for window in QApplication.topLevelWidgets()
        if window.parent() is None and window.metaObject().className() not in QT_OWN_WINDOWS
    ]


def _ticking() -> "list[QTimer]":
    from PySide6.QtCore import QTimer
    from shiboken6 import isValid

    timers = [thing for thing in gc.get_objects() if issubclass(type(thing), QTimer) and isValid(thing)]
    return [timer for timer in timers if timer.isActive()]
