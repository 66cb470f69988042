"""The files of a result as a table: sorted, chosen, copied, pulled out, put on the stage, by hand and by keyboard."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core.artifacts import Artifact, Kind, find
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.files import COLUMNS, FilesView
from fal_studio.ui.shell import files as result_files
from fal_studio.ui.theme import Theme
from tests.ui.kept import nothing_kept

FILES = find(
    {
        "weights": {"url": "https://files.test/w.safetensors", "file_size": 900_000_000},
        "film": {"url": "https://files.test/b.mp4", "content_type": "video/mp4", "file_size": 4_000, "duration": 5.2},
        "picture": {"url": "https://files.test/a.png", "file_size": 70_000, "width": 640, "height": 480},
        "inside": {"url": "data:image/png;base64," + "AAAA" * 300},
    }
)  # fmt: skip


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> FilesView:
    view = FilesView()
    qtbot.addWidget(view)
    view.resize(800, 220)
    view.show()
    view.show_files(FILES, frozenset({FILES[1].key}))
    return view


def cells(view: FilesView, column: str) -> list[str]:
    model = view.table.model()
    place = COLUMNS.index(column)
    return [str(model.index(row, place).data()) for row in range(model.rowCount())]


def choose(view: FilesView, *rows: int) -> None:
    for number, row in enumerate(rows):
        how = QItemSelectionModel.SelectionFlag.Rows | (
            QItemSelectionModel.SelectionFlag.Select
            if number
            else QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        view.table.selectionModel().setCurrentIndex(view.table.model().index(row, 0), how)


def test_it_tells_what_the_files_are_and_sorts_by_any_column(view: FilesView) -> None:
    assert cells(view, "name")[:3] == ["w.safetensors", "b.mp4", "a.png"], "as they stand in the result"
    assert cells(view, "kind") == ["file", "video", "image", "image"]
    assert cells(view, "measures") == ["", "5.2 s", "640 × 480", ""]
    assert cells(view, "from")[3] == "inside.url", "a file in the text is no wall of text"
    view.table.sortByColumn(COLUMNS.index("size"), Qt.SortOrder.DescendingOrder)
    assert cells(view, "name")[0] == "w.safetensors"
    assert cells(view, "size") == ["900 MB", "70 KB", "4.0 KB", ""]
    view.table.sortByColumn(COLUMNS.index("name"), Qt.SortOrder.AscendingOrder)
    assert cells(view, "name")[0] == "a.png"
    assert view.said == "4 files, 900 MB"


def test_several_are_chosen_copied_kept_and_pulled_out_at_once(view: FilesView) -> None:
    copied: list[tuple[Artifact, ...]] = []
    kept: list[tuple[Artifact, ...]] = []
    pulled: list[tuple[Artifact, ...]] = []
    saved: list[Artifact] = []
    shown: list[Artifact] = []
    asked: list[Artifact] = []
    view.copy_wanted.connect(copied.append)
    view.keep_wanted.connect(kept.append)
    view.drag_wanted.connect(pulled.append)
    view.save_wanted.connect(saved.append)
    view.show_wanted.connect(shown.append)
    view.menu_wanted.connect(lambda item, _at: asked.append(item))
    choose(view, 1, 2)
    assert view.said == "2 of 4 chosen, 74 KB"
    QTest.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied == [FILES[1:3]]
    view.table.startDrag(Qt.DropAction.CopyAction)
    assert pulled == [FILES[1:3]]
    view.keep_button.click()
    assert kept == [FILES[1:3]]
    assert not view.save_button.isVisible(), "one place for each would have to be asked for"
    choose(view, 2)
    view.save_button.click()
    assert saved == [FILES[2]]
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    assert shown == [FILES[2]]
    QTest.keyClick(view.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.chosen == FILES
    at = view.table.viewport().mapTo(view, view.table.visualRect(view.table.model().index(0, 0)).center())
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at))
    QApplication.sendEvent(view, event)
    assert asked == [FILES[0]]
    view.show_files([Artifact(Kind.FILE, f"f{n}", f"https://files.test/{n}") for n in range(5_000)])
    assert view.said == "5,000 files"
    view.grab()
    assert view.table.indexAt(QPoint(5, 5)).isValid()


def test_a_large_file_is_pulled_out_and_saved_without_being_read(
    qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_files, "CARRIES_UP_TO_BYTES", 1000)
    monkeypatch.setattr(result_files.QDir, "tempPath", lambda: str(tmp_path))
    kept = tmp_path / "kept"
    kept.write_bytes(bytes(range(256)) * 20)
    window = QWidget()
    qtbot.addWidget(window)
    bytes_of = Bytes(nothing_kept, window)
    bytes_of.wanted.connect(lambda _url: pytest.fail("it is fetched into memory"))
    film = Artifact(Kind.VIDEO, "video", "https://files.test/film.mp4", content_type="video/mp4")
    bytes_of.put_file(film.url, str(kept), "video/mp4")
    files = result_files.ResultFiles(bytes_of, window)
    pulled = files.pulled((film,))
    assert pulled is not None
    place = Path(pulled.urls()[0].toLocalFile())
    assert place.name == "film.mp4"
    assert place.samefile(kept)
    told: list[str] = []
    files.told.connect(lambda words, _tone: told.append(words))
    for folder, words in ((tmp_path, "Saved"), (tmp_path / "nowhere", "could not be written")):
        files._on_selected(kept, film, None, str(folder / "mine.mp4"))
        qtbot.waitUntil(lambda: bool(told), timeout=10_000)
        assert words in told.pop()
    assert (tmp_path / "mine.mp4").read_bytes() == kept.read_bytes()
    kept.unlink()
    monkeypatch.setattr(bytes_of, "get", lambda _file: (b"small", "video/mp4"))
    assert files._content(film) == b"small", "what is gone from the disk is fetched"
