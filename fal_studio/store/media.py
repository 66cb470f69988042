"""Results saved as files a person asked for: safe names, never over another file, never outside the folder."""

import contextlib
import mimetypes
import re
import unicodedata
from pathlib import Path

from fal_studio.store.problems import problem_of

_LONGEST_NAME_BYTES = 150
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")
_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/mpeg": ".mp3",
    "model/gltf-binary": ".glb",
    "text/plain": ".txt",
}


def safe_name(name: str, content_type: str = "") -> str:
    """Return a file name that is legal on all systems and cannot point to another folder.

    A name without an extension gets the one of its content type.
    """
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    name = _FORBIDDEN.sub("_", name).strip().strip(".").rstrip(" .") or "result"
    stem, extension = _split(name)
    if not extension:
        content_type = content_type.partition(";")[0].strip().lower()
        extension = _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ""
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    room = _LONGEST_NAME_BYTES - len(extension)
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + extension


def save(data: bytes, folder: Path, name: str, content_type: str = "") -> Path:
    """Save a result in `folder` and return the file; a taken name gets " (2)", " (3)" …

    Blocks: not for the UI thread. Raises StoreError and then leaves no half file behind.
    """
    stem, extension = _split(safe_name(name, content_type))
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


def _write_new(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        try:
            file.write(data)
            file.flush()
            if path.stat().st_size != len(data):
                raise OSError(f"{path.name} was cut short")
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()
            raise


def _split(name: str) -> tuple[str, str]:
    """Split off the extension, if what follows the last dot looks like one ("flux-v1.6" has none)."""
    extension = Path(name).suffix
    if _EXTENSION.fullmatch(extension) and not extension[1:].isdigit():
        return name[: -len(extension)], extension
    return name, ""
