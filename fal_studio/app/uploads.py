"""Files for a request's fields: looked at, found again or sent to fal, and told about on the way."""

import asyncio
import base64
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QMimeDatabase, QObject, QSize, Signal
from PySide6.QtGui import QImageIOHandler, QImageReader

from fal_studio.core import events as e
from fal_studio.core.artifacts import in_bytes
from fal_studio.core.blobs import Load
from fal_studio.core.events import Failed
from fal_studio.core.schema import files
from fal_studio.core.schema.files import FileFacts
from fal_studio.core.uploading import INLINE_MOST_BYTES, FileWish, Step, Uploading
from fal_studio.modes.base import CallError
from fal_studio.services.storage import Storage
from fal_studio.services.transfer import Transfer
from fal_studio.store.uploads import KeptUpload, KeptUploads, hash_of
from fal_studio.words import tr

StorageOf = Callable[[str], Awaitable[Storage]]
"""Returns the storage of a profile by its name; raises CallError."""
TELL_EVERY_S = 0.05
FileKey = tuple[str, str, int | None, bool]


class Uploads(QObject):
    """Does one wish after the other under names of the caller's choosing; a new wish under a name replaces the old."""

    changed = Signal(str, object)
    """The name of a wish and its Uploading."""

    def __init__(
        self, storage_of: StorageOf, kept: KeptUploads, load: Load, parent: QObject | None = None
    ) -> None:
        """`load` returns kept bytes, for wishes that name them by their hash."""
        super().__init__(parent)
        self._load = load
        self._storage_of = storage_of
        self._kept = kept
        self._broken: dict[FileKey, Transfer] = {}
        """Files that broke off: the same one wanted again goes on where it stopped."""
        self._states: dict[str, Uploading] = {}
        self._told_s: dict[str, float] = {}

    def state(self, name: str) -> Uploading | None:
        """Return how far a wish is, None for one that was never made."""
        return self._states.get(name)

    def give_up(self, name: str) -> None:
        """Tell of a wish that is given up before its work has begun: a task that is cancelled then never runs."""
        if name not in self._states:
            self._end(name, Step.CANCELLED, "", "")

    def forget(self, name: str) -> None:
        """Drop what is remembered of a wish, for example when its request is closed."""
        for known in (self._states, self._told_s):
            known.pop(name, None)

    async def fulfil(self, name: str, wish: FileWish) -> None:
        """The same for those who only listen to `changed`."""
        await self.perform(name, wish)

    async def perform(self, name: str, wish: FileWish) -> str:
        """Fulfil a wish and return the file's URL, "" when it failed; the same wish again goes on where it stopped."""
        self._put(name, Uploading(Path(wish.path).name))
        folder = ""
        try:
            if wish.sha256:
                folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="fal-studio-")
                path = await asyncio.to_thread(self._laid, wish, Path(folder))
                wish = replace(wish, path=str(path))
            facts = await asyncio.to_thread(look_at, Path(wish.path))
            if wish.field is not None and (reasons := files.problems(wish.field, facts)):
                self._end(
                    name, Step.REFUSED, " ".join(reasons), tr("Choose another file, or change this one.")
                )
                return ""
            return await (self._put_in if wish.is_inline else self._sent)(name, wish, facts)
        except KeyError:
            why = tr("{name} is not kept on this machine any more.").format(name=Path(wish.path).name)
            self._end(name, Step.FAILED, why, tr("Choose another file."))
            return ""
        except CallError as error:
            fact = error.fact
            next_step = fact.next_step if isinstance(fact, Failed) else ""
            self._end(name, Step.FAILED, str(error), next_step)
            return ""
        except OSError as error:
            why = tr("{name} cannot be read: {strerror}.").format(
                name=Path(wish.path).name, strerror=error.strerror or error
            )
            self._end(name, Step.FAILED, why, tr("Choose the file again."))
            return ""
        except asyncio.CancelledError:
            self._end(name, Step.CANCELLED, "", "")
            raise
        finally:
            if folder:
                self._broken.pop(_key(wish), None)  # the file it would go on with is gone
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _laid(self, wish: FileWish, folder: Path) -> Path:
        """Lay kept bytes into a folder under their name. Raises KeyError and OSError. Blocks."""
        path = folder / (Path(wish.path).name or wish.sha256[:12])
        path.write_bytes(self._load(wish.sha256))
        return path

    async def _put_in(self, name: str, wish: FileWish, facts: FileFacts) -> str:
        """Make the file a part of the request itself."""
        size = facts.size_bytes
        if size > INLINE_MOST_BYTES:
            why = tr("{name} has {size}; a request takes at most {inline_most_bytes} in itself.").format(
                name=facts.name, size=in_bytes(size), inline_most_bytes=in_bytes(INLINE_MOST_BYTES)
            )
            self._end(name, Step.REFUSED, why, tr("Upload it instead."))
            return ""
        uri = await asyncio.to_thread(data_uri, Path(wish.path), facts.content_type)
        self._put(name, Uploading(facts.name, Step.DONE, size, size, uri, is_inline=True))
        return uri

    async def _sent(self, name: str, wish: FileWish, facts: FileFacts) -> str:
        storage = await self._storage_of(wish.profile)
        sha256 = await asyncio.to_thread(hash_of, Path(wish.path))
        place = storage.place
        earlier = await asyncio.to_thread(
            self._kept.find,
            sha256,
            facts.size_bytes,
            place,
            time.time(),
            is_restricted=wish.is_restricted,
        )
        if earlier is not None:
            if await storage.exists(earlier.url, facts.size_bytes, is_restricted=earlier.is_restricted):
                done = Uploading(
                    Path(wish.path).name, Step.DONE, facts.size_bytes, 0, earlier.url, is_reused=True
                )
                self._put(name, done)
                return earlier.url
            await asyncio.to_thread(self._kept.note_gone, earlier.url, time.time())
        self._put(name, Uploading(Path(wish.path).name, Step.SENDING, facts.size_bytes))
        # Out of the list while it runs: a second field with the same file begins its own.
        transfer = self._broken.pop(_key(wish), None) or Transfer(
            storage, Path(wish.path), lifetime_s=wish.lifetime_s, is_restricted=wish.is_restricted
        )
        try:
            url = await transfer.run(lambda fact: self._hear(name, fact))
        except BaseException:
            self._broken[_key(wish)] = transfer
            raise
        now_s = time.time()
        expires_s = now_s + wish.lifetime_s if wish.lifetime_s is not None else None
        upload = KeptUpload(
            sha256,
            facts.size_bytes,
            place,
            url,
            Path(wish.path).name,
            now_s,
            expires_s,
            wish.profile,
            wish.is_restricted,
        )
        await asyncio.to_thread(self._kept.add, upload)
        self._put(name, Uploading(Path(wish.path).name, Step.DONE, facts.size_bytes, facts.size_bytes, url))
        return url

    def _hear(self, name: str, fact: e.Fact) -> None:
        state = self._states.get(name)
        if state is None:
            return
        match fact:
            case e.Upload(sent_bytes=sent, total_bytes=total):
                self._states[name] = msgspec.structs.replace(state, sent_bytes=sent, size_bytes=total)
                now_s = time.monotonic()
                if sent == total or now_s - self._told_s.get(name, 0.0) >= TELL_EVERY_S:
                    self._told_s[name] = now_s
                    self.changed.emit(name, self._states[name])
            case e.Trouble(message=message):
                self._put(name, msgspec.structs.replace(state, trouble=message))
            case _:
                pass

    def _end(self, name: str, step: Step, why: str, next_step: str) -> None:
        state = self._states.get(name) or Uploading("")
        self._put(name, msgspec.structs.replace(state, step=step, trouble=why, next_step=next_step))

    def _put(self, name: str, state: Uploading) -> None:
        self._states[name] = state
        self.changed.emit(name, state)


