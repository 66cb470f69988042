"""The steps through requests: broken JSON, several at once, in files, found by a few letters, for another model."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from fal_studio.core.request import Mode
from fal_studio.language import ENGLISH
from fal_studio.tour.hand import CTRL, Hand
from fal_studio.ui.shell.offering import ACTIONS, CALLS, MODELS, PROFILES, REQUESTS, SETTINGS
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.words import TAG, tr

WANTED = {
    "light": (tr("light"), (REQUESTS, ACTIONS, CALLS)),
    "key": (tr("key"), (ACTIONS, PROFILES)),
    "motion": (tr("motion"), (SETTINGS,)),
    "image": ("image", (MODELS,)),
}
"""What is written into the palette, by the name of its picture, and what kinds of things are found in English."""


async def broken_json(hand: Hand) -> dict[str, Any]:
    """Arguments that cannot be sent: the line is marked, Run says why."""
    hand.space.editor.show_tab("json")
    hand.space.document.set_text('{\n  "prompt": "A lake",\n  "seed": NaN,\n  "num_images": 2,\n}')
    await hand.frames()
    hand.check(hand.space.bar.run.is_blocked, "Run is blocked")
    hand.check("5" in hand.space.forecast.text, "the forecast names the line")
    reason = hand.space.forecast.text
    hand.shoot("blocked")
    hand.space.document.set_text('{\n  "prompt": "A lake in autumn, red trees",\n  "seed": 4\n}')
    hand.space.editor.show_tab("form")
    await hand.key(Qt.Key.Key_Return, CTRL)
    await hand.until(lambda: hand.state.failure is None, "a new call began")
    await hand.done()
    hand.check_pictures()
    return {"reason": reason}


async def batch(hand: Hand) -> dict[str, Any]:
    """Three pictures by one press of Run, each with a seed of its own, and a key from one to the next."""
    hand.window.open_new()
    await hand.type_prompt("A lighthouse in the rain, long exposure")
    hand.space.document.set_value("seed", 5)
    hand.choose_mode(Mode.RUN)
    QTest.keyClick(hand.space.bar.repeat, Qt.Key.Key_Up)
    QTest.keyClick(hand.space.bar.repeat, Qt.Key.Key_Up)
    await hand.frames()
    offer = next(link for link in hand.space.forecast.findChildren(Button) if link.isVisible())
    hand.click(offer)
    rising = tr("seeds {first} to {last}").format(first=5, last=7)
    hand.check(rising in hand.space.forecast.text, "the seeds rise")
    await hand.frames()
    hand.shoot("forecast")
    hand.press_run()
    await hand.until(lambda: len(hand.space.shown.batch) == 3, "three calls began")
    calls = hand.space.shown.batch
    await hand.until(
        lambda: all(hand.program.calls.state(call).is_ended for call in calls), "all three are done"
    )
    await hand.key(Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    hand.check(hand.space.result.call == calls[1], "the second one is shown")
    await hand.done()
    hand.check_pictures()
    return {"calls": len(calls)}


async def saved(hand: Hand) -> dict[str, Any]:
    """A request as a file: a title, a folder, a mark when it differs; and what a preset would hold."""
    await hand.key(Qt.Key.Key_S, CTRL)
    (panel,) = [one for one in hand.window.findChildren(FloatingPanel) if one.isVisible()]
    title, folder = panel.findChildren(QLineEdit)
    QTest.keyClicks(title, "Rain")
    QTest.keyClicks(folder, "lighthouses")
    await hand.frames()
    hand.shoot("panel")
    QTest.keyClick(folder, Qt.Key.Key_Return)
    await hand.until(lambda: bool(hand.space.file), "it is written")
    hand.check(not hand.space.written.differs, "it is what its file holds")
    hand.space.document.set_value("seed", 8)
    hand.check(hand.space.written.differs, "it is something else by now")
    await hand.frames()
    hand.shoot("listed")
    hand.window.actions_["preset.save"].trigger()
    await hand.frames()
    hand.shoot("preset")
    await hand.key(Qt.Key.Key_Escape)
    await hand.key(Qt.Key.Key_S, CTRL)
    await hand.until(lambda: not hand.space.written.differs, "it is written again")
    return {"saved": len(hand.window.saved.requests)}


async def palette(hand: Hand) -> dict[str, Any]:
    """Everything by a few letters: requests, commands, models, keys, calls, settings; Esc leads back."""
    before = hand.window.focusWidget()
    await hand.key(Qt.Key.Key_K, CTRL)
    palette = hand.window.offering.palette
    hand.check(palette.isVisible(), "Ctrl+K opened the palette")
    await hand.until(lambda: CALLS in dict(palette.listed.groups), "the calls of the ledger are offered, too")
    await hand.frames()
    hand.shoot("everything")
    for name, (words, kinds) in WANTED.items():
        # What begins alike in English need not in another language: there it is enough that something is found.
        wanted = set(kinds) if TAG == ENGLISH else set[str]()
        palette.field.clear()
        palette.field.insert(words)  # the keys of QTest know no letters besides those of English
        await hand.until(
            lambda: bool(found := dict(palette.listed.groups)) and wanted <= set(found),  # noqa: B023 - awaited here
            f"“{words}” finds {', '.join(kinds)}",
        )
        await hand.frames()
        hand.shoot(f"found-{name}")
    await hand.key(Qt.Key.Key_Escape)
    if palette.isVisible():  # the first one cleared the words
        await hand.key(Qt.Key.Key_Escape)
    hand.check(not palette.isVisible(), "Esc closed it")
    hand.check(hand.window.focusWidget() is before, "the keyboard is where it was")
    return {"words": list(WANTED)}


async def catalogue(hand: Hand) -> dict[str, Any]:
    """The catalogue: a model found by a word, its card, and a request for it in a tab of its own."""
    await hand.key(Qt.Key.Key_M, CTRL)
    sheet = hand.window.model_sheet
    await hand.until(lambda: sheet.found.rowCount() > 0, "models are listed")
    listed = sheet.found.rowCount()
    QTest.keyClicks(sheet.search, "film")
    await hand.until(lambda: 0 < sheet.found.rowCount() < listed, "some are found")
    await hand.until(
        lambda: sheet.card.card is not None and sheet.card.card.kept_s is None, "the card is there"
    )
    await hand.until(lambda: bool(sheet.card.fields.facts), "the card tells its inputs")
    await hand.until(lambda: sheet.card.is_pictured, "the card has its picture")
    await hand.frames()
    hand.shoot("card")
    found, endpoint = sheet.found.rowCount(), sheet.endpoint
    await hand.key(Qt.Key.Key_Return)
    await hand.until(lambda: hand.space.endpoint == endpoint, "a request for it is open")
    hand.check(not sheet.isVisible(), "the sheet is closed")
    return {"models": listed, "found": found, "opened": endpoint}
