"""What asks for the same as a call that is open, unknown or just done is asked about; a variation never is."""

import pytest

from fal_studio.core.call import Phase
from fal_studio.core.guard import RECENT_S, Kind, Twin, twin
from fal_studio.core.history import CallRow
from fal_studio.core.request import Json, Mode, Request

NOW_S = 10_000.0
IMAGE = ("prompt", "seed", "num_images")
PLAIN = ("image_url", "scale")
OPEN = [Phase.WAITING, Phase.UPLOADING, Phase.SUBMITTED, Phase.QUEUED, Phase.RUNNING, Phase.FETCHING]
OVER = [Phase.FAILED, Phase.CANCELLED, Phase.CANCEL_REQUESTED]


def request(mode: Mode = Mode.SUBSCRIBE, **arguments: Json) -> Request:
    return Request("emulator/image", mode, {"prompt": "a fox"} | arguments)


def row(phase: Phase, call: str = "c", ended_ago_s: float = 30.0, took_s: float = 12.0) -> CallRow:
    return CallRow(call, created_s=NOW_S - ended_ago_s - took_s, elapsed_s=took_s, phase=phase)


@pytest.mark.parametrize("phase", OPEN)
@pytest.mark.parametrize("names", [IMAGE, PLAIN, ()])
def test_an_open_one_always_asks(phase: Phase, names: tuple[str, ...]) -> None:
    assert twin(request(), [row(phase)], NOW_S, names) == Twin("c", Kind.OPEN, phase, NOW_S - 42.0)


def test_one_that_may_have_been_sent_always_asks() -> None:
    assert twin(request(), [row(Phase.UNKNOWN)], NOW_S, IMAGE) == Twin(
        "c", Kind.UNKNOWN, Phase.UNKNOWN, NOW_S - 30
    )


@pytest.mark.parametrize(
    ("arguments", "names", "asks"),
    [
        ({"seed": 7}, IMAGE, True),
        ({"seed": 7}, (), True),
        ({}, IMAGE, False),
        ({"seed": None}, IMAGE, False),
        ({"seed": True}, IMAGE, False),
        ({}, PLAIN, True),
        ({}, ("prompt", "temperature"), False),
        ({}, (), False),
    ],
)
def test_a_result_is_offered_again_where_it_would_be_the_same(
    arguments: dict[str, Json], names: tuple[str, ...], asks: bool
) -> None:
    found = twin(request(**arguments), [row(Phase.DONE)], NOW_S, names)
    assert found == (Twin("c", Kind.DONE, Phase.DONE, NOW_S - 30) if asks else None)


@pytest.mark.parametrize(("ago_s", "asks"), [(RECENT_S - 1, True), (RECENT_S + 1, False)])
def test_a_result_is_offered_for_ten_minutes(ago_s: float, asks: bool) -> None:
    assert (twin(request(seed=1), [row(Phase.DONE, ended_ago_s=ago_s)], NOW_S, IMAGE) is not None) == asks


@pytest.mark.parametrize("phase", OVER)
def test_what_failed_or_was_not_wanted_any_more_is_run_again(phase: Phase) -> None:
    assert twin(request(seed=1), [row(phase)], NOW_S, IMAGE) is None


def test_a_session_is_never_the_same() -> None:
    assert twin(request(Mode.REALTIME, seed=1), [row(Phase.RUNNING)], NOW_S, IMAGE) is None


def test_the_open_one_is_offered_before_the_unknown_before_the_newest_result() -> None:
    rows = [row(Phase.DONE, "old", 50), row(Phase.DONE, "new", 5)]
    wish = request(seed=1)
    assert twin(wish, rows, NOW_S, IMAGE).call == "new"
    assert twin(wish, [*rows, row(Phase.UNKNOWN, "unknown", 300)], NOW_S, IMAGE).call == "unknown"
    both = [*rows, row(Phase.UNKNOWN, "unknown"), row(Phase.QUEUED, "open", 900)]
    assert twin(wish, both, NOW_S, IMAGE).call == "open"
    assert twin(wish, [], NOW_S, IMAGE) is None
