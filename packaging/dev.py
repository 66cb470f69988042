#!/usr/bin/env python3
"""The one command of this checkout: `python3 packaging/dev.py run`, and its sisters.

It needs a bare CPython 3.11, 3.12 or 3.13 and nothing else: everything besides is installed into `.venv`.
"""

import sys

# Nothing newer than the oldest Python 3 may stand in this file, so that an old interpreter reads this far.
if not (3, 11) <= sys.version_info[:2] < (3, 14):
    version = ".".join(str(number) for number in sys.version_info[:2])
    sys.exit(
        "fal Studio needs Python 3.11, 3.12 or 3.13; this is " + version + " (" + sys.executable + ").\n"
        "Start it with one of those, for example: python3.12 packaging/dev.py run"
    )

import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
