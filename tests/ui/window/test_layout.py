"""Panes are walked with F6 and Tab on every page, panels give the keyboard back, and the parts are as they were left."""

import gc
import time

import shiboken6
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QSplitter, QToolButton, QWidget

from fal_studio.core.history import Order
from fal_studio.ui.compare.lane_chart import LaneChart
from fal_studio.ui.queue.lines import GroupBy
from fal_studio.ui.request.inputs.seed import SeedInput
from fal_studio.ui.stream.model import Column
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.places import settle
from tests.waiting import PATIENCE, until

SHIFT = Qt.KeyboardModifier.ShiftModifier
MOST_STOPS = 150
PANELS = (
    "palette.open", "palette.requests", "keys.show", "settings.show", "help.log", "help.diagnostics", "privacy.sent",
    "key.add", "profiles.manage", "money.spent", "models.browse", "models.about", "webhooks.show", "queue.settings",
    "queue.space", "queue.take_up", "saved.save_as", "preset.save",
)  # fmt: skip


def pane_of(hand: Driven) -> str:
    window, space = hand.window, hand.space
    named: dict[str, QWidget | None] = {
        "library": window.library, "bar": space.bar, "editor": space.editor, "result": space.result,
        "queue": window.monitor.dock, "top": window.top, "tabs": window.tabs, "status": window.status,
        "live": window.pages.desk, "compare": window.comparing.pane, "rail": window.rail,
    }  # fmt: skip
    focused = window.focusWidget()
    return next(
        (
            name
            for name, one in named.items()
            if one and focused and (one is focused or one.isAncestorOf(focused))
        ),
        type(focused).__name__,
    )


