"""The one redactor: keys and tokens out of text, URLs and headers before anybody keeps or shows them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

PLACE = "…redacted…"
_SHORTEST = 8
"""Shorter secrets are not looked for in text: they would be found in half of all words."""
_SECRET_HEADERS = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-fal-cdn-token",
        "x-api-key",
        "x-app-fal-upload-policy",
    }
)
# As text: Python compiles them when they are first used, which is after the window is there.
_PATTERNS = (
    r"(?i)((?<![A-Za-z])(?:fal_jwt_token|token|key|signature|x-amz-signature|x-goog-signature|sig)=)[^&\s\"'#]+",
    r"\b(Key\s+)[A-Za-z0-9-]{6,}:[A-Za-z0-9]{6,}",
    r"\b(Bearer\s+)[A-Za-z0-9._~+/-]{8,}=*",
    r"()\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]+",
)


class Redactor:
    """Knows some secrets by heart and the shapes of others."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Of a key `id:secret` the whole and the secret are looked for; the id alone is no secret."""
        wanted: set[str] = set()
        for secret in secrets:
            wanted.add(secret)
            wanted.add(secret.partition(":")[2])
        self._secrets = sorted((item for item in wanted if len(item) >= _SHORTEST), key=len, reverse=True)
        self._secret_bytes = tuple(item.encode() for item in self._secrets)
        # A whole key contains its secret: data without the short ones hold no long one either.
        self._needles = tuple(
            item
            for item in self._secret_bytes
            if not any(other in item for other in self._secret_bytes if other != item)
        )

    def text(self, text: str) -> str:
        """Return the text without known secrets and without what looks like one."""
        for secret in self._secrets:
            text = text.replace(secret, PLACE)
        if not ("=" in text or "Key " in text or "Bearer " in text or "eyJ" in text):
            return text  # nearly every header
        for pattern in _PATTERNS:
            text = re.sub(pattern, rf"\g<1>{PLACE}", text)
        return text

    def data(self, data: bytes) -> bytes:
        """Return bytes without known secrets: cheap enough for everything that arrives."""
        for needle in self._needles:
            if needle in data:
                break
        else:
            return data  # nearly always
        for secret in self._secret_bytes:
            data = data.replace(secret, PLACE.encode())
        return data

    def open_end(self, data: bytes) -> int:
        """Return how many bytes at the end may be the beginning of a known secret that goes on elsewhere."""
        longest = 0
        for secret in self._secret_bytes:
            for length in range(min(len(secret) - 1, len(data)), longest, -1):
                if data.endswith(secret[:length]):
                    longest = length
                    break
        return longest

    def payload(self, value: Any) -> Any:
        """Return a decoded payload without known secrets in its texts."""
        if isinstance(value, dict):
            return {self.payload(key): self.payload(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.payload(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self.payload(item) for item in value)
        if isinstance(value, bytes):
            return self.data(value)
        return self.text(value) if isinstance(value, str) else value

    def finds_in(self, data: bytes) -> bool:
        """Whether a known secret is in the bytes."""
        return any(needle in data for needle in self._needles)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return headers without the values that are secret by name or by what is in them."""
        return {
            name: PLACE if name.lower() in _SECRET_HEADERS else self.text(value)
            for name, value in headers.items()
        }
