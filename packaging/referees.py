"""The referees of the conformance tests, each in a place of its own, all at test time only.

The official JavaScript client and proxy lie in `build/js` (Node comes with `.venv`), the `fal` SDK in `build/fal-venv`, because
its dependencies are not ours.
"""

import json
import os
import sys

import checkout
import environment
from terminal import CommandError, quietly

JAVASCRIPT = checkout.ROOT / "build" / "js"
JAVASCRIPT_PACKAGES = {"@fal-ai/client": "1.10.1", "@fal-ai/server-proxy": "1.2.1"}
FAL_VENV = checkout.ROOT / "build" / "fal-venv"
FAL_CONSTRAINTS = checkout.PACKAGING / "constraints-fal.txt"


def ensure() -> None:
    """Install the referees that are not there in the wanted versions."""
    _javascript()
    _fal_sdk()


def _javascript() -> None:
    wanted = checkout.digest(json.dumps(JAVASCRIPT_PACKAGES))
    if checkout.is_stamped("javascript", wanted) and (JAVASCRIPT / "node_modules").exists():
        return
    JAVASCRIPT.mkdir(parents=True, exist_ok=True)
    project = {"name": "fal-studio-referees", "private": True, "dependencies": JAVASCRIPT_PACKAGES}
    (JAVASCRIPT / "package.json").write_text(json.dumps(project, indent=2), encoding="utf-8")
    words = [
        checkout.program("npm"),
        "install",
        "--prefix",
        JAVASCRIPT,
        "--no-package-lock",
        "--ignore-scripts",
    ]
    # npm starts the `node` of the path: let it be the one beside it.
    path = os.pathsep.join([str(checkout.program("node").parent), os.environ.get("PATH", "")])
    try:
        quietly(
            "Installing the official JavaScript client",
            [*words, "--no-audit", "--no-fund", "--no-update-notifier"],
            checkout.LOGS / "npm.txt",
            environ={**os.environ, "PATH": path},
        )
    except CommandError as failure:
        raise environment.explained(failure) from failure
    checkout.stamp("javascript", wanted)


def _fal_sdk() -> None:
    wanted = checkout.digest(FAL_CONSTRAINTS.read_bytes(), sys.version, str(checkout.ROOT))
    if checkout.is_stamped("fal", wanted) and checkout.python(FAL_VENV).exists():
        return
    environment.make(FAL_VENV)
    environment.install(FAL_VENV, "Installing the fal SDK (a referee)", ["fal"], FAL_CONSTRAINTS)
    checkout.stamp("fal", wanted)
