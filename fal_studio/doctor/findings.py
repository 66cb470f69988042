"""What a check found: how bad it is, in words, and what to do about it."""

from enum import StrEnum

import msgspec

from fal_studio.core.request import Json


class Level(StrEnum):
    """How much a finding hinders."""

    OK = "ok"
    NOTE = "note"
    """fal Studio works, but something will be missing."""
    PROBLEM = "problem"
    """fal Studio cannot be used like this."""


class Finding(msgspec.Struct, frozen=True):
    """The outcome of one check."""

    check: str
    level: Level
    message: str
    next_step: str = ""
    details: dict[str, Json] = {}


def ok(check: str, message: str, **details: Json) -> Finding:
    """Return a finding that all is well."""
    return Finding(check, Level.OK, message, "", details)


def skipped(check: str, why: str) -> Finding:
    """Return that nothing was tried, and why: that is no fault, and proves nothing."""
    return Finding(check, Level.OK, why, "", {"skipped": True})


def is_skipped(finding: Finding) -> bool:
    """Whether nothing was tried."""
    return bool(finding.details.get("skipped"))


def note(check: str, message: str, next_step: str, **details: Json) -> Finding:
    """Return a finding that takes something away, but not the program."""
    return Finding(check, Level.NOTE, message, next_step, details)


def problem(check: str, message: str, next_step: str, **details: Json) -> Finding:
    """Return a finding that must be mended first."""
    return Finding(check, Level.PROBLEM, message, next_step, details)
