"""The window for people whose writing runs from right to left: everything stands mirrored, and nothing is cut off."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from fal_studio import room
from fal_studio.core.request import Mode
from fal_studio.ui.library.listing import Listing
from tests.ui import ink
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.places import panel_of, settle
from tests.waiting import until


@pytest.fixture
def mirrored() -> Iterator[None]:
    """Lay everything out from right to left."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.layoutDirection()
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    app.setLayoutDirection(before)


def ends_of_lines(view: QWidget) -> list[int]:
    """Return where the words of each line reach at the right, in pixels."""
    ends: dict[int, int] = {}
    for words in ink.words_of(view):
        line = words.box.center().y() // 8
        ends[line] = max(ends.get(line, 0), words.box.right())
    return list(ends.values())


@pytest.mark.usefixtures("theme", "mirrored")
def test_from_right_to_left_the_window_stands_mirrored_and_works(drive: Drive) -> None:
    found: dict[str, str] = {}

    def look(place: str, window: QWidget) -> None:
        for fault in room.faults(window):
            found.setdefault(fault, place)

    async def scenario(hand: Driven) -> None:
        window = hand.window
        window.resize(1280, 800)
        await settle(hand)
        look("request, nothing run", window)

        def middle(part: QWidget) -> int:
            return part.mapTo(window, QPoint(part.width() // 2, 0)).x()

        editor, result = hand.space.editor, hand.space.result
        assert middle(window.top.menus) > window.width() / 2, "the menus begin at the right"
        titles = [window.top.menus.actionGeometry(action) for action in window.top.menus.actions()]
        assert len(titles) > 4
        assert all(window.top.menus.rect().contains(title) for title in titles), "no menu is behind a button"
        assert [title.left() for title in titles] == sorted((title.left() for title in titles), reverse=True)
        assert middle(result) < middle(editor), "what comes of a request stands left of it"
        hand.space.set_mode(Mode.RUN)
        await hand.run(num_inference_steps=1, image_size="square")
        await hand.shown()
        await settle(hand)
        look("request, a picture", window)
        for tab in ("json", "options", "code", "form"):
            editor.show_tab(tab)
            await settle(hand)
            look(f"editor, {tab}", window)
        for tab in ("events", "timeline", "json", "headers", "preview"):
            result.show_tab(tab)
            await settle(hand)
            look(f"result, {tab}", window)
        window.actions_["view.queue"].trigger()
        dock = window.monitor.dock
        assert dock is not None
        await until(lambda: dock.model.rowCount() > 0, what="the call is listed")
        await settle(hand)
        look("queue", window)
        table = dock.table.viewport()
        states = [words.box.left() for words in ink.words_of(table) if words.text == "done"]
        assert states, "the call is done"
        assert min(states) > 0.8 * table.width(), "the state of a call stands at the right"
        window.monitor.close()
        window.monitor.toggle_jobs(hand.space.bar.jobs)
        await settle(hand)
        look("jobs", window)
        jobs = panel_of(hand)
        assert jobs is not None
        assert window.rect().contains(jobs.geometry().center()), "it opens towards the middle"
        assert jobs.geometry().left() > -40, "and not out of the window"
        window.monitor.close_jobs()
        rows = window.library.findChild(Listing)
        assert rows is not None
        ends = ends_of_lines(rows.viewport())
        assert len(ends) > 5
        assert min(ends) > 0.7 * rows.viewport().width(), "every row of the library begins at the right"
        window.pages.show_page("live")
        desk = window.pages.desk
        assert desk is not None
        await until(lambda: desk.shown is not None, what="the desk answers", limit_s=20)
        await settle(hand)
        look("live", window)
        assert middle(desk.canvas) > middle(desk.result), "what comes of the drawing stands left of it"
        assert middle(desk.fields.boxes["prompt"]) > middle(desk.fields.boxes["seed"])
        window.pages.show_page("request")
        for name in ("palette.open", "keys.show", "settings.show"):
            window.actions_[name].trigger()
            await until(lambda: panel_of(hand), what=name)
            await settle(hand)
            look(name, window)
            panel = panel_of(hand)
            assert panel is not None
            await hand.key(Qt.Key.Key_Escape)
            await until(lambda: not panel.isVisible(), what=f"Esc closes {name}")  # noqa: B023 - awaited here

    drive(scenario)
    assert not found, "\n".join(f"{place}: {fault}" for fault, place in found.items())
