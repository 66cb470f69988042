"""The self-test: what works between this machine and one profile, step by step, without spending money."""

import asyncio
import email.utils
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx
import msgspec

from fal_studio.app.selftest_ways import Ways
from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.blobs import blob_of
from fal_studio.core.log import EventLog
from fal_studio.core.request import Mode, ProfileKind, Request
from fal_studio.doctor import machine, probes
from fal_studio.doctor.findings import Finding, note, ok, problem, skipped
from fal_studio.figures import number
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.aside import aside
from fal_studio.modes.base import Access, CallError
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.modes.ways import Trust
from fal_studio.services import pricing
from fal_studio.services.catalog import unheard
from fal_studio.services.listener import Heard, Listener, Reply
from fal_studio.services.storage import Storage
from fal_studio.services.transfer import Transfer
from fal_studio.store.paths import Folders
from fal_studio.words import tr

LIMIT_S = 15.0
"""How long one step may take, where the profile's calls may not take longer to connect."""
MORE_S = 5.0
SKEW_NOTE_S, SKEW_PROBLEM_S = 30.0, 240.0
"""Webhook signatures are good for five minutes (fal, webhooks), tokens for two."""
PROBE = "fal-ai/flux/dev"
NO_JOB = "00000000-0000-0000-0000-000000000000"
ENDPOINT = "emulator/bench"
STEPS: Final = {
    "dns": tr("Names"),
    "tcp": tr("Connections"),
    "tls": tr("Encryption"),
    "auth": tr("Key"),
    "clock": tr("Clock"),
    "upload": tr("Upload"),
    "queue": tr("Queue"),
    "stream": tr("Stream"),
    "realtime": tr("Realtime"),
    "webhook": tr("Webhook listener"),
    "keyring": tr("Keyring"),
    "disk": tr("Disk"),
    "multimedia": tr("Video and sound"),
}
"""Every step and how it is called, in the order in which they are shown."""
Tell = Callable[[str, Finding | None, float], None]
"""Told a step's key when it begins, with None, and when it is done, with what was found and its seconds."""
Check = Callable[[], Awaitable[Finding]]


