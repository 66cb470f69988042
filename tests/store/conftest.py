"""A ledger in a folder of its own, and what it complained about."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fal_studio.core import events as e
from fal_studio.core.log import EventLog
from fal_studio.core.request import Mode, Request
from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger
from fal_studio.store.problems import StoreError

STARTED = e.Started(1000.0, "emulator/image", Mode.SUBSCRIBE, "emulator")
ENQUEUED = e.Enqueued("r1", "http://s", "http://r", "http://c", 2)
REQUEST = Request("emulator/image", Mode.SUBSCRIBE, {"prompt": "a tiger", "n": [1, None, 2.5]})


class Desk:
    """The log and the ledger as the program connects them; `reopen` is the next start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[StoreError] = []
        self.open()

    def open(self) -> None:
        self.database = Database(self.path)
        self.ledger = Ledger(self.database, self.problems.append)
        self.log = EventLog()
        self.log.subscribe(self.ledger.take)

    def reopen(self) -> None:
        assert self.ledger.close()
        self.open()

    def happen(self, call: str, *facts: e.Fact) -> None:
        for fact in facts:
            self.log.append(call, fact)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "data" / "ledger.sqlite")
    yield desk
    desk.ledger.close()
