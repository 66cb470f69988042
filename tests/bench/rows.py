"""What a row of the table is, and where all rows are found: every module of this folder declares its own.

A new module in this folder needs nothing else than a function under `@rows(Row(...), ...)`; it is given the Bench and
returns one Measured for each Row. Names begin with their topic: `queue_*`, `editor_*`, `realtime_*` …
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import tests.bench
from tests.emulator_process import EmulatorProcess


class Bound(StrEnum):
    AT_MOST = "at most"
    AT_LEAST = "at least"
    UNDER = "under"
    NONE = "for information"


@dataclass(frozen=True, slots=True)
class Row:
    """One number that must hold."""

    name: str
    measure: str
    unit: str
    bound: Bound = Bound.NONE
    target: float | None = None

    def is_met(self, value: float) -> bool:
        match self.bound:
            case Bound.AT_MOST:
                return value <= self.target
            case Bound.AT_LEAST:
                return value >= self.target
            case Bound.UNDER:
                return value < self.target
            case Bound.NONE:
                return True


@dataclass(frozen=True, slots=True)
class Measured:
    """What a row came to."""

    value: float
    runs: int
    against: str = ""
    """The two sides in words and numbers, or what the number is made of."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a measurement is given."""

    emulator: EmulatorProcess


Function = Callable[[Bench], tuple[Measured, ...]]


@dataclass(slots=True)
class Registry:
    """All measurements and the rows each of them fills."""

    entries: list[tuple[tuple[Row, ...], Function]] = field(default_factory=list)

    def rows(self) -> list[Row]:
        return [row for declared, _ in self.entries for row in declared]

    def wanted(self, names: list[str]) -> list[tuple[tuple[Row, ...], Function]]:
        """Return the entries that fill at least one of `names` (a beginning is enough); all without names."""
        if not names:
            return list(self.entries)
        return [
            entry
            for entry in self.entries
            if any(row.name.startswith(name) for row in entry[0] for name in names)
        ]


REGISTRY = Registry()


def rows(*declared: Row) -> Callable[[Function], Function]:
    """Declare the rows that the decorated function measures."""

    def add(function: Function) -> Function:
        REGISTRY.entries.append((declared, function))
        return function

    return add


def load() -> Registry:
    """Import every module of this folder and return the registry."""
    for module in pkgutil.iter_modules(tests.bench.__path__, "tests.bench."):
        if not module.name.endswith(("__main__", "_probe", "test_rows")):
            importlib.import_module(module.name)
    return REGISTRY


def as_json(row: Row, measured: Measured) -> dict[str, Any]:
    return {
        "name": row.name,
        "value": round(measured.value, 4),
        "unit": row.unit,
        "target": None if row.target is None else f"{row.bound} {row.target:g}",
        "met": row.is_met(measured.value),
        "against": measured.against,
        "runs": measured.runs,
    }
