"""The command `fal-studio emulator`: binds a port of 127.0.0.1, says where it is, serves until it is told to stop.

When the server is ready it prints one JSON line: base, run, queue, rest, cdn, api, jwks, openapi, realtime, ws, pid.
It ends with exit code 0 on SIGTERM and SIGINT, and with `--until-stdin-closes` when its standard input ends, so that an
app that dies takes its emulator along. With `--data-dir` and `--port 0` it takes the port of the last time again when that is
free: URLs that were handed out stay good.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TextIO

import uvicorn
from pydantic import ValidationError

from fal_studio.emulator.addresses import Addresses
from fal_studio.emulator.app import Emulator, Plan
from fal_studio.emulator.models.catalogue import MODELS
from fal_studio.emulator.protocols import HttpConnection, SocketConnection
from fal_studio.emulator.settings import Settings

GRACE_S = 0.3


def main(
    argv: list[str] | None = None,
    *,
    parser_of: Callable[..., argparse.ArgumentParser] = argparse.ArgumentParser,
    tr: Callable[[str], str] = str,
) -> int:
    """Run the server until it is told to stop; returns the exit code.

    `parser_of` and `tr` are the command line's, which knows the words of other languages; the emulator itself knows none.
    """
    parser = _parser(parser_of, tr)
    options = parser.parse_args(argv)
    given = {
        name: value
        for name, value in vars(options).items()
        if name in Settings.model_fields and value is not None
    }
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        parser.error(_refused(error, tr))
    with contextlib.ExitStack() as stack:
        data_dir = options.data_dir or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="fal-emulator-"))
        )
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            listener = stack.enter_context(_bound(options.port, data_dir / "port"))
            emulator = Emulator(Plan(settings, data_dir, Addresses(listener.getsockname()[1]), MODELS))
        except sqlite3.OperationalError:
            said = tr(
                "The emulator cannot use {folder}: another emulator does, or its files cannot be written"
            )
            return _failed(said.format(folder=data_dir))
        except OSError as error:
            why = error.strerror or error
            if error.filename:
                said = tr("The emulator cannot use {folder}: {why}").format(folder=data_dir, why=why)
            else:
                said = tr("The emulator cannot listen on 127.0.0.1:{port}: {why}").format(
                    port=options.port, why=why
                )
            return _failed(said)
        asyncio.run(_serve(emulator, listener, options.until_stdin_closes))
    return 0


def _refused(error: ValidationError, tr: Callable[[str], str]) -> str:
    """Return which argument is out of its bounds."""
    found = error.errors()[0]
    bounds = {
        "greater_than": tr("it must be more than {gt}"),
        "greater_than_equal": tr("it must be {ge} or more"),
        "less_than_equal": tr("it must be {le} or less"),
    }
    why = bounds.get(found["type"], found["msg"]).format(**found.get("ctx", {}))
    name = str(found["loc"][0]).removesuffix("_s").replace("_", "-")
    return tr("argument --{name}: {why}").format(name=name, why=why)


def _failed(what: str) -> int:
    """Say what could not be done; returns the exit code."""
    sys.stderr.write(f"{what}\n")
    return 1


async def _serve(emulator: Emulator, listener: socket.socket, until_stdin_closes: bool) -> None:
    config = uvicorn.Config(
        emulator,
        http=HttpConnection,
        ws=SocketConnection,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_max_size=256 * 1024 * 1024,
        ws_per_message_deflate=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
    )
    server = _Server(config, Addresses(listener.getsockname()[1]), sys.stdout)
    if until_stdin_closes:
        server.follow_stdin(asyncio.get_running_loop())
    async with emulator.running():
        await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready and does not wait for streams that never end."""

    def __init__(self, config: uvicorn.Config, addresses: Addresses, out: TextIO) -> None:
        super().__init__(config)
        self._addresses = addresses
        self._out = out

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the line others wait for."""
        await super().startup(sockets)
        self._out.write(json.dumps({**self._addresses.plain(), "pid": os.getpid()}) + "\n")
        self._out.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let short requests end, cut the long ones, close."""
        tasks = set(self.server_state.tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE_S)
        # uvicorn reports a cancelled request as an error of the app, which it is not.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        for task in set(self.server_state.tasks):
            task.cancel()
        for connection in list(self.server_state.connections):
            if connection.transport.get_write_buffer_size():
                connection.transport.abort()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Stop on signals, and end as a program that did what it was told: uvicorn would raise the signal again."""
        wanted = [signal.SIGINT, signal.SIGTERM]
        before = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def follow_stdin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop when standard input ends."""

        def read() -> None:
            while os.read(sys.stdin.fileno(), 4096):
                pass
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(setattr, self, "should_exit", True)  # noqa: FBT003 - the setter's own form

        threading.Thread(target=read, name="stdin", daemon=True).start()


def _bound(port: int, memory: Path) -> socket.socket:
    """Return a socket on the wanted port; for 0 the one of last time if it is free, else any."""
    last = 0
    if port == 0 and memory.is_file():
        with contextlib.suppress(ValueError):
            last = int(memory.read_text("utf-8"))
    for number in dict.fromkeys((port or last, port)):
        # With the protocol named, asyncio knows it is TCP and switches Nagle's algorithm off: 40 ms less for each answer.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", number))
        except OSError:
            listener.close()
            if number == port:
                raise
            continue
        memory.write_text(str(listener.getsockname()[1]), "utf-8")
        return listener
    raise AssertionError("unreachable: the last number either binds or raises")


def _parser(
    parser_of: Callable[..., argparse.ArgumentParser], tr: Callable[[str], str]
) -> argparse.ArgumentParser:
    parser = parser_of(
        prog="fal-studio emulator",
        description=tr(
            "A local server that speaks fal's wire protocol: any key works, no internet, no cost."
        ),
    )
    add = getattr(parser, "options", parser).add_argument  # the command line's has a group for them
    add("--port", type=int, default=0, help=tr("port of 127.0.0.1; 0 picks a free one (default)"))
    add("--seed", type=int, help=tr("makes everything that is random repeatable (default 0)"))
    add(
        "--data-dir",
        type=Path,
        help=tr("keeps the queue and files; without it they go when the server ends"),
    )
    add("--slots", type=int, help=tr("queue requests that run at the same time (default 2)"))
    add(
        "--speed",
        type=float,
        help=tr("factor for pretended GPU time (default 1; 10 is ten times as fast)"),
    )
    add("--cold-start", dest="cold_start_s", type=float, help=tr("seconds a cold app needs (default 0.8)"))
    add("--until-stdin-closes", action="store_true", help=tr("also stop when standard input ends"))
    return parser
