"""Bytes are kept once, found again at once and after a restart, and never wrong."""

import threading
from pathlib import Path

import pytest

from fal_studio.core.blobs import lift, restore
from fal_studio.store import blobs
from fal_studio.store.blobs import BlobStore
from fal_studio.store.problems import StoreError
from tests.waiting import until_blocking


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_payload_comes_back_to_the_letter_now_and_after_a_restart(tmp_path: Path) -> None:
    payload = {"images": [{"content": b"\xff\xd8" + b"x" * 5000}], "same": b"\xff\xd8" + b"x" * 5000}
    store = BlobStore(tmp_path, _unexpected)
    lifted = lift(payload, store.keep)
    assert restore(lifted, store.load) == payload
    assert store.close()
    assert len(files(tmp_path)) == 1
    again = BlobStore(tmp_path, _unexpected)
    assert restore(lifted, again.load) == payload
    assert again.close()


def _unexpected(problem: StoreError) -> None:
    raise AssertionError(problem)


def test_keeping_does_not_wait_for_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    write = blobs.write_whole

    def slow(path: Path, data: bytes) -> None:
        gate.wait(60)
        write(path, data)

    monkeypatch.setattr(blobs, "write_whole", slow)
    store = BlobStore(tmp_path, _unexpected)
    blob = store.keep(b"abc", "text/plain")
    assert not files(tmp_path)
    assert store.load(blob.sha256) == b"abc"
    gate.set()
    assert store.flush(60)
    assert files(tmp_path) == [store.path_of(blob.sha256)]
    assert store.close()


def test_a_damaged_or_missing_file_counts_as_gone(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, _unexpected)
    shas = [store.keep(data, "").sha256 for data in (b"first", b"second")]
    store.close()
    again = BlobStore(tmp_path, _unexpected)
    again.path_of(shas[0]).write_bytes(b"fir")
    again.path_of(shas[1]).unlink()
    for sha in shas:
        with pytest.raises(KeyError):
            again.load(sha)
    assert again.keep(b"first", "").sha256 == shas[0]
    assert again.close()
    assert again.path_of(shas[0]).read_bytes() == b"first"


@pytest.mark.parametrize("reference", ["../../etc/passwd", "", "a" * 63, "/" * 64, "é" * 64])
def test_a_foreign_reference_names_no_other_file(tmp_path: Path, reference: str) -> None:
    store = BlobStore(tmp_path, _unexpected)
    with pytest.raises(KeyError):
        store.load(reference)
    assert store.close()


def test_memory_is_bounded_and_older_blobs_come_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "MEMORY_BYTES", 10_000)
    monkeypatch.setattr(blobs, "YOUNG_BYTES", 7_000)
    store = BlobStore(tmp_path, _unexpected)
    kept = [store.keep(bytes([n]) * 3000, "") for n in range(20)]
    assert store.flush(60)
    assert store._young.size_bytes <= 7_000
    for _ in range(3):
        for blob in kept:
            store.load(blob.sha256)
    assert store._used.size_bytes <= 10_000
    assert store._young.size_bytes <= 7_000
    assert [store.load(blob.sha256) for blob in kept] == [bytes([n]) * 3000 for n in range(20)]
    assert store.close()


def test_what_a_session_makes_does_not_push_out_what_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "YOUNG_BYTES", 7_000)
    store = BlobStore(tmp_path, _unexpected)
    picture = store.keep(b"p" * 3000, "")
    for _ in range(2):
        store.load(picture.sha256)
    frames = [store.keep(bytes([n]) * 3000, "") for n in range(20)]
    for frame in frames:
        store.load(frame.sha256)  # shown once
    assert picture.sha256 in store._used
    assert len(store._used) == 1
    assert store._young.size_bytes <= 7_000
    assert store.flush(60)
    assert store.drop([picture.sha256], also_new=True) == 1
    with pytest.raises(KeyError):
        store.load(picture.sha256)
    assert store.close()


def test_what_could_not_be_written_is_told_once_and_written_when_it_can(tmp_path: Path) -> None:
    problems: list[StoreError] = []
    folder = tmp_path / "blobs"
    folder.write_text("a file is in the way")
    store = BlobStore(folder, problems.append)
    kept = [store.keep(data, "") for data in (b"one", b"two")]
    assert not store.flush(60)
    assert len(problems) == 1
    assert store.load(kept[0].sha256) == b"one"
    folder.unlink()
    assert store.flush(60)
    assert store.close()
    assert {path.read_bytes() for path in files(folder)} == {b"one", b"two"}


def test_what_could_not_be_written_is_written_as_soon_as_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "RETRY_EVERY_S", 0.02)
    problems: list[StoreError] = []
    folder = tmp_path / "blobs"
    folder.write_text("a file is in the way")
    store = BlobStore(folder, problems.append)
    blob = store.keep(b"one", "")
    until_blocking(lambda: problems)
    folder.unlink()
    until_blocking(store.path_of(blob.sha256).is_file)
    assert store.close()
