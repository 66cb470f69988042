"""What a person wants of the arguments, as values that travel up from a control to the form."""

from enum import StrEnum
from typing import TypeAlias

import msgspec

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Path


class SetValue(msgspec.Struct, frozen=True):
    """Send this value."""

    path: Path
    value: Json


class Unset(msgspec.Struct, frozen=True):
    """Do not send this any more: the endpoint's default holds; an item of a list goes."""

    path: Path


class Rename(msgspec.Struct, frozen=True):
    """Give an entry of a map another name."""

    path: Path
    name: str


class Move(msgspec.Struct, frozen=True):
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


class WantFile(msgspec.Struct, frozen=True):
    """Choose a file for this place."""

    path: Path
    source: Source = Source.UPLOAD


class DropFile(msgspec.Struct, frozen=True):
    """Use this file of the user's machine, dropped here."""

    path: Path
    file: str


Intent: TypeAlias = SetValue | Unset | Rename | Move | WantFile | DropFile


def under(intent: Intent, step: str | int) -> Intent:
    """Return the intent as it looks from one level further up."""
    return msgspec.structs.replace(intent, path=(step, *intent.path))
