"""What is said about a call after its end: its files, what people wrote, what the server forgot."""

from enum import StrEnum

from fal_studio.core.facts.base import FactBase
from fal_studio.words import mark


class FileState(StrEnum):
    """How far the download of one file of a result is."""

    FETCHING = mark("fetching")
    KEPT = mark("kept")
    """It is on the disk, whole."""
    FAILED = mark("failed")
    """Not now; it will be tried again."""
    GONE = mark("gone")
    """The server has it no more, or it may not be fetched: trying again is of no use."""


class Download(FactBase, frozen=True):
    """A file of the result on its way to the disk; a late remark, since the call itself has ended."""

    url: str
    """As it stands in the payload."""
    state: FileState
    received_bytes: int = 0
    total_bytes: int | None = None
    sha256: str = ""
    """The blob; only of a file that is kept."""
    content_type: str = ""
    message: str = ""
    """Why it is not here, and what to do."""
    took_s: float = 0.0
    """From the first byte asked for to this outcome; 0 while it is on its way, and in calls of older versions."""
    redirects: tuple[str, ...] = ()
    """Where the server sent it on to, in order, secrets replaced; only of a file that is kept."""


class Decoded(FactBase, frozen=True):
    """A file of the result was turned into what can be shown; a late remark. Measured where somebody asks for it: comparisons."""

    url: str
    """As it stands in the payload; "" for bytes that came inside it."""
    took_s: float
    message: str = ""
    """Why it could not be decoded; else ""."""


class Described(FactBase, frozen=True):
    """A person wrote what a picture of the result shows, for those who cannot see it; a late remark."""

    path: str
    """Where the picture stands in the result: `images[0].url`."""
    text: str
    """"" takes back what was written before."""


class Forgotten(FactBase, frozen=True):
    """The server has deleted the inputs and outputs that it kept of the call, because somebody asked for it."""

    wall_s: float
    files: int = 0
    """Result files that went, too."""
    left: int = 0
    """Result files that could not be deleted."""
