"""What became of a call that may have been sent: matched one to one, by equal input and time, and never without evidence."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.listing import Listed, Listing
from fal_studio.core.reconcile import Absent, Doubt, Found, Open, Verdict, asked, doubt_of, judge
from fal_studio.core.request import Json, Mode, Options, Request

ENDPOINT = "emulator/image"
LAG_S = 10.0
LATE_S = 200_000.0


def request(given: Json = None, mode: Mode = Mode.SUBMIT, **options: Json) -> Request:
    return Request(
        ENDPOINT, mode, {"prompt": "a fox"} if given is None else given, options=Options(**options)
    )


def doubt(call: str = "c", from_s: float = 100.0, until_s: float = 105.0, **about: Json) -> Doubt:
    wish = about.pop("request", None) or request()
    return Doubt(call, wish, from_s, until_s, **about)


def listed(request_id: str = "r", sent_s: float = 101.0, **about: Json) -> Listed:
    about = {"endpoint": ENDPOINT, "started_s": sent_s, "given": {"prompt": "a fox"}} | about
    return Listed(request_id=request_id, sent_s=sent_s, **about)


def listing(*items: Listed, **about: Json) -> Listing:
    about = {"from_s": 0.0, "read_s": LATE_S, "is_complete": True, "doubt_s": 2.0} | about
    return Listing(items, **about)


def verdict(one: Doubt, shown: Listing, **about: Json) -> Verdict:
    return judge([one], shown, lag_s=LAG_S, **about)[one.call]


def test_a_request_of_the_same_input_at_the_same_time_is_the_one() -> None:
    found = verdict(doubt(), listing(listed("other", given={"prompt": "a dog"}), listed("r")))
    assert isinstance(found, Found)
    assert found.item.request_id == "r"
    assert "1.0 s after sending began" in found.how


@pytest.mark.parametrize(
    "item",
    [
        listed(sent_s=97.0),
        listed(given={"prompt": "a fox", "seed": 1}),
        listed(endpoint="emulator/image/turbo"),
    ],
    ids=["sent before", "another input", "another endpoint"],
)
def test_what_differs_is_not_the_one(item: Listed) -> None:
    assert isinstance(verdict(doubt(), listing(item)), Absent)


def test_spelling_and_order_of_the_input_make_no_difference() -> None:
    wish = request({"seed": 7, "scale": 1.0, "image": {"width": 2, "height": 3}})
    item = listed(given={"image": {"height": 3, "width": 2}, "scale": 1, "seed": 7.0})
    assert isinstance(verdict(doubt(request=wish), listing(item)), Found)


def test_a_stream_is_listed_under_its_path_or_without() -> None:
    wish = request(mode=Mode.STREAM)
    for endpoint in (ENDPOINT, f"{ENDPOINT}/stream"):
        assert isinstance(verdict(doubt(request=wish), listing(listed(endpoint=endpoint))), Found)


def test_a_request_of_another_call_is_never_taken() -> None:
    assert isinstance(verdict(doubt(), listing(listed("r")), taken={"r"}), Absent)


def test_a_known_id_decides_whatever_the_input_looks_like() -> None:
    found = verdict(doubt(request_id="r"), listing(listed("r", sent_s=500.0, given=None)))
    assert isinstance(found, Found)
    missing = verdict(doubt(request_id="r"), listing(listed("other")))
    assert isinstance(missing, Open)


def test_a_call_that_cannot_be_told_from_another_stays_unknown() -> None:
    one = doubt()
    for shown in (listing(), listing(listed())):
        assert isinstance(verdict(one, shown, rivals={asked(one.request)}), Open)


def test_an_input_that_was_not_kept_is_no_evidence_either_way() -> None:
    found = verdict(doubt(), listing(listed("r", given=None)))
    assert isinstance(found, Open)
    assert "r" in found.said


def test_a_request_that_was_sent_too_late_to_be_sure_is_no_evidence_either_way() -> None:
    one = doubt(until_s=5_000.0)
    assert isinstance(verdict(one, listing(listed(sent_s=3_000.0))), Open)


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (listing(is_complete=False), "too long"),
        (listing(from_s=99.0), "too long"),
        (listing(read_s=100.0), "so far"),
    ],
)
def test_not_being_listed_says_nothing_before_the_list_would_show_it(shown: Listing, why: str) -> None:
    found = verdict(doubt(), shown)
    assert isinstance(found, Open)
    assert why in found.said


@pytest.mark.parametrize(
    ("wish", "due_s"),
    [
        (request(mode=Mode.RUN), 105.0),
        (request(mode=Mode.STREAM), 105.0),
        (request(start_timeout_s=30.0), 135.0),
        (request(), 105.0 + 86_400.0),
    ],
    ids=["run", "stream", "start deadline", "queue"],
)
def test_it_never_arrived_when_it_must_have_started_by_now(wish: Request, due_s: float) -> None:
    one = doubt(request=wish)
    assert isinstance(verdict(one, listing(read_s=due_s + LAG_S + 1.9)), Open)
    assert isinstance(verdict(one, listing(read_s=due_s + LAG_S + 2.1)), Absent)


def test_equal_calls_take_equal_requests_in_order() -> None:
    calls = [doubt("a", 100.0, 110.0), doubt("b", 102.0, 112.0), doubt("c", 104.0, 114.0)]
    shown = listing(listed("3", 105.0), listed("1", 101.0), listed("2", 103.0))
    found = judge(calls, shown, lag_s=LAG_S)
    assert {call: one.item.request_id for call, one in found.items() if isinstance(one, Found)} == {
        "a": "1",
        "b": "2",
        "c": "3",
    }


TIMES = st.integers(0, 40)
INPUTS = st.sampled_from([{"prompt": "a"}, {"prompt": "b"}])
DOUBTS = st.lists(st.tuples(TIMES, st.integers(0, 15), INPUTS), max_size=5)
ITEMS = st.lists(st.tuples(TIMES, INPUTS | st.none()), max_size=5)


@given(DOUBTS, ITEMS, st.sets(st.integers(0, 4)), st.randoms(use_true_random=False))
def test_matching_is_one_to_one_fitting_and_as_large_as_can_be(
    told: list[tuple[int, int, Json]],
    shown: list[tuple[int, Json]],
    others: set[int],
    random: Random,
) -> None:
    doubts = [
        Doubt(f"c{n}", request(given), float(from_s), float(from_s + span))
        for n, (from_s, span, given) in enumerate(told)
    ]
    items = [listed(f"r{n}", float(sent), given=given) for n, (sent, given) in enumerate(shown)]
    taken = {f"r{n}" for n in others}
    found = judge(doubts, listing(*items), taken=taken, lag_s=LAG_S)
    pairs = {call: one.item for call, one in found.items() if isinstance(one, Found)}
    ids = [item.request_id for item in pairs.values()]
    assert len(ids) == len(set(ids))
    assert not set(ids) & taken
    by_call = {one.call: one for one in doubts}
    assert all(_fits(by_call[call], item) for call, item in pairs.items())
    free = [item for item in items if item.request_id not in taken]
    assert len(pairs) == _largest(doubts, free)
    # Whoever could have been any of what is left is not said to have never arrived.
    left = [item for item in free if item not in pairs.values()]
    for call, one in found.items():
        if isinstance(one, Absent):
            assert not any(_fits(by_call[call], item) or _may_be(by_call[call], item) for item in left)
    random.shuffle(doubts)
    random.shuffle(items)
    again = judge(doubts, listing(*items), taken=taken, lag_s=LAG_S)
    assert {call: type(one) for call, one in again.items()} == {
        call: type(one) for call, one in found.items()
    }


def _fits(one: Doubt, item: Listed) -> bool:
    return one.from_s - 2 <= item.sent_s <= one.until_s + 2 and item.given == one.request.arguments


def _may_be(one: Doubt, item: Listed) -> bool:
    return one.from_s - 2 <= item.sent_s <= one.until_s + 2 and item.given is None


def _largest(doubts: list[Doubt], items: list[Listed]) -> int:
    if len(items) < len(doubts):
        return max(
            (
                sum(_fits(one, item) for one, item in zip(order, items, strict=False))
                for order in permutations(doubts)
            ),
            default=0,
        )
    return max(
        (
            sum(_fits(one, item) for one, item in zip(doubts, order, strict=False))
            for order in permutations(items)
        ),
        default=0,
    )


def events(*facts: tuple[float, e.Fact]) -> list[Event]:
    return [Event("c", n, int(at_s * 1e9), fact) for n, (at_s, fact) in enumerate(facts)]


STARTED = e.Started(1_000.0, ENDPOINT, Mode.SUBMIT, "emulator")
SUBMIT = e.Attempt(1, "submit", "POST", "u")


def test_a_doubt_knows_when_it_was_sent_and_what_the_answer_began_with() -> None:
    head = [(0.0, STARTED), (3.0, SUBMIT)]
    assert doubt_of("c", request(), events(*head, (9.0, e.Unknown("?")))) == Doubt(
        "c", request(), 1_003.0, 1_009.0
    )
    assert doubt_of("c", request(), events(*head, (3.0, e.Unknown("?", 2_000.0)))) == Doubt(
        "c", request(), 1_003.0, 2_000.0
    )
    answer = e.Response(200, {"x-fal-request-id": "r9"}, "submit")
    told = doubt_of("c", request(), events(*head, (4.0, answer), (9.0, e.Unknown("?"))))
    assert told is not None
    assert told.request_id == "r9"


@pytest.mark.parametrize(
    "facts",
    [
        [(0.0, STARTED), (1.0, e.Unknown("?"))],
        [(0.0, STARTED), (1.0, SUBMIT)],
        [],
    ],
    ids=["never sent", "not unknown", "nothing"],
)
def test_there_is_no_doubt_where_nothing_was_sent_or_it_is_known(facts: list[tuple[float, e.Fact]]) -> None:
    assert doubt_of("c", request(), events(*facts)) is None
