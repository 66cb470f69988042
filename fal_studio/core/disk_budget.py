"""How much of the disk results may take before a person is told; nothing is deleted because of it."""

from enum import StrEnum

import msgspec

GB = 1_000_000_000
NEAR = 0.9
"""From this share on it is nearly used up."""


class Level(StrEnum):
    """How much is left."""

    ROOM = "room"
    NEAR = "near"
    FULL = "full"


class DiskBudget(msgspec.Struct, frozen=True):
    """What results take, and what is meant for them."""

    used_bytes: int
    limit_bytes: int
    """More than 0."""

    @property
    def share(self) -> float:
        """The part that is used; above 1 when it is more than is meant for them."""
        return self.used_bytes / self.limit_bytes

    @property
    def level(self) -> Level:
        """How much is left: nearly used up above 90 %, full at 100 %."""
        if self.used_bytes >= self.limit_bytes:
            return Level.FULL
        return Level.NEAR if self.share > NEAR else Level.ROOM
