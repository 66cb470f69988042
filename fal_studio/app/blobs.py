"""Bytes of results in memory: the newest ones up to a limit."""

from fal_studio.core.blobs import Blob, blob_of

LIMIT_BYTES = 384 * 1024 * 1024


class MemoryBlobs:
    """Keeps bytes by their SHA-256; the oldest go first when there are too many."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._kept: dict[str, bytes] = {}
        self._size = 0

    def keep(self, data: bytes, content_type: str) -> Blob:
        """Keep bytes and return their reference."""
        blob = blob_of(data, content_type)
        if self._kept.pop(blob.sha256, None) is None:
            self._size += len(data)
        self._kept[blob.sha256] = data
        while self._size > self._limit and len(self._kept) > 1:
            self._size -= len(self._kept.pop(next(iter(self._kept))))
        return blob

    def load(self, sha256: str) -> bytes:
        """Return kept bytes; raises KeyError when they are gone."""
        return self._kept[sha256]
