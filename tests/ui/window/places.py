"""Every place of the window, opened one after another as a person would: pages, tabs, docks, panels, menus, results of all kinds."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from fal_studio.core.request import Mode
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from tests.ui.window.hand import Driven
from tests.waiting import until

Place = tuple[str, QWidget]
"""What a person would call it, and the window that shows it."""

PANELS = (
    "palette.open",
    "palette.requests",
    "keys.show",
    "settings.show",
    "help.log",
    "key.add",
    "profiles.manage",
    "money.spent",
    "saved.save_as",
    "preset.save",
    "models.browse",
    "webhooks.show",
    "queue.take_up",
    "queue.space",
    "queue.settings",
    "help.diagnostics",
    "help.here",
    "privacy.sent",
)
"""Commands that open a panel over the window."""
RESULTS = (
    "Four mountain mornings",
    "Explain queues to a child",
    "Good morning",
    "Paper boat",
)
"""Starters whose results are shown in a way of their own."""


async def settle(hand: Driven) -> None:
    """Let what was asked for be laid out and painted: a part that grows in its layout makes another one necessary."""
    for _ in range(4):
        QApplication.sendPostedEvents(None, int(QEvent.Type.LayoutRequest.value))
        await asyncio.sleep(0)
    hand.window.grab()


def panel_of(hand: Driven) -> FloatingPanel | None:
    """Return the panel that is open over the window, None if there is none."""
    return next((one for one in hand.window.findChildren(FloatingPanel) if one.isVisible()), None)


async def requests(hand: Driven, results: Sequence[str] = RESULTS) -> AsyncIterator[Place]:
    """The page of requests: each kind of result, each tab, a failure."""
    window = hand.window
    yield "request, nothing run", window
    hand.space.set_mode(Mode.SUBSCRIBE)
    await hand.run(num_inference_steps=4, image_size="square", num_images=2)
    await hand.shown()
    yield "request, pictures", window
    preview = hand.space.result.preview
    window.describing.ask(hand.space.result.call, preview.artifacts[0], preview.pictures.image(0))
    await settle(hand)
    yield "describe a picture", window
    await hand.key(Qt.Key.Key_Escape)
    for tab in ("json", "options", "code"):
        hand.space.editor.show_tab(tab)
        await settle(hand)
        yield f"editor, {tab}", window
    hand.space.editor.show_tab("form")
    for tab in ("events", "json", "headers", "timeline"):
        hand.space.result.show_tab(tab)
        await settle(hand)
        if tab == "timeline":
            timeline = hand.space.result.timeline
            await until(
                lambda timeline=timeline: bool(timeline.lanes), what="it is drawn also behind the JSON"
            )
        yield f"result, {tab}", window
    hand.space.result.json.show_form("tree")
    hand.space.result.show_tab("json")
    await settle(hand)
    yield "result, tree", window
    hand.space.result.show_tab("preview")
    for title in results:
        window.open_starter(title)
        await hand.run()
        await hand.shown()
        await settle(hand)
        yield f"result of {title}", window
    window.open_starter("Lighthouse")
    hand.space.set_mode(Mode.RUN)
    await hand.run(guidance_scale=35)
    await hand.ended()
    await until(hand.space.result.failure.isVisible, what="the failure is shown")
    yield "result, failed", window
    window.open_endpoint("emulator/mesh")
    await hand.run(prompt="a vase", detail=0.25)
    await hand.shown()
    yield "result, a 3D model and its files", window
    window.open_endpoint("emulator/chat/openai/v1/chat/completions")
    tools = [{"type": "function", "function": {"name": "weather"}}]
    await hand.run(messages=[{"role": "user", "content": "Weather?"}], tools=tools)
    await hand.shown()
    chat = hand.space.result.preview.chat
    assert chat is not None
    await until(lambda: chat.messages and chat.messages[-1].folds, what="the call of a tool is folded")
    chat.messages[-1].folds[0].setChecked(True)
    await settle(hand)
    yield "result, a conversation", window
    window.open_endpoint("emulator/edit")
    await settle(hand)
    yield "request with a picture to choose", window


async def docks(hand: Driven) -> AsyncIterator[Place]:
    """The queue, the history and what stands beside a call in them."""
    window = hand.window
    window.actions_["view.queue"].trigger()
    dock = window.monitor.dock
    assert dock is not None
    await until(lambda: dock.model.rowCount() > 0, what="the calls are listed")
    dock.table.setFocus()
    dock.table.choose(dock.model.row(0).call)
    await settle(hand)
    yield "queue", window
    if dock.split.is_single:
        await hand.key(Qt.Key.Key_Right)
        await settle(hand)
        yield "queue, the call alone", window
    for tab in ("inputs", "logs"):
        dock.detail.show_tab(tab)
        await settle(hand)
        yield f"queue, {tab}", window
    if dock.split.is_single:
        await hand.key(Qt.Key.Key_Escape)
    window.actions_["view.history"].trigger()
    await until(lambda: dock.listing.shown > 0, what="the history is listed")
    await settle(hand)
    yield "history", window
    async for place in two_calls(hand):
        yield place
    window.monitor.close()
    window.monitor.toggle_jobs(hand.space.bar.jobs)
    await settle(hand)
    yield "jobs", window
    window.monitor.close_jobs()


async def two_calls(hand: Driven) -> AsyncIterator[Place]:
    """Two calls of the list against each other, with the results in each of their forms, and the numbers."""
    window, dock = hand.window, hand.window.monitor.dock
    assert dock is not None
    pictured = [row.call for row in dock._rows() if row.endpoint == "emulator/image"]
    dock.table.choose(pictured[0])
    dock.table.selectionModel().select(
        dock.model.index(dock.model.place(pictured[1]), 0),
        QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
    )
    window.actions_["queue.compare"].trigger()
    await until(lambda: panel_of(hand), what="the two calls are there")
    await settle(hand)
    yield "two calls", window
    await hand.key(Qt.Key.Key_Escape)


async def panels(hand: Driven) -> AsyncIterator[Place]:
    """What opens over the window."""
    for name in PANELS:
        hand.window.actions_[name].trigger()
        await until(lambda: panel_of(hand), what=name)
        if name == "models.browse":
            sheet = hand.window.model_sheet
            await until(lambda: sheet.found.rowCount() > 0, what="models are listed")  # noqa: B023 - awaited here
            await until(lambda: bool(sheet.card.fields.facts), what="the card tells its inputs")  # noqa: B023
        await settle(hand)
        yield name, hand.window
        panel = panel_of(hand)
        assert panel is not None, name
        await hand.key(Qt.Key.Key_Escape)
        await until(lambda: not panel.isVisible(), what=f"Esc closes {name}")  # noqa: B023 - awaited here


async def menus(hand: Driven) -> AsyncIterator[Place]:
    """Every menu of the menu bar."""
    for action in hand.window.top.menus.actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        menu.popup(hand.window.mapToGlobal(QPoint(40, 40)))
        await until(menu.isVisible)
        yield f"menu {action.text()}", menu
        menu.close()


async def comparing(hand: Driven) -> AsyncGenerator[Place]:
    """The comparison, before and after, as bars and as a table."""
    window = hand.window
    window.open_starter("Lighthouse")
    hand.space.document.set_value("guidance_scale", 3.5)
    window.pages.show_page("compare")
    pane = window.comparing.pane
    assert pane is not None
    await until(lambda: len(pane.desk.plan.called) > 1, what="the lanes are known", limit_s=20)
    yield "compare, nothing run", window
    pane.bar.runs.setValue(1)
    pane.bar.warm_ups.setValue(0)
    window.actions_["compare.all"].trigger()
    await until(
        lambda: not pane.desk.is_running and bool(pane.desk.analysis.verdict), what="a verdict", limit_s=60
    )
    await settle(hand)
    yield "compare, verdict", window
    pane.show_table(is_table=True)
    await settle(hand)
    yield "compare, table", window
    pane.show_table(is_table=False)
    window.pages.show_page("request")


async def gallery(hand: Driven) -> AsyncIterator[Place]:
    """The gallery: with a picture chosen, with nothing that fits the filter, and with the menu of a picture."""
    window = hand.window
    window.pages.show_page("gallery")
    pane = window.gallery.pane
    assert pane is not None
    await until(pane.tiles.call, what="the newest picture is chosen")
    await settle(hand)
    yield "gallery", window
    pane.filter.setText("nothingfitsthis")
    await until(lambda: pane.listing.total == 0, what="nothing fits")
    await settle(hand)
    yield "gallery, nothing fits", window
    pane.filter.setText("")
    await until(lambda: pane.listing.shown > 0, what="all are there again")
    window.pages.show_page("request")


async def live(hand: Driven) -> AsyncIterator[Place]:
    """The live desk."""
    window = hand.window
    window.pages.show_page("live")
    desk = window.pages.desk
    assert desk is not None
    await until(lambda: desk.shown is not None, what="the desk answers", limit_s=20)
    yield "live", window
    desk.fields.more.setChecked(True)
    desk.output.links.show()
    await settle(hand)
    yield "live, all fields", window
    desk.fields.more.setChecked(False)
    desk.frames_bar.setChecked(True)
    assert window.pages._frames is not None
    frames = window.pages._frames
    await until(lambda: frames.model.rowCount() > 0, what="frames are listed")
    frames.select(frames.model.rowCount() - 1)
    await settle(hand)
    yield "live, frames", window
    desk.frames_bar.setChecked(False)
    desk.open_rules()
    await settle(hand)
    yield "live, rules", window
    assert desk.panel is not None
    desk.panel.dismiss()
    desk.recorder.record()
    desk.session.stop("the walk goes on")
    await until(lambda: not desk.session.is_on, what="the session is over")
    desk.bar.record.click()
    await settle(hand)
    yield "live, a recording", window
    desk.close_recording()
    window.pages.show_page("request")
