"""The emulator as a child process, for commands without a window: started on demand, stopped with its owner."""

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Self

from fal_studio.core.request import Hosts, Json, Profile, ProfileKind

START_WITHIN_S = 30.0
STOP_WITHIN_S = 5.0
KEY = "emulator:00000000000000000000000000000000"
"""The emulator takes any key of the right shape; this one is no secret."""


class EmulatorError(Exception):
    """The emulator did not start; the text is for people and ends with what it printed."""


class EmulatorServer:
    """One emulator; an async context manager that stops it at the end."""

    def __init__(self, *options: str, data_dir: Path | None = None) -> None:
        """`options` are further ones of `fal-studio emulator`."""
        self._options = options if data_dir is None else (*options, "--data-dir", str(data_dir))
        self._process: subprocess.Popen[bytes] | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process, closed in stop
        self._profile: Profile | None = None
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await asyncio.to_thread(self.stop)

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    async def profile(self, name: str = "emulator") -> Profile:
        """Return the profile of the running emulator; starts it, also again after it died; raises EmulatorError."""
        async with self._starting:
            if self._profile is None or not self.is_running:
                self._profile = profile_of(await asyncio.to_thread(self._start), name)
            return self._profile

    def stop(self) -> None:
        """End the process and wait for that; blocks for at most `STOP_WITHIN_S`."""
        self._end()
        self._errors.close()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start(self) -> Json:
        self._end()
        command = [
            sys.executable,
            "-m",
            "fal_studio.emulator",
            "--port",
            "0",
            "--until-stdin-closes",
            *self._options,
        ]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
        )
        return self._ready_line(self._process)

    def _ready_line(self, process: "subprocess.Popen[bytes]") -> Json:
        watchdog = _Watchdog(process, START_WITHIN_S)
        with watchdog:
            assert process.stdout is not None
            line = process.stdout.readline()
        try:
            return json.loads(line)
        except ValueError as error:
            self._errors.seek(0)
            said = self._errors.read()[-2000:].decode(errors="replace").strip()
            why = "did not answer in time" if watchdog.has_fired else "did not start"
            raise EmulatorError(f"The emulator {why}. It said: {said or 'nothing'}") from error


def profile_of(addresses: Json, name: str = "emulator") -> Profile:
    """Return the profile for the addresses that an emulator prints when it is ready."""
    hosts = Hosts(
        run=addresses["run"],
        queue=addresses["queue"],
        rest=addresses["rest"],
        cdn=addresses["cdn"],
        platform=addresses["api"],
        ws=addresses["ws"],
        schema=addresses["openapi"],
    )
    return Profile(name, ProfileKind.EMULATOR, hosts)


class _Watchdog:
    """Kills a process that has not spoken in time, so that reading from it ends."""

    def __init__(self, process: "subprocess.Popen[bytes]", patience_s: float) -> None:
        self.has_fired = False
        self._process = process
        self._timer = threading.Timer(patience_s, self._fire)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def _fire(self) -> None:
        self.has_fired = True
        self._process.kill()
