"""Accounts at work: keys come out of the keyring when a call needs one, and are checked, added and removed."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from fal_studio.app.aside import aside
from fal_studio.core.accounts import FIRST_NAME, Account, cleaned, key_problem, name_problem
from fal_studio.core.budget import Budget
from fal_studio.core.events import Charged, Failed, FailureKind
from fal_studio.core.request import Hosts, Profile
from fal_studio.modes.base import Access, CallError
from fal_studio.modes.http import Http
from fal_studio.services import pricing
from fal_studio.store import accounts as file
from fal_studio.store.paths import Folders
from fal_studio.store.problems import StoreError
from fal_studio.store.secrets import SecretError, Secrets, inspect
from fal_studio.ui.accounts import Accounts as Door
from fal_studio.ui.accounts import KeyringWords

PROBE = "fal-ai/flux/dev"
"""Its price is asked to see whether a key is good: that needs one and costs nothing (fal API, `GET /models/pricing`)."""
KEYRING = "keyring"
PROMPT_S = 120.0
"""How long the system may ask the person to unlock the keyring, until a call gives up on its key."""
Start = Callable[[str, Coroutine[Any, Any, None]], None]


class Accounts(QObject):
    """Joins the window's door to the keyring and to fal."""

    known = Signal(object)
    """A Profile that calls can be made with."""
    used = Signal(str)
    """A key that has come into the program's memory."""

    def __init__(
        self, door: Door, kept: Folders, start: Start, hosts: Hosts, parent: QObject | None = None
    ) -> None:
        """`start` begins work in a named slot on the loop; `hosts`: where new keys are for."""
        super().__init__(parent)
        self._door, self._start, self._hosts = door, start, hosts
        self._path = kept.config / "accounts.json"
        self._secrets = Secrets()
        self._by_name: dict[str, Account] = {}
        self._keys: dict[str, str] = {}
        """Keys that were read or typed since the start."""
        self._removed: dict[str, tuple[Account, str]] = {}
        """Accounts that can be brought back until the program ends."""
        self._reading = asyncio.Lock()
        door.open_wanted.connect(self._on_open_wanted)
        door.check_wanted.connect(self._on_check_wanted)
        door.add_wanted.connect(self._on_add_wanted)
        door.remove_wanted.connect(self._on_remove_wanted)
        door.edit_wanted.connect(self._on_edit_wanted)
        door.restore_wanted.connect(self._on_restore_wanted)
        door.adopt_wanted.connect(self._on_adopt_wanted)

    async def load(self) -> None:
        """Tell the window which accounts there are; no key is read before a call needs it."""
        found = await asyncio.to_thread(file.load, self._path)
        self._by_name = {account.name: account for account in found} | self._by_name
        self._show()

    def budget(self, name: str) -> Budget:
        """Return what may be spent with a key; no limits for one that is not known."""
        account = self._by_name.get(name)
        return account.budget if account is not None else Budget()

    async def access(self, name: str) -> Access:
        """Return the profile of an account with its key; raises CallError when it cannot be had."""
        account = self._by_name.get(name)
        if account is None:
            raise _no_key(f"There is no key called {name} any more.", "Add it again from the profile menu.")
        async with self._reading:  # several calls at once make the system ask once
            if name not in self._keys:
                self._keys[name] = await self._read(name)
                self.used.emit(self._keys[name])
        return Access(account.profile, self._keys[name])

    async def _read(self, name: str) -> str:
        try:
            async with asyncio.timeout(PROMPT_S):
                key = await aside(lambda: self._secrets.get(name), KEYRING)
        except SecretError as error:
            raise _no_key(error.report.message, error.report.next_step) from error
        except TimeoutError as error:
            raise _no_key(
                f"The keyring did not give the key {name} within {PROMPT_S:g} s.", "Unlock it and run again."
            ) from error
        if not key:
            raise _no_key(
                f"The key {name} is not in the keyring any more.",
                "Remove it in the profile menu and add it again.",
            )
        return key

    def _show(self) -> None:
        for account in self._by_name.values():
            self.known.emit(account.profile)
        at_fal = frozenset(name for name, account in self._by_name.items() if account.hosts == Hosts())
        self._door.put_names(tuple(self._by_name), at_fal)

    def _on_open_wanted(self) -> None:
        self._start("keyring", self._look())

    async def _look(self) -> None:
        """Tell what the keyring is good for, and whether a key lies in the environment."""
        report = await aside(inspect, KEYRING)
        problem = "" if report.is_usable else f"{report.message} {report.next_step}".strip()
        self._door.keyring.emit(KeyringWords(report.is_usable, report.backend, problem))
        self._door.found.emit(_environment()[0])

    def _on_adopt_wanted(self) -> None:
        self._door.adopted.emit(_environment()[1])

    def _on_check_wanted(self, key: str) -> None:
        self._start("check key", self._check(cleaned(key)))

    async def _check(self, key: str) -> None:
        if problem := key_problem(key):
            self._door.verdict.emit(False, problem)  # noqa: FBT003 - a signal's value
            return
        is_good, words = await checked(key, self._hosts)
        self._door.verdict.emit(is_good, words)

    def _on_add_wanted(self, name: str, key: str, session_only: bool) -> None:
        self._start("add key", self._add(name.strip() or FIRST_NAME, cleaned(key), session_only=session_only))

    async def _add(self, name: str, key: str, *, session_only: bool) -> None:
        if problem := name_problem(name, tuple(self._by_name)) or key_problem(key):
            self._door.problem.emit(problem)
            return
        self.used.emit(key)
        account = Account(name, session_only, self._hosts)
        after = {**self._by_name, name: account}
        try:
            if session_only:
                self._secrets.remember(name, key)
            else:
                await aside(lambda: self._secrets.store(name, key), KEYRING)
            await asyncio.to_thread(file.save, self._path, tuple(after.values()))
        except SecretError as error:
            self._door.problem.emit(f"{error.report.message} {error.report.next_step}".strip())
            return
        except StoreError as error:
            self._door.problem.emit(
                f"{error.message} The key is in the keyring, but its name could not be kept."
            )
            return
        self._keys[name] = key
        self._by_name = after
        self._show()
        self._door.added.emit(name)

    def _on_edit_wanted(self, name: str, account: Account) -> None:
        self._start("edit profile", self._edit(name, account))

    async def _edit(self, name: str, account: Account) -> None:
        """Let a profile be as somebody wants it; its limits hold from the next call on."""
        if name not in self._by_name:
            return
        after = {**self._by_name, name: account}
        try:
            await asyncio.to_thread(file.save, self._path, tuple(after.values()))
        except StoreError as error:
            self._door.problem.emit(str(error))
            return
        self._by_name = after
        self._show()
        self._door.edited.emit(name)

    def _on_remove_wanted(self, name: str) -> None:
        self._start("remove key", self._remove(name))

    async def _remove(self, name: str) -> None:
        """Forget a key and its account; what was called with it stays in the history."""
        account = self._by_name.get(name)
        if account is None:
            return
        try:
            self._removed[name] = (account, (await self.access(name)).key)
        except CallError:
            self._removed.pop(name, None)  # it cannot be read, so it cannot be brought back
        self._keys.pop(name, None)
        after = {other: account for other, account in self._by_name.items() if other != name}
        try:
            await aside(lambda: self._secrets.forget(name), KEYRING)
            await asyncio.to_thread(file.save, self._path, tuple(after.values()))
        except SecretError as error:
            self._door.problem.emit(f"{error.report.message} {error.report.next_step}".strip())
            return
        except StoreError as error:
            self._door.problem.emit(str(error))
            return
        self._by_name = after
        self._show()
        self._door.removed.emit(name, name in self._removed)

    def _on_restore_wanted(self, name: str) -> None:
        if name in self._removed:
            account, key = self._removed.pop(name)
            self._start("add key", self._add(name, key, session_only=account.session_only))


async def checked(key: str, hosts: Hosts) -> tuple[bool, str]:
    """Ask fal whether a key is good, at no cost; return that, and what to tell."""
    http = Http(Profile("check", hosts=hosts), key)
    try:
        await pricing.prices(http, (PROBE,))
    except CallError as error:
        fact = error.fact
        status = fact.status if isinstance(fact, Failed) else None
        if status in (401, 403):
            return False, f"fal refuses this key: {error}"
        return False, f"It could not be checked: {error}"
    finally:
        await http.aclose()
    return True, "Accepted by fal; the check cost nothing."


def _no_key(message: str, next_step: str) -> CallError:
    return CallError(Failed(FailureKind.AUTH, message, next_step, charged=Charged.NO, retryable=True))


def _environment() -> tuple[str, str]:
    """Return the name of the variable that holds a key, and the key; as fal's own client reads them (fal-client)."""
    if key := os.environ.get("FAL_KEY", "").strip():
        return "FAL_KEY", key
    parts = os.environ.get("FAL_KEY_ID", "").strip(), os.environ.get("FAL_KEY_SECRET", "").strip()
    return ("FAL_KEY_ID and FAL_KEY_SECRET", ":".join(parts)) if all(parts) else ("", "")
