"""Requests as the emulator saw them, reduced to what they mean, and compared."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

TRANSPORT = {
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "user-agent",
    "accept-encoding",
    "accept-language",
    "pragma",
    "upgrade",
}
"""Headers of the transport and the client's own name; `sec-*` belong to them too."""
REQUEST_ID = re.compile(r"requests/[^/]+")
KINDS = (
    ("token", re.compile(r"^/rest/tokens/")),
    ("status-stream", re.compile(r"/status/stream$")),
    ("status", re.compile(r"/requests/[^/]+/status$")),
    ("cancel", re.compile(r"/requests/[^/]+/cancel$")),
    ("result", re.compile(r"/requests/[^/]+$")),
    ("submit", re.compile(r"^/queue/")),
    ("socket", re.compile(r"^/run/.*/realtime$")),
    ("stream", re.compile(r"^/run/.*/stream$")),
    ("run", re.compile(r"^/run/")),
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One request without what differs from run to run."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str | None
    """JSON in one canonical form; None for an empty body."""

    def parts(self) -> dict[str, Any]:
        """Return everything that can differ, by name."""
        return (
            {"method": self.method, "path": self.path, "body": self.body}
            | {f"query {name}": value for name, value in self.query.items()}
            | {f"header {name}": value for name, value in self.headers.items()}
        )


def meanings(entries: list[dict[str, Any]]) -> dict[str, Meaning]:
    """Return the first request of each kind."""
    found: dict[str, Meaning] = {}
    for entry in entries:
        kind = next((name for name, pattern in KINDS if pattern.search(entry["path"])), entry["path"])
        found.setdefault(kind, _meaning(entry))
    return found


def _meaning(entry: dict[str, Any]) -> Meaning:
    query = dict(parse_qsl(entry["query"], keep_blank_values=True))
    if "fal_jwt_token" in query:
        query["fal_jwt_token"] = "a token"
    headers = {
        name.lower(): value
        for name, value in entry["headers"]
        if name.lower() not in TRANSPORT and not name.lower().startswith("sec-")
    }
    if "x-fal-request-timeout" in headers:  # 30 and 30.0 are the same time
        headers["x-fal-request-timeout"] = f"{float(headers['x-fal-request-timeout']):g}"
    # As text, because to Python 1, 1.0 and True are equal.
    body = json.dumps(json.loads(entry["body"]), sort_keys=True) if entry["body"] else None
    return Meaning(entry["method"], REQUEST_ID.sub("requests/<id>", entry["path"]), query, headers, body)


def differences(ours: dict[str, Meaning], theirs: dict[str, Meaning]) -> dict[str, tuple[Any, Any]]:
    """Return what is not equal, as "kind: part" -> (ours, theirs); None where one side has none."""
    found: dict[str, tuple[Any, Any]] = {}
    for kind in sorted({*ours, *theirs}):
        if kind not in ours or kind not in theirs:
            found[f"{kind}: made"] = (kind in ours, kind in theirs)
            continue
        our, their = ours[kind].parts(), theirs[kind].parts()
        for part in sorted({*our, *their}):
            if our.get(part) != their.get(part):
                found[f"{kind}: {part}"] = (our.get(part), their.get(part))
    return found
