"""Transcripts on the disk: whole, in order, with gaps told, and gone when their call is."""

from pathlib import Path

import pytest

from fal_studio.core import transcript
from fal_studio.core.request import Mode
from fal_studio.core.transcript import Head, Piece, Shape, Way
from fal_studio.store import transcripts
from fal_studio.store.problems import StoreError, Trouble
from fal_studio.store.transcripts import Transcripts

PIECES = [Piece(n, Way.IN, Shape.CHUNK, f"data: {n} ä\n\n".encode()) for n in range(500)]
FRAMES = [Piece(1, Way.OUT, Shape.BINARY, bytes(range(256))), Piece(2, Way.IN, Shape.TEXT, b'{"a":1}')]
HEAD = Head(call="a1", wall_s=1.0, endpoint="a/b", mode=Mode.STREAM)


def test_what_was_taken_is_read_back_and_written_to_the_letter(tmp_path: Path) -> None:
    kept = Transcripts(tmp_path / "wire", pytest.fail)
    for piece in PIECES:
        kept.take("a1", piece)
    for piece in FRAMES:
        kept.take("b2", piece)
    assert list(kept.pieces("a1")) == PIECES
    assert list(kept.pieces("b2")) == FRAMES
    assert kept.has("a1")
    assert not kept.has("c3")
    assert kept.write(HEAD, tmp_path / "out" / "a.jsonl") == len(PIECES)
    assert transcript.read((tmp_path / "out" / "a.jsonl").read_bytes().splitlines()) == (HEAD, PIECES)
    kept.drop(["a1", "c3"])
    assert not kept.has("a1")
    assert kept.has("b2")
    kept.close()
    kept.take("b2", FRAMES[0])  # after the end of the program: nothing happens
    again = Transcripts(tmp_path / "wire", pytest.fail)
    with next((tmp_path / "wire").rglob("b2.jsonl")).open("ab") as file:
        file.write(b'{"t_ns": 3, "way"')  # the program was killed while it wrote
    assert list(again.pieces("b2")) == FRAMES
    again.close()


def test_a_full_backlog_and_a_folder_that_cannot_be_written_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcripts, "BACKLOG_BYTES", 20)
    kept = Transcripts(tmp_path / "wire", pytest.fail)
    kept.take("a1", PIECES[0])
    kept.take("a1", Piece(1, Way.IN, Shape.CHUNK, b"x" * 100))
    kept.flush()
    kept.take("a1", PIECES[2])
    assert list(kept.pieces("a1")) == [PIECES[0], PIECES[2]]
    assert not kept.is_whole("a1")
    kept.close()
    (tmp_path / "file").write_text("")
    told: list[StoreError] = []
    kept = Transcripts(tmp_path / "file", told.append)
    for piece in PIECES[:2]:
        kept.take("a1", piece)
        kept.flush()
    assert [problem.kind for problem in told] == [Trouble.READ_ONLY]
    with pytest.raises(StoreError):
        kept.write(HEAD, tmp_path / "file" / "a.jsonl")
    kept.close()


def test_a_call_cannot_name_another_file(tmp_path: Path) -> None:
    kept = Transcripts(tmp_path / "wire", pytest.fail)
    with pytest.raises(ValueError, match="no call"):
        kept.has("../../etc/passwd")
    kept.close()
