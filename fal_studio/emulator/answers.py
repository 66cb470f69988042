"""What the server answers: a status, a body and headers, before they become bytes on a connection."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.responses import Response

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete answer; `fault` names how the connection misbehaves while it is sent."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_type: str = JSON
    fault: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the status says success."""
        return self.status < 300

    def adding(self, headers: Mapping[str, str]) -> "Answer":
        """Return the same answer with more headers; those it has already win."""
        return replace(self, headers={**headers, **self.headers})

    def response(self) -> Response:
        """Turn the answer into something that Starlette can send."""
        return Response(self.body, self.status, self.headers, self.content_type)

    def detail(self) -> Any:
        """Return the `detail` of the JSON body, or None."""
        value = self.json()
        return value.get("detail") if isinstance(value, dict) else None

    def json(self) -> Any:
        """Return the decoded body, or None when it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def encode(value: object) -> bytes:
    """Encode as compact UTF-8 JSON; NaN is an error, as in fal's own answers."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, encode(value), headers or {})


def units_text(units: float) -> str:
    """Write billable units as fal does: integers without decimals, anything else with eight."""
    return str(int(units)) if units == int(units) else f"{units:.8f}"
