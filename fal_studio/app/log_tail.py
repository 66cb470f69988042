"""The last lines of the log, kept in memory: for the view of the log, and for a report about a mistake."""

import logging
from collections import deque
from collections.abc import Callable

from fal_studio.core.log_record import Record

KEPT = 2_000
IN_A_REPORT = 400


class LogTail(logging.Handler):
    """Remembers the last records; a filter of it takes the secrets out before."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter("%(message)s"))
        self._records: deque[Record] = deque(maxlen=KEPT)
        self.heard: Callable[[Record], object] | None = None
        """Told of every new record, in whatever thread wrote it."""

    @property
    def records(self) -> tuple[Record, ...]:
        """What is remembered, oldest first."""
        return tuple(self._records)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        kept = Record(record.created, record.levelname, record.name, self.format(record))
        self._records.append(kept)
        if self.heard is not None:
            self.heard(kept)

    def text(self) -> str:
        """Return the newest as lines, oldest first."""
        return "\n".join(record.line() for record in self.records[-IN_A_REPORT:])
