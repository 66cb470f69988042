"""A Query as SQL: conditions, order and page."""

from typing import Any, NamedTuple

from fal_studio.core.history import STATE_ORDER, Order, Query
from fal_studio.store import words

_TEXT = "asked || ' ' || endpoint || ' ' || message"


class Where(NamedTuple):
    """Conditions that all must hold, with their values."""

    sql: str
    values: tuple[Any, ...]


def where(query: Query) -> Where:
    """Return the WHERE clause for `calls`."""
    parts = [
        _texts(query),
        Where("deleted_s > 0" if query.in_trash else "deleted_s = 0", ()),
        _any("endpoint LIKE ? ESCAPE '\\'", tuple(f"%{_escaped(part)}%" for part in query.models)),
        _any("profile = ? COLLATE NOCASE", query.profiles),
        _any("mode = ?", query.modes),
        _any("phase = ?", query.phases),
        _if("seed = ?", query.seed or None),
        _if("(request_id LIKE ?1 ESCAPE '\\' OR call LIKE ?1 ESCAPE '\\')", _beginning(query.request_id)),
        _if("created_s >= ?", query.after_s),
        _if("created_s < ?", query.before_s),
        _if("cost_usd > ?", query.cost_over),
        _if("cost_usd < ?", query.cost_under),
        _if("ended = ?", None if query.is_open is None else int(not query.is_open)),
    ]
    held = [part for part in parts if part.sql]
    values = tuple(value for part in held for value in part.values)
    return Where(" AND ".join(part.sql for part in held), values)


def order(query: Query) -> str:
    """Return the ORDER BY clause; equal ones are newest first, and what is not known comes last."""
    way = "DESC" if query.descending else "ASC"
    match query.order:
        case Order.STARTED:
            return f"id {way}"
        case Order.STATE:
            ranks = " ".join(f"WHEN '{phase}' THEN {rank}" for rank, phase in enumerate(STATE_ORDER))
            return f"CASE phase {ranks} END {way}, id DESC"
        case Order.COST:
            return f"cost_usd IS NULL, cost_usd {way}, id DESC"
        case Order.ENDPOINT | Order.MODE | Order.PROFILE:
            return f"{query.order.value} {way}, id DESC"
        case Order.ELAPSED:
            return f"elapsed_s {way}, id DESC"


def _texts(query: Query) -> Where:
    parts: list[Where] = []
    wanted, unwanted = words.all_of(query.words), words.any_of(query.without)
    if wanted.expression and unwanted.expression:
        parts.append(_matching(f"({wanted.expression}) NOT ({unwanted.expression})"))
    elif wanted.expression:
        parts.append(_matching(wanted.expression))
    elif unwanted.expression:
        parts.append(_matching(unwanted.expression, "NOT "))
    parts += [_containing(mark) for mark in wanted.marks]
    parts += [_containing(mark, "NOT ") for mark in unwanted.marks]
    return Where(
        " AND ".join(part.sql for part in parts), tuple(value for part in parts for value in part.values)
    )


def _matching(expression: str, negation: str = "") -> Where:
    sql = f"id {negation}IN (SELECT rowid FROM calls_text WHERE calls_text MATCH ?)"  # noqa: S608 - values are bound
    return Where(sql, (expression,))


def _containing(mark: str, negation: str = "") -> Where:
    sql = f"id {negation}IN (SELECT rowid FROM calls_text WHERE instr({_TEXT}, ?) > 0)"  # noqa: S608 - values are bound
    return Where(sql, (mark,))


def _any(condition: str, values: tuple[Any, ...]) -> Where:
    return Where("(" + " OR ".join([condition] * len(values)) + ")" if values else "", values)


def _if(condition: str, value: Any) -> Where:
    if value is None:
        return Where("", ())
    count = condition.count("?1") or 1
    return Where(condition.replace("?1", "?"), (value,) * count)


def _beginning(text: str) -> str | None:
    return f"{_escaped(text)}%" if text else None


def _escaped(text: str) -> str:
    for char in "\\%_":
        text = text.replace(char, "\\" + char)
    return text
