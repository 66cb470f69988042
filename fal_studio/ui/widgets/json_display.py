"""JSON text as it is shown: long strings and the rest of long lines stand as one mark each; the text itself stays exact.

Qt lays a line out whole and needs seconds for one of megabytes, so no line may be long on screen. Positions in what is shown are
Qt's: UTF-16 units.
"""

import re
from typing import NamedTuple

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.data_uris import found_in
from fal_studio.words import tr

MARK = "\ufffc"
"""Stands for held text; Qt draws an object where it is."""
LONG_STRING = 300
"""Characters from which a string that looks like encoded bytes is held."""
LONG_TEXT = 8_000
"""Characters from which any string is held."""
LONG_LINE = 2_000
"""Characters of a line that are shown; the rest is held."""
SHOWN_AT_ONCE = 1_500
"""How much more of a held rest one step shows."""
SHOWN_OF_TEXT = 8_000
"""How much more of a held text one step shows."""
_LONG = re.compile(rf"^[^\n]{{{LONG_STRING},}}", re.MULTILINE)
_ODD = re.compile("[\ufffc\u2029\ufdd0\ufdd1]")
"""Characters that mean something else inside a Qt document."""
_LONG_OR_ODD = re.compile(rf"[\ufffc\u2029\ufdd0\ufdd1]|[^\n]{{{LONG_STRING},}}")
"""Slow, and needed only for text that has such characters."""
_STRING = re.compile(r'"([^"\\\n]*(?:\\.[^"\\\n]*)*)"?')
_ENCODED = re.compile(r"[A-Za-z0-9+/=_\-\\\s]*")
_HEAD = re.compile(r"data:([\w.+-]+/[\w.+-]+)?[^,]{0,100},")


class Held(NamedTuple):
    """Text behind one mark."""

    text: str
    label: str
    is_rest: bool = False
    """The rest of a long line, which can be shown step by step; else the inside of a string."""
    is_text: bool = False
    """Words inside a string, which can be shown step by step, too; encoded bytes cannot."""

    @property
    def can_be_shown(self) -> bool:
        """Whether there is something to read in it."""
        return self.is_rest or self.is_text


class Piece(NamedTuple):
    """What is to be shown: display text, and what its marks stand for, in their order."""

    display: str
    held: tuple[Held, ...] = ()


def shortened(text: str) -> Piece:
    """Return how a text is shown."""
    parts: list[str] = []
    held: list[Held] = []
    done = 0
    for long in (_LONG_OR_ODD if _ODD.search(text) else _LONG).finditer(text):
        parts.append(text[done : long.start()])
        done = long.end()
        display, inside = _line(long.group())
        parts.append(display)
        held += inside
    if not parts:
        return Piece(text)
    parts.append(text[done:])
    return Piece("".join(parts), tuple(held))


def more_of(rest: Held, least: int = 0) -> Piece:
    """Return a held rest or text with its beginning shown, at least so many characters."""
    if rest.is_rest:
        display, held = _line(rest.text, shown=max(SHOWN_AT_ONCE, least))
        return Piece(display, tuple(held))
    shown, left = rest.text[: (cut := max(SHOWN_OF_TEXT, least))], rest.text[cut:]
    display, held = _literal(shown)
    if left:
        display, held = (
            display + MARK,
            [*held, Held(left, tr("{count} more").format(count=in_bytes(len(left))), is_text=True)],
        )
    return Piece(display, tuple(held))


def _line(line: str, shown: int = LONG_LINE) -> tuple[str, list[Held]]:
    """Return the display of one long line, or of the rest of one."""
    parts: list[str] = []
    held: list[Held] = []
    done = size = 0
    for string in _STRING.finditer(line):
        size += string.start() - done
        if size > shown:
            break
        before, odd = _literal(line[done : string.start()])
        parts.append(before)
        held += odd
        done = string.end()
        part, inside = _string(string)
        parts.append(part)
        held += inside
        size += len(part)
        if size > shown:
            break
    left = shown - size
    cut = done + max(0, left) if len(line) - done > max(0, left) else len(line)
    if cut < len(line):
        cut = _between(line, done, cut)
    last, odd = _literal(line[done:cut])
    parts.append(last)
    held += odd
    if cut < len(line):
        rest = line[cut:]
        held.append(Held(rest, tr("{count} more").format(count=in_bytes(len(rest))), is_rest=True))
        parts.append(MARK)
    return "".join(parts), held


def _string(string: "re.Match[str]") -> tuple[str, list[Held]]:
    inside = string[1]
    if not (label := _label(inside)):
        return _literal(string.group())
    return string.group().replace(inside, MARK, 1), [Held(inside, label, is_text=label.startswith("text"))]


def _literal(part: str) -> tuple[str, list[Held]]:
    """Return a part as it is, but for files in its words and the characters that a Qt document cannot hold: they are held."""
    parts: list[str] = []
    held: list[Held] = []
    done = 0
    for one in found_in(part):
        begin, odd = _without_odd(part[done : one.start])
        parts += (begin, MARK)
        held += (*odd, Held(part[one.start : one.end], f"{one.kind}  {in_bytes(one.size_bytes)}"))
        done = one.end
    rest, odd = _without_odd(part[done:])
    return "".join((*parts, rest)), [*held, *odd]


def _without_odd(part: str) -> tuple[str, list[Held]]:
    held = [Held(odd, f"U+{ord(odd):04X}") for odd in _ODD.findall(part)]
    return (_ODD.sub(MARK, part), held) if held else (part, held)


