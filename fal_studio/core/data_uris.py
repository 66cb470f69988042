"""Files that stand as text in texts: named by kind and size where people read, since nobody reads Base64."""

import re

from fal_studio.core.artifacts import in_bytes

_DATA_URI = r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w.+-]+=[\w.+-]+)*;base64,([A-Za-z0-9+/=_-]{48,})"


def named(text: str) -> str:
    """Return a text with `[image/png 48 KB]` in place of each file in it."""
    return re.sub(_DATA_URI, _name, text) if ";base64," in text else text


def _name(found: re.Match[str]) -> str:
    return f"[{found[1] or 'text/plain'} {in_bytes(len(found[2]) * 3 // 4)}]"
