"""The real window on the real emulator: what a test of a flow needs."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.services.emulator_process import profile_of
from fal_studio.store.paths import folders
from fal_studio.ui.shell.window import MainWindow
from fal_studio.ui.style import dress
from fal_studio.ui.theme import Theme
from fal_studio.ui.tokens import Scheme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Drive, Driven, Scenario, driven, put_away
from tests.waiting import until


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    dressed = dress(qapp, Scheme.DARK)
    yield dressed
    dress(qapp, Scheme.DARK)


def addresses_of(emulator: EmulatorProcess) -> Addresses:
    return msgspec.json.decode(json.dumps(emulator.urls), type=Addresses)


@pytest.fixture
def addresses(emulator: EmulatorProcess) -> Addresses:
    return addresses_of(emulator)


@pytest.fixture
def drive(in_loop: InLoop, theme: Theme, addresses: Addresses) -> Iterator[Drive]:
    """Run a scenario in the window; afterwards the program is closed as a user would close it."""
    programs: list[Program] = []

    def run(scenario: Scenario) -> None:
        program = Program(running=addresses, fal=profile_of(addresses).hosts)
        programs.append(program)

        async def main(hands: Driven) -> None:
            try:
                await scenario(hands)
            finally:
                program.window.close()

        in_loop(driven(program, main), limit_s=90)

    yield run
    put_away(programs)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """The folder of saved requests of `drive_kept`."""
    return folders(tmp_path).saved


@pytest.fixture
def drive_kept(in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path) -> Iterator[Drive]:
    """Run scenarios one after another, each in a window of its own that finds what the one before left."""
    programs: list[Program] = []

    def run(scenario: Scenario) -> None:
        program = Program(folders(tmp_path), addresses)
        programs.append(program)

        async def main(hands: Driven) -> None:
            await until(lambda: program.window.saved.folder is not None, limit_s=20)
            await scenario(hands)

        in_loop(driven(program, main), limit_s=90)

    yield run
    put_away(programs)


@pytest.fixture
def windows(theme: Theme) -> Iterator[list[MainWindow]]:
    made: list[MainWindow] = []
    yield made
    for window in made:
        window.let_go()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