async def f6(
    hand: Driven, steps: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> list[str]:
    seen: list[str] = []
    for _ in range(steps):
        await hand.key(Qt.Key.Key_F6, modifiers)
        seen.append(pane_of(hand))
    return seen


async def tabbed(hand: Driven) -> list[str]:
    """Press Tab until one is where one began; return the panes in their order, each once in a row."""
    start = hand.window.focusWidget()
    panes = [pane_of(hand)]
    for _ in range(MOST_STOPS):
        await hand.key(Qt.Key.Key_Tab)
        now = hand.window.focusWidget()
        if now is start:
            return panes
        assert now is not None
        assert now.isVisible(), f"Tab leads to {now}, which nobody sees"
        if pane_of(hand) != panes[-1]:
            panes.append(pane_of(hand))
    raise AssertionError(
        f"Tab does not come back to {start}: {panes}, it stays at {hand.window.focusWidget()}"
    )


def test_f6_and_tab_walk_through_all_panes_of_every_page(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.run()
        await hand.shown()
        hand.space.editor.focus_main()
        assert await f6(hand, 5) == ["result", "top", "library", "bar", "editor"]
        assert await f6(hand, 2, SHIFT) == ["bar", "library"]
        (hand.window.focusWidget() or hand.window).clearFocus()
        assert await f6(hand, 1, SHIFT) == ["top"], "from nowhere, back is to the last one"
        hand.window.monitor.open()
        hand.space.result.focus_main()
        assert await f6(hand, 2) == ["queue", "top"]
        hand.window.monitor.close()
        hand.space.editor.focus_main()
        panes = await tabbed(hand)
        assert set(panes) >= {"editor", "result", "top", "library", "bar"}
        for pane in ("library", "bar", "top"):
            assert panes.count(pane) == 1, f"Tab goes through {pane} in one go: {panes}"

        hand.window.pages.show_page("live")
        assert await f6(hand, 4) != ["top"] * 4
        await f6(hand, 1)
        assert set(await f6(hand, 4)) == {"live", "top"}
        await tabbed(hand)
        hand.window.pages.show_page("compare")
        seen = await f6(hand, 5)
        assert {"compare", "top", "rail"} <= set(seen)
        await tabbed(hand)

    drive(scenario)


def test_f6_walks_on_and_stays_in_sight_while_a_comparison_runs_in_little_room(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        window.monitor.open()
        window.actions_["compare.all"].trigger()
        pane = window.comparing.pane
        assert pane is not None
        await until(lambda: pane.desk.is_running, what="the comparison runs")
        await settle(hand)
        window.top.profile.setFocus(Qt.FocusReason.ShortcutFocusReason)
        seen = await f6(hand, 5)
        assert seen == ["rail", "compare", "compare", "compare", "queue"], seen
        await f6(hand, 3, SHIFT)
        for _ in range(3):
            focused = window.focusWidget()
            assert focused is not None
            if not isinstance(focused, LaneChart):
                assert not focused.visibleRegion().isEmpty(), f"{focused} is out of sight"
            await f6(hand, 1)
        pane.desk.stop()
        await until(lambda: not pane.desk.is_running, what="it has stopped", limit_s=20)

    drive(scenario)


def test_the_window_belongs_to_none_of_its_parts(drive: Drive) -> None:
    """PySide takes what some getters return for a child of who was asked: what is asked must not own the window by that."""

    async def scenario(hand: Driven) -> None:
        await hand.run()
        await hand.shown()
        assert shiboken6.ownedByPython(hand.window)
        for part in hand.window.findChildren(QWidget):
            above = [
                one for one in gc.get_referents(part) if isinstance(one, QWidget) and one.isAncestorOf(part)
            ]
            assert not above, f"{part} owns {above}"

    drive(scenario)


def test_every_panel_closes_on_esc_and_gives_the_keyboard_back(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        hand.space.editor.focus_main()
        prompt = window.focusWidget()
        for name in PANELS:
            action = window.actions_[name]
            assert action.isEnabled(), name
            action.trigger()
            panels = [one for one in window.findChildren(FloatingPanel) if one.isVisible()]
            assert len(panels) == 1, f"{name} opens {panels}"
            assert panels[0].isAncestorOf(window.focusWidget()) or window.focusWidget() is panels[0], name
            for _ in range(2):  # a field that has text is cleared first
                if panels[0].isVisible():
                    await hand.key(Qt.Key.Key_Escape)
            assert not panels[0].isVisible(), f"{name} stays open"
            assert window.focusWidget() is prompt, f"{name} does not give the keyboard back"

    drive(scenario)


def widths(hand: Driven) -> tuple[int, int]:
    return hand.window.library.width(), hand.space.editor.width()


def test_widths_and_the_second_window_are_as_they_were_left_until_they_are_reset(drive_kept: Drive) -> None:
    first: list[tuple[int, int]] = []
    left: list[tuple[int, int]] = []

    async def change(hand: Driven) -> None:
        window = hand.window
        first.append(widths(hand))
        drag(hand.window.library, 60)
        drag(hand.space.editor, -50)
        library, editor = widths(hand)
        assert library > first[0][0] + 30
        assert editor < first[0][1] - 20
        left.append((library, editor))
        window.open_new()
        assert widths(hand) == left[0], "all requests have one width"
        await hand.run(prompt="A red kite")
        await hand.shown()
        window.actions_["view.second"].trigger()
        assert window.second.viewer is not None
        assert window.second.viewer.has_files
        assert window.isActiveWindow() or window.second.is_open
        window.second.viewer.setGeometry(QRect(40, 50, 500, 400))
        window.activateWindow()

        # It follows what is made, and the request that is in front.
        await until(window.isActiveWindow)
        shown = window.second.viewer.windowTitle()
        await hand.run(seed=3)
        await hand.shown()
        await until(lambda: window.second.viewer is not None and window.second.viewer.windowTitle() != shown)

    async def again(hand: Driven) -> None:
        window, second = hand.window, hand.window.second
        await until(lambda: widths(hand) == left[0], what=lambda: f"widths of {left[0]}, not {widths(hand)}")
        await until(lambda: second.is_open and second.viewer, what="the second window is there again")
        assert second.viewer.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating), "it came by itself"
        await until(
            lambda: second.viewer.geometry().size().toTuple() == (500, 400), what="as large as it was"
        )
        window.monitor.open()
        window.monitor.detach()
        window.toggle_dock()
        window.actions_["view.reset_layout"].trigger()
        await until(lambda: widths(hand) == first[0], what="every part is as at first")
        assert not window.second.is_open
        assert not window.monitor.is_open
        assert not window.monitor.is_detached

    drive_kept(change)
    drive_kept(again)


def test_every_part_is_as_it_was_left_and_reset_gives_it_up(drive_kept: Drive) -> None:
    """Splitters, columns, orders, folds, the library's own window and the page in front; nothing of it costs a draft."""
    usual: dict[str, object] = {}
    left: dict[str, object] = {}

    async def change(hand: Driven) -> None:
        window, space = hand.window, hand.space
        await hand.run(prompt="A red kite", num_inference_steps=1)
        await hand.shown()
        space.result.show_tab("events")
        usual.update(await arrangement(hand))
        events = space.result.events
        drag_handle(events._split, 30)
        head = events._view.horizontalHeader()
        at = QPoint(head.sectionViewportPosition(Column.TIME) + head.sectionSize(Column.TIME) - 1, 8)
        drag_at(head.viewport(), at, QPoint(25, 0))
        space.editor.show_tab("json")
        dock = window.monitor.open()
        await until(lambda: dock.model.rowCount() > 0, what="the call is listed")
        await settle(hand)
        drag_handle(dock.split, -60)
        dock._on_order_wanted(Order.ENDPOINT)
        dock._on_group_chosen(GroupBy.MODE)
        left.update(await arrangement(hand))
        assert all(left[name] != usual[name] for name in usual), (usual, left)
        window.monitor.open()
        window.actions_["view.library_window"].trigger()
        own = window.library.window()
        assert own is not window
        own.setGeometry(QRect(30, 60, 300, 500))
        assert window.rail.isVisible()
        window.activateWindow()
        await until(window.isActiveWindow)
        space.editor.focus_main()
        reached: set[bool] = set()
        for _ in range(7):
            await f6(hand, 1)
            focused = QGuiApplication.focusObject()
            reached.add(isinstance(focused, QWidget) and window.library.isAncestorOf(focused))
        assert True in reached, "F6 comes by the library's own window, too"
        window.activateWindow()
        window.pages.show_page("compare")

    async def again(hand: Driven) -> None:
        window, space = hand.window, hand.space
        await until(lambda: window.page == "compare", what="the page is in front that was")
        await until(lambda: window.library.window() is not window, what="the library is out again")
        assert window.library.window().geometry().size().toTuple() == (300, 500)
        await until(lambda: space.editor.tab == "json", what="the editor shows what it showed")
        window.pages.show_page("request")
        await hand.run(seed=3)
        await hand.shown()
        space.result.show_tab("events")
        await until(lambda: window.monitor.is_open, what="the queue is open again")
        await until_arranged(hand, left)
        window.actions_["view.library_window"].trigger()
        assert window.library.window() is window
        assert window.library.isVisible()
        window.actions_["view.library_window"].trigger()
        window.actions_["view.reset_layout"].trigger()
        assert window.library.window() is window
        space.editor.show_tab("form")
        await until_arranged(hand, usual)
        window.toggle_dock()

    async def folded(hand: Driven) -> None:
        assert not hand.window.library.isVisible()
        assert hand.window.rail.isVisible()

    drive_kept(change)
    drive_kept(again)
    drive_kept(folded)


def test_the_button_for_more_menus_is_large_enough_to_be_seen_and_hit(drive: Drive, theme: Theme) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.resize(1280, 800)
        theme.set_zoom(2.0)
        more = hand.window.top.menus.findChild(QToolButton, "qt_menubar_ext_button")
        assert isinstance(more, QToolButton)
        await until(more.isVisible, what="not all menus have room at 200 %")
        await settle(hand)
        assert more.width() >= theme.px(24)
        assert more.iconSize().width() == theme.px(16)
        place = more.mapTo(hand.window.top, more.rect().topRight())
        assert place.x() <= hand.window.top.pages.x(), "it does not cover the pages"

    drive(scenario)


def test_requests_show_the_results_again_that_they_showed_when_they_were_left(drive_kept: Drive) -> None:
    left: list[str] = []

    async def make(hand: Driven) -> None:
        await hand.run(prompt="A red kite", num_inference_steps=1)
        await hand.shown()
        left.append(hand.space.result.call)
        hand.window.open_new()
        hand.window.open_endpoint("emulator/image")
        await hand.run(prompt="A blue kite", num_inference_steps=1)
        await hand.shown()
        left.append(hand.space.result.call)

    async def again(hand: Driven) -> None:
        window = hand.window
        first, empty, last = window.workspaces
        assert hand.space is window.workspaces[last]
        await until(lambda: hand.space.result.call == left[1], what="the result of the request in front")
        await hand.shown()
        assert window.workspaces[first].result.call == "", "what nobody looks at is not read"
        window.show_request(empty)
        assert hand.space.result.call == ""

    async def once_more(hand: Driven) -> None:
        window = hand.window
        first, empty, last = window.workspaces
        assert hand.space is window.workspaces[empty]
        window.show_request(last)
        window.show_request(first)
        for key, call in zip((first, last), left, strict=True):
            result = window.workspaces[key].result
            await until(lambda result=result, call=call: result.call == call, what=f"the result of {key}")
        await hand.shown()
        await hand.run(prompt="A green kite")
        assert hand.space.result.call not in left

    drive_kept(make)
    drive_kept(again)
    drive_kept(once_more)


async def until_arranged(hand: Driven, wanted: dict[str, object]) -> None:
    """Look again and again: each look opens and closes the queue, so that it is no predicate of `until`."""
    ends = time.monotonic() + 10 * PATIENCE
    while (found := await arrangement(hand)) != wanted:
        assert time.monotonic() < ends, f"{found} and not {wanted}"


async def arrangement(hand: Driven) -> dict[str, object]:
    """How the queue and the events of the request in front are divided, sorted and gathered; the queue is closed then."""
    dock, events = hand.window.monitor.open(), hand.space.result.events
    await settle(hand)
    found: dict[str, object] = {
        "queue": dock.split.sizes(),
        "order": (dock.listing.wish.order, dock.listing.wish.by),
        "editor": hand.space.editor.tab,
    }
    hand.window.monitor.close()
    await until(lambda: events.model.rowCount() > 0, what="the events are listed")
    events.select(0)
    await settle(hand)
    column = events._view.horizontalHeader().sectionSize(Column.TIME)
    return found | {"events": events._split.sizes(), "column": column}


def drag_handle(split: QSplitter, by: int) -> None:
    across = split.orientation() is Qt.Orientation.Horizontal
    handle = split.handle(1)
    drag_at(handle, handle.rect().center(), QPoint(by, 0) if across else QPoint(0, by))


def drag_at(part: QWidget, at: QPoint, by: QPoint) -> None:
    """Pull at a place of a part with the mouse."""
    QTest.mousePress(part, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(part, at + by)
    QTest.mouseRelease(part, Qt.MouseButton.LeftButton, pos=at + by)


def drag(pane: QWidget, by: int) -> None:
    """Make a pane wider with the handle at its right, as a person does."""
    split = pane.parentWidget()
    assert isinstance(split, QSplitter)
    drag_handle(split, by)


def test_the_form_becomes_narrow_again_after_a_result_has_told_its_seed(drive: Drive) -> None:
    async def scenario(it: Driven) -> None:
        it.window.resize(1280, 800)
        it.window.open_endpoint("emulator/image")
        await it.run(prompt="a lake", num_inference_steps=1, image_size="square")
        await it.shown()
        form = it.space.editor.form
        area, seed = form.findChild(QScrollArea) or form, form.findChild(SeedInput)
        assert isinstance(area, QScrollArea)
        assert isinstance(seed, SeedInput)
        await until(seed._again.isVisible, what="the seed can be used again")
        wide = area.viewport().width()
        it.window.resize(1024, 640)
        await until(lambda: area.viewport().width() < wide, what="the form is narrower")
        inner = area.widget()
        await until(lambda: inner.width() == area.viewport().width(), what="nothing of it is cut off")

    drive(scenario)


def test_the_zoom_under_a_picture_is_that_of_the_picture_in_sight(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.open_endpoint("emulator/image")
        await hand.run(prompt="a lake", num_inference_steps=4)
        await hand.shown()
        result = hand.space.result
        pictures, zoom = result.preview.pictures, result.row._zoom
        before = pictures.zoom()
        await until(lambda: zoom.text() == f"{before} %", what="the zoom is told")
        hand.window.resize(hand.window.width() + 240, hand.window.height() + 180)
        await until(lambda: pictures.zoom() > before, what="the picture has grown")
        await until(lambda: zoom.text() == f"{pictures.zoom()} %", what="the new zoom is told", limit_s=2)

    drive(scenario)
