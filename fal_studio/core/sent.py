"""What left this machine, line by line: the inputs of calls, and files that were uploaded for them."""

import csv
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from fal_studio.core.pieces import Pieces


class What(StrEnum):
    """What kind of thing it was."""

    INPUTS = "inputs"
    FILE = "file"


class Sent(msgspec.Struct, frozen=True):
    """One thing that was sent."""

    what: What
    wall_s: float
    """Calendar time at which it left, seconds since 1970."""
    profile: str
    hosts: tuple[str, ...]
    """The hosts that were given it."""
    name: str
    """The endpoint, or the file's name."""
    text: str = ""
    """The beginning of what was asked in words."""
    size_bytes: int = 0
    sha256: str = ""
    url: str = ""
    """Where a file lies; whoever knows it can read it, unless its access was limited."""
    expires_s: float | None = None
    """When fal deletes it, where that was asked for; None: when fal likes."""
    stored: bool | None = None
    """Of inputs: whether fal was told to keep them (True) or not to (False); None: as it does by itself, about 30 days."""
    request_id: str = ""
    call: str = ""
    deleted_s: float | None = None
    """When fal deleted it, because somebody asked; None: nobody did."""
    is_restricted: bool = False
    """Of a file: whether fal was asked to refuse it to everybody but the account."""
    gone_s: float | None = None
    """When it was seen that a file is not there any more."""
    files_left: int = 0
    """Result files that could not be deleted then."""


_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def matches(one: Sent, words: str) -> bool:
    """Whether all words stand somewhere in it."""
    whole = " ".join(
        (one.name, one.text, one.profile, *one.hosts, one.sha256, one.url, one.request_id)
    ).lower()
    return all(word in whole for word in words.lower().split())


def as_json(found: Iterable[Sent]) -> bytes:
    """Return them as a JSON list."""
    return msgspec.json.format(msgspec.json.encode(list(found)), indent=2) + b"\n"


def as_csv(found: Iterable[Sent]) -> bytes:
    """Return them as a table that spreadsheets read, and that runs nothing in them."""
    names = Sent.__struct_fields__
    out = Pieces()
    writer = csv.writer(out)
    writer.writerow(names)
    for one in found:
        values = (getattr(one, name) for name in names)
        writer.writerow([_cell(" ".join(value) if isinstance(value, tuple) else value) for value in values])
    return b"\xef\xbb\xbf" + out.text.encode()


def _cell(value: object) -> object:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value
