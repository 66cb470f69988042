"""Finds fal's own clients on this computer, and steers one of them in its process."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

import msgspec

from fal_studio.core.comparing.clients import Mark, Seen
from fal_studio.core.comparing.plan import Lane, Transport
from fal_studio.core.request import Hosts
from fal_studio.words import tr

HERE = Path(__file__).parent
JS_HOME = "FAL_STUDIO_JS_HOME"
"""Environment variable: the folder whose `node_modules` have @fal-ai/client, where it is not found by itself."""
_ASK = "import importlib.metadata as m; print(m.version('fal-client'))"
_ASK_S = 10.0
_SAID_BYTES = 2_000


class Found(msgspec.Struct, frozen=True):
    """A client that can be started."""

    version: str
    command: tuple[str, ...]


class ClientError(Exception):
    """A client could not be started, or ended; the text is for people."""


def find() -> Mapping[Transport, Found]:
    """Return the clients that are installed here; blocks for some tenths of a second."""
    found = {Transport.PYTHON_CLIENT: _python(), Transport.JS_CLIENT: _javascript()}
    return {transport: client for transport, client in found.items() if client is not None}


def _python() -> Found | None:
    program = str(HERE / "python_client.py")
    with contextlib.suppress(PackageNotFoundError):
        return Found(f"fal-client {version('fal-client')}", (sys.executable, program))
    for name in ("python3", "python"):
        path = shutil.which(name)
        if path is None:
            continue
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(  # noqa: S603 - an interpreter of this computer
                [path, "-c", _ASK], capture_output=True, text=True, timeout=_ASK_S, check=True
            )
            return Found(f"fal-client {done.stdout.strip()}", (path, program))
    return None


def _javascript() -> Found | None:
    beside = Path(sys.executable).with_name("node")
    node = str(beside) if beside.exists() else shutil.which("node")
    if node is None:
        return None
    homes = (os.environ.get(JS_HOME), str(Path.cwd()), str(Path(node).resolve().parents[1] / "lib"))
    for home in filter(None, homes):
        about = Path(home) / "node_modules" / "@fal-ai" / "client" / "package.json"
        with contextlib.suppress(OSError, ValueError, KeyError):
            number = json.loads(about.read_text("utf-8"))["version"]
            return Found(f"@fal-ai/client {number}", (node, str(HERE / "js_client.mjs"), home))
    return None


class ClientProcess:
    """One client for one account; calls one after another over the connections that it keeps. Blocks."""

    def __init__(self, found: Found, hosts: Hosts, key: str) -> None:
        """Start it and wait until it is ready; raises ClientError. The key goes into its environment, nowhere else."""
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, with an interpreter that was found
                found.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={**os.environ, "FAL_KEY": key},
            )
        except OSError as problem:
            self._errors.close()
            raise ClientError(
                tr("{client} could not be started: {problem}.").format(client=found.version, problem=problem)
            ) from problem
        self._name = found.version
        self._write(msgspec.to_builtins(hosts))
        self._read()

    def call(self, lane: Lane, on_mark: Callable[[Mark, str], None]) -> Seen:
        """Make a lane's call and return what the client saw; raises ClientError.

        `on_mark` hears of everything at once, with the request id where that is told; in this thread.
        """
        request = lane.request
        self._write(
            {
                "endpoint": request.endpoint,
                "input": request.arguments,
                "poll_every_s": request.options.poll_every_s,
            }
        )
        marks: list[Mark] = []
        while True:
            told = self._read()
            mark = Mark(str(told["what"]), int(told["ns"]))
            marks.append(mark)
            on_mark(mark, str(told.get("request_id", "")))
            if mark.what in ("done", "failed"):
                return Seen(tuple(marks), told.get("data"), str(told.get("message", "")))

    def kill(self) -> None:
        """End it at once, from any thread; a call that is under way raises a ClientError."""
        self._process.kill()

    def close(self) -> None:
        """End it."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.terminate()
        self._process.wait()
        self._errors.close()

    def _write(self, value: Any) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(value).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as problem:
            raise ClientError(self._ended()) from problem

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ClientError(self._ended())
        return json.loads(line)

    def _ended(self) -> str:
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read()[-_SAID_BYTES:].decode(errors="replace").strip().splitlines()
        if not lines:
            return tr("{client} ended by itself.").format(client=self._name)
        return tr("{client} ended by itself: {said}.").format(client=self._name, said=lines[-1])
