"""Profiles of own hosts and of a team proxy, called through the window: servers that keep every byte say where the key went."""

import asyncio
import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core.request import Mode, ProfileKind, Request
from fal_studio.core.settings import Settings
from fal_studio.store import preferences
from fal_studio.store.paths import folders
from fal_studio.ui.shell.profile_panel import ProfilePanel
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.modes.raw import Handler, RawServer, answer, raw_server
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_files import picture
from tests.ui.window.test_keeping import lived
from tests.ui.window.test_profiles import opened
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
KEY = "own-id:c0ffee0123456789abcdef"
PRICES = {"prices": [{"endpoint_id": "team/cat", "unit_price": 0.01, "unit": "image", "currency": "USD"}]}
REQUEST = Request("team/cat", Mode.RUN, {"prompt": "a cat"})


def speaking(picture_url: str = "") -> Handler:
    """Answer as fal does: prices and, to a call, a result whose picture lies elsewhere."""

    async def handle(request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = (
            PRICES if b"/models/pricing" in request.split(b"\r\n")[0] else {"images": [{"url": picture_url}]}
        )
        if request.startswith(b"POST") and not picture_url:
            body = {"text": "meow"}
        writer.write(answer(json.dumps(body).encode(), extra="x-fal-request-id: 0f0f\r\n"))
        await writer.drain()

    return handle


def sending(data: bytes) -> Handler:
    async def handle(_request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(data, content_type="image/png"))
        await writer.drain()

    return handle


def press(button: object) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # pyright: ignore[reportArgumentType, reportCallIssue]


def posts(server: RawServer) -> list[bytes]:
    return [request for request in server.requests if request.startswith(b"POST")]


async def saved(hand: Driven, panel: ProfilePanel, name: str) -> None:
    press(panel.check)
    await until(lambda: "cost nothing" in panel.verdict.accessibleName(), what="it was tried", limit_s=20)
    press(panel.save)
    await until(lambda: name in hand.window.accounts.names, what="it is there", limit_s=20)
    panel.dismiss()


async def run(hand: Driven, profile: str) -> None:
    hand.window.profiles.switch(profile)
    before = hand.space.result.call
    hand.space.set_endpoint(REQUEST.endpoint)
    hand.space.set_mode(REQUEST.mode)
    hand.space.document.set_text(json.dumps(REQUEST.arguments))
    await hand.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: hand.space.result.call != before, what="a call began", limit_s=20)
    state = await hand.ended()
    assert state.failure is None, state.failure
    assert hand.program.calls.row(hand.space.result.call).profile == profile


def test_own_hosts_get_the_key_others_do_not_and_results_go_into_the_profiles_folder(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    kept, target = folders(tmp_path / "kept"), tmp_path / "team pictures"
    data = picture(tmp_path / "cat.png").read_bytes()
    preferences.save(kept.preferences, Settings(save_results=True, name_template="{model}/{seed}{name}"))

    async def act(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        async with raw_server(sending(data)) as cdn:
            elsewhere = f"http://127.0.0.1:{cdn.port}/files/cat.png"
            async with raw_server(speaking(elsewhere)) as own:
                panel = await opened(program)
                panel.begin(ProfileKind.CUSTOM)
                form = panel.form
                form.name.setText("team")
                for name, field in form.hosts.items():
                    field.setText(f"{'ws' if name == 'ws' else 'http'}://127.0.0.1:{own.port}/{name}")
                QTest.keyClicks(form.key, KEY)
                form.in_memory.setChecked(True)
                form.folder.setText(str(target))
                await saved(hand, panel, "team")
                assert "own hosts" in hand.window.top.profile.accessibleName()
                await run(hand, "team")
                (call,) = posts(own)
                assert call.startswith(b"POST /run/team/cat ")
                assert f"authorization: key {KEY}".encode() in call.lower()
                await until(lambda: bool(list(target.rglob("*.png"))), what="it is saved", limit_s=20)
                (file,) = target.rglob("*.png")
                assert file.parent.name == "cat"
                await until(
                    lambda: bool(list(target.rglob("*.json"))), what="its request beside it", limit_s=20
                )
                assert cdn.requests, "the result was fetched"
                assert not [one for one in cdn.requests if KEY.split(":")[1].encode() in one]
                assert not [one for one in cdn.requests if b"uthorization" in one]

    in_loop(lived(Program(kept, addresses), act)(), limit_s=90)


def test_a_team_proxy_is_told_the_target_and_holds_the_key_itself(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    async def act(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        async with raw_server(speaking()) as proxy:
            panel = await opened(program)
            panel.begin(ProfileKind.PROXY)
            assert panel.form.key.isHidden(), "it needs none"
            panel.form.name.setText("office")
            panel.form.address.setText(f"http://127.0.0.1:{proxy.port}/api/fal/proxy")
            await saved(hand, panel, "office")
            # A key of fal beside it stays out of what the proxy is sent.
            hand.window.accounts.add_wanted.emit("mine", KEY, True)
            await until(lambda: "mine" in hand.window.accounts.names, what="the key is there")
            await run(hand, "office")
            assert hand.state.output == {"text": "meow"}
            (call,) = posts(proxy)
            assert call.startswith(b"POST /api/fal/proxy ")
            assert b"x-fal-target-url: https://fal.run/team/cat\r\n" in call.lower()
            assert not [one for one in proxy.requests if b"authorization" in one.lower()]
            assert not [one for one in proxy.requests if KEY.split(":")[1].encode() in one]

    in_loop(lived(Program(folders(tmp_path), addresses), act)(), limit_s=90)


def test_the_emulators_profile_has_nothing_to_set_and_shows_what_can_be_added(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.actions_["profiles.manage"].trigger()
        (panel,) = hand.window.findChildren(ProfilePanel)
        assert panel.kinds.isVisible()
        panel.kinds.buttons[ProfileKind.PROXY].click()
        assert not panel.kinds.isVisible()
        assert panel.form.name.hasFocus()
        assert panel.save.text() == "Add profile"

    drive(scenario)
