"""Searching a catalogue, and what a model's card shows: values between the window and whoever asks for it."""

import msgspec

from fal_studio.core.model import Model
from fal_studio.core.schema.drift import Drift


class Wish(msgspec.Struct, frozen=True):
    """What is looked for. Empty values do not matter."""

    words: str = ""
    category: str = ""
    status: str = ""
    """active or deprecated."""
    cursor: str = ""
    """Where the page before ended; "" for the first."""


class Found(msgspec.Struct, frozen=True):
    """One page of models."""

    models: tuple[Model, ...] = ()
    cursor: str = ""
    """For the next page; "" after the last."""
    kept_s: float | None = None
    """From memory instead of the server: when that was listed (seconds since 1970; 0: never). None: just listed."""
    why_kept: str = ""
    """Why the server's own answer is not here; "" while it is still awaited."""
    is_offline: bool = False
    """Whether the server cannot be reached at all."""


class Outgrown(msgspec.Struct, frozen=True):
    """A saved request that no longer fits its endpoint."""

    path: str
    title: str
    why: tuple[str, ...]
    """A sentence each."""


class InputsChange(msgspec.Struct, frozen=True):
    """How an endpoint's inputs differ from those that were known before."""

    since_s: float
    """When the inputs before were last seen; seconds since 1970."""
    drifts: tuple[Drift, ...]
    """Those that break requests first."""

    @property
    def breaking(self) -> int:
        """How many may have requests refused that were good before."""
        return sum(drift.breaks for drift in self.drifts)


class Card(msgspec.Struct, frozen=True):
    """What is known of one model, apart from its inputs."""

    model: Model
    kept_s: float | None = None
    """From memory: when it was fetched. None: just fetched."""
    problem: str = ""
    """Why there is no more, or nothing newer."""
    outgrown: tuple[Outgrown, ...] = ()
