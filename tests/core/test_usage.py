"""What was billed beside what we thought."""

from fal_studio.core.usage import Compared, DayCost, compared


def test_both_sides_stand_together_the_newest_day_first() -> None:
    billed = [
        DayCost("2026-01-30", "a/b", 1.0),
        DayCost("2026-01-31", "a/b", 0.5),
        DayCost("2026-01-31", "a/b", 0.25),
    ]
    ours = [DayCost("2026-01-31", "a/b", 0.5), DayCost("2026-01-31", "c/d", 2.0)]
    found = compared(billed, ours)
    assert found == (
        Compared("2026-01-31", "c/d", None, 2.0),
        Compared("2026-01-31", "a/b", 0.75, 0.5),
        Compared("2026-01-30", "a/b", 1.0, None),
    )
    assert [one.difference_usd for one in found] == [-2.0, 0.25, 1.0]
