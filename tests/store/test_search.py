"""Lists of calls: found by words and filters, sorted, in pages; put into the trash and taken out again."""

from typing import Any

import pytest
from msgspec import structs

from fal_studio.core import events as e
from fal_studio.core.artifacts import Kind
from fal_studio.core.call import Phase, fold
from fal_studio.core.history import REJECTED, CallRow, Judgement, Order, Query, matches, row_of
from fal_studio.core.request import Mode, Request, fingerprint
from fal_studio.core.search import parse
from fal_studio.store import queries
from tests.store.conftest import ENQUEUED, Desk
from tests.waiting import until_blocking

WAIT_S = 60


def make(
    desk: Desk,
    call: str,
    prompt: str = "",
    *facts: e.Fact,
    endpoint: str = "fal-ai/flux/dev",
    mode: Mode = Mode.RUN,
    profile: str = "fal",
    wall_s: float = 1000.0,
    project: str = "",
    **arguments: Any,
) -> Request:
    request = Request(endpoint, mode, {"prompt": prompt, **arguments}, profile, project=project)
    desk.ledger.intend(call, request, wall_s)
    desk.happen(call, e.Started(wall_s, endpoint, mode, profile), *facts)
    return request


def found(desk: Desk, line: str, **more: Any) -> list[str]:
    query = parse(line).query
    for name, value in more.items():
        query = structs.replace(query, **{name: value})
    page = desk.ledger.search(query).result(WAIT_S)
    assert page.total == len(page.rows)
    return [row.call for row in page.rows]


def failed(message: str) -> e.Failed:
    return e.Failed(e.FailureKind.SERVER, message)


DONE = e.Output({"images": []})


@pytest.fixture
def some(desk: Desk) -> Desk:
    make(desk, "hat", "A red hat on a café table", DONE, style="oil, 4k")
    make(desk, "robot", "A robot — hat in hand", failed("No GPU was free."), mode=Mode.SUBSCRIBE)
    make(desk, "japan", "赤い帽子をかぶった猫", DONE, endpoint="fal-ai/sdxl", profile="team")
    make(desk, "thai", "แมวสวมหมวกสีแดง 🐯", DONE)
    make(desk, "chat", "", endpoint="fal-ai/any-llm", messages=[{"role": "user", "content": "Größenwahn?"}])
    return desk


@pytest.mark.parametrize(
    ("line", "calls"),
    [
        ("", ["chat", "thai", "japan", "robot", "hat"]),
        ("hat", ["robot", "hat"]),
        ("ha", ["robot", "hat"]),
        ("hat red", ["hat"]),
        ("ha red", []),  # only the last word may be a beginning
        ('"red hat"', ["hat"]),
        ('"hat red"', []),
        ("HAT -robot", ["hat"]),
        ("-hat", ["chat", "thai", "japan"]),
        ("cafe", ["hat"]),
        ("größenwahn", ["chat"]),
        ("GROSSENWAHN", ["chat"]),
        ("GRÖSSEN", ["chat"]),
        ("帽子", ["japan"]),
        ("帽", ["japan"]),
        ("子帽", []),
        ("หมวก", ["thai"]),
        ("🐯", ["thai"]),
        ("gpu free", ["robot"]),
        ("sdxl", ["japan"]),
        ("4k", ["hat"]),
        ("—", ["robot"]),
        ("— hat", ["robot"]),
        ("hat —", ["robot"]),
        ("-—", ["chat", "thai", "japan", "hat"]),
        ("— -red", ["robot"]),
        ("— -hand", []),
        ("hat -—", ["hat"]),
        ("prompt", []),  # names of fields are not what anybody asked for
        ("model:flux", ["thai", "robot", "hat"]),
        ("model:flux model:sdxl", ["thai", "japan", "robot", "hat"]),
        ("model:f%x", []),
        ("mode:subscribe hat", ["robot"]),
        ("state:failed", ["robot"]),
        ("profile:TEAM", ["japan"]),
        ("is:open", ["chat"]),
        ("is:ended hat", ["robot", "hat"]),
        ("state:blue", []),
        ("NOT AND OR ( * ^ NEAR", []),
        ('"', ["chat", "thai", "japan", "robot", "hat"]),
    ],
)
def test_a_line_finds_its_calls_newest_first(some: Desk, line: str, calls: list[str]) -> None:
    assert found(some, line) == calls


