"""The fields of an endpoint as a typed tree, whatever its document looked like."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeAlias

import msgspec

from fal_studio.core.request import Json
from fal_studio.words import mark

Path: TypeAlias = tuple[str | int, ...]
"""A place in the arguments: names of fields and numbers of list items."""


class FieldKind(StrEnum):
    """How a field is edited."""

    TEXT = mark("text")
    PROMPT = mark("prompt")
    """Long text."""
    INTEGER = mark("whole number")
    NUMBER = mark("number")
    SEED = mark("seed")
    """A whole number of any size that fixes the dice."""
    BOOLEAN = mark("on or off")
    CHOICE = mark("choice")
    """One of `choices`, each of any JSON type."""
    SUGGESTION = mark("choice or own value")
    """One of `choices`, or a value of the kind of `item`."""
    SIZE = mark("size")
    """A preset out of `choices`, which may be empty, or an object of the two `fields` width and height."""
    FILE = mark("file")
    """The URL of a picture, film, sound …; `media` says of which."""
    OBJECT = mark("object")
    """`fields` inside."""
    LIST = mark("list")
    """Any number of `item`."""
    MAP = mark("map")
    """Names of one's own, each with a value like `item`."""
    VARIANT = mark("one of several forms")
    """A value like one of `fields`, which stand for forms here, not for arguments."""
    JSON = mark("JSON")
    """Whatever else: nothing is known about it, or it is nested without end."""


class Media(StrEnum):
    """What kind of file a field wants."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    MESH = "3d"
    ARCHIVE = "archive"
    FILE = "file"
    """Some file."""


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """One argument of an endpoint, or one item, value or form inside one."""

    name: str
    kind: FieldKind
    required: bool = False
    nullable: bool = False
    default: Json = None
    has_default: bool = False
    """Whether the document names a default other than null."""
    choices: tuple[Json, ...] = ()
    minimum: int | float | None = None
    maximum: int | float | None = None
    excludes_minimum: bool = False
    excludes_maximum: bool = False
    multiple_of: int | float | None = None
    min_length: int | None = None
    """Characters of a text, items of a list, entries of a map."""
    max_length: int | None = None
    pattern: str = ""
    format: str = ""
    item: "Field | None" = None
    """What a list, a map or suggestions hold; of a number that may have several forms, the first one."""
    fields: "tuple[Field, ...]" = ()
    title: str = ""
    help: str = ""
    examples: tuple[Json, ...] = ()
    media: Media | None = None
    """For files, and for lists of files."""
    limits: Mapping[str, Json] = {}
    """What fal's toolkit says about a file: max_file_size in bytes, min_width … in pixels (`x-fal`)."""
    is_important: bool = False
    """Whether the document says that it is (`ui.important`)."""
    is_advanced: bool = False
    """Whether it can stay out of sight until somebody asks."""

    @property
    def example(self) -> Json:
        """The document's first example, None if it has none."""
        return self.examples[0] if self.examples else None

    def field(self, name: str | int) -> "Field | None":
        """Return the field at a name or number inside this one."""
        if isinstance(name, int) or self.kind is FieldKind.MAP:
            return self.item
        found = next((field for field in self.fields if field.name == name), None)
        if found is None and self.kind is FieldKind.VARIANT:
            inner = (form.field(name) for form in self.fields)
            found = next((field for field in inner if field is not None), None)
        return found


class Schema(msgspec.Struct, frozen=True):
    """What an endpoint takes."""

    fields: tuple[Field, ...] = ()
    """In the order of the document."""
    document: Json = None
    """The OpenAPI document they were read from, for checking."""
    endpoint: str = ""

    def field(self, name: str) -> Field | None:
        """Return a field by its name."""
        return next((field for field in self.fields if field.name == name), None)

    def at(self, path: Path) -> Field | None:
        """Return the field at a place in the arguments, None where the document knows of none."""
        if not path:
            return None
        found = self.field(str(path[0]))
        for step in path[1:]:
            if found is None:
                return None
            found = found.field(step)
        return found

    @property
    def prompt(self) -> Field | None:
        """The field that a person types into first."""
        prompts = [field for field in self.fields if field.kind is FieldKind.PROMPT]
        named = next((field for field in prompts if field.name == "prompt"), None)
        return named or next((field for field in prompts if field.required), prompts[0] if prompts else None)

    def example(self) -> dict[str, Json]:
        """Return arguments to begin with: what is required, and a prompt if the document shows one."""
        prompt = self.prompt
        return {
            field.name: beginning(field)
            for field in self.fields
            if field.required or (field is prompt and field.examples)
        }

    def filled(self) -> dict[str, Json]:
        """Return arguments with every field that has an example or a default, and what is required."""
        return {
            field.name: beginning(field)
            for field in self.fields
            if field.required or field.examples or field.has_default
        }


def beginning(field: Field) -> Json:
    """Return a value to begin with: the example, the default, or the smallest that fits as far as can be said."""
    if field.examples:
        return field.example
    if field.has_default:
        return field.default
    if field.choices:
        return field.choices[0]
    match field.kind:
        case FieldKind.TEXT | FieldKind.PROMPT | FieldKind.FILE:
            return ""
        case FieldKind.INTEGER | FieldKind.NUMBER | FieldKind.SEED:
            return smallest(field.item or field)
        case FieldKind.BOOLEAN:
            return False
        case FieldKind.SUGGESTION:
            return beginning(field.item) if field.item else ""
        case FieldKind.SIZE:
            return {part.name: beginning(part) for part in field.fields}
        case FieldKind.OBJECT:
            return {part.name: beginning(part) for part in field.fields if part.required}
        case FieldKind.LIST:
            return [beginning(field.item)] * min(field.min_length or 0, 16) if field.item else []
        case FieldKind.MAP:
            return {}
        case FieldKind.VARIANT:
            return beginning(field.fields[0])
        case FieldKind.CHOICE | FieldKind.JSON:
            return None if field.nullable else {}


def smallest(field: Field) -> int | float:
    """Return the number nearest to zero that a field's bounds allow."""
    step = field.multiple_of or (1 if field.kind is not FieldKind.NUMBER else 0)
    low, high = field.minimum, field.maximum
    if low is not None and (low > 0 or (low == 0 and field.excludes_minimum)):
        value = low
        if field.excludes_minimum:
            room = high - low if high is not None else 2
            value = low + (step or min(1, room / 2))
        if step and value % step:
            value += step - value % step
        return value
    if high is not None and (high < 0 or (high == 0 and field.excludes_maximum)):
        value = high - (step or 1) if field.excludes_maximum else high
        return value - value % step if step else value
    return 0


def walk(fields: tuple[Field, ...], at: Path = ()) -> Iterator[tuple[Path, Field]]:
    """Yield every field with its path, also inside objects; items of lists stand at number 0."""
    for field in fields:
        here = (*at, field.name)
        yield here, field
        if field.kind is FieldKind.OBJECT:
            yield from walk(field.fields, here)
        elif field.kind is FieldKind.LIST and field.item is not None and field.item.kind is FieldKind.OBJECT:
            yield from walk(field.item.fields, (*here, 0))
