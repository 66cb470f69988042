"""What is wrong with an argument, in plain words: one short sentence for each rule of a schema."""

import json

from fal_studio.core.events import FieldProblem
from fal_studio.core.request import Json
from fal_studio.figures import local
from fal_studio.words import tr, trn

_SHOWN = 8
_KINDS = {
    "string": tr("text"),
    "integer": tr("a whole number"),
    "number": tr("a number"),
    "boolean": tr("on or off (true or false)"),
    "array": tr("a list"),
    "object": tr("an object"),
    "null": "null",
}


def sentence(rule: str, wanted: Json, value: Json) -> str:
    """Return what a rule asks of a value that breaks it; `wanted` is the rule's own value in the schema."""
    match rule:
        case "type":
            return _of_type(wanted if isinstance(wanted, list) else [wanted], value)
        case "enum":
            return _one_of(wanted, value)
        case "minimum":
            return tr("Must be {wanted} or more.").format(wanted=number(wanted))
        case "exclusiveMinimum":
            return tr("Must be more than {wanted}.").format(wanted=number(wanted))
        case "maximum":
            return tr("Must be {wanted} or less.").format(wanted=number(wanted))
        case "exclusiveMaximum":
            return tr("Must be less than {wanted}.").format(wanted=number(wanted))
        case "multipleOf":
            return tr("Must be a multiple of {wanted}.").format(wanted=number(wanted))
        case "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties":
            return _of_length(rule, wanted, len(value))
        case "uniqueItems":
            return tr("Each item may stand here only once.")
        case "pattern":
            return tr("Does not have the form that is asked for: {wanted}").format(wanted=wanted)
        case "required":
            return tr("Is required.")
        case "additionalProperties":
            return tr("The endpoint does not know this argument.")
        case _:
            return tr("Does not fit what the endpoint asks for.")


def options(values: list[Json], kinds: list[str], value: Json) -> str:
    """Return the sentence for a value that has none of several forms: fixed `values`, or one of the `kinds`."""
    known = [kind for kind in dict.fromkeys(kinds) if kind in _KINDS and (kind != "null" or not values)]
    unlike = list({repr(each): each for each in values if each is not None}.values())
    if not known and not unlike:
        return tr("Has none of the forms that the endpoint takes.")
    return _one_of(unlike, value, [_KINDS[kind] for kind in known])


def number(value: Json) -> str:
    """Return a number as people write it: 14142, 0.5; with the decimal mark of the region and never in groups."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return local(str(value))


def _of_type(wanted: list[str], value: Json) -> str:
    named = _joined([_KINDS.get(kind, kind) for kind in wanted])
    if value is None:
        return tr("Must be {named}, not null.").format(named=named)
    if (
        isinstance(value, str)
        and {"integer", "number"} & set(wanted)
        and value.strip().lstrip("-").isdecimal()
    ):
        return tr("Must be {named}: write it without quotes.").format(named=named)
    if "string" in wanted and isinstance(value, int | float) and not isinstance(value, bool):
        return tr('Must be {named}: write "{value}" in quotes.').format(named=named, value=value)
    return tr("Must be {named}.").format(named=named)


def _of_length(rule: str, wanted: Json, has: int) -> str:
    amount = _amount(rule[3:], wanted)
    if not rule.startswith("min"):
        return tr("Takes at most {amount}; these are {has}.").format(amount=amount, has=has)
    if has:
        return tr("Needs at least {amount}; these are {has}.").format(amount=amount, has=has)
    return tr("Must not be empty.") if wanted == 1 else tr("Needs at least {amount}.").format(amount=amount)


def _amount(of: str, count: int) -> str:
    """Return how much of a text ("Length"), a list ("Items") or an object ("Properties"): "3 characters"."""
    if of == "Length":
        words = trn("{count} character", "{count} characters", count)
    elif of == "Items":
        words = trn("{count} item", "{count} items", count)
    else:
        words = trn("{count} entry", "{count} entries", count)
    return words.format(count=count)


def _one_of(values: list[Json], value: Json, kinds: list[str] | None = None) -> str:
    """Return the sentence for fixed values; "5" and 5 are two things, and quotes are shown where they are the mistake."""
    is_bare = not isinstance(value, str) and any(
        isinstance(each, str) and each == str(value) for each in values
    )
    is_quoted = isinstance(value, str) and any(
        not isinstance(each, str) and str(each) == value for each in values
    )
    shown = [each if isinstance(each, str) and not is_bare else json.dumps(each) for each in values[:_SHOWN]]
    if len(values) > _SHOWN:
        shown.append(tr("one of {count} others").format(count=len(values) - _SHOWN))
    words = _joined([*shown, *(kinds or [])])
    return tr("Must be {words}{part}.").format(
        words=words, part=tr(", with the quotes") if is_bare else tr(", without quotes") if is_quoted else ""
    )


def _joined(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return tr("{words} or {last}").format(words=", ".join(words[:-1]), last=words[-1])


def of_server(problem: FieldProblem) -> str:
    """Return fal's complaint about a field in the same words, or in its own where there are none for it.

    Types and contexts are pydantic's (protocol: errors): `less_than_equal` with `le`, `missing`, …
    """
    rule, key = _SERVER.get(problem.type, ("", ""))
    wanted = problem.ctx.get(key)
    if rule in ("minItems", "maxItems") and isinstance(has := problem.ctx.get("actual_length"), int):
        return _of_length(rule, wanted, has)
    if rule == "required" or (rule in _NUMERIC and isinstance(wanted, int | float)):
        return sentence(rule, wanted, None)
    if rule == "enum" and isinstance(wanted, list):
        return sentence(rule, wanted, "")
    short = problem.message.removeprefix("Input should be ")
    return (
        tr("Must be {short}.").format(short=short.rstrip("."))
        if short != problem.message
        else problem.message
    )


def title_of_server(problem: FieldProblem, name: str) -> str:
    """Return fal's complaint about an argument as a heading that names it; "" where there are no words for it."""
    rule, key = _SERVER.get(problem.type, ("", ""))
    wanted = problem.ctx.get(key)
    if rule != "required" and not (rule in _NUMERIC and isinstance(wanted, int | float)):
        return ""
    return _TITLES[rule].format(name=name, wanted=number(wanted))


_TITLES = {
    "required": tr("{name} is required"),
    "minimum": tr("{name} must be {wanted} or more"),
    "exclusiveMinimum": tr("{name} must be more than {wanted}"),
    "maximum": tr("{name} must be {wanted} or less"),
    "exclusiveMaximum": tr("{name} must be less than {wanted}"),
    "multipleOf": tr("{name} must be a multiple of {wanted}"),
}
_NUMERIC = frozenset({"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"})
_SERVER: dict[str, tuple[str, str]] = {
    "missing": ("required", ""),
    "greater_than": ("exclusiveMinimum", "gt"),
    "greater_than_equal": ("minimum", "ge"),
    "less_than": ("exclusiveMaximum", "lt"),
    "less_than_equal": ("maximum", "le"),
    "multiple_of": ("multipleOf", "multiple_of"),
    "too_short": ("minItems", "min_length"),
    "too_long": ("maxItems", "max_length"),
    "one_of": ("enum", "expected"),
}
