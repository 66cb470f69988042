"""What a person wants of the arguments, as values that travel up from a control to the form."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Path


@dataclass(frozen=True, slots=True)
class SetValue:
    """Send this value."""

    path: Path
    value: Json


@dataclass(frozen=True, slots=True)
class Unset:
    """Do not send this any more: the endpoint's default holds; an item of a list goes."""

    path: Path


@dataclass(frozen=True, slots=True)
class Rename:
    """Give an entry of a map another name."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Move:
    """Move an item of the list at `path`."""

    path: Path
    before: int
    after: int


class Source(StrEnum):
    """Where a file comes from, and how it goes along."""

    UPLOAD = "upload"
    """A file of this machine, sent to fal; its URL is the value."""
    INLINE = "inline"
    """A file of this machine, in the request itself as a data URI."""
    OUTPUT = "output"
    """A file of an earlier result."""


@dataclass(frozen=True, slots=True)
class WantFile:
    """Choose a file for this place."""

    path: Path
    source: Source = Source.UPLOAD


@dataclass(frozen=True, slots=True)
class DropFile:
    """Use this file of the user's machine, dropped here."""

    path: Path
    file: str


Intent: TypeAlias = SetValue | Unset | Rename | Move | WantFile | DropFile


def under(intent: Intent, step: str | int) -> Intent:
    """Return the intent as it looks from one level further up."""
    return replace(intent, path=(step, *intent.path))
