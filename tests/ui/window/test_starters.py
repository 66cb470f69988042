"""Requests to begin with, in a language in which they have other titles than in English."""

import json
import os
import subprocess
import sys
from pathlib import Path

from fal_studio.language import PSEUDO, VARIABLE

PROGRAM = """
import json, os, sys
from pathlib import Path

from fal_studio.app.program import Program
from fal_studio.app.start import application
from fal_studio.store.paths import folders
from fal_studio.ui.library.starters import STARTERS

application("dark")
program = Program(folders(Path(sys.argv[1])))
window = program.window
window.library.build()
titles = [starter.title for starter in STARTERS]
for title in (titles[0], titles[1], titles[0]):
    window.open_starter(title)
row = window.library.view.currentIndex().data()
print(json.dumps([titles[:2], [space.title for space in window.workspaces.values()], window.workspace.title, row]))
sys.stdout.flush()
os._exit(0)  # nothing was begun that wants an end
"""


def test_a_starter_that_is_open_comes_to_the_front_and_is_marked_in_every_language(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        env={**os.environ, VARIABLE: PSEUDO, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    english, opened, front, row = json.loads(done.stdout.splitlines()[-1])
    assert not set(english) & set(opened), "the titles are those of the language"
    assert len(opened) == 2, "the third press opened none"
    assert front == opened[0] == row
