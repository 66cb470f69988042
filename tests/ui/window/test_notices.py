"""The desktop is told when calls end behind other windows; a real service on a real bus hears it."""

from collections.abc import Iterator

import pytest
from jeepney import DBusAddress, new_signal
from jeepney.io.blocking import open_dbus_connection
from PySide6.QtWidgets import QWidget

from fal_studio.app.notices import words_of
from fal_studio.core import events as e
from fal_studio.core.call import CallState, Phase
from fal_studio.core.settings import Notify, Settings
from fal_studio.store import preferences
from tests.notification_service import NAME, PATH, NotificationService, running
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
QUICK = {"image_size": "square", "num_inference_steps": 4}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[NotificationService]:
    with running() as found:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found.address)
        yield found


def say_nonsense(address: str) -> None:
    """Send what is called as a press is and says nothing, as any program on the bus may."""
    with open_dbus_connection(address) as stranger:
        stranger.send(new_signal(DBusAddress(PATH, interface=NAME), "ActionInvoked"))


async def run_behind(hand: Driven, **arguments: object) -> tuple[str, QWidget]:
    """Run the request in front while another window is before the program's; return the call and that window."""
    for name, value in arguments.items():
        assert hand.space.document.set_value(name, value)
    other = QWidget()
    other.show()
    other.activateWindow()
    await until(lambda: not hand.window.isActiveWindow(), what="another window is in front")
    before = hand.space.result.call
    hand.space.run()
    await until(lambda: hand.space.result.call != before, what="a call began")
    return hand.space.result.call, other


def test_a_call_that_ends_unseen_is_told_and_shown_on_a_press(
    drive: Drive, service: NotificationService
) -> None:
    async def scenario(hand: Driven) -> None:
        call, other = await run_behind(hand, prompt="A <b>red</b> hat", **QUICK)
        await until(lambda: service.told, what="the desktop was told", limit_s=20)
        name, replaces, _icon, title, body, actions, hints, _expires = service.told[0]
        assert (name, replaces, title) == ("fal Studio", 0, "image: done")
        assert body == "A &lt;b&gt;red&lt;/b&gt; hat", "a prompt is no markup"
        assert actions[1] == "Show"
        assert hints == {
            "desktop-entry": ["s", "io.github.fal_studio.FalStudio"],
            "suppress-sound": ["b", True],
        }
        hand.window.open_new()
        say_nonsense(service.address)
        service.press(1)
        await until(lambda: hand.space.result.call == call, what="it is shown")
        other.close()
        other.deleteLater()

    drive(scenario)


def test_nothing_is_told_while_the_window_is_in_front_or_nobody_wants_it(
    drive: Drive, service: NotificationService
) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.run(**QUICK)
        await hand.ended()
        preferences.save(hand.program.kept.preferences, Settings(notify=Notify.NEVER))
        _, other = await run_behind(hand, seed=5, **QUICK)
        await hand.ended()
        assert hand.program.followers.notices.notifier is None
        assert service.told == []
        other.close()
        other.deleteLater()

    drive(scenario)


def test_no_service_is_no_trouble(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")

    async def scenario(hand: Driven) -> None:
        _, other = await run_behind(hand, **QUICK)
        await hand.ended()
        await until(lambda: hand.program.followers.notices.notifier is not None)
        assert hand.window.banner.isHidden()
        other.close()
        other.deleteLater()

    drive(scenario)


def test_several_ends_are_one_notification() -> None:
    done, failed = CallState("a", Phase.DONE), CallState("b", Phase.FAILED)
    assert words_of([done, failed, done]) == ("3 calls have ended", "2 done, 1 failed")
    alone = CallState(
        "c", Phase.FAILED, "fal-ai/flux/dev", failure=e.Failed(e.FailureKind.SERVER, "Out of memory.")
    )
    assert words_of([alone]) == ("flux/dev: failed", "Out of memory.")


def test_the_desktop_makes_its_sound_for_who_wants_one(drive: Drive, service: NotificationService) -> None:
    async def scenario(hand: Driven) -> None:
        preferences.save(hand.program.kept.preferences, Settings(notify_sound=True))
        _, other = await run_behind(hand, seed=6, **QUICK)
        await until(lambda: service.told, what="the desktop was told", limit_s=20)
        assert service.told[0][6]["sound-name"] == ["s", "complete"]
        assert "suppress-sound" not in service.told[0][6]
        other.close()
        other.deleteLater()

    drive(scenario)


def test_a_service_that_answers_without_a_number_goes_on_being_told(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running("numberless") as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)

        async def scenario(hand: Driven) -> None:
            for count in (1, 2):
                _, other = await run_behind(hand, seed=count, **QUICK)
                await until(lambda count=count: len(service.told) == count, what="it is told", limit_s=20)
                await hand.ended()
                other.close()
                other.deleteLater()
                hand.window.activateWindow()
                await until(hand.window.isActiveWindow)
            assert hand.window.banner.isHidden(), "nothing broke"

        drive(scenario)
