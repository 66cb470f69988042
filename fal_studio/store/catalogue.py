"""What is known of models without the network: their records, documents and how old that is."""

import hashlib
import logging
import re
import threading
from pathlib import Path
from typing import Any

import msgspec

from fal_studio.core.model import Model
from fal_studio.core.request import Json
from fal_studio.store.files import write_whole

_logger = logging.getLogger(__name__)


class KeptDocument(msgspec.Struct, frozen=True):
    """An endpoint's OpenAPI document, and the one that people know if that was another."""

    endpoint: str
    fetched_s: float
    """When it was last asked for; calendar time, seconds since 1970."""
    document: Json
    schema_hash: str = ""
    since_s: float = 0.0
    """When this version was first seen."""
    before: Json = None
    """The document before the change that nobody has acknowledged yet; None if there was none."""
    before_hash: str = ""
    before_s: float = 0.0
    """When the document before was last seen."""


class _Records(msgspec.Struct, frozen=True):
    fetched_s: float = 0.0
    models: tuple[Model, ...] = ()


class KeptCatalogue:
    """The catalogue of one profile on disk. Blocks: not for the UI thread. A damaged file is as good as none.

    May be used by several threads at once.
    """

    def __init__(self, folder: Path, profile: str) -> None:
        self._folder = folder / _file_name(profile)
        self._lock = threading.RLock()

    def models(self) -> tuple[tuple[Model, ...], float]:
        """Return all models that were ever listed, and when the newest of them came in (0: never)."""
        kept = self._read(self._folder / "models.json", _Records) or _Records()
        return kept.models, kept.fetched_s

    def add_models(self, models: tuple[Model, ...], now_s: float, *, is_whole: bool = False) -> None:
        """Remember models; `is_whole`: the catalogue has these and no others."""
        with self._lock:
            known = {} if is_whole else {model.id: model for model in self.models()[0]}
            known |= {model.id: model for model in models}
            self._write(self._folder / "models.json", _Records(now_s, tuple(known.values())))

    def picture(self, name: str) -> bytes | None:
        """Return a thumbnail that was kept."""
        try:
            return self._picture_path(name).read_bytes()
        except OSError:
            return None

    def add_picture(self, name: str, data: bytes) -> None:
        """Keep a thumbnail."""
        try:
            write_whole(self._picture_path(name), data)
        except OSError:
            _logger.warning("a thumbnail cannot be kept", exc_info=True)

    def document(self, endpoint: str) -> KeptDocument | None:
        """Return what is known of an endpoint's document."""
        return self._read(self._path_of(endpoint), KeptDocument)

    def add_document(self, endpoint: str, document: Json, schema_hash: str, now_s: float) -> KeptDocument:
        """Remember a document that was just fetched; the version before a change stays beside it until `accept`."""
        with self._lock:
            kept = _renewed(self.document(endpoint), endpoint, document, schema_hash, now_s)
            self._write(self._path_of(endpoint), kept)
        return kept

    def accept(self, endpoint: str) -> None:
        """Forget the version before a change: somebody has seen what changed."""
        with self._lock:
            kept = self.document(endpoint)
            if kept is not None and kept.before is not None:
                seen = msgspec.structs.replace(kept, before=None, before_hash="", before_s=0.0)
                self._write(self._path_of(endpoint), seen)

    def _picture_path(self, name: str) -> Path:
        return self._folder / "pictures" / _file_name(name)

    def _path_of(self, endpoint: str) -> Path:
        return self._folder / "documents" / f"{_file_name(endpoint)}.json"

    def _read(self, path: Path, kind: type[Any]) -> Any:
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            _logger.warning("%s cannot be read; it is fetched anew", path)
            return None

    def _write(self, path: Path, value: object) -> None:
        try:
            write_whole(path, msgspec.json.encode(value))
        except OSError:
            _logger.warning("%s cannot be written", path, exc_info=True)


def _renewed(
    old: KeptDocument | None, endpoint: str, document: Json, schema_hash: str, now_s: float
) -> KeptDocument:
    if old is None:
        return KeptDocument(endpoint, now_s, document, schema_hash, now_s)
    if old.schema_hash == schema_hash:
        return msgspec.structs.replace(old, fetched_s=now_s, document=document)
    if old.before is None:
        before = (old.document, old.schema_hash, old.fetched_s)
    elif old.before_hash == schema_hash:
        before = (None, "", 0.0)  # it was changed back
    else:
        before = (old.before, old.before_hash, old.before_s)
    return KeptDocument(endpoint, now_s, document, schema_hash, now_s, *before)


def _file_name(name: str) -> str:
    """Return a name that is safe on every system and differs where `name` does."""
    plain = re.sub(r"[^a-z0-9._-]+", "_", name.lower()).strip("._")[:80]
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
