"""What every test has: a home of its own, no keyring but its own, a loop, the emulator, and nothing left behind."""

import asyncio
import gc
import http.client
import os
import stat
import sys
import time
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

from tests import screen as screen_process
from tests import secret_service as secret_service_process
from tests.emulator_process import EmulatorProcess, start_emulator
from tests.leaks import Leaks, put_away
from tests.screen import Screen
from tests.waiting import PATIENCE, finished

# Before Qt and keyring are imported anywhere: no window appears, and nobody's real keyring is touched.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM") or "offscreen"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# Before the first text is translated: what is tested speaks English, whatever the system speaks.
os.environ.setdefault("FAL_STUDIO_LANGUAGE", "en")

# The same examples in every run, so that a run fails for what has changed; `--hypothesis-profile=wander` looks for new ones.
# How long the machine takes for one is no fault of what is tested.
SLOW = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("steady", derandomize=True, database=None, **SLOW)
settings.register_profile("wander", print_blob=True, **SLOW)
settings.load_profile("steady")

T = TypeVar("T")
HOME_FOLDERS = {
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "XDG_RUNTIME_DIR": "run",
}
UNWANTED = (
    "FAL_KEY",
    "FAL_KEY_ID",
    "FAL_KEY_SECRET",
    "FAL_HOST",
    "FAL_RUN_HOST",
    "FAL_QUEUE_RUN_HOST",
    "SSL_CERT_FILE",
)


class InLoop(Protocol):
    """Runs a coroutine to its end."""

    def __call__(self, main: Coroutine[Any, Any, T], *, limit_s: float = 60.0) -> T: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes long begin first: whatever is alone in the end keeps one core busy and the others waiting."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("e2e", "long"))))


def pytest_collection_finish() -> None:
    """Set aside what is loaded and stays: each test of the window searches for garbage, and a timer among all objects."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Empty the clipboard: off screen it outlives Python, and what Python put there cannot be destroyed without it."""
    if (gui := sys.modules.get("PySide6.QtGui")) and gui.QGuiApplication.instance():
        gui.QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Generator[None]:
    """Fail a test that leaves a thread, socket, child process, ticking timer or window behind."""
    before = Leaks()
    yield
    leaks = before.found(in_qt=(in_qt := "qapp" in request.fixturenames))
    if leaks:
        if in_qt:
            put_away()  # or each later test of this process would be blamed for it, too
        pytest.fail("left behind: " + "; ".join(leaks), pytrace=False)


class Homes:
    """Empty homes: one that was left as it was serves again, for most tests write nothing there."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self._home: Path | None = None

    def empty(self) -> Path:
        """Return a home with nothing but the empty folders of the desktop."""
        if self._home is None or not self._is_untouched(self._home):
            self._home = self._factory.mktemp("home")
            for folder in HOME_FOLDERS.values():
                (self._home / folder).mkdir(mode=0o700)
        return self._home

    def _is_untouched(self, home: Path) -> bool:
        wanted = {home / folder for folder in HOME_FOLDERS.values()}
        try:
            return set(home.iterdir()) == wanted and all(
                folder.stat().st_mode == stat.S_IFDIR | 0o700 and not any(folder.iterdir())
                for folder in wanted
            )
        except OSError:
            return False


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    return Homes(tmp_path_factory)


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, homes: Homes) -> Path:
    """Give the test, and every process it starts, an empty home and no key, proxy or session bus from outside."""
    home = homes.empty()
    monkeypatch.setenv("HOME", str(home))
    for name, folder in HOME_FOLDERS.items():
        monkeypatch.setenv(name, str(home / folder))
    for name in (*UNWANTED, "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return home


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Let it be between 12 and 1 o'clock where the test and its processes are, so that no day of spending ends in it."""
    ahead_h = 12 - time.gmtime().tm_hour
    with monkeypatch.context() as patched:
        patched.setenv("TZ", f"Etc/GMT{-ahead_h:+d}")  # whose sign is that of POSIX: west is positive
        time.tzset()
        yield
    time.tzset()


