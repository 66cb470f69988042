"""Two calls of the history against each other: numbers, inputs, results and outputs, also of an earlier start."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fal_studio.core.artifacts import Kind, find
from fal_studio.core.call import Phase
from fal_studio.core.request import Mode
from fal_studio.ui.compare.locked_view import Way
from fal_studio.ui.queue.dock import QueueDock
from fal_studio.ui.shell.two_calls import TwoCallsPanel, rows_of
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

SHIFT = Qt.KeyboardModifier.ShiftModifier
QUICK = {"image_size": "square", "num_inference_steps": 4}


async def ran(hand: Driven, **arguments: object) -> str:
    await hand.run(**arguments)
    await hand.ended()
    return hand.space.result.call


async def put(hand: Driven, dock: QueueDock, one: str, other: str) -> TwoCallsPanel:
    """Choose two neighbours of the list with the keys, and let them be compared."""
    dock.table.choose(one)
    dock.table.setFocus()
    is_below = dock.model.place(other) > dock.model.place(one)
    await hand.key(Qt.Key.Key_Down if is_below else Qt.Key.Key_Up, SHIFT)
    assert set(dock.table.calls()) == {one, other}
    hand.window.actions_["queue.compare"].trigger()
    two = hand.window.commands.two
    assert two is not None
    await until(two.panel.isVisible)
    return two.panel


def test_two_calls_of_an_earlier_start_are_put_against_each_other(drive_kept: Drive) -> None:
    calls: list[str] = []

    async def before(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        calls.append(await ran(hand, seed=1, **QUICK))
        await hand.shown()
        calls.append(await ran(hand, seed=2, **QUICK))
        await hand.shown()
        calls.append(await ran(hand, guidance_scale=35))
        hand.window.open_starter("Explain queues to a child")
        calls.append(await ran(hand, max_tokens=20))
        calls.append(await ran(hand, max_tokens=22))
        dock = hand.window.monitor.open()
        await until(lambda: len(dock.table.calls()) <= 1 and dock.model.rowCount() == 5)
        panel = await put(hand, dock, calls[1], calls[2])
        await until(lambda: panel.diff.found and panel.diff.found[0].path == "guidance_scale")
        await until(lambda: panel.outputs.note("Later")[0].startswith("failed: "))
        panel.kinds.chosen.emit("inputs")
        await hand.key(Qt.Key.Key_Escape)
        assert panel.isHidden()

    async def after(hand: Driven) -> None:
        await hand.key(Qt.Key.Key_H, CTRL)
        dock = hand.window.monitor.dock
        assert dock is not None
        await until(lambda: dock.model.place(calls[0]) >= 0, what="the calls are listed")
        action = hand.window.actions_["queue.compare"]
        dock.table.choose(calls[0])
        await until(lambda: not action.isEnabled())
        assert "two calls" in action.toolTip()

        panel = await put(hand, dock, calls[1], calls[0])
        await until(lambda: panel.diff.found, what="both were read")
        (seed,) = panel.diff.found
        assert (seed.path, seed.left, seed.right) == ("seed", 1, 2)
        outputs = panel.outputs
        await until(
            lambda: "pixels" in outputs.note("Later")[0], what="the pictures are compared", limit_s=20
        )
        assert all(tile.image is not None for tile in outputs.view.tiles)
        assert panel.sides is not None
        first, second, apart = rows_of(*panel.sides)
        assert (first[0], first[3], first[4], first[8]) == ("Earlier", "run", "done", "free")
        assert second[0] == "Later"
        assert apart[8] == "same"
        rows = [one.row for one in panel.sides]
        assert [row.call for row in rows] == calls[:2]
        assert apart[5][0] in "+−s"
        for way in (Way.SLIDER, Way.FLIP, Way.DIFFERENCE):
            outputs.ways.chosen.emit(way)
            assert outputs.view.way is way
        QTest.keyClick(outputs.view, Qt.Key.Key_Plus)
        assert outputs.view.zoom > 1
        panel.kinds.set_chosen("results")
        panel.kinds.chosen.emit("results")
        await until(lambda: "seed" in {one.path for one in panel.diff.found})
        panel.copy.click()
        assert "changed\tseed\t1\t2" in QApplication.clipboard().text()

        panel = await put(hand, dock, calls[4], calls[3])
        assert panel.diff.words == "Reading…" or panel.diff.found
        await until(panel.outputs.words.toPlainText, what="what differs in the words is shown", limit_s=20)
        assert outputs.view.way is Way.DIFFERENCE
        assert {line[:1] for line in panel.outputs.words.toPlainText().splitlines()} >= {"+", "-"}
        panel.later.click()
        await until(lambda: hand.space.result.call == calls[4], what="it is shown in a tab")
        assert panel.isHidden()
        assert hand.state.phase is Phase.DONE

    drive_kept(before)
    drive_kept(after)


@pytest.mark.qt_log_ignore("pipewire", "Couldn't", "PulseAudio", "No RHI backend")  # what the machine has
def test_films_are_played_from_the_disk_and_never_held_in_memory(drive_kept: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.open_endpoint("emulator/video")
        calls = [await ran(hand, prompt="a boat", seed=seed) for seed in (1, 2)]
        dock = hand.window.monitor.open()
        await until(lambda: dock.model.rowCount() == 2)
        panel = await put(hand, dock, calls[1], calls[0])
        head = panel.outputs.moving.playhead
        await until(lambda: len(head.tracks) == 2 and head.duration_ms > 0, what="both films", limit_s=30)
        await until(lambda: all(tile.image is not None for tile in panel.outputs.view.tiles), limit_s=20)
        bytes_of = hand.window.bytes_of
        for call in calls:
            (film,) = (one for one in find(hand.program.calls.state(call).output) if one.kind is Kind.VIDEO)
            assert bytes_of.file(film) is not None, "it is known where it lies"
            assert bytes_of.at_hand(film) is None, "its bytes are not in memory"
        await hand.key(Qt.Key.Key_Escape)

    drive_kept(scenario)
