"""Large values as indented JSON, written and made ready to be shown outside the window's thread, in steps that let it live."""

import json
import time
from collections.abc import Iterable, Iterator

import msgspec
from PySide6.QtCore import QObject, QRunnable, Signal

from fal_studio.core.request import Json
from fal_studio.ui.widgets.json_display import Held, Piece, Shown, shortened

MOST_VALUES = 1000
"""As many are written in one go: Python lets nothing else run meanwhile."""
LARGE_VALUES = 20_000
LARGE_CHARACTERS = 1_000_000
MOST_SHOWN = 20_000_000
"""Characters that are laid out as text; of what is longer only `SHOWN_OF_MORE` are, since Qt needs tens of seconds."""
SHOWN_OF_MORE = 2_000_000
_BLOCK_CHARACTERS = 1_000_000
_REST_AFTER, _REST_S = 50_000, 0.0002
"""Characters that take a thread about as long as a window may wait for it, and how long it then lets others go first.

Python itself would take turns every 5 ms only, and a window needs several turns for one stroke.
"""
_STEP_CHARACTERS = 100_000
_DEEPEST = 100


class Writing(QRunnable):
    """Writes one value."""

    def __init__(self, value: Json) -> None:
        super().__init__()
        self.answers = _Answers()
        self.is_wanted = True
        self.is_cut = False
        """Only the beginning was written, because all of it is too much to be laid out."""
        self._value = value

    def run(self) -> None:
        """Write, and answer."""
        try:
            shown = self._shown()
        except (ValueError, TypeError, RecursionError, msgspec.MsgspecError):
            shown = None  # whoever asked writes it in the other way
        if self.is_wanted:
            self.answers.ready.emit(shown)

    def _shown(self) -> Shown | None:
        displays: list[str] = []
        held: list[Held] = []
        size = 0
        begin = (0, 0)
        for text in _steps(written(self._value)):
            if not self.is_wanted:
                return None
            piece = shortened(text)
            displays.append(piece.display)
            held += piece.held
            size += len(piece.display)
            if size <= SHOWN_OF_MORE:
                begin = (len(displays), len(held))
            if size > MOST_SHOWN:
                self.is_cut = True
                del displays[begin[0] :], held[begin[1] :]
                break
        return Shown(Piece("".join(displays), tuple(held)))


class _Answers(QObject):
    ready = Signal(object)
    """What is to be shown, or None if it cannot be written in this way."""


def is_large(value: Json, most: int = LARGE_VALUES, characters: int = LARGE_CHARACTERS) -> bool:
    """Return whether a value takes so long to write that a window would stand still; looks at no more than it must."""
    left = most
    level: list[Json] = [value]
    while level:
        inner: list[Json] = []
        for each in level:
            if isinstance(each, str):
                characters -= len(each)
            elif isinstance(each, dict | list):
                left -= len(each)
                if left >= 0:
                    inner += each.values() if isinstance(each, dict) else each
            if left < 0 or characters < 0:
                return True
        level = inner
    return False


def json_of(value: Json) -> str:
    """Return a value as indented JSON: in two steps, each of them quick, since Python indents megabytes for seconds."""
    try:
        compact = json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)
        return msgspec.json.format(compact, indent=2)
    except (ValueError, msgspec.MsgspecError):  # a number that JSON does not have, or is nested too deeply
        return json.dumps(value, ensure_ascii=False, default=str, indent=2)


def written(value: Json, pad: str = "") -> Iterator[str]:
    """Return the parts of a value as indented JSON; raises ValueError for what JSON does not have, or is nested too deeply."""
    if len(pad) > 2 * _DEEPEST:
        raise ValueError("nested too deeply")
    if not isinstance(value, dict | list) or not is_large(value, MOST_VALUES):
        yield _formed(value).replace("\n", f"\n{pad}")
    elif isinstance(value, dict):
        before = "{\n"
        for key, item in value.items():
            yield f"{before}{pad}  {_compact(str(key))}: "
            yield from written(item, f"{pad}  ")
            before = ",\n"
        yield f"\n{pad}}}"
    else:
        yield from _listed(value, pad)


def blocks(parts: Iterable[str]) -> Iterator[bytes]:
    """Return text in UTF-8, a block at a time. For threads: it rests ever and again, so that the window comes to its turn."""
    waiting: list[str] = []
    size = rested = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size - rested >= _REST_AFTER:
            rested = size
            time.sleep(_REST_S)
        if size >= _BLOCK_CHARACTERS:
            yield _encoded(waiting)
            waiting.clear()
            size = rested = 0
    yield _encoded(waiting)


def _encoded(parts: list[str]) -> bytes:
    # Half a character (a lone surrogate) stands as JSON writes it.
    return "".join(parts).encode(errors="backslashreplace")


def _listed(values: list[Json], pad: str) -> Iterator[str]:
    yield "["
    yield from _items(values, pad, MOST_VALUES)
    yield f"\n{pad}]"


def _items(values: list[Json], pad: str, at_once: int) -> Iterator[str]:
    """Return so many items of a list in one go, or fewer where they are large themselves."""
    for begin in range(0, len(values), at_once):
        if begin:
            yield ","
        part = values[begin : begin + at_once]
        if not is_large(part, MOST_VALUES):
            yield _formed(part)[1:-2].replace("\n", f"\n{pad}")
        elif at_once > 1:
            yield from _items(part, pad, at_once // 10 or 1)
        else:
            yield f"\n{pad}  "
            yield from written(part[0], f"{pad}  ")


def _formed(value: Json) -> str:
    return msgspec.json.format(_compact(value), indent=2)


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)


def _steps(parts: Iterator[str]) -> Iterator[str]:
    """Return the text in pieces of whole lines."""
    waiting: list[str] = []
    size = 0
    for part in parts:
        cut = part.rfind("\n") + 1
        if size + len(part) >= _STEP_CHARACTERS and cut:
            yield "".join((*waiting, part[:cut]))
            waiting, size = [part[cut:]], len(part) - cut
        else:
            waiting.append(part)
            size += len(part)
    yield "".join(waiting)
