"""The window's door to kept bytes: it is there before the store is."""

from typing import TYPE_CHECKING

from fal_studio.core.blobs import Blob

if TYPE_CHECKING:
    from fal_studio.store.blobs import BlobStore


class Blobs:
    """Passes on to the store, which is loaded after the window is on screen and before the first call."""

    def __init__(self) -> None:
        self._store: BlobStore | None = None

    def use(self, store: "BlobStore") -> None:
        """Pass on to this store from now on."""
        self._store = store

    def keep(self, data: bytes, content_type: str) -> Blob:
        """Keep bytes and return their reference."""
        assert self._store is not None, "no call starts before the store is there"
        return self._store.keep(data, content_type)

    def path(self, sha256: str) -> str:
        """Return where the file of kept bytes is; "" if they have none, or not yet."""
        path = self._store.file_of(sha256) if self._store is not None else None
        return "" if path is None else str(path)

    def load(self, sha256: str) -> bytes:
        """Return kept bytes; raises KeyError when they are gone."""
        if self._store is None:
            raise KeyError(sha256)
        return self._store.load(sha256)
