"""PySide6's own Python source is compiled once, not at every start."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fal_studio.app import kept_bytecode
from fal_studio.app.kept_bytecode import Kept

THEIRS = "shibokensupport/some.py"
PROGRAM = """
import builtins, re
real, compiled = builtins.compile, []
def counted(source, filename, *how, **more):
    compiled.append(str(filename))
    return real(source, filename, *how, **more)
builtins.compile = counted
import fal_studio.app.plain_import
from fal_studio.app.kept_bytecode import Later
from PySide6.QtCore import QPoint
from shibokensupport.signature import parser
assert builtins.compile is counted
assert "kept_bytecode" not in re.compile.__module__
assert isinstance(parser.arglistParser._finditer.__self__, Later), "its large pattern is compiled at the start again"
try:
    QPoint("x")
except TypeError as error:
    assert "xpos: int" in str(error)  # what was kept works: it is where PySide6's complaints come from
print(sum(name.startswith("shibokensupport/") for name in compiled))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "some.pyc"


@pytest.fixture(autouse=True)
def writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def value(code: Any) -> object:
    names: dict[str, object] = {}
    exec(code, names)
    return names["it"]


def keep(path: Path, source: bytes) -> Kept:
    kept = Kept(path)
    assert value(kept.compile(source, THEIRS, "exec")) is not None
    kept.write()
    return kept


def test_the_second_program_compiles_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(path, b"it = 1")
    monkeypatch.delattr(kept_bytecode, "_compile")
    assert value(Kept(path).compile(b"it = 1", THEIRS, "exec")) == 1


def test_another_source_is_compiled_anew_and_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(path, b"it = 1")
    keep(path, b"it = 2")
    monkeypatch.delattr(kept_bytecode, "_compile")
    assert value(Kept(path).compile(b"it = 2", THEIRS, "exec")) == 2


@pytest.mark.parametrize("cut", [0, 3, 40, -1])
def test_a_damaged_file_is_as_good_as_none(path: Path, cut: int) -> None:
    keep(path, b"it = 1")
    path.write_bytes(path.read_bytes()[:cut])
    keep(path, b"it = 1")
    assert value(Kept(path).compile(b"it = 1", THEIRS, "exec")) == 1


def test_what_is_not_pyside6s_own_is_left_alone(path: Path) -> None:
    kept = Kept(path)
    assert eval(kept.compile("1 + 1", "<text>", "eval", dont_inherit=True)) == 2
    assert value(kept.compile("it = 3", "ours.py", "exec")) == 3
    kept.write()
    assert not path.exists()


def test_a_pattern_is_compiled_when_it_is_used_and_does_what_it_would_have_done() -> None:
    later = kept_bytecode.Later(r"(\w+),?", flags=re.ASCII)
    assert [found.group(1) for found in later.finditer("a,b")] == ["a", "b"]
    assert later.flags & re.ASCII
    assert later.match("c").group(1) == "c"
    with kept_bytecode.kept_bytecode():
        assert isinstance(re.compile("ours"), re.Pattern)
    with pytest.raises(re.error):
        kept_bytecode.Later("(").match("")


def test_a_folder_that_cannot_be_written_costs_only_the_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    keep(tmp_path / "file" / "some.pyc", b"it = 1")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_nothing_is_written_where_python_was_told_not_to(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    keep(path, b"it = 1")
    assert not path.exists()


def test_the_window_compiles_pyside6s_source_at_its_first_start_only(tmp_path: Path) -> None:
    environ = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ["PYTHONPYCACHEPREFIX"] = str(tmp_path)

    def compiled() -> int:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
            env=environ,
        )
        return int(done.stdout)

    assert compiled() > 5, "PySide6 carries no source any more: drop kept_bytecode"
    assert compiled() == 0
