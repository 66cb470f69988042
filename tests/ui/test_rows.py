"""Events as rows: every fact has one, previews are short, a batch comes in one step."""

import os
import subprocess
import sys
import time

import pytest
from PySide6.QtCore import QModelIndex

from fal_studio.core import events as e
from fal_studio.core.events import Event, FailureKind, SessionState, Stage
from fal_studio.core.log import EventLog
from fal_studio.core.request import Mode
from fal_studio.language import VARIABLE
from fal_studio.ui.hub import Hub
from fal_studio.ui.models import Calls, place
from fal_studio.ui.stream.model import Column, EventsModel
from fal_studio.ui.stream.rows import detail, row_of

STARTED = e.Started(1.0, "emulator/image", Mode.STREAM, "emulator")
FACTS: tuple[e.Fact, ...] = (
    STARTED,
    e.Upload("a.png", 10, 20),
    e.Attempt(2, "run", "POST", "http://x"),
    e.Connection(reused=False, connect_s=0.001),
    e.Sent(0, 10),
    e.Response(200, {"content-type": "text/event-stream"}),
    e.BodyRead(5),
    e.StreamClosed(e.Closer.SERVER, 3, 900),
    e.Enqueued("r", "s", "r", "c", 2),
    e.Progress(Stage.RUNNING, fraction=0.5),
    e.Log("hello"),
    e.Session(SessionState.LIVE, "connected"),
    e.Token(120.0),
    e.Partial(0, {"a": 1}, 7),
    e.Control("ping"),
    e.Metric("inference_time", 1.5, "s"),
    e.Trouble("a poll failed"),
    e.CancelRequested("user"),
    e.CancelAnswer(202, "CANCELLATION_REQUESTED"),
    e.Detached(),
    e.Resumed(2.0),
    e.Output({"images": [{"url": "http://x/a.png", "width": 4, "height": 3, "content_type": "image/png"}]}),
    e.Held(e.HeldFor.SLOT, 1.0, 2),
    e.Released(),
    e.Polled(200, 0.02),
    e.Retry(1, "submit", "503", 0.5),
    e.Slept(90.0, 4.0),
    e.Checked(3.0, "not listed yet"),
    e.Reconciled("listed with the same input", "r"),
    e.Delivered(120, "user"),
    e.Forgotten(7.0, 2, 1),
    e.Download("http://x/a.png", e.FileState.FETCHING, 5, 10),
    e.Compared("one", "run", 0),
    e.Decoded("", 0.002),
    e.Described("images[0].url", "A boat"),
    e.Closed(1000, "bye"),
    e.Failed(FailureKind.INPUT, "no"),
    e.Cancelled("user"),
    e.Unknown("lost"),
)


def test_every_kind_of_fact_is_in_this_test() -> None:
    assert {type(fact) for fact in FACTS} == set(e.Fact.__args__)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_every_fact_has_a_row_and_a_detail(fact: e.Fact) -> None:
    assert row_of(fact).kind
    assert isinstance(detail(fact), dict)


def test_a_file_is_a_chip_and_its_bytes_are_not_in_the_preview() -> None:
    blob = {
        "$blob": {"sha256": "0" * 64, "size_bytes": 48_000, "content_type": "image/jpeg", "form": "data-uri"}
    }
    row = row_of(e.Partial(0, {"images": [{"url": blob, "content_type": "image/jpeg"}]}, 64_000))
    assert row.chips == ("image/jpeg 48 KB",)
    assert row.preview == "images[0].url"


def test_a_preview_of_a_huge_payload_is_short_and_quick() -> None:
    payload = {"rows": [{"text": "x" * 100} for _ in range(200_000)]}
    spent: list[float] = []
    for _ in range(5):  # the best of them, without what others had of the processor
        began = time.thread_time()
        assert len(row_of(e.Partial(0, payload)).preview) < 400
        spent.append(time.thread_time() - began)
    assert min(spent) < 0.05, "the whole of it takes half a second"


@pytest.mark.parametrize(
    ("position", "words"),
    [
        (0, "next in line"),
        (1, "2nd in line"),
        (2, "3rd in line"),
        (3, "4th in line"),
        (10, "11th in line"),
        (20, "21st in line"),
    ],
)
def test_a_place_in_line_is_told_in_words(position: int, words: str) -> None:
    assert place(position) == words


