"""What the account used, by time and endpoint, as `GET /models/usage` of the platform API tells it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.requests import Request

from fal_studio.emulator.platform_query import Problem, moment_of, values_in

FRAMES = ("minute", "hour", "day", "week", "month")
_UP_TO_S = ((7_200, "minute"), (172_800, "hour"), (64 * 86_400, "day"), (183 * 86_400, "week"))
_EXPANSIONS = {"time_series", "summary", "auth_method", "auth_method_structured"}
Row = dict[str, Any]


class Wish(NamedTuple):
    """What is asked for: a span in seconds since 1970, its end excluded, and how it is divided."""

    start_s: float
    end_s: float
    frame: str
    zone: ZoneInfo
    expand: frozenset[str]


def wish_of(request: Request, now_s: float) -> Wish:
    """Read a question; without a start it is about the last 24 hours."""
    query = request.query_params
    try:
        zone = ZoneInfo(query.get("timezone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Problem(400, "validation_error", "timezone is not known") from error
    if "api_key_id" in query or "login_username" in query:
        raise Problem(501, "not_implemented", "The emulator does not know who made a request")
    expand = frozenset(values_in(request, "expand") or ["time_series"])
    if not expand & {"time_series", "summary"} or expand - _EXPANSIONS:
        raise Problem(400, "validation_error", "expand must name time_series or summary")
    end_s = _in_zone(query.get("end"), zone, now_s)
    start_s = _in_zone(query.get("start"), zone, now_s - 86_400)
    frame = query.get("timeframe") or next(
        (name for most, name in _UP_TO_S if end_s - start_s < most), "month"
    )
    if frame not in FRAMES or start_s >= end_s:
        raise Problem(400, "validation_error", "timeframe, start or end is not valid")
    if query.get("bound_to_timeframe", "true") != "false":
        start_s = bucket_of(start_s, frame, zone).timestamp()
        first = bucket_of(end_s, frame, zone)
        end_s = first.timestamp() if first.timestamp() == end_s else _after(first, frame).timestamp()
    return Wish(start_s, end_s, frame, zone, expand)


def bucket_of(wall_s: float, frame: str, zone: ZoneInfo) -> datetime:
    """Return when the minute, hour, day, week (from Monday on) or month of a moment began, in a zone."""
    moment = datetime.fromtimestamp(wall_s, zone).replace(second=0, microsecond=0)
    if frame == "minute":
        return moment
    moment = moment.replace(minute=0)
    if frame == "hour":
        return moment
    moment = moment.replace(hour=0)
    if frame == "week":
        return moment - timedelta(days=moment.weekday())
    return moment.replace(day=1) if frame == "month" else moment


def series(items: Iterable[Row], wish: Wish, price: Callable[[str], Row]) -> list[Row]:
    """Return one entry for each span of time in which something was used, oldest first."""
    found: dict[datetime, list[Row]] = defaultdict(list)
    for item in items:
        ended_s = datetime.fromisoformat(item["ended_at"]).timestamp()
        found[bucket_of(ended_s, wish.frame, wish.zone)].append(item)
    return [
        {"bucket": bucket.isoformat(), "results": lines(found[bucket], wish, price)}
        for bucket in sorted(found)
    ]


def lines(items: Iterable[Row], wish: Wish, price: Callable[[str], Row]) -> list[Row]:
    """Return what was used of each endpoint and what it cost; nothing for what was not billed."""
    units: dict[str, float] = defaultdict(float)
    for item in items:
        units[item["endpoint_id"]] += item["units"]
    return [_line(name, quantity, price(name), wish) for name, quantity in sorted(units.items()) if quantity]


def _line(endpoint: str, quantity: float, price: Row, wish: Wish) -> Row:
    cost = round(quantity * price["unit_price"], 12)
    line: Row = {
        "endpoint_id": endpoint,
        "unit": price["unit"],
        "quantity": quantity,
        "unit_price": price["unit_price"],
        "percent_discount": None,
        "cost_subtotal": cost,
        "cost_discount": 0,
        "cost_total": cost,
        "cost": cost,
        "currency": price["currency"],
    }
    if "auth_method" in wish.expand:
        line["auth_method"] = "User token"
    if "auth_method_structured" in wish.expand:
        line["auth_method_structured"] = {"detail": "User token"}
    return line


def _after(bucket: datetime, frame: str) -> datetime:
    """Return when the next one begins."""
    if frame == "month":
        return bucket.replace(year=bucket.year + bucket.month // 12, month=bucket.month % 12 + 1)
    if frame in ("minute", "hour"):
        step = timedelta(minutes=1) if frame == "minute" else timedelta(hours=1)
        return (bucket.astimezone(UTC) + step).astimezone(bucket.tzinfo)
    return bucket + timedelta(days=7 if frame == "week" else 1)


def _in_zone(text: str | None, zone: ZoneInfo, otherwise: float) -> float:
    """Return a moment; a date alone is that day's beginning in the zone of the question."""
    if text is None:
        return otherwise
    if len(text) == len("2026-01-31"):
        wall_s = moment_of(text)
        assert wall_s is not None
        return datetime.fromtimestamp(wall_s, UTC).replace(tzinfo=zone).timestamp()
    wall_s = moment_of(text)
    assert wall_s is not None
    return wall_s
