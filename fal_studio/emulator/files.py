"""The files behind the CDN: uploads and what models publish, kept in the data directory."""

import json
import mimetypes
import re
import secrets
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from fal_studio.emulator.addresses import Addresses

KEPT_S = 30 * 86_400
FILE_PATH = re.compile(r"(?:^|/)files/b/emulator/(?P<id>[A-Za-z0-9_-]+)/")
UNSAFE = re.compile(r"[\x00-\x1f/\\:*?\"<>|]")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of the CDN."""

    id: str
    name: str
    content_type: str
    expires_at: float | None = None
    lifecycle: str | None = None
    acl: str = ""
    """What was decided after the upload; "" for nothing."""

    @property
    def is_expired(self) -> bool:
        """Whether its lifetime is over."""
        return self.expires_at is not None and self.expires_at <= time.time()

    @property
    def decision(self) -> str:
        """What its access list decides about those without a rule: allow, forbid or hide."""
        if self.acl:
            return self.acl
        try:
            wish = json.loads(self.lifecycle or "{}")
        except ValueError:
            return "allow"
        acl = wish.get("initial_acl") if isinstance(wish, dict) else None
        return str(acl.get("default", "allow")) if isinstance(acl, dict) else "allow"


class Files:
    """Stores bytes under an id each; every file has a folder with its bytes and its description."""

    def __init__(self, folder: Path, addresses: Addresses) -> None:
        self._folder = folder
        self._addresses = addresses
        folder.mkdir(parents=True, exist_ok=True)

    def tidy(self) -> None:
        """Delete what has expired, and what is older than fal keeps payloads."""
        for folder in list(self._folder.iterdir()):
            stored = self.find(folder.name)
            is_old = folder.stat().st_mtime < time.time() - KEPT_S
            if is_old or (stored is not None and stored.is_expired):
                shutil.rmtree(folder, ignore_errors=True)

    def announce(self, name: str, content_type: str, lifecycle: str | None = None) -> StoredFile:
        """Reserve an id and a name for bytes that come later."""
        clean = UNSAFE.sub("_", unquote(name)).strip(". ")[:150] or "file"
        guessed = mimetypes.guess_type(clean)[0] or "application/octet-stream"
        stored = StoredFile(
            secrets.token_urlsafe(12), clean, content_type or guessed, _expiry(lifecycle), lifecycle
        )
        folder = self._folder / stored.id
        folder.mkdir()
        (folder / "about.json").write_text(json.dumps(asdict(stored)), "utf-8")
        return stored

    def decide(self, stored: StoredFile, decision: str) -> None:
        """Let its access list decide otherwise about those without a rule."""
        about = self._folder / stored.id / "about.json"
        about.write_text(json.dumps(asdict(stored) | {"acl": decision}), "utf-8")

    def add(self, data: bytes, content_type: str, name: str) -> str:
        """Store bytes and return their URL."""
        stored = self.announce(name, content_type)
        self.path(stored).write_bytes(data)
        return self.url(stored)

    def find(self, file_id: str) -> StoredFile | None:
        """Return what is known about an id."""
        about = self._folder / file_id / "about.json"
        if not FILE_PATH.search(f"files/b/emulator/{file_id}/") or not about.is_file():
            return None
        return StoredFile(**json.loads(about.read_text("utf-8")))

    def path(self, stored: StoredFile) -> Path:
        """Return where the bytes are; they may not have arrived yet."""
        return self._folder / stored.id / "bytes"

    def part(self, stored: StoredFile, number: int) -> Path:
        """Return where one part of a multipart upload is."""
        return self._folder / stored.id / f"part-{number}"

    def join(self, stored: StoredFile, numbers: list[int]) -> None:
        """Make the file out of its parts, in the order of their numbers."""
        with self.path(stored).open("wb") as out:
            for number in sorted(numbers):
                part = self.part(stored, number)
                with part.open("rb") as piece:
                    while data := piece.read(1 << 20):
                        out.write(data)
                part.unlink()

    def url(self, stored: StoredFile) -> str:
        """Return the public URL."""
        return f"{self._addresses.cdn}/files/b/emulator/{stored.id}/{quote(stored.name)}"

    def named_by(self, url: str) -> StoredFile | None:
        """Return the file of a URL of this CDN, whatever port it was handed out with."""
        parts = urlsplit(url)
        match = FILE_PATH.search(parts.path)
        return self.find(match["id"]) if match else None


def _expiry(lifecycle: str | None) -> float | None:
    """Read `expiration_duration_seconds` of a lifecycle header."""
    try:
        wish = json.loads(lifecycle or "{}")
    except ValueError:
        return None
    seconds = wish.get("expiration_duration_seconds") if isinstance(wish, dict) else None
    return time.time() + seconds if isinstance(seconds, int | float) else None
