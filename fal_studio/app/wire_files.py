"""Archives and transcripts of calls, written and read; no network has a part in it."""

import asyncio
import mimetypes
import secrets
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject

from fal_studio.app.keeping import Keeping
from fal_studio.core import events as e
from fal_studio.core import har, transcript
from fal_studio.core.accounts import REPLAY
from fal_studio.core.artifacts import Artifact
from fal_studio.core.call import CallState
from fal_studio.core.data_uris import at_hand
from fal_studio.core.events import Event
from fal_studio.core.realtime import frames
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Mode, Request
from fal_studio.core.transcript import Head, TranscriptError
from fal_studio.figures import number
from fal_studio.modes.http import program_version
from fal_studio.services import replay
from fal_studio.store.files import write_told, write_whole
from fal_studio.store.problems import StoreError, problem_of
from fal_studio.store.transcripts import write_lines
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.wire_files import WireFiles
from fal_studio.words import tr, trn

MOST_BYTES = 1024 * 1024 * 1024
"""A larger file is not read: a replay lives in memory."""


class WireDesk(QObject):
    """Does what the window's commands ask for."""

    def __init__(
        self,
        files: WireFiles,
        calls: Calls,
        keeping: Keeping,
        keys: Iterable[str],
        start: Callable[[str, Coroutine[Any, Any, None]], None],
        parent: QObject | None = None,
    ) -> None:
        """`keys`: those that were used, never to be written anywhere; may grow. `start` begins work in a named slot."""
        super().__init__(parent)
        self._files, self._calls, self._keeping, self._keys, self._start = files, calls, keeping, keys, start
        files.archive_wanted.connect(self._on_archive_wanted)
        files.transcript_wanted.connect(self._on_transcript_wanted)
        files.part_wanted.connect(self._on_part_wanted)
        files.open_wanted.connect(self._on_open_wanted)
        self._opened: dict[str, Path] = {}
        """The files of replays."""
        files.extract_wanted.connect(self._on_extract_wanted)

    def _on_archive_wanted(self, call: str, path: str) -> None:
        self._start(f"archive {path}", self._write_archive(call, Path(path)))

    def _on_transcript_wanted(self, call: str, path: str) -> None:
        self._start(f"transcript {path}", self._write_transcript(call, Path(path)))

    def _on_part_wanted(self, call: str, span_ns: tuple[int, int], path: str) -> None:
        self._start(f"transcript {path}", self._write_transcript(call, Path(path), span_ns))

    def _on_open_wanted(self, path: str) -> None:
        self._start(f"replay {path}", self._open(Path(path)))

    def _on_extract_wanted(self, kind: str, value: Any, path: str) -> None:
        self._start(f"extract {path}", self._write_extract(kind, value, Path(path)))

    async def _write_extract(self, kind: str, value: Any, path: Path) -> None:
        """Write a text, or the pictures on the way in a folder, numbered."""
        load = self._keeping.blobs.load

        def work() -> int:
            try:
                if kind == "text":
                    write_whole(path, str(value).encode(errors="replace"))
                    return 1
                count = 0
                artifacts: list[Artifact] = value
                for item in artifacts:
                    data = at_hand(item, load)
                    if data is None:
                        continue
                    ending = mimetypes.guess_extension(item.content_type or "") or ".bin"
                    count += 1
                    write_whole(path / f"{count:04d}{ending}", data)
            except OSError as error:
                raise problem_of(error, path) from error
            return count

        try:
            count = await asyncio.to_thread(work)
        except StoreError as problem:
            self._files.fail(str(problem))
            return
        if kind == "text":
            self._files.note_saved(str(path), tr("The text is"))
        elif count:
            self._files.note_saved(
                str(path), trn("1 picture is", "{count} pictures are", count).format(count=number(count))
            )
        else:
            self._files.fail(tr("These pictures came as links: save them one by one in the preview."))

    async def _write_archive(self, call: str, path: Path) -> None:
        events, request = tuple(self._calls.events(call)), self._calls.request(call)
        redactor, kept = Redactor(self._keys), self._keeping

        def work() -> None:
            made = har.document(
                events,
                request,
                redactor,
                kept.blobs.load,
                version=program_version(),
                pieces=tuple(kept.transcripts.pieces(call)),
            )
            write_told(path, har.encode(made))

        try:
            await asyncio.to_thread(work)
        except StoreError as problem:
            self._files.fail(str(problem))
        else:
            self._files.note_saved(str(path), tr("The HTTP archive is"))

    async def _write_transcript(self, call: str, path: Path, span_ns: tuple[int, int] | None = None) -> None:
        if (opened := self._opened.get(call)) is not None:
            await self._write_again(opened, path)
            return
        state, events = self._calls.state(call), tuple(self._calls.events(call))
        request = self._calls.request(call)
        redactor, kept = Redactor(self._keys), self._keeping.transcripts

        def work() -> int:
            if not kept.has(call):
                return 0
            head = _head(state, events, request, redactor, is_whole=kept.is_whole(call))
            if span_ns is None:
                return kept.write(head, path)
            only = frames.ranges_of(events, *span_ns)
            return kept.write(msgspec.structs.replace(head, whole=False), path, only)

        try:
            count = await asyncio.to_thread(work)
        except StoreError as problem:
            self._files.fail(str(problem))
            return
        if count:
            self._files.note_saved(
                str(path), tr("The transcript, {count} pieces, is").format(count=number(count))
            )
        else:
            self._files.fail(
                tr("Nothing of this call was recorded: no bytes came, or it is of an older fal Studio.")
            )

    async def _write_again(self, opened: Path, path: Path) -> None:
        """Write a replay as a transcript: read from its file and written anew, so that what cannot be read is noticed."""

        def work() -> int:
            with opened.open("rb") as file:
                head, pieces = transcript.read(file)
            write_lines(path, transcript.lines(head, pieces))
            return len(pieces)

        try:
            count = await asyncio.to_thread(work)
        except (OSError, TranscriptError):
            self._files.fail(
                tr("{name}, which this is a replay of, is not there any more.").format(name=opened.name)
            )
        except StoreError as problem:
            self._files.fail(str(problem))
        else:
            self._files.note_saved(
                str(path), tr("The transcript, {count} pieces, is").format(count=number(count))
            )

    async def _open(self, path: Path) -> None:
        keep = self._keeping.blobs.keep
        call = f"replay-{secrets.token_hex(8)}"

        def work() -> tuple[Head, tuple[Event, ...]]:
            if path.stat().st_size > MOST_BYTES:
                raise TranscriptError(tr("the file is larger than 1 GB"))
            with path.open("rb") as file:
                head, pieces = transcript.read(file)
            return head, replay.events(call, head, pieces, keep)

        try:
            head, events = await asyncio.to_thread(work)
        except TranscriptError as error:
            self._files.fail(tr("{name} cannot be replayed: {error}.").format(name=path.name, error=error))
        except OSError as error:
            self._files.fail(str(problem_of(error, path)))
        else:
            events = tuple(_marked(event) for event in events)
            asked = head.request or Request(head.endpoint, head.mode, {})
            self._calls.hold(call, msgspec.structs.replace(asked, profile=REPLAY), events)
            self._opened[call] = path
            self._files.note_opened(call)


def _marked(event: Event) -> Event:
    """Return the event as one of a replay: it belongs to no profile."""
    if not isinstance(event.fact, e.Started):
        return event
    return msgspec.structs.replace(event, fact=msgspec.structs.replace(event.fact, profile=REPLAY))


def _head(
    state: CallState,
    events: tuple[Event, ...],
    request: Request | None,
    redactor: Redactor,
    *,
    is_whole: bool,
) -> Head:
    content_type = ""
    for event in events:
        if isinstance(event.fact, e.Response):
            headers = {name.lower(): value for name, value in event.fact.headers.items()}
            content_type = headers.get("content-type", "")
    mode = state.mode or Mode.STREAM
    return Head(
        call=state.call,
        wall_s=state.started_wall_s,
        endpoint=state.endpoint,
        mode=mode,
        profile=state.profile,
        request=None if request is None else transcript.clean(request, redactor),
        content_type=content_type if mode is Mode.STREAM else "",
        ended_ns=state.ended_t_ns,
        events=replay.recorded(events, mode),
        whole=is_whole,
    )
