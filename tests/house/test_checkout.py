"""What lies in the checkout: only the agreed entries at the top, no lock files, no address of a package registry."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = {"pyproject.toml", "fal_studio", "resources", "tests", "packaging", "README.md"}
LOCKS = {
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
}
URL = re.compile(rb"https?://([A-Za-z0-9.-]+)")
REGISTRY_LABELS = {"registry", "pypi", "test-pypi", "simple", "npm", "deb", "mirrors", "archive"}


def tracked() -> list[Path]:
    """The files git knows, relative to the checkout; skips where this is no git checkout."""
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [Path(name) for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_the_top_holds_only_the_agreed_entries():
    top = {file.parts[0] for file in tracked()}
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_no_lock_file_is_tracked():
    assert [file for file in tracked() if file.name in LOCKS] == []


def test_no_file_holds_the_address_of_a_registry():
    found = [
        f"{file}: {host.decode()}"
        for file in tracked()
        for host in URL.findall((ROOT / file).read_bytes())
        if REGISTRY_LABELS & set(host.decode().lower().split("."))
    ]
    assert found == []


def test_no_tracked_file_is_huge():
    assert [file for file in tracked() if (ROOT / file).stat().st_size > 2_000_000] == []


def test_ci_calls_the_one_test_command():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text().splitlines()[-1] == "exec python3 packaging/dev.py test"
