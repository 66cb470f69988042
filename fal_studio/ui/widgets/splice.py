"""What changed between two texts, as one piece taken out and one put in."""

import msgspec


class Splice(msgspec.Struct, frozen=True):
    """What changed in a text: so much was taken out at a place, and this was put there instead."""

    at: int
    removed: str
    inserted: str

    def applied(self, text: str) -> str:
        """Return the text after the change."""
        return text[: self.at] + self.inserted + text[self.at + len(self.removed) :]

    def taken_back(self, text: str) -> str:
        """Return the text before the change."""
        return text[: self.at] + self.removed + text[self.at + len(self.inserted) :]


def splice_of(before: str, after: str) -> Splice:
    """Return the smallest one change that makes one text of the other."""
    head = _common(before, after, from_end=False, most=min(len(before), len(after)))
    rest = min(len(before), len(after)) - head
    tail = _common(before, after, from_end=True, most=rest)
    return Splice(head, before[head : len(before) - tail], after[head : len(after) - tail])


def _common(one: str, other: str, *, from_end: bool, most: int) -> int:
    """Return how many characters two texts share at an end; slices are compared, so that megabytes take milliseconds."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if from_end:
            is_same = one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]
        else:
            is_same = one[low:middle] == other[low:middle]
        if is_same:
            low = middle
        else:
            high = middle - 1
    return low


def goes_on(first: Splice, second: Splice) -> bool:
    """Whether a change touches what the one before put there."""
    return first.at <= second.at + len(second.removed) and second.at <= first.at + len(first.inserted)


def joined(first: Splice, second: Splice) -> Splice:
    """Return two changes that touch as one."""
    at = min(first.at, second.at)
    before_gap = max(0, first.at - second.at)
    head = second.removed[:before_gap]
    end_of_first = first.at + len(first.inserted)
    tail = (
        second.removed[max(0, end_of_first - second.at) :]
        if second.at + len(second.removed) > end_of_first
        else ""
    )
    kept_head = first.inserted[: max(0, second.at - first.at)]
    kept_tail = first.inserted[max(0, second.at + len(second.removed) - first.at) :]
    return Splice(at, head + first.removed + tail, kept_head + second.inserted + kept_tail)
