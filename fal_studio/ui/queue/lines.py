"""Which lines a list has: rows in their order, and over each group of them a head. Pure."""

import datetime as dt
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from fal_studio.core.history import STATE_ORDER, CallRow, Order, Spent, spent
from fal_studio.ui.queue.words import day_of
from fal_studio.words import mark, told, tr


class GroupBy(StrEnum):
    """What rows are gathered by."""

    NONE = mark("none")
    ENDPOINT = mark("endpoint")
    MODE = mark("mode")
    STATE = mark("state")
    PROFILE = mark("profile")
    DAY = mark("day")
    PROJECT = mark("project")
    PROMPT = mark("prompt")


class Head(NamedTuple):
    """The line over a group."""

    key: str
    count: int
    is_open: bool
    spent: Spent = Spent()
    """By the calls that are listed in it, folded or not."""


Line: TypeAlias = CallRow | Head
_PHASES = {phase: number for number, phase in enumerate(STATE_ORDER)}
_KEYS: dict[Order, Callable[[CallRow], Any]] = {
    Order.STARTED: lambda row: row.created_s,
    Order.STATE: lambda row: _PHASES[row.phase],
    Order.ENDPOINT: lambda row: row.endpoint,
    Order.MODE: lambda row: row.mode.value,
    Order.PROFILE: lambda row: row.profile,
    Order.ELAPSED: lambda row: row.elapsed_s,
    Order.COST: lambda row: -1.0 if row.cost_usd is None else row.cost_usd,
}


def ordered(rows: Iterable[CallRow], order: Order, *, descending: bool) -> list[CallRow]:
    """Return the rows in an order; equal ones newest first."""
    newest_first = sorted(rows, key=_KEYS[Order.STARTED], reverse=True)
    if order is Order.STARTED and descending:
        return newest_first
    return sorted(newest_first, key=_KEYS[order], reverse=descending)


def gathered(rows: list[CallRow], by: GroupBy, closed: frozenset[str], now: dt.datetime) -> list[Line]:
    """Return the rows under heads, groups in the order of their first row; rows of closed groups are left out."""
    if by is GroupBy.NONE:
        return list(rows)
    key_of = _group_key(by, now)
    groups: dict[str, list[CallRow]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    lines: list[Line] = []
    for key, members in groups.items():
        is_open = key not in closed
        lines.append(Head(key, len(members), is_open, spent(members)))
        if is_open:
            lines += members
    return lines


def _group_key(by: GroupBy, now: dt.datetime) -> Callable[[CallRow], str]:
    match by:
        case GroupBy.ENDPOINT:
            return lambda row: row.endpoint
        case GroupBy.MODE:
            return lambda row: row.mode.value
        case GroupBy.STATE:
            return lambda row: told(row.phase)
        case GroupBy.PROFILE:
            return lambda row: row.profile
        case GroupBy.PROJECT:
            return lambda row: row.project or tr("no project")
        case GroupBy.PROMPT:
            return lambda row: row.prompt or tr("no prompt")
        case _:
            return lambda row: day_of(row, now)
