"""What the desktop shows of the program outside of its window: a dock on a real bus hears it; a tray icon is there for who wants it."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from fal_studio.app import launcher as launchers
from fal_studio.app.launcher import Badge, LauncherEntry, Shown
from fal_studio.core.request import Mode
from tests.launcher_dock import Dock, running
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

pytestmark = [
    # The offscreen platform raises no windows, and has no tray.
    pytest.mark.qt_log_ignore("This plugin does not support", "No such signal QPlatformNativeInterface"),
    pytest.mark.skipif(sys.platform != "linux", reason="the launchers of Linux"),
]
QUIET = {"count": 0, "count-visible": False, "progress": 0.0, "progress-visible": False, "urgent": False}


@pytest.fixture
def dock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dock]:
    with running() as found:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found.address)
        yield found


async def behind(hand: Driven) -> QWidget:
    """Put another window in front."""
    other = QWidget()
    other.show()
    other.activateWindow()
    await until(lambda: not hand.window.isActiveWindow(), what="another window is in front")
    return other


def put_away(other: QWidget) -> None:
    other.close()
    other.deleteLater()


def test_open_calls_are_counted_with_what_is_known_of_their_progress(drive: Drive, dock: Dock) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.SUBSCRIBE)
        assert dock.heard == [], "nothing is told before there is something to tell"
        for seed in (1, 2, 3):
            await hand.run(seed=seed, image_size="square", num_inference_steps=12)
        await until(lambda: dock.shows.get("count") == 3, what="three are counted", limit_s=20)
        assert {uri for uri, _ in dock.heard} == {"application://io.github.fal_studio.FalStudio.desktop"}
        assert dock.types == {
            "count": "x", "count-visible": "b", "progress": "d", "progress-visible": "b", "urgent": "b"
        }  # fmt: skip
        before = len(dock.heard)
        dock.ask()
        await until(lambda: len(dock.heard) > before, what="a dock that comes late is answered")
        await until(lambda: dock.shows == QUIET, what="all have ended", limit_s=40)
        shares = [shown["progress"] for _, shown in dock.heard if shown["progress-visible"]]
        assert shares == sorted(shares), "it never goes back"
        assert any(share >= 1 / 3 for share in shares), "those that ended count"
        assert all(share < 1 for share in shares)

    drive(scenario)


def test_a_failure_behind_other_windows_is_urgent_until_the_window_is_seen(drive: Drive, dock: Dock) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(guidance_scale=35)
        await hand.ended()
        assert hand.program.followers.launcher.shown == Shown(), "whoever looks at it needs no call for it"
        assert not any(shown["urgent"] for _, shown in dock.heard)
        other = await behind(hand)
        hand.space.run()
        await until(lambda: dock.shows.get("urgent"), what="the failure is urgent", limit_s=20)
        put_away(other)
        hand.window.activateWindow()
        await until(lambda: dock.shows == QUIET, what="until somebody looks")

    drive(scenario)


def test_who_does_not_want_it_is_not_told(drive: Drive, dock: Dock) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(seed=1)
        await until(lambda: dock.shows.get("count") == 1, what="it is counted")
        hand.window.settings.set_one("launcher", value=False)
        await until(lambda: dock.shows == QUIET, what="the count goes at once")
        await hand.ended()
        before = len(dock.heard)
        await hand.run(seed=2)
        await hand.ended()
        assert len(dock.heard) == before

    drive(scenario)


def test_the_count_goes_with_the_program(drive: Drive, dock: Dock) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.SUBSCRIBE)
        await hand.run(seed=1, num_inference_steps=50)
        await until(lambda: dock.shows.get("count") == 1, what="it is counted")

    drive(scenario)
    assert dock.shows == QUIET


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", None])
def test_without_a_bus_it_is_silent(
    drive: Drive, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str | None
) -> None:
    if address is None:
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    else:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)

    async def scenario(hand: Driven) -> None:
        entry = hand.program.followers.launcher
        hand.space.set_mode(Mode.SUBSCRIBE)
        await hand.run(seed=1)
        await until(lambda: entry._told.count == 1, what="it is told that a call is open")
        await until(
            lambda: not any(one.name == "launcher" for one in threading.enumerate()), what="nobody listens"
        )
        await hand.ended()
        await until(lambda: entry._told == Shown(), what="and that none is")

    drive(scenario)
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


def test_elsewhere_it_is_the_badge_of_the_icon(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "darwin")
        assert isinstance(launchers.of_system(), Badge)

    numbers: list[int] = []
    monkeypatch.setattr(QGuiApplication, "setBadgeNumber", lambda _app, number: numbers.append(number))

    async def scenario(hand: Driven) -> None:
        entry = LauncherEntry(hand.window, hand.program.calls, Badge())
        hand.space.set_mode(Mode.SUBSCRIBE)
        await hand.run(seed=1)
        await until(lambda: numbers == [1], what="it is counted")
        await hand.ended()
        await until(lambda: numbers == [1, 0], what="it is over")
        entry.close()
        assert numbers == [1, 0, 0]

    drive(scenario)


def test_a_tray_icon_is_there_for_who_wants_one_and_where_there_is_a_tray(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(hand: Driven) -> None:
        tray, door = hand.program.followers.tray, hand.window.settings
        assert tray.icon is None, "off by default"
        door.set_one("tray", value=True)
        await until(lambda: door.now is not None and door.now.tray)
        assert tray.icon is None, "no tray, no icon, no word about it"
        door.set_one("tray", value=False)

        monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
        door.set_one("tray", value=True)
        await until(lambda: tray.icon is not None, what="there is one")
        assert tray.icon is not None
        assert tray.menu is not None
        words, show, pause, leave = (one for one in tray.menu.actions() if not one.isSeparator())
        assert not words.isEnabled()
        assert words.text() == "No call is open"

        hand.space.set_mode(Mode.SUBSCRIBE)
        await hand.run(seed=1)
        await until(lambda: words.text() == "1 call is open", what="it says what goes on")
        assert tray.icon.toolTip() == "fal Studio: 1 call is open"
        pause.trigger()
        await until(lambda: words.text().endswith("sending is paused"), what="sending is paused from there")
        assert pause.text() == "&Resume sending"
        pause.trigger()
        await hand.ended()
        await until(lambda: words.text() == "No call is open")

        other = await behind(hand)
        show.trigger()
        await until(hand.window.isActiveWindow, what="the window comes forward")
        put_away(other)
        door.set_one("tray", value=False)
        await until(lambda: tray.icon is None, what="it goes when nobody wants it any more")
        door.set_one("tray", value=True)
        await until(lambda: tray.icon is not None)
        assert leave.text() == "&Quit"
        hand.window.close()
        await until(lambda: hand.program.is_closed, what="closing the window ends the program, tray or not")

    drive(scenario)
