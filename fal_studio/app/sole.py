"""One window for each data folder: a later start hands what it was given to the one that is there, and ends.

Only QtCore here; what talks to the other window is loaded when there is one.
"""

import importlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QCryptographicHash, QDir, QElapsedTimer, QLockFile, QThread

from fal_studio.store.paths import APP_ID, Folders

VERSION = 1
LARGEST = 1_000_000
"""Bytes of a message."""
MOST = 50
"""Things that one start may hand over."""
LONGEST = 200_000
"""Characters of one of them: a link with arguments."""
TAKEN = b"taken\n"
ANSWER_WITHIN_MS = 8000
"""A window that is still being built answers as soon as it lives."""
_LOOK_EVERY_MS = 50
_LONGEST_PATH = 100
"""Bytes; what the systems take for the path of a socket is hardly more."""
_TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


class Handed(msgspec.Struct, frozen=True):
    """What a start hands over."""

    things: tuple[str, ...] = ()
    """Links, and absolute paths of files."""
    token: str = ""
    """By which the desktop lets the other window come to the front."""
    profile: str = ""
    """Whose request it begins with; "": no profile was named."""
    version: int = VERSION


def claim(kept: Folders) -> QLockFile | None:
    """Claim to be the only window of these folders, as long as what is returned is kept; None if there is one.

    In a folder that cannot be written nobody claims anything: whoever starts there opens a window.
    """
    lock = _lock(kept)
    if not lock.tryLock(0) and lock.error() is QLockFile.LockError.LockFailedError:
        return None
    return lock


def socket_name(kept: Folders) -> str:
    """Return the name of the socket for these folders; on Unix a path in a folder that is this person's alone."""
    real = os.path.realpath(kept.data).encode(errors="surrogateescape")
    mark = QCryptographicHash.hash(real, QCryptographicHash.Algorithm.Sha256).toHex().toStdString()[:16]
    name = f"{APP_ID}-{mark}"
    if os.name == "nt":
        return name
    folders = [os.environ.get("XDG_RUNTIME_DIR", ""), str(kept.data), QDir.tempPath()]
    places = [os.path.join(folder, name) for folder in folders if folder]  # noqa: PTH118 - bytes are counted
    return next((place for place in places if len(os.fsencode(place)) <= _LONGEST_PATH), places[-1])


def hand_over(kept: Folders, handed: Handed) -> bool:
    """Give it to the window that is there; False if it takes nothing, or was closed meanwhile. Blocks."""
    network: Any = importlib.import_module("PySide6.QtNetwork")
    name = socket_name(kept)
    since = QElapsedTimer()
    since.start()
    while since.elapsed() < ANSWER_WITHIN_MS:
        socket = network.QLocalSocket()
        socket.connectToServer(name)
        if socket.waitForConnected(_LOOK_EVERY_MS):
            socket.write(msgspec.json.encode(handed) + b"\n")
            left = max(1, ANSWER_WITHIN_MS - since.elapsed())
            socket.waitForBytesWritten(left)
            is_taken = socket.waitForReadyRead(left) and bytes(socket.readAll().data()) == TAKEN
            socket.abort()
            return is_taken
        if not _is_claimed(kept):
            return False
        QThread.msleep(_LOOK_EVERY_MS)  # it is being built, and does not listen yet
    return False


def given(things: list[str], token: str = "", profile: str = "") -> Handed:
    """Return what to hand over: paths as seen from here, links as they are."""
    named = tuple(thing if is_link(thing) else str(Path(thing).absolute()) for thing in things[:MOST])
    return Handed(named, token, profile)


def is_link(thing: str) -> bool:
    """Whether it is a link of ours rather than a path."""
    return thing.lower().startswith("falstudio:")


def token_of(environ: Mapping[str, str]) -> str:
    """Return the token of whoever started this process, by which a window may come to the front."""
    return next((environ[name] for name in _TOKENS if environ.get(name)), "")


def _is_claimed(kept: Folders) -> bool:
    lock = _lock(kept)
    if lock.tryLock(0):
        lock.unlock()
        return False
    return True


def _lock(kept: Folders) -> QLockFile:
    with suppress(OSError):  # the lock says the same
        kept.data.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(kept.data / "started.lock"))
    lock.setStaleLockTime(0)  # only a process that is gone is stale, however long it has been running
    return lock
