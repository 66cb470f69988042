"""The waiting line: who goes next, how many at once, and why the others wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core.events import Held, HeldFor
from fal_studio.core.line import Move, WaitingLine


def line_of(*calls: str, limit: int = 1) -> WaitingLine:
    """A line whose only slot is taken, with calls in it."""
    line = WaitingLine()
    line.set_limit("p", limit)
    for number in range(limit):
        assert line.enter(f"busy {number}", "p") is None
    for call in calls:
        assert line.enter(call, "p") is not None
    return line


def test_without_a_limit_nobody_waits() -> None:
    line = WaitingLine()
    assert [line.enter(str(n), "p") for n in range(50)] == [None] * 50


def test_as_many_go_as_the_limit_says_and_in_their_order() -> None:
    line = line_of("a", "b", "c", limit=2)
    assert line.next() == []
    line.leave("busy 0")
    assert line.next() == ["a"]
    line.leave("busy 1")
    line.leave("a")
    assert line.next() == ["b", "c"]


def test_profiles_do_not_wait_for_each_other() -> None:
    line = line_of("a")
    assert line.enter("b", "other") is None


def test_the_reason_is_told_when_it_changes_and_only_then() -> None:
    line = line_of("a")
    assert line.enter("b", "p") == Held(HeldFor.SLOT, 2, 1)
    assert list(line.news()) == []
    line.pause()
    assert list(line.news()) == [("a", Held(HeldFor.PAUSED, 1)), ("b", Held(HeldFor.PAUSED, 2))]
    assert list(line.news()) == []
    line.resume()
    line.set_limit("p", 1)
    assert [call for call, held in line.news() if held.why is HeldFor.SLOT] == ["a", "b"]


def test_while_paused_nothing_goes_and_new_calls_wait() -> None:
    line = WaitingLine()
    line.pause("p")
    assert line.enter("a", "p") == Held(HeldFor.PAUSED, 1)
    assert line.enter("b", "other") is None
    assert line.next() == []
    line.resume("p")
    assert line.next() == ["a"]


def test_the_pause_of_all_is_not_ended_by_one_profile() -> None:
    line = WaitingLine()
    line.pause()
    line.resume("p")
    assert line.is_paused("p")
    line.resume()
    assert not line.is_paused("p")


def test_in_front_goes_before_all_that_wait() -> None:
    line = line_of("a", "b")
    line.enter("c", "p", in_front=True)
    assert line.waiting() == ("c", "a", "b")
    assert [line.place(call) for call in ("c", "a", "busy 0")] == [0, 1, None]


@pytest.mark.parametrize(
    ("call", "place", "order"),
    [
        ("c", Move.FRONT, "cabd"),
        ("b", Move.UP, "bacd"),
        ("b", Move.DOWN, "acbd"),
        ("a", Move.BACK, "bcda"),
        ("a", Move.UP, "abcd"),
        ("d", Move.DOWN, "abcd"),
        ("d", 1, "adbc"),
        ("a", 99, "bcda"),
    ],
)
def test_a_waiting_call_is_moved(call: str, place: Move | int, order: str) -> None:
    line = line_of(*"abcd")
    assert line.move(call, place)
    assert "".join(line.waiting()) == order


def test_a_move_tells_of_the_moved_call_alone() -> None:
    line = line_of(*"abcd")
    line.move("d", 1)
    assert list(line.news()) == [("d", Held(HeldFor.SLOT, 1.5, 1))]


def test_what_does_not_wait_cannot_be_moved_or_allowed() -> None:
    line = line_of("a")
    assert not line.move("busy 0", Move.BACK)
    assert not line.allow("busy 0")
    assert not line.allow("nobody")


def test_one_may_be_let_go_before_its_turn() -> None:
    line = line_of("a", "b")
    line.pause()
    assert line.allow("b")
    line.resume()
    line.leave("busy 0")
    assert line.next() == []  # b has the slot
    line.leave("b")
    assert line.next() == ["a"]


def test_a_call_of_an_earlier_run_waits_for_a_word_at_its_old_place() -> None:
    line = WaitingLine()
    assert line.enter("old", "p", order=7.0) == Held(HeldFor.RESTART, 7.0)
    assert line.enter("older", "p", order=3.0) == Held(HeldFor.RESTART, 3.0)
    assert line.next() == []
    assert line.waiting() == ("older", "old")
    line.resume("p")
    assert line.next() == ["older", "old"]


def test_new_calls_do_not_wait_for_those_that_wait_for_a_word() -> None:
    line = WaitingLine()
    line.enter("old", "p", order=1.0)
    assert line.enter("new", "p") is None
    assert line.waiting() == ("old",)


def test_a_limit_for_all_holds_where_a_profile_has_none_of_its_own() -> None:
    line = WaitingLine()
    line.set_limit("", 1)
    line.set_limit("p", 2)
    assert [line.enter(call, "p") is None for call in "abc"] == [True, True, False]
    assert [line.enter(call, "q") is None for call in "de"] == [True, False]
    line.set_limit("p", None)
    assert (line.limit("p"), line.limit("q"), line.limit()) == (1, 1, 1)
    line.set_limit("", None)
    assert line.next() == ["c", "e"]


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="use at least 1, or pause"):
        WaitingLine().set_limit("p", 0)


_ACTS = st.sampled_from(
    [
        "enter",
        "front",
        "leave",
        "pause",
        "resume",
        "limit",
        "no limit",
        "up",
        "down",
        "first",
        "last",
        "third",
    ]
)


@given(st.lists(st.tuples(_ACTS, st.integers(0, 7)), max_size=80))
def test_whatever_is_done_the_limit_holds_and_nobody_is_lost(acts: list[tuple[str, int]]) -> None:
    line, out, open_calls, limit = WaitingLine(), set[str](), set[str](), None
    moves = {"up": Move.UP, "down": Move.DOWN, "first": Move.FRONT, "last": Move.BACK, "third": 2}
    for number, (act, which) in enumerate(acts):
        chosen = sorted(open_calls)[which % len(open_calls)] if open_calls else ""
        before = line.waiting()
        room = not line.is_paused("p") and (limit is None or len(out) < limit)
        match act:
            case "enter" | "front":
                call = f"{number:03}"
                open_calls.add(call)
                if line.enter(call, "p", in_front=act == "front") is None:
                    assert room
                    out.add(call)
            case "leave":
                line.leave(chosen)
                open_calls.discard(chosen)
                out.discard(chosen)
            case "pause":
                line.pause("p")
            case "resume":
                line.resume("p")
            case "limit" | "no limit":
                limit = which + 1 if act == "limit" else None
                line.set_limit("p", limit)
            case _:
                assert line.move(chosen, moves[act]) is (chosen in before)
                assert sorted(line.waiting()) == sorted(before)
        gone = line.next()
        assert not gone or not line.is_paused("p")
        out |= set(gone)
        assert limit is None or not gone or len(out) <= limit
        assert set(line.waiting()) == open_calls - out
        told = dict(line.news())
        assert all(held.why is HeldFor.PAUSED for held in told.values() if line.is_paused("p"))
        if line.waiting():
            assert line.is_paused("p") or (limit is not None and len(out) >= limit)
