"""What can be written at a place of the arguments: names of fields, and values. For the completion of JSON; pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind, Path, Schema, beginning
from fal_studio.core.schema.fit import index_of
from fal_studio.core.schema.wording import number
from fal_studio.words import told, tr

_FORMS = 64
"""Forms of one place that are looked at; forms may have forms."""
_EXAMPLES = 4
_WITH_FIELDS = (FieldKind.OBJECT, FieldKind.SIZE)
_WORDS = {
    FieldKind.PROMPT: tr("text"),
    FieldKind.BOOLEAN: tr("true or false"),
    FieldKind.SEED: tr("whole number"),
    FieldKind.CHOICE: tr("choice"),
    FieldKind.SUGGESTION: tr("choice"),
    FieldKind.SIZE: tr("size"),
    FieldKind.FILE: "URL",
    FieldKind.VARIANT: "",
}

_PLURALS = {
    FieldKind.TEXT: tr("texts"), FieldKind.PROMPT: tr("texts"), FieldKind.INTEGER: tr("whole numbers"), FieldKind.SEED: tr("whole numbers"),
    FieldKind.NUMBER: tr("numbers"), FieldKind.FILE: tr("URLs"), FieldKind.OBJECT: tr("objects"), FieldKind.CHOICE: tr("choices"),
    FieldKind.LIST: tr("lists"), FieldKind.MAP: tr("maps"),
}  # fmt: skip


class Proposal(NamedTuple):
    """One name or value that could stand at a place."""

    label: str
    """The name, or the value in short."""
    value: Json
    """The value; for a name, what to begin with."""
    kind: str = ""
    """What values it takes, for a name ("whole number"), or what kind of value it is ("default", "example")."""
    help: str = ""
    field: Field | None = None
    """The field, for a name."""
    is_required: bool = False
    is_fixed: bool = False
    """One of the values that the place takes, not only one that it could take."""


def fields_at(schema: Schema, path: Path) -> tuple[Field, ...]:
    """Return every form that the value at a place may have; none where the document knows nothing."""
    found = [Field("", FieldKind.OBJECT, fields=schema.fields)]
    for step in path:
        found = _forms(part for form in found if (part := _inside(form, step)) is not None)
    return tuple(found)


def names(schema: Schema, path: Path, present: Mapping[str, str]) -> list[Proposal]:
    """Return the names that the object at a place may still get, the required ones first.

    `present` are the names there already, with the JSON of their values where it is short, else "".
    """
    forms = [form for form in fields_at(schema, path) if form.kind in _WITH_FIELDS and form.fields]
    forms = _meant(forms, present)
    found: dict[str, Proposal] = {}
    for form in forms:
        for field in form.fields:
            if field.name not in present and field.name not in found:
                found[field.name] = Proposal(
                    field.name,
                    beginning(field),
                    kind_words(field),
                    first_sentence(field.help),
                    field,
                    is_required=field.required,
                )
    return sorted(found.values(), key=lambda each: not each.is_required)


def values(schema: Schema, path: Path) -> list[Proposal]:
    """Return the values that a place may have: the default, fixed ones, true and false, examples, beginnings, null."""
    found: list[Proposal] = []
    for form in fields_at(schema, path):
        found += _values_of(form)
    if any(form.nullable for form in fields_at(schema, path)):
        found.append(Proposal("null", None, tr("no value"), is_fixed=True))
    seen: dict[tuple[str, str], Proposal] = {}
    for each in found:
        seen.setdefault((type(each.value).__name__, _short(each.value, 200)), each)
    return list(seen.values())


def kind_words(field: Field) -> str:
    """Return what values a field takes, in a few words: "0 to 20", "list of objects"."""
    if field.kind in (FieldKind.INTEGER, FieldKind.NUMBER):
        low, high = field.minimum, field.maximum
        return (
            told(field.kind)
            if low is None or high is None
            else tr("{low} to {high}").format(low=number(low), high=number(high))
        )
    if field.kind is FieldKind.LIST and field.item is not None:
        return tr("list of {get}").format(get=_PLURALS.get(field.item.kind, tr("values")))
    if field.kind is FieldKind.VARIANT:
        return " or ".join(dict.fromkeys(filter(None, (kind_words(form) for form in field.fields[:3]))))
    return _WORDS.get(field.kind, told(field.kind))


def first_sentence(words: str) -> str:
    """Return the first sentence of a description, on one line."""
    line = " ".join(words.split())
    end = line.find(". ")
    return line if end < 0 else line[: end + 1]


def _forms(fields: Iterable[Field]) -> list[Field]:
    """Return the fields with those that have several forms as their forms."""
    left, found = list(fields), list[Field]()
    while left and len(found) < _FORMS:
        field = left.pop(0)
        if field.kind is FieldKind.VARIANT:
            # A default of the whole and its null belong to the place, whichever form it has.
            left = [*field.fields, *left]
            found += [_hull(field)] if field.has_default or field.nullable or field.examples else []
        else:
            found.append(field)
    return found


def _hull(field: Field) -> Field:
    """Return a variant without its forms: only what is said of the place as a whole."""
    return Field(
        field.name,
        FieldKind.JSON,
        nullable=field.nullable,
        default=field.default,
        has_default=field.has_default,
        examples=field.examples,
    )


def _inside(form: Field, step: str | int) -> Field | None:
    if isinstance(step, int):
        return form.item if form.kind is FieldKind.LIST else None
    if form.kind is FieldKind.MAP:
        return form.item
    if form.kind in _WITH_FIELDS:
        return next((field for field in form.fields if field.name == step), None)
    return None


def _meant(forms: Sequence[Field], present: Mapping[str, str]) -> Sequence[Field]:
    """Return the forms that what is there already can belong to; all of them if it fits none."""
    known = [form for form in forms if all(_allows(form, name, value) for name, value in present.items())]
    return known or forms


def _allows(form: Field, name: str, value: str) -> bool:
    field = next((each for each in form.fields if each.name == name), None)
    if field is None:
        return False
    if field.kind is not FieldKind.CHOICE or not value:
        return True
    try:
        return index_of(field.choices, json.loads(value)) >= 0
    except ValueError:
        return True


def _values_of(form: Field) -> list[Proposal]:
    found: list[Proposal] = []
    if form.has_default:
        is_fixed = index_of(form.choices, form.default) >= 0 or form.kind is FieldKind.BOOLEAN
        found.append(Proposal(_short(form.default), form.default, "default", is_fixed=is_fixed))
    found += [Proposal(_short(each), each, "example") for each in form.examples[:_EXAMPLES]]
    if form.choices:
        found[1 if form.has_default else 0 : 0] = [
            Proposal(_short(each), each, is_fixed=True) for each in form.choices
        ]
    match form.kind:
        case FieldKind.BOOLEAN:
            found += [Proposal(str(each).lower(), each, is_fixed=True) for each in (True, False)]
        case FieldKind.SUGGESTION if form.item is not None:
            found += _values_of(form.item)
        case FieldKind.OBJECT | FieldKind.SIZE if form.fields:
            start = {part.name: beginning(part) for part in form.fields if part.required}
            start = start or (
                {part.name: beginning(part) for part in form.fields} if form.kind is FieldKind.SIZE else {}
            )
            names_in = ", ".join(start) or "…"
            found.append(Proposal(f"{{ {names_in} }}", start, form.title or "object"))
        case FieldKind.MAP:
            found.append(Proposal("{ }", {}, "map"))
        case FieldKind.LIST:
            found.append(Proposal("[ ]", [], kind_words(form)))
        case _:
            pass
    return found


def _short(value: Json, most: int = 60) -> str:
    """Return a value as one shows it in a list: texts without quotes, unless they could be taken for something else."""
    if isinstance(value, str) and value and value not in ("true", "false", "null") and not _is_number(value):
        words = " ".join(value.split())
    else:
        words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= most else words[: most - 1] + "…"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
