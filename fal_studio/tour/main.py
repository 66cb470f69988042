"""The command `fal-studio tour`: takes the tour and writes down what it saw."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from fal_studio import display
from fal_studio.app.program import Program
from fal_studio.app.start import application, run, use_region
from fal_studio.command_line import Parser
from fal_studio.store.paths import folders
from fal_studio.tour.walk import STEPS, Step, Walk
from fal_studio.ui import theme
from fal_studio.ui.tokens import Scheme
from fal_studio.words import tr


def main(argv: Sequence[str] | None = None) -> int:
    """Take the tour; returns 0 if every step showed its result."""
    began_s = time.monotonic()
    options = _parser().parse_args(argv)
    if display.is_missing():
        instead = tr("Drawing the window on Qt's offscreen platform.")
        sys.stderr.write(f"{display.MISSING} {instead}\n")
        display.use_offscreen()
    options.out.mkdir(parents=True, exist_ok=True)
    named = options.theme.replace("-", " ")
    schemes = [Scheme.DARK, Scheme.LIGHT] if named == "both" else [Scheme(named)]
    app = application(schemes[0].value)
    use_region()
    steps: list[dict[str, Any]] = []
    for scheme in schemes:
        theme.current().apply(scheme)
        prefix = f"{scheme.value}-" if len(schemes) > 1 else ""
        taken = _take(options, prefix, began_s)
        steps += [{"theme": scheme.value, **msgspec.to_builtins(step)} for step in taken]
        began_s = time.monotonic()
    report = {"ok": all(step["ok"] for step in steps), "platform": app.platformName(), "steps": steps}
    (options.out / "tour.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    stall = tr("stall")
    for step in steps:
        word = tr("shown") if step["ok"] else tr("MISSING")
        sys.stdout.write(
            f"{word:8} {step['step']:14} {step['seconds']:7.2f} s  {stall} {step['longest_stall_ms']:6.1f} ms  {step['problem']}\n"
        )
    return 0 if report["ok"] else 1


def _take(options: argparse.Namespace, prefix: str, began_s: float) -> list[Step]:
    # Windows lets nobody delete a file that is open, and the program goes after its folder.
    with tempfile.TemporaryDirectory(prefix="fal-tour-", ignore_cleanup_errors=True) as folder:
        program = Program(folders(Path(folder)))
        width, height = options.size
        program.window.resize(width, height)
        walk = Walk(program, options.out, prefix, began_s, checks_room=options.check_room)

        async def both() -> None:
            async with asyncio.TaskGroup() as group:
                walking = group.create_task(walk.walk(options.only))
                living = group.create_task(program.run())
                walking.add_done_callback(lambda _: program.close())
                # Told to end (a signal, the window closed), the program goes first: nothing more can be shown.
                living.add_done_callback(lambda _: walking.cancel())
            if walking.cancelled():
                walk.steps.append(
                    Step("end", ok=False, seconds=0.0, problem=tr("the program was told to end"))
                )

        run(program, both)
        program.deleteLater()
        return walk.steps


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(side) for side in text.split("x"))
        if min(width, height) > 0:
            return width, height
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(tr("{text} is no size; write it as 1280x800").format(text=text))


def _parser() -> Parser:
    parser = Parser("fal-studio tour", tr("Show the program at work, without hands."))
    options = parser.options
    options.add_argument(
        "--out", type=Path, default=Path("tour"), help=tr("folder for the pictures and tour.json")
    )
    options.add_argument("--size", type=_size, default=(1280, 800), help=tr("window size, such as 1280x800"))
    options.add_argument(
        "--theme",
        choices=["dark", "light", "high-contrast", "both"],
        default="dark",
        help=tr("default: dark"),
    )
    options.add_argument(
        "--check-room",
        action="store_true",
        help=tr(
            "look at every step in three sizes and both themes, and fail where something is cut off, covered or scrolls sideways"
        ),
    )
    options.add_argument(
        "--only",
        nargs="+",
        choices=[step.__name__ for step in STEPS],
        default=(),
        metavar="STEP",
        help=tr("take these steps alone, such as: first_picture queue"),
    )
    return parser
