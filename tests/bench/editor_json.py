"""The JSON editor at five megabytes: how long the window stops when it opens, and what a keystroke costs."""

import json
import random
import statistics
import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.bench.rows import Bench, Bound, Measured, Row, rows

KEYS = 40


def texts() -> dict[str, str]:
    """Return five megabytes in the shapes they come in."""
    rng = random.Random(1)
    loras = [{"path": f"https://x/{n}.safetensors", "scale": n / 7, "name": f"n{n}"} for n in range(48_000)]
    return {
        "one field a line": json.dumps({"prompt": "a", "loras": loras}, indent=2),
        "numbers": json.dumps({"points": [rng.random() for _ in range(210_000)]}, indent=2),
        "one line": json.dumps({"prompt": "a", "loras": loras}),
        "data URIs": json.dumps({"images": ["data:image/png;base64," + "A" * 250_000] * 20}, indent=2),
    }


@rows(
    Row(
        "editor_json_5mb_open_ms",
        "5 MB of JSON into the open editor, longest the window stops, worst of four shapes",
        "ms",
        Bound.UNDER,
        300,
    ),
    Row(
        "editor_json_5mb_key_ms",
        "a keystroke in the middle of it, painted, median of the worst of four shapes",
        "ms",
        Bound.UNDER,
        16,
    ),
)
def editor_json_5mb(bench: Bench) -> tuple[Measured, ...]:
    from tests.bench.engine import application

    app = application()
    opened: dict[str, float] = {}
    keys: dict[str, float] = {}
    for name, text in texts().items():
        opened[name], keys[name] = _measure(app, text)
    return (
        Measured(max(opened.values()), len(opened), _words(opened)),
        Measured(max(keys.values()), KEYS, _words(keys)),
    )


def _measure(app: QCoreApplication, text: str) -> tuple[float, float]:
    from fal_studio.ui.request.document import Document
    from fal_studio.ui.request.json_editor import JsonEditor

    document = Document()
    editor = JsonEditor(document)
    editor.resize(420, 560)
    editor.show()
    QApplication.processEvents()
    worst = _ms(lambda: document.set_text(text))
    while editor.is_opening or document.is_reading:
        worst = max(worst, _ms(QApplication.processEvents))
    assert editor.text == text
    editor.go_to(max(1, editor.blockCount() // 2))
    QApplication.processEvents()
    key = statistics.median(_ms(lambda: _press(editor)) for _ in range(KEYS))
    assert len(document.text) == len(text) + KEYS
    document.close()
    editor.hide()
    editor.deleteLater()
    QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
    return worst, key


def _press(editor: object) -> None:
    QTest.keyClick(editor, "x")
    QApplication.processEvents()


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _words(of: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f} ms" for name, value in of.items())
