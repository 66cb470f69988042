"""A stretch of a session: what was the newest at a moment, what is sent again, what became of it."""

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.realtime.recording import Recording

MS = 1_000_000


def events() -> list[Event]:
    facts: list[tuple[int, e.Fact]] = [
        (0, e.Started(0.0, "a/b", "realtime", "emulator")),
        (10, e.Sent(0, 5, {"n": 0})),
        (20, e.Sent(1, 5, {"n": 1})),
        (30, e.Partial(0, {"n": 0}, 5, reply_to=0)),
        (45, e.Sent(2, 5, {"n": 2})),
        (50, e.Partial(1, {"n": 1}, 5, reply_to=1)),
        (60, e.Control("ping")),
        (70, e.Partial(2, {"n": 1}, 5)),
        (90, e.Sent(3, 5, {"n": 3})),
    ]
    return [Event("c", seq, at * MS, fact) for seq, (at, fact) in enumerate(facts)]


def test_the_whole_session_begins_with_its_first_frame() -> None:
    recording = Recording(events())
    assert recording.length_ns == 80 * MS
    assert recording.counts == (4, 3)
    assert [one.at_ns // MS for one in recording.inputs()] == [0, 10, 35, 80]
    sent, answer = recording.at(30 * MS)
    assert (sent.index, answer.index) == (1, 0)
    assert recording.at(0) == (e.Sent(0, 5, {"n": 0}), None)
    made = recording.outcome("a/b", "latest wins", 4)
    assert (made.changes, made.sent, made.answered, made.lost) == (8, 4, 3, 1)
    assert made.quantiles.p50 == 25  # 20, 30 and, by order, 25


def test_a_stretch_holds_no_answers_to_inputs_before_it() -> None:
    recording = Recording(events(), 15 * MS, 60 * MS)
    assert recording.counts == (2, 1)
    assert [payload for _, payload in recording.answers()] == [{"n": 1}]
    assert Recording([]).counts == (0, 0)


def test_an_answer_goes_with_its_input_also_behind_the_end() -> None:
    whole = Recording(events())
    first = whole.part(0, 5 * MS)
    assert first.counts == (1, 1)
    made = first.outcome("a/b", "latest wins", None)
    assert (made.sent, made.answered, made.superseded, made.lost) == (1, 1, None, 0)
    assert first.span_ns == (whole.from_ns, whole.from_ns + 20 * MS)


def test_nothing_recorded_is_nothing() -> None:
    assert Recording([]).at(5) == (None, None)
