"""fal keys in the operating system's keyring; what its states mean; a memory for this session only.

Every function here may block, and may make the operating system ask the person: never on the UI thread.
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import keyring
import keyring.errors
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from fal_studio.store.paths import APP_ID
from fal_studio.words import tr

try:
    import secretstorage  # comes with keyring, on Linux only
except ImportError:
    secretstorage = None


class KeyringState(StrEnum):
    """What can be expected of the keyring."""

    OK = "ok"
    NONE = "no keyring"
    LOCKED = "locked"
    DISMISSED = "still locked"
    """It asked for its password and got none: its window was closed, or there is nothing that could show one."""
    DENIED = "denied"
    NULL = "switched off"
    """The null backend: takes everything and forgets it."""
    VOLATILE = "forgets at logout"
    """The kernel's key store: gone after a restart."""
    PLAIN_FILE = "plain file"
    UNREADABLE = "unreadable"
    """It is there, but an entry could not be read; nothing may be written over it."""


@dataclass(frozen=True, slots=True)
class KeyringReport:
    """The state of the keyring, in words for people."""

    state: KeyringState
    backend: str
    """Name of the keyring, such as "Secret Service"."""
    message: str
    next_step: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether a key stored now can be expected to be there tomorrow, and only for this person."""
        return self.state is KeyringState.OK


class SecretError(Exception):
    """A secret could not be read or stored; the report says why and what to do."""

    def __init__(self, report: KeyringReport) -> None:
        super().__init__(f"{report.message} {report.next_step}".strip())
        self.report = report


_SESSION_ONLY = tr("Until then the key can be kept for this session only.")

_EXPLAINED: dict[KeyringState, tuple[str, str]] = {
    KeyringState.OK: (tr("Keys are stored in {backend}."), ""),
    KeyringState.NONE: (
        tr("This system has no keyring to store keys in."),
        tr(
            "On Linux install GNOME Keyring (package gnome-keyring) or KWallet and log in again. "
            "{session_only}"
        ).format(session_only=_SESSION_ONLY),
    ),
    KeyringState.LOCKED: (
        tr("The keyring ({backend}) is locked."),
        tr("Unlock it, usually with your login password, and try again. {session_only}").format(
            session_only=_SESSION_ONLY
        ),
    ),
    KeyringState.DISMISSED: (
        tr("The keyring ({backend}) is locked, and its question for the password was not answered."),
        tr(
            "Try again and answer it, or unlock it in the keyring's own program (Passwords and Keys). "
            "{session_only}"
        ).format(session_only=_SESSION_ONLY),
    ),
    KeyringState.DENIED: (
        tr("The keyring ({backend}) refused access."),
        tr("Allow fal Studio in the keyring's settings and try again. {session_only}").format(
            session_only=_SESSION_ONLY
        ),
    ),
    KeyringState.NULL: (
        tr("The keyring is switched off: it takes keys and forgets them at once."),
        tr(
            "Remove the null backend from the keyring settings (PYTHON_KEYRING_BACKEND). {session_only}"
        ).format(session_only=_SESSION_ONLY),
    ),
    KeyringState.VOLATILE: (
        tr("The keyring ({backend}) lives in the kernel and forgets keys when you log out."),
        tr("Install GNOME Keyring or KWallet to keep them. {session_only}").format(
            session_only=_SESSION_ONLY
        ),
    ),
    KeyringState.PLAIN_FILE: (
        tr("The keyring ({backend}) is a file that other programs can read."),
        tr("Use the keyring of the desktop instead. {session_only}").format(session_only=_SESSION_ONLY),
    ),
    KeyringState.UNREADABLE: (
        tr("The keyring ({backend}) has an entry that cannot be read; it is left as it is."),
        tr(
            "Look at it with the keyring's own program, and remove it there if it is not needed. "
            "{session_only}"
        ).format(session_only=_SESSION_ONLY),
    ),
}


def explain(state: KeyringState, backend: str, detail: str = "") -> KeyringReport:
    """Return the report for a state."""
    message, next_step = _EXPLAINED[state]
    message = message.format(backend=backend or tr("the keyring"))
    return KeyringReport(state, backend, f"{message} ({detail})" if detail else message, next_step)


def inspect() -> KeyringReport:
    """Look at the keyring without reading an entry and without making it ask for a password."""
    backend = _backend()
    state = _state_of_kind(backend)
    if state is KeyringState.OK and _name_of(backend) == "Secret Service":
        state = _state_of_secret_service()
    return explain(state, _name_of(backend))


class Secrets:
    """Keys by name: those of this session first, then those in the keyring."""

    def __init__(self, service: str = APP_ID) -> None:
        self._service = service
        self._session: dict[str, str] = {}
        self._lock = threading.Lock()
        self._storing = threading.Lock()
        """One key is stored after the other: each may hang until somebody answers the keyring."""

    def get(self, name: str) -> str | None:
        """Return the key, or None if there is none; raises SecretError if that cannot be known."""
        with self._lock:
            if name in self._session:
                return self._session[name]
        return self._read(name)

    def remember(self, name: str, value: str) -> None:
        """Keep a key in memory until the program ends."""
        with self._lock:
            self._session[name] = value

    def store(self, name: str, value: str, is_wanted: Callable[[], bool] = lambda: True) -> None:
        """Put a key into the keyring and prove it by reading it back; raises SecretError.

        An entry that is there but cannot be read is never overwritten. When `is_wanted` says no meanwhile,
        because somebody gave up on a keyring that was asking, the keyring is left as it was.
        """
        with self._storing:
            before = self._read(name)
            if not is_wanted():
                return
            self._write(name, value)
            if self._read(name) != value:
                raise SecretError(explain(KeyringState.NULL, _name_of(_backend())))
            if not is_wanted():
                self._take_back(name, before)
                return
        with self._lock:
            self._session.pop(name, None)

    def forget(self, name: str) -> None:
        """Remove a key from memory and from the keyring; raises SecretError."""
        with self._lock:
            self._session.pop(name, None)
        backend = _backend()
        if _state_of_kind(backend) is KeyringState.OK and self._read(name) is not None:
            self._delete(name)

    def _take_back(self, name: str, before: str | None) -> None:
        if before is None:
            self._delete(name)
        else:
            self._write(name, before)

    def _write(self, name: str, value: str) -> None:
        backend = _backend()
        try:
            backend.set_password(self._service, name, value)
        except Exception as error:
            raise SecretError(_report_of(error, backend)) from error

    def _delete(self, name: str) -> None:
        backend = _backend()
        try:
            backend.delete_password(self._service, name)
        except Exception as error:
            raise SecretError(_report_of(error, backend)) from error

    def _read(self, name: str) -> str | None:
        backend = _backend()
        state = _state_of_kind(backend)
        if state is not KeyringState.OK:
            raise SecretError(explain(state, _name_of(backend)))
        try:
            _unlock(backend)
            return backend.get_password(self._service, name)
        except SecretError:
            raise
        except Exception as error:
            if type(error).__name__ == "ItemNotFoundException":
                return None  # it was removed while it was looked for
            raise SecretError(_report_of(error, backend)) from error


def _backend() -> KeyringBackend:
    backend = keyring.get_keyring()
    if isinstance(backend, chainer.ChainerBackend):
        # The chain silently goes on to the next one; a key must be found where it was stored.
        chained: list[KeyringBackend] = list(chainer.ChainerBackend.backends)
        good = [each for each in chained if _state_of_kind(each) is KeyringState.OK]
        return (good or chained or [fail.Keyring()])[0]
    return backend


def _state_of_kind(backend: KeyringBackend) -> KeyringState:
    """Return what the kind of backend alone says."""
    kind = f"{type(backend).__module__}.{type(backend).__qualname__}".lower()
    if isinstance(backend, null.Keyring):
        return KeyringState.NULL
    if isinstance(backend, fail.Keyring):
        return KeyringState.NONE
    if "keyutil" in kind:
        return KeyringState.VOLATILE
    if "keyrings.alt" in kind or "plaintext" in kind:
        return KeyringState.PLAIN_FILE
    return KeyringState.OK


def _state_of_secret_service() -> KeyringState:
    """Ask it whether it is there and open; that does not prompt."""
    if secretstorage is None:
        return KeyringState.NONE
    try:
        with contextlib.closing(secretstorage.dbus_init()) as bus:
            locked = secretstorage.Collection(bus).is_locked()
    except secretstorage.ItemNotFoundException:
        return KeyringState.OK  # no collection yet: the first key makes one
    except (secretstorage.SecretStorageException, OSError):
        return KeyringState.NONE
    return KeyringState.LOCKED if locked else KeyringState.OK


def _unlock(backend: KeyringBackend) -> None:
    """Let the Secret Service ask for its password if it is locked; raises SecretError if it stays so.

    `keyring` does the same, but leaves its connection open when the person says no.
    """
    if secretstorage is None or _name_of(backend) != "Secret Service":
        return
    with contextlib.closing(secretstorage.dbus_init()) as bus:
        collection = secretstorage.get_default_collection(bus)
        if collection.is_locked() and collection.unlock():
            raise SecretError(explain(KeyringState.DISMISSED, _name_of(backend)))


def _name_of(backend: KeyringBackend) -> str:
    module = type(backend).__module__
    kind = "keyrings.alt" if module.startswith("keyrings.alt") else module.rpartition(".")[2]
    return {
        "SecretService": "Secret Service",
        "libsecret": "Secret Service",
        "kwallet": "KWallet",
        "macOS": "Keychain",
        "Windows": tr("Windows Credential Manager"),
        "fail": "",
        "null": "",
    }.get(kind, kind)


def _report_of(error: Exception, backend: KeyringBackend) -> KeyringReport:
    """Return what an error means. Backends are plug-ins and raise whatever they like."""
    name = _name_of(backend)
    if isinstance(error, keyring.errors.NoKeyringError):
        return explain(KeyringState.NONE, name)
    if isinstance(error, keyring.errors.KeyringLocked | keyring.errors.InitError):
        # The Keychain says "locked" also when the person pressed Deny.
        return explain(KeyringState.DENIED if name == "Keychain" else KeyringState.LOCKED, name)
    if type(error).__name__ in ("LockedException", "PromptDismissedException"):
        return explain(KeyringState.DISMISSED, name)
    if isinstance(error, keyring.errors.PasswordSetError | keyring.errors.PasswordDeleteError):
        return explain(KeyringState.DENIED, name, str(error))
    if isinstance(error, OSError):
        return explain(KeyringState.NONE, name, str(error))
    return explain(KeyringState.UNREADABLE, name, f"{type(error).__name__}: {error}")