class PatientBot(QtBot):
    """Waits `PATIENCE` times as long as it is told to, see `tests.waiting`."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 5000) -> None:
        super().waitUntil(callback, timeout=timeout * PATIENCE)

    def waitSignal(self, signal: Any, *, timeout: int = 5000, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout * PATIENCE, **options)

    def waitActive(self, widget: Any, *, timeout: int = 5000) -> Any:
        return super().waitActive(widget, timeout=timeout * PATIENCE)

    def waitExposed(self, widget: Any, *, timeout: int = 5000) -> Any:
        return super().waitExposed(widget, timeout=timeout * PATIENCE)


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's hands, with patience."""
    return PatientBot(request)


@pytest.fixture
def in_loop(qapp: Any) -> InLoop:
    """Run coroutines on the loop the program uses: asyncio on Qt."""
    import qasync
    import shiboken6

    qapp.setQuitOnLastWindowClosed(False)

    def run(main: Coroutine[Any, Any, T], *, limit_s: float = 60.0) -> T:
        loop = qasync.QEventLoop(qapp)
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                return runner.run(finished(main, limit_s=limit_s))
        finally:
            # What threads said while the loop was closed still waits for Qt, and would be put into the dead timer.
            qapp.sendPostedEvents()
            # Timers that were not due yet still tick in it. The garbage collector would end it in whatever thread it
            # happens to run, and Qt would go on to call the dead timers.
            shiboken6.delete(loop._timer)

    return run


@pytest.fixture
def in_plain_loop() -> InLoop:
    """Run coroutines on asyncio's own loop, for what knows nothing of Qt."""

    def run(main: Coroutine[Any, Any, T], *, limit_s: float = 60.0) -> T:
        with asyncio.Runner() as runner:
            return runner.run(finished(main, limit_s=limit_s))

    return run


@pytest.fixture(scope="session")
def secret_service_bus(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """One real Secret Service for all tests that want one; the address of its bus."""
    with secret_service_process.running(tmp_path_factory.mktemp("keyring") / "home") as address:
        yield address


@pytest.fixture
def secret_service(secret_service_bus: str, monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
    """Let `keyring` talk to the real Secret Service, here and in processes started by the test."""
    import keyring
    from keyring.backends import SecretService

    before: Callable[[], Any] = keyring.get_keyring()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", secret_service_bus)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.SecretService.Keyring")
    keyring.set_keyring(SecretService.Keyring())
    yield secret_service_bus
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def screen_server() -> Generator[Screen]:
    """One X server with a window manager for all tests that want a screen."""
    with screen_process.running() as it:
        yield it


@pytest.fixture
def screen(screen_server: Screen, monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Let programs started by the test open their windows on a real X screen; this process stays offscreen."""
    monkeypatch.setenv("DISPLAY", screen_server.display)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    return screen_server


@pytest.fixture(scope="session")
def emulator_server(tmp_path_factory: pytest.TempPathFactory) -> Generator[EmulatorProcess]:
    """One emulator for all tests of a process; ask for `emulator`, which gives it back as it was."""
    with start_emulator("--cold-start", "0", data_dir=tmp_path_factory.mktemp("emulator")) as emulator:
        yield emulator


@pytest.fixture
def emulator(emulator_server: EmulatorProcess) -> Generator[EmulatorProcess]:
    """The emulator in a process of its own; settings changed, faults armed and jobs left by the test end with it."""
    before = _asked(emulator_server, "GET", "settings")
    yield emulator_server
    if not emulator_server.is_running:
        pytest.fail(f"the test ended the emulator: {emulator_server.errors}", pytrace=False)
    _asked(emulator_server, "DELETE", "faults")
    _asked(emulator_server, "DELETE", "jobs")
    _asked(emulator_server, "PUT", "settings", before)


def _asked(emulator: EmulatorProcess, method: str, door: str, body: bytes | None = None) -> bytes:
    host = urlsplit(emulator.base).netloc
    connection = http.client.HTTPConnection(host, timeout=60)
    try:
        connection.request(method, f"/emulator/{door}", body)
        answer = connection.getresponse()
        told = answer.read()
        assert answer.status == 200, told
        return told
    finally:
        connection.close()
