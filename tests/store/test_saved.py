"""The folder of saved requests: safe names, nothing overwritten, broken files listed and left alone."""

from pathlib import Path

import pytest

from fal_studio.core.saved import ENDING, Kind, Saved, SavedError
from fal_studio.store.problems import StoreError
from fal_studio.store.saved import SavedRequests

ONE = Saved("Lighthouse, end of day", "a/b", {"prompt": "x"})


def test_requests_are_listed_by_folder_and_title(tmp_path: Path) -> None:
    kept = SavedRequests(tmp_path)
    kept.add(Saved("zebra", "a/b", {}))
    kept.add(Saved("Fast", "a/b", {"steps": 4}, kind=Kind.PRESET), "Posters/2026")
    kept.add(ONE)
    entries = kept.all()
    assert [(entry.folder, entry.title) for entry in entries] == [
        ("", "Lighthouse, end of day"),
        ("", "zebra"),
        ("Posters/2026", "Fast"),
    ]
    assert entries[2].kind is Kind.PRESET
    assert kept.load(Path(entries[0].path)) == ONE


def test_the_same_title_twice_makes_two_files(tmp_path: Path) -> None:
    kept = SavedRequests(tmp_path)
    paths = [kept.add(ONE) for _ in range(3)]
    assert [path.name.removesuffix(ENDING) for path in paths] == [
        "Lighthouse-end-of-day",
        "Lighthouse-end-of-day-2",
        "Lighthouse-end-of-day-3",
    ]


@pytest.mark.parametrize("title", ["../../x", "a/b\\c:d*?", "", "…", "con. ", "日本 灯台", "x" * 400])
def test_no_title_leaves_the_folder(tmp_path: Path, title: str) -> None:
    kept = SavedRequests(tmp_path / "saved")
    path = kept.add(Saved(title, "a/b", {}), "../..")
    assert path.parent == tmp_path / "saved"
    assert kept.load(path).title == title


def test_a_broken_file_is_listed_and_hides_nobody(tmp_path: Path) -> None:
    kept = SavedRequests(tmp_path)
    kept.add(ONE)
    (tmp_path / f"broken{ENDING}").write_bytes(b"\xff{")
    (tmp_path / f"folder{ENDING}").mkdir()
    entries = {entry.title: entry for entry in kept.all()}
    assert entries["broken"].problem
    assert entries["folder"].problem
    assert not entries[ONE.title].problem
    with pytest.raises(SavedError):
        kept.load(tmp_path / f"broken{ENDING}")
    with pytest.raises(StoreError):
        kept.load(tmp_path / f"gone{ENDING}")


def test_without_a_folder_there_is_nothing(tmp_path: Path) -> None:
    assert SavedRequests(tmp_path / "none").all() == []
