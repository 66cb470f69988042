"""A damaged ledger gives back what can be read of it, keeps the damaged file, and goes on by itself."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.history import REJECTED, Judgement, Query
from fal_studio.core.request import Mode, Request
from fal_studio.store import salvage
from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger
from fal_studio.store.problems import StoreError
from tests.store.conftest import ENQUEUED, Desk

WAIT_S = 100
CALLS = 400
PAGE = 4096


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with calls that ended and one that is open, closed."""
    path = tmp_path_factory.mktemp("filled") / "ledger.sqlite"
    desk = Desk(path)
    for number in range(CALLS):
        call = f"c{number:04}"
        prompt = f"tiger number {number} " + "in the long grass " * 10
        desk.ledger.intend(call, Request("fal-ai/flux", Mode.SUBSCRIBE, {"prompt": prompt}, "fal"), 1000.0)
        desk.happen(call, e.Started(1000.0, "fal-ai/flux", Mode.SUBSCRIBE, "fal"), ENQUEUED)
        if number:
            desk.happen(call, *(e.Log(f"step {n}") for n in range(5)), e.Output({"seed": number}))
    desk.ledger.judge(["c0001"], Judgement(starred=True)).result(WAIT_S)
    desk.ledger.judge([f"c{CALLS - 1:04}"], Judgement(rating=REJECTED)).result(WAIT_S)
    assert desk.ledger.close()
    assert desk.problems == []
    return path


@pytest.fixture
def path(filled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(filled, tmp_path))


class Mended:
    """A ledger that mends itself."""

    def __init__(self, path: Path) -> None:
        self.problems: list[StoreError] = []
        self.database = Database(path, mend=salvage.mend)
        self.ledger = Ledger(self.database, self.problems.append)


def pages_of(path: Path, table: str, connection: sqlite3.Connection | None = None) -> list[int]:
    """Return the pages of a table's rows (dbstat is not compiled in everywhere: found by what stands in them)."""
    sql = "SELECT rootpage FROM sqlite_master WHERE name = ?"
    if connection is not None:
        (root,) = connection.execute(sql, (table,)).fetchone()
    else:
        with closing(sqlite3.connect(path)) as own:
            (root,) = own.execute(sql, (table,)).fetchone()
    data = path.read_bytes()
    left, leaves = [root], []
    while left:
        page = left.pop()
        start = (page - 1) * PAGE
        kind = data[start]
        if kind in (0x0D, 0x0A):
            leaves.append(page)
            continue
        cells = int.from_bytes(data[start + 3 : start + 5], "big")
        left.append(int.from_bytes(data[start + 8 : start + 12], "big"))
        for cell in range(cells):
            at = int.from_bytes(data[start + 12 + 2 * cell : start + 14 + 2 * cell], "big")
            left.append(int.from_bytes(data[start + at : start + at + 4], "big"))
    return sorted(leaves)


