"""Where the bytes of an artifact come from: a blob, a data URI, or a download that somebody else does."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from fal_studio.core.artifacts import Artifact
from fal_studio.core.blobs import Load
from fal_studio.core.data_uris import at_hand, of_data_uri
from fal_studio.words import tr

KEEP_BYTES = 192 * 1024 * 1024
AT_ONCE_CHARS = 65_536
"""A longer data URI is read outside the window's thread."""
_DAMAGED = tr("The result holds this file as text, and the text is damaged. The JSON tab shows what came.")


class _Answers(QObject):
    ready = Signal(str, object)


class _Unpacking(QRunnable):
    def __init__(self, uri: str) -> None:
        super().__init__()
        self.answers = _Answers()
        self._uri = uri

    def run(self) -> None:
        self.answers.ready.emit(self._uri, of_data_uri(self._uri))


class Bytes(QObject):
    """Hands out bytes, asks for downloads once, and keeps the recent ones."""

    wanted = Signal(str)
    """A URL to download; answer with `put` or `fail`."""
    file_wanted = Signal(str)
    """A URL whose file is wanted on the disk; answer with `put_file`, or with `put` or `fail`."""
    arrived = Signal(str)
    """The key of an artifact whose bytes are here now."""
    failed = Signal(str, str)
    moved = Signal(str, object, object)
    """A key, how many bytes are here, and how many there will be (None if nobody knows)."""

    def __init__(self, load: Load, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load = load
        self.path_of: Callable[[str], str] = _nowhere
        """Returns where the file of a blob is, "" if it has none."""
        self._files: dict[str, tuple[str, str]] = {}
        self._kept: dict[str, tuple[bytes, str]] = {}
        self._asked: set[str] = set()
        self._size = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def get(self, artifact: Artifact) -> tuple[bytes, str] | None:
        """Return bytes and content type, or None: then `arrived` or `failed` will tell."""
        if artifact.blob is not None:
            try:
                return self._load(artifact.blob.sha256), artifact.content_type
            except KeyError:
                self.failed.emit(
                    artifact.key, tr("The bytes of this result are no longer kept. Run it again.")
                )
                return None
        if artifact.url.startswith("data:") and len(artifact.url) <= AT_ONCE_CHARS:
            found = of_data_uri(artifact.url)
            if found is None:
                self.failed.emit(artifact.key, _DAMAGED)
            return found
        found = self._kept.get(artifact.url)
        if found is None and artifact.url not in self._asked:
            self._asked.add(artifact.url)
            self._ask(artifact.url)
        return found

    def at_hand(self, artifact: Artifact) -> tuple[bytes, str] | None:
        """Return the same only where nothing has to be fetched for it."""
        is_inside = artifact.blob is not None or artifact.url.startswith("data:")
        return self.get(artifact) if is_inside else self._kept.get(artifact.url)

    def reading(self, artifact: Artifact) -> Callable[[], bytes]:
        """Return what reads the bytes of an artifact that came along, in any thread; b"" where they are gone. It may block."""
        load = self._load
        return lambda: at_hand(artifact, load) or b""

    def file(self, artifact: Artifact) -> tuple[str, str] | None:
        """Return path and content type of a large file on the disk, without reading it; None: see `get`, or wait for `arrived`.

        Who gets None and wants bytes after `arrived` asks `file` once more, then `get`.
        """
        if artifact.blob is not None:
            path = self.path_of(artifact.blob.sha256)
            return (path, artifact.content_type) if path else None
        return self._files.get(artifact.url)

    def want_file(self, artifact: Artifact) -> None:
        """Ask for a file on the disk; `arrived` or `failed` will tell."""
        if artifact.blob is not None or artifact.url.startswith("data:"):
            if self.get(artifact) is not None:
                self.arrived.emit(artifact.key)
        elif artifact.url in self._files or artifact.url in self._kept:
            self.arrived.emit(artifact.key)
        elif artifact.url not in self._asked:
            self._asked.add(artifact.url)
            self.file_wanted.emit(artifact.url)

    def put_file(self, url: str, path: str, content_type: str) -> None:
        """Take the news of where the file of a URL is."""
        self._asked.discard(url)
        self._files[url] = (path, content_type)
        self.arrived.emit(url)

    def close(self) -> None:
        """Wait for a file that is being read from text."""
        self._pool.clear()
        self._pool.waitForDone(3000)

    def _ask(self, url: str) -> None:
        if not url.startswith("data:"):
            self.wanted.emit(url)
            return
        work = _Unpacking(url)
        work.answers.ready.connect(self._on_unpacked)
        self._pool.start(work)

    def _on_unpacked(self, uri: str, found: tuple[bytes, str] | None) -> None:
        if found is None:
            self.fail(uri, _DAMAGED)
        else:
            self.put(uri, *found)

    def put(self, url: str, data: bytes, content_type: str) -> None:
        """Take a download."""
        self._asked.discard(url)
        self._kept[url] = (data, content_type)
        self._size += len(data)
        while self._size > KEEP_BYTES and len(self._kept) > 1:
            oldest = next(iter(self._kept))
            self._size -= len(self._kept.pop(oldest)[0])
        self.arrived.emit(url)

    def tell(self, url: str, received_bytes: int, total_bytes: int | None) -> None:
        """Take the news of how far a download is."""
        self.moved.emit(url, received_bytes, total_bytes)

    def fail(self, url: str, message: str) -> None:
        """Take the news that a download did not work; asking again tries again."""
        self._asked.discard(url)
        self.failed.emit(url, message)


def _nowhere(_sha256: str) -> str:
    return ""
