"""Lanes: what is drawn sums up, keys reach every stage and tell it in words, the table twin says the same."""

import itertools

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fal_studio.core.comparing.outcome import typical
from fal_studio.core.stages import Step
from fal_studio.ui.compare.lane_chart import LaneChart
from fal_studio.ui.compare.lane_table import LaneTable, LaneTableModel
from fal_studio.ui.compare.lane_view import WARM_UP, Live, stage_words, views
from fal_studio.ui.compare.time_axis import TimeAxis, panned, zoomed
from fal_studio.ui.style import dress
from fal_studio.ui.tokens import Scheme
from tests.ui.compare.samples import MS, analysis, comparison, plan

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def chart(qapp: QApplication, qtbot: QtBot) -> LaneChart:
    dress(qapp, Scheme.DARK)
    made = LaneChart()
    qtbot.addWidget(made)
    done = comparison()
    made.show_views(views(done.plan, done, analysis(done)))
    made.resize(1236, made.sizeHint().height())
    made.show()
    return made


def test_a_lane_shows_the_run_in_the_middle_and_a_dot_for_every_counted_run() -> None:
    done = comparison(runs=5)
    shown = {view.lane.id: view for view in views(done.plan, done, analysis(done))}
    totals = sorted(one.total_ns or 0 for one in done.of("run"))
    assert shown["run"].stretches[-1].end_ns == totals[2]
    assert sorted(shown["run"].dots_ns) == totals, "warm-ups have no dot"
    assert shown["stream"].note == "no /stream path in this endpoint's schema"
    assert shown["stream"].number("median_s") == "–"
    assert shown["run"].aside("median_s") == "◆ best"
    assert typical(()) is None


def test_failed_runs_are_told_and_lead_to_their_call() -> None:
    done = comparison(failing="submit")
    view = next(view for view in views(done.plan, done, analysis(done)) if view.lane.id == "submit")
    assert (view.note, view.call) == ("The server did not answer.", "bad-4")
    assert view.numbers.failed == 5


def test_before_anything_was_called_every_lane_is_there() -> None:
    planned = plan()
    assert [view.lane.id for view in views(planned)] == [lane.id for lane in planned.lanes]
    assert {view.note for view in views(planned) if not view.lane.reason} == {"not called yet"}


def test_a_lane_that_was_only_warmed_up_shows_that_bar_and_says_that_it_counts_nowhere() -> None:
    done = comparison()
    warmed = msgspec.structs.replace(
        done,
        ended_wall_s=0.0,
        outcomes=tuple(one for one in done.outcomes if one.turn.is_warm_up and one.turn.lane != "submit"),
    )
    shown = {view.lane.id: view for view in views(done.plan, warmed)}
    run = shown["run"]
    assert run.is_warm_up
    assert run.stretches == warmed.of("run", warm_ups=True)[-1].stages
    assert run.note == ""
    assert (run.dots_ns, run.done, run.number("median_s"), run.progress) == ((), 0, "–", "0 of 5")
    assert WARM_UP in stage_words(run, 0)[0]
    assert shown["submit"].note == "not called yet"
    under_way = views(done.plan, warmed, live={"run": Live("call", warmed.outcomes[0].stages)})
    assert not next(view for view in under_way if view.lane.id == "run").is_warm_up
    table = LaneTableModel()
    table.show_views(tuple(shown.values()))
    assert f"run: {WARM_UP}" in table.text()
    assert not any(view.is_warm_up for view in views(done.plan, done))


def test_a_call_that_is_under_way_is_drawn() -> None:
    planned = plan()
    so_far = comparison().of("run")[0].stages[:2]
    view = views(planned, live={"run": Live("call-9", so_far)})[0]
    assert (view.stretches, view.call, view.is_running, view.note) == (so_far, "call-9", True, "")


def test_bars_stand_in_order_apart_and_end_where_the_axis_says(chart: LaneChart) -> None:
    index = [view.lane.id for view in chart.views].index("subscribe_poll")
    areas = chart.bar_rects(index)
    assert all(area.width() >= 2 for area in areas)
    assert all(right.left() >= left.right() + 1 for left, right in itertools.pairwise(areas))
    run = [stretch.step for stretch in chart.views[index].stretches].index(Step.RUN)
    assert areas[run].right() == pytest.approx(
        chart.axis.x(chart.views[index].stretches[run].end_ns) - 1, abs=1
    )


