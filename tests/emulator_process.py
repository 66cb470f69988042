"""The real emulator in a process of its own, for tests."""

import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import httpx

KEY = "tester:0123456789abcdef"
ADMIN_KEY = "admin-tester:0123456789abcdef"
READY_S = 100.0
STOP_S = 60.0
QUICK = ("--cold-start", "0")


class EmulatorProcess:
    """One running `fal-studio emulator`; `urls` are those of its ready line."""

    def __init__(self, *options: str, data_dir: Path | None = None) -> None:
        self._command = [sys.executable, "-m", "fal_studio.emulator", *options]
        if data_dir is not None:
            self._command += ["--data-dir", str(data_dir)]
        self._process: subprocess.Popen[str] | None = None
        self._errors: list[str] = []
        self._reader: threading.Thread | None = None
        self.urls: dict[str, Any] = {}
        # No certificates are needed on loopback, and loading them takes longer than most tests.
        self._no_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._http = httpx.Client(
            trust_env=False,
            verify=self._no_tls,
            timeout=100,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def __getattr__(self, name: str) -> str:
        """Return a URL by its name: `emulator.queue`, `emulator.base` …"""
        try:
            return str(self.__dict__["urls"][name])
        except KeyError:
            raise AttributeError(name) from None

    def start(self) -> "EmulatorProcess":
        """Start it and wait for the line that says it is ready."""
        if self._http.is_closed:
            raise AssertionError("an EmulatorProcess starts once")
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self._process.stdout is not None
        watchdog = threading.Timer(READY_S, self._process.kill)
        watchdog.start()
        line = self._process.stdout.readline()
        watchdog.cancel()
        watchdog.join()
        if not line:
            raise AssertionError(f"the emulator did not start: {self._process.communicate()[1]}")
        self.urls = json.loads(line)
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit code; kills it after `STOP_S`."""
        process = self._process
        assert process is not None
        if process.poll() is None:
            process.send_signal(number)
        return self._ended(process)

    def close_stdin(self) -> int:
        """Close its standard input, wait for its end and return the exit code."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        return self._ended(process)

    @contextlib.contextmanager
    def frozen(self) -> Generator[None]:
        """Let it answer nobody for a while, as a server at the other end of a dead connection."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it without giving it a chance."""
        assert self._process is not None
        self._process.kill()
        self._ended(self._process)

    @property
    def errors(self) -> str:
        """Return what it wrote to standard error so far."""
        return "".join(self._errors)

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def client(self, key: str | None = KEY, **options: Any) -> httpx.Client:
        """Return an HTTP client that sends the key; `base_url` is the server's root."""
        headers = {"Authorization": f"Key {key}"} if key else {}
        return httpx.Client(
            base_url=self.base, headers=headers, timeout=100, trust_env=False, verify=self._no_tls, **options
        )

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings of the server and return all of them."""
        return self._http.put(f"{self.base}/emulator/settings", json=changes).raise_for_status().json()

    def arm(self, fault: str, **where: Any) -> None:
        """Let the next request that matches `path` and `method` meet a fault."""
        body = {"fault": fault, **where}
        self._http.post(f"{self.base}/emulator/faults", json=body).raise_for_status()

    def requests(self, since: int = 0, **which: Any) -> list[dict[str, Any]]:
        """Return the requests that arrived after number `since`."""
        query: Mapping[str, Any] = {"since": since, **which}
        answer = self._http.get(f"{self.base}/emulator/requests", params=query)
        return answer.raise_for_status().json()["requests"]

    def last(self) -> int:
        """Return the number of the newest request, to ask for later ones."""
        answer = self._http.get(f"{self.base}/emulator/requests", params={"path": "no such path"})
        return answer.raise_for_status().json()["last"]

    def truth(self, request_id: str) -> dict[str, Any]:
        """Return the stage times of a request."""
        return self._http.get(f"{self.base}/emulator/truth/{request_id}").raise_for_status().json()

    def _collect(self) -> None:
        process = self._process
        assert process is not None
        assert process.stderr is not None
        for line in process.stderr:
            self._errors.append(line)

    def disarm(self) -> None:
        """Take back all armed faults."""
        self._http.delete(f"{self.base}/emulator/faults").raise_for_status()

    def _ended(self, process: "subprocess.Popen[str]") -> int:
        self._http.close()
        try:
            code = process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = -9
        if self._reader is not None:
            self._reader.join()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        return code


@contextlib.contextmanager
def start_emulator(*options: str, data_dir: Path | None = None) -> Generator[EmulatorProcess]:
    """Run an emulator for a `with` block; without options its apps are warm at once."""
    emulator = EmulatorProcess(*(options or QUICK), data_dir=data_dir).start()
    try:
        yield emulator
    finally:
        if emulator.is_running:
            code = emulator.stop()
            assert code == 0, f"the emulator ended with {code}: {emulator.errors}"
