"""Files that exist whole or not at all, and what is waited for until a power cut could not take them."""

import os
import stat
import sys
from pathlib import Path

import pytest

from fal_studio.store.files import write_whole


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not sync folders")
def test_a_durable_file_is_synced_before_it_has_its_name_and_its_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a" / "kept.json"
    synced: list[tuple[bool, bytes | None]] = []
    fsync = os.fsync

    def watched(handle: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        synced.append((is_folder, path.read_bytes() if path.exists() else None))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    write_whole(path, b"not so important")
    assert synced == []
    write_whole(path, b"important", durable=True)
    assert synced == [(False, b"not so important"), (True, b"important")]
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_synced_is_no_reason_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def refusing(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "as some network disks do")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", refusing)
    write_whole(tmp_path / "kept.json", b"{}", durable=True)
    assert (tmp_path / "kept.json").read_bytes() == b"{}"
    assert list(tmp_path.iterdir()) == [tmp_path / "kept.json"]
