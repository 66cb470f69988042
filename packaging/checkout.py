"""Where things lie in this checkout, and stamps that say what is already done there."""

import hashlib
import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
VENV = ROOT / ".venv"
LOGS = ROOT / "build" / "setup"
STAMPS = VENV / "stamps.json"


def program(name: str, venv: Path = VENV) -> Path:
    """Where a command of an environment lies."""
    return venv / ("Scripts" if os.name == "nt" else "bin") / (f"{name}.exe" if os.name == "nt" else name)


def python(venv: Path = VENV) -> Path:
    """The interpreter of an environment."""
    return program("python", venv)


def is_stamped(what: str, value: str) -> bool:
    """Say whether `what` was last done for exactly this value."""
    return _stamps().get(what) == value


def stamp(what: str, value: str) -> None:
    """Note that `what` is done for this value."""
    unfinished = STAMPS.with_suffix(".new")
    unfinished.write_text(json.dumps({**_stamps(), what: value}, indent=1), encoding="utf-8")
    unfinished.replace(STAMPS)


def digest(*parts: str | bytes) -> str:
    """One short name for several values."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sha.update(len(data).to_bytes(8, "big") + data)
    return sha.hexdigest()[:32]


def _stamps() -> dict[str, str]:
    try:
        return json.loads(STAMPS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
