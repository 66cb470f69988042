"""What somebody uses most, lately: each use counts, and counts less with every later one."""

from collections.abc import Mapping

_FADES = 0.96
"""What is left of a use after another one; after some seventy it is forgotten."""
_LEAST = 0.05


class Uses:
    """How much things are used, by their keys."""

    def __init__(self) -> None:
        self._weights: dict[str, float] = {}

    def take(self, weights: Mapping[str, float]) -> None:
        """Go on from what `weights` told before; what makes no sense is left out."""
        self._weights = {key: weight for key, weight in weights.items() if 0 < weight <= 1 / (1 - _FADES)}

    @property
    def weights(self) -> dict[str, float]:
        """All that is known, to be kept."""
        return dict(self._weights)

    def note(self, key: str) -> None:
        """Something was used."""
        faded = {one: weight * _FADES for one, weight in self._weights.items()}
        faded[key] = faded.get(key, 0.0) + 1.0
        self._weights = {one: weight for one, weight in faded.items() if weight >= _LEAST}

    def share(self, key: str) -> float:
        """Return how much something is used: 0 for never, towards 1 for nothing else."""
        weight = self._weights.get(key, 0.0)
        return weight / (1.0 + weight)
