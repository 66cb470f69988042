"""Reads a model from standard input, then answers each line, a view of it, with a picture; until there is no input any more.

`core/mesh.py` says how questions and answers look. This process may be given anything and is ended by its owner when it takes too
long; what it may take of the memory is bounded by itself, where the system has a way to.
"""

import importlib
import sys
import time
from typing import Any

import msgspec

from fal_studio.core.mesh import MOST_BYTES, Answer, Drawn, Look, Open, Question, Refused
from fal_studio.words import tr

MOST_MEMORY = 4 * 1024**3
_COARSE_FROM = 40_000
"""Triangles; a model of more has a coarse twin that is drawn while it moves."""


def main() -> None:
    """Read, answer, and end with the input."""
    _bound_memory()
    decoder: msgspec.json.Decoder[Question] = msgspec.json.Decoder(Question)
    reading: Any = importlib.import_module("fal_studio.meshes.reading")
    drawing: Any = importlib.import_module("fal_studio.meshes.drawing")
    solids: Any = importlib.import_module("fal_studio.meshes.solid")
    checking: Any = importlib.import_module("fal_studio.meshes.checking")
    whole = coarse = None
    for line in sys.stdin.buffer:
        question: Question = decoder.decode(line)
        try:
            match question:
                case Open(ending=ending, size_bytes=size):
                    whole, facts = reading.read(sys.stdin.buffer.read(min(size, MOST_BYTES)), ending)
                    coarse = solids.coarse(whole) if len(whole.triangles) > _COARSE_FROM else whole
                    _say(facts)
                case Look():
                    began = time.perf_counter()
                    shown = drawing.draw(whole if question.is_fine else coarse, question)
                    took_ms = (time.perf_counter() - began) * 1000
                    height, width = shown.shape[:2]
                    _say(Drawn(question.number, width, height, took_ms, shown.nbytes), shown.tobytes())
        except checking.MeshError as problem:
            _say(Refused(str(problem)))
        except MemoryError:
            _say(Refused(tr("needs more memory than a model may have")))


def _say(answer: Answer, data: bytes = b"") -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n" + data)
    sys.stdout.buffer.flush()


def _bound_memory() -> None:
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:
        return  # Windows has no such bound; the counts that are checked before reading have to do
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main()
