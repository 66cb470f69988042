"""The book of spending: all or nothing, across windows and restarts, and settled by bills."""

import contextlib
import datetime as dt
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fal_studio.core.budget import (
    Billed,
    Budget,
    Grant,
    Line,
    ProjectLine,
    Refusal,
    Taken,
    Wish,
    refusal,
)
from fal_studio.store.problems import StoreError
from fal_studio.store.spending import SpendingBook

DAY = 86_400.0
NOON = dt.datetime(2023, 11, 14, 12).astimezone().timestamp()
"""Here, wherever that is: days of spending are those of the machine."""
STOP = Budget(stop_day_usd=1.0)


RESERVE = """
import sys
from pathlib import Path
from fal_studio.core.budget import Budget, Grant, Wish
from fal_studio.store.spending import SpendingBook

book = SpendingBook(Path(sys.argv[1]))
done = [book.reserve(Wish("work", Budget(stop_day_usd=1.0), 0.1), f"{book.session} {n}") for n in range(10)]
print(sum(isinstance(one.result(), Grant) for one in done))
book.close()
"""


@pytest.mark.usefixtures("noon")
def test_two_programs_together_cannot_pass_a_limit(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RESERVE, str(tmp_path / "s.sqlite")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sum(int(one.communicate(timeout=200)[0]) for one in both) == 10
    book = SpendingBook(tmp_path / "s.sqlite")
    assert book.taken("work").result().day_usd == pytest.approx(1.0)
    book.close()


def test_bills_settle_what_was_set_aside_and_a_restart_forgets_nothing(tmp_path: Path) -> None:
    now = [NOON]
    book = SpendingBook(tmp_path / "s.sqlite", "one", lambda: now[0])
    assert isinstance(book.reserve(Wish("work", STOP, 0.6, "a/b"), "first").result(), Grant)
    no = book.reserve(Wish("work", STOP, 0.6, "a/b"), "second").result()
    assert isinstance(no, Refusal)
    assert no.message == "It would cost about $0.60, and $0.40 are left of the $1 that work may spend today."
    book.settle("first", 0.2)
    assert isinstance(book.reserve(Wish("work", STOP, 0.6, "a/c"), "third").result(), Grant)
    book.settle("third", None)  # nobody knows: it stays taken
    book.close()

    book = SpendingBook(tmp_path / "s.sqlite", "two", lambda: now[0])
    assert book.taken("work").result().day_usd == pytest.approx(0.8)
    assert book.taken("work").result().session_usd == 0
    book.take_in(
        [Billed("third", "work", "a/c", NOON, 0.1), Billed("older", "work", "a/b", NOON, 0.05)]
    ).result()
    assert book.taken("work").result().day_usd == pytest.approx(0.35)
    lines = book.summary().result().day
    assert [(line.endpoint, line.calls, round(line.usd, 2), line.unbilled) for line in lines] == [
        ("a/b", 2, 0.25, 0),
        ("a/c", 1, 0.1, 0),
    ]
    now[0] += DAY
    assert book.taken("work").result() == Taken()
    book.close()


@pytest.mark.usefixtures("noon")
def test_a_group_is_granted_whole_or_not_at_all_and_what_nobody_takes_comes_back(tmp_path: Path) -> None:
    book = SpendingBook(tmp_path / "s.sqlite")
    assert isinstance(book.reserve(Wish("work", STOP, 0.3, count=4)).result(), Refusal)
    grant = book.reserve(Wish("work", STOP, 0.3, count=3)).result()
    assert isinstance(grant, Grant)
    assert isinstance(book.reserve(Wish("work", STOP, 0.2), "other").result(), Refusal)
    assert book.claim(grant.id, "mine", "a/b", 0.3).result()
    assert not book.claim(grant.id, "dearer", "a/b", 0.4).result()
    book.release(grant.id).result()
    assert book.taken("work").result().day_usd == pytest.approx(0.3)
    assert isinstance(book.more("mine", 1.01, STOP).result(), Refusal)
    assert book.more("mine", 1.0, STOP).result() is None
    book.close()


@pytest.mark.usefixtures("noon")
def test_calls_that_cost_differently_each_take_the_smallest_share_that_is_enough(tmp_path: Path) -> None:
    book = SpendingBook(tmp_path / "s.sqlite")
    assert isinstance(book.reserve(Wish("work", STOP, 0.5, shares=(0.5, 0.4, 0.2))).result(), Refusal)
    grant = book.reserve(Wish("work", STOP, 0.5, shares=(0.5, 0.1, 0.1))).result()
    assert isinstance(grant, Grant)
    for call, usd in (("cheap", 0.1), ("free", 0.0), ("dear", 0.3)):
        assert book.claim(grant.id, call, "a/b", usd).result()
    assert not book.claim(grant.id, "fourth", "a/b", 0.0).result()
    assert book.taken("work").result().day_usd == pytest.approx(0.7)
    book.close()


OLDER = """
CREATE TABLE spending (
    call TEXT PRIMARY KEY, grant_id TEXT NOT NULL DEFAULT '', profile TEXT NOT NULL, endpoint TEXT NOT NULL,
    session TEXT NOT NULL, day TEXT NOT NULL, at_s REAL NOT NULL, usd REAL NOT NULL, state TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO spending VALUES ('old', '', 'work', 'a/b', 'zero', '2023-11-14', 1700000000.0, 0.2, 'billed');
"""


def test_projects_are_added_up_for_as_long_as_they_go_on(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "s.sqlite")) as older:
        older.executescript(OLDER)  # a book of the program before there were projects
    now = [NOON]
    book = SpendingBook(tmp_path / "s.sqlite", "one", lambda: now[0])
    assert book.taken("work").result().day_usd == pytest.approx(0.2)
    book.reserve(Wish("work", STOP, 0.1, "a/b", project="Cats"), "cat").result()
    book.settle("cat", 0.05)
    grant = book.reserve(Wish("work", STOP, 0.1, count=2)).result()
    assert isinstance(grant, Grant)
    assert book.claim(grant.id, "dog", "a/c", 0.1, "Dogs").result()
    assert len(book.summary().result().projects) == 2, "what is only set aside is of no project yet"
    now[0] += 50 * DAY
    book.take_in([Billed("late", "home", "a/b", now[0], 0.3, "Cats")]).result()
    assert book.days(("work",), "2000-01-01").result(), "calls of projects are not forgotten"
    assert book.summary().result().projects == (
        ProjectLine("Cats", Line("home", "a/b", 1, 0.3, 0), "2024-01-03"),
        ProjectLine("Cats", Line("work", "a/b", 1, 0.05, 0), "2023-11-14"),
        ProjectLine("Dogs", Line("work", "a/c", 1, 0.1, 1), "2023-11-14"),
    )
    book.close()


def test_a_book_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "s.sqlite").write_bytes(b"not a database, " * 100)
    book = SpendingBook(tmp_path / "s.sqlite")
    with pytest.raises(StoreError, match=r"s\.sqlite is damaged"):
        book.taken("work").result()
    book.close()


def test_what_may_not_be_spent_any_more_and_why() -> None:
    both = Budget(stop_day_usd=5, stop_session_usd=1)
    assert refusal("work", both, Taken(1, 0.5), 0.5) is None, "exactly what is left may be spent"
    session = refusal("work", both, Taken(1, 1), 0.0)
    assert session is not None
    assert session.message == "Nothing is left of the $1 that work may spend in this session."
    assert "session" in session.next_step
