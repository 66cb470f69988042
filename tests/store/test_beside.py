"""A ledger beside the ledger is taken in whole or not at all, once, in order, and only when nobody holds it."""

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.history import Judgement, Query
from fal_studio.core.request import Mode, Request
from fal_studio.store import beside
from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger
from tests.store.conftest import ENQUEUED, Desk

WAIT_S = 100
CALLS = 120
TAKE_IN = """
import sys
from pathlib import Path
from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger

ledger = Ledger(Database(Path(sys.argv[1])), lambda problem: None)
print("begins", flush=True)
ledger.take_in(Path(sys.argv[2])).result()
"""
HOLD = """
import sys
from pathlib import Path
from fal_studio.store.db import Database

database = Database(Path(sys.argv[1]))
database.ready.result()
print("held", flush=True)
sys.stdin.read()
"""


def make(desk: Desk, call: str, created_s: float, *facts: e.Fact, prompt: str = "a lake") -> None:
    desk.ledger.intend(call, Request("emulator/image", Mode.SUBSCRIBE, {"prompt": prompt}), created_s)
    desk.happen(call, e.Started(created_s, "emulator/image", Mode.SUBSCRIBE, "emulator"), *facts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "beside"


def recorded(path: Path) -> Path:
    """Record what another window may leave: an ended call, one in the queue, and one that may have been submitted."""
    other = Desk(path)
    output = e.Output({"images": [{"url": "https://v3.fal.media/a.png", "content_type": "image/png"}]})
    make(other, "ended", 1010.0, ENQUEUED, output, prompt="an orange tiger")
    make(
        other,
        "queued",
        1020.0,
        e.Attempt(1, "submit", "POST", "https://queue.fal.run/emulator/image"),
        ENQUEUED,
    )
    make(other, "sent", 1030.0, e.Attempt(1, "submit", "POST", "https://queue.fal.run/emulator/image"))
    other.ledger.judge(["ended"], Judgement(starred=True, rating=4)).result(WAIT_S)
    assert other.ledger.close()
    return path


def calls_of(ledger: Ledger, query: Query | None = None) -> list[str]:
    return [row.call for row in ledger.search(query or Query(descending=False)).result(WAIT_S).rows]


def test_its_calls_are_here_in_order_and_the_open_ones_can_be_followed(desk: Desk, folder: Path) -> None:
    make(desk, "before", 1005.0, e.Output(1))
    make(desk, "between", 1015.0, e.Output(2), prompt="a grey wolf")
    make(desk, "open", 1025.0)
    path = recorded(beside.new(folder))
    assert beside.finished_in(folder) == [path]
    taken = {found.call: found for found in desk.ledger.take_in(path).result(WAIT_S)}
    assert calls_of(desk.ledger) == ["before", "ended", "between", "queued", "open", "sent"]
    assert set(taken) == {"queued", "sent"}
    assert taken["queued"].ticket == ENQUEUED
    assert fold(taken["sent"].events).phase is Phase.UNKNOWN
    assert calls_of(desk.ledger, Query(is_starred=True, rating_over=3)) == ["ended"]
    # What follows from the events is here, also for those that moved.
    assert calls_of(desk.ledger, Query(words=("tiger",))) == ["ended"]
    assert calls_of(desk.ledger, Query(words=("wolf",))) == ["between"]
    assert [one.url for one in desk.ledger.unfinished().result(WAIT_S)] == ["https://v3.fal.media/a.png"]
    assert desk.ledger.request_of("between").result(WAIT_S).arguments == {"prompt": "a grey wolf"}
    # A call that was open when its row moved goes on.
    desk.happen("open", e.Output(3))
    assert desk.ledger.row("open").result(WAIT_S).phase is Phase.DONE
    assert list(folder.iterdir()) == []
    assert desk.problems == []


def test_what_is_here_already_is_not_taken_twice(desk: Desk, folder: Path, tmp_path: Path) -> None:
    path = recorded(beside.new(folder))
    copy = Path(shutil.copy(path, tmp_path / "copy"))
    desk.ledger.take_in(path).result(WAIT_S)
    desk.log.restore(list(desk.ledger.events_of("queued").result(WAIT_S)))
    desk.happen("queued", e.Output("came later"))
    desk.ledger.delete(["ended"]).result(WAIT_S)
    shutil.copy(copy, path)  # as if the program had ended before it was removed
    assert desk.ledger.take_in(path).result(WAIT_S) == []
    assert calls_of(desk.ledger) == ["queued", "sent"]
    assert desk.ledger.events_of("queued").result(WAIT_S)[-1].fact == e.Output("came later")
    assert not path.exists()


def test_a_program_that_is_killed_takes_all_or_nothing(tmp_path: Path, folder: Path) -> None:
    path = beside.new(folder)
    other = Desk(path)
    for number in range(CALLS):
        make(other, f"c{number}", 1000.0 + number, *(e.Log(f"step {n}") for n in range(20)), e.Output(number))
    assert other.ledger.close()
    main = tmp_path / "data" / "ledger.sqlite"
    chance = random.Random(4)
    counts: list[int] = []
    for _ in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", TAKE_IN, str(main), str(path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.25))
            process.kill()
        ledger = Ledger(Database(main), lambda problem: None)
        counts.append(ledger.counts().result(WAIT_S)[0])
        assert ledger.close()
    assert set(counts) <= {0, CALLS}, counts
    ledger = Ledger(Database(main), lambda problem: None)
    for left in beside.finished_in(folder):
        ledger.take_in(left).result(WAIT_S)
    assert calls_of(ledger) == [f"c{number}" for number in range(CALLS)]
    assert {len(ledger.events_of(f"c{number}").result(WAIT_S)) for number in range(CALLS)} == {22}
    assert ledger.close()
    assert beside.all_in(folder) == []


def test_one_that_is_in_use_is_left_alone_until_its_program_is_gone(desk: Desk, folder: Path) -> None:
    path = recorded(beside.new(folder))
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert beside.finished_in(folder) == []
        with pytest.raises(Exception, match="in use"):
            desk.ledger.take_in(path).result(WAIT_S)
        assert calls_of(desk.ledger) == []
        process.kill()
    assert beside.finished_in(folder) == [path]
    desk.ledger.take_in(path).result(WAIT_S)
    assert len(calls_of(desk.ledger)) == 3


def test_one_that_was_just_made_is_not_taken_from_under_its_maker(folder: Path) -> None:
    folder.mkdir(parents=True)
    beside.new(folder).touch()
    assert beside.finished_in(folder) == []
    assert len(beside.all_in(folder)) == 1


def test_of_a_damaged_one_comes_what_can_be_read_and_the_ledger_is_not_taken_for_the_damaged_one(
    desk: Desk, folder: Path
) -> None:
    make(desk, "mine", 900.0, e.Output(1))
    path = recorded(beside.new(folder))
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'requests'").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)
    desk.ledger.take_in(path).result(WAIT_S)
    assert set(calls_of(desk.ledger)) == {"mine", "ended", "queued", "sent"}
    assert len(desk.ledger.events_of("ended").result(WAIT_S)) == 3
    assert desk.database.saved == []
    assert [file.name for file in folder.iterdir() if "damaged" in file.name], "the damaged file stays"
    assert beside.all_in(folder) == []
