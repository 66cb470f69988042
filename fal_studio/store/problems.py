"""What can be wrong with the data folder, in words for people."""

import errno
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from fal_studio.core.blobs import CannotKeep
from fal_studio.words import tr

if TYPE_CHECKING:
    import sqlite3


class Trouble(StrEnum):
    """The kinds of trouble that a program can react to differently."""

    FULL = "disk full"
    READ_ONLY = "read-only"
    IN_USE = "in use"
    """Another process holds the ledger."""
    CORRUPT = "corrupt"
    NEWER = "newer file"
    CLASH = "clash"
    """Two events claim the same place in a call: a mistake of this program."""
    OTHER = "other"


class StoreError(CannotKeep):
    """Something could not be kept or read; says what, why and what to do."""

    def __init__(self, kind: Trouble, message: str, next_step: str) -> None:
        super().__init__(f"{message} {next_step}")
        self.kind = kind
        self.message = message
        self.next_step = next_step


_CAUSES: dict[Trouble, tuple[str, str]] = {
    Trouble.FULL: (
        tr("The disk is full: {path} could not be written."),
        tr("Free some space; what is not saved yet is kept in memory and written as soon as there is room."),
    ),
    Trouble.READ_ONLY: (
        tr("{path} cannot be written: the file or its folder is read-only."),
        tr("Allow writing there, or start with another data folder."),
    ),
    Trouble.IN_USE: (
        tr("{path} is in use by another fal Studio."),
        tr("Use that window, or close it and try again."),
    ),
    Trouble.CORRUPT: (
        tr("{path} is damaged and cannot be read."),
        tr(
            "Put it aside and start a new one (the damaged file is kept), or restore one from the backups folder."
        ),
    ),
}

# SQLite's own numbers (https://sqlite.org/rescode.html), which never change: the window's start asks for problems with
# settings, and must not wait for the module that has their names.
_IO_ERROR = 10
_SQLITE_KINDS = {
    13: Trouble.FULL,  # SQLITE_FULL
    8: Trouble.READ_ONLY,  # SQLITE_READONLY
    14: Trouble.READ_ONLY,  # SQLITE_CANTOPEN
    3: Trouble.READ_ONLY,  # SQLITE_PERM
    5: Trouble.IN_USE,  # SQLITE_BUSY
    6: Trouble.IN_USE,  # SQLITE_LOCKED
    11: Trouble.CORRUPT,  # SQLITE_CORRUPT
    26: Trouble.CORRUPT,  # SQLITE_NOTADB
    19: Trouble.CLASH,  # SQLITE_CONSTRAINT
}

_OS_KINDS = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EFBIG: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EACCES: Trouble.READ_ONLY,
    errno.EPERM: Trouble.READ_ONLY,
    errno.ENOTDIR: Trouble.READ_ONLY,
}


def problem_of(error: "sqlite3.Error | OSError", path: Path) -> StoreError:
    """Return the problem behind an error at `path`."""
    if isinstance(error, OSError):
        kind = _OS_KINDS.get(error.errno or 0, Trouble.OTHER)
    else:
        # The low byte is the primary code; the rest tells where inside SQLite it happened.
        code: int = getattr(error, "sqlite_errorcode", 0) & 0xFF
        kind = _SQLITE_KINDS.get(code, Trouble.OTHER)
        if code == _IO_ERROR:
            kind = _io_error_kind(path)
    message, next_step = _CAUSES.get(
        kind,
        (
            tr("{{path}} could not be used: {error}.").format(error=error),
            tr("Check the folder, or start with another one."),
        ),
    )
    return StoreError(kind, message.format(path=path), next_step)


def _io_error_kind(path: Path) -> Trouble:
    """SQLite reports a failed write as an I/O error and drops the cause: try one write to learn it."""
    probe = path.with_name(f".{path.name}.probe")
    try:
        with probe.open("wb") as file:
            file.write(b"\0" * 65536)
    except OSError as error:
        return _OS_KINDS.get(error.errno or 0, Trouble.OTHER)
    else:
        return Trouble.OTHER
    finally:
        probe.unlink(missing_ok=True)


def newer(path: Path, found: int, known: int) -> StoreError:
    """Return the refusal of a file that a later version of the program wrote."""
    return StoreError(
        Trouble.NEWER,
        tr("{path} was written by a newer fal Studio (format {found}; this one knows {known}).").format(
            path=path, found=found, known=known
        ),
        "Update fal Studio. The file was not changed.",
    )
