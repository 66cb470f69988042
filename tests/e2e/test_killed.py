"""SIGKILL at every step of a call, hundreds of times: nothing is lost, nothing is sent twice, every call ends in its true state.

What is real: the app process (the program with its window, offscreen, a new process for each life, see `killed_life`),
its ledger on disk, the emulator in a process of its own that outlives all of them and counts what arrives. Each life makes
a handful of calls, brings all but one of them to a step of their own (by delays that the emulator is asked for) and makes
the last one, whose next fact is the moment of the kill: exactly there, before anybody else has learned of the fact, or some
milliseconds later. Every call of a life is cut off at its own point, so POINTS counts calls, not processes. Each life
begins with what the one before left behind. Some results name a file that takes a while to come: what came of it before the
kill is not sent again, and in the end it is there whole and once. Some requests are typed into the window and run with Ctrl+Enter, the others come
in by the window's own signal.

The seed is fixed, so a failure can be repeated; how the processes interleave cannot be.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

import httpx
import pytest

from fal_studio.core import events as e
from fal_studio.core.call import CallState, Phase, fold
from fal_studio.core.history import CallRow
from fal_studio.core.kept_words import PROGRAM_END
from fal_studio.core.request import Mode
from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger
from fal_studio.store.paths import folders
from tests.emulator_process import KEY, EmulatorProcess, start_emulator

pytestmark = pytest.mark.e2e
CHAINS, LIVES, HELD = 2, 15, 6
POINTS = 200
SEED = 20261125
BENCH = "emulator/bench"
QUEUED = (Mode.SUBMIT, Mode.SUBSCRIBE)
SOON_S = 3.0
"""Start deadline of the queue calls that the list may never show: after it, their absence is evidence."""

Step = tuple[Mode, str, dict[str, str], dict[str, Any]]
STEPS: tuple[Step, ...] = (
    # mode, the fact at which it is held, what the emulator is asked for, further arguments
    *(
        step
        for mode in (Mode.SUBMIT, Mode.SUBSCRIBE)
        for step in (
            (mode, "Sent", {"X-Emulator-Answer-Delay": "2"}, {}),
            (mode, "Response", {"X-Emulator-Fault": "drip"}, {}),
            (mode, "Response", {"X-Emulator-Fault": "drip", "X-Emulator-Queue-Delay": "1.5"}, {}),
        )
    ),
    (Mode.SUBMIT, "Detached", {"X-Emulator-Queue-Delay": "1"}, {}),
    (Mode.SUBMIT, "Detached", {"X-Emulator-Run-Delay": "2"}, {}),
    (Mode.SUBMIT, "Detached", {"X-Emulator-Run-Delay": "1"}, {"count": -1}),
    (Mode.SUBSCRIBE, "Progress queued", {"X-Emulator-Queue-Delay": "2"}, {}),
    (Mode.SUBSCRIBE, "Progress running", {"X-Emulator-Run-Delay": "2"}, {}),
    (Mode.SUBSCRIBE, "Log", {"X-Emulator-Fail-Attempts": "1"}, {"logs": 20, "seconds": 1.5}),
    (Mode.SUBSCRIBE, "Progress fetching", {"X-Emulator-Fetch-Delay": "1"}, {}),
    (Mode.SUBSCRIBE, "Output", {}, {}),
    (Mode.RUN, "Sent", {"X-Emulator-Answer-Delay": "2"}, {}),
    (Mode.RUN, "Sent", {"X-Emulator-Run-Delay": "5"}, {}),
    (Mode.RUN, "Response", {"X-Emulator-Fault": "drip"}, {}),
    (Mode.RUN, "Output", {}, {}),
    (Mode.STREAM, "Sent", {"X-Emulator-Answer-Delay": "2"}, {}),
    (Mode.STREAM, "Partial", {"X-Emulator-Event-Interval": "0.3"}, {"count": 30}),
    (Mode.STREAM, "Output", {}, {"count": 3}),
    (Mode.REALTIME, "Session", {}, {}),
    *((mode, "Download fetching", {}, {"file": None}) for mode in (Mode.RUN, Mode.SUBMIT)),
)
KILLS: tuple[tuple[Mode, str, int], ...] = (
    # mode, the fact that is the end, which one of its kind
    *(
        (mode, fact, 1)
        for mode in (Mode.SUBMIT, Mode.SUBSCRIBE)
        for fact in ("Started", "Attempt", "Connection", "Sent", "Response", "BodyRead", "Enqueued")
    ),
    (Mode.SUBMIT, "Detached", 1),
    *(
        (Mode.SUBSCRIBE, fact, 1)
        for fact in ("Progress running", "Log", "Metric", "Progress fetching", "Output")
    ),
    *((Mode.SUBSCRIBE, fact, 3) for fact in ("Attempt", "Response")),
    *(
        (Mode.RUN, fact, 1)
        for fact in ("Started", "Attempt", "Connection", "Sent", "Response", "BodyRead", "Output")
    ),
    *((Mode.STREAM, fact, 1) for fact in ("Attempt", "Sent", "Response", "Partial", "Output")),
    (Mode.STREAM, "Partial", 7),
)
FILE_KILLS: tuple[tuple[Mode, str, int], ...] = (
    # Always among them: calls whose result names a file.
    (Mode.RUN, "Download fetching", 1),
    (Mode.SUBSCRIBE, "Download fetching", 1),
    (Mode.RUN, "Download fetching", 2),
    (Mode.SUBSCRIBE, "Download kept", 1),
)
FILE_BYTES, FILE_RATE = 5_000_000, 4_000_000
"""More than a megabyte is on the disk when the first half second is told, and more than half is still to come."""


@dataclass
class Chain:
    """Lives one after the other in one data folder, and what was seen of their calls."""

    number: int
    data: Path
    addresses: dict[str, Any]
    tags: list[str] = field(default_factory=list)
    calls: dict[str, str] = field(default_factory=dict)
    """Names of calls by their tags."""
    reached: dict[str, str] = field(default_factory=dict)
    """The last fact of each tag in the life in which it was made."""
    received: dict[str, int] = field(default_factory=dict)
    """How many bytes of a file each tag had by then."""
    missed: list[str] = field(default_factory=list)
    """Points that did not come."""
    files: dict[str, str] = field(default_factory=dict)
    """Ids of the emulator's files by the tags of the calls whose results name them."""
    _complaints: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    def live_on(self) -> "Chain":
        """Live until all is settled."""
        rng = random.Random(f"{SEED} {self.number}")
        order = random.Random(SEED)
        kills = [*order.sample(KILLS, CHAINS * LIVES - len(FILE_KILLS)), *FILE_KILLS]
        order.shuffle(kills)
        kills = kills[self.number :: CHAINS]
        for life, kill in enumerate(kills[:LIVES]):
            self._live(*_plan_of(rng, f"{self.number}-{life}", kill))
        self._live([], None)
        return self

    def __enter__(self) -> Self:
        self._lives = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.killed_life", "--many"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        return self

    def __exit__(self, *_error: object) -> None:
        with self._lives, self._complaints:
            assert self._lives.stdin is not None
            self._lives.stdin.close()

    def _live(self, wishes: list[dict[str, Any]], kill: dict[str, Any] | None) -> None:
        for wish in wishes:
            if "file" in wish["arguments"]:
                wish["arguments"]["file"] = self._file_for(wish["tag"])
        plan = {"data": str(self.data), "addresses": self.addresses, "wishes": wishes, "kill": kill}
        self.tags += [wish["tag"] for wish in wishes]
        assert self._lives.stdin is not None
        assert self._lives.stdout is not None
        self._lives.stdin.write(json.dumps(plan).encode() + b"\n")
        self._lives.stdin.flush()
        said: list[dict[str, Any]] = []
        while "exit_code" not in (said[-1] if said else ()):
            said.append(json.loads(self._lives.stdout.readline() or self._why()))
        assert said.pop()["exit_code"] == (0 if kill is None else -9), self._why()
        for line in said:
            if "never" in line:
                self.missed.append(line["never"])
            if line.get("tag") and kill is not None:
                self.calls[line["tag"]] = line["call"]
                self.reached[line["tag"]] = line["fact"]
                self.received[line["tag"]] = line.get("received", 0)

    def _why(self) -> str:
        self._complaints.seek(0)
        return self._complaints.read().decode(errors="replace")[-4000:]

    def _file_for(self, tag: str) -> dict[str, str]:
        """Put a file of its own on the emulator's CDN and return how a result names it."""
        with httpx.Client(timeout=100) as client:
            wish = {"file_name": f"{tag}.bin", "content_type": "application/octet-stream"}
            initiate = f"{self.addresses['rest']}/storage/upload/initiate"
            told = (
                client.post(initiate, json=wish, headers={"Authorization": f"Key {KEY}"})
                .raise_for_status()
                .json()
            )
            client.put(told["upload_url"], content=_bytes_of(tag)).raise_for_status()
        url = told["file_url"]
        self.files[tag] = url.rsplit("/", 2)[1]
        return {"url": f"{url}?emulator_download_rate={FILE_RATE}", "content_type": wish["content_type"]}


