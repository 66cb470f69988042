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
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def write_told(path: Path, data: bytes, *, durable: bool = False) -> None:
    """As `write_whole`, for files that somebody asked for; raises StoreError, which says what to do."""
    try:
        write_whole(path, data, durable=durable)
    except OSError as error:
        raise problem_of(error, path) from error
