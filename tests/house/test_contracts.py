"""Every import contract of pyproject.toml goes red for a planted violation, so none of them only looks strict."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("lint-imports")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

# contract, the module that gets one line more, the line
PLANTS = [
    ("rooms", "core/planted.py", "import fal_studio.wire"),
    ("rooms", "wire/planted.py", "import fal_studio.modes"),
    ("rooms", "modes/planted.py", "import fal_studio.services"),
    ("rooms", "jobs/runner.py", "import fal_studio.store"),
    ("rooms", "ui/planted.py", "import fal_studio.app"),
    ("rooms", "planted.py", "NOUN = 'a module without a place'"),
    ("panes", "ui/queue/planted.py", "import fal_studio.ui.output"),
    ("panes", "ui/output/planted.py", "import fal_studio.ui.shell"),
    ("panes", "ui/widgets/planted.py", "import fal_studio.ui.queue"),
    ("panes", "ui/planted.py", "NOUN = 'a module without a place'"),
    ("modes", "modes/stream.py", "import fal_studio.modes.run"),
    ("modes", "modes/subscribe.py", "import fal_studio.modes.stream"),
    ("modes", "modes/planted.py", "NOUN = 'a module without a place'"),
    ("jobs", "jobs/planted.py", "NOUN = 'a module without a place'"),
    ("core-pure", "core/planted.py", "import sqlite3"),
    ("core-pure", "core/planted.py", "def later():\n    import asyncio"),
    ("wire-pure", "wire/planted.py", "from httpx import Response"),
    ("wire-pure", "wire/planted.py", "import socket"),
    ("qt-above", "services/planted.py", "from PySide6.QtCore import QTimer"),
    ("qt-above", "emulator/planted.py", "from PySide6.QtGui import QImage"),
    ("window-blind", "ui/planted.py", "import asyncio"),
    ("window-blind", "ui/planted.py", "from fal_studio import store"),
    ("store-keeps", "store/planted.py", "import asyncio"),
    ("store-keeps", "store/planted.py", "import fal_studio.modes"),
    ("emulator-alone", "emulator/planted.py", "import fal_studio.wire"),
    ("emulator-alone", "emulator/planted.py", "import fal_studio.resources"),
    ("emulator-apart", "doctor/planted.py", "from fal_studio.emulator.errors import ModelError"),
    ("qt-above", "jobs/runner.py", "import qasync"),
    ("no-cycles", "core/planted.py", "import fal_studio.core.planted_too"),
]


@pytest.fixture
def copied(tmp_path):
    """A copy of the package and its contracts to plant into."""
    shutil.copytree(
        ROOT / "fal_studio", tmp_path / "fal_studio", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def verdict(folder: Path, contract: str) -> tuple[int, str]:
    """What lint-imports says of one contract."""
    asked = [PROGRAM, "--no-cache", "--no-logo", "--contract", contract]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, timeout=200, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("contract", "module", "line"), PLANTS, ids=lambda value: value.partition("\n")[0])
def test_a_planted_violation_is_found(copied, contract, module, line):
    planted = copied / "fal_studio" / module
    if "planted_too" in line:
        (planted.parent / "planted_too.py").write_text(f"import fal_studio.{planted.parent.name}.planted\n")
    with planted.open("a") as file:
        file.write(f"\n{line}\n")
    code, said = verdict(copied, contract)
    assert code == 1, said
    assert "1 broken" in said, said
    assert planted.stem in said, said


@pytest.mark.parametrize("contract", [contract["id"] for contract in CONTRACTS])
def test_every_contract_is_kept_and_has_a_plant(contract):
    assert contract in {planted for planted, _, _ in PLANTS}
    code, said = verdict(ROOT, contract)
    assert code == 0, said
