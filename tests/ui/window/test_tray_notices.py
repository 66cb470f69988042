"""Notifications where no service of the desktop shows them: messages of the tray icon.

Off screen there is no tray: that there is one is only said, and what its icon was asked to show is written down.
"""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from fal_studio.app import notifier
from fal_studio.app.desktop import Desktop
from fal_studio.app.notifier import BusOrTray, TrayNotifier
from tests.message_bus import bus
from tests.notification_service import running
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_launcher import put_away
from tests.ui.window.test_notices import QUICK, run_behind
from tests.waiting import until

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", "No such signal QPlatformNativeInterface"),
    pytest.mark.skipif(sys.platform != "linux", reason="the tests of other systems' way pretend to be there"),
]
Messages = list[tuple[str, str]]


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Messages:
    """What the icon showed, in a desktop that has a tray."""
    shown: Messages = []

    def show(_icon: QSystemTrayIcon, title: str, body: str, picture: QIcon) -> None:
        assert not picture.isNull()
        shown.append((title, body))

    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", show)
    return shown


@pytest.fixture(params=["no bus", "a bus nobody listens at", "a bus without a service"])
def nobody(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No notification service, for one reason or another."""
    if request.param == "no bus":
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
        yield
    elif request.param == "a bus nobody listens at":
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
        yield
    else:
        with bus() as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            yield


async def told(messages: Messages, count: int = 1) -> None:
    await until(lambda: len(messages) >= count, what=lambda: f"a message: {messages}", limit_s=20)


@pytest.mark.usefixtures("nobody")
def test_a_linux_desktop_without_a_service_uses_its_tray(drive: Drive, messages: Messages) -> None:
    async def scenario(hand: Driven) -> None:
        tray = hand.program.followers.tray
        _, first = await run_behind(hand, prompt="A red hat", seed=1, **QUICK)
        await told(messages)
        await hand.ended()
        put_away(first)
        hand.window.activateWindow()
        await until(lambda: tray.icon is None, what="it goes when the window is looked at")
        _, second = await run_behind(hand, prompt="A blue hat", seed=2, **QUICK)
        await told(messages, 2)
        assert messages == [("image: done", "A red hat"), ("image: done", "A blue hat")], "each once"
        put_away(second)

    drive(scenario)


def test_what_a_service_shows_is_not_shown_again(
    drive: Drive, messages: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)

        async def scenario(hand: Driven) -> None:
            for count in (1, 2):
                _, other = await run_behind(hand, seed=count, **QUICK)
                await until(lambda count=count: len(service.told) == count, limit_s=20)
                await hand.ended()
                put_away(other)
                hand.window.activateWindow()
                await until(hand.window.isActiveWindow)
            assert hand.program.followers.tray.icon is None

        drive(scenario)
    assert messages == []


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifier, "of_system", TrayNotifier)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("has_icon", [False, True])
def test_a_press_shows_the_call_and_the_icon_goes_unless_somebody_wants_it(
    drive: Drive, messages: Messages, has_icon: bool
) -> None:
    async def scenario(hand: Driven) -> None:
        tray, window = hand.program.followers.tray, hand.window
        window.settings.set_one("tray", value=has_icon)
        await until(lambda: (tray.icon is not None) == has_icon)
        call, other = await run_behind(hand, prompt="A hat", **QUICK)
        await told(messages)
        await hand.ended()
        assert tray.icon is not None
        assert tray.icon.isVisible()
        window.open_new()
        assert hand.space.result.call != call
        tray.icon.messageClicked.emit()
        await until(lambda: hand.space.result.call == call, what="the call is shown")
        await until(window.isActiveWindow, what="in front")
        await until(lambda: (tray.icon is not None) == has_icon, what="an icon only for who wants one")
        put_away(other)

    drive(scenario)


@pytest.mark.usefixtures("elsewhere")
def test_the_setting_takes_no_icon_away_that_still_tells_something(drive: Drive, messages: Messages) -> None:
    async def scenario(hand: Driven) -> None:
        tray, door = hand.program.followers.tray, hand.window.settings
        door.set_one("tray", value=True)
        await until(lambda: tray.icon is not None)
        _, other = await run_behind(hand, **QUICK)
        await told(messages)
        await hand.ended()
        door.set_one("tray", value=False)
        await until(lambda: door.now is not None and not door.now.tray)
        assert tray.icon is not None
        put_away(other)
        hand.window.activateWindow()
        await until(lambda: tray.icon is None, what="it goes when the window is looked at")

    drive(scenario)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("lacks", ["isSystemTrayAvailable", "supportsMessages"])
def test_without_a_tray_it_is_silent(
    drive: Drive, messages: Messages, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, lacks, lambda: False)

    async def scenario(hand: Driven) -> None:
        _, other = await run_behind(hand, **QUICK)
        await hand.ended()
        await until(lambda: hand.program.followers.notices.notifier is not None)
        assert hand.program.followers.tray.icon is None
        assert hand.window.banner.isHidden()
        put_away(other)

    drive(scenario)
    assert messages == []


@pytest.mark.parametrize(
    ("platform", "kind"), [("linux", BusOrTray), ("darwin", TrayNotifier), ("win32", TrayNotifier)]
)
def test_each_system_has_its_way(
    drive: Drive, monkeypatch: pytest.MonkeyPatch, platform: str, kind: Callable[..., object]
) -> None:
    async def scenario(hand: Driven) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "platform", platform)
            one = notifier.of_system(hand.program.followers.tray)
        assert type(one) is kind
        one.close()

    drive(scenario)


def test_what_was_refused_just_before_the_end_brings_no_icon(drive: Drive, messages: Messages) -> None:
    async def scenario(hand: Driven) -> None:
        tray = hand.program.followers.tray
        one = BusOrTray(tray, hand.program)
        refused = one.findChild(Desktop).refused
        say = threading.Thread(target=partial(refused.emit, "key", "image: done", "A hat", ""))
        say.start()
        say.join()
        one.close()
        await asyncio.sleep(0.1)
        assert tray.icon is None
        assert messages == []

    drive(scenario)
