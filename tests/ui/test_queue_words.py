"""What a row says: nothing is invented, and every number says what it is."""

import datetime as dt

import pytest
from msgspec import structs

from fal_studio.core import events as e
from fal_studio.core.call import CallState, Phase, fold
from fal_studio.core.events import Event, Stage
from fal_studio.core.history import CallRow, Order, Spent, row_of, spent
from fal_studio.core.prices import Price
from fal_studio.core.request import Mode, Request
from fal_studio.core.stages import Step
from fal_studio.ui.costs import Forecast, cost_of, forecast, money, spent_words
from fal_studio.ui.queue.lines import GroupBy, Head, gathered, ordered
from fal_studio.ui.queue.log_view import lines_of
from fal_studio.ui.queue.stages import stages_of
from fal_studio.ui.queue.words import Live, Now, brief, day_of, now_of, span, started_of, told

SECOND = 1_000_000_000
UTC_NOON = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
REQUEST = Request("fal-ai/flux/dev", Mode.SUBSCRIBE, {"prompt": "A hat"}, "work")
ENQUEUED = e.Enqueued("r", "http://s", "http://r", "http://c", 2)


def state_after(*facts: e.Fact, mode: Mode = Mode.SUBSCRIBE) -> CallState:
    started = e.Started(UTC_NOON.timestamp(), "fal-ai/flux/dev", mode, "work")
    return fold([Event("c", n, n * SECOND, fact) for n, fact in enumerate((started, *facts))])


def now_after(
    *facts: e.Fact, silence_s: float = 0.5, usual: tuple[float, float] | None = None, mode=Mode.SUBSCRIBE
) -> Now:
    state = state_after(*facts, mode=mode)
    live = Live(state, state.elapsed_s + silence_s, silence_s)
    return now_of(row_of(state, REQUEST), live, usual, "image")


def test_a_place_in_line_is_a_place_and_a_failed_poll_changes_only_when_it_was_checked() -> None:
    assert now_after(ENQUEUED) == Now("3rd in line", "", "place", 3)
    troubled = now_after(ENQUEUED, e.Trouble("Asking failed."), silence_s=13.0)
    assert (troubled.words, troubled.aside) == ("3rd in line", "last checked 14 s ago")


def test_a_percentage_is_shown_only_if_the_server_gave_one() -> None:
    running = now_after(ENQUEUED, e.Progress(Stage.RUNNING), silence_s=2.0, usual=(4.0, 7.0))
    assert running == Now("2.0 s, usually 4–7 s here", "", "moving")
    told = now_after(ENQUEUED, e.Progress(Stage.RUNNING, fraction=0.62), silence_s=2.0)
    assert (told.words, told.bar, told.part) == ("62%, 2.0 s", "known", 0.62)


def test_a_long_silence_is_said() -> None:
    assert (
        now_after(ENQUEUED, e.Progress(Stage.RUNNING), silence_s=14.0).aside == "last sign of life 14 s ago"
    )


def test_bytes_of_an_upload_are_counted() -> None:
    upload = now_after(e.Upload("a.mp4", 38_000_000, 61_000_000))
    assert upload == Now("38 MB of 61 MB, 62%", "", "known", 38 / 61)


def test_a_cancel_is_told_as_asked_for() -> None:
    asked = now_after(ENQUEUED, e.Progress(Stage.RUNNING), e.CancelRequested("user"), silence_s=6.0)
    assert asked.words == "asked 6.0 s ago, still running, may be billed"


def test_a_call_that_has_not_left_says_what_it_waits_for() -> None:
    held = now_after(e.Held(e.HeldFor.SLOT, 1.0, 2))
    assert held.words == "waiting for your own 2 slots"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (CallRow("c", phase=Phase.DONE, ended=True, elapsed_s=4.31, outputs=4), "4.31 s, 4 pictures"),
        (CallRow("c", phase=Phase.DONE, ended=True, elapsed_s=0.05), "50 ms"),
        (CallRow("c", phase=Phase.FAILED, ended=True, message="Out of memory. Try less."), "Out of memory"),
        (CallRow("c", phase=Phase.UNKNOWN, ended=True), "may have been sent"),
        (
            CallRow("c", phase=Phase.CANCELLED, ended=True, message="before it ran, not billed"),
            "before it ran, not billed",
        ),
    ],
)
def test_what_is_over_is_told_in_one_line(row: CallRow, words: str) -> None:
    assert now_of(row, None, None, "image").words == words


