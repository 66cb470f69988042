"""Places inside a JSON value, and how they are written as JSONPath."""

import json
import re

Step = str | int
Path = tuple[Step, ...]
"""Keys and indexes from the outside in; () is the value itself."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def path_text(path: Path) -> str:
    """Return a place as JSONPath: `$.images[0]["odd key"]`."""
    return "$" + "".join(map(_step_text, path))


def _step_text(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _NAME.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]"
