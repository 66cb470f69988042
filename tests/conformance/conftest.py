"""The referees: the official clients in processes of their own, and the emulator they are pointed at."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.conformance.ours import Ours
from tests.conformance.prefork import Done, Prefork
from tests.emulator_process import KEY, EmulatorProcess, start_emulator

CHECKOUT = Path(__file__).parents[2]
JS_HOME = CHECKOUT / "build" / "js"
LIMIT_S = 300


class Referee(Protocol):
    """Lets an official client do one thing and returns what it saw."""

    def __call__(self, do: str, endpoint: str = "", input: Any = None, **order: Any) -> dict[str, Any]: ...  # noqa: A002 - the clients' word


@pytest.fixture(scope="session")
def emulator() -> Generator[EmulatorProcess]:
    with start_emulator("--cold-start", "0", "--speed", "20") as running:
        yield running


@pytest.fixture(autouse=True)
def undisturbed(emulator: EmulatorProcess, prefork: Prefork) -> Generator[None]:
    """No fault that one test armed may hit the next."""
    yield
    with emulator.client() as client:
        client.delete("/emulator/faults")


@pytest.fixture(scope="session")
def prefork() -> Generator[Prefork]:
    """Where Python programs with the official client are run."""
    running = Prefork()
    yield running
    running.close()


@pytest.fixture
def python_client(emulator: EmulatorProcess, prefork: Prefork) -> Referee:
    def ask(words: str) -> Done:
        return prefork.run(
            "tests.conformance.python_referee",
            environ=dict(os.environ),
            cwd=CHECKOUT,
            stdin=words,
            timeout_s=LIMIT_S,
        )

    return _referee(emulator, ask)


@pytest.fixture
def ours(emulator: EmulatorProcess, in_plain_loop: Callable[..., Any]) -> Ours:
    return Ours(emulator, in_plain_loop)


@pytest.fixture
def js_client(emulator: EmulatorProcess) -> Referee:
    def ask(words: str) -> Done:
        done = subprocess.run(
            [node(), str(Path(__file__).with_name("js") / "referee.mjs")],
            input=words,
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
            timeout=LIMIT_S,
            check=False,
            env={**os.environ, "FAL_JS_HOME": str(JS_HOME)},
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return _referee(emulator, ask)


def node() -> str:
    """Return Node's path; fails the test where the official JavaScript client cannot run."""
    if not (JS_HOME / "node_modules" / "@fal-ai" / "client").exists():
        pytest.fail("the official JavaScript client is not installed: run python3 packaging/dev.py setup")
    beside = Path(sys.executable).with_name("node")
    found = str(beside) if beside.exists() else shutil.which("node")
    assert found, "Node is missing: run python3 packaging/dev.py setup"
    return found


def _referee(emulator: EmulatorProcess, tell: Callable[[str], Done]) -> Referee:
    def ask(do: str, endpoint: str = "", input: Any = None, **order: Any) -> dict[str, Any]:  # noqa: A002 - the clients' word
        words = {"urls": emulator.urls, "key": KEY, "do": do, "endpoint": endpoint, "input": input} | order
        done = tell(json.dumps(words))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask
