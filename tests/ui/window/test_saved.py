"""Saved requests in the window: written, found again after a restart, renamed, removed and brought back; nothing is lost to others."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar

from fal_studio.core import saved as form
from fal_studio.core.request import Mode, Options
from fal_studio.core.saved import ENDING, Saved
from fal_studio.ui.library.listing import Entry
from fal_studio.ui.shell.save_panel import SavePanel
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def panels(hand: Driven) -> list[SavePanel]:
    return [one for one in hand.window.findChildren(SavePanel) if one.isVisible()]


async def asking(hand: Driven) -> SavePanel:
    (asked,) = await until(lambda: panels(hand))
    field = asked.title
    inside = asked.rect().contains(field.mapTo(asked, field.rect().bottomRight()))
    assert inside, f"the panel is {asked.height()} px high, which is too little for its fields"
    return asked


async def save(hand: Driven, title: str, folder: str = "") -> Path:
    """Save the request in front for the first time."""
    await hand.key(Qt.Key.Key_S, CTRL)
    asked = await asking(hand)
    asked.title.setText(title)
    asked.folder.setText(folder)
    QTest.keyClick(asked.title, Qt.Key.Key_Return)
    await until(lambda: hand.space.file, limit_s=20)
    return Path(hand.space.file)


def listed(hand: Driven) -> list[Entry]:
    entries = [item.data(Qt.ItemDataRole.UserRole + 1) for item in hand.window.library.rows()]
    return [entry for entry in entries if entry.kind == "saved"]


def titles(hand: Driven) -> list[str]:
    return [entry.text for entry in listed(hand)]


def is_marked(hand: Driven) -> bool:
    bar = hand.window.tabs.findChild(QTabBar)
    assert isinstance(bar, QTabBar)
    return bar.accessibleTabName(bar.currentIndex()).endswith("changed")


def toast(hand: Driven, words: str) -> bool:
    return any(words in one.accessibleName() for one in hand.window.toasts.shown())


def press_toast(hand: Driven, words: str) -> None:
    told = [
        one.news for one in hand.window.toasts.shown() if words in (one.accessibleName(), one.news.action)
    ]
    (news,) = told or [one.news for one in hand.window.toasts.shown() if words in one.accessibleName()]
    hand.window.toasts.action_wanted.emit(news.key)


def read(path: Path) -> bytes:
    return path.read_bytes()


def is_there(path: Path) -> bool:
    return path.exists()


def rewrite(path: Path, **arguments: object) -> None:
    """Change a file as an editor does."""
    document = json.loads(path.read_text())
    document["arguments"] |= arguments
    path.write_text(json.dumps(document))


def test_a_request_is_saved_marked_when_it_differs_and_the_same_after_a_restart(
    drive_kept: Drive, shelf: Path
) -> None:
    async def first(hand: Driven) -> None:
        space = hand.space
        space.set_options(Options(hint="same"))
        path = await save(hand, "Red lighthouse", "Posters/2026")
        assert path == shelf / "Posters" / "2026" / f"Red-lighthouse{ENDING}"
        await until(lambda: not panels(hand) and not is_marked(hand))
        kept = form.read(path.read_bytes())
        assert kept.arguments == space.document.arguments
        assert kept.options == Options(hint="same")
        assert kept.schema_hash == hand.program.catalogue.get("emulator/image").schema_hash != ""
        await until(lambda: titles(hand) == ["Red lighthouse"])
        space.document.set_value("seed", 99)
        assert is_marked(hand)
        await until(lambda: space.undo.stack.undoText() == "seed")
        hand.window.actions_["edit.undo"].trigger()
        assert not is_marked(hand)
        space.document.set_value("seed", 100)
        await hand.key(Qt.Key.Key_S, CTRL)
        await until(lambda: not is_marked(hand))
        assert form.read(path.read_bytes()).arguments["seed"] == 100
        space.document.set_value("seed", 101)

    async def again(hand: Driven) -> None:
        space = hand.space
        await until(lambda: space.known is not None, limit_s=20)
        assert space.title == "Red lighthouse"
        assert is_marked(hand)
        space.document.set_value("seed", 100)
        assert not is_marked(hand)

    drive_kept(first)
    drive_kept(again)


def test_it_is_opened_once_from_the_library_and_by_dropping_its_file(drive_kept: Drive, shelf: Path) -> None:
    shelf.mkdir(parents=True)
    path = shelf / f"boat{ENDING}"
    path.write_text(form.write(Saved("A boat", "emulator/chat", {"prompt": "row"}, Mode.STREAM)))
    (shelf / f"torn{ENDING}").write_text("{")

    async def scenario(hand: Driven) -> None:
        await until(lambda: titles(hand) == ["A boat", "torn"], limit_s=20)
        before = len(hand.window.workspaces)
        library = hand.window.library
        library.saved_wanted.emit(listed(hand)[0].key)
        await until(lambda: hand.space.file == str(path), limit_s=20)
        assert (hand.space.endpoint, hand.space.mode, hand.space.title) == (
            "emulator/chat",
            Mode.STREAM,
            "A boat",
        )
        assert not is_marked(hand)
        hand.window.show_request(next(iter(hand.window.workspaces)))
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        hand.window.dropEvent(
            QDropEvent(
                QPointF(300, 300),
                Qt.DropAction.CopyAction,
                data,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )
        await until(lambda: hand.space.file == str(path), limit_s=20)
        assert len(hand.window.workspaces) == before + 1
        library.saved_wanted.emit(listed(hand)[1].key)
        await until(lambda: toast(hand, "no JSON"), limit_s=20)
        elsewhere = shelf.parent / f"sent{ENDING}"
        elsewhere.write_text(path.read_text())
        data.setUrls([QUrl.fromLocalFile(str(elsewhere))])
        QGuiApplication.clipboard().setMimeData(data)
        hand.window.actions_["request.paste"].trigger()
        await until(lambda: hand.space.file == str(elsewhere), limit_s=20)
        QGuiApplication.clipboard().clear()  # what Python made must not be left for the end of the process

    drive_kept(scenario)


def test_rename_duplicate_trash_and_undo(drive_kept: Drive, shelf: Path) -> None:
    async def scenario(hand: Driven) -> None:
        assert not hand.window.actions_["saved.rename"].isEnabled()
        path = await save(hand, "One")
        assert hand.window.actions_["saved.rename"].isEnabled()
        hand.window.saving.rename(str(path))
        asked = await asking(hand)
        asked.title.setText("Two")
        asked.folder.setText("sea")
        QTest.keyClick(asked.folder, Qt.Key.Key_Return)
        await until(lambda: hand.space.file == str(shelf / "sea" / f"Two{ENDING}"), limit_s=20)
        await until(lambda: hand.space.title == "Two" and not is_marked(hand))
        assert not path.exists()
        hand.window.saving.duplicate(hand.space.file)
        await until(lambda: titles(hand) == ["Two", "Two copy"], limit_s=20)
        await until(lambda: hand.space.title == "Two copy", limit_s=20)
        held = Path(hand.space.file)
        data = read(held)
        row = next(item for item in hand.window.library.rows() if item.text() == "Two copy")
        hand.window.library.view.setCurrentIndex(row.index())
        QTest.keyClick(hand.window.library.view, Qt.Key.Key_Delete)
        await until(lambda: toast(hand, "trash"), limit_s=20)
        await until(lambda: not is_there(held) and not hand.space.file, what="it lies in the trash")
        assert hand.space.title == "Two copy", "what was written stays"
        await until(lambda: titles(hand) == ["Two"])
        press_toast(hand, "trash")
        await until(held.exists, limit_s=20)
        assert read(held) == data
        await until(lambda: hand.space.file == str(held) and not is_marked(hand), limit_s=20)

    drive_kept(scenario)


def test_a_header_that_may_hold_a_key_is_refused_where_it_is_saved(drive_kept: Drive, shelf: Path) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_options(Options(headers={"X-Fal-Key": "hush"}))
        await hand.key(Qt.Key.Key_S, CTRL)
        asked = await asking(hand)
        QTest.keyClick(asked.title, Qt.Key.Key_Return)
        await until(lambda: "never written to files" in asked.problem, limit_s=20)
        assert asked.isVisible()
        assert not is_there(shelf)
        QTest.keyClick(asked.title, Qt.Key.Key_Escape)
        assert not panels(hand)
        assert hand.space.result.call == "", "Esc closed the panel and nothing else"

    drive_kept(scenario)


def test_what_others_change_appears_and_is_never_overwritten_unasked(drive_kept: Drive, shelf: Path) -> None:
    async def scenario(hand: Driven) -> None:
        space = hand.space
        path = await save(hand, "Shared")
        rewrite(path, seed=1)
        await until(lambda: (space.document.arguments or {}).get("seed") == 1, limit_s=20)
        assert not is_marked(hand)
        assert "Undo a change of the file" in hand.window.actions_["edit.undo"].text().replace("&", "")
        space.document.set_value("seed", 2)
        rewrite(path, seed=3)
        await until(lambda: toast(hand, "was changed outside"), limit_s=20)
        assert (space.document.arguments or {})["seed"] == 2
        await hand.key(Qt.Key.Key_S, CTRL)
        await until(lambda: toast(hand, "since it was read here"), limit_s=20)
        assert json.loads(path.read_text())["arguments"]["seed"] == 3
        press_toast(hand, "since it was read here")
        await until(lambda: json.loads(path.read_text())["arguments"]["seed"] == 2, limit_s=20)
        await until(lambda: not is_marked(hand), limit_s=20)
        (shelf / f"new{ENDING}").write_text(form.write(Saved("From git", "emulator/image", {})))
        await until(lambda: "From git" in titles(hand), limit_s=20)
        path.unlink()
        await until(lambda: "Shared" not in titles(hand) and is_marked(hand), limit_s=20)
        await hand.key(Qt.Key.Key_S, CTRL)
        await until(path.exists, limit_s=20)

    drive_kept(scenario)


def test_another_schema_than_when_it_was_saved_is_told(drive_kept: Drive, shelf: Path) -> None:
    shelf.mkdir(parents=True)
    path = shelf / f"old{ENDING}"
    path.write_text(form.write(Saved("Old", "emulator/image", {"prompt": "x"}, schema_hash="0" * 64)))

    async def scenario(hand: Driven) -> None:
        hand.window.saving.open(str(path))
        await until(lambda: toast(hand, "takes other inputs"), limit_s=20)

    drive_kept(scenario)


def test_a_closed_tab_comes_back_with_what_was_not_in_its_file(drive_kept: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        path = await save(hand, "Closed")
        hand.space.document.set_value("seed", 77)
        await hand.key(Qt.Key.Key_W, CTRL)
        assert hand.space.file == ""
        press_toast(hand, "Closed Closed")
        await until(lambda: hand.space.file == str(path) and hand.space.known is not None, limit_s=20)
        assert (hand.space.document.arguments or {})["seed"] == 77
        assert is_marked(hand)
        hand.space.document.set_value("seed", 7)
        assert not is_marked(hand)
        await hand.key(Qt.Key.Key_W, CTRL)
        before = {one.news.key for one in hand.window.toasts.shown()}
        await hand.key(Qt.Key.Key_T, CTRL | Qt.KeyboardModifier.ShiftModifier)
        await until(lambda: hand.space.file == str(path) and not is_marked(hand), limit_s=20)
        after = {one.news.key for one in hand.window.toasts.shown()}
        assert after <= before, "nothing was lost, and nothing is told"

    drive_kept(scenario)


def test_a_file_on_the_prompt_is_the_windows_and_other_json_opens_as_what_it_is(
    drive_kept: Drive, tmp_path: Path
) -> None:
    plain = tmp_path / "arguments.json"
    plain.write_text('{"prompt": "from a file", "seed": 3}')

    async def scenario(hand: Driven) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(plain))])
        edit = hand.space.editor.form.prompt
        entered = QDragEnterEvent(
            edit.rect().center(),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(edit.viewport(), entered)
        assert entered.isAccepted(), "the window takes it"
        assert not edit.canInsertFromMimeData(data), "and not the editor"
        hand.window.dropEvent(
            QDropEvent(
                QPointF(300, 300),
                Qt.DropAction.CopyAction,
                data,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )
        await until(lambda: hand.space.walked.prompt == "from a file", limit_s=20)
        assert hand.space.file == "", "it is no saved request"

    drive_kept(scenario)


def test_folders_are_groups_and_the_filter_finds_by_folder_too(drive_kept: Drive, shelf: Path) -> None:
    (shelf / "posters").mkdir(parents=True)
    (shelf / "posters" / f"a{ENDING}").write_text(form.write(Saved("Hat", "emulator/image", {})))
    (shelf / f"b{ENDING}").write_text(form.write(Saved("Boat", "emulator/image", {})))

    async def scenario(hand: Driven) -> None:
        await until(lambda: titles(hand) == ["Boat", "Hat"], limit_s=20)
        view = hand.window.library.view
        hat = next(item for item in hand.window.library.rows() if item.text() == "Hat").index()
        assert hat.parent().data() == "posters"
        view.setCurrentIndex(hat)
        view.setExpanded(hat.parent(), False)
        hand.window.library.search.setText("poster")
        assert titles(hand) == ["Hat"]
        QTest.keyClick(hand.window.library.search, Qt.Key.Key_Return)
        await until(lambda: hand.space.title == "Hat", limit_s=20)
        QTest.keyClick(view, Qt.Key.Key_F2)
        asked = await asking(hand)
        assert (asked.title.text(), asked.folder.text()) == ("Hat", "posters")
        QTest.keyClick(asked.title, Qt.Key.Key_Escape)

    drive_kept(scenario)


def test_what_changed_while_no_window_was_open_is_seen_and_not_overwritten_unasked(
    drive_kept: Drive, shelf: Path
) -> None:
    paths: list[Path] = []

    async def first(hand: Driven) -> None:
        paths.append(await save(hand, "Left alone"))
        hand.window.open_new()
        hand.space.document.set_text('{"prompt": "two", "seed": 1}')
        paths.append(await save(hand, "Worked on"))
        hand.space.document.set_value("seed", 2)

    async def again(hand: Driven) -> None:
        alone, worked = hand.window.workspaces.values()
        await until(lambda: (alone.document.arguments or {}).get("seed") == 50, limit_s=20)
        await until(lambda: not alone.written.differs, what="nobody had changed it here: it follows its file")
        await until(lambda: toast(hand, f"{paths[1].name} was changed outside"), limit_s=20)
        assert (worked.document.arguments or {})["seed"] == 2
        assert worked.written.differs
        hand.window.show_request(list(hand.window.workspaces)[1])
        await hand.key(Qt.Key.Key_S, CTRL)
        await until(lambda: toast(hand, "since it was read here"), limit_s=20)
        assert json.loads(paths[1].read_text())["arguments"]["seed"] == 60
        press_toast(hand, "Take it over")
        await until(lambda: (worked.document.arguments or {})["seed"] == 60, limit_s=20)
        await until(lambda: not worked.written.differs)
        await until(lambda: worked.undo.stack.undoText() == "taking over the file", limit_s=20)
        hand.window.actions_["edit.undo"].trigger()
        assert (worked.document.arguments or {})["seed"] == 2

    drive_kept(first)
    rewrite(paths[0], seed=50)
    rewrite(paths[1], seed=60)
    drive_kept(again)
