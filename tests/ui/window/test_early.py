"""What is wished for in the first second, before anything is loaded that could do it, is done when it can be."""

from pathlib import Path

import pytest

from fal_studio.app.early import EarlyWishes
from fal_studio.app.program import Program
from fal_studio.core.history import Usage
from fal_studio.core.request import Mode, Options, Request
from fal_studio.services.emulator_process import Addresses
from fal_studio.store.paths import folders
from fal_studio.ui.accounts import KeyringWords
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.toasts import Toast
from tests.conftest import InLoop
from tests.ui.window.test_costs import KEY
from tests.ui.window.test_keeping import lived
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_nothing_that_is_asked_for_at_once_is_lost(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    kept = folders(tmp_path)
    calls: list[str] = []

    async def run(program: Program) -> None:
        private = Options(store_io=False, object_lifetime_s=60)
        program.runs.run("", Request("emulator/bench", Mode.RUN, {"text": "a"}, options=private))
        await until(program.calls.ids, what="a call", limit_s=20)
        calls.extend(program.calls.ids())
        await until(lambda: program.calls.row(calls[0]).ended, limit_s=20)

    in_loop(lived(Program(kept, addresses), run)(), limit_s=90)

    program = Program(kept, addresses)
    window = program.window
    usages: list[Usage] = []
    keyrings: list[KeyringWords] = []
    erased: list[tuple[str, ...]] = []
    window.history.usage.connect(usages.append)
    window.accounts.keyring.connect(keyrings.append)
    window.history.erased.connect(erased.append)
    window.history.usage_wanted.emit()
    window.accounts.open_wanted.emit()
    window.accounts.add_wanted.emit("work", KEY, True)
    window.erase_wanted.emit(tuple(calls))
    window.wire.open_wanted.emit(str(tmp_path / "none.jsonl"))

    def toasts() -> str:
        return " ".join(toast.accessibleName() for toast in window.findChildren(Toast))

    async def look(program: Program) -> None:
        await until(lambda: window.accounts.names == ("work",), what="the key is there", limit_s=20)
        await until(lambda: bool(keyrings), what="the keyring was looked at", limit_s=20)
        await until(lambda: bool(usages), what="the room is counted", limit_s=20)
        await until(lambda: erased == [tuple(calls)], what="the call is gone", limit_s=20)
        await until(lambda: "none.jsonl" in toasts(), what="an answer", limit_s=20)
        early = program.early
        assert isinstance(early, EarlyWishes)
        for name, one in vars(early).items():
            await until(lambda one=one: not one._heard, what=f"{name} is answered", limit_s=20)

    in_loop(lived(program, look)(), limit_s=90)
