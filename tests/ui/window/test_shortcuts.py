"""Every command and key in one sheet; keys are changed there, and are the same after the next start."""

import itertools

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton

from fal_studio.core.settings import Settings
from fal_studio.store import preferences
from fal_studio.ui import key_choice
from fal_studio.ui.palette.allowed import why_no_shortcut
from fal_studio.ui.palette.sheet import ShortcutSheet
from fal_studio.ui.widgets.chips import KeyCap
from fal_studio.ui.widgets.key_sentence import KeySentence
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until


async def opened(hand: Driven) -> ShortcutSheet:
    await hand.key(Qt.Key.Key_F1)
    sheet = hand.window.shortcuts
    assert sheet.isVisible()
    return sheet


async def press_for(sheet: ShortcutSheet, name: str, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    sheet.choose(name)
    QTest.keyClick(sheet.search, Qt.Key.Key_Return)
    assert sheet.window().focusWidget() is sheet.edit
    before = sheet.words.text()
    QTest.keyClick(sheet.edit, key, modifiers)
    await until(lambda: sheet.is_asking or sheet.words.text() != before, what="the key is taken")


def test_no_two_commands_have_the_same_key_and_no_menu_the_same_mnemonic(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        keys = [(key, one.name) for one in hand.window.actions_.commands() for key in one.keys]
        for (one, name), (other, other_name) in itertools.combinations(keys, 2):
            match = QKeySequence(one).matches(QKeySequence(other))
            assert match == QKeySequence.SequenceMatch.NoMatch, f"{name} and {other_name} both have {one}"
        for menu in hand.window.top.findChildren(QMenu):
            marks = [
                action.text()[at + 1].lower()
                for action in menu.actions()
                if (at := action.text().replace("&&", "  ").find("&")) >= 0
            ]
            twice = {mark for mark in marks if marks.count(mark) > 1}
            assert not twice, f"{menu.title()}: {twice} stands for several entries"

    drive(scenario)


def test_open_requests_are_walked_through_with_the_keys_of_tabs(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.open_new()
        hand.window.open_endpoint("emulator/chat")
        first, second, third = hand.window.workspaces.values()
        seen = []
        for key, modifiers in (
            (Qt.Key.Key_PageDown, CTRL),
            (Qt.Key.Key_Tab, CTRL),
            (Qt.Key.Key_PageUp, CTRL),
            (Qt.Key.Key_Backtab, CTRL | Qt.KeyboardModifier.ShiftModifier),
        ):
            hand.space.editor.focus_main()
            await hand.key(key, modifiers)
            seen.append(hand.space)
        assert seen == [first, second, first, third]
        hand.window.pages.show_page("compare")
        await hand.key(Qt.Key.Key_PageDown, CTRL)
        assert (hand.space, hand.window.page) == (first, "request")

    drive(scenario)


def test_every_place_that_shows_a_key_shows_the_one_that_was_chosen(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window, bar, empty = hand.window, hand.space.bar, hand.space.result.empty
        sentence = empty.findChild(KeySentence)
        assert isinstance(sentence, KeySentence)

        def caps() -> list[str]:
            return [cap.accessibleName() for cap in empty.findChildren(KeyCap) if not cap.isHidden()]

        wide = bar.run.sizeHint().width()
        before = (
            bar.run.toolTip(),
            sentence.accessibleName(),
            caps(),
            window.rail.findChildren(QPushButton)[0].toolTip(),
        )
        assert "Ctrl+Enter" in before[0]
        assert before[1].startswith("Press Ctrl Enter to make")
        assert before[2] == ["Ctrl Alt Enter", "Ctrl K", "Ctrl L"]
        assert "(Ctrl+B)" in before[3]
        actions = window.actions_
        actions.bind("request.run", ["F5"])
        actions.bind("compare.all", [])
        actions.bind("palette.open", ["Ctrl+Alt+P"])
        actions.bind("view.library", ["F9"])
        assert bar.run.toolTip() == before[0].replace("Ctrl+Enter", "F5")
        assert bar.run.sizeHint().width() < wide, "the key stands on the button, too"
        assert sentence.accessibleName().startswith("Press F5 to make")
        assert caps() == ["Ctrl Alt P", "Ctrl L"]
        assert "(F9)" in window.rail.findChildren(QPushButton)[0].toolTip()
        bar.run.set_blocked("The prompt is missing.")
        actions.rebind({})
        assert bar.run.toolTip() == "The prompt is missing."
        bar.run.set_blocked("")
        hand.space.refresh()
        assert bar.run.sizeHint().width() == wide
        assert (sentence.accessibleName(), caps()) == before[1:3]

    drive(scenario)


def test_menus_tick_what_is_open_or_chosen(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        actions, window = hand.window.actions_, hand.window
        menus = window.top.findChildren(QMenu)

        def ticked() -> set[str]:
            for menu in menus:
                menu.aboutToShow.emit()
            return {
                action.objectName()
                for menu in menus
                for action in menu.actions()
                if action.isChecked() and not action.objectName().startswith("theme.")
            }

        assert ticked() == {"view.library", "mode.subscribe", "page.request", "result.preview"}
        actions["view.queue"].trigger()
        actions["mode.run"].trigger()
        actions["models.favourite"].trigger()
        actions["view.library"].trigger()
        now = {"view.queue", "mode.run", "page.request", "models.favourite", "result.preview"}
        assert {name for name in now if actions[name].isChecked()} == now, "also before a menu is opened"
        assert ticked() == now
        actions["mode.run"].trigger()
        actions["view.history"].trigger()
        window.pages.show_page("compare")
        assert ticked() == now - {"view.queue", "page.request"} | {"view.history", "page.compare"}
        window.toggle_dock()
        actions["models.favourite"].trigger()

    drive(scenario)


def test_the_sheet_shows_all_keys_finds_them_and_gives_them_as_text(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        prompt = hand.window.focusWidget()
        sheet = await opened(hand)
        assert hand.window.focusWidget() is sheet.search
        QTest.keyClicks(sheet.search, "larger")
        assert sheet.titles == ["Larger text"]
        sheet.search.clear()
        QTest.keyClicks(sheet.search, "keep this picture")
        assert sheet.titles[0] == "Keep this picture"
        assert sheet.change.isEnabled(), "a letter of a view can be changed"
        sheet.copy.click()
        text = QGuiApplication.clipboard().text()
        assert "Ctrl K" in text
        assert "Command palette" in text
        assert "Live desk" in text
        for command in hand.window.actions_.commands():
            assert not command.keys or command.title in text, command.name
        sheet.search.clear()
        await hand.key(Qt.Key.Key_Escape)
        assert not sheet.isVisible()
        assert hand.window.focusWidget() is prompt

    drive(scenario)


def test_the_best_find_is_chosen_and_esc_leaves_a_key_to_its_command_before_it_closes(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        sheet = await opened(hand)
        for letters in ("compare", " all"):
            QTest.keyClicks(sheet.search, letters)
            assert sheet.view.currentIndex().row() == sheet.model.step(-1, 1)
        chosen = sheet.chosen
        assert chosen is not None
        assert chosen.title == "Compare all modes"
        QTest.keyClick(sheet.search, Qt.Key.Key_Return)
        QTest.keyClick(sheet.edit, Qt.Key.Key_K, CTRL)
        await until(lambda: sheet.is_asking, what="it asks whether the key shall be taken over")
        await hand.key(Qt.Key.Key_Escape)
        assert sheet.isVisible()
        assert not sheet.is_asking
        assert hand.window.actions_["palette.open"].shortcut() == QKeySequence("Ctrl+K")
        sheet.search.setText("run this request")
        await press_for(sheet, "request.run", Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier)
        chosen = sheet.chosen
        assert chosen is not None
        assert (chosen.title, chosen.keys) == ("Run", ("F5",)), "it is still the one that was looked for"
        sheet.search.clear()
        await hand.key(Qt.Key.Key_Escape)
        assert not sheet.isVisible()

    drive(scenario)


def test_a_key_is_changed_taken_over_and_works_after_the_next_start(drive_kept: Drive) -> None:
    async def change(hand: Driven) -> None:
        actions = hand.window.actions_
        sheet = await opened(hand)
        await press_for(sheet, "request.new", Qt.Key.Key_N, CTRL)
        assert actions["request.new"].shortcut() == QKeySequence("Ctrl+N")
        assert "Ctrl+N" in actions["request.new"].toolTip()

        # Letters alone are for typing; a key of another command is only taken when somebody says so.
        await press_for(sheet, "request.duplicate", Qt.Key.Key_Q, Qt.KeyboardModifier.NoModifier)
        assert "for typing" in sheet.words.text()
        QTest.keyClick(sheet.edit, Qt.Key.Key_Escape)
        assert sheet.isVisible(), "Esc gives up the key, not the sheet"
        await press_for(sheet, "request.duplicate", Qt.Key.Key_J, CTRL)
        assert sheet.question.text() == "Ctrl J belongs to “Queue”."
        assert actions["view.queue"].shortcut() == QKeySequence("Ctrl+J")
        sheet.take.click()
        assert actions["request.duplicate"].shortcut() == QKeySequence("Ctrl+J")
        assert actions["view.queue"].shortcuts() == []

        # One is reset; the key that it lost comes back with it.
        await press_for(sheet, "request.close", Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier)
        sheet.first.click()
        assert actions["request.close"].shortcut() == QKeySequence("Ctrl+W")
        kept = hand.program.kept.preferences
        wanted = {"request.new": ("Ctrl+N",), "request.duplicate": ("Ctrl+J",), "view.queue": ()}
        await until(lambda: preferences.load(kept).settings.shortcuts == wanted, what="the keys are kept")

    async def use(hand: Driven) -> None:
        actions = hand.window.actions_
        await until(lambda: bool(actions.bound), what="the keys are read")
        assert hand.window.focusWidget() is not None
        before = len(hand.window.workspaces)
        await hand.key(Qt.Key.Key_N, CTRL)
        await hand.key(Qt.Key.Key_T, CTRL)
        assert len(hand.window.workspaces) == before + 1, "the new key works, the old one does nothing"
        sheet = await opened(hand)
        sheet.all_first.click()
        assert actions.bound == {}
        assert actions["view.queue"].shortcut() == QKeySequence("Ctrl+J")
        kept = hand.program.kept.preferences
        await until(lambda: preferences.load(kept).settings == Settings(), what="nothing is changed any more")

    drive_kept(change)
    drive_kept(use)


def test_keys_that_make_no_sense_do_no_harm(drive: Drive) -> None:
    assert why_no_shortcut("Ctrl+C").startswith("Ctrl C is for text")
    assert why_no_shortcut("Ctrl+Shift+9") == why_no_shortcut("F7") == ""

    async def scenario(hand: Driven) -> None:
        actions = hand.window.actions_
        actions.rebind({"request.new": ("", "no key at all +"), "of.a.newer.version": ("Ctrl+U",)})
        assert actions["request.new"].shortcuts() == []
        assert actions.bound["of.a.newer.version"] == ("Ctrl+U",), "what a newer version keeps is not lost"
        actions.rebind({})

    drive(scenario)


def test_letters_of_a_view_are_changed_with_conflicts_kept_and_switched_off(drive_kept: Drive) -> None:
    none = Qt.KeyboardModifier.NoModifier

    async def changes(hand: Driven) -> None:
        await hand.run(num_inference_steps=1)
        await hand.shown()
        events = hand.space.result.events
        hand.space.result.show_tab("events")
        await until(lambda: events.model.rowCount() > 0, what="the events are listed")
        events.select(0)

        def bytes_shown_after(key: Qt.Key) -> bool:
            events.detail.set_form("pretty")
            QTest.keyClick(events._view, key)
            return events.detail.form.current() == "bytes"

        assert bytes_shown_after(Qt.Key.Key_B)
        sheet = await opened(hand)
        await press_for(sheet, "view:stream.pane:B", Qt.Key.Key_X, none)
        assert bytes_shown_after(Qt.Key.Key_X)
        assert not bytes_shown_after(Qt.Key.Key_B)

        # What another key of the same view has is asked about, what a command has everywhere is refused.
        await press_for(sheet, "view:stream.pane:N", Qt.Key.Key_X, none)
        assert sheet.is_asking
        assert "Show the bytes" in sheet.question.text()
        sheet.keep.click()
        sheet.begin()
        QTest.keyClick(sheet.edit, Qt.Key.Key_K, CTRL)
        await until(lambda: "everywhere" in sheet.words.text(), what="it is refused")
        sheet.choose("view:stream.pane:End or Esc")
        assert not sheet.change.isEnabled(), "what lists live on stays as it is"
        await hand.key(Qt.Key.Key_Escape)

        hand.window.settings.change({"letter_keys": False})
        await until(lambda: not key_choice.current().letters, what="letters are off")
        assert not bytes_shown_after(Qt.Key.Key_X)
        QTest.keyClick(events._view, Qt.Key.Key_Slash)
        assert hand.window.focusWidget() is not events.filter
        hand.window.settings.change({"letter_keys": True})
        await until(lambda: key_choice.current().letters, what="letters are on again")
        assert bytes_shown_after(Qt.Key.Key_X)

    async def again(hand: Driven) -> None:
        await until(lambda: key_choice.current().of("stream.pane", "B") == "X", what="it is kept")
        sheet = await opened(hand)
        sheet.all_first.click()
        assert key_choice.current().of("stream.pane", "B") == "B"

    try:
        drive_kept(changes)
        drive_kept(again)
    finally:
        key_choice.current().take({}, letters=True)