def test_what_somebody_thinks_of_results_is_kept_and_found(some: Desk) -> None:
    ledger = some.ledger
    assert ledger.judge(["hat", "thai", "nothing"], Judgement(starred=True)).result(WAIT_S) == 2
    ledger.judge(["hat", "robot"], Judgement(rating=4)).result(WAIT_S)
    ledger.judge(["japan"], Judgement(rating=REJECTED)).result(WAIT_S)
    row = ledger.row("hat").result(WAIT_S)
    assert row is not None
    assert (row.starred, row.rating) == (True, 4)
    some.happen(
        "chat", DONE
    )  # what is written of a call later leaves the judgement of others and of itself alone
    ledger.judge(["hat"], Judgement(rating=2)).result(WAIT_S)
    rows = ledger.search(Query()).result(WAIT_S).rows
    for line, calls in (
        ("is:starred", ["thai", "hat"]),
        ("-is:starred", ["chat", "japan", "robot"]),
        ("is:rejected", ["japan"]),
        ("-is:rejected hat", ["robot", "hat"]),
        ("rating>3", ["robot"]),
        ("rating<4", ["hat"]),
        ("rating:2 is:starred", ["hat"]),
    ):
        assert found(some, line) == calls
        query = parse(line).query
        told = [row.call for row in rows if matches(row, query)]
        assert told == calls, "the window tells it from the rows as the ledger does"
    ledger.judge(["hat", "robot", "thai", "japan"], Judgement(starred=False, rating=0)).result(WAIT_S)
    assert found(some, "is:starred") == found(some, "is:rejected") == found(some, "rating>1") == []


def test_a_judgement_outlives_what_happens_in_the_call_later(desk: Desk) -> None:
    make(desk, "a", "x")
    desk.ledger.judge(["a"], Judgement(starred=True, rating=3)).result(WAIT_S)
    desk.happen("a", DONE)
    row = desk.ledger.row("a").result(WAIT_S)
    assert row is not None
    assert (row.phase, row.starred, row.rating) == (Phase.DONE, True, 3)


def test_a_failure_is_found_by_its_words_as_soon_as_it_happened(desk: Desk) -> None:
    make(desk, "c", "a tiger")
    assert found(desk, "exploded") == []
    desk.happen("c", failed("The runner exploded."))
    assert found(desk, "exploded tiger") == ["c"]


def test_seeds_costs_times_and_request_ids_filter(desk: Desk) -> None:
    make(desk, "a", "x", e.Output({"seed": 42}), wall_s=100.0)
    make(desk, "b", "x", e.Metric("billable_units", 7), DONE, wall_s=200.0, seed=7)
    make(desk, "c", "x", ENQUEUED, e.Metric("billable_units", 1), DONE, wall_s=300.0, seed=10**30)
    assert found(desk, "seed:42") == ["a"]
    assert found(desk, f"seed:{10**30}") == ["c"]
    assert found(desk, "cost>0.05") == []
    assert desk.ledger.price("fal-ai/flux/dev", 0.01).result(WAIT_S) == 2
    assert found(desk, "cost>0.05") == ["b"]
    assert found(desk, "cost<0.05") == ["c"]
    assert found(desk, "id:r1") == ["c"]
    assert found(desk, "id:r") == ["c"]
    assert found(desk, "id:b") == ["b"]
    assert found(desk, "", after_s=200.0) == ["c", "b"]
    assert found(desk, "", before_s=200.0) == ["a"]


