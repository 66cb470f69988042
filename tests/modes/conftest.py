"""One quick emulator for the tests of the modes."""

from collections.abc import Generator

import pytest

from tests.emulator_process import EmulatorProcess, start_emulator


@pytest.fixture(scope="session")
def emulator_of_modes() -> Generator[EmulatorProcess]:
    """An emulator whose time runs twenty times as fast."""
    with start_emulator("--cold-start", "0", "--speed", "20", "--slots", "4") as emulator:
        yield emulator


@pytest.fixture
def emulator(emulator_of_modes: EmulatorProcess) -> EmulatorProcess:
    """The emulator, without faults left over from another test."""
    emulator_of_modes.disarm()
    return emulator_of_modes
