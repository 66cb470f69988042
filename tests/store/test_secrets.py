"""Keys in a real Secret Service, and the truth about keyrings that are none."""

import base64
import contextlib
import json
import subprocess
import sys
import uuid
from collections.abc import Generator
from pathlib import Path

import keyring
import pytest
import secretstorage
from keyring.backends import SecretService, chainer, fail, null

from fal_studio.store.secrets import KeyringState, SecretError, Secrets, explain, inspect

KEY = "1234-abcd:secret ünïcode"


@pytest.fixture
def secrets() -> Secrets:
    return Secrets(f"test.{uuid.uuid4()}")


@contextlib.contextmanager
def using(backend: keyring.backend.KeyringBackend) -> Generator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)


def test_a_key_is_stored_read_by_another_process_and_forgotten(secret_service: str, secrets: Secrets) -> None:
    assert inspect().is_usable
    assert "Secret Service" in inspect().message
    assert secrets.get("fal") is None
    secrets.store("fal", KEY)
    script = "import sys, keyring; sys.stdout.buffer.write(keyring.get_password(sys.argv[1], 'fal').encode())"
    other = subprocess.run(
        [sys.executable, "-c", script, secrets._service], capture_output=True, timeout=120, check=True
    )
    assert other.stdout.decode() == KEY
    secrets.store("fal", "another")
    assert secrets.get("fal") == "another"
    secrets.forget("fal")
    assert secrets.get("fal") is None
    secrets.forget("fal")


def test_a_locked_keyring_is_seen_without_asking_for_a_password(secret_service: str) -> None:
    with contextlib.closing(secretstorage.dbus_init()) as bus:
        collection = secretstorage.get_default_collection(bus)
        collection.lock()
        try:
            report = inspect()
        finally:
            _unlock_with_password(bus, collection)
    assert report.state is KeyringState.LOCKED
    assert "this session only" in report.next_step
    assert inspect().is_usable


def _unlock_with_password(bus: secretstorage.DBusConnection, collection: secretstorage.Collection) -> None:
    """Do what a login does; the interface is gnome-keyring's own."""
    from secretstorage.util import DBusAddressWrapper, format_secret, open_session

    session = open_session(bus)
    own = DBusAddressWrapper(
        "/org/freedesktop/secrets", "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface", bus
    )
    secret = format_secret(session, b"the keyring's password", "text/plain")
    own.call("UnlockWithMasterPassword", "o(oayays)", collection.collection_path, secret)


def test_an_entry_that_cannot_be_read_is_never_overwritten(secret_service: str, secrets: Secrets) -> None:
    attributes = {"service": secrets._service, "username": "fal", "application": SecretService.Keyring.appid}
    raw = b"\xff\xfe not text"
    with contextlib.closing(secretstorage.dbus_init()) as bus:
        collection = secretstorage.get_default_collection(bus)
        item = collection.create_item("of another program", attributes, raw)
        with pytest.raises(SecretError) as caught:
            secrets.store("fal", KEY)
        assert caught.value.report.state is KeyringState.UNREADABLE
        assert item.get_secret() == raw
        with pytest.raises(SecretError):
            secrets.forget("fal")
        assert item.get_secret() == raw
        item.delete()


@pytest.fixture
def no_keyring() -> Generator[None]:
    with using(fail.Keyring()):
        yield


@pytest.mark.usefixtures("no_keyring")
def test_no_keyring_is_a_state_and_the_session_remembers(secrets: Secrets) -> None:
    assert inspect().state is KeyringState.NONE
    for act in (lambda: secrets.get("fal"), lambda: secrets.store("fal", KEY)):
        with pytest.raises(SecretError) as caught:
            act()
        assert caught.value.report.state is KeyringState.NONE
        assert "gnome-keyring" in str(caught.value)
    secrets.remember("fal", KEY)
    assert secrets.get("fal") == KEY
    secrets.forget("fal")
    with pytest.raises(SecretError):
        secrets.get("fal")


def test_a_secret_service_without_a_bus_is_explained(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with using(SecretService.Keyring()):
        with pytest.raises(SecretError) as caught:
            secrets.get("fal")
        assert not inspect().is_usable
    assert caught.value.report.state is KeyringState.NONE


class Volatile(keyring.backend.KeyringBackend):
    """Stands for the kernel's key store by its name."""

    priority = 0  # never chosen by itself

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("must not be asked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("must not be given a key")


Volatile.__module__ = "keyring_keyutils.backend"


class Denying(Volatile):
    """What macOS says when the person presses Deny."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("Can't get password from keychain: denied")


Denying.__module__ = "keyring.backends.macOS"


class PlainFile(keyring.backend.KeyringBackend):
    """Works like the file backends of keyrings.alt: base64 in a file that everybody can read."""

    priority = 0  # never chosen by itself
    path = Path("set by the test")

    def get_password(self, service: str, username: str) -> str | None:
        entries = json.loads(self.path.read_text()) if self.path.exists() else {}
        found = entries.get(f"{service} {username}")
        return None if found is None else base64.b64decode(found).decode()

    def set_password(self, service: str, username: str, password: str) -> None:
        entries = {f"{service} {username}": base64.b64encode(password.encode()).decode()}
        self.path.write_text(json.dumps(entries))


PlainFile.__module__ = "keyrings.alt.file"


def test_a_keyring_that_is_a_plain_file_is_never_given_a_key(
    secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PlainFile, "path", tmp_path / "keyring_pass.cfg")
    with using(PlainFile()):
        report = inspect()
        assert report.state is KeyringState.PLAIN_FILE
        assert "a file that other programs can read" in report.message
        for act in (lambda: secrets.store("fal", KEY), lambda: secrets.get("fal")):
            with pytest.raises(SecretError) as caught:
                act()
            assert caught.value.report.state is KeyringState.PLAIN_FILE
        secrets.remember("fal", KEY)
        assert secrets.get("fal") == KEY
        secrets.forget("fal")
    assert not PlainFile.path.exists()


@pytest.mark.parametrize(
    ("backend", "state"),
    [
        (null.Keyring(), KeyringState.NULL),
        (fail.Keyring(), KeyringState.NONE),
        (Volatile(), KeyringState.VOLATILE),
        (Denying(), KeyringState.DENIED),
        (chainer.ChainerBackend(), KeyringState.NONE),
    ],
)
def test_keyrings_that_keep_nothing_are_refused(backend, state: KeyringState, secrets: Secrets) -> None:
    with using(backend), pytest.raises(SecretError) as caught:
        secrets.store("fal", KEY)
    assert caught.value.report.state is state
    assert not caught.value.report.is_usable
    assert caught.value.report.next_step


def test_every_state_says_what_to_do() -> None:
    for state in KeyringState:
        report = explain(state, "Secret Service")
        assert report.message
        assert report.is_usable == (state is KeyringState.OK)
        assert bool(report.next_step) != report.is_usable