class SelfTest:
    """One run of all steps against one profile."""

    def __init__(self, access: Access, folders: Folders, tell: Tell) -> None:
        self._access, self._folders, self._tell = access, folders, tell
        self._profile = access.profile
        self._hosts = access.profile.hosts
        self._is_emulator = access.profile.kind is ProfileKind.EMULATOR
        trust = Trust()
        self._ways = Ways(access.profile, trust)
        self._http = Http(access.profile, access.key, trust=trust)
        self._skew_s: float | None = None

    async def run(self) -> None:
        """Do all steps; those of the network one after the other, those of this machine beside them."""
        network: dict[str, Check] = {
            "dns": self._ways.names,
            "tcp": self._ways.connections,
            "tls": self._ways.encryption,
            "auth": self._auth,
            "clock": self._clock,
            "upload": self._upload,
            "queue": self._queue,
            "stream": lambda: self._call(Mode.STREAM),
            "realtime": self._realtime,
        }
        network = {key: self._if_reached(key, check) for key, check in network.items()}
        here: dict[str, Check] = {
            "webhook": _webhook,
            "keyring": lambda: aside(machine.check_keyring, "keyring"),
            "disk": lambda: asyncio.to_thread(machine.check_folders, self._folders),
            "multimedia": lambda: asyncio.to_thread(probes.check_multimedia),
        }
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._chain(network))
                group.create_task(self._chain(here))
        finally:
            await self._http.aclose()

    async def _chain(self, checks: dict[str, Check]) -> None:
        for key, check in checks.items():
            self._tell(key, None, 0.0)
            began = time.perf_counter()
            # A profile may have patience with slow ways.
            limit_s = max(LIMIT_S, self._ways.connect_s + MORE_S)
            finding = await _survived(key, check, limit_s)
            self._tell(key, finding, time.perf_counter() - began)

    def _if_reached(self, key: str, check: Check) -> Check:
        async def tried() -> Finding:
            if self._ways.is_cut_off:
                return note(
                    key, tr("Not tried: no address of the profile answers."), tr("Mend the connection first.")
                )
            return await check()

        return tried

    async def _auth(self) -> Finding:
        if reason := self._has_no_key():
            return skipped("auth", reason)

        def heard(fact: e.Fact) -> None:
            if isinstance(fact, e.Response) and (date := fact.headers.get("date")):
                with suppress(ValueError):
                    self._skew_s = time.time() - email.utils.parsedate_to_datetime(date).timestamp()

        await pricing.prices(self._http, (PROBE,), heard)
        return ok("auth", tr("The key is accepted; asking was free"))

    async def _clock(self) -> Finding:
        if self._skew_s is None:
            return note(
                "clock", tr("The server did not tell its time."), tr("Nothing to do: calls do not need it.")
            )
        skew = abs(self._skew_s)
        way = (
            tr("This machine's clock is {skew} s ahead")
            if self._skew_s > 0
            else tr("This machine's clock is {skew} s behind")
        )
        words = way.format(skew=number(skew, ",.0f"))
        if skew >= SKEW_PROBLEM_S:
            return problem("clock", f"{words}.", tr("Set the clock: webhooks and tokens will be refused."))
        if skew >= SKEW_NOTE_S:
            return note("clock", f"{words}.", tr("Let the system set its clock from the network."))
        return ok("clock", tr("Agrees with the server's to within some seconds"))

    async def _upload(self) -> Finding:
        if reason := self._has_no_key():
            return skipped("upload", tr("Not tried. {reason}").format(reason=reason))
        storage = Storage(self._http)
        if not self._is_emulator:
            await storage.token(unheard)
            return ok("upload", tr("The storage is open to this key; no file was sent"))
        with tempfile.TemporaryDirectory(prefix="fal-studio-test-") as folder:
            path = Path(folder) / "self-test.txt"
            await asyncio.to_thread(path.write_bytes, b"fal Studio tests its uploads")
            await Transfer(storage, path, lifetime_s=3600).run(unheard)
        return ok("upload", tr("A small file arrived"))

    async def _queue(self) -> Finding:
        if self._is_emulator:
            return await self._call(Mode.SUBSCRIBE)
        if reason := self._has_no_key():
            return skipped("queue", tr("Not tried. {reason}").format(reason=reason))
        url = f"{self._hosts.queue}/{urls.parse(PROBE).app}/requests/{NO_JOB}/status"
        answer = await self._http.exchange(Ask("status", "GET", url, resend=Resend.SAFE), unheard)
        if answer.status in (401, 403) or answer.status >= 500:
            return problem(
                "queue",
                tr("The queue answered {status}.").format(status=answer.status),
                tr("Check the key and fal's status page."),
            )
        return ok("queue", tr("It answers; no job was sent, because that could cost money"))

    async def _realtime(self) -> Finding:
        if self._is_emulator:
            return await self._call(Mode.REALTIME)
        return skipped(
            "realtime", tr("Not tried: a session could cost money. The Emulator profile tries one")
        )

    async def _call(self, mode: Mode) -> Finding:
        """Make a real call; only where that is free."""
        key = {Mode.SUBSCRIBE: "queue"}.get(mode, mode.value)
        if not self._is_emulator:
            return skipped(key, tr("Not tried: a call could cost money. The Emulator profile tries one"))

        async def access(_name: str) -> Access:
            return self._access

        log, answered = EventLog(), asyncio.Event()
        log.subscribe(lambda event: answered.set() if isinstance(event.fact, e.Partial) else None)
        async with CallRunner(log, access, blob_of) as runner:
            request = Request(ENDPOINT, mode, {"text": "self-test", "count": 3}, self._profile.name)
            call = runner.start(request)
            if mode is Mode.REALTIME:
                await answered.wait()
                runner.hang_up(call)
            await runner.finished(call)
        end = next(event.fact for event in log.of(call) if isinstance(event.fact, e.ENDS))
        if isinstance(end, e.Failed):
            return problem(
                key, end.message, end.next_step or tr("Start the emulator again from the profile menu.")
            )
        return ok(key, tr("A free call went through and came back"))

    def _has_no_key(self) -> str:
        if self._profile.kind is ProfileKind.PROXY:
            return tr("The team proxy holds the key, and is not asked here")
        if self._profile.kind is ProfileKind.LOCAL_APP:
            return tr("An app on this machine needs no key")
        return ""


async def _survived(key: str, check: Check, limit_s: float) -> Finding:
    """A step that breaks is a finding too; the others are still worth reading."""
    try:
        async with asyncio.timeout(limit_s):
            return await check()
    except TimeoutError:
        return problem(
            key,
            tr("No answer within {limit_s} s.").format(limit_s=number(limit_s, ".0f")),
            tr("Try again; something on the way is stuck."),
        )
    except CallError as error:
        fact = error.fact
        step = fact.next_step if isinstance(fact, e.Failed) else ""
        return problem(key, str(error), step or tr("Try again."))
    except (OSError, httpx.HTTPError, msgspec.MsgspecError) as error:
        return problem(key, f"{type(error).__name__}: {error}.", tr("Check the steps above first."))


async def _webhook() -> Finding:
    """Listen as for webhooks, and call ourselves."""

    async def handle(heard: Heard) -> Reply:
        return Reply(200, heard.path)

    listener = Listener(handle, 1000)
    await listener.start()
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(f"{listener.url}/self-test", content=b"{}")
    finally:
        await listener.close()
    if answer.text != "/self-test":
        return problem(
            "webhook",
            tr("It answered {status_code}.").format(status_code=answer.status_code),
            tr("Another program answers on its port."),
        )
    return ok("webhook", tr("Listens on this machine; fal reaches it only through a tunnel"))
