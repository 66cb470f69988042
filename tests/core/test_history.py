"""A call's row says what its state and request say, and nothing they do not know."""

import pytest

from fal_studio.core import events as e
from fal_studio.core.asked import prompt_of
from fal_studio.core.call import CallState, Phase, fold
from fal_studio.core.events import Event, Stage
from fal_studio.core.history import row_of
from fal_studio.core.prices import Price
from fal_studio.core.request import Mode, Request

SECOND = 1_000_000_000
REQUEST = Request("fal-ai/flux/dev", Mode.SUBSCRIBE, {"prompt": "A  lake\nat dawn", "seed": 2**80}, "work")


def state_after(*facts: e.Fact, profile: str = "work") -> CallState:
    started = e.Started(1000.5, "fal-ai/flux/dev", Mode.SUBSCRIBE, profile)
    return fold([Event("c", n, n * SECOND, fact) for n, fact in enumerate((started, *facts))])


ENQUEUED = e.Enqueued("r1", "http://s", "http://r", "http://c", 2)


def test_a_finished_call_is_a_whole_row() -> None:
    picture = {"$blob": {"sha256": "ab", "size_bytes": 3, "content_type": "image/png"}}
    row = row_of(
        state_after(
            ENQUEUED,
            e.Progress(Stage.QUEUED, 1),
            e.Progress(Stage.RUNNING),
            e.Progress(Stage.FETCHING),
            e.Metric("x-fal-billable-units", 4.0),
            e.Output({"images": [{"url": picture}, {"url": "https://v3.fal.media/files/b.png"}]}),
        ),
        REQUEST,
        price=Price(0.025, "image"),
    )
    assert (row.call, row.created_s, row.endpoint, row.mode) == (
        "c",
        1000.5,
        REQUEST.endpoint,
        Mode.SUBSCRIBE,
    )
    assert (row.phase, row.ended, row.elapsed_s) == (Phase.DONE, True, 6.0)
    assert (row.queue_s, row.run_s) == (2.0, 1.0)
    assert (row.request_id, row.prompt, row.seed) == ("r1", "A lake at dawn", str(2**80))
    assert (row.units, row.cost_usd) == (4.0, pytest.approx(0.1))
    assert (row.thumbnail, row.outputs) == ("ab", 2)


def test_what_is_not_known_is_none_and_never_zero() -> None:
    row = row_of(state_after(ENQUEUED), REQUEST)
    assert (row.queue_s, row.run_s, row.cost_usd, row.units) == (None, None, None, None)
    assert (row.thumbnail, row.outputs, row.message) == ("", 0, "")


def test_the_servers_own_run_time_counts_more_than_what_was_seen() -> None:
    done = (ENQUEUED, e.Progress(Stage.RUNNING), e.Metric("inference_time", 0.4, "s"), e.Output({}))
    assert row_of(state_after(*done), REQUEST).run_s == 0.4


def test_a_call_that_failed_or_is_unknown_says_why() -> None:
    failed = e.Failed(e.FailureKind.SERVER, "The runner ran out of memory.")
    assert row_of(state_after(failed)).message == "The runner ran out of memory."
    assert row_of(state_after(e.Unknown("The line went dead."))).message == "The line went dead."


@pytest.mark.parametrize(
    ("facts", "charged", "message"),
    [
        ((), e.Charged.NO, "before it was sent, not billed"),
        ((e.Attempt(1, "submit", "POST", "http://x"),), e.Charged.UNKNOWN, "before an answer, may be billed"),
        ((e.Response(200, {}), ENQUEUED), e.Charged.NO, "before it ran, not billed"),
        ((e.Response(200, {}), ENQUEUED, e.Progress(Stage.RUNNING)), e.Charged.YES, "while it ran, billed"),
    ],
)
def test_a_cancelled_call_says_when_and_whether_it_was_billed(
    facts: tuple[e.Fact, ...], charged: e.Charged, message: str
) -> None:
    row = row_of(state_after(*facts, e.CancelRequested("user"), e.Cancelled("user", charged)))
    assert row.message == message


def test_the_emulator_is_free_and_a_request_that_cannot_be_read_leaves_its_columns_empty() -> None:
    row = row_of(state_after(e.Output({"seed": 7}), profile="emulator"))
    assert (row.cost_usd, row.prompt, row.seed) == (0.0, "", "7")


@pytest.mark.parametrize(
    ("arguments", "prompt"),
    [
        ({"text": "Good morning"}, "Good morning"),
        ({"messages": [{"role": "user", "content": "Why?"}]}, "Why?"),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, ""),
        ({"prompt": "x" * 5000}, "x" * 200),
        ({"prompt": 5}, ""),
        (None, ""),
        (["prompt"], ""),
    ],
)
def test_the_prompt_is_found_where_models_take_it(arguments: object, prompt: str) -> None:
    assert prompt_of(arguments) == prompt


def lifted(sha256: str, content_type: str) -> dict[str, object]:
    return {"url": {"$blob": {"sha256": sha256, "size_bytes": 3, "content_type": content_type}}}


@pytest.mark.parametrize(
    ("output", "stands_for_it"),
    [
        ({"video": lifted("film", "video/mp4")}, "film"),
        ({"video": lifted("film", "video/mp4"), "poster": lifted("poster", "image/png")}, "poster"),
        ({"audio": lifted("sound", "audio/wav")}, "sound"),
        ({"texture": lifted("stripes", "image/png"), "mesh": lifted("vase", "model/gltf-binary")}, "vase"),
        ({"file": lifted("zip", "application/zip")}, ""),
    ],
)
def test_what_stands_for_a_result_in_a_row(output: dict[str, object], stands_for_it: str) -> None:
    assert row_of(state_after(e.Output(output)), REQUEST).thumbnail == stands_for_it
