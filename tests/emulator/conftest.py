"""One emulator for all tests of the server; each test finds its settings as they were at the start."""

from collections.abc import Generator

import httpx
import pytest

from tests.emulator_process import EmulatorProcess, start_emulator

QUICK = {"cold_start_s": 0, "speed": 20, "retry_delay_s": 0.01, "webhook_retry_s": 0.02}


@pytest.fixture(scope="session")
def server_process() -> Generator[EmulatorProcess]:
    """Run the process."""
    with start_emulator("--cold-start", "0", "--speed", "20") as process:
        yield process


@pytest.fixture
def server(server_process: EmulatorProcess) -> Generator[EmulatorProcess]:
    """Lend the process; what a test sets or arms is taken back."""
    before = server_process.settings(**QUICK)
    yield server_process
    server_process.settings(**before)
    server_process.disarm()
    assert server_process.is_running, server_process.errors


@pytest.fixture
def fal(server: EmulatorProcess) -> Generator[httpx.Client]:
    """Return an HTTP client with a good key."""
    with server.client() as client:
        yield client
