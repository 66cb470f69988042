"""The webhook panel's answers: the address, what came in, and whether a pasted call is genuine."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from fal_studio.modes.base import CallError
from fal_studio.store import preferences
from fal_studio.store.paths import Folders
from fal_studio.store.problems import StoreError
from fal_studio.ui.shell.webhooks import Note, WebhookPanel
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.app.webhooks import WebhookDesk

Do = Callable[[Callable[["Engine"], None]], None]
PROFILE = "emulator"


class Hooks(QObject):
    """Joins one panel to the engine's webhook desk; made when the panel is first opened."""

    def __init__(self, panel: WebhookPanel, do: Do, kept: Folders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self._do = do
        self._kept = kept
        self._desk: WebhookDesk | None = None
        panel.verify_wanted.connect(self._on_verify_wanted)
        panel.tunnel_wanted.connect(self._on_tunnel_wanted)

    def open(self) -> None:
        """Listen, and show the address and what came in."""
        self._do(lambda engine: engine.runner.latest.start("webhooks", self._listen(engine)))

    async def _listen(self, engine: "Engine") -> None:
        desk = await engine.webhooks()
        if self._desk is not desk:
            self._desk = desk
            desk.changed.connect(self._show)
        try:
            await desk.listen(PROFILE)
        except CallError as error:
            self._panel.show_verdict(str(error), is_genuine=False)
        self._show()

    def _show(self) -> None:
        if self._desk is None:
            return
        self._panel.show_address(self._desk.url, self._desk.public_url)
        self._panel.show_received(
            tuple(
                Note(one.wall_s, one.verdict.request_id, one.verdict.is_genuine, one.outcome)
                for one in self._desk.received
            )
        )

    def _on_tunnel_wanted(self, url: str) -> None:
        if self._desk is not None and url != self._desk.public_url:
            self._desk.public_url = url
            self._do(lambda engine: engine.runner.latest.start("tunnel", self._remember(url)))

    async def _remember(self, url: str) -> None:
        def write() -> None:
            settings = preferences.load(self._kept.preferences).settings
            preferences.save(self._kept.preferences, msgspec.structs.replace(settings, webhook_url=url))

        try:
            await asyncio.to_thread(write)
        except StoreError as problem:
            self._panel.show_verdict(
                tr("The address could not be kept: {message}").format(message=problem.message),
                is_genuine=False,
            )

    def _on_verify_wanted(self, headers: str, body: bytes) -> None:
        self._do(lambda engine: engine.runner.latest.start("verify", self._verify(engine, headers, body)))

    async def _verify(self, engine: "Engine", headers: str, body: bytes) -> None:
        desk = await engine.webhooks()
        try:
            verdict = await desk.verify(headers, body, PROFILE)
        except CallError as error:
            self._panel.show_verdict(
                tr("It cannot be checked: {error}").format(error=error), is_genuine=False
            )
            return
        self._panel.show_verdict(verdict.reason, is_genuine=verdict.is_genuine)
