"""The network goes and comes back: told in words, and open calls are asked about at once."""

import socket
import subprocess
import sys
import threading
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation

from fal_studio.app.network import BACK, GONE, Network
from fal_studio.core import events as e
from fal_studio.core.accounts import Account, at_base
from fal_studio.core.call import Phase
from fal_studio.core.request import Mode, Options, ProfileKind
from fal_studio.ui.request.draft import Draft
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

Reachability = QNetworkInformation.Reachability


class System(QObject):
    """What tells about the network, in the test's hand."""

    reachabilityChanged = Signal(Reachability)

    def __init__(self) -> None:
        super().__init__()
        self.now = Reachability.Online

    def reachability(self) -> Reachability:
        return self.now

    def turn(self, now: Reachability) -> None:
        self.now = now
        self.reachabilityChanged.emit(now)


def test_a_network_that_went_is_told_and_one_that_came_back_has_open_calls_asked_about(
    drive: Drive, emulator: EmulatorProcess
) -> None:
    async def scenario(hand: Driven) -> None:
        window, system = hand.window, System()
        network = Network(window, hand.program.do, system)
        assert "no network" not in window.status.text
        # A call that is asked about once a minute.
        options = Options(poll_every_s=60.0, headers={"X-Emulator-Queue-Delay": "60"})
        window.open_draft(Draft("", "emulator/bench", Mode.SUBSCRIBE, '{"text": "waits"}', options))
        await hand.run()
        await until(lambda: hand.state.phase is Phase.QUEUED, what="it is in line")
        await until(lambda: hand.state.request_id, what="it has an id")

        def questions() -> int:
            asked = emulator.requests(method="GET")
            return sum(f"{hand.state.request_id}/status" in one["path"] for one in asked)

        await until(questions, what="the first question")
        system.turn(Reachability.Disconnected)
        assert "no network" in window.status.text
        assert not window.banner.isVisible(), "whoever has no key needs no network"
        system.turn(Reachability.Unknown)
        assert "no network" in window.status.text, "what the system does not know changes nothing"
        before = questions()
        system.turn(Reachability.Online)
        assert "no network" not in window.status.text
        assert BACK in window.status.text
        await until(lambda: questions() > before, what="it is asked about at once")
        # From one network to another nobody said that the first was gone.
        before = questions()
        system.turn(Reachability.Local)
        await until(lambda: questions() > before, what="it is asked about at once")
        window.accounts.put_accounts((Account("work"),), frozenset({"work"}))
        system.turn(Reachability.Disconnected)
        assert window.banner.isVisible()
        assert GONE in window.banner.text
        system.turn(Reachability.Site)
        assert not window.banner.isVisible()
        network.close()
        system.turn(Reachability.Disconnected)
        assert "no network" not in window.status.text
        assert not any(
            isinstance(event.fact, e.Failed) for event in hand.program.log.of(hand.space.result.call)
        )

    drive(scenario)


def test_a_name_that_hangs_does_not_keep_the_window_from_closing(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, asked, real = threading.Event(), threading.Event(), socket.getaddrinfo

    def getaddrinfo(host: str, *about: Any, **more: Any) -> Any:
        if host != "names.hang":
            return real(host, *about, **more)
        asked.set()
        let_go.wait(60)  # so that a mistake fails and does not hang
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    async def scenario(hand: Driven) -> None:
        accounts = hand.window.accounts
        app = Account(
            "far",
            session_only=True,
            kind=ProfileKind.LOCAL_APP,
            hosts=at_base("http://names.hang:9"),
            has_key=False,
        )
        accounts.create_wanted.emit(app, "")
        await until(lambda: accounts.account("far") == app, what="the profile is there")
        hand.window.open_draft(Draft("", "own/app", Mode.RUN, "{}"))
        hand.window.profiles.switch("far")
        await hand.run()
        await until(asked.is_set, what="the name is asked for")
        assert not hand.state.is_ended

    try:
        drive(scenario)
        assert not let_go.is_set()
        assert any(each.name == "look up names.hang" for each in threading.enumerate()), "it still hangs"
    finally:
        let_go.set()


def test_the_system_is_asked_by_qt() -> None:
    # In a process of its own: what listens to the system stays until the end.
    words = (
        "from PySide6.QtCore import QCoreApplication as A; a = A([]); from fal_studio.app.network import of_system, Reachability;"
        "s = of_system(); print(s is None or s.reachability() in tuple(Reachability))"
    )
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.stdout == "True\n", done.stderr
