"""Where each of fal's hosts lives on this server: one port, a path prefix for each."""

from dataclasses import dataclass

PREFIX_OF_HOST = {
    "fal.run": "/run",
    "falrun.com": "/run",
    "queue.fal.run": "/queue",
    "queue.falrun.com": "/queue",
    "rest.fal.ai": "/rest",
    "rest.alpha.fal.ai": "/rest",
    "v3.fal.media": "/cdn",
    "v3b.fal.media": "/cdn",
    "fal.media": "/cdn",
    "api.fal.ai": "/api",
    "ws.fal.run": "/ws",
    "fal.ai": "",
}
"""For clients that reach the server through a hosts file: the Host header says which prefix is meant."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The URLs of one running server."""

    port: int

    @property
    def base(self) -> str:
        """Return the root, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_base(self) -> str:
        """Return the root for WebSockets."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def queue(self) -> str:
        """Return the stand-in for `https://queue.fal.run`."""
        return f"{self.base}/queue"

    @property
    def run(self) -> str:
        """Return the stand-in for `https://fal.run`."""
        return f"{self.base}/run"

    @property
    def cdn(self) -> str:
        """Return the stand-in for `https://v3.fal.media`."""
        return f"{self.base}/cdn"

    def plain(self) -> dict[str, str]:
        """Return all of them for the line that says the server is ready."""
        return {
            "base": self.base,
            "run": self.run,
            "queue": self.queue,
            "rest": f"{self.base}/rest",
            "cdn": self.cdn,
            "api": f"{self.base}/api",
            "jwks": f"{self.base}/jwks",
            "openapi": f"{self.base}/api/openapi/queue/openapi.json",
            "realtime": f"{self.socket_base}/run",
            "ws": f"{self.socket_base}/ws",
        }
