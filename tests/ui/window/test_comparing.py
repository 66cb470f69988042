"""Comparisons in the running program: all lanes of one request called and kept, stopped half-way, asked about their price."""

from pathlib import Path

import msgspec
import pytest

from fal_studio.app.emulator import Addresses
from fal_studio.core import events as e
from fal_studio.core.accounts import Account, at_base
from fal_studio.core.budget import Budget
from fal_studio.core.comparing.analysis import Analysis
from fal_studio.core.comparing.lanes import lanes_for
from fal_studio.core.comparing.outcome import Comparison, Outcome, Row, read, write
from fal_studio.core.comparing.plan import Kind, Lane, Plan, Transport, Turn, order
from fal_studio.core.comparing.reports import FORMS
from fal_studio.core.comparing.stages import lengths
from fal_studio.core.request import Mode, Options, ProfileKind, Request
from fal_studio.core.stages import Step
from fal_studio.services.official.process import JS_HOME
from fal_studio.store.comparisons import KeptComparisons
from fal_studio.ui.comparisons import Comparisons
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_spending import REQUEST as DEAR
from tests.ui.window.test_spending import limited, refused
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("noon")

REQUEST = Request("emulator/sketch", Mode.RUN, {"prompt": "a jellyfish", "seed": 7})


class Heard:
    """What the door told."""

    def __init__(self, door: Comparisons) -> None:
        self.lanes: tuple[Lane, ...] = ()
        self.outcomes: list[Outcome] = []
        self.analyses: list[Analysis] = []
        self.finished: list[Comparison] = []
        self.opened: list[tuple[Comparison, Analysis]] = []
        self.rows: tuple[Row, ...] | None = None
        self.asked: list[tuple[Plan, float, float]] = []
        self.troubles: list[str] = []
        self.exported: list[Path] = []
        door.exported.connect(self.exported.append)
        door.lanes_known.connect(self._on_lanes)
        door.turn_ended.connect(lambda _id, outcome: self.outcomes.append(outcome))
        door.analysed.connect(lambda _id, analysis: self.analyses.append(analysis))
        door.finished.connect(self.finished.append)
        door.opened.connect(lambda kept, analysis: self.opened.append((kept, analysis)))
        door.listed.connect(self._on_rows)
        door.asked.connect(lambda *asked: self.asked.append(asked))
        door.trouble.connect(self.troubles.append)

    def _on_lanes(self, _request: Request, lanes: tuple[Lane, ...]) -> None:
        self.lanes = lanes

    def _on_rows(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows


def test_one_input_goes_through_every_lane_and_is_kept_as_it_was(
    drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(JS_HOME, str(Path(__file__).parents[3] / "build" / "js"))

    async def scenario(it: Driven) -> None:
        program = it.program
        door = program.comparisons
        heard = Heard(door)
        await until(lambda: door.is_ready)
        door.want_lanes(REQUEST, 0.05)
        await until(lambda: heard.lanes)
        reasons = {lane.transport: lane.reason for lane in heard.lanes if lane.reason}
        assert set(reasons) <= {Transport.STREAM, Transport.WS_HTTP}

        clients = [lane.transport for lane in heard.lanes if not lane.is_on]
        assert clients == [Transport.PYTHON_CLIENT, Transport.JS_CLIENT]
        lanes = tuple(msgspec.structs.replace(lane, is_on=True) for lane in heard.lanes)
        plan = Plan(lanes, runs=1, warm_ups=1, frames=2, poll_every_s=0.05, seed=3)
        door.run(plan)
        await until(lambda: heard.finished, limit_s=60)
        (done,) = heard.finished
        assert door.current is None
        assert [one.failed for one in done.outcomes] == [""] * plan.calls
        assert [one.turn for one in done.outcomes] == list(done.order)
        assert not done.is_stopped
        analysis = heard.analyses[-1]
        for lane in plan.called:
            numbers = analysis.of(lane.id)
            assert (numbers.runs, numbers.failed) == (1, 0)
            assert len({one.digest for one in done.of(lane.id)}) == 1
        assert analysis.verdict
        same = {one.digest for lane in ("run", *clients) for one in done.of(lane)}
        assert len(same) == 1, "fal's own clients and we bring the same picture"
        assert {"fal-client", "@fal-ai/client"} <= set(done.machine.versions)
        for one in done.outcomes:
            assert sum(lengths(one.stages).values()) == one.total_ns
            assert Step.DECODE in lengths(one.stages)
            mark = program.log.of(one.call)[1].fact
            assert isinstance(mark, e.Compared)
            assert (mark.comparison, mark.lane, mark.index) == (done.id, one.turn.lane, one.turn.index)
            assert mark.is_warm_up == one.turn.is_warm_up
            assert bool(mark.client) == (one.turn.lane in clients)
            assert program.calls.state(one.call).client == mark.client
            if mark.client:
                assert Step.SUBMIT in lengths(one.stages)
                assert program.calls.row(one.call).request_id
            assert program.calls.has(one.call)

        door.list_wanted.emit()
        await until(lambda: heard.rows)
        assert heard.rows is not None
        assert [(row.id, row.runs) for row in heard.rows] == [(done.id, 1)]
        door.open_wanted.emit(done.id)
        await until(lambda: heard.opened)
        assert heard.opened == [(done, analysis)]

        for form, ending in FORMS.items():
            door.export(done, form, tmp_path / f"report.{ending}")
        await until(lambda: len(heard.exported) == len(FORMS))
        assert read((tmp_path / "report.json").read_bytes()) == done
        assert analysis.verdict in (tmp_path / "report.txt").read_text("utf-8")
        door.export(done, "html", tmp_path / "report.txt" / "no folder.html")
        await until(lambda: heard.troubles)
        assert heard.troubles.pop().startswith("no folder.html could not be written: ")

        heard.outcomes.clear()
        door.run_more(done, 5)
        await until(lambda: len(heard.outcomes) >= 3, limit_s=20)
        door.stop()
        await until(lambda: len(heard.finished) == 2, limit_s=20)
        stopped = heard.finished[1]
        assert stopped.id == done.id
        assert stopped.is_stopped
        assert stopped.outcomes[: len(done.outcomes)] == done.outcomes
        assert len(done.outcomes) + 3 <= len(stopped.outcomes) < len(stopped.order)
        heard.opened.clear()
        door.open_wanted.emit(done.id)
        await until(lambda: heard.opened)
        assert heard.opened[0][0] == stopped

        assert heard.troubles == []
        door.delete_wanted.emit(done.id)
        await until(lambda: heard.rows == ())

        named = (
            ("a cat", REQUEST),
            ("no such thing", msgspec.structs.replace(REQUEST, arguments={"seed": "x"})),
        )
        door.want_lanes_of(named)
        await until(lambda: [lane.name for lane in heard.lanes] == [name for name, _ in named])
        heard.finished.clear()
        door.run(Plan(heard.lanes, Kind.REQUESTS, runs=2, warm_ups=0))
        await until(lambda: heard.finished, limit_s=20)
        good, bad = (heard.finished[0].of(lane.id) for lane in heard.lanes)
        assert [one.failed for one in good] == [""] * 2
        assert all(one.failed for one in bad), "one lane fails, the other goes on"
        assert len(bad) == 2

    drive(scenario)


def test_a_comparison_of_this_run_goes_on_though_its_file_is_gone(drive: Drive) -> None:
    request = msgspec.structs.replace(REQUEST, options=Options(headers={"X-Test": "1"}))
    plan = Plan((Lane("run", "run", Transport.RUN, request),), runs=1, warm_ups=0)

    async def scenario(hand: Driven) -> None:
        door = hand.program.window.comparing.door
        await until(lambda: door.is_ready)
        heard = Heard(door)
        door.run(plan)
        await until(lambda: heard.finished, limit_s=20)
        door.delete_wanted.emit(heard.finished[0].id)
        await until(lambda: heard.rows == ())
        door.run_more(heard.finished[0], 1)
        await until(lambda: len(heard.finished) == 2 or heard.troubles, limit_s=20)
        assert heard.troubles == []
        assert len(heard.finished[1].outcomes) == 2

    drive(scenario)


@pytest.mark.parametrize(
    ("options", "named", "is_on"),
    [
        (Options(headers={"X-Test": "1"}), "headers", True),
        (Options(headers={"X-Test": "1"}), "headers", False),
        (Options(query={"a": "b"}), "query", True),
        (Options(webhook_url="https://example.org/results"), "webhook", True),
        (Options(client_timeout_s=-1.0), "time limit", True),
    ],
)
def test_a_comparison_from_elsewhere_sends_nothing_that_nobody_sees(
    drive: Drive, tmp_path: Path, options: Options, named: str, is_on: bool
) -> None:
    request = msgspec.structs.replace(REQUEST, options=options)
    lane = Lane("run", "run", Transport.RUN, request, is_on=is_on)
    other = Lane("submit", "submit", Transport.SUBMIT, msgspec.structs.replace(REQUEST, mode=Mode.SUBMIT))
    plan = Plan((lane,) if is_on else (lane, other), runs=1, warm_ups=0)
    theirs = Comparison("20260101-000000-abcdef01", plan, REQUEST.endpoint, order=order(plan))
    file = tmp_path / "theirs.falcomparison.json"
    file.write_bytes(write(theirs))

    async def scenario(hand: Driven) -> None:
        program = hand.program
        door = program.window.comparing.door
        await until(lambda: door.is_ready)
        heard = Heard(door)
        door.file_wanted.emit(str(file))
        await until(lambda: heard.opened, limit_s=20)
        ((opened, _analysis),) = heard.opened
        door.run_more(opened, 1)
        await until(lambda: heard.troubles or heard.finished, limit_s=20)
        assert named in heard.troubles[0]
        assert program.log.calls() == ()

        program.window.comparing.show()  # where Run calls the lanes that were opened
        pane = program.window.comparing.pane
        assert pane is not None
        heard.troubles.clear()
        door.file_wanted.emit(str(file))
        await until(lambda: pane.desk.comparison == opened, limit_s=20)
        pane.bar.run.click()
        await until(lambda: heard.troubles or heard.finished, limit_s=20)
        assert named in heard.troubles[0]
        assert program.log.calls() == ()

        # The same as a comparison of one's own is called.
        kept = KeptComparisons(program.kept.comparisons)
        kept.put(opened)
        heard.troubles.clear()
        door.run_more(opened, 1)
        await until(lambda: heard.finished, limit_s=20)
        assert heard.troubles == []
        assert len(program.log.calls()) == len(heard.finished[0].order) == 2

    drive(scenario)


def test_the_whole_comparison_is_priced_and_set_aside_before_anything_is_sent(
    drive: Drive, addresses: Addresses
) -> None:
    async def scenario(it: Driven) -> None:
        program = it.program
        door = program.comparisons
        heard = Heard(door)
        await limited(program, addresses, Budget(stop_day_usd=0.1))
        await until(lambda: door.is_ready)
        lanes = tuple(
            lane
            for lane in lanes_for(DEAR)
            if lane.transport in (Transport.RUN, Transport.SUBSCRIBE_STREAM, Transport.REALTIME)
        )
        plan = Plan(lanes[:2], runs=1, warm_ups=1)
        session = Plan(lanes, runs=1, warm_ups=0, frames=5)
        calls = len(program.log.calls())

        # Each of its calls would be allowed, and two lanes of three: it is the whole that is too much.
        door.run(session)
        await until(lambda: heard.troubles, limit_s=20)
        assert heard.troubles == [
            (
                "Nothing of the 3 calls was sent. It would cost about $0.17, and $0.10 are left of the $0.10 that work may "
                "spend today. Raise the limit in the profile, or wait until tomorrow."
            )
        ]

        program.calls.prices.set_limit(0.05)
        door.run(plan)
        await until(lambda: heard.asked)
        ((asked, cost, above),) = heard.asked
        assert (asked, round(cost, 6), above) == (plan, 0.1, 0.05)
        assert len(program.log.calls()) == calls
        program.calls.prices.set_limit(0.0)

        others: list[str] = []

        def start_another(_id: str, _turn: Turn, _call: str) -> None:
            if not others:
                others.append("")
                program.runs.run("", msgspec.structs.replace(DEAR, arguments={"prompt": "another"}))

        door.turn_started.connect(start_another)
        door.run(plan, is_accepted=True)
        await until(lambda: heard.finished, limit_s=30)
        (done,) = heard.finished
        assert [one.failed for one in done.outcomes] == [""] * 4
        assert done.forecast_usd == cost
        await until(lambda: bool(refused(program)), what="nothing was left for another one", limit_s=20)

        heard.troubles.clear()
        door.run_more(done, 1)
        await until(lambda: heard.troubles, limit_s=20)
        assert heard.troubles[0].startswith("Nothing of the 2 calls was sent. Nothing is left of the $0.10")

        accounts = program.window.accounts
        proxy = Account("work", session_only=True, kind=ProfileKind.PROXY, proxy_url="http://127.0.0.1:9/api")
        app = Account(
            "work", session_only=True, kind=ProfileKind.LOCAL_APP, hosts=at_base("http://127.0.0.1:9")
        )
        reasons: list[dict[Transport, str]] = []
        for other in (proxy, app):
            accounts.edit_wanted.emit("work", other, "")
            await until(
                lambda other=other: accounts.account("work") == other, what="the profile is another one"
            )
            heard.lanes = ()
            door.want_lanes(DEAR)
            await until(lambda: heard.lanes)
            reasons.append({lane.transport: lane.reason for lane in heard.lanes})
        of_proxy, of_app = reasons
        assert of_proxy[Transport.WS_HTTP] == "a team proxy has no HTTP over WebSocket"
        assert of_proxy[Transport.WEBHOOK] == "fal needs an address that it can reach"
        assert of_app[Transport.WS_HTTP] == "an app on this machine has no HTTP over WebSocket"
        assert of_app[Transport.WEBHOOK] == "", "it can call back here"
        for found in reasons:
            assert found[Transport.PYTHON_CLIENT] == "fal's own clients only call fal and the emulator"

    drive(scenario)


def test_a_comparison_whose_program_died_is_opened_as_stopped_and_goes_on(drive: Drive) -> None:
    lane = Lane("run", "run", Transport.RUN, REQUEST)
    plan = Plan((lane,), runs=2, warm_ups=0)
    died = Comparison("20260101-000000-abcdef02", plan, REQUEST.endpoint, made_wall_s=5.0, order=order(plan))

    async def scenario(hand: Driven) -> None:
        program = hand.program
        door = program.window.comparing.door
        await until(lambda: door.is_ready)
        heard = Heard(door)
        program.window.comparing.show()
        pane = program.window.comparing.pane
        assert pane is not None
        KeptComparisons(program.kept.comparisons).put(died)
        door.open_wanted.emit(died.id)
        await until(lambda: pane.desk.comparison is not None, limit_s=20)
        assert not pane.desk.is_running
        assert pane.desk.comparison is not None
        assert pane.desk.comparison.is_stopped
        pane.desk.run_more(1)
        await until(lambda: heard.finished, limit_s=20)
        assert len(heard.finished[0].outcomes) == 3, "the two that were left, and one more"

    drive(scenario)


def test_an_endpoint_is_asked_for_its_stream_and_what_is_none_is_told(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        door = hand.program.comparisons
        await until(lambda: door.is_ready)
        heard, probed = Heard(door), list[str]()
        door.probed.connect(probed.append)
        door.probe_wanted.emit(msgspec.structs.replace(REQUEST, endpoint="emulator/bench"))
        await until(lambda: probed or heard.troubles, limit_s=20)
        assert probed == ["emulator/bench"]
        assert hand.program.log.calls() == (), "nothing runs"
        for wrong in ("no endpoint", "a/b/../../c", "https://elsewhere.test/a"):
            heard.troubles.clear()
            door.probe_wanted.emit(msgspec.structs.replace(REQUEST, endpoint=wrong))
            await until(lambda: heard.troubles, limit_s=20)
            assert heard.troubles[0].startswith("Nobody could be asked."), wrong
        assert hand.program.window.banner.isHidden()

    drive(scenario)
