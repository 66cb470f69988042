"""Comparisons in hand: more runs, the question about money, kept ones after a restart, and a client that is stopped at fal."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from fal_studio.app.emulator import Addresses
from fal_studio.core import events as e
from fal_studio.core.budget import Budget
from fal_studio.core.call import Phase
from fal_studio.core.comparing.lanes import Facts, lanes_for
from fal_studio.core.comparing.outcome import Comparison
from fal_studio.core.comparing.plan import Plan, Transport
from fal_studio.core.request import Mode, ProfileKind, Request
from fal_studio.ui.compare.pane import ComparePane
from fal_studio.ui.shell.kept_panel import KeptPanel
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_compare import shown
from tests.ui.window.test_spending import REQUEST as DEAR
from tests.ui.window.test_spending import limited
from tests.waiting import until

TWO = ("run", "subscribe_stream")


async def ran(it: Driven, pane: ComparePane) -> Comparison:
    await until(lambda: pane.desk.comparison is not None and not pane.desk.is_running, limit_s=60)
    assert pane.desk.comparison is not None
    return pane.desk.comparison


def only(pane: ComparePane, *lanes: str) -> None:
    for view in pane.chart.views:
        if view.lane.is_called and view.lane.id not in lanes:
            pane.chart.switched.emit(view.lane.id, False)


async def kept_list(it: Driven, pane: ComparePane) -> KeptPanel:
    QTest.mouseClick(pane.bar.kept, Qt.MouseButton.LeftButton)
    kept = it.window.comparing.kept
    assert kept is not None
    await until(lambda: kept.panel is not None and kept.panel.isVisible(), what="the list is there")
    assert kept.panel is not None
    return kept.panel


def test_runs_are_added_and_kept_comparisons_are_found_again_after_a_restart(drive_kept: Drive) -> None:
    done: list[Comparison] = []

    async def before(it: Driven) -> None:
        it.space.set_endpoint("emulator/sketch")
        it.space.document.set_value("seed", 7)
        for prompt in ("a jellyfish", "a lake in the morning"):
            it.space.document.set_value("prompt", prompt)
            pane = await shown(it)
            only(pane, *TWO)
            QTest.mouseClick(pane.bar.run, Qt.MouseButton.LeftButton)
            first = await ran(it, pane)
            if not done:
                assert pane.verdict.more.text() == "5 more runs"
                assert "10 calls, free" in pane.verdict.more.toolTip()
                QTest.mouseClick(pane.verdict.more, Qt.MouseButton.LeftButton)
                await until(lambda: it.program.comparisons.current is not None, what="they begin")
                longer = await ran(it, pane)
                assert (longer.id, longer.plan.runs) == (first.id, 7)
                assert longer.outcomes[: len(first.outcomes)] == first.outcomes
                assert {len(longer.of(lane)) for lane in TWO} == {7}
                assert {view.done for view in pane.chart.views if view.lane.is_called} == {7}
                assert "7 runs in each of 2 lanes" in pane.input.words.text()
                first = longer
            done.append(first)
            it.window.comparing.leave()

    async def after(it: Driven) -> None:
        pane = await shown(it)
        panel = await kept_list(it, pane)
        assert panel.ids == (done[1].id, done[0].id)
        QTest.keyClicks(panel.search, "jelly sketch")
        assert panel.ids == (done[0].id,)
        panel.search.setText("")
        assert panel.models.findText("emulator/sketch") > 0
        panel.models.setCurrentIndex(panel.models.findText("emulator/sketch"))
        panel.ages.setCurrentIndex(1)
        assert len(panel.ids) == 2
        panel.choose(done[0].id)
        panel.view.setFocus()
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
        assert panel.isHidden()
        await until(lambda: pane.desk.comparison == done[0], what="it is open as it was")
        tiles = pane.outputs.view
        await until(
            lambda: len(tiles.tiles) == 2 and all(tile.image is not None for tile in tiles.tiles),
            what="its outputs are read from the history",
            limit_s=20,
        )
        await until(lambda: pane.outputs.note("subscribe_stream")[0] == "same bytes as run")

    async def changed(it: Driven) -> None:
        pane = await shown(it)
        panel = await kept_list(it, pane)
        panel.choose(done[0].id)
        panel._on_rename()
        panel._model.item(panel.ids.index(done[0].id)).setText("The big one")
        await until(lambda: "The big one" in {row.title for row in panel._rows}, what="it has its new title")
        panel.choose(done[0].id)
        panel.view.setFocus()
        QTest.keyClick(panel.view, Qt.Key.Key_Delete)
        await until(lambda: panel.ids == (done[1].id,), what="it is gone")
        (toast,) = it.window.toasts.shown()
        toast.action_wanted.emit(toast.news.key)
        await until(lambda: panel.ids == (done[1].id, done[0].id), what="it is back")
        panel.search.setText("big one")
        panel.open_wanted.emit(panel.chosen)
        await until(lambda: pane.desk.comparison is not None, what="it is opened")
        assert pane.desk.comparison == msgspec.structs.replace(done[0], title="The big one")

    drive_kept(before)
    drive_kept(after)
    drive_kept(changed)


def test_a_comparison_asks_above_the_limit_of_its_profile_and_does_what_is_answered(
    drive: Drive, addresses: Addresses
) -> None:
    async def scenario(it: Driven) -> None:
        program = it.program
        pane = await shown(it)
        await limited(program, addresses, Budget(ask_above_usd=0.04))
        program.calls.prices.set_limit(0.0)  # the settings ask about nothing: it is the profile's own amount
        pane.desk.about(DEAR)
        await until(lambda: [view for view in pane.chart.views if view.lane.request.profile == "work"])
        only(pane, *TWO)
        calls = len(program.log.calls())

        async def asked(sentence: str) -> None:
            await until(lambda: pane.question is not None, what="it is asked", limit_s=20)
            assert pane.question is not None
            assert pane.question.accessibleName() == sentence
            assert not pane.desk.is_running

        def answer(words: str) -> None:
            assert pane.question is not None
            button = next(one for one in pane.question.findChildren(QPushButton) if one.text() == words)
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

        pane.bar.run.click()
        await asked("These 4 calls will cost about $0.10; you want to be asked above $0.04.")
        answer("Not now")
        assert pane.question is None
        assert len(program.log.calls()) == calls, "nothing was sent"
        pane.bar.run.click()
        await asked("These 4 calls will cost about $0.10; you want to be asked above $0.04.")
        answer("Run all the same")
        done = await ran(it, pane)
        assert [one.failed for one in done.outcomes] == [""] * 4
        assert pane.verdict.more.text() == "5 more runs, ≈ $0.25"
        pane.verdict.more.click()
        await asked("These 10 calls will cost about $0.25; you want to be asked above $0.04.")
        answer("Not now")
        assert pane.desk.comparison == done

    drive(scenario)


def test_a_client_that_is_stopped_is_stopped_at_fal_too(drive: Drive, emulator: EmulatorProcess) -> None:
    async def scenario(it: Driven) -> None:
        program = it.program
        door = program.comparisons
        finished: list[Comparison] = []
        began: list[str] = []
        door.finished.connect(finished.append)
        door.turn_started.connect(lambda _id, _turn, call: began.append(call))
        await until(lambda: door.is_ready)
        request = Request("emulator/bench", Mode.RUN, {"seconds": 60})
        facts = Facts(ProfileKind.EMULATOR, is_near=True, clients={Transport.PYTHON_CLIENT: "fal-client 1"})
        lanes = lanes_for(request, facts)
        lane = next(lane for lane in lanes if lane.transport is Transport.PYTHON_CLIENT)
        since = emulator.last()
        door.run(Plan((msgspec.structs.replace(lane, is_on=True),), runs=2, warm_ups=0))
        await until(lambda: bool(began), limit_s=20)
        (call,) = began
        await until(
            lambda: any(isinstance(event.fact, e.Enqueued) for event in program.log.of(call)),
            what="the client has told its request id",
            limit_s=30,
        )
        door.stop()
        await until(lambda: finished, what="it stops", limit_s=20)
        assert finished[0].is_stopped
        assert finished[0].outcomes == ()
        await until(lambda: program.calls.state(call).is_ended, what="fal has told its end", limit_s=30)
        request_id = program.calls.row(call).request_id
        puts = [item["path"] for item in emulator.requests(since, method="PUT")]
        assert any(request_id in path and path.endswith("/cancel") for path in puts)
        assert program.calls.state(call).phase is Phase.CANCELLED
        assert program.calls.state(call).client == "fal-client 1"

    drive(scenario)


def test_a_lane_that_nobody_knows_of_is_asked_about_for_free(drive: Drive, emulator: EmulatorProcess) -> None:
    async def scenario(it: Driven) -> None:
        catalogue = it.program.catalogue
        for endpoint, stays in (("emulator/image", True), ("emulator/sketch", False)):
            catalogue.put([msgspec.structs.replace(catalogue.get(endpoint), support={})])
            it.space.set_endpoint(endpoint)
            it.space.document.set_value("prompt", "a lighthouse")
            pane = await shown(it)
            ids = [view.lane.id for view in pane.chart.views]
            stream, live = ids.index("stream"), ids.index("realtime")
            assert pane.chart.probe_rect(live).isEmpty(), "a session would have to be opened"
            assert pane.chart.views[live].note.startswith("Not known whether")
            button = pane.chart.probe_rect(stream)
            assert not button.isEmpty()
            pane.chart.choose(stream)
            assert "Press P to ask, for free" in pane.chart.accessibleDescription()
            since = emulator.last()
            if stays:
                QTest.mouseClick(pane.chart, Qt.MouseButton.LeftButton, pos=button.center())
            else:
                pane.chart.setFocus()
                QTest.keyClick(pane.chart, Qt.Key.Key_P)
            chart = pane.chart
            await until(
                lambda chart=chart, stream=stream: not chart.views[stream].lane.can_probe, what="it is known"
            )
            lane = chart.views[stream].lane
            assert lane.reason == ("" if stays else "emulator/sketch has no /stream route: it was asked.")
            assert lane.is_called is stays
            asked = emulator.requests(since, method="POST")
            assert [item["status"] for item in asked] == [422 if stays else 404]
            it.window.comparing.leave()

    drive(scenario)
