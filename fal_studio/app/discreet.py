"""The log, without keys and tokens: libraries write whole addresses and headers when they are asked to be talkative."""

import logging
from collections.abc import Iterable

from fal_studio.core.redact import Redactor


class Discreet(logging.Filter):
    """Takes secrets out of every record of a handler: known ones, and what looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """`secrets` may grow while the program runs."""
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with its message redacted."""
        redactor = Redactor(self._secrets)
        text = record.getMessage()
        if (safe := redactor.text(text)) != text:
            record.msg, record.args = safe, None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redactor.text(record.exc_text)
        return True
