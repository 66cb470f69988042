"""The desktop's session ends: nothing is asked, and nothing is lost."""

import json

from PySide6.QtGui import QSessionManager

from fal_studio.app.logout import Logout
from fal_studio.core.call import Phase
from fal_studio.core.events import Resumed
from fal_studio.core.request import Mode
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

PROMPT = "Typed a moment before the logout"


class Session:
    """What the desktop is told."""

    hint = QSessionManager.RestartHint.RestartNever
    command: tuple[str, ...] = ()

    def setRestartHint(self, hint: QSessionManager.RestartHint, /) -> None:
        self.hint = hint

    def setRestartCommand(self, command: list[str], /) -> None:
        self.command = tuple(command)


def test_a_logout_writes_drafts_at_once_asks_nothing_and_the_open_call_is_there_again(
    drive_kept: Drive,
) -> None:
    calls: list[str] = []

    async def leaves(hand: Driven) -> None:
        window = hand.window
        logout = await until(lambda: hand.program.findChild(Logout), what="it listens to the session")
        hand.space.set_mode(Mode.SUBSCRIBE)
        await hand.run(num_inference_steps=50)
        await until(lambda: bool(hand.state.request_id), what="the call is in the queue")
        called = hand.space.result
        calls.append(called.call)
        window.open_new()
        hand.space.document.set_value("prompt", PROMPT)
        assert not called.state.is_ended, "the session ends while the call is open"
        session = Session()
        logout.commit(session)
        left = json.loads((hand.program.kept.state / "window.json").read_text())
        assert PROMPT in left["drafts"][-1]["text"], "before the session goes on"
        assert session.hint is QSessionManager.RestartHint.RestartIfRunning
        assert session.command
        window.close()
        assert window.sheet is None, "nobody is there to be asked"
        assert hand.program.is_closed

    async def is_back(hand: Driven) -> None:
        texts = [space.document.text for space in hand.window.workspaces.values()]
        assert any(PROMPT in text for text in texts)
        hand.window.show_call(calls[0])
        await until(lambda: hand.state.phase is Phase.DONE, what="its result was fetched", limit_s=30)
        facts = [event.fact for event in hand.program.log.of(calls[0])]
        assert [fact for fact in facts if isinstance(fact, Resumed)], "it was taken up again"

    drive_kept(leaves)
    drive_kept(is_back)
