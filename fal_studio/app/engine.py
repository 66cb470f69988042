"""What makes calls: the runner, downloads and the catalogue. Loaded after the window is on screen."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import httpx

from fal_studio.app.emulator import Emulator, EmulatorError
from fal_studio.core import events as e
from fal_studio.core.accounts import EMULATOR
from fal_studio.core.blobs import Keep
from fal_studio.core.log import EventLog
from fal_studio.core.request import HERE, Json, Profile, Request
from fal_studio.core.settings import Settings
from fal_studio.core.transcript import Keeper
from fal_studio.jobs.call_tasks import BeforeStart, Noted
from fal_studio.jobs.purse import Purse
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import Access, BeforePaid, CallError, at_once
from fal_studio.modes.http import Http
from fal_studio.services import media
from fal_studio.services.emulator_process import KEY, profile_of
from fal_studio.services.hosts import is_literally_near, is_near
from fal_studio.services.media_clients import MediaClients
from fal_studio.services.storage import Storage
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.webhooks import WebhookDesk


def _nobody(_name: str) -> Profile | None:
    return None


class Engine:
    """Starts and steers calls for the window. An async context manager."""

    def __init__(
        self,
        log: EventLog,
        keep: Keep,
        emulator: Emulator,
        before_start: BeforeStart | None = None,
        before_paid: BeforePaid = at_once,
        noted: Noted | None = None,
        settings: Callable[[], Settings] = Settings,
        others: Callable[[str], Awaitable[Access]] | None = None,
        record: Keeper | None = None,
        purse: Purse | None = None,
        profile_of: Callable[[str], Profile | None] = _nobody,
    ) -> None:
        """`settings` reads them anew; it may block. `others`: access to every profile but the emulator's.

        `purse` is asked for the money of every call. `profile_of` returns every profile but the emulator's, without its key.
        """
        self.purse = purse
        self._others = others
        self._settings = settings
        self._emulator = emulator
        self._log, self.keep = log, keep
        self.runner = CallRunner(
            log,
            self.access,
            keep,
            before_start=before_start,
            before_paid=before_paid,
            noted=noted,
            gives_up=False,  # however long the network is away: what fal took is followed to its end
            prepare=self._prepared,
            record=record,
            purse=purse,
        )
        self._profile_of = profile_of
        self._clients = MediaClients(self.runner.trust)
        self._webhooks: WebhookDesk | None = None
        self._storages: dict[Http, Storage] = {}

    async def __aenter__(self) -> Self:
        settings = await asyncio.to_thread(self._settings)
        self.runner.line.set_limit("", settings.calls_at_once or None)
        await self.runner.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._webhooks is not None:
            await self._webhooks.close()
        try:
            await self.runner.__aexit__(*error)
        finally:
            if self._webhooks is not None:
                await self._webhooks.close()  # one that had only begun to listen by then
            await self._clients.aclose()

    async def webhooks(self) -> "WebhookDesk":
        """Return the desk that takes webhooks; its code, with its cryptography, is loaded when it is first wanted."""
        module = await asyncio.to_thread(importlib.import_module, "fal_studio.app.webhooks")
        if self._webhooks is None:
            desk = module.WebhookDesk(self._log, self.runner, self.runner.http, self.keep)
            settings = await asyncio.to_thread(self._settings)
            desk.port, desk.public_url = settings.webhook_port, settings.webhook_url
            self._webhooks = self._webhooks or desk  # somebody may have been quicker
        assert self._webhooks is not None
        return self._webhooks

    def set_tunnel(self, public_url: str) -> None:
        """Tell the webhook, if it is there already, by which address it can be called."""
        if self._webhooks is not None:
            self._webhooks.public_url = public_url

    async def storage(self, profile: str) -> Storage:
        """Return the storage of a profile; raises CallError."""
        http = await self.runner.http(profile)
        return self._storages.setdefault(http, Storage(http))

    async def fetch(
        self, url: str, profile: str = "", limit_bytes: int = media.IN_MEMORY_BYTES
    ) -> media.Media:
        """Download a file into memory, the way of a profile; raises MediaError. Nobody's files are on this machine or network."""
        return await media.fetch(await self._media_of(url, profile), url, limit_bytes)

    async def download(
        self, url: str, part: media.Part, heard: media.Heard, profile: str, limit_bytes: int
    ) -> media.Got:
        """Download a file into `part`, the same way; raises MediaError and CannotKeep."""
        http = await self._media_of(url, profile)
        return await media.download(http, url, part, heard, limit_bytes=limit_bytes)

    async def _media_of(self, url: str, profile: str) -> httpx.AsyncClient:
        try:
            return await self.media(EMULATOR if await self._is_emulators(url) else profile)
        except CallError as error:
            raise media.MediaError(str(error)) from error

    async def media(self, profile: str) -> httpx.AsyncClient:
        """Return what fetches result files of a profile: its way to the network, never its key; raises CallError."""
        if profile == EMULATOR:
            return await self._clients.of(may_be_near=True)
        found = self._profile_of(profile)
        return await self._clients.of(found, may_be_near=found is not None and is_near(found))

    async def _is_emulators(self, url: str) -> bool:
        if not is_literally_near(url):
            return False
        try:
            return urlsplit(url).netloc == urlsplit((await self._emulator.addresses()).cdn).netloc
        except EmulatorError:
            return False

    async def models(self) -> list[dict[str, Any]]:
        """Return the emulator's catalogue with its OpenAPI documents; raises EmulatorError or httpx.HTTPError."""
        addresses = await self._emulator.addresses()
        http = await self._clients.of(may_be_near=True)
        records: list[dict[str, Any]] = []
        query: dict[str, str] = {"expand": "openapi-3.0", "limit": "50"}
        while True:
            answer = await http.get(
                f"{addresses.api}/v1/models", params=query, headers={"Authorization": f"Key {KEY}"}
            )
            answer.raise_for_status()
            page: dict[str, Json] = answer.json()
            records += page.get("models") or []
            if not page.get("has_more") or not page.get("next_cursor"):
                return records
            query["cursor"] = page["next_cursor"]

    def cancel(self, call: str, request: Request | None) -> None:
        """Ask for a cancel; a detached call is taken up again for that."""
        if self.runner.cancel(call) or request is None:
            return
        try:
            self.runner.resume(call, request)
        except LookupError:
            return
        self.runner.cancel(call)

    async def _prepared(self, request: Request) -> Request:
        if request.options.webhook_url != HERE:
            return request
        return await (await self.webhooks()).prepared(request)

    async def access(self, name: str) -> Access:
        """Return the profile of that name with its key; raises CallError when it cannot be had."""
        if name != EMULATOR and self._others is not None:
            return await self._others(name)
        try:
            return Access(profile_of(await self._emulator.addresses(), name), KEY)
        except EmulatorError as error:
            raise CallError(
                e.Failed(
                    e.FailureKind.SERVER,
                    str(error),
                    tr("Start it again from the profile menu."),
                    charged=e.Charged.NO,
                    retryable=True,
                )
            ) from error
