"""Results saved in the media folder: every one if a person wants that, or those that are asked for; with their request beside."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fal_studio.core import artifacts, carried, naming
from fal_studio.core import events as e
from fal_studio.core.artifacts import Artifact
from fal_studio.core.call import CallState, fold
from fal_studio.core.carried import Carried
from fal_studio.core.events import Event
from fal_studio.core.request import Json, Mode, Request
from fal_studio.core.settings import Settings
from fal_studio.core.written import Writes, writes_of
from fal_studio.services.media import MediaError
from fal_studio.store import media
from fal_studio.store.problems import StoreError
from fal_studio.words import tr, trn

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.app.program import Program
    from fal_studio.app.results import Results


WHOLE_UP_TO_BYTES = 128 * 1024 * 1024
"""A larger file is copied as it is, with its request only beside it."""


class SavingResults:
    """Listens for results while the engine is there."""

    def __init__(self, program: "Program", results: "Results", engine: "Engine") -> None:
        self._program, self._results, self._engine = program, results, engine
        self._folder = program.kept.media
        program.window.keep_wanted.connect(self._on_keep_wanted)
        self._forget: Callable[[], None] = program.log.subscribe(self._on_event)

    def close(self) -> None:
        """Listen no more."""
        self._forget()
        self._program.window.keep_wanted.disconnect(self._on_keep_wanted)

    def _on_event(self, event: Event) -> None:
        if isinstance(event.fact, e.Output) and self._program.calls.request(event.call) is not None:
            work = self._save_if_wanted(event.call, event.fact.payload)
            self._engine.runner.latest.start(f"save results of {event.call}", work)

    def _on_keep_wanted(self, call: str, files: tuple[Artifact, ...]) -> None:
        self._engine.runner.latest.start(f"save {call} {files[0].key[:80]}", self._save(call, files))

    async def _save_if_wanted(self, call: str, payload: Json) -> None:
        settings = await asyncio.to_thread(self._program.settings)
        request = self._program.calls.request(call)
        if settings.save_results and request is not None and request.mode is not Mode.REALTIME:
            files = await asyncio.to_thread(artifacts.find, payload)
            if files:
                await self._save(call, files, is_quiet=True)

    async def _save(self, call: str, files: tuple[Artifact, ...], *, is_quiet: bool = False) -> None:
        window = self._program.window
        settings = await asyncio.to_thread(self._program.settings)
        paths: list[Path] = []
        for number, file in enumerate(files, 1):
            try:
                data = await self._content(file)
                path = await asyncio.to_thread(self._write, call, file, number, data, settings)
            except (MediaError, StoreError, KeyError) as problem:
                why = tr("Its bytes are no longer kept.") if isinstance(problem, KeyError) else str(problem)
                window.files.told.emit(
                    tr("{name} could not be saved. {why}").format(name=file.name, why=why), "bad"
                )
            else:
                paths.append(path)
                window.outlets.kept(file.key, path)
        if not paths:
            return
        words = trn("Saved {paths}", "Saved {count} files in {parent}", len(paths)).format(
            paths=paths[0], count=len(paths), parent=paths[0].parent
        )
        if is_quiet:
            window.status.tell(words)
        else:
            window.files.told.emit(words, "good")

    async def _content(self, file: Artifact) -> bytes | Path:
        """Return the bytes of a file, of a large one where it is on the disk."""
        if file.url.startswith("http"):
            kept = await self._results.file(file.url)
            if kept is not None and await asyncio.to_thread(_is_large, kept[0]):
                return Path(kept[0])
        return await self._bytes(file)

    async def _bytes(self, file: Artifact) -> bytes:
        if file.blob is not None:
            return await asyncio.to_thread(self._program.blobs.load, file.blob.sha256)
        if file.url.startswith("data:"):
            found = self._program.window.bytes_of.get(file)
            if found is None:
                raise MediaError(tr("It is still being read; try again in a moment."))
            return found[0]
        return (await self._results.fetch(file.url)).data

    def _write(self, call: str, file: Artifact, number: int, data: bytes | Path, settings: Settings) -> Path:
        """Write a file, and its request beside it; blocks."""
        request, state = self._about(call)
        whole = writes_of(request, state, carries_request=True) if request is not None else Writes()
        writes = whole if settings.carry_request else Writes(None, whole.described)
        *folders, name = naming.filled(
            settings.name_template,
            facts_of(request, whole.carried, file, number, self._began_s(call)),
            file.content_type,
        )
        account = self._program.window.accounts.account(request.profile) if request is not None else None
        chosen = account.media_folder if account is not None else ""
        chosen = chosen or settings.media_folder
        folder = Path(chosen).expanduser() if chosen else self._folder
        folder = folder.joinpath(*folders)
        content = data if isinstance(data, Path) else writes.into(data, file)
        path = media.save(content, folder, name, file.content_type)
        if (carries := writes.of(file)) is None:
            return path
        beside = msgspec.json.format(msgspec.json.encode(carried.slim(carries)), indent=2)
        media.save(beside + b"\n", path.parent, f"{path.name}.json")
        return path

    def _about(self, call: str) -> tuple[Request | None, CallState]:
        events = self._program.log.of(call)
        # The log knows of an end at once, the window a frame later.
        state = fold(events, call) if events else self._program.calls.state(call)
        return self._program.calls.request(call), state

    def _began_s(self, call: str) -> float:
        events = self._program.log.of(call)
        fact = events[0].fact if events else None
        return fact.wall_s if isinstance(fact, e.Started) else 0.0


def _is_large(path: str) -> bool:
    try:
        return Path(path).stat().st_size > WHOLE_UP_TO_BYTES
    except OSError:
        return False


def facts_of(
    request: Request | None, about: Carried | None, file: Artifact, number: int, began_s: float
) -> dict[str, str]:
    """Return what the words of a name template stand for."""
    facts = {"index": str(number), "name": file.name, **naming.moment(began_s)}
    if request is None or about is None:
        return facts
    arguments = request.arguments if isinstance(request.arguments, dict) else {}
    seed = about.seed if about.seed is not None else arguments.get("seed")
    prompt = arguments.get("prompt")
    return facts | {
        "endpoint": request.endpoint,
        "model": request.endpoint.partition("/")[2],
        "mode": str(request.mode),
        "profile": request.profile,
        "seed": str(seed) if isinstance(seed, int) else "",
        "request_id": about.request_id,
        "prompt": prompt if isinstance(prompt, str) else "",
    }
