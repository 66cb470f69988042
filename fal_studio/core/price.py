"""What an endpoint costs, as the price list says it."""

import msgspec


class Price(msgspec.Struct, frozen=True):
    """What one billing unit costs; multiply by the billed units of a call."""

    unit_price: float
    unit: str
    currency: str

    @property
    def words(self) -> str:
        """The price as people read it: "$0.025 per image"; what costs nothing is free."""
        if self.unit_price == 0:
            return "free"
        amount = f"{self.unit_price:.6f}".rstrip("0")
        whole, _, cents = amount.partition(".")
        shown = f"{whole}.{cents:0<2}" if float(amount) else f"{self.unit_price:.3g}"
        money = f"${shown}" if self.currency.upper() in ("USD", "") else f"{shown} {self.currency}"
        unit = self.unit.strip()
        return (
            f"{money} per {unit.removesuffix('s') if unit.endswith('seconds') else unit}" if unit else money
        )