def test_a_frame_that_was_kept_took_no_time_of_its_own() -> None:
    row = CallRow("c", mode=Mode.REALTIME, phase=Phase.DONE, ended=True, outputs=1, elapsed_s=0.0)
    assert now_of(row, None, None, "brush").words == "kept frame, 1 picture"
    session = structs.replace(row, elapsed_s=0.81)
    assert now_of(session, None, None, "brush").words == "0.81 s, 1 picture"


def test_doubt_about_money_is_shown_as_doubt() -> None:
    assert cost_of(CallRow("c", cost_usd=0.0, ended=True)).text == "free"
    assert cost_of(CallRow("c", cost_usd=0.1, ended=True)).text == "$0.10"
    assert cost_of(CallRow("c"), 0.1).text == "≈ $0.10"
    assert cost_of(CallRow("c", phase=Phase.UNKNOWN, ended=True), 0.04).text == "$0.04?"
    assert cost_of(CallRow("c")).text == ""
    assert cost_of(CallRow("c", phase=Phase.DONE, ended=True), 0.1).text == "≈ $0.10", (
        "the units were not told"
    )
    assert cost_of(CallRow("c", phase=Phase.DONE, ended=True), is_unpriced=True).text == "unknown"
    assert cost_of(CallRow("c", phase=Phase.FAILED, ended=True), 0.1).text == "$0.10?", (
        "nobody says if it was billed"
    )
    amounts = (0.003, 0, 0.025, 0.05, 0.1, 1204.5, 0.0000012)
    assert [money(amount) for amount in amounts] == [
        "$0.003", "$0", "$0.025", "$0.05", "$0.10", "$1,204.50", "$0.0000012",
    ]  # fmt: skip


def test_a_forecast_tells_what_can_be_told_before() -> None:
    image = {"num_images": 2, "image_size": "square_hd"}
    assert forecast(Price(0.025, "megapixels"), Mode.RUN, image) == Forecast("≈ $0.10", "about $0.10", 0.1)
    assert forecast(Price(0.025, "megapixel"), Mode.RUN, image, 10).words == "about $1.00"
    assert forecast(Price(0.003, "image"), Mode.RUN, {}).words == "about $0.003"
    assert forecast(Price(0.08, "second"), Mode.RUN, {"duration": "5s"}).words == "about $0.40"
    assert forecast(Price(0.05, "1000 characters"), Mode.RUN, {"text": "a" * 500}).words == "about $0.025"
    assert forecast(Price(0.001, "1000 tokens"), Mode.RUN, {}) == Forecast("varies", "$0.001 per 1000 tokens")
    assert forecast(Price(0.02, "image", "EUR"), Mode.RUN, {}).words == "0.02 EUR per image", (
        "no dollars are made up"
    )
    assert forecast(Price(0, "request"), Mode.RUN, {}).words == "free"
    assert forecast(None, Mode.RUN, {}, is_unpriced=True).words == "price unknown"
    assert forecast(None, Mode.RUN, {}).words == "price not known yet"
    assert forecast(Price(0.001, "image"), Mode.REALTIME, {}) == Forecast("varies", "$0.001 per image"), (
        "of a session"
    )


def test_what_was_not_charged_is_free() -> None:
    refused = e.Failed(e.FailureKind.INPUT, "No.", status=422, charged=e.Charged.NO)
    assert row_of(state_after(refused), REQUEST).cost_usd == 0
    billed = (e.Metric("billable_units", 2.0, "units"), structs.replace(refused, charged=e.Charged.YES))
    assert row_of(state_after(*billed), REQUEST, Price(0.01, "request")).cost_usd == 0.02


def test_numbers_read_as_people_say_them() -> None:
    assert [brief(s) for s in (0.8, 12.2, 125, 11_040)] == ["0.8 s", "12 s", "2 min 5 s", "3 h 4 min"]
    assert [span(4.2, 6.9), span(0.8, 1.25), span(3, 3.01), span(120, 190)] == [
        "4.2–6.9 s",
        "0.8–1.2 s",
        "3 s",
        "2–3.2 min",
    ]
    at = [UTC_NOON.timestamp() - days * 86_400 for days in (0, 1, 3, 40, 400)]
    rows = [CallRow("c", created_s=s) for s in at]
    assert [started_of(row, UTC_NOON) for row in rows] == [
        "12:00:00",
        "Tue 12:00",
        "Sun 12:00",
        "16 Oct",
        "2025-10-21",
    ]
    assert [day_of(row, UTC_NOON) for row in rows[:3]] == ["today", "yesterday", "Sunday, 22 November"]


