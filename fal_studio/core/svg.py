"""SVG pictures made harmless before Qt draws them.

Qt reads local files that an SVG names, and draws what is used a billion times a billion times. What is left of a document has no
scripts, no addresses and no entities, and an end.
"""

import re
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from fal_studio.figures import number
from fal_studio.words import tr

MOST_BYTES = 4_000_000
MOST_SHAPES = 50_000
"""Shapes that are drawn, each as often as it is used."""
DEEPEST = 100
_DROPPED = frozenset(
    {"script", "foreignobject", "filter", "mask", "marker", "pattern", "iframe", "audio", "video", "handler", "a:script"}
)  # fmt: skip
_PICTURE = re.compile(r"data:image/(png|jpe?g|webp|gif);base64,", re.IGNORECASE)
_ELSEWHERE = re.compile(r"@import[^;]*;?|url\(\s*(?!\s*['\"]?#)[^)]*\)", re.IGNORECASE)


class SvgError(Exception):
    """A document that is not drawn; the text is for people and continues "cannot be shown:"."""


def safe_svg(data: bytes) -> bytes:
    """Return the document without what reaches outside it; raises SvgError for one that is broken or has no end."""
    if len(data) > MOST_BYTES:
        raise SvgError(tr("it is an SVG of {count} MB").format(count=number(len(data) / 1000000.0, ".0f")))
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.EntityDeclHandler = reading.refuse_entity
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by place: these are the last bytes
    except expat.ExpatError as error:
        raise SvgError(tr("it is a damaged SVG ({error})").format(error=error)) from error
    except (LookupError, ValueError) as error:
        raise SvgError(tr("it is an SVG in an unknown encoding")) from error
    if reading.drawn() > MOST_SHAPES:
        raise SvgError(tr("it is an SVG that draws too much"))
    return "".join(reading.parts).encode()


class _Part:
    """One element: how much it draws itself, what is inside it, and what it uses."""

    __slots__ = ("cost", "inside", "uses")

    def __init__(self) -> None:
        self.inside: list[_Part] = []
        self.uses: list[str] = []
        self.cost: int | None = None


class _Reading:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self._root = _Part()
        self._open = [self._root]
        self._named: dict[str, _Part] = {}
        self._skipped = 0
        self._names: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rsplit(":", 1)[-1].lower()
        if self._skipped or local in _DROPPED or (local == "image" and not _has_picture(attributes)):
            self._skipped += 1
            return
        if len(self._open) > DEEPEST:
            raise SvgError(tr("it is an SVG that is nested too deeply"))
        part = _Part()
        self._open[-1].inside.append(part)
        self._open.append(part)
        self._names.append(local)
        kept: list[str] = []
        for key, value in attributes.items():
            if (clean := self._attribute(part, local, key, value)) is not None:
                kept.append(f" {key}={quoteattr(clean)}")
        self.parts.append(f"<{name}{''.join(kept)}>")

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        self._open.pop()
        self._names.pop()
        self.parts.append(f"</{name}>")

    def text(self, text: str) -> None:
        if not self._skipped:
            is_style = bool(self._names) and self._names[-1] == "style"
            self.parts.append(escape(_ELSEWHERE.sub("", text) if is_style else text))

    def refuse_entity(self, *_about: object) -> NoReturn:
        raise SvgError(tr("it is an SVG that defines words of its own"))

    def drawn(self) -> int:
        return self._cost(self._root, 0)

    def _attribute(self, part: _Part, local: str, key: str, value: str) -> str | None:
        name = key.rsplit(":", 1)[-1].lower()
        if name.startswith("on") or (name == "base" and ":" in key):
            return None
        if name == "id":
            self._named.setdefault(value, part)
        if name == "href":
            if value.startswith("#"):
                part.uses.append(value[1:])
                return value
            return value if local == "image" else None
        return _ELSEWHERE.sub("none", value)

    def _cost(self, part: _Part, depth: int) -> int:
        if part.cost is not None:
            return part.cost
        if depth > DEEPEST * 3:
            raise SvgError(tr("it is an SVG that uses itself"))
        used = [self._named[name] for name in part.uses if name in self._named]
        cost = 1 + sum(self._cost(each, depth + 1) for each in (*part.inside, *used))
        part.cost = min(cost, MOST_SHAPES + 1)
        return part.cost


def _has_picture(attributes: dict[str, str]) -> bool:
    """Whether every picture that an image element names is inside the document."""
    named = [value for key, value in attributes.items() if key.rsplit(":", 1)[-1].lower() == "href"]
    return bool(named) and all(_PICTURE.match(value) for value in named)
