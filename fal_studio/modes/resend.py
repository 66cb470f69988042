"""When a request is sent again by itself: reading freely, paid work almost never; fal gives no idempotency key."""

import random
from collections.abc import Mapping
from enum import StrEnum

import httpx

from fal_studio.modes import trouble
from fal_studio.wire import errors
from fal_studio.words import mark

_LONGEST_PAUSE_S = 8.0
_LONGEST_RETRY_AFTER_S = 30.0


class Resend(StrEnum):
    """When a request may be sent again by itself."""

    SAFE = "safe"
    """Reading: whenever it failed."""
    PAID = "paid"
    """It may start work that costs money: only if nothing was sent, or the server asks for it."""
    ONCE = "once"

    @property
    def tries(self) -> int:
        """How often it is sent at most."""
        return {Resend.SAFE: 5, Resend.PAID: 4, Resend.ONCE: 1}[self]


def after_error(resend: Resend, error: Exception) -> bool:
    """Whether a request may be sent again after a network error."""
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol | httpx.DecodingError):
        return False
    match resend:
        case Resend.SAFE:
            return not trouble.is_hopeless(error)
        case Resend.PAID:
            return trouble.is_unsent(error) and not (trouble.is_hopeless(error) or trouble.is_refused(error))
        case Resend.ONCE:
            return False


def after_answer(resend: Resend, status: int, headers: Mapping[str, str]) -> bool:
    """Whether it may be sent again after an answer; fal gives no idempotency key, so a POST is repeated only where fal asks for it."""
    if 200 <= status < 300 or headers.get("x-fal-request-timeout-type", "").lower() == "user":
        return False
    match resend:
        case Resend.SAFE:
            # With a request id it is the app's own answer (as fal-client sees it): asking again does not change it.
            return status in (408, 429, 502, 503, 504) and "x-fal-request-id" not in headers
        case Resend.PAID:
            return status == 429 or (status in (503, 504) and errors.needs_retry(headers))
        case Resend.ONCE:
            return False


def pause_s(number: int, headers: Mapping[str, str] | None = None) -> float:
    """Return how long to wait before the next try: doubling, with jitter, or as the server wishes."""
    if (wish := wish_s(headers or {})) is not None:
        return wish
    return min(0.5 * 2 ** (number - 1), _LONGEST_PAUSE_S) * random.uniform(0.5, 1.5)


def wish_s(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds the server wants to be left alone, within reason; None: it does not say."""
    wish = headers.get("retry-after", "")
    return min(float(wish), _LONGEST_RETRY_AFTER_S) if wish.isdigit() else None


def is_passing(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer tells of the way there and not of what was asked for, so that asking later may help."""
    return after_answer(Resend.SAFE, status, headers)


def name_of(error: Exception) -> str:
    """Return what a network error is called in the reason of the next attempt; told where it is shown."""
    return {
        "ConnectError": mark("no connection"),
        "ConnectTimeout": mark("connect timeout"),
        "ReadTimeout": mark("silence"),
        "ReadError": mark("a broken connection"),
        "RemoteProtocolError": mark("a broken connection"),
    }.get(type(error).__name__, type(error).__name__)
