"""What may be spent with a key: the limits, what is taken of them, and whether a wish still fits. Pure.

Sums are in US dollars. What is *taken* is what calls were billed, and for those that have not ended, or did not tell, what
they will probably cost.
"""

from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from fal_studio.figures import dollars, local
from fal_studio.words import tr

Amount = Annotated[float, Meta(ge=0, le=1_000_000)]
_DUST = 1e-9
"""Sums of prices are not exact; nobody is refused for less than this."""


class Unpriced(StrEnum):
    """What is done under a stop with a call whose cost nobody can tell before."""

    ASK = "ask once"
    RUN = "run, not counted before it is billed"
    REFUSE = "refuse"


class Budget(msgspec.Struct, frozen=True, omit_defaults=True):
    """The limits of one key; 0: none."""

    stop_day_usd: Amount = 0.0
    """On one calendar day of this computer."""
    stop_session_usd: Amount = 0.0
    """From the start of the program to its end; another window is another session."""
    ask_above_usd: Amount | None = None
    """Runs that cost more are asked about; None: as the settings say for all."""
    unpriced: Unpriced = Unpriced.ASK

    @property
    def has_stop(self) -> bool:
        """Whether there is an amount that must not be passed."""
        return self.stop_day_usd > 0 or self.stop_session_usd > 0


class Taken(msgspec.Struct, frozen=True):
    """What calls of a profile have taken."""

    day_usd: float = 0.0
    session_usd: float = 0.0


class Grant(msgspec.Struct, frozen=True):
    """Money that is set aside for calls that are about to begin; what nobody takes is to be released."""

    id: str
    profile: str
    each_usd: float
    count: int


class Refusal(msgspec.Struct, frozen=True):
    """Why nothing is set aside, and what to do."""

    message: str
    next_step: str


class Wish(NamedTuple):
    """What is to be set aside, and under which limits."""

    profile: str
    budget: Budget
    usd: float
    """For each call."""
    endpoint: str = ""
    count: int = 1
    shares: tuple[float, ...] = ()
    """Instead of `usd` and `count`: what is set aside for each of several calls that cost differently."""
    project: str = ""

    @property
    def amounts(self) -> tuple[float, ...]:
        """What is to be set aside for each call."""
        return self.shares or (self.usd,) * self.count


class Billed(NamedTuple):
    """A call of the ledger with what it cost; None: nobody knows."""

    call: str
    profile: str
    endpoint: str
    at_s: float
    usd: float | None
    project: str = ""


class Line(NamedTuple):
    """What one profile's calls of one endpoint have taken."""

    profile: str
    endpoint: str
    calls: int
    usd: float
    unbilled: int
    """Calls of them for which there is no bill yet."""


class ProjectLine(NamedTuple):
    """What the calls of a project have taken at one endpoint, since there are calls of it."""

    project: str
    line: Line
    since: str
    """The day of the first of these calls, as 2026-01-31."""


class Summary(NamedTuple):
    """What was spent, by profile and endpoint."""

    day: tuple[Line, ...] = ()
    session: tuple[Line, ...] = ()
    projects: tuple[ProjectLine, ...] = ()
    """Those for which something was spent last come first."""


def refusal(profile: str, budget: Budget, taken: Taken, wanted_usd: float) -> Refusal | None:
    """Return why `wanted_usd` more must not be spent, None if it may.

    With nothing left nothing is begun, also not what seems to cost nothing: its bill may say otherwise.
    """
    for stop, used, is_day in (
        (budget.stop_day_usd, taken.day_usd, True),
        (budget.stop_session_usd, taken.session_usd, False),
    ):
        if stop <= 0:
            continue
        left = stop - used
        if left > _DUST and wanted_usd <= left + _DUST:
            continue
        span = tr("today") if is_day else tr("in this session")
        if left <= _DUST:
            words = tr("Nothing is left of the {usd} that {profile} may spend {span}.").format(
                usd=usd(stop), profile=profile, span=span
            )
        else:
            words = tr(
                "It would cost about {usd}, and {usd_2} are left of the {usd_3} that {profile} may spend {span}."
            ).format(usd=usd(wanted_usd), usd_2=usd(left), usd_3=usd(stop), profile=profile, span=span)
        return Refusal(
            words,
            tr("Raise the limit in the profile, or wait until tomorrow.")
            if is_day
            else tr("Raise the limit in the profile, or start fal Studio anew for another session."),
        )
    return None


def unpriced_refusal(profile: str, endpoint: str) -> Refusal:
    """Return why a call whose cost is not known is not begun."""
    return Refusal(
        tr("Nobody can say what {endpoint} will cost, and {profile} has a limit for spending.").format(
            endpoint=endpoint, profile=profile
        ),
        tr("Allow it when you are asked at Run, or change what the profile does with unknown prices."),
    )


def usd(amount: float) -> str:
    """Return an amount in a sentence: $5, $0.25, $0.0034; with the decimal mark of the region."""
    return dollars(local(usd_in_files(amount).removeprefix("$")))


def usd_in_files(amount: float) -> str:
    """Return the same as it stands in files, which are read everywhere."""
    if amount >= 0.1 or amount == 0:
        return f"${amount:,.2f}".removesuffix(".00")
    digits = f"{amount:.2g}"
    return f"${float(digits):.10f}".rstrip("0").rstrip(".") if amount >= 1e-9 else "$0"
