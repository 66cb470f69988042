"""Answers each line of standard input, a kept comparison, with a line of standard output, its analysis; until there is none.

In a process of its own, because loading and using the mathematics would hold up the window for a tenth of a second.
"""

import sys

import msgspec

from fal_studio.core.comparing.outcome import Comparison
from fal_studio.statistics.analysing import analyse


def main() -> None:
    """Read, answer, and end with the input."""
    decoder = msgspec.json.Decoder(Comparison)
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(msgspec.json.encode(analyse(decoder.decode(line))) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
