"""What was found in pasted text, or why nothing was."""

import msgspec

from fal_studio.core.request import Json, Mode, Options
from fal_studio.words import tr

KEY_LEFT_OUT = tr("The key in it was left out.")


class Found(msgspec.Struct, frozen=True):
    """A request, or as much of one as the text holds."""

    what: str
    """What the text is, for people: "a cURL command"."""
    endpoint: str = ""
    """"" where the text names none: bare arguments."""
    mode: Mode | None = None
    """None where the text does not say."""
    arguments: dict[str, Json] | None = None
    """None where the text holds none."""
    options: Options = Options()
    notes: tuple[str, ...] = ()
    """What was left out, and why; a sentence each."""


class UnclearError(Exception):
    """The text cannot be understood; says why and what would help."""

    def __init__(self, reason: str, next_step: str) -> None:
        super().__init__(f"{reason} {next_step}")
        self.reason = reason
        self.next_step = next_step


class Draft:
    """A request that is still being gathered."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.endpoint = ""
        self.mode: Mode | None = None
        self.arguments: dict[str, Json] | None = None
        self._options: dict[str, Json] = {}
        self._headers: dict[str, str] = {}
        self._query: dict[str, str] = {}
        self._notes: list[str] = []

    def note(self, sentence: str) -> None:
        """Say what was left out; the same sentence is said once."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def set(self, **options: Json) -> None:
        """Set options, by their field names."""
        self._options |= options

    def add_header(self, name: str, value: str) -> None:
        """Take a header along."""
        self._headers[name] = value

    def add_query(self, name: str, value: str) -> None:
        """Take a query parameter along."""
        self._query[name] = value

    def found(self) -> Found:
        """Return what was gathered."""
        options = msgspec.convert(
            self._options | {"headers": self._headers, "query": self._query}, Options, strict=False
        )
        return Found(self.what, self.endpoint, self.mode, self.arguments, options, tuple(self._notes))
