"""The search language: what it reads, what it takes as text, and that it can be written back."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core import search
from fal_studio.core.call import Phase
from fal_studio.core.history import Query
from fal_studio.core.request import Mode

NOW = dt.datetime(2026, 11, 20, 15, 30).astimezone()


def day(year: int, month: int, number: int) -> float:
    return dt.datetime(year, month, number).astimezone().timestamp()


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("", Query()),
        ("red hat", Query(words=("red", "hat"))),
        ('"red hat" -rejected', Query(words=("red hat",), without=("rejected",))),
        ('-"very bad" x', Query(words=("x",), without=("very bad",))),
        ("model:flux model:sdxl", Query(models=("flux", "sdxl"))),
        ("endpoint:fal-ai/flux/dev", Query(models=("fal-ai/flux/dev",))),
        ("MODE:Stream State:FAILED", Query(modes=(Mode.STREAM,), phases=(Phase.FAILED,))),
        ("mode:stream mode:run", Query(modes=(Mode.STREAM, Mode.RUN))),
        (
            'state:failed state:"cancel requested"',
            Query(phases=(Phase.FAILED, Phase.CANCEL_REQUESTED)),
        ),
        ("state:cancel-requested", Query(phases=(Phase.CANCEL_REQUESTED,))),
        ("state:fai", Query(phases=(Phase.FAILED,))),
        ("state:submitted? state:canceled", Query(phases=(Phase.SUBMITTED, Phase.CANCELLED))),
        ('profile:fal profile:"my team"', Query(profiles=("fal", "my team"))),
        ('project:Posters project:"My cat"', Query(projects=("Posters", "My cat"))),
        ('client:fal-client client:"1.0 b"', Query(clients=("fal-client", "1.0 b"))),
        ("cost>0.05 cost<$2", Query(cost_over=0.05, cost_under=2.0)),
        ("seed:123456789012345678901234567890", Query(seed="123456789012345678901234567890")),
        ("id:0f-a9", Query(request_id="0f-a9")),
        ("after:2026-11-01", Query(after_s=day(2026, 11, 1))),
        ("after:2026-11 before:2027", Query(after_s=day(2026, 11, 1), before_s=day(2027, 1, 1))),
        ("after:today", Query(after_s=day(2026, 11, 20))),
        ("after:yesterday", Query(after_s=day(2026, 11, 19))),
        ("after:7d", Query(after_s=NOW.timestamp() - 7 * 86400)),
        (
            "after:2026-11-01T10:00:00+00:00",
            Query(after_s=dt.datetime(2026, 11, 1, 10, tzinfo=dt.UTC).timestamp()),
        ),
        ("is:open", Query(is_open=True)),
        ("is:ended is:trash", Query(is_open=False, in_trash=True)),
        ("is:starred -is:rejected", Query(is_starred=True, is_rejected=False)),
        ("-is:Starred is:rejected", Query(is_starred=False, is_rejected=True)),
        ("rating>3", Query(rating_over=3)),
        ("rating:4", Query(rating_over=3, rating_under=5)),
        ("rating>1 rating<4", Query(rating_over=1, rating_under=4)),
        ('"an unclosed phrase', Query(words=("an unclosed phrase",))),
        ('"say \\"hi\\" to \\\\ them"', Query(words=('say "hi" to \\ them',))),
        ("赤い帽子 café", Query(words=("赤い帽子", "café"))),
    ],
)
def test_a_line_is_read(line: str, query: Query) -> None:
    found = search.parse(line, NOW)
    assert found.query == query
    assert found.problems == ()


@pytest.mark.parametrize(
    ("line", "words", "hint"),
    [
        ("state:blue", ("state:blue",), "the states are draft, waiting"),
        ("state:f", ("state:f",), "it could be fetching, failed"),
        ("mode:sub", ("mode:sub",), "it could be subscribe, submit"),
        ("cost:5", ("cost:5",), "write cost>0.05"),
        ("cost>much", ("cost>much",), "write cost>0.05"),
        ("seed:blue", ("seed:blue",), "a seed is a whole number"),
        ("after:tomorrowish", ("after:tomorrowish",), "write a day such as"),
        ("after:2026-13-45", ("after:2026-13-45",), "write a day such as"),
        ("is:nice", ("is:nice",), "write is:open"),
        ("stat:failed", ("stat:failed",), "did you mean state:"),
        ("model: flux", ("model:", "flux"), "nothing stands behind model:"),
        ("seed:1 seed:2", ("seed:2",), "another such filter"),
        ("mode>run", ("mode>run",), "write mode:value"),
        ("rating:6", ("rating:6",), "write rating:4, rating>3"),
        ("rating:good", ("rating:good",), "from 1 to 5"),
        ("rating:4 rating>4", ("rating>4",), "another such filter"),
    ],
)
def test_what_cannot_be_read_is_text_and_a_sentence_says_so(
    line: str, words: tuple[str, ...], hint: str
) -> None:
    found = search.parse(line, NOW)
    assert found.query.words == words
    (problem,) = found.problems
    assert hint in problem
    assert "searched for as text" in problem


@pytest.mark.parametrize("line", ["http://x.example/a.png", "16:9", "ratio:16", '5"x7"', "-", "a:b:c"])
def test_text_with_colons_and_quotes_is_just_text(line: str) -> None:
    found = search.parse(line, NOW)
    assert found.query == Query(words=(line,))
    assert found.problems == ()


def test_a_minus_before_a_filter_leaves_out_the_words_and_says_so() -> None:
    found = search.parse("-mode:run", NOW)
    assert found.query == Query(without=("mode:run",))
    assert "only words can be left out with a minus, and -is:starred, -is:rejected." in found.problems[0]


def test_chips_are_one_for_each_condition() -> None:
    line = 'model:flux state:"cancel requested" cost>0.05 is:open -bad "red hat"'
    assert search.chips(search.parse(line, NOW).query) == (
        "model:flux",
        'state:"cancel requested"',
        "cost>0.05",
        "is:open",
        "-bad",
        '"red hat"',
    )


WORDS = st.lists(st.text(min_size=1).filter(lambda text: bool(text.strip())), max_size=4, unique=True).map(
    tuple
)
MOMENTS = st.none() | st.integers(0, 4_000_000_000).map(float)
COSTS = st.none() | st.integers(0, 10**9).map(lambda number: number / 1000)


@given(
    st.builds(
        Query,
        words=WORDS,
        without=WORDS,
        models=WORDS,
        profiles=WORDS,
        modes=st.lists(st.sampled_from(Mode), unique=True).map(tuple),
        phases=st.lists(st.sampled_from(Phase), unique=True).map(tuple),
        seed=st.just("") | st.integers().map(str),
        request_id=st.just("") | st.text(min_size=1).filter(lambda text: bool(text.strip())),
        after_s=MOMENTS,
        before_s=MOMENTS,
        cost_over=COSTS,
        cost_under=COSTS,
        is_open=st.sampled_from((None, True, False)),
        is_starred=st.sampled_from((None, True, False)),
        is_rejected=st.sampled_from((None, True, False)),
        rating_over=st.none() | st.integers(1, 5),
        rating_under=st.none() | st.integers(1, 5),
        in_trash=st.booleans(),
    )
)
def test_every_query_can_be_written_down_and_read_again(query: Query) -> None:
    found = search.parse(search.text(query), NOW)
    assert found.query == query
    assert found.problems == ()


@given(st.text())
def test_no_line_is_refused_and_reading_it_twice_changes_nothing(line: str) -> None:
    once = search.parse(line, NOW).query
    assert search.parse(search.text(once), NOW).query == once
