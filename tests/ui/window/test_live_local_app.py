"""A session with a real `fal.App` that the fal SDK serves on this machine, through the live desk."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from fal_studio.core import events as e
from fal_studio.core.accounts import Account, at_base
from fal_studio.core.realtime.figures import Match
from fal_studio.core.request import Mode, Options, ProfileKind
from tests.local_app.process import served
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "Couldn.t (load|resolve)")


def test_a_session_with_an_app_of_ones_own(drive: Drive, tmp_path: Path) -> None:
    async def scenario(hand: Driven, base: str) -> None:
        window = hand.window
        app = Account(
            "mine", session_only=True, kind=ProfileKind.LOCAL_APP, hosts=at_base(base), has_key=False
        )
        window.accounts.create_wanted.emit(app, "")
        await until(lambda: window.accounts.account("mine") == app, what="the profile is there", limit_s=20)
        hand.space.set_profile("mine")
        hand.space.set_endpoint("/")
        hand.space.set_mode(Mode.REALTIME)
        hand.space.document.set_text('{"prompt": "tiger"}')
        hand.space.set_options(Options(headers={"x-mine": "yes"}))
        window.pages.show_page("live")
        desk = window.pages.desk
        assert desk is not None
        session = desk.session
        assert (session.endpoint, session.profile) == ("/", "mine")
        assert not session.is_on  # only the emulator's begins by itself
        desk.setFocus()
        await hand.key(Qt.Key.Key_Return, CTRL)
        await until(lambda: "you said tiger" in desk.result.words, what="the app answers", limit_s=30)
        await until(lambda: desk.bar.toggle.title == "Live")
        await until(lambda: desk.bar.spent.text() == "mine, no price is listed")
        await until(lambda: desk.bar.token.text() == "no token", what="it says that none is needed")
        desk.fields.set_value("prompt", "a lion")
        await until(lambda: "you said a lion" in desk.result.words, what="it answers again", limit_s=20)
        assert session.figures.match is Match.ORDER
        assert session.figures.lost == 0
        await hand.key(Qt.Key.Key_Escape)
        await until(lambda: not session.is_on, what="the session is over")
        asked = hand.program.calls.request(session.last_call)
        assert asked is not None
        assert asked.options.headers == {"x-mine": "yes"}  # as the request said
        facts = [event.fact for event in hand.program.calls.events(session.last_call)]
        assert not any(isinstance(fact, e.Token) for fact in facts)
        assert isinstance(facts[-1], e.Closed)

    with served(tmp_path) as base:
        drive(lambda hand: scenario(hand, base))
