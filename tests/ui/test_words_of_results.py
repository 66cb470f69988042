"""The words above and in place of results: numbers, failures, endpoint ids."""

import pytest

from fal_studio.core import events as e
from fal_studio.core.call import fold
from fal_studio.core.events import Charged, Event, FailureKind, FieldProblem, Stage
from fal_studio.core.request import Mode
from fal_studio.ui.models import seconds
from fal_studio.ui.output.figures import Marks, figures
from fal_studio.ui.request.endpoint_text import endpoint_of, endpoint_problem
from fal_studio.ui.widgets.failure_words import account, report

MS = 1_000_000


def told(mode: Mode, *facts: tuple[int, e.Fact], cost: str = "") -> dict[str, str]:
    started = e.Started(1.0, "emulator/image", mode, "emulator")
    events = [Event("c", n, ms * MS, fact) for n, (ms, fact) in enumerate(((0, started), *facts))]
    marks = Marks()
    for event in events:
        marks.take(event)
    return {
        figure.label: f"{figure.value} {figure.more}".strip()
        for figure in figures(fold(events), marks, 9.0, cost)
    }


def test_a_kept_frame_says_which_one_and_no_time() -> None:
    about = {"frame": 10, "policy": "latest", "session": "s"}
    assert told(Mode.REALTIME, (0, e.Control("kept frame", about)), (0, e.Output({})), cost="free") == {
        "kept frame": "10",
        "cost": "in its session",
    }


def test_a_queue_call_says_where_the_time_went() -> None:
    assert told(
        Mode.SUBSCRIBE,
        (100, e.Enqueued("r", "s", "u", "c", 1)),
        (520, e.Progress(Stage.RUNNING)),
        (4000, e.Attempt(1, "result", "GET", "u")),
        (4250, e.Metric("billable_units", 4)),
        (4310, e.Output({})),
        cost="free",
    ) == {
        "total": "4.31 s",
        "queued": "0.42 s",
        "running": "3.48 s",
        "fetching": "0.31 s",
        "cost": "free 4 units",
    }


def test_an_open_call_shows_the_age_it_is_told() -> None:
    assert told(Mode.RUN)["elapsed"] == "9.00 s"


@pytest.mark.parametrize(("value", "words"), [(0.012, "12 ms"), (4.314, "4.31 s"), (125.0, "2 min 5 s")])
def test_durations(value: float, words: str) -> None:
    assert seconds(value) == words


def test_a_refused_field_is_named_with_what_was_sent() -> None:
    failed = e.Failed(
        FailureKind.INPUT,
        "The input was refused (422).",
        "Correct it.",
        422,
        fields=(FieldProblem(("guidance_scale",), "Input should be less than or equal to 20"),),
        charged=Charged.NO,
        body='{"detail": []}',
    )
    state = fold(
        [Event("c", 0, 0, e.Started(1.0, "emulator/image", Mode.RUN, "emulator")), Event("c", 1, 5, failed)]
    )
    card = account(failed, state, {"guidance_scale": 35})
    assert card.title == "guidance_scale must be less than or equal to 20"
    assert card.line == "You sent 35. Correct it."
    assert (card.fault, card.charged, card.retry, card.can_retry) == (
        "Your input",
        "Not charged",
        "Not as it is",
        False,
    )
    assert "guidance_scale" in report(failed, state)
    assert card.charged_why == "fal bills no 422"


@pytest.mark.parametrize(
    ("problem", "title"),
    [
        (FieldProblem(("guidance_scale",), "Input should be …", "less_than_equal", {"le": 20.0}), "guidance_scale must be 20 or less"),
        (FieldProblem(("loras", 0, "scale"), "Input should be …", "greater_than", {"gt": 0.5}), "loras.0.scale must be more than 0.5"),
        (FieldProblem(("prompt",), "Field required", "missing"), "prompt is required"),
        (FieldProblem(("mood",), "Input should be a valid mood", "mood_type"), "mood must be a valid mood"),
        (FieldProblem(("mood",), "Too sad", "mood_type"), "mood: Too sad"),
    ],
)  # fmt: skip
def test_a_heading_says_what_a_refused_field_has_to_be(problem: FieldProblem, title: str) -> None:
    failed = e.Failed(
        FailureKind.INPUT, "The input was refused (422).", "Correct it.", 422, fields=(problem,)
    )
    state = fold([Event("c", 0, 0, e.Started(1.0, "emulator/image", Mode.RUN, "emulator")), Event("c", 1, 5, failed)])  # fmt: skip
    assert account(failed, state).title == title


