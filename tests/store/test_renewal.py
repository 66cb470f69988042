"""A ledger of the first format gets its new columns, texts and files out of what was recorded, in the background."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.events import Event
from fal_studio.core.history import Query
from fal_studio.core.request import Mode, Request, fingerprint
from fal_studio.core.search import parse
from fal_studio.store import ledger as module
from fal_studio.store import salvage
from fal_studio.store.db import Database, open_connection
from fal_studio.store.ledger import Ledger
from fal_studio.store.migrations import STEPS
from tests.waiting import until_blocking

WAIT_S = 100
CALLS = 130
REQUEST = Request("fal-ai/flux", Mode.SUBSCRIBE, {"prompt": "a tiger", "seed": 5}, "fal")
FACTS = (
    e.Started(1000.0, "fal-ai/flux", Mode.SUBSCRIBE, "fal"),
    e.Enqueued("r1", "http://s", "http://r", "http://c"),
    e.Output({"images": [{"url": "https://x.example/1.png"}]}),
    e.Download("https://x.example/1.png", e.FileState.KEPT, 3, 3, "ab" * 32, "image/png"),
)


def first_format(path: Path) -> None:
    """Write a ledger as the first version of the program did."""
    open_connection(path, STEPS[:1]).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        for number in range(CALLS):
            call = f"c{number}"
            connection.execute(
                "INSERT INTO calls (call, created_s, endpoint, mode, profile, request, phase, ended, elapsed_s)"
                " VALUES (?, 1000.0, 'fal-ai/flux', 'subscribe', 'fal', ?, 'done', 1, 3e-9)",
                (call, msgspec.json.encode(REQUEST)),
            )
            for seq, fact in enumerate(FACTS):
                body = e.encode(Event(call, seq, seq, fact))
                connection.execute("INSERT INTO events (call, seq, body) VALUES (?, ?, ?)", (call, seq, body))


def check(ledger: Ledger) -> None:
    assert ledger.search(Query()).result(WAIT_S).total == CALLS
    tiger = parse("tiger").query
    until_blocking(lambda: ledger.search(tiger).result(WAIT_S).total == CALLS, limit_s=WAIT_S)
    row = ledger.row("c7").result(WAIT_S)
    assert row is not None
    assert (row.prompt, row.seed, row.phase, row.outputs, row.kept) == ("a tiger", "5", Phase.DONE, 1, 1)
    assert ledger.request_of("c7").result(WAIT_S) == REQUEST
    assert len(ledger.same(fingerprint(REQUEST), 0.0).result(WAIT_S)) == CALLS
    kept = ledger.kept("https://x.example/1.png").result(WAIT_S)
    assert kept is not None
    assert kept.sha256 == "ab" * 32
    assert ledger.unfinished().result(WAIT_S) == ()


def test_a_ledger_of_the_first_format_is_taken_over_with_all_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    first_format(path)
    assert CALLS > module.RENEWED_AT_ONCE * 2, "the rest comes later"
    problems: list[Exception] = []
    ledger = Ledger(Database(path), problems.append)
    check(ledger)
    assert ledger.close()
    assert len(list((tmp_path / "backups").iterdir())) == 1
    again = Ledger(Database(path), problems.append)
    check(again)
    assert again.close()
    assert problems == []


def test_a_damaged_one_of_the_first_format_as_well(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    first_format(path)
    connection, saved = salvage.mend(path)
    connection.close()
    assert (saved.calls, saved.events) == (CALLS, CALLS * len(FACTS))
    ledger = Ledger(Database(path), lambda problem: None)
    check(ledger)
    assert ledger.close()
