"""`fal-studio call`: one call through the same engine as the window's, without a window."""

import asyncio
import contextlib
import sys
from typing import Any

from fal_studio.commands import wish
from fal_studio.commands.limits import purse_of
from fal_studio.commands.printing import JsonLines, Words
from fal_studio.core import events as e
from fal_studio.core.blobs import Blob, blob_of
from fal_studio.core.events import Clock, Event, FailureKind
from fal_studio.core.log import EventLog
from fal_studio.core.request import Mode
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import Access
from fal_studio.modes.http import Http
from fal_studio.services.emulator_process import EmulatorError, EmulatorServer, profile_of
from fal_studio.words import tr

REFUSED, USAGE, NETWORK, INTERRUPTED = 1, 2, 3, 130


def main(arguments: list[str]) -> int:
    """Make the call; returns the exit code."""
    try:
        wanted = wish.read(wish.parser().parse_args(arguments))
    except wish.UsageError as error:
        print(f"fal-studio call: {error}", file=sys.stderr)
        return USAGE
    with asyncio.Runner() as runner:
        try:
            return runner.run(_Command(wanted).run())
        except KeyboardInterrupt:
            return INTERRUPTED


class _Command:
    """One call from its command line to its exit code."""

    def __init__(self, wanted: wish.Wish) -> None:
        self._wish = wanted
        self._blobs: dict[str, bytes] = {}
        self._log = EventLog()
        is_realtime = wanted.request.mode is Mode.REALTIME
        self._printer = JsonLines() if wanted.jsonl else Words(self._blobs, is_realtime=is_realtime)
        self._heard = asyncio.Event()
        self._answers = 0

    async def run(self) -> int:
        """Make the call and return the exit code."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                access = await self._access(stack)
            except EmulatorError as error:
                print(f"fal-studio call: {error}", file=sys.stderr)
                return NETWORK
            except asyncio.CancelledError:
                return INTERRUPTED

            async def access_of(_name: str) -> Access:
                return access

            self._log.subscribe(self._printer)
            self._log.subscribe(self._note)

            async def http() -> Http:
                return await runner.http(access.profile.name)

            purse = await stack.enter_async_context(purse_of(self._wish.account, http))
            if purse is not None:
                self._log.subscribe(purse.note)
            runner = await stack.enter_async_context(
                CallRunner(self._log, access_of, self._keep, purse=purse)
            )
            request, ticket = self._wish.request, self._wish.ticket
            call = runner.follow(request, ticket) if ticket is not None else runner.start(request)
            is_interrupted = False
            try:
                await self._until_over(runner, call)
            except asyncio.CancelledError:  # Ctrl-C: asyncio's runner cancels this task
                is_interrupted = True
                if self._ticket(call) is None:
                    runner.cancel(call)
                    await runner.finished(call)
        return self._exit_code(call, is_interrupted=is_interrupted)

    async def _access(self, stack: contextlib.AsyncExitStack) -> Access:
        profile = self._wish.profile
        if profile is None:
            server = await stack.enter_async_context(EmulatorServer())
            server.start()
            profile = profile_of(await server.addresses())
        return Access(profile, self._wish.key)

    def _keep(self, data: bytes, content_type: str) -> Blob:
        blob = blob_of(data, content_type)
        self._blobs[blob.sha256] = data
        return blob

    def _note(self, event: Event) -> None:
        if isinstance(event.fact, e.Partial):
            self._answers += 1
        self._heard.set()

    async def _until_over(self, runner: CallRunner, call: str) -> None:
        if self._wish.request.mode is Mode.REALTIME:
            await self._talk(runner, call)
        await runner.finished(call)

    async def _talk(self, runner: CallRunner, call: str) -> None:
        """Send one input after the other's answer; a model may drop inputs, so silence also means: go on."""
        for index, message in enumerate(self._wish.inputs):
            if index:
                runner.send(call, message)
            if not await self._answered(runner, call, index + 1):
                break
        runner.hang_up(call)

    async def _answered(self, runner: CallRunner, call: str, count: int) -> bool:
        while runner.is_running(call):
            if self._answers >= count:
                return True
            self._heard.clear()
            try:
                async with asyncio.timeout(self._wish.idle_s):
                    await self._heard.wait()
            except TimeoutError:
                return True
        return False

    def _ticket(self, call: str) -> e.Enqueued | None:
        return next((event.fact for event in self._log.of(call) if isinstance(event.fact, e.Enqueued)), None)

    def _exit_code(self, call: str, *, is_interrupted: bool) -> int:
        end = next((event.fact for event in self._log.of(call) if isinstance(event.fact, e.ENDS)), None)
        ticket = self._ticket(call)
        if end is None and ticket is not None:
            self._say_how_to_follow(ticket)
            return INTERRUPTED if is_interrupted else 0
        if is_interrupted:
            return INTERRUPTED
        return _code_of(end)

    def _say_how_to_follow(self, ticket: e.Enqueued) -> None:
        lines = [
            tr("The call goes on at the server as {request_id}. Take it up again with:").format(
                request_id=ticket.request_id
            )
        ]
        profile = self._wish.profile
        if profile is None:
            lines = [
                tr("The emulator was started for this call and ends with it, so nothing is left to follow.")
            ]
        elif profile.kind == "fal" or self._wish.account is not None:
            lines.append(f"  fal-studio call --profile {profile.name} --follow {ticket.status_url}")
        else:
            lines.append(f"  fal-studio call --follow {ticket.status_url}")
        print("\n".join(lines), file=sys.stderr)
        if not self._wish.jsonl and self._wish.request.mode is Mode.SUBMIT:
            for name in ("request_id", "status_url", "response_url", "cancel_url"):
                print(f"{name} {getattr(ticket, name)}")


_NETWORK_CLOCKS = frozenset({Clock.CONNECT, Clock.IDLE, Clock.CLIENT})


def _code_of(end: Any) -> int:
    match end:
        case e.Output() | e.Closed():
            return 0
        case e.Failed(kind=FailureKind.NETWORK) | e.Unknown():
            return NETWORK
        case e.Failed(kind=FailureKind.TIMEOUT, clock=clock) if clock in _NETWORK_CLOCKS:
            return NETWORK
        case e.Failed(kind=FailureKind.INPUT, status=None, charged=e.Charged.NO):
            return USAGE  # nothing was sent
        case _:
            return REFUSED