@pytest.mark.parametrize(
    ("order", "descending", "calls"),
    [
        (Order.STARTED, True, "dcba"),
        (Order.STARTED, False, "abcd"),
        (Order.STATE, False, "dbca"),
        (Order.COST, True, "acdb"),  # what is not known comes last, whichever way
        (Order.COST, False, "cadb"),
        (Order.ENDPOINT, False, "dbca"),
        (Order.MODE, False, "dcba"),
        (Order.PROFILE, True, "dcba"),
    ],
)
def test_every_order_and_equal_ones_newest_first(
    desk: Desk, order: Order, calls: str, *, descending: bool
) -> None:
    make(desk, "a", "x", e.Metric("billable_units", 2), DONE, endpoint="z")
    make(desk, "b", "x", failed("No."), endpoint="y")
    make(desk, "c", "x", e.Metric("billable_units", 5), DONE, endpoint="y/2")
    make(desk, "d", "x", endpoint="x")
    desk.ledger.price("z", 2.0)
    desk.ledger.price("y/2", 0.1)
    page = desk.ledger.search(Query(order=order, descending=descending)).result(WAIT_S)
    assert "".join(row.call for row in page.rows) == calls


def test_pages_tell_the_total(desk: Desk) -> None:
    for number in range(25):
        make(desk, f"c{number}", "tiger")
    for line in ("", "tiger"):
        query = parse(line).query
        pages = [
            desk.ledger.search(Query(words=query.words, limit=10, offset=offset)).result(WAIT_S)
            for offset in (0, 10, 20, 30)
        ]
        assert [page.total for page in pages] == [25] * 4
        assert [row.call for page in pages for row in page.rows] == [f"c{n}" for n in reversed(range(25))]


def test_the_row_on_disk_is_the_row_of_the_window(desk: Desk) -> None:
    request = make(
        desk,
        "c",
        "a\n  tiger",
        ENQUEUED,
        e.Progress(e.Stage.QUEUED, 1),
        e.Progress(e.Stage.RUNNING),
        e.Metric("billable_units", 2.0),
        e.Output({"images": [{"url": "https://x.example/1.png", "content_type": "image/png"}], "seed": 5}),
        mode=Mode.SUBSCRIBE,
    )
    row = desk.ledger.row("c").result(WAIT_S)
    assert row == structs.replace(row_of(fold(desk.log.of("c")), request), id=row.id)
    assert (row.prompt, row.seed, row.units, row.outputs, row.kept) == ("a tiger", "5", 2.0, 1, 0)
    assert row.is_fetching
    assert row.queue_s > 0
    assert row.run_s > 0
    kept = e.Download("https://x.example/1.png", e.FileState.KEPT, 9, 9, "ab" * 32, "image/png")
    desk.happen("c", kept)
    row = desk.ledger.row("c").result(WAIT_S)
    assert (row.kept, row.thumbnail, row.is_fetching, row.phase) == (1, "ab" * 32, False, Phase.DONE)
    assert row == structs.replace(row_of(fold(desk.log.of("c")), request), id=row.id)
    assert desk.ledger.row("nobody").result(WAIT_S) is None


def test_a_row_of_a_page_is_to_the_last_digit_the_row_that_is_read_alone(desk: Desk) -> None:
    requests: dict[str, Request] = {}
    for number, prompt in enumerate(('a "tiger"\\\n\x00\x01 end', "赤い帽子 🐯", "{}", "")):
        requests[f"c{number}"] = make(
            desk,
            f"c{number}",
            prompt,
            e.Metric("billable_units", 0.1 + 0.2),
            ENQUEUED,
            e.Progress(e.Stage.QUEUED, 1),
            e.Progress(e.Stage.RUNNING),
            DONE,
            mode=Mode.SUBSCRIBE,
            wall_s=1795728123.1234567 + number,
        )
    make(desk, "d", "open", seed=2**70)
    desk.ledger.price("fal-ai/flux/dev", 1 / 3)
    page = desk.ledger.search(Query()).result(WAIT_S)
    assert [row.call for row in page.rows] == ["d", "c3", "c2", "c1", "c0"]
    assert list(page.rows) == [desk.ledger.row(row.call).result(WAIT_S) for row in page.rows]
    for row in page.rows[1:]:
        alone = row_of(fold(desk.log.of(row.call)), requests[row.call])
        assert (row.queue_s, row.run_s) == (alone.queue_s, alone.run_s)
        assert row.queue_s
        assert row.run_s
    assert page.rows[-1].created_s == 1795728123.1234567
    assert page.rows[0].seed == str(2**70)
    assert page.rows[0].cost_usd is None


