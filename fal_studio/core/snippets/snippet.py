"""What a request becomes in a language: the text, and what that language cannot say.

Comments are English everywhere, as the names around them are: code is read and passed on by others.
"""

from enum import StrEnum

import msgspec

from fal_studio.core import options as rules
from fal_studio.core.options import seconds_in_code
from fal_studio.core.request import Options


class Language(StrEnum):
    """What code is written in."""

    PYTHON = "python"
    PYTHON_ASYNC = "python-async"
    JAVASCRIPT = "javascript"
    CURL = "curl"

    @property
    def title(self) -> str:
        """The language as people write it."""
        return _TITLES[self]


_TITLES = {
    Language.PYTHON: "Python",
    Language.PYTHON_ASYNC: "Python async",
    Language.JAVASCRIPT: "JavaScript",
    Language.CURL: "cURL",
}


class Snippet(msgspec.Struct, frozen=True):
    """A request as code."""

    text: str
    left_out: tuple[str, ...] = ()
    """The options, by field name, that the client cannot send; a comment in the text says so."""
    is_possible: bool = True
    """Whether the code makes the call; otherwise the text says why it cannot, and gives the nearest thing."""


class LeftOut:
    """Collects the options that a language cannot say, with the reason of each."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._reasons: dict[str, str] = {}
        self._quiet: list[str] = []

    def note(self, name: str, reason: str) -> None:
        """Note that an option is left out."""
        self._reasons[name] = reason

    def silently(self, *names: str) -> None:
        """Note options that are set and that nobody would look for in this code."""
        for name in names:
            if getattr(self._options, name) != getattr(Options(), name):
                self._quiet.append(name)

    def note_if_set(self, name: str, reason: str) -> None:
        """Note an option only if it is set."""
        if getattr(self._options, name) != getattr(Options(), name):
            self.note(name, reason)

    @property
    def names(self) -> tuple[str, ...]:
        """The options that are left out."""
        return (*self._reasons, *self._quiet)

    def sentences(self) -> list[str]:
        """Return a sentence for each."""
        return [
            f"Left out: {_words(name, self._options)}. {reason}".rstrip()
            for name, reason in self._reasons.items()
        ]


def _words(name: str, options: Options) -> str:
    value = getattr(options, name)
    match name:
        case "client_timeout_s":
            return f"give up after {seconds_in_code(value)}"
        case "token_lifetime_s":
            return f"a token lifetime of {seconds_in_code(value)}"
        case "reconnect_limit":
            return f"up to {value} reconnects"
        case "headers":
            return "the header" + ("s " if len(value) > 1 else " ") + ", ".join(value)
        case "query":
            return "the query parameter" + ("s " if len(value) > 1 else " ") + ", ".join(value)
        case "path":
            return f"the sub-path {value or '(none)'}"
        case _:
            return f"the {rules.NAMES[name]}"
