"""Calls that leave for good: first as a folder that people can read, for the system's trash; then out of the ledger."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from fal_studio.core.history import CallRow
from fal_studio.core.names import safe_name
from fal_studio.store import finding, telling
from fal_studio.store.problems import problem_of

T = TypeVar("T")


class Leaving(NamedTuple):
    """A call on its way out."""

    row: CallRow
    record: dict[str, Any]
    """Everything that is known of it, without secrets, ready for JSON."""
    files: Sequence[telling.File]


class Left(NamedTuple):
    """What is gone from the ledger."""

    calls: int
    blobs: tuple[str, ...]
    """Blobs that nothing refers to any more."""
    urls: tuple[str, ...]
    """Files of results that may have been on their way."""


def remove(connection: sqlite3.Connection, calls: Iterable[str]) -> Left:
    """Remove calls that have ended, with everything that belongs to them."""
    numbers: list[int] = []
    blobs: set[str] = set()
    urls: set[str] = set()
    for call in calls:
        row = finding.row(connection, call)
        if row is None or not row.ended:
            continue
        number = (row.id,)
        numbers.append(row.id)
        blobs |= {sha for (sha,) in connection.execute("SELECT sha256 FROM call_blobs WHERE id = ?", number)}
        for url, sha256 in connection.execute("SELECT url, sha256 FROM outputs WHERE id = ?", number):
            urls.add(url)
            blobs |= {sha256} if sha256 else set()
        connection.execute("DELETE FROM events WHERE call = ?", (call,))
        for table, column in _TABLES:
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", number)  # noqa: S608 - constants
    return Left(
        len(numbers), tuple(sorted(sha for sha in blobs if not _is_used(connection, sha))), tuple(urls)
    )


def forget_words(connection: sqlite3.Connection) -> None:
    """Take the words of removed calls out of the index, which otherwise keeps them until it is tidied."""
    connection.execute("INSERT INTO calls_text (calls_text) VALUES ('optimize')")


_TABLES = (
    ("calls_text", "rowid"),
    ("requests", "id"),
    ("outputs", "id"),
    ("call_blobs", "id"),
    ("calls", "id"),
)


def _is_used(connection: sqlite3.Connection, sha256: str) -> bool:
    sql = (
        "SELECT EXISTS (SELECT 1 FROM call_blobs WHERE sha256 = ?1)"
        " OR EXISTS (SELECT 1 FROM outputs WHERE sha256 = ?1)"
    )
    return bool(connection.execute(sql, (sha256,)).fetchone()[0])


class LeavingFolder:
    """A folder with a folder for each call: its record as JSON, and its files under plain names.

    Blocks; what it raises is a StoreError.
    """

    def __init__(self, parent: Path, name: str, path_of: Callable[[str], Path]) -> None:
        """`path_of`: where the blob of a hash is."""
        self._path_of = path_of

        def work() -> Path:
            parent.mkdir(parents=True, exist_ok=True)
            return _new_folder(parent, name)

        self.path = _do(parent, work)

    def add(self, one: Leaving) -> None:
        """Write one call."""

        def work() -> None:
            folder = _new_folder(self.path, _title(one.row))
            (folder / "call.json").write_bytes(msgspec.json.format(msgspec.json.encode(one.record), indent=2))
            for file in one.files:
                self._add_file(folder, file)

        _do(self.path, work)

    def drop(self) -> None:
        """Delete it: it did not get into the trash."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _add_file(self, folder: Path, file: telling.File) -> None:
        if not file.sha256 or not (source := self._path_of(file.sha256)).is_file():
            return
        target = _free(folder, safe_name(file.name, file.content_type))
        try:
            os.link(source, target)  # costs no room
        except OSError:
            shutil.copyfile(source, target)


def _do(path: Path, work: Callable[[], T]) -> T:
    try:
        return work()
    except OSError as error:
        raise problem_of(error, path) from error


def _new_folder(parent: Path, name: str) -> Path:
    path = _free(parent, safe_name(name))
    path.mkdir()
    return path


def _free(folder: Path, name: str) -> Path:
    path, number = folder / name, 2
    stem, dot, ending = name.rpartition(".")
    while path.exists():
        path = folder / (f"{stem} ({number}).{ending}" if dot and stem else f"{name} ({number})")
        number += 1
    return path


def _title(row: CallRow) -> str:
    words = " ".join(row.prompt.split()[:6])[:50]
    stamp = telling.moment(row.created_s)[:19].replace("T", " ").replace(":", ".")
    title = ", ".join(part for part in (stamp, row.endpoint.replace("/", " "), words) if part)
    return title.replace("/", "_").replace("\\", "_")  # a title, not a path
