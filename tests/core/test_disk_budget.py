"""When the space for results counts as nearly used up, and as used up."""

import pytest

from fal_studio.core.disk_budget import GB, DiskBudget, Level


@pytest.mark.parametrize(
    ("used_gb", "level"),
    [
        (0.0, Level.ROOM),
        (18.0, Level.ROOM),
        (18.1, Level.NEAR),
        (19.99, Level.NEAR),
        (20.0, Level.FULL),
        (31.0, Level.FULL),
    ],
)
def test_the_level_follows_the_share(used_gb: float, level: Level) -> None:
    assert DiskBudget(round(used_gb * GB), 20 * GB).level is level
