"""Everything that can go wrong with a session has its state in words on the live desk, and nothing hangs."""

from collections.abc import Awaitable, Callable, Generator

import pytest

from fal_studio.core.accounts import Account, at_base
from fal_studio.core.events import SessionState
from fal_studio.core.request import Options, ProfileKind
from fal_studio.core.schema.field import Field, FieldKind, Schema
from fal_studio.ui.realtime.desk import LiveDesk
from tests.ui.window import realtime_server
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_live import live
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "Couldn.t (load|resolve)")
FIELDS = Schema((Field("prompt", FieldKind.PROMPT), Field("request_id", FieldKind.TEXT)))
MINE = "mine"


@pytest.fixture(scope="module")
def server() -> Generator[str]:
    with realtime_server.running() as base:
        yield base


async def at_server(hand: Driven, base: str) -> LiveDesk:
    """Return the desk, with a profile for an app that is served at this address."""
    desk = await live(hand)
    await stopped(desk)
    app = Account(MINE, session_only=True, kind=ProfileKind.LOCAL_APP, hosts=at_base(base), has_key=False)
    hand.window.accounts.create_wanted.emit(app, "")
    await until(lambda: hand.window.accounts.account(MINE) == app, what="the profile is there", limit_s=20)
    return desk


async def stopped(desk: LiveDesk) -> None:
    desk.session.stop("for the test")
    await until(lambda: not desk.session.is_on, what="the session is over")


def begin(desk: LiveDesk, endpoint: str, profile: str = MINE, **query: str) -> None:
    desk.show_endpoint(endpoint, profile, FIELDS, {"prompt": "a boat"}, [], desk.rules)
    desk.follow_options(Options(query=query))
    desk.session.start()


def type_on(desk: LiveDesk) -> None:
    """Change the input, so that it is sent."""
    desk.fields.set_value("prompt", desk.fields.values["prompt"] + "!")


async def is_said(desk: LiveDesk, *words: str) -> None:
    await until(lambda: all(word in desk.result.note for word in words), what=f"it says {words}", limit_s=20)


async def goes_on(desk: LiveDesk) -> None:
    """See that the next input is answered as ever, and that the words go."""
    answered = desk.session.figures.answered
    type_on(desk)
    await until(lambda: desk.session.figures.answered > answered, what="the next one is answered", limit_s=20)
    await until(lambda: not desk.result.note, what="nothing is said any more")


def test_what_servers_do_has_its_words(drive: Drive, server: str) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await at_server(hand, server)
        session, states = desk.session, []
        session.state_changed.connect(lambda: states.append((session.state, session.reason)))
        for name, words in (
            ("truncated", "neither MessagePack nor JSON"),
            ("deep", "nested too deeply"),
            ("text", "a text that is no message"),
        ):
            begin(desk, name)
            await is_said(desk, words)
            assert session.is_live
            await goes_on(desk)
            await stopped(desk)
        for name in ("huge", "oversize"):
            begin(desk, name)
            await is_said(desk, "Stopped:", "too large")
            await until(lambda: desk.bar.toggle.title == "Stopped")
            assert SessionState.RECONNECTING not in [
                state for state, _ in states
            ]  # it would end the same way
        begin(desk, "restart")
        await until(
            lambda: session.is_live and session.figures.answered > 0, what="it is live again", limit_s=20
        )
        again = next(reason for state, reason in states if state is SessionState.RECONNECTING)
        assert again == "the server restarts (1012: deploying)"
        assert session.figures.lost == 1  # what was on its way is asked again
        await stopped(desk)
        begin(desk, "shuffled")
        for count in (2, 3):
            await until(lambda: session.is_live and not session.pacer.waits)
            type_on(desk)
            desk.change_rule("depth", 3)
            await until(lambda count=count: session.figures.sent == count, what=f"{count} inputs are out")
        await until(lambda: session.figures.answered == 3 and session.figures.strays == 1, limit_s=20)
        await until(lambda: "2 out of order" in desk.numbers.match.text(), what="it is counted in words")
        assert "1 twice or too late" in desk.numbers.match.text()
        await stopped(desk)

    drive(scenario)


async def expires(desk: LiveDesk) -> None:
    desk.change_rule("token_lifetime_s", 4)
    begin(desk, "emulator/bench", "emulator")
    await until(lambda: "renewed once, no gap" in desk.bar.renewals.text(), what="a new token", limit_s=20)
    assert desk.session.is_live
    await goes_on(desk)
    await stopped(desk)


async def refused(desk: LiveDesk) -> None:
    desk.change_rule("reconnect_limit", 1)
    told: list[tuple[str, str]] = []
    desk.session.state_changed.connect(lambda: told.append((desk.session.reason, desk.bar.toggle.title)))
    begin(desk, "emulator/bench", "emulator", emulator_fault="ws_legacy_unauthorized")
    await is_said(desk, "Stopped:", "Unauthorized")
    assert ("the server did not accept the token", "Reconnecting 1 of 1") in told, told


async def idle(desk: LiveDesk) -> None:
    begin(desk, "emulator/bench", "emulator", emulator_idle_timeout="0.3")
    await until(lambda: desk.session.state is SessionState.STOPPED, what="the server ends it", limit_s=20)
    await is_said(desk, "Stopped:")
    assert desk.session.reason != "stopped by you"


@pytest.mark.parametrize("play", [expires, refused, idle])
def test_what_becomes_of_tokens_and_idle_sessions_has_its_words(
    drive: Drive, play: Callable[[LiveDesk], Awaitable[None]]
) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await live(hand)
        await stopped(desk)
        await play(desk)

    drive(scenario)
