"""Closing tells what becomes of each kind of open call, and asks nothing when there is none."""

from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import HeldFor
from fal_studio.core.request import Mode
from fal_studio.ui.shell.closing import outlook


def state(mode: Mode, profile: str = "work", **more: object) -> CallState:
    return CallState("c", Phase.RUNNING, "fal-ai/flux/dev", mode, profile, **more)


def test_queue_calls_go_on_at_fal() -> None:
    two = [state(Mode.SUBMIT, request_id="r"), state(Mode.SUBSCRIBE, request_id="s")]
    assert outlook(two) == ["2 calls continue on fal; results will be fetched next time."]


def test_the_emulator_does_not_go_on_without_the_window() -> None:
    [told] = outlook([state(Mode.SUBMIT, "emulator", request_id="r")])
    assert told.startswith("1 call is taken up again next time")


def test_what_would_be_lost_is_said() -> None:
    unanswered = state(Mode.SUBMIT)
    told = outlook([state(Mode.RUN), state(Mode.STREAM), state(Mode.REALTIME), unanswered])
    assert told == ["4 calls end now: the result is lost, and may be billed."]


def test_what_was_not_sent_cost_nothing() -> None:
    [told] = outlook([state(Mode.RUN, held_for=HeldFor.PAUSED)])
    assert told.startswith("1 call was not sent; nothing was paid")


def test_nothing_is_asked_when_nothing_is_open() -> None:
    assert outlook([CallState("c", Phase.DONE)]) == []
