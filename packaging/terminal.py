"""Words for the person at the terminal, and commands started for them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

Word = str | Path
Child = subprocess.Popen[bytes]


class PlainError(Exception):
    """Something failed that a person has to know about; the message says what, why and what to do."""


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def call(words: Iterable[Word], *, environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> int:
    """Run a command in the open and return its exit code (128 + N when signal N ended it)."""
    code = subprocess.run([str(word) for word in words], env=environ, cwd=cwd, check=False).returncode
    return code if code >= 0 else 128 - code


def replace_process(words: Iterable[Word]) -> int:
    """Become another program, so that its signals and exit code need no passing on; Windows waits instead."""
    command = [str(word) for word in words]
    if not Path(command[0]).exists():
        raise PlainError(f"{command[0]} is missing. Run: python3 packaging/dev.py setup")
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    return call(command)


def quietly(what: str, words: Iterable[Word], log: Path, *, environ: Mapping[str, str] | None = None) -> None:
    """Run a command with its output kept in `log`; raises `CommandError` with the end of it.

    `what` is printed while it runs, and the seconds it took when it is done.
    """
    started = time.monotonic()
    print(f"{what} … ", end="", flush=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8", errors="replace") as output:
        code = subprocess.run(
            [str(word) for word in words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environ,
            check=False,
        ).returncode
    if code:
        say("failed")
        raise CommandError(what, code, log.read_text(encoding="utf-8", errors="replace"), log)
    say(f"{time.monotonic() - started:.0f} s")


class CommandError(Exception):
    """A quiet command that failed, with everything it printed."""

    def __init__(self, what: str, code: int, output: str, log: Path) -> None:
        super().__init__(f"{what} failed with exit code {code}")
        self.output = output
        self.log = log

    def tail(self, lines: int = 12) -> str:
        """The last lines of what was printed, indented."""
        kept = [line for line in self.output.splitlines() if line.strip()][-lines:]
        return "\n".join(f"    {line}" for line in kept)


@contextmanager
def owned(words: Iterable[Word], *, cwd: Path, environ: Mapping[str, str] | None = None) -> Generator[Child]:
    """A child whose output is read here, with everything it starts: all of it ends with us, however we end."""
    posix = os.name == "posix"
    with subprocess.Popen(
        [str(word) for word in words],
        cwd=cwd,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=posix,
    ) as child:
        try:
            yield child
        except BaseException as reason:
            number = signal.SIGINT if isinstance(reason, KeyboardInterrupt) else signal.SIGTERM
            if posix:
                os.killpg(child.pid, number)
            else:
                child.terminate()
            raise


@contextmanager
def sigterm_as_exit() -> Generator[None]:
    """Turn SIGTERM into an exception for a while, so that what we own is ended properly."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
