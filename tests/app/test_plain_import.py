"""Importing the window's code must not make PySide6 read the source of every module."""

import subprocess
import sys

PROGRAM = """
import builtins, linecache, sys
import fal_studio.app.start
import wave  # stands for whatever is loaded later, in any thread
ours = [name for name in linecache.cache if "fal_studio" in name or name.endswith("wave.py")]
print(ours, builtins.__import__ is builtins.__feature_import__)
"""


def test_no_module_is_read_a_second_time_to_look_for_qt_features() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=200, check=True
    )
    assert done.stdout.strip() == "[] False"


def test_without_our_part_it_would_be() -> None:
    program = PROGRAM.replace("fal_studio.app.start", "PySide6.QtCore")
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=200, check=True
    )
    assert done.stdout.strip().endswith("wave.py'] True"), (
        "PySide6 does not do it any more: drop plain_import"
    )