@pytest.mark.parametrize(
    ("endpoint", "profile", "is_beyond"),
    [
        ("bytedance/seedream", "emulator", True),
        ("workflows/somebody/cat", "emulator", True),
        ("workflows/emulator/picture", "emulator", False),
        ("emulator/nowhere", "emulator", False),
        ("bytedance/seedream", "work", False),
    ],
)
def test_a_model_that_the_emulator_cannot_have_is_told_as_such(
    endpoint: str, profile: str, *, is_beyond: bool
) -> None:
    failed = e.Failed(FailureKind.INPUT, f"{endpoint} was not found (404).", "Look.", 404)
    state = fold([Event("c", 0, 0, e.Started(1.0, endpoint, Mode.RUN, profile)), Event("c", 1, 5, failed)])
    card = account(failed, state)
    assert card.is_beyond is is_beyond
    assert (card.fault == "The profile") is is_beyond
    assert endpoint in card.title


TRY = e.Attempt(1, "run", "POST", "http://127.0.0.1/run", {})


@pytest.mark.parametrize(
    ("failed", "facts", "words"),
    [
        (e.Failed(FailureKind.BUDGET, "", charged=Charged.NO), (), ("Not charged", "nothing was sent")),
        (
            e.Failed(FailureKind.NETWORK, "", charged=Charged.NO),
            (TRY,),
            ("Not charged", "it did not run"),
        ),
        (
            e.Failed(FailureKind.TIMEOUT, "", charged=Charged.UNKNOWN),
            (TRY,),
            ("May be charged", "sent, no bill came back"),
        ),
        (
            e.Failed(FailureKind.SERVER, "", status=500, charged=Charged.YES),
            (TRY, e.Metric("billable_units", 2.0)),
            ("Charged", "2 units billed"),
        ),
        (e.Failed(FailureKind.SERVER, "", charged=Charged.YES), (), ("Charged", "it was done")),
    ],
)
def test_whether_a_failure_costs_money_is_said_with_why(
    failed: e.Failed, facts: tuple[e.Fact, ...], words: tuple[str, str]
) -> None:
    all_facts = (e.Started(1.0, "emulator/image", Mode.RUN, "work"), *facts, failed)
    card = account(failed, fold([Event("c", number, number, fact) for number, fact in enumerate(all_facts)]))
    assert (card.charged, card.charged_why) == words


@pytest.mark.parametrize(
    ("pasted", "endpoint"),
    [
        (" fal-ai/flux/dev ", "fal-ai/flux/dev"),
        ("https://fal.ai/models/fal-ai/flux/dev/playground", "fal-ai/flux/dev"),
        ("https://fal.run/fal-ai/flux/dev", "fal-ai/flux/dev"),
        ("https://queue.fal.run/fal-ai/flux/requests/123/status", "fal-ai/flux"),
        ('"emulator/image"', "emulator/image"),
    ],
)
def test_a_pasted_address_becomes_an_endpoint_id(pasted: str, endpoint: str) -> None:
    assert endpoint_of(pasted) == endpoint
    assert endpoint_problem(endpoint) == ""


@pytest.mark.parametrize("text", ["", "flux", "a/b c", "../etc/passwd", "a//b"])
def test_what_is_no_endpoint_id_is_said(text: str) -> None:
    assert endpoint_problem(endpoint_of(text))


def test_a_refusal_nested_beyond_all_reason_is_shown_as_it_came() -> None:
    body = "[" * 4000
    failed = e.Failed(FailureKind.SERVER, "It failed (500).", status=500, body=body)
    state = fold(
        [Event("c", 0, 0, e.Started(1.0, "emulator/image", Mode.RUN, "emulator")), Event("c", 1, 5, failed)]
    )
    assert account(failed, state, {}).raw == body
