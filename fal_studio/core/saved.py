"""A request as a plain file that people read, share and compare with git; and presets, which are parts of one."""

import hashlib
import json
from enum import StrEnum
from typing import Any

import msgspec

from fal_studio.core.nesting import DEEPEST, is_deeper
from fal_studio.core.request import Json, Mode, Options
from fal_studio.words import tr

FORMAT = 1
ENDING = ".falrequest.json"
MARK = "falStudio"
"""The key by which a file is known as ours; its value is the format's number."""
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key", "x-fal-key"})


class Kind(StrEnum):
    """What a file is for."""

    REQUEST = "request"
    PRESET = "preset"
    """Arguments that are laid over those of another request for the same endpoint."""


class Saved(msgspec.Struct, frozen=True):
    """One saved request or preset."""

    title: str
    endpoint: str
    arguments: dict[str, Json]
    mode: Mode = Mode.SUBSCRIBE
    options: Options = Options()
    kind: Kind = Kind.REQUEST
    profile: str = ""
    """Name of the profile it was made with; "" leaves it to whoever opens it."""
    project: str = ""
    """What its runs are counted for; "": as its folder is called."""
    schema_hash: str = ""
    """Of the endpoint's input when it was saved; another one now means that the model has changed."""
    extra: dict[str, Json] = {}
    """Keys of a newer version; they stay in the file."""


class Entry(msgspec.Struct, frozen=True):
    """One file, as a list shows it."""

    path: str
    folder: str
    """Below the folder of all saved requests, with slashes; "" at the top."""
    title: str
    endpoint: str = ""
    mode: Mode = Mode.SUBSCRIBE
    kind: Kind = Kind.REQUEST
    changed_s: float = 0.0
    problem: str = ""
    """Why it cannot be opened, in a sentence; else ""."""


class SavedError(ValueError):
    """A file that is no saved request; the text says why, for people."""


class NotSavedError(SavedError):
    """JSON that is no file of ours; it may hold a request in another form."""


class ChangedElsewhereError(SavedError):
    """A file that is not any more what was read from it: writing it would lose what somebody else wrote."""


def mark_of(saved: Saved) -> str:
    """Return a name for what a file asks for and how it is called: another one means that somebody changed it."""
    options = msgspec.to_builtins(saved.options)
    told = [saved.title, saved.endpoint, saved.kind, saved.mode, options, saved.arguments]
    told += [saved.project] if saved.project else []
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def write(saved: Saved) -> str:
    """Return the file's text: two spaces deep, one value a line, arguments in their order, so that changes are small.

    Raises SavedError for a header that holds a secret: keys never stand in files.
    """
    if secrets := [name for name in saved.options.headers if name.lower() in SECRET_HEADERS]:
        raise SavedError(
            tr("The header {secrets} may hold a key, and keys are never written to files.").format(
                secrets=secrets[0]
            )
        )
    document: dict[str, Any] = {
        MARK: FORMAT,
        "kind": saved.kind.value,
        "title": saved.title,
        "endpoint": saved.endpoint,
    }
    if saved.kind is Kind.REQUEST:
        document["mode"] = saved.mode.value
        document |= {"profile": saved.profile} if saved.profile else {}
        document |= {"project": saved.project} if saved.project else {}
    document["arguments"] = saved.arguments
    document |= {"options": options} if (options := msgspec.to_builtins(saved.options)) else {}
    document |= {"schemaHash": saved.schema_hash} if saved.schema_hash else {}
    document |= saved.extra
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def read(text: str | bytes) -> Saved:
    """Read a file; raises SavedError, which names what is wrong."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SavedError(tr("This is no JSON: {error}.").format(error=error)) from error
    if is_deeper(document, DEEPEST):
        raise SavedError(tr("The JSON is nested too deeply to be read."))
    if not isinstance(document, dict) or MARK not in document:
        raise NotSavedError(tr("This is no saved request: it has no “{mark}”.").format(mark=MARK))
    number = document.pop(MARK)
    if not isinstance(number, int) or number > FORMAT:
        raise SavedError(
            tr("This file was saved by a newer fal Studio (format {number}); update it to open this.").format(
                number=number
            )
        )
    known = {_NAMES.get(key, key): document.pop(key) for key in _KEYS if key in document}
    try:
        saved = msgspec.convert(known, Saved)
    except msgspec.ValidationError as error:
        raise SavedError(
            tr("This saved request does not fit: {plain}.").format(plain=_plain(error))
        ) from error
    return msgspec.structs.replace(saved, extra=document)


_NAMES = {"schemaHash": "schema_hash"}
_KEYS = ("kind", "title", "endpoint", "mode", "profile", "project", "arguments", "options", "schemaHash")


def _plain(error: msgspec.ValidationError) -> str:
    return str(error).replace("$.", "").replace("Object ", "it ").replace("`", "“", 1).replace("`", "”", 1)
