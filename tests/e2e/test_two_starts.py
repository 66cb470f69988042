"""Two programs on one folder, and the end by a signal: real processes with their windows, on an emulator beside them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.events import Event
from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger
from fal_studio.store.paths import folders
from tests.emulator_process import EmulatorProcess, start_emulator
from tests.waiting import until_blocking

pytestmark = pytest.mark.e2e
BENCH = "emulator/bench"


@pytest.fixture(scope="module")
def emulator() -> Generator[EmulatorProcess]:
    with start_emulator("--cold-start", "0", "--slots", "64") as it:
        yield it


class Running:
    """One running program, and what it says."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.said: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.killed_life"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(plan).encode())
        self.process.stdin.close()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(json.loads(line))

    def stays(self) -> dict[str, Any]:
        """Wait until all of its calls are where they should be."""
        return until_blocking(
            lambda: next((line for line in self.said if "stays" in line), None), what="it stays", limit_s=60
        )

    def calls(self) -> dict[str, str]:
        return {line["tag"]: line["call"] for line in self.said if line.get("tag")}

    def ends(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(120)
        self._reader.join()
        return code


@contextlib.contextmanager
def running(
    data: Path, emulator: EmulatorProcess, *wishes: dict[str, Any], stays: bool = True
) -> Generator[Running]:
    it = Running({"data": str(data), "addresses": emulator.urls, "wishes": wishes, "stays": stays})
    try:
        yield it
    finally:
        it.process.kill()
        it.process.wait()
        it._reader.join()
        assert it.process.stdout is not None
        it.process.stdout.close()


def wish(
    tag: str, mode: str, hold: str, headers: dict[str, str] | None = None, **arguments: Any
) -> dict[str, Any]:
    about = {"tag": tag, "mode": mode, "endpoint": BENCH, "hold": hold, "headers": headers or {}}
    return about | {"arguments": {"text": tag} | arguments}


def kept(data: Path) -> dict[str, tuple[Event, ...]]:
    """Return the events of all calls of a ledger that nobody holds."""
    ledger = Ledger(Database(folders(data).ledger), lambda _: None)
    try:
        rows = ledger.history(limit=100).result(100)
        return {row.call: ledger.events_of(row.call).result(100) for row in rows}
    finally:
        ledger.close()


def posts(emulator: EmulatorProcess, tag: str) -> int:
    sent = [item for item in emulator.requests(method="POST") if BENCH in item["path"]]
    return sum(json.loads(item["body"] or "{}").get("text") == tag for item in sent)


@pytest.mark.timeout(480)
def test_a_second_start_keeps_a_record_of_its_own_that_joins_the_history_when_it_is_gone(
    emulator: EmulatorProcess, tmp_path: Path
) -> None:
    slow = {"X-Emulator-Queue-Delay": "20"}
    waits = wish("waits", "submit", "Detached", slow)
    follows = wish("follows", "subscribe", "Progress queued", slow)
    own = (wish("own", "run", "Output"), wish("left open", "submit", "Detached", slow))
    late = (
        wish("late", "subscribe", "Progress queued", slow),
        wish("unsure", "run", "Sent", {"X-Emulator-Run-Delay": "5"}),
    )
    with running(tmp_path, emulator, waits, follows) as first:
        first.stays()
        with running(tmp_path, emulator, *own) as second:
            banner = second.stays()["banner"]
            assert "keeps a record of its own" in banner
            assert "join the history" in banner
            assert set(second.calls()) == {"own", "left open"}
            assert second.ends(signal.SIGKILL) == -signal.SIGKILL
            theirs = set(first.calls().values())
            assert not [line for line in second.said if line.get("call") in theirs]
            calls = second.calls()
        # The first one has its calls soon, and follows what a queue has.
        resumed = {"call": calls["left open"], "tag": "", "fact": "Resumed"}
        until_blocking(
            lambda: resumed in first.said, what="the first follows the call of the second", limit_s=60
        )
        with running(tmp_path, emulator, *late) as third:
            third.stays()
            calls |= third.calls()
            cancels = [item for item in emulator.requests(method="PUT") if BENCH in item["path"]]
            assert cancels == []
            assert first.process.poll() is None
            assert first.ends(signal.SIGKILL) == -signal.SIGKILL
            assert third.ends(signal.SIGKILL) == -signal.SIGKILL
        calls |= {tag: call for tag, call in first.calls().items() if tag in ("waits", "follows")}
    # The next start takes up what all of them left.
    with running(tmp_path, emulator, stays=False) as fourth:
        assert fourth.process.wait(240) == 0
    states = {call: fold(events, call) for call, events in kept(tmp_path).items()}
    facts = [type(event.fact) for event in kept(tmp_path)[calls["unsure"]]]
    assert facts[-3:] == [e.Unknown, e.Reconciled, e.Cancelled], (
        "the server ended it when its caller was gone"
    )
    tags = ("waits", "follows", "own", "left open", "late")
    assert {tag: states[calls[tag]].phase for tag in tags} == dict.fromkeys(tags, Phase.DONE)
    assert set(states) == set(calls.values())
    assert [posts(emulator, tag) for tag in (*tags, "unsure")] == [1] * 6
    assert list(folders(tmp_path).beside.iterdir()) == []


@pytest.mark.timeout(480)
def test_a_signal_ends_it_soon_and_all_that_happened_is_on_disk(
    emulator: EmulatorProcess, tmp_path: Path
) -> None:
    wishes = (
        wish("queued", "submit", "Detached", {"X-Emulator-Queue-Delay": "60"}),
        wish("followed", "subscribe", "Progress running", seconds=60),
        wish("direct", "run", "Sent", seconds=60),
        wish("stream", "stream", "Partial", {"X-Emulator-Event-Interval": "0.05"}, count=5000),
        wish("session", "realtime", "Session"),
    )
    took_s: list[float] = []
    for attempt in range(3):
        data = tmp_path / str(attempt)
        with running(data, emulator, *wishes) as it:
            it.stays()
            assert it.ends(signal.SIGTERM) == 0
            told = it.said
        took_s += [line["ended_within_s"] for line in told if "ended_within_s" in line]
        events = kept(data)
        for tag, call in it.calls().items():
            happened = [line for line in told if line.get("tag") == tag]
            assert len(events[call]) == len(happened), tag
            phase = fold(events[call], call).phase
            if tag in ("queued", "followed"):
                assert phase in (Phase.QUEUED, Phase.RUNNING)
                assert isinstance(events[call][-1].fact, e.Detached)
            else:
                assert phase in (Phase.CANCELLED, Phase.DONE, Phase.UNKNOWN), tag
        if min(took_s) < 10.0:
            break
    assert min(took_s) < 10.0, "what runs for a minute is not waited for"
