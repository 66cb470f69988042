"""The window's door to accounts: which there are, and what somebody wants with them."""

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from fal_studio.core.accounts import EMULATOR, Account
from fal_studio.core.request import ProfileKind
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.profile_chip import swatch_of
from fal_studio.words import tr

_KINDS = {
    ProfileKind.LOCAL_APP: tr("local app"),
    ProfileKind.PROXY: "team proxy",
    ProfileKind.CUSTOM: tr("own hosts"),
}


class KeyringWords(NamedTuple):
    """What the keyring is good for, in words."""

    is_usable: bool
    name: str = ""
    """For example Secret Service."""
    problem: str = ""
    """Why keys cannot be kept, and what to do."""
    can_ask: bool = False
    """It is locked or busy, and asks for its password when a key is stored."""
    state: str = ""
    """The problem in one or two words, such as locked."""


class Accounts(QObject):
    """Names of accounts in their order. Questions go out as signals; the answers come back as calls."""

    changed = Signal()
    open_wanted = Signal()
    """Somebody is about to add a key: answer with `keyring` and `found`."""
    check_wanted = Signal(str)
    """A key; answer with `put_verdict`."""
    add_wanted = Signal(str, str, bool)
    """Name, key, and whether it is for this session only; answer with `put_added` or `put_problem`."""
    asking = Signal()
    """The keyring takes long over a key that is to be added: the system is asking the person."""
    reading = Signal(str)
    """The keyring takes long over the key with this name, which a call needs: the system is asking the person."""
    give_up_wanted = Signal()
    """Stop waiting for the keyring, and leave it as it is; answer with `problem`."""
    remove_wanted = Signal(str)
    """Forget a key; answer with `removed`."""
    edit_wanted = Signal(str, object, str)
    """A name, the Account as it shall be, and a key in place of its own or ""; answer with `edited` or `problem`."""
    create_wanted = Signal(object, str)
    """A new Account, and its key or ""; answer with `added` or `problem`."""
    edited = Signal(str)
    profile_check_wanted = Signal(object, str)
    """An Account to be tried at no cost, and the key that was typed for it or ""; answer with `profile_verdict`."""
    profile_verdict = Signal(bool, str)
    restore_wanted = Signal(str)
    """Bring back the one that was just removed."""
    removed = Signal(str, bool)
    """A name, and whether it can be brought back."""
    verdict = Signal(bool, str)
    keyring = Signal(object)
    """KeyringWords."""
    found = Signal(str)
    """Where a key stands that is not used: the name of an environment variable or a file, or "" for nowhere."""
    adopt_wanted = Signal()
    """The key found there is wanted; answer with `put_adopted`."""
    adopt_file_wanted = Signal(str)
    """The key in a file is wanted; answer with `adopted` or `problem`."""
    adopted = Signal(str)
    added = Signal(str)
    problem = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._at_fal: frozenset[str] = frozenset()
        self._accounts: dict[str, Account] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The accounts, without the emulator."""
        return self._names

    def has(self, profile: str) -> bool:
        """Whether calls can be made with a profile."""
        return profile == EMULATOR or profile in self._names

    def is_at_fal(self, profile: str) -> bool:
        """Whether its calls go to fal itself, and not to a server that speaks like it."""
        return profile in self._at_fal

    def account(self, name: str) -> Account | None:
        """Return what is known of one; None for the emulator."""
        return self._accounts.get(name)

    def words(self, profile: str) -> tuple[str, str]:
        """Return how a profile is called and what that means."""
        account = self._accounts.get(profile)
        kind = _KINDS.get(account.kind) if account is not None else None
        return (profile, kind) if kind is not None else words_of(profile)

    def swatch(self, profile: str) -> Role:
        """Return the colour that stands for a profile."""
        account = self._accounts.get(profile)
        return swatch_of(profile, account.colour) if account is not None else swatch_of(profile)

    def ask_above_usd(self, profile: str) -> float | None:
        """Return above which amount Run asks with a profile; None: as the settings say."""
        account = self._accounts.get(profile)
        return account.budget.ask_above_usd if account is not None else None

    def stop_usd(self, profile: str) -> float | None:
        """Return the smallest amount that a profile lets nobody pass, by day or by session; None: it has no stop."""
        account = self._accounts.get(profile)
        if account is None:
            return None
        stops = (account.budget.stop_day_usd, account.budget.stop_session_usd)
        return min((stop for stop in stops if stop > 0), default=None)

    def put_accounts(self, accounts: tuple[Account, ...], at_fal: frozenset[str]) -> None:
        """Show these, some of which call fal itself."""
        known = {account.name: account for account in accounts}
        is_other = known != self._accounts
        self._accounts, self._names, self._at_fal = known, tuple(known), at_fal
        if is_other:
            self.changed.emit()


def words_of(profile: str) -> tuple[str, str]:
    """Return how a profile is called and what that means, for chips and tooltips."""
    return (
        ("Emulator", tr("offline, free"))
        if profile == EMULATOR
        else ("fal", tr("key: {profile}").format(profile=profile))
    )
