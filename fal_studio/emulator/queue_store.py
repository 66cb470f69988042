"""Jobs on disk, so that a queued request outlives the server that took it."""

import sqlite3
from pathlib import Path

Row = tuple[str, str, bytes, bytes | None]


class QueueStore:
    """One table in one SQLite file; every write is there when the call returns.

    Raises sqlite3.OperationalError when another server has the file.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, timeout=0.2, isolation_level=None)
        # One server for one data directory: two would run each job twice.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        # A killed server loses nothing with these; a power cut may cost the last writes, which is fine here.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS jobs"
            " (request_id TEXT PRIMARY KEY, about TEXT NOT NULL, body BLOB NOT NULL, answer BLOB) STRICT"
        )

    def save(self, row: Row) -> None:
        """Write a job, new or changed."""
        self._db.execute("INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?)", row)

    def delete(self, request_id: str) -> None:
        """Drop a job."""
        self._db.execute("DELETE FROM jobs WHERE request_id = ?", (request_id,))

    def load(self) -> list[Row]:
        """Return all jobs, oldest first."""
        return self._db.execute("SELECT request_id, about, body, answer FROM jobs ORDER BY rowid").fetchall()

    def close(self) -> None:
        """Close the file."""
        self._db.close()
