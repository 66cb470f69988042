"""File names that are legal on every system and stay in their folder, whatever a server or a model called the file."""

import mimetypes
import re
import unicodedata

_LONGEST_NAME_BYTES = 150
_FORBIDDEN = r'[\x00-\x1f\x7f<>:"/\\|?*]+'
_RESERVED = r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?"
_EXTENSION = r"\.[A-Za-z0-9]{1,8}"
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
    name = re.sub(_FORBIDDEN, "_", name).strip().strip(".").rstrip(" .") or "result"
    stem, extension = split(name)
    if not extension:
        content_type = content_type.partition(";")[0].strip().lower()
        extension = _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ""
    if re.fullmatch(_RESERVED, stem):
        stem = f"_{stem}"
    room = _LONGEST_NAME_BYTES - len(extension)
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + extension


def split(name: str) -> tuple[str, str]:
    """Split off the extension, if what follows the last dot looks like one ("flux-v1.6" has none)."""
    dot = name.rfind(".")
    extension = name[dot:] if dot > 0 else ""
    if re.fullmatch(_EXTENSION, extension) and not extension[1:].isdigit():
        return name[: -len(extension)], extension
    return name, ""
