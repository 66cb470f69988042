"""Arguments against their endpoint's schema: what would be refused, and where. Nothing raises.

A problem is a hint, not a verdict: documents are sometimes stricter or older than the model behind them.
"""

import importlib
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from fal_studio.core.events import FieldProblem
from fal_studio.core.request import Json
from fal_studio.core.schema import wording
from fal_studio.core.schema.field import Path, Schema
from fal_studio.core.schema.nodes import Node, as_node
from fal_studio.core.schema.rules import rules_of

_MOST = 50
"""Problems told of one argument; more help nobody."""


def load() -> Any:
    """Load the library that checks; it takes 60 ms, so whoever wants no pause does it beforehand in a thread."""
    return importlib.import_module("jsonschema")


def validate(schema: Schema, arguments: Json) -> tuple[FieldProblem, ...]:
    """Return what is wrong with the arguments of one request."""
    return Checker(schema).problems(arguments)


class Checker:
    """Checks arguments again and again; an argument that did not change is not looked at twice."""

    def __init__(self, schema: Schema) -> None:
        self._known: dict[str, tuple[Any, tuple[FieldProblem, ...]]] = {}
        rules, with_default = rules_of(schema.document, schema.endpoint) if schema.fields else ({}, [])
        self._fields = as_node(rules.get("properties"))
        self._rest = {
            **{word: rule for word, rule in rules.items() if word not in ("$defs", "default")},
            "properties": dict.fromkeys(self._fields, True),
        }
        self._validator = _validator(rules) if rules else None
        for node in with_default:
            self._allow_default(node)

    def problems(self, arguments: Json) -> tuple[FieldProblem, ...]:
        """Return what is wrong, each with its path below the arguments."""
        if self._validator is None or not isinstance(arguments, dict):
            return ()
        found = list(self._of(arguments, self._rest, ()))
        for name, value in arguments.items():
            if name in self._fields:
                found += self._of_argument(name, value)
        return tuple(found)

    def _of_argument(self, name: str, value: Json) -> tuple[FieldProblem, ...]:
        key = value if isinstance(value, str) else (type(value), _encoded(value))
        before = self._known.get(name)
        if before is None or before[0] != key:
            before = self._known[name] = (key, self._of(value, self._fields[name], (name,)))
        return before[1]

    def _of(self, value: Json, rule: Node, path: Path) -> tuple[FieldProblem, ...]:
        assert self._validator is not None
        try:
            found: list[FieldProblem] = []
            for error in self._validator.descend(value, rule):
                found += _told(error, path)
                if len(found) >= _MOST:
                    break
        except (RecursionError, ArithmeticError, ValueError, TypeError):
            return ()  # a schema that goes round in circles, a number beyond all bounds: fal will say what is wrong
        return tuple({(problem.loc, problem.message): problem for problem in found}.values())

    def _allow_default(self, node: Node) -> None:
        """Accept what the endpoint uses by itself, also where its document forbids it."""
        assert self._validator is not None
        default = node.pop("default")
        if self._of(default, node, ()):
            inner = dict(node)
            node.clear()
            node["anyOf"] = [inner, {"enum": [default]}]


def _encoded(value: Json) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError, OverflowError):
        return repr(value).encode(errors="replace")


def _validator(rules: Node) -> Any:
    """Return a validator that fetches nothing from anywhere."""
    library = load()
    base: Any = library.Draft202012Validator
    kind: Any = library.validators.extend(base, {"multipleOf": _multiple_of(library.ValidationError)})
    return kind(rules, registry=importlib.import_module("referencing").Registry())


def _multiple_of(error: Callable[[str], Any]) -> Callable[..., Iterator[Any]]:
    def check(validator: Any, step: Json, value: Json, _schema: Json) -> Iterator[Any]:
        # 0.3 is a multiple of 0.1, whatever binary fractions say.
        if not validator.is_type(value, "number"):
            return
        if isinstance(value, int) and isinstance(step, int):
            fits = value % step == 0
        else:
            part = value / step
            fits = math.isclose(part, round(part), rel_tol=1e-9, abs_tol=1e-9)
        if not fits:
            yield error("")

    return check


def _told(error: Any, path: Path) -> Iterable[FieldProblem]:
    """Turn the library's error into problems, of the branch that was meant if there are several."""
    at: Path = (*path, *error.path)
    rule, wanted, value = error.validator, error.validator_value, error.instance
    if rule == "anyOf":
        return _of_branches(error, at)
    if rule == "required":
        missing = [name for name in wanted if name not in value] if isinstance(value, dict) else []
        return [FieldProblem((*at, name), wording.sentence(rule, wanted, value), rule) for name in missing]
    if rule == "additionalProperties" and wanted is False:
        extra = [name for name in value if name not in as_node(error.schema.get("properties"))]
        return [FieldProblem((*at, name), wording.sentence(rule, wanted, value), rule) for name in extra]
    return [FieldProblem(at, wording.sentence(rule, wanted, value), rule)]


def _of_branches(error: Any, at: Path) -> Iterable[FieldProblem]:
    branches: dict[int, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(int(inner.schema_path[0]), []).append(inner)
    # The branch that was meant has the right type; among several, the one with the deepest complaint.
    meant = [errors for errors in branches.values() if not any(_is_other(inner) for inner in errors)]
    if meant:
        best = max(meant, key=lambda errors: (max(len(inner.path) for inner in errors), -len(errors)))
        return [problem for inner in best for problem in _told(inner, at)]
    values, kinds = _options(branches.values())
    return [FieldProblem(at, wording.options(values, kinds, error.instance), "anyOf")]


def _options(branches: Iterable[list[Any]]) -> tuple[list[Json], list[str]]:
    """Return what the branches offer: fixed values, and types of those that fix none."""
    values: list[Json] = []
    kinds: list[str] = []
    for errors in branches:
        here = [error for error in errors if not error.path]
        fixed = [value for error in here if error.validator == "enum" for value in error.validator_value]
        values += fixed
        if not fixed:
            kinds += [kind for error in here if error.validator == "type" for kind in error.validator_value]
        for error in here:
            if error.validator == "anyOf":
                inner: dict[int, list[Any]] = {}
                for each in error.context:
                    inner.setdefault(int(each.schema_path[0]), []).append(each)
                more = _options(inner.values())
                values, kinds = values + more[0], kinds + more[1]
    return values, kinds


def _is_other(error: Any) -> bool:
    """Say whether an error means that another branch was meant: the type or the fixed value is different."""
    if error.path:
        return error.validator == "enum" and len(error.validator_value) == 1
    if error.validator == "anyOf":
        return all(_is_other(inner) for inner in error.context)
    return error.validator in ("type", "enum")
