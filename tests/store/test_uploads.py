"""Remembered uploads: found by their bytes, per storage, until they expire."""

from pathlib import Path

import msgspec
import pytest

from fal_studio.store import uploads
from fal_studio.store.uploads import KeptUpload, KeptUploads, hash_of

NOW = 1_790_000_000.0


def upload(number: int = 1, **changes: object) -> KeptUpload:
    one = KeptUpload(f"{number:064x}", 10, "https://cdn", f"https://cdn/{number}", "x.png", NOW)
    return msgspec.structs.replace(one, **changes)


def test_the_same_bytes_are_found_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "uploads.json"
    KeptUploads(path).add(upload())
    kept = KeptUploads(path)
    assert kept.find(upload().sha256, 10, "https://cdn", NOW) == upload()
    assert kept.find(upload().sha256, 11, "https://cdn", NOW) is None
    assert kept.find(upload().sha256, 10, "https://other", NOW) is None
    assert kept.find(upload(2).sha256, 10, "https://cdn", NOW) is None


def test_what_expires_soon_is_as_good_as_gone(tmp_path: Path) -> None:
    kept = KeptUploads(tmp_path / "uploads.json")
    kept.add(upload(expires_s=NOW + 3600))
    assert kept.find(upload().sha256, 10, "https://cdn", NOW)
    assert kept.find(upload().sha256, 10, "https://cdn", NOW + 3001) is None


def test_what_is_gone_is_not_used_again_and_still_left_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "uploads.json"
    kept = KeptUploads(path)
    kept.add(upload(1))
    kept.add(upload(1, url="https://cdn/again"))
    kept.note_gone("https://cdn/again", NOW + 5)
    kept = KeptUploads(path)
    assert [(one.url, one.gone_s) for one in kept.all()] == [
        ("https://cdn/again", NOW + 5),
        ("https://cdn/1", None),
    ]
    assert kept.find(upload().sha256, 10, "https://cdn", NOW) == upload(1)
    kept.note_gone("https://cdn/1", NOW + 5)
    assert kept.find(upload().sha256, 10, "https://cdn", NOW) is None


def test_a_file_that_everybody_reads_is_none_that_the_account_alone_may_read(tmp_path: Path) -> None:
    kept = KeptUploads(tmp_path / "uploads.json")
    kept.add(upload())
    assert kept.find(upload().sha256, 10, "https://cdn", NOW, is_restricted=True) is None
    kept.add(upload(url="https://cdn/shut", is_restricted=True))
    found = kept.find(upload().sha256, 10, "https://cdn", NOW, is_restricted=True)
    assert found is not None
    assert found.url == "https://cdn/shut"


def test_two_windows_lose_nothing_of_each_other_and_an_older_place_is_read(tmp_path: Path) -> None:
    old, path = tmp_path / "cache.json", tmp_path / "uploads.json"
    KeptUploads(old).add(upload(1))
    one, other = KeptUploads(path, old), KeptUploads(path, old)
    assert one.all() == other.all() == (upload(1),)
    one.add(upload(2))
    other.add(upload(3))
    one.note_restricted(upload(1).url)
    assert {item.url for item in KeptUploads(path).all()} == {upload(number).url for number in (1, 2, 3)}
    assert KeptUploads(path).all()[-1].is_restricted


def test_the_oldest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "KEPT", 3)
    kept = KeptUploads(tmp_path / "uploads.json")
    for number in (1, 2, 3, 1, 4):
        kept.add(upload(number))
    assert [one.url for one in kept.all()] == [upload(number).url for number in (4, 1, 3)]


@pytest.mark.parametrize("text", [b"{", b"[1]", b"\xff\xfe", b'[{"sha256": 1}]'])
def test_a_damaged_list_costs_only_another_upload(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "uploads.json"
    path.write_bytes(text)
    kept = KeptUploads(path)
    assert kept.all() == ()
    kept.add(upload())
    assert KeptUploads(path).all() == (upload(),)


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    kept = KeptUploads(tmp_path / "file" / "uploads.json")
    kept.add(upload())
    assert kept.all() == (upload(),)


def test_a_hash_is_of_all_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert hash_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
