"""What the panes share: calls of this session, calls that are only shown, and what is left of released ones."""

from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.events import Event
from fal_studio.core.request import Mode, Request
from fal_studio.ui.models import Calls

REQUEST = Request(
    "fal-ai/flux/dev", Mode.SUBMIT, {"prompt": "A hat", "image_url": "data:" + "x" * 1000}, "work"
)
STARTED = e.Started(5.0, "fal-ai/flux/dev", Mode.SUBMIT, "work")


def events(*facts: e.Fact) -> list[Event]:
    return [Event("c", n, n * 1_000_000_000, fact) for n, fact in enumerate((STARTED, *facts))]


def test_a_released_call_keeps_its_row_and_comes_back_whole() -> None:
    calls = Calls()
    calls.add("c", REQUEST)
    calls.take(events(e.Output({"seed": 7})))
    row = calls.row("c")
    calls.release("c")
    assert (calls.has("c"), calls.request("c"), calls.events("c")) == (False, None, [])
    assert calls.row("c") is row
    assert (calls.state("c").phase, calls.state("c").is_ended, calls.open_ids()) == (Phase.DONE, True, ())
    assert calls.ids() == ("c",), "it is still one of this session's calls"
    calls.hold("c", REQUEST, events(e.Output({"seed": 7})))
    assert (calls.request("c"), calls.state("c").output, calls.row("c")) == (REQUEST, {"seed": 7}, row)


def test_an_open_call_is_not_released() -> None:
    calls = Calls()
    calls.add("c", REQUEST)
    calls.take(events())
    calls.release("c")
    assert calls.has("c")
    assert calls.open_ids() == ("c",)


def test_an_unknown_call_that_is_taken_up_again_is_open_again() -> None:
    calls = Calls()
    calls.add("c", REQUEST)
    calls.take(events(e.Unknown("The line went dead.")))
    assert calls.open_ids() == ()
    calls.take([Event("c", 2, 2_000_000_000, e.Resumed(9.0))])
    assert calls.open_ids() == ("c",)


def test_a_call_that_is_only_shown_is_none_of_this_sessions() -> None:
    calls = Calls()
    calls.hold("c", REQUEST, events(e.Output({})))
    assert (calls.ids(), calls.open_ids(), calls.is_ours("c")) == ((), (), False)
    assert calls.request("c") is REQUEST
    calls.release("c")
    assert calls.request("c") is None
