"""The database migrates with a backup, keeps its hands off newer files and says what is wrong."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from fal_studio.store import problems
from fal_studio.store.db import Database, open_connection, put_aside
from fal_studio.store.migrations import STEPS
from fal_studio.store.problems import StoreError, Trouble

WAIT_S = 60
ADD = "CREATE TABLE extra (a);\nINSERT INTO extra VALUES (';');"


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_migration_backs_up_first(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    open_connection(path).close()
    before = tables(path)
    open_connection(path, (*STEPS, ADD)).close()
    assert tables(path) == before | {"extra"}
    (backup,) = (tmp_path / "backups").iterdir()
    assert tables(backup) == before >= {"calls", "events"}


def test_a_failed_migration_leaves_the_old_format(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    open_connection(path).close()
    before = tables(path)
    with pytest.raises(StoreError):
        open_connection(path, (*STEPS, "CREATE TABLE half (a);\nCREATE TABLE calls (a);"))
    assert tables(path) == before
    open_connection(path).close()


def test_a_newer_file_is_refused_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    open_connection(path, (*STEPS, ADD)).close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer fal Studio") as caught:
        open_connection(path)
    assert caught.value.kind is Trouble.NEWER
    assert path.read_bytes() == before
    assert {file.name for file in tmp_path.iterdir()} - {"l.sqlite-shm", "l.sqlite-wal"} == {"l.sqlite"}


@pytest.mark.parametrize(
    "content", [b"this is not a database, but long enough to be one" * 50, b"SQLite format 3\0" + b"x" * 4000]
)
def test_a_damaged_file_is_named_and_can_be_put_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "l.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        open_connection(path)
    assert caught.value.kind is Trouble.CORRUPT
    assert path.read_bytes() == content
    aside = put_aside(path)
    assert aside.read_bytes() == content
    open_connection(path).close()


def test_a_second_process_is_told_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    first = Database(path)
    first.ready.result(WAIT_S)
    script = (
        "import sys, pathlib\nfrom fal_studio.store.db import Database\nfrom fal_studio.store.problems import StoreError\n"
        "d = Database(pathlib.Path(sys.argv[1]))\n"
        "try: d.submit(lambda c: 1).result(20)\nexcept StoreError as p: print(p.kind, '|', p)\nd.close()"
    )
    out = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert out.stdout.startswith("in use |"), out.stdout + out.stderr
    assert first.close()
    out = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert out.stdout == ""


def test_work_on_a_file_that_did_not_open_is_refused_not_stuck(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    database = Database(tmp_path / "file" / "l.sqlite")
    with pytest.raises(StoreError):
        database.submit(lambda _: 1).result(WAIT_S)
    with pytest.raises(StoreError, match=r"l\.sqlite could not be used"):
        database.ready.result(WAIT_S)
    assert database.close()


def test_closing_runs_what_was_put_off(tmp_path: Path) -> None:
    database, ran = Database(tmp_path / "l.sqlite"), []
    database.submit_later(lambda _: ran.append("later"), 3600)
    database.submit_later(lambda _: ran.append("soon"), 60)
    database.submit(lambda _: ran.append("now"))
    assert database.close()
    assert ran == ["now", "soon", "later"]
    assert not [thread for thread in threading.enumerate() if thread.name == "ledger"]


def test_work_whose_asker_left_is_done_and_the_thread_goes_on(tmp_path: Path) -> None:
    database = Database(tmp_path / "l.sqlite")
    begun, go_on = threading.Event(), threading.Event()
    done: list[str] = []

    def slow(_connection: sqlite3.Connection) -> None:
        begun.set()
        assert go_on.wait(WAIT_S)
        done.append("slow")

    try:
        running = database.submit(slow)
        assert begun.wait(WAIT_S)
        waiting = database.submit(lambda _connection: done.append("waiting"))
        assert not running.cancel()
        assert waiting.cancel()
        go_on.set()
        database.submit(lambda _connection: done.append("later")).result(WAIT_S)
        assert done == ["slow", "waiting", "later"]
    finally:
        go_on.set()
        database.close()


def test_the_numbers_of_sqlite_are_those_of_its_module() -> None:
    names = ["FULL", "READONLY", "CANTOPEN", "PERM", "BUSY", "LOCKED", "CORRUPT", "NOTADB", "CONSTRAINT"]
    assert set(problems._SQLITE_KINDS) == {getattr(sqlite3, f"SQLITE_{name}") for name in names}
    assert problems._IO_ERROR == sqlite3.SQLITE_IOERR


def test_the_start_of_the_window_does_not_load_the_database() -> None:
    script = "import sys, fal_studio.app.program\nprint('sqlite3' in sys.modules, 'fal_studio.store.ledger' in sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=200, check=True
    )
    assert out.stdout.split() == ["False", "False"]
