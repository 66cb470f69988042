"""The words of a row at this moment: what the table, the popover and the screen reader all say."""

import datetime as dt
import time

from fal_studio.core.history import CallRow
from fal_studio.figures import number
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.costs import Cost, money, per_unit
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.queue.judging import words_of
from fal_studio.ui.queue.words import Live, Now, now_of, started_of, told
from fal_studio.ui.tokens import Role
from fal_studio.words import trn


class Telling:
    """Joins a row with what is known beyond it: the open call's state, usual durations, what an endpoint makes."""

    def __init__(self, calls: Calls, catalogue: Catalogue, history: History) -> None:
        self._calls, self._catalogue, self._history = calls, catalogue, history

    def icon(self, row: CallRow) -> str:
        """Return the icon of what the endpoint makes."""
        return self._catalogue.get(row.endpoint).icon

    def swatch(self, row: CallRow) -> Role:
        """Return the colour of the profile that a call was made with."""
        return self._calls.swatch(row.profile)

    def now(self, row: CallRow) -> Now:
        """Return where a call is."""
        if row.ended:
            return now_of(row, None, None, self.icon(row))
        live = Live(
            self._calls.state(row.call),
            self._calls.age_s(row.call),
            self._calls.silence_s(row.call),
            self._calls.slots.words(row.call, time.time(), behind_place=True),
        )
        return now_of(row, live, self._history.usual_s(row.endpoint), self.icon(row))

    def cost(self, row: CallRow) -> Cost:
        """Return what a call costs."""
        return self._calls.cost(row)

    def bill(self, row: CallRow) -> str:
        """Return what the cost is made of: $0.05, 2 billable units, $0.025 per megapixel."""
        units = (
            trn("{units} billable unit", "{units} billable units", row.units).format(
                units=number(row.units, "g")
            )
            if row.units is not None
            else ""
        )
        price = self._calls.prices.known(row.profile, row.endpoint) if row.cost_usd != 0 else None
        amount = money(self._calls.priced(row).cost_usd or None)
        return ", ".join(filter(None, (amount, units, per_unit(price) if price is not None else "")))

    def started(self, row: CallRow) -> str:
        """Return when a call began."""
        return started_of(row, dt.datetime.now().astimezone())

    def sentence(self, row: CallRow) -> str:
        """Return all of a row in words."""
        whole = told(row, self.now(row), self.cost(row), self.started(row))
        judged = words_of(row)
        return f"{whole}, {judged}" if judged else whole