def test_keys_walk_through_stages_and_lanes_and_tell_them(chart: LaneChart, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []
    calls: list[str] = []
    chart.chosen_changed.connect(lambda words, how: told.append((words, how)))
    chart.call_wanted.connect(calls.append)
    chart.choose(0)
    QTest.keyClick(chart, Qt.Key.Key_Down)
    for _ in range(4):
        QTest.keyClick(chart, Qt.Key.Key_Right)
    assert told[-1][0] == "subscribe, polls every 0.5 s: queued 0.17 s"
    assert chart.accessibleDescription().startswith(told[-1][0])
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert "metrics.inference_time" in told[-1][1]
    assert "its true end lies between" in told[-1][1]
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert calls == [chart.views[1].call]
    for _ in range(20):
        QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.stage == -1
    assert told[-1][0] == "subscribe, polls every 0.5 s"
    assert told[-1][1].startswith("first useful ")


def test_lanes_are_switched_by_box_and_by_key_but_not_those_with_a_reason(chart: LaneChart) -> None:
    switched: list[tuple[str, bool]] = []
    chart.switched.connect(lambda lane, is_on: switched.append((lane, is_on)))
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.switch_rect(0).center())
    ids = [view.lane.id for view in chart.views]
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.switch_rect(ids.index("stream")).center())
    chart.choose(ids.index("submit"))
    QTest.keyClick(chart, Qt.Key.Key_Space)
    assert switched == [("run", False), ("submit", False)]
    chart.is_locked = True
    QTest.keyClick(chart, Qt.Key.Key_Space)
    assert len(switched) == 2, "not while it runs"


def test_zoom_keeps_the_moment_in_place_and_shows_nothing_outside(chart: LaneChart) -> None:
    before = chart.axis
    moment = before.t_ns(500)
    chart.zoom(4, 500)
    assert chart.axis.x(moment) == pytest.approx(500)
    assert chart.axis.span_ns == pytest.approx(before.span_ns / 4)
    QTest.mouseDClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(700, chart.row(0).center().y()))
    assert chart.axis == before
    assert zoomed(0, 100.0 * MS, 100.0 * MS, 50.0 * MS, 0.1) == (0, 100.0 * MS)
    assert panned(-5, 10, 100) == (0, 10)
    assert panned(200, 10, 100) == (90, 10)


def test_the_wheel_zooms_with_control_and_a_drag_moves_the_time(chart: LaneChart) -> None:
    whole = chart.axis
    place = QPointF(500, chart.row(0).center().y())
    for _ in range(3):
        turn = QWheelEvent(
            place, place, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(chart, turn)
    near = chart.axis
    assert near.span_ns == pytest.approx(whole.span_ns / 1.25**3)
    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=place.toPoint())
    QTest.mouseMove(chart, place.toPoint() - QPoint(100, 0))
    QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=place.toPoint() - QPoint(100, 0))
    assert chart.axis.start_ns == pytest.approx(near.start_ns + 100 / near.width_px * near.span_ns)
    assert chart.axis.span_ns == near.span_ns


def test_named_moments_are_round_and_apart() -> None:
    ticks = TimeAxis(0, 1.85e9, 270, 576).ticks(72)
    assert [words for _x, words in ticks][:3] == ["0 s", "0.25 s", "0.5 s"]
    assert all(right[0] - left[0] >= 72 for left, right in itertools.pairwise(ticks))
    assert [words for _x, words in TimeAxis(0, 2e6, 0, 300).ticks(72)][1] == "0.5 ms"


def test_a_narrow_chart_keeps_every_number(chart: LaneChart) -> None:
    assert chart.columns == ("first_useful_s", "median_s", "p95_s", "cost_usd")
    chart.resize(980, chart.height())
    assert chart.columns == ("first_useful_s", "median_s")
    assert chart.number_rect(0, 1).right() <= chart.width() - 12
    assert not chart.grab().isNull()


def test_the_table_says_the_same_and_is_copied_whole(chart: LaneChart, qtbot: QtBot) -> None:
    table = LaneTable()
    qtbot.addWidget(table)
    table.lanes.show_views(chart.views)
    heads = [table.lanes.headerData(n, Qt.Orientation.Horizontal) for n in range(table.lanes.columnCount())]
    assert heads[:7] == ["lane", "runs", "failed", "first useful", "median", "p95", "cost"]
    assert "poll slack" in heads
    assert table.lanes.index(0, 4).data() == f"{chart.views[0].number('median_s')} ◆ best"
    QTest.keySequence(table, QKeySequence(QKeySequence.StandardKey.Copy))
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + len(chart.views)
    assert lines[0].split("\t") == heads


def test_a_right_click_chooses_the_stage_under_it_and_offers_what_can_be_done(
    chart: LaneChart, qtbot: QtBot
) -> None:
    places: list[QPoint] = []
    chart.menu_wanted.connect(places.append)
    stage = chart.bar_rects(1)[-1].center().toPoint()
    head, name = QPoint(5, 5), QPoint(60, chart.row(0).center().y())
    for at in (head, stage, name):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, chart.mapToGlobal(at))
        QApplication.sendEvent(chart, event)
        if at is stage:
            assert (chart.lane, chart.stage) == (1, len(chart.views[1].stretches) - 1)
            assert chart.words.startswith(chart.accessibleDescription().partition(". ")[0])
    assert (chart.lane, chart.stage) == (0, -1)
    assert places == [chart.mapToGlobal(stage), chart.mapToGlobal(name)], "nothing to offer over the head"
