"""The thread that speaks to a D-Bus bus: whatever the environment calls a bus, and what is said while one is being lost."""

import threading
import time

import pytest

from fal_studio.app.bus_thread import BusThread
from tests.waiting import until_blocking

WAIT_S = 20.0


@pytest.mark.parametrize(
    "address", ["unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=9", "disabled:", "autolaunch:", ""]
)
def test_a_bus_that_cannot_be_spoken_to_is_lost_without_trouble(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    lost = threading.Event()
    troubles: list[object] = []
    monkeypatch.setattr(threading, "excepthook", troubles.append)
    bus = BusThread("test", _never, _never, lost=lost.set)
    assert bus.speak()
    assert lost.wait(WAIT_S)
    bus.close()
    assert not bus.speak()
    until_blocking(lambda: not [one for one in threading.enumerate() if one.name == "test"], limit_s=WAIT_S)
    assert troubles == []


def test_what_is_said_while_a_bus_is_lost_waits_for_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    order: list[str] = []
    began = threading.Event()

    def lost() -> None:
        began.set()
        time.sleep(0.2)
        order.append("lost")

    bus = BusThread("test", _never, _never, lost=lost)
    bus.speak()
    assert began.wait(WAIT_S)
    bus.speak()
    order.append("spoken")
    assert order == ["lost", "spoken"]
    bus.close()


def _never(*_: object) -> None:
    raise AssertionError("there is no connection")
