"""Calls written to a file that other programs read: CSV or JSON, newest first, without secrets, a few at a time."""

import contextlib
import csv
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any, Protocol

from fal_studio.core.history import CallRow, ExportAs, Query
from fal_studio.core.redact import Redactor
from fal_studio.store import queries, rows, telling
from fal_studio.store.db import Database
from fal_studio.store.problems import problem_of

AT_ONCE = 200
"""Calls between two of which other work of the ledger may come."""
_COLUMNS = (
    "created",
    "endpoint",
    "mode",
    "profile",
    "project",
    "client",
    "phase",
    "prompt",
    "seed",
    "elapsed_s",
    "queue_s",
    "run_s",
    "cost_usd",
    "units",
    "outputs",
    "starred",
    "rating",
    "request_id",
    "message",
    "arguments",
    "files",
    "call",
)
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class _Writer(Protocol):
    def add(self, record: dict[str, Any]) -> None: ...

    def end(self) -> None: ...


def export(
    database: Database, query: Query, path: Path, form: ExportAs, secrets: Iterable[str]
) -> "Future[int]":
    """Write the calls that match to `path`, whole or not at all; return how many."""
    job = _Export(database, query, path, form, Redactor(secrets))
    database.submit(job.step)
    return job.future


class _Export:
    """Writes a few calls, and then lets the database do other things before the next ones."""

    def __init__(
        self, database: Database, query: Query, path: Path, form: ExportAs, redactor: Redactor
    ) -> None:
        self._database = database
        self._query = query
        self._path = path
        self._form = form
        self._redactor = redactor
        self._before: int | None = None
        self._count = 0
        self._part: Path | None = None
        self._file: IO[str] | None = None
        self._writer: _Writer | None = None
        self.future: Future[int] = Future()

    def step(self, connection: sqlite3.Connection) -> None:
        """Write the next calls; errors come out of the future."""
        if not self.future.running() and not self.future.set_running_or_notify_cancel():
            return
        try:
            found = self._next(connection)
            writer = self._opened()
            for row in found:
                writer.add(telling.record(connection, row, self._redactor))
            self._count += len(found)
            if len(found) == AT_ONCE:
                self._before = found[-1].id
                self._database.submit(self.step)
            else:
                self._finish(writer)
        except (sqlite3.Error, OSError) as error:
            self._drop()
            self.future.set_exception(problem_of(error, self._path))
        except Exception as error:  # noqa: BLE001 - the future carries a bug to whoever asked, who would wait for ever
            self._drop()
            self.future.set_exception(error)

    def _next(self, connection: sqlite3.Connection) -> tuple[CallRow, ...]:
        how = queries.plan(self._query)
        sql = f"SELECT calls.id FROM {how.source} WHERE {how.where.sql}"  # noqa: S608 - values are bound
        sql += " AND (? IS NULL OR calls.id < ?) ORDER BY calls.id DESC LIMIT ?"
        return rows.read_all(connection, sql, (*how.where.values, self._before, self._before, AT_ONCE))

    def _opened(self) -> _Writer:
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".export-")
            self._part = Path(name)
            # Spreadsheets take a CSV file for UTF-8 only if it begins with a mark.
            encoding = "utf-8-sig" if self._form is ExportAs.CSV else "utf-8"
            self._file = os.fdopen(handle, "w", encoding=encoding, errors="backslashreplace", newline="")
            self._writer = _Csv(self._file) if self._form is ExportAs.CSV else _JsonArray(self._file)
        return self._writer

    def _finish(self, writer: _Writer) -> None:
        assert self._file is not None
        assert self._part is not None
        writer.end()
        self._file.close()
        self._part.replace(self._path)
        self.future.set_result(self._count)

    def _drop(self) -> None:
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()
        if self._part is not None:
            self._part.unlink(missing_ok=True)


class _JsonArray:
    """One array, a call a line."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._is_first = True
        file.write("[")

    def add(self, record: dict[str, Any]) -> None:
        self._file.write("\n" if self._is_first else ",\n")
        self._is_first = False
        self._file.write(json.dumps(record, ensure_ascii=False))

    def end(self) -> None:
        self._file.write("\n]\n")


class _Csv:
    """One line a call."""

    def __init__(self, file: IO[str]) -> None:
        self._rows = csv.writer(file)
        self._rows.writerow(_COLUMNS)

    def add(self, record: dict[str, Any]) -> None:
        request = record["request"] or {}
        told = record | {
            "arguments": json.dumps(request.get("arguments"), ensure_ascii=False) if request else "",
            "files": " ".join(file["url"] for file in record["files"]),
        }
        self._rows.writerow([_cell(told[name]) for name in _COLUMNS])

    def end(self) -> None:
        pass


def _cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula: prompts are other people's text at times."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value
