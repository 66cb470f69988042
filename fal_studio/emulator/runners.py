"""The pretended machines: which one takes a request, and whether it has to start first."""

import time
import uuid

from fal_studio.emulator.settings import Controls, Settings


class Runners:
    """Hands out runners; as many as are asked for, busy ones never twice."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._free: list[str] = []
        self._count = 0
        self._warm: dict[str, float] = {}
        self._hints: dict[str, str] = {}

    def take(self, hint: str | None = None) -> str:
        """Return the id of a runner: the one that served this hint before, if it is free."""
        known = self._hints.get(hint) if hint else None
        if known in self._free:
            self._free.remove(known)
            return known
        runner = self._free.pop() if self._free else self._new()
        if hint:
            self._hints[hint] = runner
        return runner

    def give_back(self, runner: str, app: str) -> None:
        """Return a runner; its app stays warm for a while."""
        self._free.append(runner)
        self._warm[app] = time.monotonic()

    def cold_start_s(self, app: str, controls: Controls) -> float:
        """Return how long a runner needs before it can work for `app`."""
        if controls.cold_start is not None:
            return controls.cold_start
        used = self._warm.get(app)
        if used is not None and time.monotonic() - used < self._settings.warm_for_s:
            return 0.0
        return self._settings.cold_start_s / (controls.speed or self._settings.speed)

    def cool_down(self) -> None:
        """Forget what is warm: the next request of every app starts cold."""
        self._warm.clear()

    def _new(self) -> str:
        self._count += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"runner {self._settings.seed} {self._count}"))
