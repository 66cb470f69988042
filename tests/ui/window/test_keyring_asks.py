"""Keyrings that ask, hang, are locked or are not there: told in the panel, and never in anybody's way."""

import contextlib
import threading
from pathlib import Path

import pytest
import secretstorage
from keyring.backends import SecretService, fail, null
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from fal_studio.core.call import Phase
from fal_studio.core.request import Mode
from fal_studio.store.paths import APP_ID
from fal_studio.store.secrets import Secrets
from fal_studio.ui.shell.add_key import AddKeyPanel
from fal_studio.ui.widgets.toasts import Toast
from tests.secret_service import standing_still
from tests.store.test_secrets import PlainFile, Volatile, _unlock_with_password, using
from tests.ui.window.hand import Driven
from tests.ui.window.test_accounts import KEY, Live, added, fill, hosts, live, panel_of, said, texts_below
from tests.waiting import until

__all__ = ["hosts", "live"]


class Question:
    """Makes the real keyring wait, when a key is stored, until somebody has answered."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.answered = threading.Event()
        self.stored = threading.Event()
        really = SecretService.Keyring.set_password

        def set_password(backend: SecretService.Keyring, service: str, name: str, password: str) -> None:
            assert self.answered.wait(300)
            really(backend, service, name, password)
            self.stored.set()

        patch.setattr(SecretService.Keyring, "set_password", set_password)


def press(widget: object) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)  # pyright: ignore[reportArgumentType, reportCallIssue]


async def filled(hand: Driven) -> AddKeyPanel:
    panel = await panel_of(hand)
    await until(lambda: "Looking" not in panel._about_keyring.text(), what="the keyring is looked at")
    panel.name.setText("work")
    QTest.keyClicks(panel.key, KEY)
    return panel


def test_a_keyring_that_asks_keeps_nobody_waiting(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    question = Question(monkeypatch)

    async def act(hand: Driven) -> None:
        panel = await filled(hand)
        await until(lambda: "Secret" in panel.in_keyring.text(), what="the keyring is known")
        assert not panel.give_up.isVisible()
        press(panel.save)
        await until(panel.give_up.isVisible, what="it is said that the keyring asks")
        assert "keyring is asking" in said(panel)
        assert not panel.save.isEnabled()
        press(panel.give_up)
        await until(lambda: "was not stored" in said(panel), what="giving up is answered")
        assert not panel.give_up.isVisible()
        assert panel.in_memory.isChecked()
        assert hand.window.accounts.names == ()
        press(panel.save)
        await until(lambda: hand.window.accounts.names == ("work",), what="it is kept for this session")
        question.answered.set()
        await until(question.stored.is_set, what="the late answer comes")
        await until(lambda: Secrets(APP_ID).get("work") is None, what="the late answer is taken back")
        hand.window.accounts.remove_wanted.emit("work")
        await until(lambda: not hand.window.accounts.names, what="the key is gone")
        await added(hand)
        assert Secrets(APP_ID).get("work") == KEY

    live(act)


def toasts(hand: Driven) -> str:
    return " ".join(toast.accessibleName() for toast in hand.window.findChildren(Toast))


def test_a_locked_keyring_and_none_at_all_are_explained(live: Live) -> None:
    async def act(hand: Driven) -> None:
        with contextlib.closing(secretstorage.dbus_init()) as bus:
            collection = secretstorage.get_default_collection(bus)
            collection.lock()
            try:
                panel = await filled(hand)
                await until(lambda: "is locked" in panel._about_keyring.text(), what="it says locked")
                assert panel.in_memory.isChecked()
                panel.in_keyring.click()
                press(panel.save)
                await until(lambda: "was not answered" in said(panel), what="nobody could unlock it")
                assert hand.window.accounts.names == ()
            finally:
                _unlock_with_password(bus, collection)
        press(panel.look_again)
        await until(lambda: not panel.look_again.isVisible(), what="it is open now")
        assert panel.in_keyring.isChecked()
        with using(fail.Keyring()):
            panel.dismiss()
            panel = await filled(hand)
            await until(panel.look_again.isVisible, what="there is none")
            assert not panel.in_keyring.isEnabled()
            assert "gnome-keyring" in panel._about_keyring.text()
            press(panel.save)
            await until(lambda: hand.window.accounts.names == ("work",), what="kept for this session")
        assert Secrets(APP_ID).get("work") is None

    live(act)


KINDS = (
    (null.Keyring(), "switched off", "PYTHON_KEYRING_BACKEND"),
    (fail.Keyring(), "no keyring", "gnome-keyring"),
    (Volatile(), "forgets at logout", "forgets keys when you log out"),
    (PlainFile(), "plain file", "a file that other programs can read"),
)
"""Backends that keep nothing, or not for this person alone: what the menu calls them, and what the panel says."""


def test_every_keyring_that_is_none_is_explained_in_the_window_and_never_used(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PlainFile, "path", tmp_path / "keyring_pass.cfg")

    async def act(hand: Driven) -> None:
        accounts = hand.window.accounts
        for backend, state, words in KINDS:
            with using(backend):
                panel = await filled(hand)
                told = panel._about_keyring
                await until(lambda told=told, words=words: words in told.text(), what=words)
                assert "for this session only" in panel._about_keyring.text()
                assert not panel.in_keyring.isEnabled()
                assert panel.in_memory.isChecked()
                assert menu_line(hand) == f"Keyring: {state}. What to do…"
                press(panel.save)
                await until(lambda: accounts.names == ("work",), what="it is kept for this session")
                assert hand.program.engine is not None
                assert (await hand.program.engine.access("work")).key == KEY
                accounts.remove_wanted.emit("work")
                await until(lambda: not accounts.names, what="it is gone again")
        assert not PlainFile.path.exists()

    live(act)
    assert Secrets(APP_ID).get("work") is None
    assert KEY not in texts_below(tmp_path)


def test_an_entry_that_cannot_be_read_is_told_and_left_as_it_is(live: Live) -> None:
    raw = b"\xff\xfe not text"
    attributes = {"service": APP_ID, "username": "work", "application": SecretService.Keyring.appid}

    async def act(hand: Driven) -> None:
        with contextlib.closing(secretstorage.dbus_init()) as bus:
            item = secretstorage.get_default_collection(bus).create_item("of others", attributes, raw)
            try:
                panel = await filled(hand)
                await until(panel.in_keyring.isChecked, what="the keyring itself is good")
                press(panel.save)
                await until(lambda: "has an entry that cannot be read" in said(panel), what="it is told")
                assert "left as it is" in said(panel)
                assert panel.isVisible()
                assert panel.key.text() == KEY, "what was pasted is not lost"
                assert item.get_secret() == raw
                panel.in_memory.click()
                press(panel.save)
                await until(lambda: hand.window.accounts.names == ("work",), what="for this session it works")
                assert item.get_secret() == raw
            finally:
                item.delete()

    live(act)


def menu_line(hand: Driven) -> str:
    menu = hand.window.profiles.menu()
    try:
        return next(
            action.text() for action in menu.actions() if "eyring" in action.text() or "Keys" in action.text()
        )
    finally:
        menu.deleteLater()


def test_a_keyring_that_answers_nobody_is_told_and_given_up(live: Live, secret_service: str) -> None:
    async def add(hand: Driven) -> None:
        await added(hand)
        assert menu_line(hand) == "Keys are kept in Secret Service"

    async def wait(hand: Driven) -> None:
        window, space = hand.window, hand.space
        space.set_endpoint("workflows/emulator/picture-story")
        fill(hand)
        await hand.run()
        await until(lambda: "keyring is asking" in toasts(hand), what="it is said why nothing goes on")
        panel = await filled(hand)
        assert "does not answer" in panel._about_keyring.text()
        assert panel.in_memory.isChecked()
        panel.dismiss()
        assert menu_line(hand) == "Keyring: does not answer. What to do…"
        await hand.key(Qt.Key.Key_Escape)
        assert (await hand.ended()).phase is Phase.CANCELLED
        still.close()
        window.profiles.open_menu()
        await until(lambda: "Keys are kept" in menu_line(hand), what="it answers again")
        for menu in window.findChildren(QMenu):
            menu.close()
        space.set_mode(Mode.RUN)
        await hand.run()
        await hand.ended()
        assert hand.state.failure is None

    live(add)
    with contextlib.ExitStack() as still:
        still.enter_context(standing_still(secret_service))
        live(wait)
