"""Accounts: the fal keys of a person by name. The key itself stands only in the keyring, or in memory for a session."""

import ipaddress
import re
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from fal_studio.core.budget import Budget
from fal_studio.core.request import Clocks, Hosts, Profile, ProfileKind
from fal_studio.core.uploading import UploadRules
from fal_studio.core.urls import NAMESPACES
from fal_studio.words import tr

EMULATOR = "emulator"
REPLAY = "replay"
"""Where the calls of transcripts belong: to nobody, and nothing is sent."""
FIRST_NAME = "fal"
LONGEST_NAME = 40


def is_emulators(endpoint: str) -> bool:
    """Return whether an endpoint's owner is the emulator, which has no models of anybody else."""
    owner, _, rest = endpoint.partition("/")
    return (rest.partition("/")[0] if owner in NAMESPACES else owner) == EMULATOR


class Colour(StrEnum):
    """What a profile is known by in tabs and rows, beside its name. The emulator has one of its own."""

    AMBER = "amber"
    BLUE = "blue"
    VIOLET = "violet"
    RED = "red"
    GREY = "grey"


class Account(msgspec.Struct, frozen=True, omit_defaults=True):
    """One key and where it may be sent. Holds no secret: the keyring's entry has the account's name."""

    name: str
    session_only: bool = False
    """The key is forgotten when the program ends, and the account with it."""
    hosts: Hosts = Hosts()
    """fal's own unless somebody wrote others into the file; the key goes to these and to no others."""
    budget: Budget = Budget()
    kind: ProfileKind = ProfileKind.FAL
    proxy_url: str = ""
    """A team proxy's address; only for `ProfileKind.PROXY`."""
    network_proxy: str = ""
    """An HTTP proxy that everything goes through; "": as the environment says."""
    ca_file: str = ""
    """PEM file of further certificates that are trusted."""
    clocks: Clocks = Clocks()
    has_key: bool = True
    """Whether a key belongs to it; a team proxy has one of its own, a local app mostly needs none."""
    colour: Colour = Colour.AMBER
    media_folder: str = ""
    """Where its results are saved; "": as the settings say for all."""
    uploads: UploadRules = UploadRules()

    @property
    def profile(self) -> Profile:
        """Where and as whom its calls are made."""
        return Profile(
            self.name,
            self.kind,
            self.hosts,
            self.proxy_url,
            self.name if self.has_key else "",
            self.network_proxy,
            self.ca_file,
            self.clocks,
        )


def at_base(base: str) -> Hosts:
    """Return the hosts of an app that is served at one address."""
    return Hosts(base, base, base, base, base, base, f"{base}/openapi.json")


def address_problem(text: str, what: str, schemes: tuple[str, ...] = ("http", "https")) -> str:
    """Return why a text is no address of a server, "" if it is; `what` names the field."""
    example = f"{schemes[-1]}://{'127.0.0.1:8080' if 'http' in schemes[0] else 'host'}"
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, is_good = urlsplit(""), False
    if not is_good:
        said = tr("“{text}” is no address").format(text=text) if text else tr("it is empty")
        return tr("{what}: {said}. Write one such as {example}.").format(
            what=what, said=said, example=example
        )
    if parts.username or parts.password:
        return tr("{what}: a name or password in it would be kept in a file in clear. Leave it out.").format(
            what=what
        )
    if parts.query or parts.fragment:
        return tr("{what}: it ends before “{part}”. Leave the rest out.").format(
            what=what, part="?" if parts.query else "#"
        )
    return ""


def account_problem(account: Account) -> str:
    """Return the first reason why a profile cannot be used as it is, "" if it can."""
    checks: list[str] = []
    hosts = account.hosts
    if account.kind is ProfileKind.LOCAL_APP:
        checks.append(address_problem(hosts.run, tr("Address")))
    elif account.kind is ProfileKind.PROXY:
        checks.append(address_problem(account.proxy_url, tr("Address")))
    elif account.kind is ProfileKind.CUSTOM:
        checks += [
            address_problem(hosts.run, "Run"),
            address_problem(hosts.queue, "Queue"),
            address_problem(hosts.rest, "REST"),
            address_problem(hosts.platform, "Platform"),
            address_problem(hosts.ws, "WebSocket", ("ws", "wss")),
        ]
    if account.has_key and account.kind is ProfileKind.CUSTOM:
        named = {"Run": hosts.run, "Queue": hosts.queue, "REST": hosts.rest, "Platform": hosts.platform}
        checks += [_clear_problem(url, what) for what, url in named.items()]
    if account.network_proxy:
        checks.append(address_problem(account.network_proxy, tr("HTTP proxy")))
    return next((problem for problem in checks if problem), "")


def _clear_problem(url: str, what: str) -> str:
    """Return why a key must not be sent there: anybody on the way could read it."""
    parts = urlsplit(url)
    if parts.scheme == "https" or _is_at_home(parts.hostname or ""):
        return ""
    return tr(
        "{what}: http would send the key in clear through the internet. Write https://{netloc}."
    ).format(what=what, netloc=parts.netloc)


def _is_at_home(host: str) -> bool:
    """Whether a name is one of this machine or network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan"))


def name_problem(name: str, taken: tuple[str, ...] = ()) -> str:
    """Return why an account cannot be called so, "" if it can."""
    if not name.strip():
        return tr("Give it a name: work, or fal.")
    if len(name) > LONGEST_NAME:
        return tr("At most {longest_name} characters.").format(longest_name=LONGEST_NAME)
    if name.strip().casefold() == EMULATOR:
        return tr("That is the emulator's name.")
    if name.strip().casefold() == REPLAY:
        return tr("Replays are called so.")
    if name.strip().casefold() in (other.casefold() for other in taken):
        return tr(
            "There is a key called {name} already. Choose another name, or remove that one first."
        ).format(name=name.strip())
    return ""


def key_problem(key: str) -> str:
    """Return why a text cannot be a fal key, "" if it can: `<id>:<secret>` (fal docs: authentication)."""
    if not key:
        return tr("Paste the key.")
    if re.search(r"\s", key) or not key.isascii():
        return tr("A key has no spaces and only plain letters; paste it again.")
    key_id, colon, secret = key.partition(":")
    if not colon or not key_id or not secret:
        return tr("A fal key has two parts with a colon between them; copy the whole key.")
    return ""


def cleaned(text: str) -> str:
    """Return the key in a pasted text: without quotes, line ends, and what stands before it in a line of a .env file."""
    line = text.strip().removeprefix("export ").strip()
    line = re.sub(r"^(FAL_KEY|Authorization)\s*[=:]\s*", "", line)
    return line.strip().strip("\"'").removeprefix("Key ").strip()
