"""The answers of the panel about what left this machine: the ledger's calls, the uploads, export and deletion."""

import asyncio
import time
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from PySide6.QtCore import QObject

from fal_studio.app.forgetting import forget
from fal_studio.core import events as e
from fal_studio.core.redact import Redactor
from fal_studio.core.sent import Sent, What, as_csv, as_json
from fal_studio.figures import number
from fal_studio.modes.base import CallError
from fal_studio.services import access
from fal_studio.store.files import write_told
from fal_studio.store.problems import StoreError
from fal_studio.store.uploads import KeptUploads
from fal_studio.ui.shell.sent_panel import SentPanel
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.app.program import Program

NEWEST = 2_000


class SentDesk(QObject):
    """Joins the panel to ledger and fal; made when the panel is first opened."""

    def __init__(self, panel: SentPanel, program: "Program") -> None:
        super().__init__(program)
        self._panel, self._program = panel, program
        panel.export_wanted.connect(self._on_export_wanted)
        panel.delete_wanted.connect(self._on_delete_wanted)
        panel.limit_wanted.connect(self._on_limit_wanted)

    def open(self) -> None:
        """Read what was sent."""
        self._program.records.sent(NEWEST, self._take)

    def _take(self, done: "Future[tuple[Sent, ...]]") -> None:
        self._program.start("sent", self._show(done))

    async def _show(self, done: "Future[tuple[Sent, ...]]") -> None:
        try:
            calls = done.result()
        except StoreError as problem:
            self._panel.tell(str(problem), is_good=False)
            return
        files = await asyncio.to_thread(_files, self._program.uploaded)
        found = sorted((*calls, *files), key=lambda one: one.wall_s, reverse=True)
        self._panel.show_sent(tuple(found))

    def _on_export_wanted(self, path: str, found: tuple[Sent, ...]) -> None:
        self._program.start("export sent", self._export(Path(path), found))

    async def _export(self, path: Path, found: tuple[Sent, ...]) -> None:
        redactor = Redactor(self._program.funnel.secrets)

        def work() -> None:
            clean = [msgspec.structs.replace(one, text=redactor.text(one.text)) for one in found]
            write_told(path, as_json(clean) if path.suffix == ".json" else as_csv(clean))

        try:
            await asyncio.to_thread(work)
        except StoreError as problem:
            self._panel.tell(str(problem), is_good=False)
        else:
            self._panel.tell(
                tr("{count} lines saved to {path}.").format(count=number(len(found)), path=path), is_good=True
            )

    def _on_delete_wanted(self, call: str, profile: str, request_id: str) -> None:
        self._program.do(
            lambda engine: engine.runner.latest.start(
                f"delete {request_id}", self._delete(engine, call, profile, request_id)
            )
        )

    async def _delete(self, engine: "Engine", call: str, profile: str, request_id: str) -> None:
        try:
            gone = await forget(engine, self._program.window.accounts, profile, request_id)
        except CallError as error:
            self._panel.tell(f"{error} {getattr(error.fact, 'next_step', '')}".strip(), is_good=False)
            return
        await self._note(call, e.Forgotten(time.time(), gone.files, gone.left))
        files = tr(" {files} files went with them.").format(files=gone.files) if gone.files else ""
        bad = (
            tr(" {left} files could not be deleted: try again later.").format(left=gone.left)
            if gone.left
            else ""
        )
        key = (
            tr(" It was asked with the key {profile}.").format(profile=gone.profile)
            if gone.profile != profile
            else ""
        )
        self._panel.tell(
            tr("fal deleted inputs and outputs of this request.{files}{bad}{key}").format(
                files=files, bad=bad, key=key
            ),
            is_good=not gone.left,
        )

    def _on_limit_wanted(self, profile: str, url: str) -> None:
        self._program.do(
            lambda engine: engine.runner.latest.start(f"limit {url}", self._limit(engine, profile, url))
        )

    async def _limit(self, engine: "Engine", profile: str, url: str) -> None:
        try:
            await access.restrict(await engine.runner.http(profile), url)
        except CallError as error:
            self._panel.tell(f"{error} {getattr(error.fact, 'next_step', '')}".strip(), is_good=False)
            return
        kept = self._program.uploaded
        await asyncio.to_thread(kept.note_restricted, url)
        self._panel.note_limited(url)
        self._panel.tell(tr("fal refuses this file to everybody but the account now."), is_good=True)

    async def _note(self, call: str, fact: e.Forgotten) -> None:
        """Write down that it is gone, and show it."""
        program = self._program
        if program.results is not None:
            await program.results.bring_back(call)
        if program.log.of(call):
            program.log.append(call, fact)
            self._panel.note_deleted(call, fact.wall_s, fact.left)


def _files(kept: KeptUploads) -> tuple[Sent, ...]:
    return tuple(
        Sent(
            What.FILE,
            one.uploaded_s,
            one.profile,
            (urlsplit(one.url).netloc,),
            one.name,
            size_bytes=one.size_bytes,
            sha256=one.sha256,
            url=one.url,
            expires_s=one.expires_s,
            is_restricted=one.is_restricted,
            gone_s=one.gone_s,
        )
        for one in kept.all()
    )


def join(panel: SentPanel, program: "Program") -> SentDesk:
    """Return what answers the panel."""
    return SentDesk(panel, program)
