"""Results saved as files a person asked for: safe names, never over another file, never outside the folder."""

import contextlib
import shutil
from pathlib import Path

from fal_studio.core.names import safe_name, split
from fal_studio.store.problems import problem_of

_AT_ONCE_BYTES = 4 * 1024 * 1024


def save(data: bytes | Path, folder: Path, name: str, content_type: str = "") -> Path:
    """Save a result, or a copy of its file, in `folder` and return the file; a taken name gets " (2)", " (3)" …

    Blocks: not for the UI thread. Raises StoreError and then leaves no half file behind.
    """
    stem, extension = split(safe_name(name, content_type))
    path = folder / (stem + extension)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(2, 100_000):
            try:
                _write_new(path, data)
            except FileExistsError:
                path = folder / f"{stem} ({number}){extension}"
            else:
                return path
    except OSError as error:
        raise problem_of(error, path) from error
    raise problem_of(FileExistsError(f"no free name for {path.name}"), path)


def _write_new(path: Path, data: bytes | Path) -> None:
    file = path.open("xb")
    try:
        with file:
            if isinstance(data, Path):
                size_bytes = data.stat().st_size
                with data.open("rb") as source:
                    shutil.copyfileobj(source, file, _AT_ONCE_BYTES)
            else:
                size_bytes = len(data)
                file.write(data)
        if path.stat().st_size != size_bytes:
            raise OSError(f"{path.name} was cut short")
    except OSError:
        with contextlib.suppress(OSError):  # closed by now: Windows lets nobody delete an open file
            path.unlink()
        raise