def _key(wish: FileWish) -> FileKey:
    return wish.path, wish.profile, wish.lifetime_s, wish.is_restricted


def data_uri(path: Path, content_type: str) -> str:
    """Return a file as a data URI. Raises OSError. Blocks."""
    body = base64.b64encode(path.read_bytes()).decode()
    return f"data:{content_type or 'application/octet-stream'};base64,{body}"


def look_at(path: Path) -> FileFacts:
    """Return what a file is, by its bytes; pixels of pictures without decoding them. Raises OSError. Blocks."""
    size = path.stat().st_size
    content_type = QMimeDatabase().mimeTypeForFile(str(path), QMimeDatabase.MatchMode.MatchContent).name()
    if content_type == "application/octet-stream":  # the bytes say nothing
        by_name = QMimeDatabase().mimeTypeForFile(str(path), QMimeDatabase.MatchMode.MatchExtension).name()
        content_type = "" if by_name == "application/octet-stream" else by_name
    pixels = _pixels(path) if content_type.startswith("image/") else QSize()
    width, height = (pixels.width(), pixels.height()) if pixels.isValid() else (None, None)
    return FileFacts(path.name, size, content_type, width, height)


def _pixels(path: Path) -> QSize:
    reader = QImageReader(str(path))
    size = reader.size()
    # A camera's picture may lie on its side; a model sees it upright.
    is_turned = bool(
        reader.transformation().value & QImageIOHandler.Transformation.TransformationRotate90.value
    )
    return size.transposed() if is_turned else size
