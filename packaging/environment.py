"""The project's own Python environment: `.venv` in the checkout, made once and kept right.

A stamp says for which project file, pins and interpreter it was made. While the stamp fits, nothing is looked at again,
which is why a second start costs almost nothing.
"""

import importlib.util
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import checkout
import system
from checkout import LOGS, PACKAGING, ROOT, VENV, program, python
from terminal import CommandError, PlainError, quietly, say

CONSTRAINTS = PACKAGING / "constraints.txt"
# The back end comes from the environment itself, so that it is pinned like everything else.
WHEEL = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
QUIET_PIP = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off")
NO_NETWORK = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "getaddrinfo",
    "Failed to establish a new connection",
    "Network is unreachable",
    "Connection refused",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "timed out",
)


def ensure() -> None:
    """Make `.venv` and install the project with everything pinned, unless that is done already."""
    if (ROOT / ".git").exists() and not CONSTRAINTS.exists():
        raise PlainError(f"{CONSTRAINTS.relative_to(ROOT)} is missing; this checkout is not whole.")
    wanted = _fingerprint()
    if checkout.is_stamped("packages", wanted) and python().exists() and program("fal-studio").exists():
        return
    if not checkout.STAMPS.exists():
        say("The first start installs what is needed (1.3 GB on disk): a minute or a few, once.")
    make(VENV)
    install(VENV, "Installing the tool that builds the project", ["hatchling"], CONSTRAINTS)
    project = ["--no-build-isolation", "--editable", f"{ROOT}[dev]"]
    install(VENV, "Installing fal Studio and what it needs", project, CONSTRAINTS)
    checkout.stamp("packages", wanted)


def make(venv: Path) -> None:
    """Create a virtual environment, anew when it belongs to another Python or does not start."""
    if _fits(venv):
        return
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        system.install([package], f"This Python cannot make environments: its package {package} is missing.")
    words = [sys.executable, "-m", "venv", "--clear", venv]
    try:
        quietly(
            f"Making the environment {venv.relative_to(ROOT)}",
            words,
            LOGS / f"venv-{venv.name.lstrip('.')}.txt",
        )
    except CommandError as failure:
        raise PlainError(f"Python could not make {venv}:\n{failure.tail()}") from failure


def install(venv: Path, what: str, requirements: list[str], constraints: Path) -> None:
    """Install with pip, quietly; a failure says whether it was the network."""
    words = [python(venv), "-m", "pip", "install", *QUIET_PIP]
    log = LOGS / f"pip-{venv.name.lstrip('.')}.txt"
    try:
        quietly(what, [*words, "--constraint", constraints, *requirements], log)
    except CommandError as failure:
        raise explained(failure) from failure


def explained(failure: CommandError) -> PlainError:
    """Turn a failed installation into a message with a next step."""
    where = failure.log.relative_to(ROOT)
    told = next(
        (line.strip() for line in failure.output.splitlines() if any(sign in line for sign in NO_NETWORK)),
        None,
    )
    if told is not None:
        return PlainError(
            f"{failure}: the package registry cannot be reached from here.\n    {told[:300]}\n"
            f"Check the network (a proxy goes into HTTPS_PROXY), then run the same command again. All of it: {where}"
        )
    if "No space left on device" in failure.output:
        return PlainError(f"{failure}: the disk is full. Free about 2 GB, then run the same command again.")
    return PlainError(
        f"{failure}:\n{failure.tail()}\nAll of it is in {where}. After the cause is gone, run the same command again."
    )


def _fingerprint() -> str:
    document: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    # Only what changes an installation: editing a lint rule must not need the network.
    told = [document.get("project"), document.get("build-system"), document.get("tool", {}).get("hatch")]
    return checkout.digest(json.dumps(told, sort_keys=True), CONSTRAINTS.read_bytes(), sys.version, str(ROOT))


def _fits(venv: Path) -> bool:
    if not python(venv).exists():
        return False
    asked = [str(python(venv)), "-c", "import sys, pip; print(sys.version)"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()
