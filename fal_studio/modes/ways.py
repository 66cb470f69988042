"""The ways of a profile to a server: whose certificates it trusts, and which network proxy it goes through."""

import asyncio
import os
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from fal_studio.core import events as e
from fal_studio.core.events import Failed, FailureKind
from fal_studio.core.request import Profile
from fal_studio.modes.base import CallError
from fal_studio.words import tr


class Trust:
    """Certificates, read on a thread and once for each file: that takes some 45 ms, for which the loop must not stand still."""

    def __init__(self) -> None:
        self._found: dict[str, asyncio.Task[ssl.SSLContext]] = {}

    async def of(self, profile: Profile | None = None) -> ssl.SSLContext:
        """Return what a profile trusts, None for what everybody does; raises CallError where its file cannot be used."""
        file = profile.ca_file if profile is not None else ""
        task = self._found.get(file)
        if task is None:
            reading = asyncio.to_thread(_trusting, file)
            task = self._found[file] = asyncio.get_running_loop().create_task(reading, name="certificates")
        try:
            return await asyncio.shield(task)
        except OSError as error:  # ssl.SSLError is one
            self._found.pop(file, None)  # it may be mended meanwhile
            raise _unusable(profile, file, error) from error


def _trusting(file: str) -> ssl.SSLContext:
    tls = httpx.create_ssl_context()
    if file:
        tls.load_verify_locations(cafile=file)
    return tls


def _unusable(profile: Profile | None, file: str, error: OSError) -> CallError:
    why = (
        tr("is no PEM file.")
        if isinstance(error, ssl.SSLError)
        else tr("cannot be read ({strerror}).").format(strerror=error.strerror)
    )
    whose = tr(" of profile {name}").format(name=profile.name) if profile is not None else ""
    return CallError(
        Failed(
            FailureKind.INPUT,
            tr("The certificates{whose} cannot be used: {file} {why}").format(
                whose=whose, file=file, why=why
            ),
            tr("Choose another file in Manage profiles, or none."),
            charged=e.Charged.NO,
        )
    )


def proxies_of(profile: Profile | None) -> Mapping[str, str | None]:
    """Return httpx's mounts for what a profile goes through: its own network proxy, else those of the environment."""
    if profile is not None and profile.network_proxy:
        return {"all://": profile.network_proxy}
    return environment_proxies()


def proxy_to(profile: Profile, url: str) -> str:
    """Return the network proxy that a profile reaches a URL through, "" for none."""
    proxies = proxies_of(profile)
    parts = urlsplit(url)
    host = parts.hostname or ""
    for pattern, proxy in proxies.items():
        name = pattern.partition("://")[2]
        if proxy is None and (host == name or (name.startswith("*.") and host.endswith(name[1:]))):
            return ""
    return proxies.get(f"{parts.scheme}://") or proxies.get("all://") or ""


def environment_proxies() -> dict[str, str | None]:
    """Return httpx's mounts for the network proxies of the environment, none for this machine itself."""
    found: dict[str, str | None] = {}
    for scheme in ("http", "https", "all"):
        name = f"{scheme}_proxy"
        if proxy := os.environ.get(name.upper() if scheme != "http" else name) or os.environ.get(name):
            found[f"{scheme}://"] = proxy if "://" in proxy else f"http://{proxy}"
    if not found:
        return {}
    exempt = (os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or "").split(",")
    for host in ("localhost", "127.0.0.1", *(item.strip().lstrip(".") for item in exempt)):
        if host == "*":
            return {}
        if host:
            found[f"all://{host}"] = None
            if not host[0].isdigit():
                found[f"all://*.{host}"] = None
    return found