def test_the_trash_hides_calls_and_gives_them_back(some: Desk) -> None:
    assert some.ledger.delete(["hat", "robot", "chat", "nobody"], 5.0).result(WAIT_S) == 2
    assert found(some, "") == ["chat", "thai", "japan"]  # an open call is not thrown away
    assert found(some, "is:trash") == ["robot", "hat"]
    assert some.ledger.row("hat").result(WAIT_S).deleted_s == 5.0
    some.reopen()
    assert some.ledger.restore(["hat", "thai"]).result(WAIT_S) == 1
    assert found(some, "is:trash") == ["robot"]
    assert "hat" in found(some, "")


def test_the_same_request_in_flight_or_just_done_is_known(desk: Desk) -> None:
    request = make(desk, "old", "x", DONE, wall_s=100.0)
    make(desk, "new", "x", DONE, wall_s=1000.0)
    make(desk, "open", "x", wall_s=50.0)
    make(desk, "other", "y", DONE, wall_s=1000.0)

    def same(since_s: float) -> list[str]:
        rows: tuple[CallRow, ...] = desk.ledger.same(fingerprint(request), since_s).result(WAIT_S)
        return [row.call for row in rows]

    assert same(500.0) == ["open", "new"]
    assert same(0.0) == ["open", "new", "old"]
    desk.ledger.delete(["new"])
    assert same(500.0) == ["open"]


def test_how_long_calls_of_an_endpoint_take_here(desk: Desk) -> None:
    for number in range(4):
        make(desk, f"c{number}", "x", e.Metric("inference_time", float(number)), DONE)
    make(desk, "failed", "x", e.Metric("inference_time", 99.0), failed("No."))
    make(desk, "else", "x", e.Metric("inference_time", 99.0), DONE, endpoint="other")
    took = desk.ledger.durations("fal-ai/flux/dev").result(WAIT_S)
    assert (took.calls, took.run_s, took.queue_s) == (4, (0.75, 1.5, 2.25), None)
    assert took.total_s is not None
    assert desk.ledger.durations("fal-ai/flux/dev", last=1).result(WAIT_S).run_s == (3.0, 3.0, 3.0)
    assert desk.ledger.durations("fal-ai/flux/dev", mode=Mode.STREAM).result(WAIT_S).calls == 0
    assert desk.ledger.durations("nobody").result(WAIT_S).run_s is None


def test_the_newest_files_on_the_disk_are_found_by_kind_and_the_same_bytes_once(desk: Desk) -> None:
    files = {
        "old": ("a.png", "image/png", "11" * 32),
        "film": ("b.mp4", "", "22" * 32),
        "again": ("c.png", "image/png", "11" * 32),
        "new": ("d.jpg", "", "33" * 32),
        "lost": ("e.png", "image/png", ""),
        "trash": ("f.png", "image/png", "44" * 32),
    }
    for number, (call, (name, content_type, sha256)) in enumerate(files.items()):
        url = f"https://x.example/{name}"
        state = e.FileState.KEPT if sha256 else e.FileState.FAILED
        payload = {"files": [{"url": url, "content_type": content_type}]}
        facts = (e.Output(payload), e.Download(url, state, 7, 7, sha256, content_type))
        make(desk, call, "", *facts, endpoint=f"lab/{call}", wall_s=float(number))
    desk.ledger.delete(["trash"]).result(WAIT_S)
    pictures = desk.ledger.newest_files((Kind.IMAGE,)).result(WAIT_S)
    assert [(file.name, file.endpoint) for file in pictures] == [("d.jpg", "lab/new"), ("c.png", "lab/again")]
    assert (pictures[1].sha256, pictures[1].size_bytes, pictures[1].created_s) == ("11" * 32, 7, 2.0)
    every = desk.ledger.newest_files().result(WAIT_S)
    assert [file.kind for file in every] == [Kind.IMAGE, Kind.IMAGE, Kind.VIDEO]
    assert len(desk.ledger.newest_files((), 1).result(WAIT_S)) == 1


