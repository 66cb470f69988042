"""The clients that result files are fetched with: each profile's own way to the network, and never its key."""

import httpx

from fal_studio.core.request import Clocks, Profile
from fal_studio.modes.ways import Trust
from fal_studio.services import media


class MediaClients:
    """Made when they are first needed; profiles that go the same way share one."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._found: dict[tuple[bool, str, str, Clocks], httpx.AsyncClient] = {}

    async def of(self, profile: Profile | None = None, *, may_be_near: bool) -> httpx.AsyncClient:
        """Return the client for a profile, None for nobody's; raises CallError where its certificates cannot be used."""
        whose = profile or Profile("")
        key = (may_be_near, whose.network_proxy, whose.ca_file, whose.clocks)
        if key not in self._found:
            tls = await self._trust.of(profile)
            if key not in self._found:  # somebody may have been quicker
                self._found[key] = media.client(may_be_near=may_be_near, tls=tls, profile=profile)
        return self._found[key]

    async def aclose(self) -> None:
        """Close all connections."""
        for client in self._found.values():
            await client.aclose()
