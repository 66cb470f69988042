"""Runs Python programs in processes of their own that need not load what the official client is built on.

A program is run by a child of one process that has these libraries loaded: as separate from all others as if it had been
started, and many times sooner. `fal_client` itself is not among them: it reads its addresses from the environment when it is
imported, and every program has its own.

Standard input and output of this module: a line of JSON for each `Order`, a line of JSON for each answer.
"""

import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    """How a program ended."""

    returncode: int
    stdout: str
    stderr: str


class Prefork:
    """The process that has everything loaded; `close` ends it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.conformance.prefork"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
        )

    def run(
        self,
        program: str | Path,
        *,
        environ: dict[str, str],
        cwd: Path,
        stdin: str = "",
        timeout_s: float = 90.0,
    ) -> Done:
        """Run a file (a path) or a module (its dotted name) as `__main__` and wait for it; -9 is what a time limit looks like."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.TemporaryDirectory(prefix="prefork-") as name:
            folder = Path(name)
            (folder / "stdin").write_text(stdin, encoding="utf-8")
            order = {
                "program": str(program),
                "is_module": not isinstance(program, Path),
                "environ": environ,
                "cwd": str(cwd),
                "folder": name,
                "timeout_s": timeout_s,
            }
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            code = json.loads(self._process.stdout.readline())
            return Done(code, *((folder / said).read_text(errors="replace") for said in ("stdout", "stderr")))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


def main() -> None:
    """Take orders until standard input ends."""
    import aiofiles  # noqa: F401 # pyright: ignore[reportMissingModuleSource, reportUnusedImport, reportMissingImports] - loaded for the children
    import asyncstdlib  # noqa: F401 # pyright: ignore[reportMissingImports, reportUnusedImport]
    import httpx  # noqa: F401
    import httpx_sse  # noqa: F401
    import msgpack  # noqa: F401
    import websockets.asyncio.client
    import websockets.sync.client  # noqa: F401

    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order)
        clock = threading.Timer(order["timeout_s"], os.kill, (pid, signal.SIGKILL))
        clock.start()
        _, status = os.waitpid(pid, 0)
        clock.cancel()
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(order: dict[str, Any]) -> NoReturn:
    """Be the program, in the child."""
    folder = Path(order["folder"])
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT
        handle = os.open(folder / name, flags, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it lives as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(order["environ"])
    os.chdir(order["cwd"])
    warnings.simplefilter("error")
    sys.argv = [order["program"]]
    code = 0
    try:
        if order["is_module"]:
            runpy.run_module(order["program"], run_name="__main__", alter_sys=True)
        else:
            sys.path[0] = str(Path(order["program"]).parent)
            runpy.run_path(order["program"], run_name="__main__")
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:  # noqa: BLE001 - as Python itself ends
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue] - waits for its threads, as an ordinary end does
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