def test_a_batch_is_inserted_in_one_step(qapp: object) -> None:
    model, steps = EventsModel(), list[tuple[int, int]]()
    model.rowsInserted.connect(lambda _parent, first, last: steps.append((first, last)))
    events = list[Event]()
    model.show(events)
    events += [Event("c", n, n * 1_000_000, e.Partial(n, {"n": n})) for n in range(500)]
    model.grow()
    events.append(Event("c", 500, 900_000_000, e.Output({})))
    model.grow()
    assert steps == [(0, 499), (500, 500)]
    assert model.rowCount(QModelIndex()) == 501
    assert model.data(model.index(500, Column.TIME)) == "900"
    assert model.data(model.index(3, Column.GAP)) == "+1"


def test_ten_thousand_facts_pass_log_hub_and_models_in_a_moment(qapp: object) -> None:
    log = EventLog()
    hub, calls, model = Hub(log), Calls(), EventsModel()
    hub.events.connect(calls.take)

    def show(call: str, _batch: object) -> None:
        if not model.rowCount():
            model.show(calls.events(call))
        model.grow()

    calls.changed.connect(show)
    began = time.thread_time()
    log.append("c", STARTED)
    for number in range(10_000):
        log.append("c", e.Partial(number, {"text": "hello", "n": number}, 40))
    hub.close()
    spent = time.thread_time() - began
    assert model.rowCount() == 10_001
    assert calls.state("c").partials == 10_000
    assert spent < 5, "each costs as much as the first"


def test_the_hub_tells_one_tuple_a_frame(qtbot: object, qapp: object) -> None:
    log, told = EventLog(), list[int]()
    hub = Hub(log)
    hub.events.connect(lambda batch: told.append(len(batch)))
    for number in range(200):
        log.append(f"c{number}", STARTED)
    assert told == []
    qtbot.waitUntil(lambda: bool(told), timeout=2000)
    assert told == [200]
    hub.close()


@pytest.mark.parametrize(
    ("fact", "told", "tone"),
    [
        (e.StreamClosed(e.Closer.SERVER, 3, 900), "by the server, in good order, after 3 events", ""),
        (
            e.StreamClosed(e.Closer.SERVER, 1, 90, is_usable=False),
            "by the server, after 1 event, and the last one is no result",
            "bad",
        ),
        (
            e.StreamClosed(e.Closer.NETWORK, 2, 90, "reset by peer"),
            "by nobody: the connection broke after 2 events: reset by peer",
            "bad",
        ),
        (e.StreamClosed(e.Closer.US, 0, 0), "by fal Studio, after 0 events", "ask"),
    ],
)
def test_the_end_of_a_stream_says_who_made_it_and_after_how_much(
    fact: e.StreamClosed, told: str, tone: str
) -> None:
    row = row_of(fact)
    assert (row.preview, row.tone, row.size_bytes) == (told, tone, fact.size_bytes or None)


def test_what_broke_a_stream_is_read_in_the_language_of_today() -> None:
    """Kept in English, as `core.kept_words` has it."""
    program = (
        "from fal_studio.core import events as e; from fal_studio.core.kept_words import NO_LIFE;"
        "from fal_studio.ui.stream.rows import row_of;"
        "print(row_of(e.StreamClosed(e.Closer.NETWORK, 2, 90, NO_LIFE)).preview)"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program],
        env={**os.environ, VARIABLE: "de"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    assert "Lebenszeichen" in done.stdout, done.stdout


def test_a_wider_list_shows_more_of_a_row(qapp: object) -> None:
    model = EventsModel()
    model.show([Event("c", 0, 0, e.Partial(0, {"text": "word " * 1000}))])
    short = len(model.row_at(0).preview)
    changed: list[QModelIndex] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first))
    model.set_room(300)
    assert short < 300 < len(model.row_at(0).preview)
    assert len(changed) == 1
    model.set_room(310)
    model.set_room(100)
    assert len(changed) == 1, "what is made stays"
    model.set_room(10**6)
    assert len(model.row_at(0).preview) < 2000
