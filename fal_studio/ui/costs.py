"""What things cost, in words: of a call, and of one that would be sent. Pure."""

import math
from typing import NamedTuple

from fal_studio import figures
from fal_studio.core.call import Phase
from fal_studio.core.catalogue_words import unit_in_words
from fal_studio.core.history import CallRow, Spent
from fal_studio.core.prices import Price, is_free, units_of
from fal_studio.core.request import Json, Mode
from fal_studio.figures import local
from fal_studio.ui.tokens import Role
from fal_studio.words import tr

_LEAST = 0.001
"""Less is told as less than this: a column of zeros says nothing."""


class Cost(NamedTuple):
    """What a call costs, with its doubt in front or behind."""

    words: str
    role: Role = "text.1"
    sign: str = ""
    """"≈" for an estimate, "<" for less than that."""

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.sign} {self.words}".strip()


class Forecast(NamedTuple):
    """What a run will cost: in few words, and in a sentence's part."""

    short: str
    words: str
    cost_usd: float | None = None


def cost_of(row: CallRow, estimate_usd: float | None = None, *, is_unpriced: bool = False) -> Cost:
    """Return what a call costs; `estimate_usd` stands in where the billed units do not say it."""
    if row.cost_usd == 0:
        was_refused = row.phase in (Phase.FAILED, Phase.CANCELLED) and not is_free(row.profile)
        return Cost(money(0) if was_refused else tr("free"), "text.3")  # the endpoint itself may be dear
    known = row.cost_usd if row.cost_usd is not None else estimate_usd
    if row.phase is Phase.UNKNOWN:
        return Cost(f"{money(known)}?" if known else "?", "ask")
    if row.cost_usd is not None:
        return Cost(money(row.cost_usd)) if row.cost_usd >= _LEAST else Cost(money(_LEAST), sign="<")
    if row.phase is Phase.CANCELLED or row.phase is Phase.FAILED:
        return Cost(f"{money(known)}?" if known else "?", "text.2")  # what was not billed is free, see row_of
    if known:
        return Cost(money(max(known, _LEAST)), "text.2", "≈" if known >= _LEAST else "<")
    return Cost("unknown", "text.3") if is_unpriced and row.ended else Cost("")


def forecast(
    price: Price | None, mode: Mode, arguments: Json, count: int = 1, *, is_unpriced: bool = False
) -> Forecast:
    """Return what `count` runs of a request will cost, as far as its price and arguments tell."""
    if price is None:
        return Forecast(tr("unknown"), tr("price unknown") if is_unpriced else tr("price not known yet"))
    if price.unit_price == 0:
        return Forecast(tr("free"), tr("free"))
    cost = price.cost_usd(units_of(price, mode, arguments))
    if cost is None:
        return Forecast(tr("varies"), per_unit(price))
    return Forecast(
        f"≈ {money(cost * count)}", tr("about {cost}").format(cost=money(cost * count)), cost * count
    )


def spent_words(spent: Spent) -> str:
    """Return what calls cost together: $0.42, $0.42 and 2 unknown; "" where all were free."""
    known = money(spent.usd) if spent.usd >= _LEAST else f"< {money(_LEAST)}" if spent.usd else ""
    unknown = (
        tr("{unknown} of unknown cost").format(unknown=figures.number(spent.unknown)) if spent.unknown else ""
    )
    if known and unknown:
        return tr("{known} and {unknown}").format(known=known, unknown=unknown)
    return known or unknown


def per_unit(price: Price) -> str:
    """Return a price as a list tells it: $0.025 per megapixel."""
    unit = price.unit.strip()
    single = unit_in_words(
        unit.removesuffix("s") if unit and not unit[0].isdigit() else unit
    )  # per second, but per 1000 tokens
    amount = money(price.unit_price, price.currency)
    return tr("{amount} per {single}").format(amount=amount, single=single) if single else amount


def money(amount: float | None, currency: str = "USD") -> str:
    """Return an amount as people read it: $0.003, $0.025, $0.10, $1,204.00; 0.003 EUR."""
    if amount is None:
        return ""
    if amount == 0:
        number = "0"
    elif 0 < amount < 0.1:
        number = _small(amount)
    else:
        number = f"{amount:,.2f}"
    number = local(number)
    return figures.dollars(number) if currency == "USD" else f"{number} {currency}"


def _small(amount: float) -> str:
    """Return two digits that count: 0.025, 0.0034, 0.05; never in powers of ten."""
    digits = 1 - math.floor(math.log10(amount))
    whole, _, part = f"{amount:.{digits}f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"
