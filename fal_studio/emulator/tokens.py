"""Short-lived tokens: for opening realtime sockets and for uploads to the CDN."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any


class Tokens:
    """Signs and checks tokens in the form of a JSON Web Token (HS256)."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, lifetime_s: float, **claims: Any) -> str:
        """Return a token that is good for `lifetime_s` seconds."""
        head = _encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        now = time.time()
        body = _encoded(json.dumps({**claims, "iat": now, "exp": now + lifetime_s}).encode())
        return f"{head}.{body}.{self._signature(head, body)}"

    def claims(self, token: str) -> dict[str, Any] | None:
        """Return what a token says, or None when it is forged, malformed or too old."""
        parts = token.split(".")
        if len(parts) != 3 or not hmac.compare_digest(self._signature(parts[0], parts[1]), parts[2]):
            return None
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return claims if claims["exp"] > time.time() else None

    def opens(self, token: str, app: str) -> bool:
        """Whether a realtime token is good for an app (`owner/alias`, or a path below it).

        The clients ask for the alias alone; newer documentation shows whole paths. Both are accepted.
        """
        claims = self.claims(token)
        if claims is None:
            return False
        allowed = {str(name).strip("/") for name in claims.get("allowed_apps", ())}
        segments = app.strip("/").split("/")
        alias = segments[1] if len(segments) > 1 else segments[0]
        paths = {"/".join(segments[: count + 1]) for count in range(1, len(segments))}
        return bool(allowed & {alias, *paths, *(f"{path}/realtime" for path in paths)})

    def _signature(self, head: str, body: str) -> str:
        return _encoded(hmac.digest(self._secret, f"{head}.{body}".encode(), hashlib.sha256))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
