"""Full disks, read-only folders and SIGKILL: what can be kept is kept, and what cannot is told."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fal_studio.core import events as e
from fal_studio.core.call import ENDED, Phase, fold
from fal_studio.core.stranded import is_paid
from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger
from fal_studio.store.problems import Trouble

WAIT_S = 100
CHECKOUT = Path(__file__).parents[2]


def start(script: str, *arguments: object, **options) -> subprocess.Popen[str]:
    prelude = (
        "import pathlib, resource, signal, sys, threading, time\n"
        "from fal_studio.core import events as e\n"
        "from tests.store.conftest import ENQUEUED, REQUEST, STARTED, Desk\n"
        "from fal_studio.store.blobs import BlobStore\n"
        "from fal_studio.store.problems import StoreError\n"
    )
    command = [*options.pop("before", ()), sys.executable, "-c", prelude + script, *map(str, arguments)]
    return subprocess.Popen(
        command,
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    return out


FULL_AND_FREE_AGAIN = """
desk = Desk(pathlib.Path(sys.argv[1]) / "ledger.sqlite")
desk.ledger.intend("c", REQUEST).result(20)
desk.happen("c", STARTED)
desk.ledger.flush().result(20)
{fill}
for n in range(200):
    desk.happen("c", e.Log("x" * 10_000))
try:
    desk.ledger.flush().result(20)
    print("no complaint")
except StoreError as problem:
    print(problem.kind, "|", problem)
{free}
desk.ledger.flush().result(20)
print(len(desk.ledger.events_of("c").result(20)))
print(desk.ledger.close())
"""


def test_a_file_size_limit_loses_nothing_once_it_is_gone(tmp_path: Path) -> None:
    fill = (
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))"
    )
    free = "resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))"
    out = finish(start(FULL_AND_FREE_AGAIN.format(fill=fill, free=free), tmp_path)).splitlines()
    assert "ledger.sqlite" in out[0]
    assert out[0] != "no complaint"
    assert out[1:] == ["201", "True"]


def test_a_full_disk_loses_nothing_once_there_is_room(tmp_path: Path) -> None:
    mount = f'mount -t tmpfs -o size=1m none {tmp_path} && exec "$@"'
    before = ("unshare", "-rm", "sh", "-c", mount, "sh")
    try:
        allowed = (
            subprocess.run([*before, "true"], capture_output=True, timeout=100, check=False).returncode == 0
        )
    except FileNotFoundError:
        allowed = False
    if not allowed:
        pytest.skip("mounting a small file system is not allowed here")
    fill = "filler = pathlib.Path(sys.argv[1]) / 'filler'\nfiller.write_bytes(b'x' * 700_000)"
    free = "filler.unlink()\nimport subprocess\nsubprocess.run(['mount', '-o', 'remount,size=20m', sys.argv[1]], check=True)"
    out = finish(
        start(FULL_AND_FREE_AGAIN.format(fill=fill, free=free), tmp_path, before=before)
    ).splitlines()
    assert out[0].startswith(f"{Trouble.FULL} |"), out
    assert out[1:] == ["201", "True"]


def test_a_read_only_folder_is_said_and_hurts_nobody(tmp_path: Path) -> None:
    folder = Path(f"/tmp/fal-read-only-{os.getpid()}") if os.geteuid() == 0 else tmp_path / "locked"
    folder.mkdir(mode=0o555)
    script = """
import os
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)  # root may write everywhere: be somebody else
folder = pathlib.Path(sys.argv[1])
for path in (folder / "ledger.sqlite", folder / "new" / "ledger.sqlite"):
    desk = Desk(path)
    desk.happen("c", STARTED, ENQUEUED)
    try: desk.ledger.intend("c", REQUEST).result(20)
    except StoreError as problem: print(problem.kind)
    print(desk.ledger.close())
blobs = BlobStore(folder / "blobs", lambda problem: print(problem.kind))
print(blobs.load(blobs.keep(b"abc", "").sha256), blobs.flush(20), blobs.close())
"""
    try:
        out = finish(start(script, folder))
    finally:
        folder.chmod(0o755)
        folder.rmdir()
    assert out.splitlines() == ["read-only", "False", "read-only", "False", "read-only", "b'abc' False False"]


WORK_UNTIL_KILLED = """
desk = Desk(pathlib.Path(sys.argv[1]))
for n in range(100_000):
    call = f"c{n:06}"
    desk.ledger.intend(call, REQUEST, 1000.0).result(20)
    print("intended", call, flush=True)
    desk.happen(call, STARTED, e.Attempt(1, "submit", "POST", "u"))
    if n % 3:
        desk.happen(call, ENQUEUED)
        desk.ledger.flush().result(20)
        print("enqueued", call, flush=True)
    if n % 3 == 2:
        desk.happen(call, *(e.Log(f"step {m}") for m in range(20)), e.Output({"n": n}))
        desk.ledger.flush().result(20)
        print("ended", call, flush=True)
"""


def test_sigkill_at_any_point_leaves_every_promise_kept(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    for kill_after_lines in (1, 2, 3, 7, 20, 111):
        process = start(WORK_UNTIL_KILLED, path)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(kill_after_lines)]
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate(timeout=100)
        # The last line may have been cut; what it promises was on disk before it was printed.
        promises = [line.split() for line in (*lines, *rest.splitlines()) if len(line.split()) == 2]
        _check(path, promises)
        for file in tmp_path.glob("ledger.sqlite*"):
            file.unlink()


def _check(path: Path, promises: list[list[str]]) -> None:
    ledger = Ledger(Database(path), lambda problem: pytest.fail(str(problem)))
    opened = {call.call: call for call in ledger.open_calls().result(WAIT_S)}
    phases = {row.call: row.phase for row in ledger.history(limit=10_000).result(WAIT_S)}
    assert {call for word, call in promises if word == "intended" and len(call) == 7} <= set(phases)
    for call in {call for word, call in promises if word == "ended" and len(call) == 7}:
        assert phases[call] is Phase.DONE
    for call in {call for word, call in promises if word == "enqueued" and len(call) == 7} & set(opened):
        assert opened[call].ticket is not None
    for call in opened.values():
        assert [event.seq for event in call.events] == list(range(len(call.events)))
        assert isinstance(call.events[0].fact, e.Started)
        phase = fold(call.events).phase
        assert phases[call.call] is phase
        if call.ticket is None:
            was_sent = any(is_paid(event.fact) for event in call.events)
            assert phase is (Phase.UNKNOWN if was_sent else Phase.CANCELLED)
        else:
            assert phase not in ENDED
    assert ledger.close()
