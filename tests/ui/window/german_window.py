"""Not collected by itself: `tests/test_german.py` runs it in a process of its own that speaks German."""

from PySide6.QtWidgets import QApplication, QMenu, QTableView

from fal_studio.app import start
from fal_studio.ui.queue.inputs_view import DiffView
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.key_words import beside, caps_of
from tests.ui.window.hand import Drive, Driven


def test_no_menu_has_a_mnemonic_twice(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        menus = hand.window.top.findChildren(QMenu)
        assert "&Datei" in [menu.title() for menu in menus]
        for menu in menus:
            marks = [
                action.text()[at + 1].lower()
                for action in menu.actions()
                if (at := action.text().replace("&&", "  ").find("&")) >= 0
            ]
            twice = {mark for mark in marks if marks.count(mark) > 1}
            assert not twice, f"{menu.title()}: {twice} stands for several entries"

    drive(scenario)


def test_what_differs_is_drawn_in_german(theme: Theme) -> None:
    view = DiffView()
    view.resize(600, 200)
    view.compare({"seed": 1, "prompt": "a"}, {"seed": 2, "steps": 4}, "Früher", "Später")
    assert not view.grab().isNull()
    table = view.findChild(QTableView)
    assert table is not None
    said = [table.model().index(row, 0).data() for row in range(table.model().rowCount())]
    assert said == ["geändert", "entfernt", "neu"]
    view.deleteLater()


def test_keys_have_the_names_of_a_german_keyboard(qapp: QApplication) -> None:
    before = qapp.children()
    start.translate_qt(qapp)
    try:
        assert caps_of("Ctrl+Shift+P") == ("Strg", "Umschalt", "P")
        assert caps_of("Ctrl") == ("Strg",)
        assert caps_of("PgUp") == ("Bild auf",)
        assert caps_of("Ctrl++") == ("Strg", "+")
        assert caps_of("Alt+Left") == ("Alt", "←")
        assert beside("Ctrl+Return") == "Strg ⏎"
    finally:
        for translator in (child for child in qapp.children() if child not in before):
            translator.deleteLater()
