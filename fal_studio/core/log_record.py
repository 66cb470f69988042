"""One record of the program's own log."""

import datetime as dt
from typing import NamedTuple


class Record(NamedTuple):
    """What was logged, with no secrets in it."""

    at_s: float
    """Seconds since 1970."""
    level: str
    """INFO, WARNING, ERROR, CRITICAL."""
    name: str
    """Who logged it."""
    text: str
    """May be several lines, with the story of an error."""

    def line(self) -> str:
        """Return it as it stands in a report."""
        return f"{self.when()} {self.level} {self.name}: {self.text}"

    def when(self) -> str:
        """Return the local time of day, to the millisecond."""
        return dt.datetime.fromtimestamp(self.at_s).astimezone().strftime("%H:%M:%S.%f")[:-3]
