"""Accounts at work: keys come out of the keyring when a call needs one, and are checked, added and removed."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal

from fal_studio.app.patience import patiently
from fal_studio.core import adoption
from fal_studio.core.accounts import FIRST_NAME, Account, account_problem, cleaned, key_problem, name_problem
from fal_studio.core.budget import Budget, Summary
from fal_studio.core.events import Charged, Failed, FailureKind
from fal_studio.core.request import Hosts, Profile, ProfileKind
from fal_studio.figures import number
from fal_studio.modes.aside import aside
from fal_studio.modes.base import Access, CallError
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.services import pricing
from fal_studio.services.catalog import unheard
from fal_studio.store import accounts as file
from fal_studio.store.paths import Folders
from fal_studio.store.problems import StoreError
from fal_studio.store.secrets import KeyringState, SecretError, Secrets, inspect
from fal_studio.ui.accounts import Accounts as Door
from fal_studio.ui.accounts import KeyringWords
from fal_studio.words import tr

PROBE = "fal-ai/flux/dev"
"""Its price is asked to see whether a key is good: that needs one and costs nothing (fal API, `GET /models/pricing`)."""
KEYRING = "keyring"
_LARGEST_BYTES = 256 * 1024
"""More of a file is not searched for a key."""
PROMPT_S = 120.0
"""How long the system may ask the person to unlock the keyring, until a call gives up on its key."""
_SILENT = KeyringWords(
    is_usable=False,
    problem=tr(
        "The keyring does not answer yet. It may be asking for its password in a window of its own. "
        "Meanwhile the key can be kept for this session only."
    ),
    can_ask=True,
    state=tr("does not answer"),
)
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
        door.give_up_wanted.connect(self._on_give_up_wanted)
        door.remove_wanted.connect(self._on_remove_wanted)
        door.edit_wanted.connect(self._on_edit_wanted)
        door.create_wanted.connect(self._on_create_wanted)
        door.profile_check_wanted.connect(self._on_profile_check_wanted)
        door.restore_wanted.connect(self._on_restore_wanted)
        door.adopt_wanted.connect(self._on_adopt_wanted)
        door.adopt_file_wanted.connect(self._on_adopt_file_wanted)

    async def load(self) -> None:
        """Tell the window which accounts there are; no key is read before a call needs it."""
        found = await asyncio.to_thread(file.load, self._path)
        self._by_name = {account.name: account for account in found} | self._by_name
        self._show()

    def budget(self, name: str) -> Budget:
        """Return what may be spent with a key; no limits for one that is not known."""
        account = self._by_name.get(name)
        # What runs on one's own machine is paid to nobody.
        is_paid = account is not None and account.kind is not ProfileKind.LOCAL_APP
        return account.budget if account is not None and is_paid else Budget()

    def profile(self, name: str) -> Profile | None:
        """Return the profile of an account, whose key nobody needs for this; None for one that is not known."""
        account = self._by_name.get(name)
        return account.profile if account is not None else None

    def paid(self, summary: Summary) -> Summary:
        """Return a summary without profiles whose calls are paid to nobody."""
        free = {name for name, one in self._by_name.items() if one.kind is ProfileKind.LOCAL_APP}
        day, session = (
            tuple(line for line in lines if line.profile not in free)
            for lines in (summary.day, summary.session)
        )
        projects = tuple(one for one in summary.projects if one.line.profile not in free)
        return Summary(day, session, projects)

    async def access(self, name: str) -> Access:
        """Return the profile of an account with its key; raises CallError when it cannot be had."""
        account = self._by_name.get(name)
        if account is None:
            raise _no_key(
                tr("There is no key called {name} any more.").format(name=name),
                tr("Add it again from the profile menu."),
            )
        if not account.has_key:
            return Access(account.profile)
        async with self._reading:  # several calls at once make the system ask once
            if name not in self._keys:
                self._keys[name] = await self._read(name)
                self.used.emit(self._keys[name])
        return Access(account.profile, self._keys[name])

    async def _read(self, name: str) -> str:
        try:
            async with asyncio.timeout(PROMPT_S):
                key = await patiently(
                    lambda _: self._secrets.get(name), KEYRING, lambda: self._door.reading.emit(name)
                )
        except SecretError as error:
            raise _no_key(error.report.message, error.report.next_step) from error
        except TimeoutError as error:
            raise _no_key(
                tr("The keyring did not give the key {name} within {prompt_s} s.").format(
                    name=name, prompt_s=number(PROMPT_S, "g")
                ),
                tr("Unlock it and run again."),
            ) from error
        if not key:
            raise _no_key(
                tr("The key {name} is not in the keyring any more.").format(name=name),
                tr("Remove it in the profile menu and add it again."),
            )
        return key

    def _show(self) -> None:
        for account in self._by_name.values():
            self.known.emit(account.profile)
        at_fal = frozenset(
            name
            for name, account in self._by_name.items()
            if account.hosts == Hosts() and account.kind is ProfileKind.FAL
        )
        self._door.put_accounts(tuple(self._by_name.values()), at_fal)

    def _on_open_wanted(self) -> None:
        self._start("keyring", self._look())

    async def _look(self) -> None:
        """Tell whether a key lies in the environment, and what the keyring is good for: that may take long."""
        found = await asyncio.to_thread(_lying_about)
        self._door.found.emit(found.where if found is not None else "")
        report = await patiently(lambda _: inspect(), KEYRING, lambda: self._door.keyring.emit(_SILENT))
        problem = "" if report.is_usable else f"{report.message} {report.next_step}".strip()
        can_ask = report.state is KeyringState.LOCKED
        state = "" if report.is_usable else report.state
        self._door.keyring.emit(KeyringWords(report.is_usable, report.backend, problem, can_ask, state))

    def _on_adopt_wanted(self) -> None:
        self._start("adopt key", self._adopt())

    async def _adopt(self) -> None:
        if (found := await asyncio.to_thread(_lying_about)) is not None:
            self.used.emit(found.key)
            self._door.adopted.emit(found.key)

    def _on_adopt_file_wanted(self, path: str) -> None:
        self._start("adopt key", self._adopt_file(Path(path)))

    async def _adopt_file(self, path: Path) -> None:
        """Take the key out of a file that somebody chose; the file stays as it is."""
        if (found := await asyncio.to_thread(_in_file, path)) is None:
            self._door.problem.emit(
                tr("{name} holds no key. A line such as FAL_KEY=1a2b3c4d-…:9f8e… is looked for.").format(
                    name=path.name
                )
            )
            return
        self.used.emit(found.key)
        self._door.adopted.emit(found.key)

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
        await self._add_account(Account(name, session_only, self._hosts), key)

    async def _add_account(self, account: Account, key: str) -> None:
        if problem := key_problem(key):
            self._door.problem.emit(problem)
            return
        name = account.name
        after = {**self._by_name, name: account}
        lost = tr("The key is in the keyring, but its name could not be kept.")
        if await self._put(after, self._keep_key(account, key), lost):
            self._door.added.emit(name)

    async def _put(
        self, after: dict[str, Account], secret: Awaitable[None] | None = None, lost: str = ""
    ) -> bool:
        """Let these be the accounts, when `secret` is done; False if that cannot be, which is told with what is `lost`."""
        try:
            if secret is not None:
                await secret
            await asyncio.to_thread(file.save, self._path, tuple(after.values()))
        except SecretError as error:
            self._door.problem.emit(f"{error.report.message} {error.report.next_step}".strip())
            return False
        except StoreError as error:
            self._door.problem.emit(f"{error.message} {lost}" if lost else str(error))
            return False
        self._by_name = after
        self._show()
        return True

    async def _keep_key(self, account: Account, key: str) -> None:
        """Put a key where its account wants it; raises SecretError."""
        self.used.emit(key)
        if account.session_only:
            self._secrets.remember(account.name, key)
        else:
            await patiently(
                lambda is_wanted: self._secrets.store(account.name, key, is_wanted),
                KEYRING,
                self._door.asking.emit,
            )
        self._keys[account.name] = key

    async def _keep_added(self, account: Account) -> None:
        """Add one that has no key."""
        if await self._put({**self._by_name, account.name: account}):
            self._door.added.emit(account.name)

    def _on_create_wanted(self, account: Account, key: str) -> None:
        self._start("add key", self._create(account, cleaned(key)))

    async def _create(self, account: Account, key: str) -> None:
        """Add a profile, with its key if it has one."""
        problem = name_problem(account.name, tuple(self._by_name)) or account_problem(account)
        if problem:
            self._door.problem.emit(problem)
        elif account.has_key:
            await self._add_account(account, key)
        else:
            await self._keep_added(account)

    def _on_profile_check_wanted(self, account: Account, key: str) -> None:
        self._start("check profile", self._check_profile(account, cleaned(key)))

    async def _check_profile(self, account: Account, key: str) -> None:
        """Try a profile at no cost: what it would be used for works, or the reason is told."""
        tell = self._door.profile_verdict.emit
        if problem := account_problem(account):
            tell(False, problem)  # noqa: FBT003 - a signal's value
            return
        try:
            if account.has_key and not key and account.name in self._by_name:
                key = (await self.access(account.name)).key
            is_good, words = await tried(account.profile, key)
        except CallError as error:
            is_good, words = False, _sentence(error)
        tell(is_good, words)

    def _on_edit_wanted(self, name: str, account: Account, key: str) -> None:
        self._start("edit profile", self._edit(name, account, cleaned(key)))

    async def _edit(self, name: str, account: Account, key: str) -> None:
        """Let a profile be as somebody wants it; its limits hold from the next call on. `key`: in place of its own."""
        if name not in self._by_name:
            return
        if problem := account_problem(account) or (key_problem(key) if key else ""):
            self._door.problem.emit(problem)
            return
        secret = self._keep_key(account, key) if key else None
        if await self._put({**self._by_name, name: account}, secret):
            self._door.edited.emit(name)

    def _on_give_up_wanted(self) -> None:
        self._start("add key", self._give_up())  # takes the place of what waits for the keyring

    async def _give_up(self) -> None:
        self._door.problem.emit(
            tr("The key was not stored. It can be kept until you close fal Studio instead.")
        )

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
        secret = aside(lambda: self._secrets.forget(name), KEYRING) if account.has_key else None
        if await self._put(after, secret):
            self._door.removed.emit(name, name in self._removed)

    def _on_restore_wanted(self, name: str) -> None:
        if name in self._removed:
            self._start("add key", self._create(*self._removed.pop(name)))


async def tried(profile: Profile, key: str) -> tuple[bool, str]:
    """Make calls with a profile that cost nothing; return whether they worked, and what to tell. Raises CallError."""
    http = Http(profile, key)
    try:
        match profile.kind:
            case ProfileKind.LOCAL_APP:
                return await _tried_app(http)
            case ProfileKind.PROXY:
                return await _tried_proxy(http)
            case ProfileKind.CUSTOM:
                hosts = profile.hosts
                for base in dict.fromkeys((hosts.run, hosts.queue, hosts.rest, _as_http(hosts.ws))):
                    # Whatever it answers, it is there.
                    ask = Ask("check", "GET", f"{base}/", resend=Resend.SAFE, endpoint=urlsplit(base).netloc)
                    await http.exchange(ask, unheard)
            case ProfileKind.FAL | ProfileKind.EMULATOR:
                pass
        await pricing.prices(http, (PROBE,))
        scope = await _scope(http)
    finally:
        await http.aclose()
    return True, tr("{netloc} takes this key. The check cost nothing. {scope}").format(
        netloc=urlsplit(profile.hosts.platform).netloc, scope=scope
    )


async def _tried_app(http: Http) -> tuple[bool, str]:
    hosts = http.profile.hosts
    ask = Ask("schema", "GET", hosts.schema, resend=Resend.SAFE, endpoint="The app's description")
    document = await http.parsed(await http.exchange(ask, unheard), ask)
    paths = document.get("paths") if isinstance(document, dict) else None
    if not isinstance(paths, dict):
        return False, tr("{run} answers, but not with the description of an app.").format(run=hosts.run)
    return True, tr("The app is there and describes {count} paths. The check cost nothing.").format(
        count=len(paths)
    )


async def _tried_proxy(http: Http) -> tuple[bool, str]:
    where = urlsplit(http.profile.proxy_url).netloc
    try:
        await pricing.prices(http, (PROBE,))
    except CallError as error:
        fact = error.fact
        if not isinstance(fact, Failed) or fact.status != 400 or "team proxy" not in fact.message:
            raise
        # It keeps a list of what may be called, and prices are seldom on it.
        return True, tr(
            "{where} is a proxy for fal. It does not pass on prices, so costs will be unknown."
        ).format(where=where)
    return True, tr("{where} passes requests on to fal. The check cost nothing.").format(where=where)


def _as_http(url: str) -> str:
    return url.replace("ws", "http", 1)


def _sentence(error: CallError) -> str:
    fact = error.fact
    return f"{fact.message} {fact.next_step}".strip() if isinstance(fact, Failed) else str(error)


async def checked(key: str, hosts: Hosts) -> tuple[bool, str]:
    """Ask fal whether a key is good, at no cost; return that, and what to tell."""
    http = Http(Profile("check", hosts=hosts), key)
    try:
        await pricing.prices(http, (PROBE,))
        scope = await _scope(http)
    except CallError as error:
        fact = error.fact
        status = fact.status if isinstance(fact, Failed) else None
        if status in (401, 403):
            return False, tr("{message} Paste the whole key once more, or make a new one.").format(
                message=error
            )
        return False, tr("It could not be checked: {error}").format(error=error)
    finally:
        await http.aclose()
    return True, tr("Accepted by fal; the check cost nothing. {scope}").format(scope=scope)


async def _scope(http: Http) -> str:
    """Return what a key that is good may do, in words: only ADMIN keys may read an account's billing (fal API)."""
    url = f"{http.profile.hosts.platform}/account/billing"
    ask = Ask("key scope", "GET", url, resend=Resend.SAFE, endpoint="The account's billing")
    try:
        status = (await http.exchange(ask, unheard)).status
    except CallError:
        status = 0
    if status in (401, 403):
        return tr("Its scope is API: it may not read the account's billing. That is all that calls need.")
    if status == 200:
        return tr(
            "Its scope is ADMIN: it may read the account's billing, and so do more than calls need. "
            "A key of scope API is safer."
        )
    return tr("Its scope is unknown: the account's billing did not answer.")


def _no_key(message: str, next_step: str) -> CallError:
    return CallError(Failed(FailureKind.AUTH, message, next_step, charged=Charged.NO, retryable=True))


def _lying_about() -> adoption.Found | None:
    """Return a key that stands in the environment, or in the `.env` of the folder that the program was started in. Blocks."""
    found = adoption.in_variables(os.environ)
    if found is not None:
        return found
    path = Path.cwd() / ".env"
    found = _in_file(path) if path.is_file() else None
    return (
        found._replace(where=tr("{where} in {name}/.env").format(where=found.where, name=path.parent.name))
        if found is not None
        else None
    )


def _in_file(path: Path) -> adoption.Found | None:
    """Return the key in a file; None where there is none, or where it cannot be read. Blocks."""
    try:
        with path.open("rb") as opened:
            return adoption.in_file(opened.read(_LARGEST_BYTES).decode(errors="replace"))
    except OSError:
        return None