def test_calls_are_found_by_what_they_were_counted_for(desk: Desk) -> None:
    make(desk, "a", "one", project="Posters/2026")
    make(desk, "b", "two", project="Cats")
    make(desk, "c", "three")
    assert found(desk, "project:cats") == ["b"]
    assert found(desk, 'project:Cats project:"posters/2026"') == ["b", "a"]
    assert found(desk, "project:Posters") == [], "a whole name is wanted"
    assert desk.ledger.row("a").result(WAIT_S).project == "Posters/2026"


def test_calls_of_fals_own_clients_are_found_and_marked_also_in_a_ledger_of_an_older_version(
    desk: Desk,
) -> None:
    make(desk, "ours", "tiger", e.Compared("one", "run", 0), DONE)
    make(desk, "python", "tiger", e.Compared("one", "python", 1, client="fal-client 1.0.3"), DONE)
    make(desk, "js", "tiger", e.Compared("one", "js", 2, client="@fal-ai/client 1.6.2"), DONE)
    assert found(desk, "client:fal-client") == ["python"]
    assert found(desk, "client:FAL tiger") == ["js", "python"]
    rows = desk.ledger.search(Query()).result(WAIT_S).rows
    assert [row.client for row in rows] == ["@fal-ai/client 1.6.2", "fal-client 1.0.3", ""]
    assert [row.call for row in rows if matches(row, parse("client:1.6").query)] == ["js"]
    older = "UPDATE calls SET client = '', projection = 2"
    desk.database.submit(lambda connection: connection.execute(older)).result(WAIT_S)
    desk.reopen()
    until_blocking(lambda: found(desk, "client:fal") == ["js", "python"], limit_s=60)


def test_calls_that_made_files_are_found_on_disk_and_in_the_window(desk: Desk) -> None:
    made = e.Output({"images": [{"url": "https://fal.media/a.png", "content_type": "image/png"}]})
    make(desk, "picture", "a red hat", made)
    make(desk, "words", "a red hat", DONE)
    make(desk, "open", "a red hat")
    assert found(desk, "", has_files=True) == ["picture"]
    assert found(desk, "red", has_files=True) == ["picture"]
    assert found(desk, "-red", has_files=True) == []
    rows = desk.ledger.search(Query()).result(WAIT_S).rows
    assert [row.call for row in rows if matches(row, Query(has_files=True))] == ["picture"]


@pytest.mark.parametrize(
    "query",
    [
        Query(is_starred=True),
        Query(is_rejected=True),
        Query(rating_over=3),
        Query(rating_under=3),
        Query(rating_over=2, rating_under=4),
    ],
    ids=repr,
)
def test_what_is_starred_or_rated_is_counted_without_looking_at_all_calls(desk: Desk, query: Query) -> None:
    counting = queries.plan(query).counting
    steps = desk.database.submit(
        lambda connection: connection.execute(
            f"EXPLAIN QUERY PLAN {counting.sql}", counting.values
        ).fetchall()
    ).result(WAIT_S)
    assert any(f"INDEX calls_{'starred' if query.is_starred else 'rating'}" in step[3] for step in steps), (
        steps
    )
