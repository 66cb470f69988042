"""What a billing unit of an endpoint costs, and how many units a request will probably be billed."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from fal_studio.core.catalogue_words import unit_in_words
from fal_studio.core.request import Json, Mode
from fal_studio.figures import dollars, local
from fal_studio.words import tr

DOLLARS = "USD"
_FREE = "emulator"


def is_free(profile: str) -> bool:
    """Whether calls of a profile cost nothing, whatever its price list says: the emulator's is there to be looked at."""
    return profile == _FREE


class Price(msgspec.Struct, frozen=True):
    """What one billing unit costs; multiply by the billed units of a call (`GET /models/pricing` of the platform API)."""

    unit_price: float
    unit: str
    """Free text: image, megapixel, second, 1000 characters …"""
    currency: str = DOLLARS

    @property
    def words(self) -> str:
        """The price as people read it: "$0.025 per image"; what costs nothing is free."""
        if self.unit_price == 0:
            return tr("free")
        whole, _, cents = f"{self.unit_price:.10f}".rstrip("0").partition(".")
        shown = local(f"{whole}.{cents:0<2}")
        money = dollars(shown) if self.currency == DOLLARS else f"{shown} {self.currency}"
        return (
            tr("{money} per {unit}").format(money=money, unit=unit_in_words(self.unit))
            if self.unit.strip()
            else money
        )

    def cost_usd(self, units: float | None) -> float | None:
        """Return what so many units cost in US dollars; None if that cannot be told."""
        if units == 0 or self.unit_price == 0:
            return 0.0
        return self.unit_price * units if units is not None and self.currency == DOLLARS else None


def units_of(price: Price, mode: Mode, arguments: Json) -> float | None:
    """Return how many units a request will probably be billed; None where its arguments do not tell.

    Only for units that follow from what is asked for; tokens, steps and compute seconds are known when the call has ended.
    A session is billed for all that is sent in it, and nobody knows before how much that will be.
    """
    if mode is Mode.REALTIME:
        return None
    counted = _UNITS.get(price.unit.strip().lower().removesuffix("s"))
    return counted(arguments) if counted is not None and isinstance(arguments, dict) else None


def seconds_in(price: Price) -> float | None:
    """Return how many seconds one unit of a price lasts; None where it is not a time."""
    unit = price.unit.strip().lower()
    if unit.startswith(("1000 ", "1m ")):
        return None
    return _TIMES.get(unit.split(" ")[-1].removesuffix("s")) if unit else None


def _once(_arguments: Mapping[str, Any]) -> float:
    return 1.0


def _images(arguments: Mapping[str, Any]) -> float:
    count = arguments.get("num_images", 1)
    return float(count) if isinstance(count, int) and count > 0 else 1.0


def _megapixels(arguments: Mapping[str, Any]) -> float | None:
    size = _size(arguments.get("image_size"))
    # fal rounds up the megapixels of each picture (its pricing texts).
    return None if size is None else _images(arguments) * math.ceil(size[0] * size[1] / 1_000_000)


def _size(wanted: object) -> tuple[float, float] | None:
    if isinstance(wanted, dict):
        sides: dict[str, Any] = wanted  # pyright: ignore[reportUnknownVariableType]
        width, height = sides.get("width"), sides.get("height")
        if isinstance(width, int | float) and isinstance(height, int | float) and width > 0 and height > 0:
            return width, height
        return None
    return _SIZES.get(wanted) if isinstance(wanted, str) else None


def _seconds(arguments: Mapping[str, Any]) -> float | None:
    duration = arguments.get("duration")
    if isinstance(duration, str):
        duration = duration.removesuffix("s")
    try:
        seconds = float(duration)  # pyright: ignore[reportArgumentType] - anything else is a TypeError
    except (TypeError, ValueError):
        return None
    return seconds if 0 < seconds < math.inf else None


def _thousand_characters(arguments: Mapping[str, Any]) -> float | None:
    text = arguments.get("text") or arguments.get("prompt")
    return len(text) / 1000 if isinstance(text, str) and text else None


_TIMES = {"second": 1.0, "sec": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0}
_SIZES: dict[str, tuple[float, float]] = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
"""The `ImageSize` names of fal's schemas."""
_UNITS: dict[str, Callable[[Mapping[str, Any]], float | None]] = {
    "request": _once,
    "run": _once,
    "call": _once,
    "generation": _once,
    "video": _once,
    "object": _once,
    "image": _images,
    "megapixel": _megapixels,
    "second": _seconds,
    "1000 character": _thousand_characters,
}
