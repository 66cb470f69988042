"""Where the settings are kept: known before anything else, since they say which language the program speaks."""

import importlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT_VARIABLE = "FAL_STUDIO_HOME"
"""Names one folder that holds everything; for tests, portable installations and a second identity."""
ROOT_OPTION = "--data-dir"
"""The same for one run, on the command line of the window."""
NAME = "fal-studio"
SETTINGS = "settings.json"


def root(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the one folder that `ROOT_VARIABLE` names; None: the operating system's own folders."""
    named = environ.get(ROOT_VARIABLE, "")
    return Path(named).expanduser() if named else None


def config(root: Path | None) -> Path:
    """Return the folder of the settings, below `root` or the operating system's."""
    if root is not None:
        return root.absolute() / "config"
    platformdirs: Any = importlib.import_module("platformdirs")  # of no use where a root is named
    folder: Path = platformdirs.PlatformDirs(NAME, appauthor=False).user_config_path
    return folder


def given_root(arguments: Sequence[str]) -> Path | None:
    """Return the folder that is named on a command line nobody has parsed yet; None: none is."""
    for number, word in enumerate(arguments):
        option, has_value, value = word.partition("=")
        if option == ROOT_OPTION:
            following = arguments[number + 1 : number + 2]
            return Path(value) if has_value else Path(following[0]) if following else None
    return None
