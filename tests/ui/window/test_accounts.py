"""A fal key: added in the window, kept in a real keyring, used for calls to its own hosts, and removed."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.app.program import Program
from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.request import Hosts, Mode
from fal_studio.services.emulator_process import Addresses, profile_of
from fal_studio.store.paths import APP_ID, folders
from fal_studio.store.secrets import Secrets
from fal_studio.ui.shell.add_key import AddKeyPanel
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_keeping import lived
from tests.waiting import until

KEY = "person:c0ffee0123456789"
REFUSED = "wrong:c0ffee0123456789"
STORY = "workflows/emulator/picture-story"
Live = Callable[[Callable[[Driven], Awaitable[None]]], None]


@pytest.fixture
def hosts(addresses: Addresses) -> Hosts:
    """A server that speaks like fal; the emulator stands in for it."""
    return profile_of(addresses).hosts


@pytest.fixture
def live(
    in_loop: InLoop, theme: Theme, addresses: Addresses, hosts: Hosts, tmp_path: Path, secret_service: str
) -> Live:
    """Live in a program whose fal is the emulator; the same folders every time."""

    def run(scenario: Callable[[Driven], Awaitable[None]]) -> None:
        async def act(program: Program) -> None:
            driven = Driven(program)
            await driven.ready()
            await scenario(driven)

        in_loop(lived(Program(folders(tmp_path), addresses, hosts), act)(), limit_s=90)

    yield run
    Secrets(APP_ID).forget("work")


async def panel_of(hand: Driven) -> AddKeyPanel:
    hand.window.profiles.add_key()
    panel = hand.window.profiles.panel
    assert panel is not None
    await until(panel.isVisible, what="the panel is there")
    return panel


def fill(hand: Driven) -> None:
    for field in hand.program.catalogue.get(STORY).schema.fields:
        if field.required:
            assert hand.space.document.set_value(field.name, "a red tree")


def key_of(item: dict[str, Any]) -> str:
    return str(dict(item["headers"]).get("authorization", "")).removeprefix("Key ")


def said(panel: AddKeyPanel) -> str:
    return panel._verdict.accessibleName()


async def added(hand: Driven, key: str = KEY, *, in_memory: bool = False) -> None:
    panel = await panel_of(hand)
    await until(
        lambda: panel.in_keyring.isEnabled() and "Secret" in panel.in_keyring.text(),
        what="the keyring is known",
    )
    panel.name.setText("work")
    QTest.keyClicks(panel.key, key)
    if in_memory:
        panel.in_memory.click()
    QTest.mouseClick(panel.save, Qt.MouseButton.LeftButton)
    await until(lambda: hand.window.accounts.names == ("work",), what="the key is there")
    await until(lambda: not panel.isVisible(), what="the panel is gone")
    assert not panel.key.text()


def texts_below(folder: Path) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


def test_a_key_is_checked_added_used_and_found_again(
    live: Live, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    async def add(hand: Driven) -> None:
        panel = await panel_of(hand)
        QTest.keyClicks(panel.key, REFUSED)
        QTest.mouseClick(panel.check, Qt.MouseButton.LeftButton)
        await until(lambda: "refused the key" in said(panel), what="fal refuses it")
        panel.key.clear()
        QTest.keyClicks(panel.key, f'FAL_KEY="{KEY}"')
        QTest.mouseClick(panel.check, Qt.MouseButton.LeftButton)
        await until(lambda: "Accepted by fal" in said(panel), what="fal takes it")
        assert "Its scope is API: it may not read the account's billing." in said(panel)
        for text, words in (
            ("# nothing", "holds no key"),
            ("FAL_KEY_ID=admin-1\nexport FAL_KEY_SECRET='feed'", "Its scope is ADMIN"),
        ):
            (tmp_path / ".env").write_text(text)
            hand.window.accounts.adopt_file_wanted.emit(str(tmp_path / ".env"))
            await until(lambda words=words: words in said(panel), what=words)
        assert panel.key.text() == "admin-1:feed"
        assert hand.window.accounts.names == (), "adopted is what somebody saves"
        (tmp_path / ".env").unlink()
        panel.dismiss()
        since = emulator.last()
        await added(hand)
        assert hand.space.profile == "work"
        assert hand.window.top.profile.accessibleName() == "fal - key: work"
        hand.window.browse_models("edit")
        await until(
            lambda: [
                item
                for item in emulator.requests(since)
                if item["path"].endswith("/models") and "q=edit" in str(item["query"]) and key_of(item) == KEY
            ],
            what="the models are looked for with the key",
        )
        hand.window.model_sheet.dismiss()
        hand.program.catalogue.replace([])  # of a model of fal, nothing is known before somebody asks for it
        hand.space.set_endpoint(STORY)
        hand.space.set_mode(Mode.RUN)
        await until(lambda: hand.program.catalogue.get(STORY).schema.fields, what="its inputs are known")
        assert hand.program.catalogue.get(STORY).is_of_fal
        fill(hand)
        assert not hand.space.reasons()
        before = hand.space.result.call
        hand.space.run()
        await until(lambda: hand.space.result.call != before, what="a call began")
        call = hand.space.result.call
        await hand.ended()
        assert hand.state.failure is None, hand.state.failure
        started = hand.program.log.of(call)[0].fact
        assert isinstance(started, e.Started)
        assert started.profile == "work"
        dock = hand.window.monitor.open()
        dock.table.choose(call)
        await until(dock.detail._web.isVisible, what="the way to fal's dashboard")
        sent = [item for item in emulator.requests(since, method="POST") if "workflows" in item["path"]]
        assert [dict(item["headers"])["authorization"] for item in sent] == [f"Key {KEY}"]

    async def find_again(hand: Driven) -> None:
        assert hand.window.accounts.names == ("work",)
        assert hand.space.profile == "work"
        assert [
            action.text() for action in hand.window.profiles.menu().actions() if action.isCheckable()
        ] == [
            "Emulator, offline, free",
            "fal, key: work",
        ]
        hand.window.profiles.switch("emulator")
        assert hand.window.top.profile.accessibleName() == "Emulator - offline, free"
        hand.window.accounts.remove_wanted.emit("work")
        await until(lambda: not hand.window.accounts.names, what="the key is gone")
        await until(lambda: Secrets(APP_ID).get("work") is None, what="it left the keyring")
        hand.window.accounts.restore_wanted.emit("work")
        await until(lambda: hand.window.accounts.names == ("work",), what="it is back")
        await until(lambda: Secrets(APP_ID).get("work") == KEY, what="it is in the keyring again")

    live(add)
    assert KEY not in texts_below(tmp_path)
    assert Secrets(APP_ID).get("work") == KEY
    live(find_again)
    assert KEY not in texts_below(tmp_path)


def test_a_key_for_this_session_is_gone_in_the_next(live: Live, tmp_path: Path) -> None:
    async def add(hand: Driven) -> None:
        await added(hand, in_memory=True)

    async def look(hand: Driven) -> None:
        assert hand.window.accounts.names == ()
        assert hand.space.profile == "work"
        assert any("no key called work" in reason.text for reason in hand.space.reasons())
        assert hand.space.bar.run.is_blocked
        assert "no key called work" in hand.space.bar.run.toolTip()
        hand.window.profiles.switch("emulator")
        assert not hand.space.reasons()

    live(add)
    assert Secrets(APP_ID).get("work") is None
    assert KEY not in texts_below(tmp_path)
    live(look)


def test_a_key_that_left_the_keyring_is_told_at_the_call(live: Live) -> None:
    async def add(hand: Driven) -> None:
        await added(hand)

    async def call(hand: Driven) -> None:
        hand.space.set_endpoint(STORY)
        hand.space.set_mode(Mode.RUN)
        fill(hand)
        before = hand.space.result.call
        hand.space.run()
        await until(lambda: hand.space.result.call != before, what="a call began")
        state = await hand.ended()
        assert state.phase is Phase.FAILED
        assert state.failure is not None
        assert "not in the keyring any more" in state.failure.message
        assert state.failure.charged is e.Charged.NO

    live(add)
    Secrets(APP_ID).forget("work")
    live(call)


def test_the_emulators_models_are_not_looked_for_at_fal(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    async def act(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        hand.window.accounts.add_wanted.emit("work", KEY, True)
        await until(lambda: hand.window.accounts.names == ("work",), what="the key is there")
        hand.window.profiles.switch("work")
        assert [reason.target for reason in hand.space.reasons()] == ["models"]
        assert hand.window.model_sheet.isVisible()  # a model of fal is to be chosen
        hand.window.model_sheet.dismiss()
        hand.window.use_endpoint("emulator/image")
        assert hand.space.profile == "emulator"
        assert not hand.space.reasons()

    in_loop(lived(Program(folders(tmp_path), addresses), act)(), limit_s=90)


def test_the_panel_does_not_jump_while_a_key_is_typed(drive_kept: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        panel = await panel_of(hand)
        await until(lambda: "Looking" not in panel._about_keyring.text(), what="the keyring has answered")
        heights: list[int] = []
        for text in ("1", "1a2b3c4d", "1a2b3c4d-5e6f", "1a2b3c4d-5e6f:", "1a2b3c4d-5e6f:9f8e", "1", ""):
            panel.key.setText(text)
            panel.key.textEdited.emit(text)
            heights.append(panel.height())
        assert heights == sorted(heights), "it grows where words need it, and never shrinks under the pointer"
        assert heights[-1] == max(heights)

    drive_kept(scenario)
