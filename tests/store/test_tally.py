"""What files take is known without counting them again: the running sum is what a count of the real files says."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from fal_studio.store.blobs import BlobStore
from fal_studio.store.problems import StoreError
from fal_studio.store.tally import Tally

URL = "https://files.example/film.mp4"


def _unexpected(problem: StoreError) -> None:
    raise AssertionError(problem)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[BlobStore]:
    made = BlobStore(tmp_path, _unexpected)
    yield made
    assert made.close()


def on_disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.suffix)


def test_nothing_is_known_before_the_first_count(store: BlobStore) -> None:
    store.keep(b"a" * 1000, "")
    assert store.flush(30)
    assert store.tally.known_bytes is None
    assert store.count()
    assert store.tally.known_bytes == 1000


def test_what_is_kept_and_dropped_is_followed(store: BlobStore, tmp_path: Path) -> None:
    first = store.keep(b"a" * 1000, "")
    assert store.flush(30)
    assert store.count()
    store.keep(b"b" * 500, "")
    store.keep(b"a" * 1000, "")  # is there already
    assert store.flush(30)
    assert store.tally.known_bytes == 1500 == on_disk(tmp_path)
    assert store.drop([first.sha256, "0" * 64], also_new=True) == 1
    assert store.tally.known_bytes == 500 == on_disk(tmp_path)


def test_a_file_that_was_cut_short_counts_only_what_is_new(store: BlobStore, tmp_path: Path) -> None:
    path = store.path_of(hashlib.sha256(b"a" * 1000).hexdigest())
    path.parent.mkdir()
    path.write_bytes(b"a" * 400)  # as a crash leaves it
    assert store.count()
    store.keep(b"a" * 1000, "")
    assert store.flush(30)
    assert store.tally.known_bytes == 1000 == on_disk(tmp_path)


def test_a_download_counts_from_its_first_byte_and_once(store: BlobStore, tmp_path: Path) -> None:
    store.keep(b"a" * 1000, "")
    assert store.flush(30)
    assert store.count()
    part = store.part(URL)
    part.begin("v1")
    part.add(b"x" * 300)
    assert store.tally.known_bytes == 1300 == on_disk(tmp_path)
    part.begin("v2")  # another file by now: from the beginning
    assert store.tally.known_bytes == 1000 == on_disk(tmp_path)
    part.add(b"a" * 1000)
    part.finish("")  # the same bytes as what is there
    assert store.tally.known_bytes == 1000 == on_disk(tmp_path)
    other = store.part(URL)
    other.begin("v3")
    other.add(b"y" * 200)
    other.drop()
    assert store.tally.known_bytes == 1000 == on_disk(tmp_path)


def test_what_another_window_did_is_in_it_after_the_next_look(store: BlobStore, tmp_path: Path) -> None:
    assert store.count()
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / ("ab" * 32)).write_bytes(b"z" * 700)
    assert store.usage() == (1, 700)
    assert store.tally.known_bytes == 700


def test_a_count_during_which_something_came_is_not_exact() -> None:
    tally = Tally()
    mark = tally.mark
    tally.add(100)
    assert not tally.settle(1100, mark)
    assert tally.known_bytes == 1100, "better than nothing"
    mark = tally.mark
    tally.add(50)
    assert not tally.settle(1100, mark)
    assert tally.known_bytes == 1150, "what was followed is better than a count that may have missed it"
    assert tally.settle(1160, tally.mark)
    assert tally.known_bytes == 1160


def test_whoever_listens_hears_of_every_change() -> None:
    tally, heard = Tally(), list[int | None]()
    tally.heard = lambda: heard.append(tally.known_bytes)
    tally.add(5)
    assert tally.settle(10, tally.mark)
    tally.add(0)
    tally.add(-3)
    assert heard == [10, 7]
