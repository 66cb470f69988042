"""Accounts: the fal keys of a person by name. The key itself stands only in the keyring, or in memory for a session."""

import re

import msgspec

from fal_studio.core.budget import Budget
from fal_studio.core.request import Hosts, Profile, ProfileKind

EMULATOR = "emulator"
REPLAY = "replay"
"""Where the calls of transcripts belong: to nobody, and nothing is sent."""
FIRST_NAME = "fal"
LONGEST_NAME = 40


class Account(msgspec.Struct, frozen=True, omit_defaults=True):
    """One key and where it may be sent. Holds no secret: the keyring's entry has the account's name."""

    name: str
    session_only: bool = False
    """The key is forgotten when the program ends, and the account with it."""
    hosts: Hosts = Hosts()
    """fal's own unless somebody wrote others into the file; the key goes to these and to no others."""
    budget: Budget = Budget()

    @property
    def profile(self) -> Profile:
        """Where and as whom its calls are made."""
        return Profile(self.name, ProfileKind.FAL, self.hosts, key_name=self.name)


def name_problem(name: str, taken: tuple[str, ...] = ()) -> str:
    """Return why an account cannot be called so, "" if it can."""
    if not name.strip():
        return "Give it a name: work, or fal."
    if len(name) > LONGEST_NAME:
        return f"At most {LONGEST_NAME} characters."
    if name.strip().casefold() == EMULATOR:
        return "That is the emulator's name."
    if name.strip().casefold() == REPLAY:
        return "Replays are called so."
    if name.strip().casefold() in (other.casefold() for other in taken):
        return f"There is a key called {name.strip()} already. Choose another name, or remove that one first."
    return ""


def key_problem(key: str) -> str:
    """Return why a text cannot be a fal key, "" if it can: `<id>:<secret>` (fal docs: authentication)."""
    if not key:
        return "Paste the key."
    if re.search(r"\s", key) or not key.isascii():
        return "A key has no spaces and only plain letters; paste it again."
    key_id, colon, secret = key.partition(":")
    if not colon or not key_id or not secret:
        return "A fal key has two parts with a colon between them; copy the whole key."
    return ""


def cleaned(text: str) -> str:
    """Return the key in a pasted text: without quotes, line ends, and what stands before it in a line of a .env file."""
    line = text.strip().removeprefix("export ").strip()
    line = re.sub(r"^(FAL_KEY|Authorization)\s*[=:]\s*", "", line)
    return line.strip().strip("\"'").removeprefix("Key ").strip()
