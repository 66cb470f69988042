"""The options page: typed, kept with the request, sent with the call, and refused with a reason where they cannot be."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from fal_studio.app.desk import Desk
from fal_studio.core import options as rules
from fal_studio.core.request import Mode, Options, Priority, StatusUpdates
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.models import Calls
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.request.options_pane import OptionRow, OptionsPane
from fal_studio.ui.shell.window import MainWindow
from tests.emulator_process import EmulatorProcess
from tests.ui.kept import nothing_kept
from tests.ui.window.hand import Drive, Driven


@pytest.fixture
def window(windows: list[MainWindow], qtbot: QtBot) -> MainWindow:
    made = MainWindow(nothing_kept, Calls(), Catalogue())
    windows.append(made)
    made.open_draft(Draft("", "fal-ai/flux/dev", Mode.SUBSCRIBE, '{"prompt": "a hat"}'))
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def pane_of(window: MainWindow) -> OptionsPane:
    window.workspace.editor.show_tab("options")
    pane = window.workspace.editor.options
    assert pane is not None
    return pane


def lines(row: OptionRow) -> list[QLineEdit]:
    return [line for line in row.findChildren(QLineEdit) if line.isVisibleTo(row)]


def type_into(line: QLineEdit, text: str) -> None:
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    if text.isascii():
        QTest.keyClicks(line, text)
    else:  # QTest has no keys for other letters
        QGuiApplication.clipboard().setText(text)
        line.paste()


def press(row: OptionRow, word: str) -> None:
    (button,) = [one for one in row.findChildren(QAbstractButton) if one.text() == word]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def fill(pane: OptionsPane) -> None:
    for name, text in {
        "start_timeout_s": "30",
        "client_timeout_s": "2 min",
        "webhook_url": "https://example.com/hook",
        "poll_every_s": "1",
        "hint": "same",
        "object_lifetime_s": "7 days",
    }.items():
        type_into(lines(pane.rows[name])[0], text)
    for name, word in {
        "priority": "low",
        "no_retry": "none",
        "status_updates": "ask",
        "store_io": "do not keep",
    }.items():
        press(pane.rows[name], word)
    type_into(lines(pane.rows["headers"])[0], "x-mine")
    type_into(lines(pane.rows["headers"])[1], "yes")
    type_into(lines(pane.rows["query"])[0], "a")
    type_into(lines(pane.rows["query"])[1], "b c")


FILLED = Options(
    start_timeout_s=30,
    client_timeout_s=120,
    hint="same",
    priority=Priority.LOW,
    webhook_url="https://example.com/hook",
    no_retry=True,
    store_io=False,
    object_lifetime_s=604_800,
    headers={"x-mine": "yes"},
    status_updates=StatusUpdates.POLL,
    poll_every_s=1,
    query={"a": "b c"},
)


def test_every_option_can_be_set_is_told_and_is_kept_for_the_next_start(
    window: MainWindow, windows: list[MainWindow], tmp_path: Path
) -> None:
    desk = Desk(tmp_path / "window.json", window, window)
    window.show_request(next(iter(window.workspaces)))
    fill(pane_of(window))
    assert window.workspace.draft.options == FILLED
    request = window.workspace.request()
    assert request is not None
    assert request.options == FILLED
    assert "Options 12 set" in window.workspace.editor.tab_words
    assert "low priority · start within 30 s · 7 more" in window.workspace.forecast.text
    desk.save()
    again = MainWindow(nothing_kept, Calls(), Catalogue())
    windows.append(again)
    Desk(tmp_path / "window.json", again, again)
    assert again.workspaces[next(iter(again.workspaces))].draft.options == FILLED


def test_what_the_mode_does_not_use_is_off_and_says_why(window: MainWindow) -> None:
    pane = pane_of(window)
    for mode in Mode:
        window.workspace.set_mode(mode)
        for name, row in pane.rows.items():
            assert row.control.isEnabled() is rules.used_by(name, mode), (mode, name)
            assert row.toolTip() == rules.why_unused(name, mode)
    window.workspace.set_mode(Mode.SUBMIT)
    press(pane.rows["priority"], "low")
    window.workspace.set_mode(Mode.RUN)
    request = window.workspace.request()
    assert request is not None
    assert request.options == Options()
    assert window.workspace.draft.options.priority is Priority.LOW


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("start_timeout_s", "1", "more than 1 second"),
        ("client_timeout_s", "soon", "30 s or 2 min"),
        ("webhook_url", "example", "web address"),
        ("hint", "größe", "plain text"),
        ("object_lifetime_s", "1.5", "whole seconds"),
        ("poll_every_s", "0", "0.1 to 60"),
    ],
)
def test_a_wrong_value_is_said_at_its_place_and_keeps_run_from_running(
    window: MainWindow, name: str, text: str, word: str
) -> None:
    pane = pane_of(window)
    (line,) = lines(pane.rows[name])
    type_into(line, text)
    assert line.text() == text, "what was typed stays"
    assert line.property("state") == "error"
    assert word in line.accessibleDescription()
    assert window.workspace.request() is None
    assert word in window.workspace.forecast.text
    window.workspace.editor.show_tab("form")
    window.workspace.forecast.reason_followed.emit(f"option:{name}")
    assert window.focusWidget() is line
    type_into(line, "")
    assert window.workspace.request() is not None
    assert not line.property("state")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Authorization", "never sent from here"),
        ("Connection", "belongs to the connection"),
        ("a b", "letters"),
        ("X-Fal-Runner-Hint", "runner hint"),
    ],
)
def test_headers_that_nobody_should_write_are_refused(window: MainWindow, name: str, word: str) -> None:
    pane = pane_of(window)
    name_line, value_line = lines(pane.rows["headers"])
    type_into(name_line, name)
    type_into(value_line, "x")
    assert word in name_line.accessibleDescription()
    assert window.workspace.request() is None
    assert window.workspace.draft.options.headers == {}, "it is not written down either"
    (cross,) = [one for one in pane.rows["headers"].findChildren(QAbstractButton) if one.isVisible()]
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert window.workspace.request() is not None


def test_one_link_sets_none_of_them(window: MainWindow) -> None:
    pane = pane_of(window)
    fill(pane)
    type_into(lines(pane.rows["hint"])[0], "größe")
    pane.reset.click()
    assert window.workspace.draft.options == Options()
    assert [line.text() for row in pane.rows.values() for line in lines(row)] == [""] * sum(
        len(lines(row)) for row in pane.rows.values()
    )
    assert pane.reset.isHidden()


def test_a_call_goes_out_with_them(drive: Drive, emulator: EmulatorProcess) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.SUBSCRIBE)
        pane = pane_of(hand.window)
        fill(pane)
        type_into(lines(pane.rows["webhook_url"])[0], "")
        since = emulator.last()
        await hand.run()
        await hand.shown()
        (submit,) = emulator.requests(since, method="POST")
        headers = {name.lower(): value for name, value in submit["headers"]}
        assert headers["x-fal-queue-priority"] == "low"
        assert headers["x-fal-request-timeout"] == "30.0"
        assert headers["x-mine"] == "yes"
        assert submit["query"] == "a=b+c"
        assert any("/status?" in f"{one['path']}?" for one in emulator.requests(since, method="GET"))

    drive(scenario)


def test_every_change_is_a_step_with_the_options_name_also_what_is_no_value(
    window: MainWindow, qtbot: QtBot
) -> None:
    pane, space = pane_of(window), window.workspace
    stack = space.undo.stack
    states = [space.draft]

    def done(step: str) -> None:
        qtbot.waitUntil(lambda: stack.undoText() == step, timeout=20_000)
        states.append(space.draft)

    press(pane.rows["priority"], "low")
    done("priority")
    type_into(lines(pane.rows["client_timeout_s"])[0], "2 m")
    done("time limit")
    QTest.keyClicks(lines(pane.rows["start_timeout_s"])[0], "soon")
    done("start deadline")
    assert space.draft.typed == {"start_timeout_s": "soon"}
    type_into(lines(pane.rows["headers"])[0], "Connection")
    done("headers")
    pane.reset.click()
    done("setting no options")
    shown = {name: [line.text() for line in lines(row)] for name, row in pane.rows.items()}
    while stack.canUndo():
        states.pop()
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert space.draft == states[-1]
        typed = states[-1].typed
        assert lines(pane.rows["start_timeout_s"])[0].text() == typed.get("start_timeout_s", "")
        assert lines(pane.rows["headers"])[0].text() == ("Connection" if "headers" in typed else "")
        assert bool(space.reasons()) is bool(typed)
    while stack.canRedo():
        stack.redo()
    assert {name: [line.text() for line in lines(row)] for name, row in pane.rows.items()} == shown


def test_what_is_no_value_is_kept_for_the_next_start_but_never_a_header(
    window: MainWindow, windows: list[MainWindow], tmp_path: Path
) -> None:
    pane = pane_of(window)
    type_into(lines(pane.rows["start_timeout_s"])[0], "soon")
    type_into(lines(pane.rows["headers"])[0], "Authorization")
    type_into(lines(pane.rows["headers"])[1], "Key hush")
    Desk(tmp_path / "window.json", window, window).save()
    assert "hush" not in (tmp_path / "window.json").read_text()
    again = MainWindow(nothing_kept, Calls(), Catalogue())
    windows.append(again)
    Desk(tmp_path / "window.json", again, again)
    space = again.workspaces[next(iter(again.workspaces))]
    assert "30 s or 2 min" in space.forecast.text
    again.show_request(next(iter(again.workspaces)))
    assert lines(pane_of(again).rows["start_timeout_s"])[0].text() == "soon"
