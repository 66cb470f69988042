"""The steps through calls: their events, the queue, the history, and calls against each other."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.core.call import Phase
from fal_studio.tour.hand import CTRL, Hand
from fal_studio.words import tr


async def events(hand: Hand) -> dict[str, Any]:
    """Everything that happened, event by event."""
    result = hand.space.result
    result.show_tab("events")
    await hand.frames()
    rows = result.events.model.rowCount()
    hand.check(rows >= 4, "the events are listed")
    result.events.select(rows - 1)
    await hand.frames()
    hand.shoot("chosen")
    result.show_tab("json")
    await hand.frames()
    hand.shoot("json")
    result.json.show_form("tree")
    await hand.frames()
    hand.check(result.json.tree.model.rowCount() == 1, "the result stands as a tree")
    hand.shoot("tree")
    result.json.show_form("text")
    result.show_tab("headers")
    await hand.frames()
    hand.shoot("headers")
    return {"rows": rows, **await _timeline(hand)}


async def _timeline(hand: Hand) -> dict[str, Any]:
    """Where the time of the call went: the whole, and its first exchange in full."""
    result = hand.space.result
    result.show_tab("timeline")
    await hand.frames()
    whole, *exchanges = result.timeline.lanes
    hand.check(bool(exchanges), "the exchanges are listed")
    spent_ns = sum(bar.end_ns - bar.start_ns for bar in whole.bars)
    hand.check(spent_ns == hand.state.ended_t_ns, "the stretches sum to the wall clock")
    hand.shoot("timeline")
    result.timeline.waterfall.setFocus()
    await hand.key(Qt.Key.Key_Down)
    await hand.frames()
    hand.check(tr("Sent") in result.timeline.text, "the exchange is told in full")
    hand.shoot("exchange")
    result.show_tab("preview")
    return {"exchanges": len(exchanges)}


async def queue(hand: Hand) -> dict[str, Any]:
    """The queue at the foot of the window: calls that wait, a failed one with its reasons and its log."""
    await hand.key(Qt.Key.Key_J, CTRL)
    await hand.until(lambda: hand.window.monitor.is_open, "Ctrl+J opened the queue")
    dock = hand.window.monitor.dock
    assert dock is not None
    rows = [row for at in range(dock.model.rowCount()) if (row := dock.model.row(at)) is not None]
    hand.check(len(rows) >= 8, f"the calls of this tour are listed, not {len(rows)}")
    hand.window.actions_["queue.pause"].trigger()
    hand.window.open_starter("Lighthouse")
    hand.space.document.set_value("guidance_scale", 3.5)
    hand.space.document.set_value("seed", 20)
    hand.space.run()
    await hand.until(
        lambda: (row := dock.model.row(0)) is not None and row.phase is Phase.WAITING, "a call waits here"
    )
    failed = next(row for row in rows if row.phase is Phase.FAILED)
    dock.table.choose(failed.call)
    await hand.frames()
    hand.shoot("failed")
    film = next(row for row in rows if row.endpoint == "emulator/video")
    dock.table.choose(film.call)
    await hand.frames()
    hand.check(dock.detail.logs.count >= 1, "the runner's log is shown")
    hand.shoot("log")
    hand.window.actions_["queue.pause"].trigger()
    await hand.until(
        lambda: (row := dock.model.row(0)) is not None and row.phase is Phase.DONE,
        "it was sent and is done",
    )
    await hand.frames()
    return {"calls": dock.model.rowCount(), "log_lines": dock.detail.logs.count}


async def history(hand: Hand) -> dict[str, Any]:
    """The history: everything, found by a word, and the difference between two calls' inputs."""
    await hand.key(Qt.Key.Key_H, CTRL)
    dock = hand.window.monitor.dock
    assert dock is not None
    await hand.until(lambda: dock.listing.shown == dock.listing.total > 0, "all calls are listed")
    everything = dock.listing.total
    dock.filter.setFocus()
    QTest.keyClicks(dock.filter, "lighthouse state:done")
    await hand.until(lambda: 0 < dock.listing.total < everything, "some are found")
    await hand.frames()
    hand.shoot("found")
    dock.table.setFocus()
    await hand.key(Qt.Key.Key_Home)
    await hand.key(Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    calls = dock.table.calls()
    hand.check(len(calls) >= 2, "several are selected")
    dock.table.choose(calls[0])
    dock.detail.show_tab("inputs")
    await hand.until(lambda: "prompt" in dock.detail.inputs.toPlainText(), "the inputs are shown")
    hand.shoot("inputs")
    found = dock.listing.total
    dock.filter.clear()
    hand.window.monitor.close()
    await hand.frames()
    return {"calls": everything, "found": found}


async def compare(hand: Hand) -> dict[str, Any]:
    """All ways of calling one request on one time axis: before, while they run, and what can be said in the end."""
    hand.window.open_new()
    await hand.choose_endpoint("emulator/sketch")
    await hand.until(lambda: bool(hand.space.editor.form.schema.fields), "the endpoint is known")
    await hand.type_prompt("A sailing boat at sunset, gouache")
    hand.space.document.set_value(
        "seed", 77
    )  # the same picture from every lane, as far as that depends on the model
    await hand.until(lambda: hand.program.comparisons.is_ready, "comparisons can run")
    await hand.key(Qt.Key.Key_2, CTRL)
    pane = hand.window.comparing.pane
    assert pane is not None
    await hand.until(lambda: len(pane.desk.plan.called) > 1, "the lanes are known")
    pane.bar.runs.setValue(3)  # enough for a verdict
    pane.bar.warm_ups.setValue(1)
    await hand.frames()
    hand.check(pane.empty.isVisible(), "the page says what it is for")
    hand.shoot("start")
    await hand.key(Qt.Key.Key_Return, CTRL | Qt.KeyboardModifier.AltModifier)
    door = hand.program.comparisons
    await hand.until(
        lambda: door.current is not None and len(door.current.outcomes) >= len(door.current.plan.called),
        "a round is done",
    )
    await hand.frames()
    hand.shoot("running")
    await hand.until(lambda: not pane.desk.is_running, "all turns are over", limit_s=150)
    view = pane.outputs.view
    await hand.until(
        lambda: sum(tile.image is not None for tile in view.tiles) > 1, "pictures of the lanes are shown"
    )
    await hand.frames()
    hand.check(bool(pane.desk.analysis.verdict), "there is a verdict")
    return {"lanes": len(pane.desk.plan.called), "verdict": pane.desk.analysis.verdict}


async def gallery(hand: Hand) -> dict[str, Any]:
    """The gallery: everything that was made, as pictures; one of them chosen, with what made it."""
    await hand.key(Qt.Key.Key_4, CTRL)
    pane = hand.window.gallery.pane
    assert pane is not None
    await hand.until(lambda: pane.listing.shown == pane.listing.total > 0, "what was made is listed")
    rows = [row for _, row in pane.tiles.visible_calls() if row.thumbnail]
    hand.check(bool(rows), "there are pictures")
    sharp = pane.tiles.pixels()
    await hand.until(
        lambda: all(pane.thumbnails.get(row.thumbnail, sharp) for row in rows), "the pictures are on screen"
    )
    pane.tiles.choose(rows[0].call)
    pane.tiles.setFocus()
    await hand.frames()
    return {"calls": pane.listing.shown, "with_pictures": len(rows)}


async def two_calls(hand: Hand) -> dict[str, Any]:
    """Two calls of the history against each other: numbers, inputs, and their pictures under one lens."""
    hand.window.pages.show_page("request")
    await hand.key(Qt.Key.Key_H, CTRL)
    dock = hand.window.monitor.dock
    assert dock is not None
    await hand.until(lambda: dock.listing.shown == dock.listing.total > 3, "all calls are listed")
    dock.filter.setText("rain long exposure")
    await hand.until(
        lambda: dock.listing.shown == dock.listing.total == 3, "the calls of the batch are found"
    )
    await hand.frames()
    dock.table.setFocus()
    await hand.key(Qt.Key.Key_Home)
    await hand.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    hand.window.actions_["queue.compare"].trigger()
    two = hand.window.commands.two
    assert two is not None
    outputs = two.panel.outputs
    await hand.until(
        lambda: outputs.note(tr("Later"))[0] not in ("", tr("nothing yet")), "both pictures are compared"
    )
    await hand.frames()
    found = [one.path for one in two.panel.diff.found]
    hand.check(found == ["seed"], f"the seed is what differs, not {found}")
    hand.shoot("side")
    two.panel.dismiss()
    dock.filter.clear()
    hand.window.monitor.close()
    await hand.frames()
    return {"differs": found, "note": outputs.note(tr("Later"))[0]}
