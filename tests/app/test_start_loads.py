"""What the start loads before the window is drawn: whoever adds to it pays with every start, so it is kept short.

A pane is built when it is first shown, and its module is loaded then: in the function that builds it, by
`importlib.import_module`, with the class imported under `TYPE_CHECKING` for the types (see `ui/shell/result.py`). Its module
goes into a `BEHIND` that `app/life.py` loads in a thread once the engine is there, so that the first click does not load it.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, sys
import fal_studio.cli
from fal_studio.app.program import Program
from fal_studio.app.start import application
from fal_studio.commands import window
from fal_studio.store.paths import folders
from pathlib import Path

window.options([])
app = application("dark")
program = Program(folders(Path(sys.argv[1])))
program.opened.connect(lambda: app.exit(0))
program.open()
app.exec()
assert program.is_painted
made = [f"PySide6.QtGui.{name}" for name in vars(sys.modules["PySide6.QtGui"])]
print(json.dumps(sorted({*sys.modules, *made})))
program.window.hide()
"""
HEAVY = (
    "asyncio", "qasync", "concurrent.futures", "ssl", "sqlite3", "http", "httpx", "httpcore", "h11", "anyio", "websockets",
    "msgpack", "keyring", "cryptography", "jsonschema", "numpy", "PIL", "av", "pygments", "scipy", "pydantic", "starlette", "uvicorn",
    "ctypes", "trimesh", "PySide6.QtMultimedia", "PySide6.QtNetwork", "PySide6.QtTest", "pyqtgraph", "importlib.metadata", "argparse",
)  # fmt: skip
LATER = (
    "fal_studio.app.life", "fal_studio.app.door", "fal_studio.ui.shell.handed", "fal_studio.ui.shell.help_panel", "fal_studio.core.paste.text", "fal_studio.core.paste.link", "fal_studio.app.engine", "fal_studio.jobs", "fal_studio.modes", "fal_studio.services", "fal_studio.emulator",
    "fal_studio.ui.output.preview", "fal_studio.ui.output.player", "fal_studio.ui.output.mesh_view", "fal_studio.ui.output.chat_view", "fal_studio.core.conversation", "fal_studio.meshes", "fal_studio.ui.output.path_naming", "fal_studio.ui.output.pages", "fal_studio.ui.output.code_view", "fal_studio.ui.output.json_page", "fal_studio.ui.output.tree_model",
    "fal_studio.ui.stream.pane", "fal_studio.ui.realtime", "fal_studio.core.realtime", "fal_studio.ui.output.decode", "fal_studio.ui.shell.pinned", "fal_studio.ui.output.inspector", "fal_studio.ui.output.waterfall", "fal_studio.ui.output.useful", "jsonpath_ng", "fal_studio.ui.request.code_pane", "fal_studio.ui.request.options_pane",
    "fal_studio.core.comparing", "fal_studio.statistics", "fal_studio.ui.comparisons", "fal_studio.ui.compare", "fal_studio.ui.queue.dock", "fal_studio.ui.queue.lines", "fal_studio.ui.queue.words", "fal_studio.ui.widgets.progress", "fal_studio.ui.queue.jobs_panel", "fal_studio.ui.shell.webhooks", "fal_studio.ui.browser", "fal_studio.core.snippets.write",
    "fal_studio.ui.shell.space", "fal_studio.ui.shell.space_bar", "fal_studio.app.disk_budget", "fal_studio.core.disk_budget",
    "fal_studio.core.saved", "fal_studio.core.typed", "fal_studio.core.batch", "fal_studio.ui.shell.saving", "fal_studio.ui.shell.presets",
    "fal_studio.ui.shell.earlier_prompts", "fal_studio.ui.shell.batch", "fal_studio.ui.shell.kept_file",
    "fal_studio.core.schema.checking", "fal_studio.core.schema.reading", "fal_studio.ui.request.inputs.make",
    "fal_studio.ui.request.json_page", "fal_studio.ui.request.json_editor", "fal_studio.ui.widgets.json_view",
    "fal_studio.ui.library.listing", "fal_studio.ui.shell.files", "fal_studio.ui.shell.file_choice", "fal_studio.ui.shell.pasting",
    "fal_studio.ui.shell.closing", "fal_studio.ui.shell.diagnostics", "fal_studio.ui.shell.sent_panel", "fal_studio.ui.shell.comparing_calls", "fal_studio.ui.shell.two_calls", "fal_studio.core.sent", "fal_studio.doctor", "fal_studio.ui.shell.profile_panel", "fal_studio.ui.shell.spent_panel", "fal_studio.ui.shell.billed_view", "fal_studio.ui.request.private_row", "fal_studio.app.erasing", "fal_studio.app.billing", "fal_studio.core.usage", "fal_studio.ui.shell.web", "fal_studio.ui.widgets.floating_panel", "fal_studio.core.carried",
    "fal_studio.ui.palette", "fal_studio.ui.shell.settings_page", "fal_studio.ui.widgets.settings_form", "fal_studio.ui.shell.log_panel", "fal_studio.ui.view_keys", "fal_studio.app.choices", "fal_studio.ui.shell.offering", "fal_studio.core.fuzzy", "difflib",
    "fal_studio.ui.output.action_row", "fal_studio.ui.widgets.metrics", "fal_studio.ui.stream.rows", "hashlib", "dataclasses",
)  # fmt: skip


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules that are there when the window was drawn, and Qt's classes that were made for Python by then."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path_factory.mktemp("kept"))],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_window_is_drawn_before_anything_heavy_is_loaded(loaded: set[str]) -> None:
    assert "fal_studio.ui.shell.window" in loaded
    found = [name for name in HEAVY if name in loaded]
    assert not found, (
        f"the start loads {', '.join(found)} before the window is drawn. Find who imports it with `python -X importtime -m fal_studio`; "
        f"load it where it is used ({Path(__file__).name} says how)"
    )


def test_what_is_built_late_is_loaded_late(loaded: set[str]) -> None:
    found = [name for name in LATER if name in loaded]
    assert not found, (
        f"the start loads {', '.join(found)}, which nobody looks at yet. Import it where it is built ({Path(__file__).name} says how)"
    )


def test_the_colours_of_gradients_are_not_made_for_plain_areas(loaded: set[str]) -> None:
    assert "PySide6.QtGui.QPainter" in loaded
    assert "PySide6.QtGui.QGradient" not in loaded, (
        "an area was filled by `fillRect`: use `paint.fill`, which says why"
    )
