"""Every declared setting stands on the page, holds at once, is kept, and finds back to its default."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from fal_studio.core.settings import Motion, Notify, Settings, Theme, declared
from fal_studio.ui.shell import offering
from fal_studio.ui.shell.settings_page import SettingsPage
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Scheme
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until


async def opened(hand: Driven) -> SettingsPage:
    await hand.key(Qt.Key.Key_Comma, CTRL)
    page = hand.window.settings_page
    assert page.isVisible()
    return page


def test_all_settings_are_on_the_page_hold_at_once_and_are_kept(drive_kept: Drive) -> None:
    async def change(hand: Driven) -> None:
        prompt = hand.window.focusWidget()
        page = await opened(hand)
        form = page.form
        assert list(form.controls) == [setting.key for setting in declared()]
        assert all(control.accessibleName() for control in form.controls.values())
        assert not any(reset.isVisible() for reset in form.resets.values())

        page.search.setFocus()
        QTest.keyClicks(page.search, "webhook port")
        assert [key for key, one in form.controls.items() if one.isVisible()] == ["webhook_port"]
        page.search.clear()

        form.controls["theme"].setCurrentText("light")  # pyright: ignore[reportAttributeAccessIssue]
        assert current().resolved is Scheme.LIGHT
        form.controls["motion"].setCurrentText("reduced")  # pyright: ignore[reportAttributeAccessIssue]
        assert current().reduced_motion
        form.controls["text_scale"].setValue(1.2)  # pyright: ignore[reportAttributeAccessIssue]
        assert current().zoom == 1.2
        form.controls["ask_above_usd"].setValue(3.0)  # pyright: ignore[reportAttributeAccessIssue]
        form.controls["notify"].setCurrentText("never")  # pyright: ignore[reportAttributeAccessIssue]
        form.controls["language"].setCurrentText("English")  # pyright: ignore[reportAttributeAccessIssue]
        assert page.told == "Language changes at the next start of fal Studio."
        template = form.controls["name_template"]
        template.setText("{nothing}")  # pyright: ignore[reportAttributeAccessIssue]
        template.editingFinished.emit()  # pyright: ignore[reportAttributeAccessIssue]
        assert "{nothing} is not known" in page.told
        form.resets["motion"].click()
        assert not current().reduced_motion
        wanted = Settings(
            theme=Theme.LIGHT, language="en", text_scale=1.2, ask_above_usd=3.0, notify=Notify.NEVER
        )
        await until(lambda: hand.program.settings() == wanted, what="all is kept")

        # Another small panel shows the same.
        await hand.key(Qt.Key.Key_Escape)
        assert hand.window.focusWidget() is prompt
        hand.window.panels.open_limit()
        panel = hand.window.panels.settings
        assert panel is not None
        assert panel.controls["ask_above_usd"].value() == 3.0  # pyright: ignore[reportAttributeAccessIssue]
        panel.dismiss()

    async def again(hand: Driven) -> None:
        page = await opened(hand)
        assert page.form.controls["language"].currentText() == "English"  # pyright: ignore[reportAttributeAccessIssue]
        assert page.form.resets["ask_above_usd"].isVisible()
        page.reset.click()
        await until(lambda: hand.program.settings() == Settings(), what="all is as at first")
        await until(lambda: not page.reset.isEnabled() and current().zoom == 1.0)

        # What is set elsewhere is one press away, and gives the keyboard back to where it was before.
        links = [one for one in page.findChildren(QPushButton) if one.text() == "Keyboard shortcuts…"]
        links[0].click()
        assert hand.window.shortcuts.isVisible()
        assert not page.isVisible()
        hand.window.shortcuts.dismiss()

    drive_kept(change)
    drive_kept(again)


def test_settings_are_found_in_the_palette_and_changed_there(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.key(Qt.Key.Key_K, CTRL)
        palette = hand.window.offering.palette
        QTest.keyClicks(palette.field, "motion reduced")
        assert palette.entry is not None
        assert (palette.entry.group, palette.entry.title) == (offering.SETTINGS, "Motion: reduced")
        await hand.key(Qt.Key.Key_Return)
        assert current().reduced_motion
        await until(lambda: hand.program.settings().motion is Motion.REDUCED, what="it is kept")
        await hand.key(Qt.Key.Key_K, CTRL)
        QTest.keyClicks(palette.field, "ask above")
        assert palette.entry is not None
        assert palette.entry.detail == "Calls and money, $1 now"
        await hand.key(Qt.Key.Key_Return)
        page = hand.window.settings_page
        assert page.isVisible()
        assert page.form.controls["ask_above_usd"].hasFocus()
        current().set_reduced_motion(reduced=False)
        page.dismiss()
        await hand.key(Qt.Key.Key_K, CTRL)
        QTest.keyClicks(palette.field, "language english")
        assert palette.entry is not None
        assert palette.entry.title == "Language: English"
        assert palette.entry.detail == "Window and desktop, from the next start on"
        await hand.key(Qt.Key.Key_Return)
        await until(lambda: hand.program.settings().language == "en", what="it is kept")

    drive(scenario)


def test_all_controls_begin_in_one_column_however_wide_a_name_is(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        form = (await opened(hand)).form

        def lefts() -> set[int]:
            return {one.mapTo(form, QPoint()).x() for one in form.controls.values() if one.isVisible()}

        await until(lambda: len(lefts()) == 1, what=lambda: f"one column: {lefts()}")
        form.names["tray"].setText("What this is called in another language, which is long")
        width = form.names["tray"].sizeHint().width()
        await until(lambda: len(lefts()) == 1 and lefts().pop() > width, what=lambda: f"still: {lefts()}")

    drive(scenario)
