"""What stands outside the brackets of the pseudo language, and tests in a process of their own that speaks it."""

import os
import re
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from fal_studio import language, words
from fal_studio.core.request import Mode

ROOT = Path(__file__).parents[1]
_IN_BRACKETS = re.compile(f"{words.OPEN}[^{words.OPEN}{words.CLOSE}]*{words.CLOSE}")
_WORD = re.compile(r"[A-Za-z]{2,}")
_DATA = re.compile(
    r"\w+://\S+|data:\S+|\S*/\S+|\b[\w-]+\.\w{2,5}\b|\b[0-9a-f]{8}(-[0-9a-f-]{20,}|…[0-9a-f]{4})|\{[^{}]*\}|\"[^\"]*\"|“[^”]*”|\b\w+_\w+\b|\bX-Fal-[\w-]+|\bfal Studio\b"
)
"""Addresses, paths and ids, names of files, request ids, JSON, quoted prompts, names of fields with more than one word, headers."""
KEY = "Esc|Enter|Return|Space|Tab|Backspace|Delete|Del|Down|Up|Left|Right|Home|End|PgUp|PgDown|F\\d+"
_KEYS = re.compile(rf"(?:\b(?:Ctrl|Alt|Shift)[+ ])+(?:{KEY}|\S)|\((?:{KEY})\)|\bEsc\b")
"""Keys with others, keys after the name of what they do, and the one that is no word: alone the others are words."""
UNITS = "ms min KB MB GB px"
NAMES = "Emulator fal Python JavaScript cURL JSON DNS TLS HTTP HTML CSV SHA p50 p95 p99"
SAME_EVERYWHERE = frozenset(f"{UNITS} {NAMES} {' '.join(Mode)}".split())


def outside(text: str, sentences: Sequence[str] = (), names: Collection[str] = ()) -> list[str]:
    """Return the words of a text that stand in no brackets and are no data.

    `sentences` are data wherever they stand; `names` where the text is one, begins with one, or has a colon behind it.
    """
    left = text
    while (less := _IN_BRACKETS.sub(" ", left)) != left:
        left = less
    if not _WORD.search(left):
        return []
    left = " ".join(left.split())
    for known in sentences:
        left = left.replace(known, " ")
    left = _KEYS.sub(" ", _DATA.sub(" ", left))
    begin = re.match(r"[\s\d·]*([\w-]+)(?=\s*$|\s*[:,.–]|\s*\d)", left)
    if begin and begin[1] in names:
        left = left[begin.end() :]
    left = re.sub(r"([\w-]+):", lambda found: " " if found[1] in names else found[0], left)
    return [word for word in _WORD.findall(left) if word not in SAME_EVERYWHERE]


def run_in(spoken: str, file: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests of a file in a process of its own: a language is chosen once, when the program is loaded."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", str(file), "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=ROOT,
        env=surroundings | {language.VARIABLE: spoken, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=160,
        check=False,
    )


def faults(done: subprocess.CompletedProcess[str]) -> str:
    """Return what such a process found."""
    told = [line for line in done.stdout.splitlines() if line.startswith("E  ")]
    return "\n".join(told or done.stdout.splitlines()[-40:])
