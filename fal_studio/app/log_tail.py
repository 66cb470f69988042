"""The last lines of the log, kept in memory for a report about a mistake."""

import logging
from collections import deque

LINES = 400


class LogTail(logging.Handler):
    """Remembers the last records as lines; what reads them takes the secrets out."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._lines: deque[str] = deque(maxlen=LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self._lines.append(self.format(record))

    def text(self) -> str:
        """Return what is remembered, oldest first."""
        return "\n".join(self._lines)
