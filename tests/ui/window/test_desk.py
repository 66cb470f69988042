"""The desk is found as it was left: open requests to the letter, also broken ones, and the window's size."""

from pathlib import Path

import pytest

from fal_studio.app.desk import Desk, read
from fal_studio.core.request import Mode
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.models import Calls
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.window import MainWindow
from tests.ui.kept import nothing_kept


def laid(windows: list[MainWindow], path: Path) -> tuple[MainWindow, Desk]:
    window = MainWindow(nothing_kept, Calls(), Catalogue())
    windows.append(window)
    return window, Desk(path, window, window)


def test_what_was_open_is_open_again(windows: list[MainWindow], tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    window, desk = laid(windows, path)
    broken = '{"prompt": "é 🦊", '
    window.open_draft(Draft("", "fal-ai/flux/dev", Mode.STREAM, broken))
    window.open_draft(Draft("Mine", "emulator/chat", Mode.RUN, '{"prompt": "x"}'))
    window.show_request(list(window.workspaces)[1])
    window.resize(1111, 777)
    desk.save()
    again, _ = laid(windows, path)
    drafts = [space.draft for space in again.workspaces.values()]
    assert drafts == [space.draft for space in window.workspaces.values()]
    assert again.workspace.document.text == broken
    assert (again.width(), again.height()) == (1111, 777)


def test_the_page_in_front_is_in_front_again(
    windows: list[MainWindow], tmp_path: Path, qtbot: object
) -> None:
    path = tmp_path / "window.json"
    window, desk = laid(windows, path)
    window.pages.show_page("gallery")
    desk.save()
    again, _ = laid(windows, path)
    assert again.gallery.pane is None, "it is built once the window was drawn"
    again.painted.emit()
    qtbot.waitUntil(lambda: again.page == "gallery", timeout=5000)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"drafts": 3}', b"[]"])
def test_a_damaged_desk_begins_afresh(windows: list[MainWindow], tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(content)
    assert read(path).drafts == ()
    window, _ = laid(windows, path)
    assert [space.draft.title for space in window.workspaces.values()] == ["Lighthouse"]


def test_a_change_is_written_down_by_itself(windows: list[MainWindow], tmp_path: Path, qtbot: object) -> None:
    path = tmp_path / "window.json"
    window, _ = laid(windows, path)
    window.workspace.document.set_value("prompt", "A hare in the snow")
    qtbot.waitUntil(lambda: path.exists() and "A hare in the snow" in path.read_text("utf-8"), timeout=5000)
