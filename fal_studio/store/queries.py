"""A Query as SQL: where rows come from, conditions, order."""

from typing import Any, NamedTuple

from fal_studio.core.history import REJECTED, STATE_ORDER, Order, Query
from fal_studio.store import words

_TEXT = "calls_text.asked || ' ' || calls_text.endpoint || ' ' || calls_text.message"


class Where(NamedTuple):
    """Conditions that all must hold, with their values."""

    sql: str
    values: tuple[Any, ...] = ()


class Plan(NamedTuple):
    """How the calls that match are come by."""

    source: str
    """For FROM."""
    where: Where
    order: str
    """For ORDER BY; equal ones are newest first, and what is not known comes last."""
    counting: Where
    """A whole SELECT that says how many there are."""


def plan(query: Query) -> Plan:
    """Return how to find the calls of a query.

    With words the full-text index comes first, which has its rows in the order of ids: a page of the newest ends as
    soon as it is full. Counting by words alone never looks at the calls themselves.
    """
    texts, others = _texts(query), _filters(query)
    if not texts.sql:
        where = _all(others, _trash(query), _none_of(words.any_of(query.without), "calls.id"))
        counting = Where(f"SELECT count(*) FROM calls WHERE {where.sql}", where.values)  # noqa: S608 - values are bound
        if where.sql == _trash(query).sql and not query.in_trash:
            counting = Where(f"SELECT (SELECT count(*) FROM calls) - (SELECT count(*) FROM ({_TRASHED}))")  # noqa: S608
        return Plan("calls", where, _order(query, "calls.id"), counting)
    source = "calls_text CROSS JOIN calls ON calls.id = calls_text.rowid"
    where = _all(texts, others, _trash(query))
    counting = Where(f"SELECT count(*) FROM {source} WHERE {where.sql}", where.values)  # noqa: S608 - values are bound
    if not others.sql:
        alone = _all(texts, Where(f"calls_text.rowid {'IN' if query.in_trash else 'NOT IN'} ({_TRASHED})"))
        counting = Where(f"SELECT count(*) FROM calls_text WHERE {alone.sql}", alone.values)  # noqa: S608 - values are bound
    return Plan(source, where, _order(query, "calls_text.rowid"), counting)


_TRASHED = "SELECT id FROM calls WHERE deleted_s > 0"


def _filters(query: Query) -> Where:
    return _all(
        _any("calls.endpoint LIKE ? ESCAPE '\\'", tuple(f"%{_escaped(part)}%" for part in query.models)),
        _any("calls.profile = ? COLLATE NOCASE", query.profiles),
        _any("calls.project = ? COLLATE NOCASE", query.projects),
        _any("calls.client LIKE ? ESCAPE '\\'", tuple(f"%{_escaped(part)}%" for part in query.clients)),
        _any("calls.mode = ?", query.modes),
        _any("calls.phase = ?", query.phases),
        _if("calls.seed = ?", query.seed or None),
        _any_id(query.request_id),
        _if("calls.created_s >= ?", query.after_s),
        _if("calls.created_s < ?", query.before_s),
        _if("calls.cost_usd > ?", query.cost_over),
        _if("calls.cost_usd < ?", query.cost_under),
        _if("calls.ended = ?", None if query.is_open is None else int(not query.is_open)),
        _if("calls.starred = ?", None if query.is_starred is None else int(query.is_starred)),
        _rated(query),
        Where("calls.outputs > 0" if query.has_files else ""),
    )


def _rated(query: Query) -> Where:
    """Return the conditions on ratings; what is rated is found by its index, which SQLite takes for the very words of it."""
    rejected, has_one = f"calls.rating = {REJECTED}", "calls.rating <> 0"
    return _all(
        Where(f"{has_one} AND {rejected}" if query.is_rejected else ""),
        Where(f"NOT {rejected}" if query.is_rejected is False else ""),
        _if(
            f"{has_one} AND calls.rating > ?",
            None if query.rating_over is None else max(0, query.rating_over),
        ),
        _if(f"{has_one} AND calls.rating > 0 AND calls.rating < ?", query.rating_under),
    )


def _order(query: Query, number: str) -> str:
    way = "DESC" if query.descending else "ASC"
    match query.order:
        case Order.STARTED:
            return f"{number} {way}"
        case Order.STATE:
            ranks = " ".join(f"WHEN '{phase}' THEN {rank}" for rank, phase in enumerate(STATE_ORDER))
            return f"CASE calls.phase {ranks} END {way}, {number} DESC"
        case Order.COST:
            return f"calls.cost_usd IS NULL, calls.cost_usd {way}, {number} DESC"
        case Order.ENDPOINT | Order.MODE | Order.PROFILE:
            return f"calls.{query.order.value} {way}, {number} DESC"
        case Order.ELAPSED:
            return f"calls.elapsed_s {way}, {number} DESC"


def _texts(query: Query) -> Where:
    """Return the conditions on the text of calls; empty if no word is wanted."""
    if not query.words:
        return Where("")
    wanted, unwanted = words.all_of(query.words), words.any_of(query.without)
    expression = wanted.expression
    if expression and unwanted.expression:
        expression = f"({expression}) NOT ({unwanted.expression})"
        unwanted = unwanted._replace(expression="")
    return _all(
        _if("calls_text MATCH ?", expression or None),
        *(Where(f"instr({_TEXT}, ?) > 0", (mark,)) for mark in wanted.marks),
        _none_of(unwanted, "calls_text.rowid"),
    )


def _none_of(unwanted: words.Match, number: str) -> Where:
    hits = [Where("calls_text MATCH ?", (unwanted.expression,))] if unwanted.expression else []
    hits += [Where(f"instr({_TEXT}, ?) > 0", (mark,)) for mark in unwanted.marks]
    outside = "{} NOT IN (SELECT rowid FROM calls_text WHERE {})"
    return _all(*(Where(outside.format(number, hit.sql), hit.values) for hit in hits))


def _trash(query: Query) -> Where:
    return Where("calls.deleted_s > 0" if query.in_trash else "calls.deleted_s = 0")


def _all(*parts: Where) -> Where:
    held = [part for part in parts if part.sql]
    return Where(
        " AND ".join(part.sql for part in held), tuple(value for part in held for value in part.values)
    )


def _any(condition: str, values: tuple[Any, ...]) -> Where:
    return Where("(" + " OR ".join([condition] * len(values)) + ")" if values else "", values)


def _if(condition: str, value: Any) -> Where:
    return Where("") if value is None else Where(condition, (value,))


def _any_id(text: str) -> Where:
    """Return the condition for a request id or a call that begins with `text`."""
    if not text:
        return Where("")
    beginning = f"{_escaped(text)}%"
    condition = "(calls.request_id LIKE ? ESCAPE '\\' OR calls.call LIKE ? ESCAPE '\\')"
    return Where(condition, (beginning, beginning))


def _escaped(text: str) -> str:
    for char in "\\%_":
        text = text.replace(char, "\\" + char)
    return text
