"""Files that exist whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

from fal_studio.store.problems import problem_of


def write_whole(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write or replace a file; raises OSError and then leaves the old one as it was.

    `durable` waits until it would survive a power cut.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        part.replace(path)
        if durable:
            _sync_folder(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows has no way to ask for that, and some network disks refuse."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_told(path: Path, data: bytes, *, durable: bool = False) -> None:
    """As `write_whole`, for files that somebody asked for; raises StoreError, which says what to do."""
    try:
        write_whole(path, data, durable=durable)
    except OSError as error:
        raise problem_of(error, path) from error
