"""The order of the program's life: what was begun is ended, also where something in the middle does not load."""

from pathlib import Path
from typing import NoReturn

import pytest

from fal_studio.app import disk_budget
from fal_studio.app.program import Program
from fal_studio.services.emulator_process import Addresses
from fal_studio.store.paths import folders
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop


def test_what_was_begun_is_ended_where_a_later_part_cannot_begin(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def __init__(self, *_: object) -> NoReturn:
            raise LookupError("a part that cannot begin")

    monkeypatch.setattr(disk_budget, "DiskBudgeting", Broken)
    program = Program(folders(tmp_path), addresses)

    async def main() -> None:
        with pytest.raises(LookupError):
            await program.run()
        assert program.engine is None, "nobody works with an engine that has ended"
        assert program.results is None
        assert program.reconciling is None

    try:
        in_loop(main(), limit_s=60)
    finally:
        program.window.deleteLater()
        program.deleteLater()
