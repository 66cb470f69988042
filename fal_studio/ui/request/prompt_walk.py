"""A walk through earlier prompts: where it is, and what stood there before it began."""

from collections.abc import Sequence

from fal_studio.words import tr


class PromptWalk:
    """Place 0 is what was typed and not sent; 1 is the newest earlier prompt."""

    def __init__(self, unsent: str, earlier: Sequence[str], *, was_there: bool = True) -> None:
        """`was_there`: whether the argument was sent at all before the walk."""
        self._texts = [unsent, *(text for text in earlier if text != unsent)]
        self.place = 0
        self.was_there = was_there

    @property
    def text(self) -> str:
        """What stands at this place."""
        return self._texts[self.place]

    @property
    def count(self) -> int:
        """How many earlier prompts there are."""
        return len(self._texts) - 1

    def step(self, by: int) -> bool:
        """Go to earlier ones (1), or later ones (-1); False at an end."""
        place = min(max(self.place + by, 0), self.count)
        is_moved = place != self.place
        self.place = place
        return is_moved

    @property
    def words(self) -> str:
        """Where it is, in words."""
        if not self.count:
            return tr("no earlier prompts yet")
        return tr("{place} of {count}").format(place=self.place, count=self.count) if self.place else ""
