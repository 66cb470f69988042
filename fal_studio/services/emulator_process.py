"""The emulator as a child process: started on demand, known by the line it prints, stopped with its owner."""

import asyncio
import concurrent.futures
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

import msgspec

from fal_studio.core.request import Hosts, Profile, ProfileKind
from fal_studio.figures import number
from fal_studio.words import tr

START_WITHIN_S = 30.0
STOP_WITHIN_S = 4.0
KEY = "emulator:not-a-secret-of-anybody"
"""The emulator wants a key as fal does; any will do that stands in no URL, since keys are taken out of all answers."""


class Addresses(msgspec.Struct, frozen=True):
    """Where the emulator listens, as it says itself."""

    base: str
    run: str
    queue: str
    rest: str
    cdn: str
    api: str
    openapi: str
    ws: str


class EmulatorError(Exception):
    """The emulator is not there; the text is for people."""

    def __init__(self, sentence: str, printed: str = "") -> None:
        super().__init__(
            tr("{sentence} It said: {printed}").format(sentence=sentence, printed=printed)
            if printed
            else sentence
        )
        self.sentence = sentence
        self.printed = printed


class EmulatorServer:
    """One emulator at a time. `start` and `stop` are for one thread; the callbacks come from a thread of their own."""

    def __init__(
        self,
        *options: str,
        on_ready: Callable[[Addresses], None] = lambda _: None,
        on_failed: Callable[[EmulatorError], None] = lambda _: None,
    ) -> None:
        """`options` are further ones of `fal-studio emulator`; `on_failed` also tells that it ended by itself."""
        self._options = options
        self._on_ready, self._on_failed = on_ready, on_failed
        self._child: _Child | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await asyncio.to_thread(self.stop)

    def start(self, data_dir: Path | None = None) -> None:
        """Begin to start it, with its jobs in `data_dir`, or forgetting them; returns at once. Ends what runs."""
        self.stop()
        options = self._options if data_dir is None else (*self._options, "--data-dir", str(data_dir))
        self._child = _Child(options, self._on_ready, self._on_failed)

    @property
    def pid(self) -> int:
        """Its process id, 0 when it does not run."""
        return self._child.pid if self._child is not None and self._child.is_running else 0

    async def addresses(self) -> Addresses:
        """Wait until it is ready; raises EmulatorError when it was not started, does not start, or is gone."""
        if self._child is None:
            raise EmulatorError(tr("The emulator was not started."))
        child = self._child
        await _settled(child.ready)
        addresses = child.ready.result()
        if not child.is_running:
            raise EmulatorError(tr("The emulator is not running any more."))
        return addresses

    def stop(self) -> None:
        """End it and wait for that; blocks for at most `STOP_WITHIN_S`."""
        child, self._child = self._child, None
        if child is not None:
            child.stop()


async def _settled(future: concurrent.futures.Future[Any]) -> None:
    """Wait until a future of another thread has its result. Whoever gives up waiting leaves no error behind that nobody took."""
    loop = asyncio.get_running_loop()
    settled: asyncio.Future[None] = loop.create_future()

    def settle() -> None:
        if not settled.done():
            settled.set_result(None)

    def tell(_: object) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle)

    future.add_done_callback(tell)
    await settled


class _Child:
    """One process from its start to its end, watched by a thread."""

    def __init__(
        self,
        options: tuple[str, ...],
        on_ready: Callable[[Addresses], None],
        on_failed: Callable[[EmulatorError], None],
    ) -> None:
        self.ready: concurrent.futures.Future[Addresses] = concurrent.futures.Future()
        self._on_ready, self._on_failed = on_ready, on_failed
        self._is_stopping = self._is_late = False
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the watching thread
        self._process: subprocess.Popen[bytes] | None = None
        command = [
            sys.executable,
            "-m",
            "fal_studio.emulator",
            "--port",
            "0",
            "--until-stdin-closes",
            *options,
        ]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
            )
        except OSError as error:
            self._errors.close()
            self._fail(EmulatorError(tr("The emulator could not be started: {error}.").format(error=error)))
            return
        self._watcher = threading.Thread(target=self._watch, args=(self._process,), name="emulator")
        self._watcher.start()

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        process = self._process
        if process is None:
            return
        self._is_stopping = True
        if process.stdin is not None:
            process.stdin.close()
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._watcher.join()

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        """Read the ready line, then wait for the end; whoever ends it, everything is closed afterwards."""
        assert process.stdout is not None
        too_late = threading.Timer(START_WITHIN_S, self._give_up, args=(process,))
        too_late.start()
        line = process.stdout.readline()
        too_late.cancel()
        if line:
            self._take(line)
        process.stdout.read()  # it prints nothing more; the pipe ends with the process
        code = process.wait()
        process.stdout.close()
        if process.stdin is not None:
            process.stdin.close()
        too_late.join()
        self._on_end(code)
        self._errors.close()

    def _take(self, line: bytes) -> None:
        try:
            addresses = msgspec.json.decode(line, type=Addresses)
        except msgspec.MsgspecError as error:
            self._fail(
                EmulatorError(tr("The emulator said something unexpected: {error}.").format(error=error))
            )
            return
        self._on_ready(addresses)
        self.ready.set_result(addresses)

    def _on_end(self, code: int) -> None:
        if self._is_stopping:
            if not self.ready.done():
                self._settle(EmulatorError(tr("The emulator was stopped.")))
            return
        if self._is_late:
            sentence = tr("The emulator did not answer within {start_within_s} s.").format(
                start_within_s=number(START_WITHIN_S, ".0f")
            )
        elif self.ready.done():
            sentence = tr("The emulator ended by itself (exit code {code}).").format(code=code)
        else:
            sentence = tr("The emulator did not start (exit code {code}).").format(code=code)
        self._errors.seek(0)
        self._fail(EmulatorError(sentence, self._errors.read()[-8000:].decode(errors="replace").strip()))

    def _give_up(self, process: "subprocess.Popen[bytes]") -> None:
        self._is_late = True
        process.kill()

    def _fail(self, error: EmulatorError) -> None:
        self._settle(error)
        self._on_failed(error)

    def _settle(self, error: EmulatorError) -> None:
        if not self.ready.done():
            self.ready.set_exception(error)


def profile_of(addresses: Addresses, name: str = "emulator") -> Profile:
    """Return the profile for an emulator that listens there."""
    hosts = Hosts(
        run=addresses.run,
        queue=addresses.queue,
        rest=addresses.rest,
        cdn=addresses.cdn,
        platform=f"{addresses.api}/v1",
        ws=addresses.ws,
        schema=addresses.openapi,
    )
    return Profile(name, ProfileKind.EMULATOR, hosts)
