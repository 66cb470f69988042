"""The process that computes statistics: started when the first numbers are wanted, ended when none are for a while."""

import contextlib
import subprocess
import sys
import tempfile
import threading
from typing import IO

import msgspec

from fal_studio.core.comparing.analysis import Analysis
from fal_studio.core.comparing.outcome import Comparison
from fal_studio.words import tr

_SAID_BYTES = 2_000


class AnalystError(Exception):
    """The numbers could not be computed; the text is for people."""


class Analyst:
    """Blocks: not for the UI thread. Any thread may ask; they are answered one after another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._is_shut = False

    def analyse(self, comparison: Comparison) -> Analysis:
        """Return what a comparison says; raises AnalystError."""
        with self._lock:
            if self._is_shut:
                raise AnalystError(tr("The numbers were not computed: fal Studio is closing."))
            try:
                return self._ask(comparison)
            except (OSError, msgspec.MsgspecError) as problem:
                said = self._end()
                raise AnalystError(
                    tr("The numbers could not be computed: {said}.").format(said=said or problem)
                ) from problem

    def close(self) -> None:
        """End the process; the next question starts another one."""
        with self._lock:
            self._end()

    def shut(self) -> None:
        """End it at once and for good, also in the middle of an answer; who waits for that one gets an AnalystError."""
        self._is_shut = True
        if (process := self._process) is not None:
            process.kill()
        self.close()

    def _ask(self, comparison: Comparison) -> Analysis:
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(msgspec.json.encode(comparison) + b"\n")
        process.stdin.flush()
        return msgspec.json.decode(process.stdout.readline(), type=Analysis)

    def _start(self) -> "subprocess.Popen[bytes]":
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "fal_studio.statistics"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        return self._process

    def _end(self) -> str:
        """End the process, if there is one, and return the last line that it said about what was wrong."""
        process, self._process = self._process, None
        errors, self._errors = self._errors, None
        said = ""
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # what it did not take any more
                        pipe.close()
            process.terminate()
            process.wait()
        if errors is not None:
            errors.seek(0)
            lines = errors.read()[-_SAID_BYTES:].decode(errors="replace").strip().splitlines()
            said = lines[-1] if lines else ""
            errors.close()
        return said
