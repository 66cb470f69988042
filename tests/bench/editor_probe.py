"""The request editor in a process of its own: `open` (forms of 60 fields), `keys` (typing in the prompt and in a field).

Prints one line of JSON with what was measured, in milliseconds, and ends.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fal_studio.app.program import Program
from fal_studio.app.start import application
from fal_studio.core.schema import checking
from fal_studio.core.schema.reading import read
from fal_studio.store.paths import folders
from fal_studio.ui.catalogue import Endpoint

FIELDS = 60
OPENED = 12
KEYS = 150
_KINDS: list[dict[str, Any]] = [
    {"type": "string", "description": "A text."},
    {"type": "integer", "minimum": 1, "maximum": 4, "default": 1},
    {"type": "number", "minimum": 0, "maximum": 20, "default": 3.5},
    {"type": "boolean", "default": True},
    {"type": "string", "enum": ["none", "regular", "high"], "default": "none"},
    {"type": "integer", "minimum": 0},
]


def document(number: int) -> dict[str, Any]:
    """Return a document whose fields are all in sight: nothing is folded away."""
    names = ["prompt", *(f"field_{number}_{place}" for place in range(FIELDS - 1))]
    properties = {
        name: _KINDS[place % len(_KINDS)] | {"ui": {"important": True}} for place, name in enumerate(names)
    }
    node = {"type": "object", "properties": properties, "required": names[:1]}
    content = {"application/json": {"schema": node}}
    return {"paths": {f"/lab/model-{number}": {"post": {"requestBody": {"content": content}}}}}


class _Paints(QObject):
    """Counts how often a widget was painted."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


def main() -> None:
    app = application("dark")
    checking.load()
    with tempfile.TemporaryDirectory(prefix="fal-bench-editor-") as folder:
        program = Program(folders(Path(folder)))
        window = program.window
        names = [f"lab/model-{number}" for number in range(OPENED)]
        program.catalogue.put(
            Endpoint(name, schema=read(document(number), name)) for number, name in enumerate(names)
        )
        window.resize(1280, 800)
        window.show()
        settle(app)
        measured = {"open": opened, "keys": typed}[sys.argv[1]](app, window.workspace, names)
        sys.stdout.write(json.dumps(measured) + "\n")
        sys.stdout.flush()
        window.close()


def opened(app: QApplication, space: Any, names: list[str]) -> dict[str, Any]:
    """Choose one endpoint after the other; each is open when its fields are painted."""
    first: list[float] = []
    whole: list[float] = []
    for name in names:
        paints = _Paints()
        inner = space.editor.form.row("prompt")
        inner.installEventFilter(paints)
        begun = time.perf_counter()
        space.set_endpoint(name)
        while not paints.count:
            app.processEvents()
        first.append((time.perf_counter() - begun) * 1e3)
        while space.editor.form.is_building:
            app.processEvents()
        whole.append((time.perf_counter() - begun) * 1e3)
        settle(app)
        inner.removeEventFilter(paints)
    return {"opened": first[1:], "complete": whole[1:]}


def typed(app: QApplication, space: Any, names: list[str]) -> dict[str, Any]:
    """Type letters into the prompt and digits into a number; each costs until nothing is left to do."""
    space.set_endpoint(names[0])
    settle(app)
    form = space.editor.form
    out: dict[str, Any] = {}
    for what, widget, key in (
        ("prompt", form.prompt, Qt.Key.Key_X),
        ("field", form.row("field_0_5").focus_widget(), Qt.Key.Key_7),
    ):
        widget.setFocus()
        settle(app)
        costs: list[float] = []
        for _ in range(KEYS):
            begun = time.perf_counter()
            QTest.keyClick(widget, key)
            app.processEvents()
            costs.append((time.perf_counter() - begun) * 1e3)
        out[what] = costs
        settle(app)
    return out


def settle(app: QApplication) -> None:
    """Let everything that was put off happen."""
    until = time.perf_counter() + 0.4
    while time.perf_counter() < until:
        app.processEvents()


if __name__ == "__main__":
    main()