def test_rows_are_ordered_and_gathered() -> None:
    rows = [
        CallRow("a", created_s=1, mode=Mode.RUN, phase=Phase.DONE, ended=True, cost_usd=0.2),
        CallRow("b", created_s=2, mode=Mode.SUBMIT, phase=Phase.RUNNING),
        CallRow("c", created_s=3, mode=Mode.RUN, phase=Phase.QUEUED, cost_usd=0.1),
    ]
    calls = lambda found: [row.call for row in found]  # noqa: E731 - short and local
    assert calls(ordered(rows, Order.STARTED, descending=True)) == ["c", "b", "a"]
    assert calls(ordered(rows, Order.STATE, descending=False)) == ["b", "c", "a"], "what goes on comes first"
    assert calls(ordered(rows, Order.COST, descending=True)) == ["a", "c", "b"], (
        "what is not known comes last"
    )
    newest = ordered(rows, Order.STARTED, descending=True)
    lines = gathered(newest, GroupBy.MODE, frozenset({"run"}), UTC_NOON)
    run = Head("run", 2, False, Spent(pytest.approx(0.3)))
    assert lines == [run, Head("submit", 1, is_open=True), rows[1]]


def test_what_calls_cost_together_is_told_with_its_doubt() -> None:
    known = CallRow("a", phase=Phase.DONE, ended=True, cost_usd=0.4)
    doubtful = CallRow("b", phase=Phase.DONE, ended=True)
    free = CallRow("c", phase=Phase.DONE, ended=True, cost_usd=0.0)
    opened = CallRow("d", phase=Phase.RUNNING)
    assert spent_words(spent([known, free, opened])) == "$0.40"
    assert spent_words(spent([known, doubtful, doubtful])) == "$0.40 and 2 of unknown cost"
    assert spent_words(spent([doubtful])) == "1 of unknown cost"
    assert spent_words(spent([free, opened])) == ""
    assert spent_words(spent([CallRow("e", ended=True, cost_usd=0.0002)])) == "< $0.001"


def test_a_call_of_fals_own_client_says_so_to_those_who_hear_its_row() -> None:
    compared = e.Compared("one", "python", 0, client="fal-client 1.0.3")
    row = row_of(state_after(compared, e.Output({})), REQUEST)
    assert row.client == "fal-client 1.0.3"
    said = told(row, now_of(row, None, None, "image"), cost_of(row, None), "")
    assert "subscribe, made by fal-client 1.0.3, in a comparison" in said
    ours = row_of(state_after(e.Compared("one", "run", 0), e.Output({})), REQUEST)
    assert ours.client == ""
    assert "made by" not in told(ours, now_of(ours, None, None, "image"), cost_of(ours, None), "")


def test_a_log_is_text_and_nothing_else() -> None:
    events = [
        Event("c", 0, 0, e.Log("\x1b[31mstep 1\x1b[0m\nstep\t2", "STDERR", "2026-11-25T12:30:02.9Z")),
        Event("c", 1, 65_500_000_000, e.Log("slow", "WARNING")),
    ]
    assert [tuple(line) for line in lines_of(events, 0)] == [
        ("30:02.900", "info", "step 1"),
        ("30:02.900", "info", "step    2"),
        ("01:05.500", "warn", "slow"),
    ]


def events_of(*facts: e.Fact) -> list[Event]:
    started = e.Started(UTC_NOON.timestamp(), "fal-ai/flux/dev", Mode.SUBSCRIBE, "work")
    return [Event("c", n, n * SECOND, fact) for n, fact in enumerate((started, *facts))]


def test_the_stages_of_a_call_add_up_to_its_time() -> None:
    sent = (e.Attempt(1, "submit", "POST", "http://x"), e.Sent(0, 10), ENQUEUED)
    done = events_of(*sent, e.Progress(Stage.RUNNING), e.Progress(Stage.FETCHING), e.Output({}))
    found = stages_of(done, 0.0, is_ended=True)
    assert [stage.words for stage in found] == [
        "preparing",
        "connecting",
        "submitting",
        "queued",
        "running",
        "fetching",
    ]
    assert sum(stage.seconds for stage in found) == 6.0
    running = stages_of(done[:5], 9.5, is_ended=False)
    assert running[-1] == (Step.RUN, 5.5)
    assert sum(stage.seconds for stage in running) == 9.5
