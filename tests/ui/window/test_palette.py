"""The command palette in the real window: by a few letters and the keyboard alone to everything that can be done or opened."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from fal_studio.core.request import Mode
from fal_studio.ui.palette.entries import USED
from fal_studio.ui.palette.panel import Palette
from fal_studio.ui.shell import offering
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until


async def opened(hand: Driven, key: Qt.Key = Qt.Key.Key_K) -> Palette:
    await hand.key(key, CTRL)
    palette = hand.window.offering.palette
    assert palette.isVisible()
    assert hand.window.focusWidget() is palette.field
    return palette


def typed(palette: Palette, words: str) -> list[str]:
    palette.field.clear()
    QTest.keyClicks(palette.field, words)
    return palette.titles


def groups(palette: Palette) -> list[str]:
    return [name for name, _ in palette.listed.groups]


def test_everything_is_found_and_done_with_the_keyboard_alone(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        prompt = window.focusWidget()
        palette = await opened(hand)
        assert typed(palette, "mode stream")[0] == "Mode: stream"
        assert palette.entry is not None
        assert palette.entry.keys == ("Alt+4",)
        assert "Alt 4" in palette.field.accessibleDescription()
        await hand.key(Qt.Key.Key_Return)
        assert not palette.isVisible()
        assert window.focusWidget() is prompt, "the keyboard is where it was"
        assert hand.space.mode is Mode.STREAM

        # What is not possible says why, and Enter does nothing.
        await opened(hand)
        typed(palette, "rename")
        assert palette.entry is not None
        assert palette.entry.why_not == "This request has no file yet: save it first."
        await hand.key(Qt.Key.Key_Return)
        assert palette.isVisible()
        assert "save it first" in palette.told
        await hand.key(Qt.Key.Key_Escape)
        assert not palette.isVisible()
        assert window.focusWidget() is prompt

        # Ctrl+Enter does it and stays; what was done is offered first the next time, and a mistyped word is understood.
        await opened(hand)
        assert groups(palette)[0] == USED
        assert typed(palette, "larger")[0] == "Larger text"
        await hand.key(Qt.Key.Key_Return, CTRL)
        assert palette.isVisible()
        assert window.focusWidget() is palette.field
        assert "Normal text" in typed(palette, "noraml")
        assert "“normal”" in palette.told
        await hand.key(Qt.Key.Key_Return)
        assert typed(palette, "qqqzzz") == []
        await hand.key(Qt.Key.Key_Escape)

        # Pages are walked round, titles of groups are passed over.
        await opened(hand)
        first = palette.entry
        await hand.key(Qt.Key.Key_Up)
        assert palette.entry is not None
        assert palette.entry != first
        await hand.key(Qt.Key.Key_Down)
        assert palette.entry == first
        await hand.key(Qt.Key.Key_PageDown)
        assert palette.entry != first
        await hand.key(Qt.Key.Key_Tab)
        assert window.focusWidget() is palette.field, "Tab does not lead out"
        await hand.key(Qt.Key.Key_Escape)

    drive(scenario)


def test_requests_models_calls_and_profiles_are_offered(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        await hand.run(prompt="A red kite over the dunes")
        await hand.shown()
        palette = await opened(hand)
        typed(palette, "emulator/chat")
        await until(lambda: offering.MODELS in groups(palette), what="the model is found")
        assert palette.titles[0] == "emulator/chat"
        await hand.key(Qt.Key.Key_Return)
        assert hand.space.endpoint == "emulator/chat"
        assert len(window.workspaces) == 2

        # Ctrl+P offers requests alone, the others before the one in front.
        palette = await opened(hand, Qt.Key.Key_P)
        assert groups(palette) == [offering.REQUESTS]
        assert palette.entry is not None
        assert palette.entry.title == "Lighthouse"
        await hand.key(Qt.Key.Key_Return)
        assert hand.space.title == "Lighthouse"

        # The ledger answers a moment later.
        palette = await opened(hand)
        await until(lambda: "A red kite over the dunes" in palette.titles, what="the call", limit_s=20)
        typed(palette, "red kite")
        assert palette.entry is not None
        assert palette.entry.group in {offering.CALLS, offering.REQUESTS}
        typed(palette, "call with emul")
        assert palette.entry is not None
        assert palette.entry.why_not == "The request in front is called with it"
        await hand.key(Qt.Key.Key_Escape)

    drive(scenario)


def test_what_is_used_is_known_after_the_next_start(drive_kept: Drive) -> None:
    async def use(hand: Driven) -> None:
        palette = await opened(hand)
        typed(palette, "tidy")
        await hand.key(Qt.Key.Key_Return)
        hand.program.desk.save()

    async def again(hand: Driven) -> None:
        palette = await opened(hand)
        assert groups(palette)[0] == USED
        assert palette.titles[0] == "Tidy the JSON"
        await hand.key(Qt.Key.Key_Escape)

    drive_kept(use)
    drive_kept(again)


def test_the_list_ends_with_a_whole_row_in_a_window_of_any_height(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        palette = await opened(hand)
        view = palette.view

        def ends_whole() -> bool:
            foot = view.viewport().height() - 1
            return view.visualRect(view.indexAt(QPoint(20, foot))).bottom() == foot

        for height in (640, 655, 700, 731, 800):
            window.resize(1100, height)
            await until(lambda height=height: window.height() == height, what=f"{height} px high")
            await until(ends_whole, what=lambda: f"a whole row at the foot of {view.viewport().height()} px")
            assert view.verticalScrollBar().maximum() > 0, "there is more than is shown"
        typed(palette, "mode stream")
        await until(lambda: view.viewport().height() >= view.height_wanted(), what="few rows have all room")

    drive(scenario)
