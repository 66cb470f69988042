"""Models are found, looked at and opened in the real window on the real emulator, and kept for when it is away."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.app import browsing
from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core.request import Mode
from fal_studio.store.paths import folders
from fal_studio.ui.browser.sheet import ModelSheet
from fal_studio.ui.library.dock import LibraryDock
from fal_studio.ui.library.listing import star_of
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.key_sentence import KeySentence
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess, start_emulator
from tests.ui.window.conftest import addresses_of
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.ui.window.test_keeping import lived
from tests.waiting import until

LIMIT_S = 100.0
SHIFT = Qt.KeyboardModifier.ShiftModifier


async def answered(sheet: ModelSheet) -> None:
    await until(lambda: sheet.found.has_answer and not sheet.found.is_waiting, limit_s=LIMIT_S)


async def searched(sheet: ModelSheet, words: str) -> list[str]:
    sheet.search.clear()
    QTest.keyClicks(sheet.search, words)
    await until(lambda: sheet.found.wish.words == words, what="it is asked for", limit_s=LIMIT_S)
    await answered(sheet)
    return listed(sheet)


def listed(sheet: ModelSheet) -> list[str]:
    model = sheet.found
    return [model.data(model.index(row), int(Qt.ItemDataRole.DisplayRole)) for row in range(model.rowCount())]


async def fresh_card(sheet: ModelSheet, endpoint: str) -> None:
    """Wait for a card as the server tells it."""
    await until(
        lambda: sheet.endpoint == endpoint and sheet.card.card is not None and sheet.card.card.kept_s is None,
        what=f"the card of {endpoint}",
        limit_s=LIMIT_S,
    )


def press_star(library: LibraryDock, endpoint: str) -> None:
    item = [item for item in library.rows() if item.text() == endpoint][-1]
    library.view.scrollTo(item.index())
    star = star_of(library.view.visualRect(item.index())).center()
    QTest.mouseClick(library.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, star)


def test_a_model_is_found_by_words_looked_at_and_opened_with_the_keyboard(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.key(Qt.Key.Key_M, CTRL)
        sheet = hand.window.model_sheet
        await answered(sheet)
        assert hand.window.focusWidget() is sheet.search
        assert len(listed(sheet)) == 13
        assert await searched(sheet, "paper boat video") == []
        assert not sheet.open_button.isEnabled()
        assert await searched(sheet, "sketch") == ["Emulator sketch"]
        await fresh_card(sheet, "emulator/sketch")
        card = sheet.card
        assert card.abilities.answers() == {"queue": "yes", "run": "yes", "stream": "no", "realtime": "yes"}
        await until(lambda: "$0.001 per image" in card.text, what="its price", limit_s=LIMIT_S)
        assert "Commercial use" in card.text
        assert {fact.name for fact in card.fields.facts} >= {"prompt", "image_url"}
        tabs = len(hand.window.workspaces)
        await hand.key(Qt.Key.Key_Return)
        assert not sheet.isVisible()
        assert len(hand.window.workspaces) == tabs + 1
        assert hand.space.endpoint == "emulator/sketch"
        await until(lambda: hand.space.request() is not None, what="it could be run", limit_s=LIMIT_S)
        await hand.key(Qt.Key.Key_M, CTRL)
        await answered(sheet)
        tabs = len(hand.window.workspaces)
        row = sheet.view.visualRect(sheet.found.index(0)).center()
        QTest.mouseClick(sheet.view.viewport(), Qt.MouseButton.LeftButton, pos=row)
        assert sheet.isVisible()
        QTest.mouseDClick(sheet.view.viewport(), Qt.MouseButton.LeftButton, pos=row)
        assert not sheet.isVisible()
        assert len(hand.window.workspaces) == tabs + 1
        for _ in range(2):  # when it is open already, too
            await hand.key(Qt.Key.Key_M, CTRL)
        await answered(sheet)
        await hand.key(Qt.Key.Key_Escape)
        assert sheet.isVisible()
        assert not sheet.search.text()
        await hand.key(Qt.Key.Key_Escape)
        assert not sheet.isVisible()
        assert hand.window.focusWidget() is not None
        assert hand.space.isAncestorOf(hand.window.focusWidget())

    drive(scenario)


def test_the_list_of_endpoints_and_the_library_lead_to_all_models(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        box = hand.space.bar.box
        before = hand.space.endpoint
        box.showPopup()
        QTest.keyClick(box.view(), Qt.Key.Key_End)
        QTest.keyClick(box.view(), Qt.Key.Key_Return)
        sheet = hand.window.model_sheet
        await until(sheet.isVisible, what="the sheet is open", limit_s=LIMIT_S)
        assert (box.currentText(), hand.space.endpoint) == (before, before)
        sheet.dismiss()
        library = hand.window.library
        library.search.setFocus()
        QTest.keyClicks(library.search, "poem")
        QTest.keyClick(library.search, Qt.Key.Key_Return)
        assert sheet.isVisible()
        await until(lambda: sheet.found.wish.words == "poem", what="it is looked for", limit_s=LIMIT_S)
        await answered(sheet)

    drive(scenario)


def test_a_search_comes_in_pages_and_filters_narrow_it(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "PAGE", 5)

    async def scenario(hand: Driven) -> None:
        hand.window.resize(1024, 640)
        hand.window.browse_models()
        sheet = hand.window.model_sheet
        await answered(sheet)
        first = listed(sheet)
        await until(lambda: sheet.found.rowCount() >= 10, what="rows that fill the view", limit_s=LIMIT_S)
        sheet.view.scrollToBottom()
        await until(lambda: not sheet.found.has_more, what="all pages", limit_s=LIMIT_S)
        await answered(sheet)
        assert listed(sheet)[: len(first)] == first
        assert len(set(listed(sheet))) == len(listed(sheet)) == 13
        assert sheet.told == "13 models"
        sheet.category.setCurrentText("llm")
        sheet.category.activated.emit(sheet.category.currentIndex())
        await answered(sheet)
        assert listed(sheet) == ["Emulator chat", "Emulator chat [openai/v1/chat/completions]"]
        sheet.status.setCurrentText("Deprecated")
        sheet.status.activated.emit(sheet.status.currentIndex())
        await answered(sheet)
        assert listed(sheet) == []
        assert sheet.empty.findChildren(KeySentence)[0].accessibleName() == "No model fits"

    drive(scenario)


def test_a_model_goes_into_the_request_in_front_with_its_prompt_or_its_example(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.document.set_value("prompt", "A hare in the snow")
        hand.window.browse_models(endpoint="emulator/video")
        sheet = hand.window.model_sheet
        await fresh_card(sheet, "emulator/video")
        QTest.mouseClick(sheet.use, Qt.MouseButton.LeftButton)
        assert hand.space.endpoint == "emulator/video"
        assert (hand.space.document.arguments or {})["prompt"] == "A hare in the snow"
        hand.window.show_model()
        await fresh_card(sheet, "emulator/video")
        shown = {fact.name: fact.text for fact in sheet.card.example.facts}
        QTest.mouseClick(sheet.card.use_example, Qt.MouseButton.LeftButton)
        assert (hand.space.document.arguments or {})["prompt"] == shown["prompt"] != "A hare in the snow"
        stack = hand.space.undo.stack
        await until(lambda: stack.undoText() == "the example of emulator/video", limit_s=LIMIT_S)
        stack.undo()
        assert (hand.space.document.arguments or {})["prompt"] == "A hare in the snow"

    drive(scenario)


def test_a_newer_search_makes_the_older_one_pointless(drive: Drive, emulator: EmulatorProcess) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.browse_models()
        sheet = hand.window.model_sheet
        await answered(sheet)
        emulator.arm("slow", path="/v1/models$")
        sheet.search.setText("video")
        await until(lambda: sheet.found.wish.words == "video", limit_s=LIMIT_S)
        assert await searched(sheet, "mesh") == ["Emulator mesh"]

    drive(scenario)


def test_the_star_is_kept_and_so_is_the_catalogue(in_loop: InLoop, theme: Theme, tmp_path: Path) -> None:
    kept = folders(tmp_path)

    async def begin(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        program.window.browse_models(endpoint="emulator/mesh")
        sheet = program.window.model_sheet
        await answered(sheet)
        await fresh_card(sheet, "emulator/mesh")
        QTest.mouseClick(sheet.card.star, Qt.MouseButton.LeftButton)
        sheet.dismiss()
        hand.space.set_endpoint("emulator/video")
        await hand.key(Qt.Key.Key_D, CTRL | SHIFT)
        assert program.catalogue.favourites == ("emulator/mesh", "emulator/video")
        press_star(program.window.library, "emulator/mesh")
        assert program.catalogue.favourites == ("emulator/video",)
        assert hand.space.endpoint == "emulator/video"
        press_star(program.window.library, "emulator/mesh")

    async def offline(program: Program) -> None:
        assert program.catalogue.favourites == ("emulator/video", "emulator/mesh")
        rows = [item.text() for item in program.window.library.rows()]
        assert rows.index("emulator/video") < rows.index("emulator/mesh")
        await until(program.catalogue.all, what="the kept catalogue", limit_s=60)
        program.window.browse_models("3d")
        sheet = program.window.model_sheet
        await until(lambda: "offline" in sheet.told, what="it says so", limit_s=60)
        assert listed(sheet) == ["Emulator mesh"]
        assert sheet.told.startswith("Catalogue from just now, offline")
        await until(
            lambda: sheet.card.card is not None and sheet.card.card.problem,
            what="the card says so",
            limit_s=60,
        )
        assert sheet.endpoint == "emulator/mesh"
        assert sheet.card.fields.facts
        sheet.open_button.click()
        assert program.window.workspace.endpoint == "emulator/mesh"
        assert program.catalogue.get("emulator/mesh").supports(Mode.REALTIME)[0] == "not supported"

    with start_emulator() as emulator:
        addresses: Addresses = addresses_of(emulator)
        in_loop(lived(Program(kept, addresses), begin)(), limit_s=90)
    in_loop(lived(Program(kept, addresses), offline)(), limit_s=100)


def test_what_the_server_refuses_is_told_and_can_be_tried_again(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    async def act(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        emulator.arm("locked", path="/v1/models$")
        program.window.browse_models()
        sheet = program.window.model_sheet
        await until(lambda: sheet.found.found.why_kept, what="it says why", limit_s=LIMIT_S)
        assert sheet.found.rowCount() == 13
        assert "no newer one" in sheet.told
        sheet.again.click()
        await until(lambda: sheet.told == "13 models", what="the second try", limit_s=LIMIT_S)
        program.window.browse_models(endpoint="nobody/knows-this")
        await until(lambda: sheet.card.card is not None and sheet.card.card.problem, limit_s=LIMIT_S)
        assert sheet.endpoint == "nobody/knows-this"
        assert "does not list" in sheet.card.card.problem

    in_loop(lived(Program(folders(tmp_path), addresses), act)(), limit_s=90)