def spoil(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(random.Random(page).randbytes(PAGE))


def test_a_hole_in_the_calls_costs_what_was_in_it_and_no_more(path: Path) -> None:
    leaves = pages_of(path, "calls")
    assert len(leaves) > 5
    spoil(path, leaves[len(leaves) // 2])
    before = path.read_bytes()
    mended = Mended(path)
    page = mended.ledger.search(Query()).result(WAIT_S)
    (saved,) = mended.database.saved
    assert saved.aside.read_bytes() == before
    # Calls whose row was lost come back by their events.
    assert page.total == saved.calls == CALLS
    judged = {row.call: (row.starred, row.rating) for row in page.rows if row.starred or row.rating}
    assert judged == {"c0001": (True, 0), f"c{CALLS - 1:04}": (False, REJECTED)}
    mended.ledger.flush().result(WAIT_S)
    for number in (1, CALLS // 2, CALLS - 1):
        events = mended.ledger.events_of(f"c{number:04}").result(WAIT_S)
        assert fold(events).phase is Phase.DONE
    assert mended.ledger.close()
    assert mended.problems == []


def test_a_hole_in_the_events_keeps_every_call_and_says_what_is_missing(path: Path) -> None:
    leaves = pages_of(path, "events")
    for page in leaves[3:6]:
        spoil(path, page)
    mended = Mended(path)
    assert len(mended.ledger.open_calls().result(WAIT_S)) == 1  # finds nothing wrong: the hole is elsewhere
    everything = [mended.ledger.events_of(f"c{n:04}").result(WAIT_S) for n in range(CALLS)]
    states = [fold(events) for events in everything]
    hurt = [state for state in states[1:] if state.phase is not Phase.DONE]
    assert 0 < len(hurt) < CALLS / 4
    for state in hurt:
        assert state.phase is Phase.UNKNOWN
        assert "lost with a damaged ledger. It said: done" in state.unknown_why
    for events in everything:
        assert [event.seq for event in events] == list(range(len(events)))
        times = [event.t_ns for event in events]
        assert times == sorted(times)
        assert isinstance(events[0].fact, e.Started)
    assert states[0].phase is Phase.QUEUED
    assert mended.ledger.close()


def test_a_ledger_that_is_damaged_while_it_is_used_loses_nothing_of_open_calls(path: Path) -> None:
    mended = Mended(path)
    request = Request("fal-ai/flux", Mode.SUBSCRIBE, {"prompt": "a lion"}, "fal")
    mended.ledger.intend("new", request, 2000.0).result(WAIT_S)
    events = [
        e.Event("new", seq, seq, fact)
        for seq, fact in enumerate(
            (e.Started(2000.0, "fal-ai/flux", Mode.SUBSCRIBE, "fal"), ENQUEUED, e.Log("x"))
        )
    ]
    for event in events:
        mended.ledger.take(event)
    mended.ledger.flush().result(WAIT_S)

    def checkpoint_and_spoil(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for table in ("calls", "events", "calls_text_data", "requests"):
            for page in pages_of(path, table, connection)[-2:]:
                spoil(path, page)
        connection.execute("PRAGMA cache_size = 0")
        connection.execute("PRAGMA shrink_memory")

    mended.database.submit(checkpoint_and_spoil).result(WAIT_S)
    mended.ledger.take(e.Event("new", 3, 3, e.Output({"seed": 7})))
    mended.ledger.take_again(events).result(WAIT_S)
    mended.ledger.search(Query(words=("tiger",))).result(WAIT_S)
    assert len(mended.database.saved) == 1
    row = mended.ledger.row("new").result(WAIT_S)
    assert row is not None
    assert (row.prompt, row.phase, row.seed) == ("a lion", Phase.DONE, "7")
    facts = [type(event.fact) for event in mended.ledger.events_of("new").result(WAIT_S)]
    assert facts == [e.Started, e.Enqueued, e.Log, e.Output]
    assert mended.ledger.search(Query(words=("lion",))).result(WAIT_S).total == 1
    assert mended.ledger.close()


@pytest.mark.parametrize(
    "content",
    [b"this is no database at all" * 400, b"SQLite format 3\0" + b"x" * 8000],
    ids=["text", "head"],
)
def test_a_file_of_which_nothing_can_be_read_is_kept_and_a_new_ledger_begins(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    mended = Mended(path)
    assert mended.ledger.search(Query()).result(WAIT_S).total == 0
    (saved,) = mended.database.saved
    assert (saved.calls, saved.events) == (0, 0)
    assert saved.aside.read_bytes() == content
    assert mended.ledger.close()
    assert not [file for file in tmp_path.iterdir() if "mending" in file.name]


@pytest.mark.parametrize("cut", [0.25, 0.6, 0.95])
def test_a_file_that_was_cut_off_gives_back_its_beginning(path: Path, cut: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut) // PAGE * PAGE])
    mended = Mended(path)
    total = mended.ledger.search(Query()).result(WAIT_S).total
    assert mended.ledger.search(Query(words=("tiger",))).result(WAIT_S).total <= total
    for row in mended.ledger.history(limit=CALLS).result(WAIT_S):
        assert mended.ledger.events_of(row.call).result(WAIT_S)
    assert mended.ledger.close()


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_overwritten_the_ledger_opens_and_takes_calls(path: Path, seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(rng.randint(1, 40)):
        at = rng.randrange(0, len(data) - 600)
        data[at : at + rng.randint(1, 600)] = rng.randbytes(rng.randint(1, 600))
    path.write_bytes(bytes(data[: len(data) // PAGE * PAGE]))
    mended = Mended(path)
    call = Request("fal-ai/flux", Mode.RUN, {"prompt": "a lion"}, "fal")
    mended.ledger.search(Query(words=("tiger",))).result(WAIT_S)
    mended.ledger.intend("after", call).result(WAIT_S)
    mended.ledger.take(e.Event("after", 0, 0, e.Started(1.0, "fal-ai/flux", Mode.RUN, "fal")))
    mended.ledger.take(e.Event("after", 1, 1, e.Output({})))
    mended.ledger.flush().result(WAIT_S)
    row = mended.ledger.row("after").result(WAIT_S)
    assert row is not None
    assert row.phase is Phase.DONE
    assert mended.ledger.close()
