"""What changed between two versions of an endpoint's schema, field by field, and what that breaks."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind, Path, Schema
from fal_studio.core.schema.wording import number
from fal_studio.words import mark, told, tr


class Change(StrEnum):
    """What happened to a field."""

    ADDED = mark("added")
    REMOVED = mark("removed")
    CHANGED = mark("changed")


class Drift(msgspec.Struct, frozen=True):
    """One field that is not as it was."""

    path: Path
    """Below the arguments; the items of a list stand at number 0."""
    change: Change
    before: str = ""
    """What it was, in words; "" for a new field."""
    after: str = ""
    breaks: bool = False
    """Whether a request that was good before may be refused now."""

    @property
    def name(self) -> str:
        """The path as people write it: loras[].scale."""
        text = ""
        for part in self.path:
            text += "[]" if isinstance(part, int) else f".{part}" if text else part
        return text


def compare(before: Schema, after: Schema) -> tuple[Drift, ...]:
    """Return every field that changed, those that break requests first."""
    found = list(_between(before.fields, after.fields, ()))
    return tuple(sorted(found, key=lambda drift: not drift.breaks))


def summed_up(drifts: tuple[Drift, ...]) -> str:
    """Return what changed, in numbers: "1 added, 1 removed, 2 changed"."""
    counts = {change: sum(drift.change is change for drift in drifts) for change in Change}
    return ", ".join(f"{count} {told(change)}" for change, count in counts.items() if count)


def _between(before: tuple[Field, ...], after: tuple[Field, ...], at: Path) -> Iterator[Drift]:
    old, new = {field.name: field for field in before}, {field.name: field for field in after}
    for name in [*new, *(name for name in old if name not in new)]:
        was, is_now = old.get(name), new.get(name)
        path = (*at, name)
        if was is None and is_now is not None:
            yield Drift(path, Change.ADDED, "", words_of(is_now), breaks=is_now.required)
        elif is_now is None and was is not None:
            yield Drift(path, Change.REMOVED, words_of(was), "", breaks=True)
        elif was is not None and is_now is not None:
            yield from _of_one(was, is_now, path)


def _of_one(was: Field, is_now: Field, path: Path) -> Iterator[Drift]:
    before, after = words_of(was), words_of(is_now)
    if before != after:
        yield Drift(path, Change.CHANGED, before, after, breaks=_breaks(was, is_now))
    if was.kind is is_now.kind:
        yield from _between(was.fields, is_now.fields, path)
        if was.item is not None and is_now.item is not None:
            yield from _of_one(was.item, is_now.item, (*path, 0))


def _breaks(was: Field, is_now: Field) -> bool:
    if was.kind is not is_now.kind:
        return not (was.kind is FieldKind.CHOICE and is_now.kind is FieldKind.SUGGESTION)
    return (
        (is_now.required and not was.required)
        or (was.nullable and not is_now.nullable)
        or _is_tighter(was.minimum, is_now.minimum, up=True)
        or _is_tighter(was.maximum, is_now.maximum, up=False)
        or _is_tighter(was.min_length, is_now.min_length, up=True)
        or _is_tighter(was.max_length, is_now.max_length, up=False)
        or (is_now.kind is FieldKind.CHOICE and any(choice not in is_now.choices for choice in was.choices))
        or (bool(is_now.pattern) and is_now.pattern != was.pattern)
        or (is_now.multiple_of not in (None, was.multiple_of))
    )


def _is_tighter(was: float | None, is_now: float | None, *, up: bool) -> bool:
    if is_now is None or is_now == was:
        return False
    return was is None or (is_now > was if up else is_now < was)


def words_of(field: Field) -> str:
    """Say what a field takes on one line; two fields that say the same are the same to whoever fills them."""
    parts = [told(field.kind) if field.media is None else tr("{media} file").format(media=told(field.media))]
    if field.required:
        parts.append(tr("required"))
    if field.nullable:
        parts.append(tr("may be null"))
    if field.choices:
        shown = ", ".join(_value(choice) for choice in field.choices[:12])
        parts.append(
            tr("one of {shown}{part}").format(shown=shown, part=", …" if len(field.choices) > 12 else "")
        )
    parts += _bounds(field)
    if field.has_default:
        parts.append(tr("default {value}").format(value=_value(field.default)))
    return " · ".join(parts)


def _bounds(field: Field) -> list[str]:
    said: list[str] = []
    low, high = field.minimum, field.maximum
    if low is not None:
        said.append(
            (tr("above {low}") if field.excludes_minimum else tr("from {low}")).format(low=number(low))
        )
    if high is not None:
        said.append(
            (tr("below {high}") if field.excludes_maximum else tr("to {high}")).format(high=number(high))
        )
    if field.multiple_of is not None:
        said.append(tr("in steps of {multiple_of}").format(multiple_of=number(field.multiple_of)))
    if field.min_length is not None:
        said.append(tr("at least {min_length} long").format(min_length=field.min_length))
    if field.max_length is not None:
        said.append(tr("at most {max_length} long").format(max_length=field.max_length))
    if field.pattern:
        said.append(tr("like {pattern}").format(pattern=field.pattern))
    return said


def _value(value: Json) -> str:
    if isinstance(value, float):
        return number(value)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 40 else f"{text[:39]}…"