def _label(inside: str) -> str:
    """Return the word for a string that is too long to be shown, "" for others."""
    if len(inside) < LONG_STRING:
        return ""
    if (head := _HEAD.match(inside)) is not None:
        size = (len(inside) - head.end()) * 3 // 4 if head.group().endswith("base64,") else len(inside)
        return f"{head[1] or 'data'}  {in_bytes(size)}"
    if _ENCODED.fullmatch(inside) and " " not in inside:
        return tr("encoded  {count}").format(count=in_bytes(len(inside)))
    return tr("text  {count}").format(count=in_bytes(len(inside))) if len(inside) >= LONG_TEXT else ""


def chip_of(text: str) -> str:
    """Return the word for a whole string of encoded bytes, "" for others; only its beginning is looked at."""
    if len(text) < LONG_STRING:
        return ""
    if (head := _HEAD.match(text)) is not None:
        size = (len(text) - head.end()) * 3 // 4 if head.group().endswith("base64,") else len(text)
        return f"{head[1] or 'data'}  {in_bytes(size)}"
    begin = text[:LONG_LINE]
    return (
        tr("encoded  {count}").format(count=in_bytes(len(text)))
        if _ENCODED.fullmatch(begin) and " " not in begin
        else ""
    )


def _between(line: str, start: int, wanted: int) -> int:
    """Return a place near `wanted` where a line may be cut: behind a comma outside strings, or right there."""
    comma = line.rfind(",", start, wanted)
    return comma + 1 if comma > start else max(wanted, start)


class Shown:
    """A text and its display, kept together while either is edited."""

    def __init__(self, text: str | Piece) -> None:
        """Take a text, or how one is shown, if that is known already."""
        piece = shortened(text) if isinstance(text, str) else text
        self.display = piece.display
        self.held = list(piece.held)
        self._text: str | None = text if isinstance(text, str) else None
        self._is_plain = _is_plain(self.display)
        self.units = len(self.display) if self._is_plain else len(_encoded(self.display)) // 2
        """The length of what is shown, in UTF-16 units."""
        self._anchor = (0, 0)
        """A place in units, and the character there: the next one asked for is mostly near it."""

    @property
    def text(self) -> str:
        """The exact text."""
        if not self.held:
            return self.display
        if self._text is None:
            parts = self.display.split(MARK)
            joined = [parts[0]]
            for held, part in zip(self.held, parts[1:], strict=True):
                joined += (held.text, part)
            self._text = "".join(joined)
        return self._text

    def replace(self, at: int, removed: int, added: Piece) -> None:
        """Take over an edit of what is shown; `at` and `removed` count UTF-16 units."""
        start = self._from_units(at)
        end = self._from_units(at + removed)
        before = self.display.count(MARK, 0, start)
        gone = self.display.count(MARK, start, end)
        self._text = None
        self.display = "".join((self.display[:start], added.display, self.display[end:]))
        self.held[before : before + gone] = added.held
        self._anchor = (at, start)
        if self._is_plain and not _is_plain(added.display):
            self._is_plain = False
        self.units += len(_encoded(added.display)) // 2 - removed

    def text_index(self, at: int) -> int:
        """Return where a shown place stands in the text."""
        index = self._from_units(at)
        if not self.held:
            return index
        marks = self.display.count(MARK, 0, index)
        return index + sum(len(held.text) - 1 for held in self.held[:marks])

    def shown_at(self, index: int) -> int:
        """Return where a place of the text is shown; a place in held text is shown at its mark."""
        if not self.held:
            return self._to_units(index)
        behind = 0  # display index of the part that begins after the last mark
        for held, part in zip(self.held, self.display.split(MARK), strict=False):
            if index <= len(part):
                return self._to_units(behind + index)
            index -= len(part)
            behind += len(part)
            if index < len(held.text):
                return self._to_units(behind)
            index -= len(held.text)
            behind += 1
        return self._to_units(min(behind + index, len(self.display)))

    def held_at(self, at: int) -> Held | None:
        """Return what the mark at a shown place stands for, None if there is none."""
        index = self._from_units(at)
        if not self.display.startswith(MARK, index):
            return None
        return self.held[self.display.count(MARK, 0, index)]

    def index(self, at: int) -> int:
        """Return which character of the display stands at a place of Qt's."""
        return self._from_units(at)

    def place(self, index: int) -> int:
        """Return Qt's place of a character of the display."""
        return self._to_units(index)

    def _from_units(self, at: int) -> int:
        if self._is_plain:
            return at
        units, index = self._anchor
        if at >= units:
            ahead = _encoded(self.display[index : index + at - units])[: 2 * (at - units)]
            index += len(ahead.decode("utf-16-le", "surrogatepass"))
        else:
            behind = _encoded(self.display[max(0, index - (units - at)) : index])[-2 * (units - at) :]
            index -= len(behind.decode("utf-16-le", "surrogatepass"))
        self._anchor = (at, index)
        return index

    def _to_units(self, index: int) -> int:
        if self._is_plain:
            return index
        units, near = self._anchor
        if index >= near:
            return units + len(_encoded(self.display[near:index])) // 2
        return units - len(_encoded(self.display[index:near])) // 2


def _is_plain(text: str) -> bool:
    """Whether all characters are one UTF-16 unit each."""
    return text.isascii() or max(text, default="") <= "\uffff"


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")
