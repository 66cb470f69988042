"""One vocabulary of stages: timeline, queue, comparison, report and HAR name the same time by the same word."""

import json
import re
from typing import get_args

import pytest

from fal_studio import resources
from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.comparing.outcome import Comparison, Outcome, read, write
from fal_studio.core.comparing.plan import Lane, Plan, Transport, Turn
from fal_studio.core.comparing.stages import Stretch, lengths, stages
from fal_studio.core.events import Event, Stage
from fal_studio.core.exchanges import Marks, exchanges
from fal_studio.core.har import document
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Mode, Request
from fal_studio.core.stages import HAR_FIELDS, LOOKS, Family, Step
from fal_studio.ui import tokens
from fal_studio.ui.output.waterfall import lanes_of
from fal_studio.ui.queue.stages import stages_of
from fal_studio.words import catalogue

S = 1_000_000_000


def attempt(why: str) -> e.Attempt:
    return e.Attempt(1, why, "POST", "https://fal.run/a/b")


WAYS: dict[str, tuple[tuple[e.Fact, ...], list[Step]]] = {
    "run": (
        (
            e.Started(1.0, "a/b", Mode.RUN, "p"), e.Held(e.HeldFor.SLOT, 1.0), e.Released(), attempt("run"),
            e.Connection(reused=False, dns_s=0.2, connect_s=0.3, tls_s=0.4), e.Sent(0, 5), e.Response(200, {}, "run"),
            e.BodyRead(9), e.Output({}),
        ),
        [Step.PREPARE, Step.HELD, Step.CONNECT, Step.SEND, Step.WAIT, Step.RECEIVE],
    ),
    "subscribe": (
        (
            e.Started(1.0, "a/b", Mode.SUBSCRIBE, "p"), attempt("submit"), e.Connection(reused=True), e.Sent(0, 5),
            e.Response(200, {}, "submit"), e.Enqueued("r", "s", "r", "c"), attempt("status-stream"),
            e.Response(200, {}, "status-stream"), e.Progress(Stage.QUEUED, 0), e.Progress(Stage.RUNNING),
            e.Progress(Stage.FETCHING), attempt("result"), e.Output({}),
        ),
        [Step.PREPARE, Step.CONNECT, Step.SEND, Step.SUBMIT, Step.QUEUE, Step.RUN, Step.FETCH],
    ),
    "stream": (
        (
            e.Started(1.0, "a/b", Mode.STREAM, "p"), attempt("stream"), e.Retry(1, "stream", "503", 0.5), attempt("stream"),
            e.Connection(reused=True), e.Sent(0, 5), e.Response(200, {}, "stream"), e.Partial(0, {}), e.Output({}),
        ),
        [Step.PREPARE, Step.CONNECT, Step.RETRY, Step.SEND, Step.WAIT, Step.RECEIVE, Step.STREAM],
    ),
}  # fmt: skip


def events_of(way: str) -> list[Event]:
    return [Event("c", n, n * S, fact) for n, fact in enumerate(WAYS[way][0])]


@pytest.mark.parametrize("way", WAYS)
def test_timeline_queue_and_comparison_name_the_same_time_by_the_same_word(way: str) -> None:
    events = events_of(way)
    whole = lanes_of(events)[0].bars
    in_timeline: dict[Step, float] = {}
    for bar in whole:
        in_timeline[bar.step] = in_timeline.get(bar.step, 0.0) + (bar.end_ns - bar.start_ns) / S
    in_queue = {one.step: one.seconds for one in stages_of(events, 0.0, is_ended=True)}
    compared = {step: ns / S for step, ns in lengths(stages(events)).items()}
    assert list(dict.fromkeys(in_timeline)) == WAYS[way][1]
    assert in_timeline == in_queue == compared
    assert [bar.word for bar in whole] == [bar.step.value for bar in whole]
    assert {one.words for one in stages_of(events, 0.0, is_ended=True)} == {step.value for step in in_queue}


def test_har_has_its_own_fields_for_the_stages_of_an_exchange() -> None:
    events = events_of("run")
    (entry,) = document(events, None, Redactor(), lambda _: b"", version="1")["log"]["entries"]
    assert set(entry["timings"]) == {"blocked", "dns", "connect", "ssl", "send", "wait", "receive"}
    assert list(HAR_FIELDS) == list(Marks().steps)
    (one,) = exchanges(events)
    (row,) = (lane for lane in lanes_of(events) if lane.exchange is not None)
    assert one.marks.steps[Step.TLS] == 0.4 * S
    for bar in row.bars:
        took_ms = (bar.end_ns - bar.start_ns) / 1e6
        field = HAR_FIELDS[bar.step]
        more = entry["timings"]["ssl"] if field == "connect" else 0
        assert entry["timings"][field] == pytest.approx(took_ms + more), field
    assert entry["time"] == pytest.approx(row.length_ns / 1e6)


def test_a_stage_in_which_a_call_has_a_state_has_the_word_of_that_state() -> None:
    states = {
        Step.UPLOAD: Phase.UPLOADING,
        Step.QUEUE: Phase.QUEUED,
        Step.RUN: Phase.RUNNING,
        Step.FETCH: Phase.FETCHING,
    }
    assert {step.value: phase.value for step, phase in states.items()} == {
        phase: phase for phase in states.values()
    }


def test_every_stage_has_a_look_of_its_own_in_the_one_table() -> None:
    assert set(LOOKS) == set(tokens.STAGES) == set(Step)
    assert len(set(LOOKS.values())) == len(Step)
    assert {family for family, _hatch in LOOKS.values()} == set(get_args(Family))


def test_comparisons_that_were_kept_with_earlier_words_open() -> None:
    outcome = Outcome(Turn("a", 0), "c", (Stretch(Step.QUEUE, 0, 5), Stretch(Step.DOWNLOAD, 5, 9)), 9)
    lane = Lane("a", "run", Transport.RUN, Request("emulator/image", Mode.RUN, {}, "emulator"))
    kept = Comparison("id", Plan((lane,)), outcomes=(outcome,))
    text = write(kept).decode()
    earlier = text.replace('"queued"', '"queue wait"').replace('"downloading"', '"media download"')
    assert earlier != text
    assert read(earlier.encode()) == kept
    with pytest.raises(ValueError, match="cannot be read"):
        read(text.replace('"queued"', json.dumps("no stage")).encode())


@pytest.mark.parametrize("language", ["en", "de"])
def test_help_explains_every_stage_by_the_word_that_panes_show(language: str) -> None:
    text = resources.path("help", language, "stages.md").read_text(encoding="utf-8")
    words = catalogue(language)
    assert set(re.findall(r"\*\*(.+?)\*\*", text)) - {words.gettext("Compare")} >= {
        words.gettext(step.value) for step in Step
    }
