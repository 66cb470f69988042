"""The real program in a process of its own, in trouble: makes calls and prints what the strip says, as JSON lines.

Run as `python -m tests.e2e.troubled_life FOLDER ADDRESSES STEP…`; steps are `call`, `banner WORD`, `calm`, `search`,
and `sh COMMAND`.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import msgspec
import qasync
from PySide6.QtWidgets import QApplication

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core.history import Page, Query
from fal_studio.core.request import Mode, Request
from fal_studio.store.paths import folders
from fal_studio.ui.style import dress
from fal_studio.ui.tokens import Scheme
from tests.waiting import until

WAIT_S = 40


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


async def perform(program: Program, step: str) -> None:
    word, _, rest = step.partition(" ")
    banner = program.window.banner
    if word == "banner":
        await until(
            lambda: not banner.isHidden() and rest in banner.text,
            what=lambda: f"{rest} in {banner.text!r}",
            limit_s=WAIT_S,
        )
        say(banner=banner.text)
    elif word == "calm":
        await until(banner.isHidden, what=lambda: banner.text, limit_s=WAIT_S)
        say(calm=True)
    elif word == "sh":
        subprocess.run(rest, shell=True, check=True)  # noqa: ASYNC221 - nothing else goes on
    elif word == "search":
        door = program.window.history
        pages: list[Page] = []
        door.page.connect(lambda _number, page: pages.append(page))
        door.ask(Query())
        await until(lambda: pages, limit_s=WAIT_S)
        say(found=[row.endpoint for row in pages[0].rows])
    elif word == "call":
        assert program.engine is not None
        request = Request("emulator/image", Mode.RUN, {"prompt": "a lake", "seed": 1})
        call = program.engine.runner.start(request)
        program.calls.add(call, request)
        await until(lambda: program.calls.state(call).is_ended, limit_s=WAIT_S)
        state = program.calls.state(call)
        say(call=state.phase.value, message=state.failure.message if state.failure else "")


async def live(program: Program, steps: list[str]) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(program.run())
        try:
            await until(lambda: program.engine is not None, limit_s=WAIT_S)
            for step in steps:
                await perform(program, step)
        finally:
            program.close()


def main() -> int:
    folder, addresses, *steps = sys.argv[1:]
    app = QApplication(["troubled"])
    app.setQuitOnLastWindowClosed(False)
    dress(app, Scheme.DARK)
    program = Program(folders(Path(folder)), msgspec.json.decode(addresses, type=Addresses))
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(live(program, steps))
    return 0


if __name__ == "__main__":
    sys.exit(main())
