"""The gallery: finished calls that made files as pictures, real calls on the real emulator in the real window."""

import asyncio
from itertools import count

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from fal_studio.core.call import Phase
from fal_studio.core.history import REJECTED
from fal_studio.core.request import Mode
from fal_studio.ui.queue.gallery import Gallery
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SEEDS = count(4_000)
QUICK = {"image_size": "square", "num_inference_steps": 4}


async def opened(hand: Driven) -> Gallery:
    await hand.key(Qt.Key.Key_4, CTRL)
    pane = hand.window.gallery.pane
    assert pane is not None
    assert hand.window.page == "gallery"
    return pane


async def ran(hand: Driven, **arguments: object) -> str:
    await hand.run(**({"seed": next(SEEDS)} | QUICK | arguments))
    await hand.ended()
    return hand.space.result.call


def calls(pane: Gallery) -> list[str]:
    return [row.call for line in range(pane.model.rowCount()) if (row := pane.model.row(line))]


def test_what_was_made_stands_there_newest_first_and_what_made_nothing_does_not(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        pane = await opened(hand)
        await until(pane._empty.isVisible, what="the empty gallery says what it is for")
        await hand.key(Qt.Key.Key_1, CTRL)
        first = await ran(hand, prompt="a red door")
        hand.space.set_mode(Mode.RUN)
        failed = await ran(hand, guidance_scale=35)
        assert hand.state.phase is Phase.FAILED
        hand.space.document.unset("guidance_scale")
        second = await ran(hand, prompt="a blue door")
        await opened(hand)
        await until(lambda: calls(pane) == [second, first], what="both pictures are there")
        assert failed not in calls(pane)
        assert pane.tiles.call() == second, "who comes has the newest chosen"
        assert hand.window.focusWidget() is pane.tiles
        told = pane.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert told.startswith("picture, a blue door, emulator/image, run, ")
        await until(
            lambda: pane.thumbnails.get(pane.model.row(0).thumbnail, pane.tiles.pixels()),
            what="the picture is there to be painted",
        )
        assert pane.tiles.horizontalScrollBar().maximum() == 0
        await until(lambda: "size square" in pane.foot.facts.text(), what="the foot says the size")
        assert pane.foot.prompt.text() == "a blue door"

    drive(scenario)


def test_a_call_that_ends_while_one_looks_comes_in_and_what_is_chosen_stays(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        first = await ran(hand)
        pane = await opened(hand)
        await until(lambda: pane.tiles.call() == first)
        hand.space.document.set_value("seed", next(SEEDS))
        hand.space.run()
        await until(
            lambda: len(calls(pane)) == 2, what="the new picture stands before the old one", limit_s=20
        )
        assert calls(pane)[1] == first == pane.tiles.call()

    drive(scenario)


def test_the_filter_is_that_of_the_history(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        red = await ran(hand, prompt="a red door")
        await ran(hand, prompt="a blue door")
        pane = await opened(hand)
        await until(lambda: len(calls(pane)) == 2)
        pane.filter.setText("red state:done")
        await until(lambda: calls(pane) == [red])
        pane.filter.setText("green")
        await until(pane._empty.isVisible, what="it is said that nothing fits")
        pane.filter.setText("")
        await until(lambda: len(calls(pane)) == 2)

    drive(scenario)


def test_letters_put_parts_of_a_call_into_the_request_and_r_opens_it_with_another_seed(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        old = await ran(hand, prompt="a red door", seed=77, image_size="square")
        space = hand.space
        for name, value in (("prompt", "a boat"), ("seed", 5), ("image_size", "square_hd")):
            space.document.set_value(name, value)
        pane = await opened(hand)
        await until(lambda: pane.tiles.call() == old)
        await hand.key(Qt.Key.Key_P)
        await until(lambda: space.document.arguments["prompt"] == "a red door")
        assert (space.document.arguments["seed"], space.document.arguments["image_size"]) == (5, "square_hd")
        await hand.key(Qt.Key.Key_S)
        await until(lambda: space.document.arguments["seed"] == 77)
        await hand.key(Qt.Key.Key_D)
        await until(lambda: space.document.arguments["image_size"] == "square")
        assert hand.window.page == "gallery", "more can be taken from other pictures"
        space.document.set_value("prompt", "a boat")
        await hand.key(Qt.Key.Key_A)
        await until(lambda: space.document.arguments["prompt"] == "a red door")
        await hand.key(Qt.Key.Key_R)
        await until(lambda: hand.space is not space, what="the remix has a tab of its own")
        assert hand.window.page == "request"
        assert hand.space.document.arguments["prompt"] == "a red door"
        assert hand.space.document.arguments["seed"] != 77
        assert not hand.space.result.call, "it is opened, not run"

    drive(scenario)


def test_letters_in_the_filter_write(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        old = await ran(hand, prompt="a red door")
        hand.space.document.set_value("prompt", "a boat")
        pane = await opened(hand)
        await until(lambda: pane.tiles.call() == old)
        pane.filter.setFocus()
        QTest.keyClicks(pane.filter, "pasdr")
        await asyncio.sleep(0)
        assert pane.filter.text() == "pasdr"
        assert hand.space.document.arguments["prompt"] == "a boat"

    drive(scenario)


def test_return_shows_the_call(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        old = await ran(hand)
        await ran(hand)
        pane = await opened(hand)
        await until(lambda: len(calls(pane)) == 2)
        await hand.key(Qt.Key.Key_Right)
        assert pane.tiles.call() == old
        await hand.key(Qt.Key.Key_Return)
        await until(lambda: hand.window.page == "request" and hand.space.result.call == old)

    drive(scenario)


def test_delete_puts_it_into_the_trash_and_undo_brings_it_back(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        old = await ran(hand)
        kept = await ran(hand)
        pane = await opened(hand)
        await until(lambda: len(calls(pane)) == 2)
        pane.tiles.choose(old)
        await hand.key(Qt.Key.Key_Delete)
        await until(lambda: calls(pane) == [kept])
        assert pane.tiles.call() == kept, "the keyboard goes on with its neighbour"
        toast = next(one for one in hand.window.toasts.shown() if one.news.action)
        hand.window.toasts.action_wanted.emit(toast.news.key)
        await until(lambda: calls(pane) == [kept, old], what="it is back in its place")

    drive(scenario)


def test_the_menu_is_that_of_a_row_and_two_can_be_compared(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        old = await ran(hand)
        await ran(hand)
        pane = await opened(hand)
        await until(lambda: len(calls(pane)) == 2)
        pane.tiles.choose(old)
        pane.menu_wanted.emit(pane.mapToGlobal(QPoint(40, 80)))
        await until(QApplication.activePopupWidget, what="the menu is open")
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        names = {action.text().replace("&", "") for action in menu.actions()}
        assert {"The result", "Show the call", "Recall the prompt", "Remix in a new tab", "Remove"} <= names
        menu.close()
        assert not hand.window.actions_["queue.compare"].isEnabled()
        pane.tiles.selectAll()
        await until(hand.window.actions_["queue.compare"].isEnabled)
        hand.window.actions_["queue.compare"].trigger()
        await until(lambda: hand.window.commands.two is not None, what="the two are put against each other")
        await hand.key(Qt.Key.Key_Escape)

    drive(scenario)


def test_pictures_become_larger_and_smaller_with_keys_and_the_slider_and_stay_so(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await ran(hand)
        pane = await opened(hand)
        await until(pane.tiles.call)
        before = pane.tiles.gridSize().width()
        QTest.keyClicks(pane.tiles, "+")
        assert pane.tiles.gridSize().width() > before
        larger = pane.scale.value()
        QTest.keyClicks(pane.tiles, "--")
        assert pane.tiles.gridSize().width() < before
        assert pane.scale.value() == larger - 2
        assert hand.window.arrangement.of("gallery") == (larger - 2,)

    drive(scenario)


def test_the_queue_that_is_opened_from_there_is_seen(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await opened(hand)
        await hand.key(Qt.Key.Key_H, CTRL)
        await until(lambda: hand.window.monitor.dock is not None and hand.window.monitor.dock.isVisible())
        assert hand.window.page == "request"

    drive(scenario)


def test_stars_ratings_and_rejections_are_a_key_each_are_seen_and_found(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        first = await ran(hand, prompt="a red door")
        second = await ran(hand, prompt="a blue door")
        pane = await opened(hand)
        row = pane.listing.row
        await until(lambda: pane.tiles.call() == second and len(calls(pane)) == 2)
        plain = pane.tiles.grab().toImage()
        await hand.key(Qt.Key.Key_Period)
        await until(lambda: row(second).starred, what="the newest has a star")
        await hand.key(Qt.Key.Key_4)
        await until(lambda: row(second).rating == 4)
        assert "Rated 4 of 5" in hand.window.status.text
        assert pane.tiles.grab().toImage() != plain, "the marks are drawn"
        told = pane.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert "starred, rated 4 of 5" in told
        await hand.key(Qt.Key.Key_Right)
        await hand.key(Qt.Key.Key_X)
        await until(lambda: row(first).rating == REJECTED)
        pane.only_starred.click()
        await until(lambda: calls(pane) == [second], what="only the starred one")
        assert pane.filter.text() == "is:starred"
        pane.only_starred.click()
        await until(lambda: len(calls(pane)) == 2)
        pane.filter.setText("-is:rejected")
        await until(lambda: calls(pane) == [second])
        pane.tiles.setFocus()
        pane.tiles.choose(second)
        await hand.key(Qt.Key.Key_X)
        await until(pane._empty.isVisible, what="the last one is rejected, too")
        pane.filter.setText("")
        await until(lambda: len(calls(pane)) == 2)
        pane.tiles.setFocus()
        pane.tiles.selectAll()
        await hand.key(Qt.Key.Key_X)
        await until(lambda: not any(row(call).rating for call in (first, second)), what="taken back for both")
        assert row(second).starred

    drive(scenario)


def test_what_goes_out_of_the_filter_leaves_the_keyboard_at_its_neighbour(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        old = await ran(hand)
        middle = await ran(hand)
        await ran(hand)
        pane = await opened(hand)
        pane.filter.setText("-is:rejected")
        await until(lambda: len(calls(pane)) == 3)
        pane.tiles.setFocus()
        pane.tiles.choose(middle)
        await hand.key(Qt.Key.Key_X)
        await until(lambda: middle not in calls(pane))
        await until(lambda: pane.tiles.call() == old, what="the next one is chosen: one can go on with X")

    drive(scenario)


def test_what_somebody_thinks_is_there_after_a_restart_and_in_the_list(drive_kept: Drive) -> None:
    made: list[str] = []

    async def first(hand: Driven) -> None:
        made.append(await ran(hand))
        pane = await opened(hand)
        await until(lambda: pane.tiles.call() == made[0])
        await hand.key(Qt.Key.Key_Period)
        await until(lambda: pane.listing.row(made[0]).starred)

    async def second(hand: Driven) -> None:
        pane = await opened(hand)
        await until(lambda: pane.listing.row(made[0]) is not None)
        assert pane.listing.row(made[0]).starred
        action = hand.window.actions_["queue.star"]
        await until(lambda: pane.tiles.call() == made[0])
        action.trigger()
        await until(lambda: not pane.listing.row(made[0]).starred)

    drive_kept(first)
    drive_kept(second)


def test_the_history_comes_to_sight_also_where_it_is_open_behind_the_gallery(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await ran(hand)
        hand.window.actions_["view.history"].trigger()
        dock = hand.window.monitor.dock
        assert dock is not None
        await opened(hand)
        assert not dock.isVisible(), "the gallery has all the room"
        hand.window.actions_["view.history"].trigger()
        await until(dock.isVisible, what="it is shown, and not closed unseen")
        assert hand.window.page == "request"

    drive(scenario)


def test_a_call_of_an_earlier_start_is_read_when_it_is_pressed(drive_kept: Drive) -> None:
    made: list[str] = []

    async def first(hand: Driven) -> None:
        made.append(await ran(hand))
        made.append(await ran(hand))

    async def second(hand: Driven) -> None:
        pulled: list[list[str]] = []
        hand.window.outlets.drag_several = lambda results, _look: pulled.append([call for call, _ in results])
        pane = await opened(hand)
        await until(lambda: len(calls(pane)) == 2)
        pane.tiles.selectAll()
        pane.tiles.pressed.emit(pane.model.index(0, 0))
        pulling = hand.window.gallery._pulling
        assert pulling is not None
        await until(lambda: all(pulling.files(call) for call in made), what="both are read")
        pane.tiles.drag_wanted.emit()
        assert [sorted(one) for one in pulled] == [sorted(made)]

    drive_kept(first)
    drive_kept(second)
