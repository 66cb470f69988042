"""A model that changed under its users: the window says what, since when, and which saved requests no longer fit."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core.saved import Kind, Saved
from fal_studio.store.catalogue import KeptCatalogue
from fal_studio.store.paths import folders
from fal_studio.store.saved import SavedRequests
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.buttons import Button
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import Driven
from tests.ui.window.test_browsing import LIMIT_S, fresh_card
from tests.ui.window.test_keeping import lived
from tests.waiting import until

CHANGE = {
    "add": {"mood": "string"},
    "remove": ["acceleration"],
    "require": ["seed"],
    "maximum": {"num_images": 2},
}
FITS = Saved("Fits still", "emulator/image", {"prompt": "a lake", "seed": 3, "num_images": 2})
TOO_MANY = Saved(
    "Four lakes", "emulator/image", {"prompt": "a lake", "num_images": 4, "acceleration": "high"}
)
PRESET = Saved("Many", "emulator/image", {"num_images": 3}, kind=Kind.PRESET)
SMALL_PRESET = Saved("Few", "emulator/image", {"num_images": 1}, kind=Kind.PRESET)
OTHER = Saved("Of another model", "emulator/video", {"prompt": "a lake", "num_images": 4})


async def noted(program: Program) -> None:
    """Wait until the document of the model is kept."""
    kept = KeptCatalogue(program.kept.cache / "catalogue", "emulator")
    await until(lambda: kept.document("emulator/image"), what="its document is kept", limit_s=LIMIT_S)


def test_a_card_tells_what_changed_and_which_saved_requests_no_longer_fit(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    kept = folders(tmp_path)
    for saved in (FITS, TOO_MANY, OTHER, PRESET, SMALL_PRESET):
        SavedRequests(kept.saved).add(saved)

    async def see(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        await noted(program)
        assert hand.space.endpoint == "emulator/image"
        assert hand.space.change.line is None
        emulator.settings(schema_changes={"emulator/image": CHANGE})
        hand.window.show_model()
        sheet = hand.window.model_sheet
        await fresh_card(sheet, "emulator/image")
        await until(
            lambda: "Four lakes" in sheet.card.changes.text,
            what="the saved ones were looked at",
            limit_s=LIMIT_S,
        )
        told = sheet.card.changes.text
        assert "seed: newly required" in told
        assert "acceleration: removed; it was choice" in told
        assert "mood: added: text · may be null" in told
        assert "num_images: changed: to 4 → to 2\n" in told
        assert "Four lakes: acceleration is no input any more. seed is required and not set." in told
        assert "num_images: Must be 2 or less." in told
        assert "Many (preset): num_images: Must be 2 or less." in told
        assert "Few" not in told
        assert "Fits still" not in told
        assert "Of another model" not in told
        await until(
            lambda: hand.space.change.line is not None and "since" in hand.space.change.line.text,
            limit_s=LIMIT_S,
        )
        assert "1 added, 1 removed, 2 changed" in hand.space.change.line.text
        buttons = {button.accessibleName(): button for button in sheet.card.changes.findChildren(Button)}
        QTest.mouseClick(buttons["Open Four lakes"], Qt.MouseButton.LeftButton)
        await until(lambda: hand.space.title == "Four lakes", what="it is open", limit_s=LIMIT_S)
        assert (hand.space.document.arguments or {})["num_images"] == 4
        await until(
            lambda: hand.space.change.line is not None and "changed since" in hand.space.change.line.text,
            limit_s=LIMIT_S,
        )

    async def come_back(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        await until(
            lambda: hand.space.change.line is not None and hand.space.change.line.text, limit_s=LIMIT_S
        )
        seen = [b for b in hand.space.change.line.findChildren(Button) if b.text() == "Got it"]
        QTest.mouseClick(seen[0], Qt.MouseButton.LeftButton)
        assert not hand.space.change.line.text
        kept_now = KeptCatalogue(program.kept.cache / "catalogue", "emulator")
        await until(lambda: kept_now.document("emulator/image").before is None, limit_s=LIMIT_S)

    async def nothing_new(program: Program) -> None:
        hand = Driven(program)
        await hand.ready()
        hand.window.show_model()
        await fresh_card(hand.window.model_sheet, "emulator/image")
        assert hand.space.change.line is None
        assert "acceleration" not in hand.window.model_sheet.card.changes.text
        changes = hand.window.model_sheet.card.changes
        await until(lambda: "Four lakes" in changes.text, limit_s=LIMIT_S)

    for act in (see, come_back, nothing_new):
        in_loop(lived(Program(kept, addresses), act)(), limit_s=90)
