"""A start takes its modules from one file, and never an old one."""

import marshal
import os
import shutil
import subprocess
import sys
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest

from fal_studio.app import one_file
from fal_studio.app.one_file import OneFile

START = """
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
spec = spec_from_file_location("one_file", sys.argv[2])
one_file = module_from_spec(spec)
spec.loader.exec_module(one_file)
import fal_studio
one = one_file.OneFile(Path(sys.argv[1]), str(Path(fal_studio.__file__).parent))
sys.meta_path.insert(0, one)
import fal_studio.inner.part as part
complete = one.is_complete()
if not complete:
    one.write()
inner = sys.modules["fal_studio.inner"]
print(part.VALUE, complete, type(part.__loader__) is SourceFileLoader, part.__file__, part.__cached__, part.__package__, inner.__path__)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with the program's name, a package in that, and a module in that."""
    root = tmp_path / "fal_studio"
    (root / "inner").mkdir(parents=True)
    (root / "__init__.py").write_text("")
    (root / "inner" / "__init__.py").write_text("")
    (root / "inner" / "part.py").write_text("VALUE = 'old'\n")
    return root


def start(package: Path, kept: Path, **more: str) -> list[str]:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", START, str(kept), str(one_file.__file__)],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
        cwd=package.parent,
        env=environ | {"PYTHONPATH": str(package.parent)} | more,
    )
    return done.stdout.split()


def test_the_second_start_finds_every_module_in_the_file(package: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept" / "modules.pyc"
    first, second = start(package, kept), start(package, kept)
    assert first[:3] == ["old", "False", "True"]
    assert second[:3] == ["old", "True", "False"]
    assert first[3:] == second[3:], "a module is not told from one that Python loads"
    assert not list(kept.parent.glob("*.pyc.*"))


def test_a_source_that_changed_is_loaded_anew_and_kept(package: Path, tmp_path: Path) -> None:
    kept = tmp_path / "modules.pyc"
    start(package, kept)
    (package / "inner" / "part.py").write_text("VALUE = 'newer'\n")
    assert start(package, kept)[:3] == ["newer", "False", "True"]
    assert start(package, kept)[:3] == ["newer", "True", "False"]


OTHER = marshal.dumps({"fal_studio.inner": 1})
FORMER = MAGIC_NUMBER + len(OTHER).to_bytes(8, "little") + OTHER
"""What the first version wrote."""


@pytest.mark.parametrize("broken", [b"", b"nothing", "half", "zeros", FORMER])
def test_a_broken_or_old_file_is_not_read_and_made_anew(
    package: Path, tmp_path: Path, broken: bytes | str
) -> None:
    kept = tmp_path / "modules.pyc"
    start(package, kept)
    whole = kept.read_bytes()
    half = whole[: len(whole) // 2]
    kept.write_bytes(
        {"half": half, "zeros": half.ljust(len(whole), b"\0")}[broken] if isinstance(broken, str) else broken
    )
    assert start(package, kept)[:3] == ["old", "False", "True"]
    assert start(package, kept)[:3] == ["old", "True", "False"]


def test_a_copy_of_the_program_runs_its_own_modules(package: Path, tmp_path: Path) -> None:
    start(package, package / "modules.pyc")
    copy = tmp_path / "elsewhere" / "fal_studio"
    shutil.copytree(package, copy)
    told = start(copy, copy / "modules.pyc")
    assert told[1] == "False"
    assert Path(told[3]) == copy / "inner" / "part.py"


def test_nothing_is_written_where_python_writes_none(package: Path, tmp_path: Path) -> None:
    kept = tmp_path / "modules.pyc"
    start(package, kept, PYTHONDONTWRITEBYTECODE="1")
    assert not kept.exists()


def test_a_folder_that_cannot_be_written_costs_only_the_time(package: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert start(package, tmp_path / "file" / "modules.pyc")[:2] == ["old", "False"]


def test_a_process_that_loaded_more_than_a_start_does_writes_nothing(tmp_path: Path) -> None:
    assert "asyncio" in sys.modules
    assert OneFile(tmp_path / "modules.pyc", "").is_complete()


def test_the_program_starts_from_it(tmp_path: Path) -> None:
    probe = Path(__file__).parents[1] / "bench" / "window_probe.py"
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ |= {
        "PYTHONPATH": str(probe.parents[2]),
        "PYTHONPYCACHEPREFIX": str(tmp_path),
        "PYTHONVERBOSE": "1",
    }
    told = ""
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, str(probe), "react"],
            capture_output=True,
            text=True,
            timeout=200,
            check=True,
            env=environ | {"QT_QPA_PLATFORM": "offscreen"},
        )
        told, _, _behind = done.stderr.partition("import 'asyncio' ")
    ours = [line for line in told.splitlines() if line.startswith("import 'fal_studio.ui.shell.")]
    assert ours
    assert all("one_file._Loader" in line for line in ours), told[-2000:]
