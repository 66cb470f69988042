"""Files that stand as text in texts: named by kind and size where people read, since nobody reads Base64."""

import re

from fal_studio.core.artifacts import in_bytes

LONG = 400
"""Characters from which a run of letters without a space is looked at: no word, key or path is so long."""
_DATA_URI = r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w.+-]+=[\w.+-]+)*;base64,([A-Za-z0-9+/=_-]{48,})"
_RUN = rf"[A-Za-z0-9+/_-]{{{LONG},}}={{0,2}}"
_MIXED = (r"[A-Z]", r"[a-z]", r"[0-9]")
"""All of them stand soon in Base64; numbers, or one letter over and over, are something else."""
_BEGINS = {
    "iVBORw0KGgo": "image/png",
    "/9j/": "image/jpeg",
    "R0lGOD": "image/gif",
    "UklGR": "image/webp",
    "SUQz": "audio/mpeg",
    "T2dnUw": "audio/ogg",
    "JVBERi0": "application/pdf",
    "Z2xURg": "model/gltf-binary",
    "UEsDB": "application/zip",
}
"""How files begin in Base64."""


def named(text: str) -> str:
    """Return a text with `[image/png 48 KB]` in place of each file in it, be it a data URI or bare Base64."""
    if ";base64," in text:
        text = re.sub(_DATA_URI, _name, text)
    return re.sub(_RUN, _name_run, text) if len(text) >= LONG else text


def _name(found: re.Match[str]) -> str:
    return f"[{found[1] or 'text/plain'} {in_bytes(len(found[2]) * 3 // 4)}]"


def _name_run(found: re.Match[str]) -> str:
    run = found[0]
    if not all(re.search(kind, run[:LONG]) for kind in _MIXED):
        return run
    kind = next((kind for begin, kind in _BEGINS.items() if run.startswith(begin)), "encoded")
    return f"[{kind} {in_bytes(len(run) * 3 // 4)}]"
