"""The real window in a process of its own: `react` (drawn and answered a key), `picture` (first result), `stream` (a flood).

Prints one line of JSON with what was measured and ends.
"""

# ruff: noqa: E402
import gc

gc.disable()  # as the command does before it loads the window: see fal_studio/cli.py

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from fal_studio.app.program import Program
from fal_studio.app.start import application, run
from fal_studio.store.paths import folders

LIMIT_S = 60


def main() -> None:
    question, arguments = sys.argv[1], json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    application("dark")
    with tempfile.TemporaryDirectory(prefix="fal-bench-window-") as folder:
        program = Program(folders(Path(folder)))
        answer = (
            react(program)
            if question == "react"
            else work(
                {"picture": picture, "stream": stream, "previews": previews}[question], program, arguments
            )
        )
        sys.stdout.write(json.dumps(answer) + "\n")


def react(program: Program) -> dict[str, Any]:
    """Type one letter as soon as the window was drawn, and see it in the prompt."""
    prompt = program.window.workspace.editor.form.prompt
    before = prompt.toPlainText()
    answer: dict[str, Any] = {}

    def press() -> None:
        prompt.setFocus()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_X, Qt.KeyboardModifier.NoModifier, "x")
            QCoreApplication.postEvent(prompt, key)

    def see() -> None:
        if prompt.toPlainText() != before:
            answer.setdefault("at_ns", time.monotonic_ns())
            program.close()

    prompt.textChanged.connect(see)
    program.window.painted.connect(press)
    run(program, program.run)
    return answer


def work(ask: Callable[[Program, dict[str, Any]], Any], program: Program, arguments: dict[str, Any]) -> Any:
    """Let the program run, and ask it something meanwhile."""
    import asyncio

    async def both() -> dict[str, Any]:
        async with asyncio.TaskGroup() as group:
            group.create_task(program.run())
            try:
                return await ask(program, arguments)
            finally:
                program.close()

    return run(program, both)


async def picture(program: Program, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Run the request that the window opens with, until its picture is on screen."""
    await _until(lambda: program.is_painted)
    shown_ns = time.monotonic_ns()
    space = program.window.workspace
    space.run()
    await _until(lambda: space.result.state.is_ended)
    state = space.result.state
    assert state.failure is None, state.failure
    await _until(
        lambda: space.result.preview.is_complete and space.result.preview.pictures.image(0) is not None
    )
    return {"shown_ns": shown_ns, "at_ns": time.monotonic_ns()}


async def stream(program: Program, arguments: dict[str, Any]) -> dict[str, Any]:
    """Let a model stream into the open window; the heart beats from the first event to the last."""
    from fal_studio.core.request import Mode
    from fal_studio.ui.request.draft import Draft
    from tests.bench.stalls import Heart

    await _until(lambda: bool(program.catalogue.all()))
    window = program.window
    window.open_draft(Draft("Flood", "emulator/bench", Mode.STREAM, json.dumps(arguments)))
    space = window.workspace
    space.result.show_tab(arguments.pop("tab", "preview"))
    heart = Heart()
    space.run()
    await _until(lambda: space.result.state.partials > 0)
    heart.start()
    begun = time.perf_counter()
    await _until(lambda: space.result.state.is_ended)
    took_s = time.perf_counter() - begun
    stall_ms = heart.stop()
    state = space.result.state
    assert state.failure is None, state.failure
    QApplication.processEvents()
    rows = space.result.events.model.rowCount()
    return {"stall_ms": stall_ms, "seconds": took_s, "partials": state.partials, "rows": rows}


async def previews(program: Program, arguments: dict[str, Any]) -> dict[str, Any]:
    """Let previews and text stream into the open window: how old pictures are when they are shown, stalls, memory, transcript."""
    import asyncio

    from fal_studio.core import events as e
    from fal_studio.core import transcript
    from fal_studio.core.artifacts import find
    from fal_studio.core.request import Mode
    from fal_studio.ui.request.draft import Draft
    from fal_studio.wire.sse import Decoder, Message
    from tests.bench.stalls import Heart

    await _until(lambda: bool(program.catalogue.all()))
    window = program.window
    window.open_draft(Draft("Previews", "emulator/bench", Mode.STREAM, json.dumps(arguments)))
    result = window.workspace.result
    result.show_tab("preview")
    arrived: dict[str, float] = {}
    ages_ms: list[float] = []

    def hear(event: e.Event) -> None:
        if isinstance(event.fact, e.Partial) and (files := find(event.fact.payload, 100)):
            arrived[files[0].key] = time.perf_counter()

    def see() -> None:
        if result.preview.artifacts and (came := arrived.pop(result.preview.artifacts[0].key, None)):
            ages_ms.append((time.perf_counter() - came) * 1e3)

    leave = program.log.subscribe(hear)
    window.workspace.run()
    await _until(lambda: result.state.partials > arguments["rate"])  # the first second warms up
    result.preview.shown.connect(see)
    arrived.clear()
    heart, before_mb = Heart(), _memory_mb()
    heart.start()
    await _until(lambda: result.state.is_ended, 300)
    stall_ms, after_mb = heart.stop(), _memory_mb()
    leave()
    assert result.state.failure is None, result.state.failure
    assert ages_ms, "no picture was shown"
    call, path = result.call, program.kept.data / "bench.jsonl"
    window.wire.transcript_wanted.emit(call, str(path))
    await _until(path.is_file)
    _, pieces = await asyncio.to_thread(lambda: transcript.read(path.read_bytes().splitlines()))
    decoder = Decoder()
    told = sum(isinstance(m, Message) for piece in pieces for m in decoder.feed(piece.data))
    ages_ms.sort()
    return {
        "stall_ms": stall_ms,
        "age_ms": ages_ms[-1],
        "usual_age_ms": ages_ms[len(ages_ms) // 2],
        "late": sum(age > 50 for age in ages_ms),
        "shown": len(ages_ms),
        "grown_mb": after_mb - before_mb,
        "lost": arguments["count"] - told,
        "seconds": result.state.elapsed_s,
    }


def _memory_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


async def _until(is_so: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    import asyncio

    ends = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < ends, "waited in vain"
        await asyncio.sleep(0.001)


if __name__ == "__main__":
    main()
