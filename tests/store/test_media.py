"""Saved results have safe names, replace nothing and stay in the chosen folder."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core.names import safe_name
from fal_studio.store.media import save
from fal_studio.store.problems import StoreError


@pytest.mark.parametrize(
    ("name", "content_type", "safe"),
    [
        ("fox.png", "", "fox.png"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Windows\\evil.exe", "image/png", "evil.exe"),
        ("flux-v1.6", "image/jpeg; charset=binary", "flux-v1.6.jpg"),
        ("", "model/gltf-binary", "result.glb"),
        ("..", "image/webp", "result.webp"),
        (".hidden", "", "hidden"),
        ("con.png", "", "_con.png"),
        ("a<b>:c?*.png", "", "a_b_c_.png"),
        ("fox\u202egnp.exe", "", "foxgnp.exe"),
        ("ünïcödé 狐.png", "", "ünïcödé 狐.png"),
        ("trailing. . ", "image/png", "trailing.png"),
    ],
)
def test_names_are_made_safe(name: str, content_type: str, safe: str) -> None:
    assert safe_name(name, content_type) == safe


@given(st.text(), st.sampled_from(["image/png", "", "nonsense", "a/b;c"]))
def test_any_text_gives_a_plain_file_name(name: str, content_type: str) -> None:
    safe = safe_name(name, content_type)
    assert safe
    assert Path(safe).name == safe
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 160
    assert not set(safe) & set('/\\<>:"|?*\0')


def test_a_taken_name_gets_a_number_and_nothing_is_replaced(tmp_path: Path) -> None:
    saved = [save(bytes([n]), tmp_path / "new", "fox.png") for n in range(3)]
    assert [path.name for path in saved] == ["fox.png", "fox (2).png", "fox (3).png"]
    assert [path.read_bytes() for path in saved] == [b"\0", b"\1", b"\2"]


def test_a_link_in_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.png"
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "fox.png").symlink_to(outside)
    assert save(b"x", folder, "fox.png").name == "fox (2).png"
    assert not outside.exists()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"fox\.png"):
        save(b"x", tmp_path / "file", "fox.png")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells which files are open")
def test_what_could_not_be_written_whole_is_closed_and_then_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    was_open: list[bool] = []
    unlink = Path.unlink

    def watched(path: Path, *, missing_ok: bool = False) -> None:
        was_open.append(any(handle.resolve() == path for handle in Path("/proc/self/fd").iterdir()))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", watched)
    with pytest.raises(StoreError):
        save(tmp_path / "gone.mp4", tmp_path / "media", "fox.mp4")
    assert list((tmp_path / "media").iterdir()) == []
    assert was_open == [False], "Windows deletes no open file"
