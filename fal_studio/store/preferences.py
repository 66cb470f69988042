"""The settings file: JSON, written whole or not at all; a damaged one is kept aside, never lost."""

from pathlib import Path
from typing import Any

import msgspec

from fal_studio.core import settings as declared
from fal_studio.core.settings import Settings
from fal_studio.store.files import write_whole
from fal_studio.store.problems import problem_of
from fal_studio.words import tr


class Preferences(msgspec.Struct, frozen=True):
    """Settings as read, and what was wrong with their file."""

    settings: Settings
    complaint: str = ""
    """One sentence for people; empty if all was well."""


def load(path: Path) -> Preferences:
    """Read the settings; defaults stand in for whatever is missing or does not fit."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Preferences(Settings())
    except OSError as error:
        return Preferences(
            Settings(),
            tr("{message} The default settings are used.").format(message=problem_of(error, path).message),
        )
    try:
        stored = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        kept = _set_aside(path, text)
        return Preferences(
            Settings(),
            tr("{path} was damaged; the default settings are used. A copy is in {name}.").format(
                path=path, name=kept.name
            ),
        )
    settings, bad = declared.read(stored)
    if not bad:
        return Preferences(settings)
    kept = _set_aside(path, text)
    return Preferences(
        settings,
        tr("{path}: {bad} did not fit and stayed at the default. A copy of the file is in {name}.").format(
            path=path, bad=", ".join(bad), name=kept.name
        ),
    )


def save(path: Path, settings: Settings) -> None:
    """Write the settings; keys of a newer version stay in the file. Raises StoreError. Blocks."""
    known = msgspec.to_builtins(settings)
    try:
        text = msgspec.json.encode(_unknown(path) | known)
        write_whole(path, msgspec.json.format(text, indent=2) + b"\n", durable=True)
    except OSError as error:
        raise problem_of(error, path) from error


def _unknown(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _set_aside(path: Path, text: bytes) -> Path:
    copy = path.with_name(f"{path.stem}-damaged{path.suffix}")
    try:
        write_whole(copy, text, durable=True)
    except OSError:
        return path  # nothing could be written: the damaged file itself is still there
    return copy
