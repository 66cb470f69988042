"""The pins: names and versions only, everything pinned, and no pair of Python and PySide6 that is known to break."""

import re
import sys
import tomllib
from importlib.metadata import distribution, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from PySide6.QtCore import QObject

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONSTRAINTS = sorted((ROOT / "packaging").glob("constraints*.txt"))
PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([0-9][A-Za-z0-9.+!-]*)")
QT_PACKAGES = ("PySide6-Essentials", "PySide6-Addons")


def pins(file: Path) -> dict[str, str]:
    """The versions by canonical name; a line of any other kind fails."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    matches = [PIN.fullmatch(line) for line in lines]
    assert None not in matches, [line for line, match in zip(lines, matches, strict=True) if match is None]
    return {canonicalize_name(match[1]): match[2] for match in matches if match}


def closure(name: str, extras: frozenset[str]) -> set[str]:
    """Everything an installed distribution needs on this Python, by canonical name."""
    found: set[str] = set()
    todo = [(name, extras)]
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        asked = todo.pop()
        if asked in seen:
            continue
        seen.add(asked)
        for text in requires(asked[0]) or []:
            need = Requirement(text)
            if need.marker and not any(need.marker.evaluate({"extra": extra}) for extra in asked[1] | {""}):
                continue
            found.add(canonicalize_name(need.name))
            todo.append((need.name, frozenset(need.extras)))
    return found


@pytest.mark.parametrize("file", CONSTRAINTS, ids=lambda file: file.name)
def test_constraints_name_packages_and_versions_only(file):
    assert len(pins(file)) > 30


def test_everything_that_is_needed_is_pinned_and_installed_as_pinned():
    pinned = pins(ROOT / "packaging" / "constraints.txt")
    needed = closure("fal-studio", frozenset({"dev"}))
    assert sorted(needed - pinned.keys()) == []
    assert {name: version(name) for name in needed} == {name: pinned[name] for name in needed}


def test_nothing_is_pinned_that_nobody_needs():
    pinned = set(pins(ROOT / "packaging" / "constraints.txt"))
    needed = closure("fal-studio", frozenset({"dev"})) | {"hatchling"} | closure("hatchling", frozenset())
    # needed by other systems and by older or newer Pythons than this one
    elsewhere = {
        "colorama",
        "pywin32-ctypes",
        "importlib-metadata",
        "zipp",
        "backports-tarfile",
        "jaraco-context",
        "typing-extensions",
    }
    elsewhere |= {"jeepney", "secretstorage", "lazy-importer"}
    assert sorted(pinned - needed - elsewhere) == []


@pytest.mark.parametrize("name", QT_PACKAGES)
def test_the_pyside_that_breaks_an_allowed_python_is_not_allowed(name):
    (need,) = [Requirement(text) for text in PROJECT["dependencies"] if Requirement(text).name == name]
    assert SpecifierSet(PROJECT["requires-python"]).contains("3.11.7"), (
        "3.11 is gone: PySide6 may go to 6.12 now"
    )
    assert need.specifier.contains(pins(ROOT / "packaging" / "constraints.txt")[canonicalize_name(name)])
    assert not any(need.specifier.contains(broken) for broken in ("6.12.0", "6.12.1", "6.13.0"))


def test_a_void_qt_call_returns_a_none_of_its_own():
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(500):
        thing.setObjectName("fal")
    assert abs(sys.getrefcount(None) - before) < 50


def test_the_running_pair_is_the_pinned_one():
    assert SpecifierSet(PROJECT["requires-python"]).contains("{}.{}.{}".format(*sys.version_info))
    assert distribution("PySide6-Essentials").version == distribution("shiboken6").version
