"""Uploads to the emulator's storage: whole, in parts, with odd names, and refused."""

import hashlib
import json
import os
import subprocess
import sys

import msgspec
import pytest

from fal_studio.core import events as e
from fal_studio.core.request import ProfileKind
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Http
from fal_studio.services import transfer
from fal_studio.services.storage import Storage
from fal_studio.services.transfer import TRIES, Transfer
from tests.emulator_process import KEY, start_emulator
from tests.modes.stage import profile_of


@pytest.fixture(scope="module")
def emulator():
    with start_emulator() as it:
        yield it


def uploaded(in_plain_loop, profile, path, **options):
    facts: list[e.Fact] = []

    async def main() -> str:
        http = Http(profile, KEY)
        try:
            return await Transfer(Storage(http), path, **options).run(facts.append)
        finally:
            await http.aclose()

    return in_plain_loop(main()), [fact for fact in facts if isinstance(fact, e.Upload)]


@pytest.mark.parametrize("name", ["cat.png", "großer Käfer 日本.png", "no-extension"])
def test_a_file_arrives_as_it_is(in_plain_loop, emulator, tmp_path, name) -> None:
    path = tmp_path / name
    path.write_bytes(bytes(range(256)) * 4000)
    since = emulator.last()
    url, facts = uploaded(in_plain_loop, profile_of(emulator), path, lifetime_s=3600)
    with emulator.client(key=None) as client:
        assert client.get(url).content == path.read_bytes()
    assert facts[0] == e.Upload(name, 0, 1_024_000)
    assert facts[-1] == e.Upload(name, 1_024_000, 1_024_000, url)
    sent = [fact.sent_bytes for fact in facts]
    assert sent == sorted(sent)
    assert len(sent) > 4
    upload = next(request for request in emulator.requests(since) if "/files/upload" in request["path"])
    headers = {key.lower(): value for key, value in dict(upload["headers"]).items()}
    assert headers["x-fal-object-lifecycle"] == '{"expiration_duration_seconds":3600}'
    assert KEY not in str(upload)  # the storage gets its own token, never the key


def test_a_large_file_goes_in_parts(in_plain_loop, emulator, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(transfer, "PART_BYTES", 300_000)
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(251)) * 5000)
    since = emulator.last()
    url, facts = uploaded(in_plain_loop, profile_of(emulator), path, single_up_to=1000)
    with emulator.client(key=None) as client:
        assert client.get(url).content == path.read_bytes()
    parts = [request for request in emulator.requests(since) if request["method"] == "PUT"]
    assert len(parts) == 5
    assert facts[-1].url == url


def test_what_cannot_be_uploaded_is_explained(in_plain_loop, emulator, tmp_path) -> None:
    with pytest.raises(CallError, match=r"gone\.png cannot be read: no such file"):
        uploaded(in_plain_loop, profile_of(emulator), tmp_path / "gone.png")
    path = tmp_path / "x.png"
    path.write_bytes(b"x")
    local = msgspec.structs.replace(profile_of(emulator), kind=ProfileKind.LOCAL_APP)
    with pytest.raises(CallError, match="has no storage"):
        uploaded(in_plain_loop, local, path)


def test_a_storage_that_fails_for_good_says_so(in_plain_loop, emulator, tmp_path, monkeypatch) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"x" * 1000)
    monkeypatch.setattr(transfer.resend, "pause_s", lambda _number: 0.01)
    emulator.arm("server_error", path="/cdn/files/upload", times=TRIES)
    with pytest.raises(CallError, match=r"failed at the server \(500\)"):
        uploaded(in_plain_loop, profile_of(emulator), path)


def run_again(in_plain_loop, profile, path, work) -> None:
    async def main() -> None:
        http = Http(profile, KEY)
        try:
            await work(Storage(http))
        finally:
            await http.aclose()

    in_plain_loop(main())


