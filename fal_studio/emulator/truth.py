"""What really happened to each request on this side: stage times a client can be compared with.

`GET /emulator/truth/<request id>` answers `{"request_id", "endpoint", "mode", "status", "attempts", "billable_units",
"stages": {name: {"wall": seconds since 1970, "monotonic_ns": …}}}`. Stages: received, queued, started (a runner took it),
warm (its cold start is over), finished, fetched (first time a client got the result). `monotonic_ns` is the clock that
`time.monotonic_ns()` reads in every process of the same machine (Linux, macOS).
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

KEPT = 20_000


@dataclass(slots=True)
class Record:
    """One request as this server saw it."""

    request_id: str
    endpoint: str
    mode: str
    status: int | None = None
    attempts: int = 0
    billable_units: float | None = None
    stages: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])

    def mark(self, stage: str) -> None:
        """Note that a stage begins now; a repeated attempt overwrites the earlier one."""
        self.stages[stage] = {"wall": time.time(), "monotonic_ns": time.monotonic_ns()}

    def seconds(self, since: str, until: str) -> float:
        """Return the time between two stages, 0 when one is missing."""
        if since not in self.stages or until not in self.stages:
            return 0.0
        return (self.stages[until]["monotonic_ns"] - self.stages[since]["monotonic_ns"]) / 1e9

    def wall(self, stage: str) -> float | None:
        """Return the calendar time of a stage."""
        return self.stages[stage]["wall"] if stage in self.stages else None

    def plain(self) -> dict[str, Any]:
        """Return the record for JSON."""
        return {
            "request_id": self.request_id,
            "endpoint": self.endpoint,
            "mode": self.mode,
            "status": self.status,
            "attempts": self.attempts,
            "billable_units": self.billable_units,
            "stages": self.stages,
        }


class Truth:
    """The records of this server's life, the latest `KEPT` of them."""

    def __init__(self) -> None:
        self._records: OrderedDict[str, Record] = OrderedDict()

    def begin(self, request_id: str, endpoint: str, mode: str) -> Record:
        """Start the record of a request that has just come in."""
        record = Record(request_id, endpoint, mode)
        record.mark("received")
        self._records[request_id] = record
        if len(self._records) > KEPT:
            self._records.popitem(last=False)
        return record

    def of(self, request_id: str) -> Record | None:
        """Return the record of a request."""
        return self._records.get(request_id)
