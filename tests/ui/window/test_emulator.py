"""The emulator beside the window: its end is told, and it is started again from where that is said."""

import asyncio
import os
import signal
from pathlib import Path

from fal_studio.app.program import Program
from fal_studio.core.call import Phase
from fal_studio.core.request import Mode
from fal_studio.store.paths import folders
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.ui.window.hand import Driven
from tests.waiting import until


def test_an_emulator_that_dies_is_told_and_can_be_started_again(
    in_loop: InLoop, theme: Theme, tmp_path: Path
) -> None:
    program = Program(folders(tmp_path))

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(program.run())
            hand = Driven(program)
            try:
                await hand.ready()
                first = program._life.emulating.emulator.pid
                os.kill(first, signal.SIGKILL)
                await until(lambda: "ended by itself" in program.window.banner.text)
                hand.space.set_endpoint("emulator/bench")
                hand.space.set_mode(Mode.RUN)
                await hand.run()
                assert (await hand.ended()).phase is Phase.FAILED
                await until(hand.space.result.failure.isVisible)
                card = hand.space.result.failure.card
                assert card is not None
                assert "not running any more" in card.accessibleName()
                program.window.restart_wanted.emit()
                await until(
                    lambda: program._life.emulating.emulator.pid not in (0, first), what="another emulator"
                )
                await until(program.catalogue.all)
                await hand.run()
                assert (await hand.ended()).phase is Phase.DONE
                await until(program.window.banner.isHidden, what="the trouble is over")
            finally:
                program.close()

    try:
        in_loop(main(), limit_s=90)
    finally:
        program.window.deleteLater()
        program.deleteLater()