@pytest.mark.parametrize("fault", ["reset", "closed", "bad_gateway_html", "unavailable_html"])
def test_two_broken_connections_cost_only_the_broken_parts(
    in_plain_loop, emulator, tmp_path, monkeypatch, fault
) -> None:
    monkeypatch.setattr(transfer, "PART_BYTES", 300_000)
    monkeypatch.setattr(transfer.resend, "pause_s", lambda _number: 0.01)
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(251)) * 12_000)
    emulator.arm(fault, path=r"/multipart/.*/\d+$", method="PUT", times=2, after=3)
    since = emulator.last()
    url, facts = uploaded(in_plain_loop, profile_of(emulator), path, single_up_to=1000)
    with emulator.client(key=None) as client:
        assert client.get(url).content == path.read_bytes()
    parts = [request for request in emulator.requests(since) if request["method"] == "PUT"]
    assert len(parts) == 11 + 2
    assert max(fact.sent_bytes for fact in facts) == path.stat().st_size == facts[-1].sent_bytes


def test_after_a_failure_it_goes_on_where_it_stopped(in_plain_loop, emulator, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(transfer, "PART_BYTES", 300_000)
    monkeypatch.setattr(transfer, "PARTS_AT_ONCE", 1)
    monkeypatch.setattr(transfer.resend, "pause_s", lambda _number: 0.01)
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(251)) * 5000)

    async def work(storage: Storage) -> None:
        facts: list[e.Fact] = []
        way = Transfer(storage, path, single_up_to=1000)
        emulator.arm("unavailable", path=r"/multipart/.*/3$", method="PUT", times=TRIES)
        with pytest.raises(CallError, match="runner"):
            await way.run(facts.append)
        assert sum(isinstance(fact, e.Trouble) for fact in facts) == TRIES - 1
        since = emulator.last()
        url = await way.run(facts.append)
        sent = [request["path"].rpartition("/")[2] for request in emulator.requests(since)]
        assert sorted(sent) == ["3", "4", "5", "complete"]
        with emulator.client(key=None) as client:
            assert client.get(url).content == path.read_bytes()
        assert await storage.exists(url, path.stat().st_size)
        assert not await storage.exists(url, 7)
        assert not await storage.exists(url.replace("/b/emulator/", "/b/emulator/other"), path.stat().st_size)

    run_again(in_plain_loop, profile_of(emulator), path, work)


def test_a_file_that_changes_on_the_way_is_not_called_uploaded(in_plain_loop, emulator, tmp_path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"x" * 1000)

    def change(fact: e.Fact) -> None:
        if isinstance(fact, e.Upload) and fact.sent_bytes:
            path.write_bytes(b"y" * 1000)

    async def work(storage: Storage) -> None:
        with pytest.raises(CallError, match=r"x\.png changed while it was uploaded"):
            await Transfer(storage, path).run(change)

    run_again(in_plain_loop, profile_of(emulator), path, work)


def test_300_mb_need_little_memory_and_survive_two_broken_connections(emulator, tmp_path) -> None:
    size = 300 * 1024 * 1024
    path = tmp_path / "long film.mp4"
    with path.open("wb") as film:
        for number in range(300):
            film.write(number.to_bytes(2, "big") * (512 * 1024))
    emulator.arm("reset", path=r"/multipart/.*/\d+$", method="PUT", times=2, after=9)
    profile = profile_of(emulator)
    words = [sys.executable, "-m", "tests.services.upload_probe", str(path)]
    done = subprocess.run(
        [*words, json.dumps(msgspec.to_builtins(profile.hosts))],
        env={**os.environ, "FAL_KEY": KEY},
        capture_output=True,
        check=True,
        timeout=300,
    )
    told = json.loads(done.stdout)
    assert told["troubles"] == 2
    assert told["progress"][0] == 0
    assert told["progress"][-1] == max(told["progress"]) == size
    assert told["grown"] < 40_000_000, f"memory grew by {told['grown'] / 1e6:.0f} MB"
    with emulator.client(key=None) as client, client.stream("GET", told["url"]) as answer:
        arrived = hashlib.sha256()
        for chunk in answer.iter_bytes():
            arrived.update(chunk)
    with path.open("rb") as film:
        assert arrived.digest() == hashlib.file_digest(film, "sha256").digest()