def _bytes_of(tag: str) -> bytes:
    return random.Random(tag).randbytes(FILE_BYTES)


def _plan_of(
    rng: random.Random, life: str, kill: tuple[Mode, str, int]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    wishes = [_wish(f"{life}-{n}", *step) for n, step in enumerate(rng.sample(STEPS, HELD))]
    mode, fact, nth = kill
    tag = f"{life}-last"
    arguments: dict[str, Any] = {"count": 12} if mode is Mode.STREAM else {"logs": 2}
    if fact.startswith("Download"):
        arguments["file"] = None
    # Typed requests have no start deadline; one that never arrives would stay unknown for a day.
    may_be_lost = mode in QUEUED and fact in ("Attempt", "Connection", "Sent")
    by_hand = rng.random() < 0.5 and not may_be_lost
    last = _wish(tag, mode, "", {}, arguments) | {"by_hand": by_hand}
    if by_hand:
        last["start_timeout_s"] = None
    delay_ms = -1.0 if rng.random() < 0.5 else rng.uniform(0.0, 30.0)
    return [*wishes, last], {"tag": tag, "fact": fact, "nth": nth, "delay_ms": delay_ms}


def _wish(
    tag: str, mode: Mode, hold: str, headers: dict[str, str], arguments: dict[str, Any]
) -> dict[str, Any]:
    return {
        "tag": tag,
        "mode": mode,
        "endpoint": BENCH,
        "arguments": {"text": tag} | arguments,
        "headers": headers,
        "start_timeout_s": SOON_S if mode in QUEUED else None,
        "hold": hold,
    }


@pytest.mark.timeout(900)
def test_whenever_it_is_killed_every_call_is_there_once_and_true(tmp_path: Path) -> None:
    with start_emulator("--cold-start", "0", "--slots", "64") as emulator:
        chains = [Chain(n, tmp_path / str(n), emulator.urls) for n in range(CHAINS)]
        with ExitStack() as alive, ThreadPoolExecutor(CHAINS) as pool:
            chains = list(pool.map(Chain.live_on, map(alive.enter_context, chains)))
        posts = _posts(emulator)
        listed = _listed(emulator)
        asked = emulator.requests(path="/files/b/", method="GET")
    assert sum(len(chain.tags) for chain in chains) >= POINTS
    problems = [problem for chain in chains for problem in _problems(chain, posts, listed)]
    problems += [problem for chain in chains for problem in _file_problems(chain, asked)]
    cut_off = [
        size for chain in chains for tag, size in chain.received.items() if tag in chain.files and size
    ]
    assert len(cut_off) >= len(FILE_KILLS), cut_off
    assert not problems, "\n".join(problems)
    assert sum(posts.values()) > POINTS // 2
    missed = [point for chain in chains for point in chain.missed]
    assert len(missed) <= POINTS // 10, missed


def _posts(emulator: EmulatorProcess) -> Counter[str]:
    """Count what arrived for each tag."""
    found: Counter[str] = Counter()
    for item in emulator.requests(method="POST"):
        if BENCH in item["path"]:
            found[json.loads(item["body"] or "{}").get("text", f"unreadable {item['seq']}")] += 1
    return found


def _listed(emulator: EmulatorProcess) -> dict[str, dict[str, Any]]:
    """Return what the server has run, by tag."""
    found: dict[str, dict[str, Any]] = {}
    with emulator.client() as client:
        query = {"endpoint_id": f"{BENCH},{BENCH}/stream", "expand": "payloads", "limit": "100", "cursor": ""}
        while True:
            asked = {name: value for name, value in query.items() if value}
            page = client.get("/api/v1/models/requests/by-endpoint", params=asked).raise_for_status().json()
            for item in page["items"]:
                tag = item["json_input"]["text"]
                assert tag not in found, f"{tag} ran twice"
                found[tag] = item
            query["cursor"] = page["next_cursor"]
            if not page["next_cursor"]:
                return found


def _problems(chain: Chain, posts: Counter[str], listed: dict[str, dict[str, Any]]) -> list[str]:
    """Return what is wrong with the calls of a chain, a line for each."""
    problems: list[str] = []
    database = Database(folders(chain.data).ledger)
    ledger = Ledger(database, lambda problem: problems.append(str(problem)))
    try:
        rows = {row.call: row for row in ledger.history(limit=10_000).result(100)}
        known = set(chain.calls.values())
        problems += [
            f"a call that nobody wished for: {row}" for call, row in rows.items() if call not in known
        ]
        ids = Counter(row.request_id for row in rows.values() if row.request_id)
        problems += [f"request {name} belongs to {count} calls" for name, count in ids.items() if count > 1]
        for tag in chain.tags:
            call = chain.calls.get(tag, "")
            row = rows.get(call)
            events = ledger.events_of(call).result(100) if row is not None else ()
            wrong = _wrong(chain.reached.get(tag, ""), row, events, posts[tag], listed.get(tag))
            if wrong:
                trail = " ".join(type(event.fact).__name__ for event in events)
                problems.append(
                    f"{tag}, cut off at {chain.reached.get(tag)}: {wrong}\n    {row}\n    {trail}"
                )
    finally:
        ledger.close()
    return problems


def _file_problems(chain: Chain, asked: list[dict[str, Any]]) -> list[str]:
    """Return what is wrong with the files of a chain's results, a line for each."""
    kept = folders(chain.data)
    parts = [path for path in (kept.blobs / "parts").glob("*") if path.is_file()]
    problems = [f"left over: {path}" for path in parts]
    ledger = Ledger(Database(kept.ledger), lambda problem: problems.append(str(problem)))
    try:
        for tag, name in chain.files.items():
            facts = [event.fact for event in ledger.events_of(chain.calls.get(tag, "")).result(100)]
            if not any(isinstance(fact, e.Output) for fact in facts):
                continue  # it ended without a result, see _problems
            data = _bytes_of(tag)
            sha256 = hashlib.sha256(data).hexdigest()
            stored = [path for path in kept.blobs.rglob(sha256) if path.stat().st_size == len(data)]
            arrived = [
                fact for fact in facts if isinstance(fact, e.Download) and fact.state is e.FileState.KEPT
            ]
            if len(stored) != 1 or stored[0].read_bytes() != data:
                problems.append(f"{tag}: its file is there {len(stored)} times")
            if not arrived or {(fact.sha256, fact.received_bytes) for fact in arrived} != {
                (sha256, len(data))
            }:
                problems.append(f"{tag}: the record says {arrived}")
            ranges = [
                value
                for item in asked
                if name in item["path"]
                for key, value in item["headers"]
                if key == "range"
            ]
            begun = [int(value.removeprefix("bytes=").removesuffix("-")) for value in ranges]
            if chain.reached.get(tag) == "Download fetching" and max(begun, default=0) < chain.received[tag]:
                problems.append(f"{tag}: it was begun again at {begun}, cut off at {chain.received[tag]}")
    finally:
        ledger.close()
    return problems


def _wrong(
    reached: str,
    row: CallRow | None,
    events: tuple[e.Event, ...],
    posts: int,
    item: dict[str, Any] | None,
) -> str:
    """Return what is not true of a call."""
    if posts > 1:
        return f"{posts} POSTs"
    if row is None:
        # Killed in the very moment of the wish: it is not on disk yet, and nothing was sent.
        return "" if posts == 0 and reached in ("", "Started") else "it is lost"
    state = fold(events, row.call)
    if [event.seq for event in events] != list(range(len(events))):
        return "its events have gaps"
    if (row.phase, row.ended) != (state.phase, True) or state.phase is Phase.UNKNOWN:
        return f"it has not ended: {state.phase}"
    if sum(isinstance(event.fact, e.Enqueued) for event in events) > 1:
        return "it has two tickets"
    return _untrue(state, posts, item)


def _untrue(state: CallState, posts: int, item: dict[str, Any] | None) -> str:
    cancelled, failure = state.cancelled, state.failure
    if item is None:
        never = cancelled is not None and cancelled.charged is e.Charged.NO and posts == 0
        lost = failure is not None and failure.charged is e.Charged.NO and "never arrived" in failure.message
        session = state.mode is Mode.REALTIME and cancelled is not None and cancelled.by == PROGRAM_END
        return "" if never or lost or session else f"the server never ran it, {posts} POSTs"
    if state.request_id != item["request_id"]:
        return f"the server knows it as {item['request_id']}"
    if item["status_code"] == 200:
        is_same = state.output == item["json_output"]
        return "" if state.phase is Phase.DONE and is_same else "the server was done"
    if item["status_code"] == 499:
        return (
            "" if cancelled is not None and cancelled.charged is not e.Charged.NO else "the server ended it"
        )
    is_told = failure is not None and failure.status == item["status_code"]
    return "" if is_told else f"the server failed with {item['status_code']}"
