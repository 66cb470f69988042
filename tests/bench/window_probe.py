"""The real window in a process of its own: `react` (drawn and answered a key), `picture` (first result), `stream` (a flood).

Prints one line of JSON with what was measured and ends.
"""

# ruff: noqa: E402
import gc

gc.disable()  # as the command does before it loads the window: see fal_studio/cli.py

import fal_studio.app  # noqa: F401, I001 - as the command does: it is there before PySide6, and loads it

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

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
                {
                    "picture": picture,
                    "stream": stream,
                    "previews": previews,
                    "live": live,
                    "numbers": numbers,
                }[question],
                program,
                arguments,
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
    return {"stall_ms": stall_ms, "seconds": took_s, "partials": state.partials}


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
        "stall_why": heart.why,
        "age_ms": ages_ms[-1],
        "usual_age_ms": ages_ms[len(ages_ms) // 2],
        "late": sum(age > 50 for age in ages_ms),
        "shown": len(ages_ms),
        "grown_mb": after_mb - before_mb,
        "lost": arguments["count"] - told,
        "seconds": result.state.elapsed_s,
    }


async def live(program: Program, arguments: dict[str, Any]) -> dict[str, Any]:
    """Draw on the live desk against an echo, `rate` strokes a second for `seconds`: from the stroke to its pixels."""
    import asyncio

    from PySide6.QtCore import QObject, QPointF, QTimer

    from fal_studio.core.realtime.pacing import Policy
    from fal_studio.core.schema.field import Field, FieldKind, Schema
    from tests.bench.stalls import Heart

    await _until(lambda: bool(program.catalogue.all()))
    pages = program.window.pages
    pages.show_page("live")
    desk = pages.desk
    assert desk is not None
    session = desk.session
    await _until(lambda: desk.shown is not None)  # the sketch's session
    session.stop("for the bench")
    await _until(lambda: not session.is_on)
    fields = (Field("image_bytes", FieldKind.TEXT), Field("request_id", FieldKind.TEXT))
    desk.show_endpoint("emulator/bench", "emulator", Schema(fields), {}, [])
    desk.change_rule("policy", Policy.EVERY)
    desk.change_rule("buffering", 0)  # what a server that is late would drop is measured as late instead
    session.start()
    await _until(lambda: session.is_live and desk.shown is not None and session.figures.answered > 0)
    strokes: dict[int, float] = {}
    latencies_ms: list[float] = []

    def painted() -> None:
        reply_to = desk.shown.reply_to if desk.shown is not None else None
        if reply_to is None:
            return
        now = time.perf_counter()
        seen = [index for index in strokes if index <= reply_to]
        latencies_ms.extend((now - strokes.pop(index)) * 1e3 for index in seen)

    class Painted(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, painted)  # after it
            return False

    watcher = Painted(desk)
    desk.result.installEventFilter(watcher)
    heart, rate, seconds = Heart(), arguments["rate"], arguments["seconds"]
    began, before_mb, count, worked_s = time.perf_counter(), 0.0, 0, time.thread_time()
    while (now := time.perf_counter()) - began < seconds:
        if now - began > arguments["settled"] and not before_mb:
            before_mb = _memory_mb()
            heart.start()
        angle = count % 400
        strokes[session.pacer.sent] = time.perf_counter()
        (desk.canvas.move_to if angle else desk.canvas.begin)(
            QPointF(60 + angle, 60 + (count // 400 * 17 + angle) % 400)
        )
        count += 1
        await asyncio.sleep(max(0.0, began + count / rate - time.perf_counter()))
    stall_ms, after_mb = heart.stop(), _memory_mb()
    await _until(lambda: session.figures.answered + session.figures.lost >= session.figures.sent)
    desk.result.removeEventFilter(watcher)
    figures, sizes = session.figures, (session.figures.out_frame_bytes, session.figures.in_frame_bytes)
    latencies_ms.sort()
    return {
        "stall_ms": stall_ms,
        "p95_ms": latencies_ms[int(len(latencies_ms) * 0.95)],
        "usual_ms": latencies_ms[len(latencies_ms) // 2],
        "grown_mb": after_mb - before_mb,
        "strokes": count,
        "sent": figures.sent,
        "answered": figures.answered,
        "lost": figures.lost,
        "work_ms": (time.thread_time() - worked_s) * 1e3 / count,
        "kb": [round((size or 0) / 1000) for size in sizes],
        "seconds": time.perf_counter() - began,
    }


async def numbers(program: Program, arguments: dict[str, Any]) -> dict[str, Any]:
    """Hold a session with a server whose answers say how long they were held; what the desk shows against that."""
    from fal_studio.core import events as e
    from fal_studio.core.accounts import Account, at_base
    from fal_studio.core.realtime.figures import quantile
    from fal_studio.core.realtime.pacing import Policy
    from fal_studio.core.request import ProfileKind
    from fal_studio.core.schema.field import Field, FieldKind, Schema
    from tests.ui.window import realtime_server

    await _until(lambda: bool(program.catalogue.all()))
    pages, accounts = program.window.pages, program.window.accounts
    pages.show_page("live")
    desk = pages.desk
    assert desk is not None
    session = desk.session
    await _until(lambda: desk.shown is not None)  # the sketch's session
    session.stop("for the bench")
    await _until(lambda: not session.is_on)
    with realtime_server.running() as base:
        app = Account(
            "app", session_only=True, kind=ProfileKind.LOCAL_APP, hosts=at_base(base), has_key=False
        )
        accounts.create_wanted.emit(app, "")
        await _until(lambda: accounts.account("app") == app)
        fields = (Field("prompt", FieldKind.PROMPT), Field("request_id", FieldKind.TEXT))
        desk.show_endpoint("measured", "app", Schema(fields), {"prompt": "0"}, [])
        desk.change_rule("policy", Policy.WAIT)
        session.start()
        await _until(lambda: session.is_live)
        for number in range(1, arguments["answers"]):
            await _until(lambda number=number: session.figures.answered >= number)
            desk.fields.set_value("prompt", str(number))
        await _until(lambda: session.figures.answered >= arguments["answers"])
        events = program.calls.events(session.call)
        held = sorted(event.fact.payload["held_ms"] for event in events if isinstance(event.fact, e.Partial))
        desk.numbers.show_session(session, None)
        shown = {
            name: float(desk.numbers.quantiles[name].text().split()[0]) for name in ("p50", "p95", "p99")
        }
        really = {f"p{part}": quantile(held, part / 100) for part in (50, 95, 99)}
        session.stop("for the bench")
        await _until(lambda: not session.is_on)
    return {"shown": shown, "held": really, "off_ms": max(abs(shown[name] - really[name]) for name in shown)}


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
