"""Pasted text opens a request that is filled in, tells what was understood, and runs nothing."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fal_studio.core.carried import Carried, request_in, with_request
from fal_studio.core.request import Mode, Options, Priority, Request
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.models import Calls
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.window import MainWindow
from tests.ui.kept import nothing_kept
from tests.ui.window.hand import CTRL, Drive, Driven

SHIFTED = CTRL | Qt.KeyboardModifier.ShiftModifier
COMMAND = (
    "curl 'https://queue.fal.run/fal-ai/flux/dev' \\\n  -H 'Authorization: Key 0198a1b2:aabbccddeeff' \\\n"
    "  -H 'x-fal-queue-priority: low' \\\n  -d '{\n  \"prompt\": \"a hat\"\n}'"
)


@pytest.fixture
def window(windows: list[MainWindow], qtbot: QtBot) -> MainWindow:
    made = MainWindow(nothing_kept, Calls(), Catalogue())
    windows.append(made)
    made.open_draft(Draft("", "emulator/image", Mode.STREAM, '{"prompt": "first"}'))
    made.run_wanted.connect(lambda *_: pytest.fail("nothing runs by itself"))
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def news(window: MainWindow) -> str:
    toast = window.toasts.shown()[-1]
    return f"{toast.accessibleName()} | {toast.accessibleDescription()}"


def test_a_copied_command_opens_with_one_key(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText(COMMAND)
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_V, SHIFTED)
    draft = window.workspace.draft
    assert (draft.endpoint, draft.mode) == ("fal-ai/flux/dev", Mode.SUBMIT)
    assert json.loads(draft.text) == {"prompt": "a hat"}
    assert draft.options == Options(priority=Priority.LOW)
    assert len(window.workspaces) == 2
    assert "Opened a cURL command: fal-ai/flux/dev" in news(window)
    assert "1 argument, 1 option. The key in it was left out." in news(window)
    assert "aabbccddeeff" not in window.status.text


def test_code_pasted_where_the_endpoint_stands_opens_too(window: MainWindow) -> None:
    box = window.workspace.bar.box
    window.workspace.bar.focus_endpoint()
    QGuiApplication.clipboard().setText("import fal_client\nfal_client.run('a/b', arguments={'x': 1})")
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_V, CTRL)
    assert window.workspace.draft.endpoint == "a/b"
    assert box.currentText() == "emulator/image", "the request that was there is as it was"


def test_an_address_pasted_there_only_changes_the_endpoint(window: MainWindow) -> None:
    box = window.workspace.bar.box
    window.workspace.bar.focus_endpoint()
    QGuiApplication.clipboard().setText("https://fal.ai/models/fal-ai/flux/dev/api")
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_V, CTRL)
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert len(window.workspaces) == 1
    assert window.workspace.endpoint == "fal-ai/flux/dev"


def test_text_dropped_there_opens_too(window: MainWindow) -> None:
    data = QMimeData()
    data.setText(COMMAND)
    line = window.workspace.bar.box.lineEdit()
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(line, QDragEnterEvent(QPoint(5, 5), *how))
    QApplication.sendEvent(line, QDropEvent(QPointF(5, 5), *how))
    assert window.workspace.draft.endpoint == "fal-ai/flux/dev"


def test_arguments_alone_are_for_the_endpoint_in_front(window: MainWindow) -> None:
    window.pasting.open_text('{"prompt": "second"}')
    draft = window.workspace.draft
    assert (draft.endpoint, draft.mode) == ("emulator/image", Mode.STREAM)
    assert json.loads(draft.text) == {"prompt": "second"}
    assert len(window.workspaces) == 2


def test_what_cannot_be_understood_opens_nothing_and_says_why(window: MainWindow) -> None:
    window.pasting.open_text("how do I do this?")
    assert len(window.workspaces) == 1
    assert "neither" in news(window)
    assert "Paste an endpoint id" in news(window)
    QGuiApplication.clipboard().clear()
    window.pasting.open_clipboard()
    assert len(window.workspaces) == 1
    assert "There is no text to open" in news(window)


def test_options_that_were_pasted_are_sent(window: MainWindow) -> None:
    window.pasting.open_text("fal.subscribe('a/b', { input: { x: 1 }, hint: 'h', timeout: 30000 })")
    request = window.workspace.request()
    assert request is not None
    assert request.options == Options(hint="h", client_timeout_s=30)
    assert "give up after 30 s · hint h" in window.workspace.forecast.text
    window.workspace.set_mode(Mode.REALTIME)
    assert window.workspace.request().options == Options(client_timeout_s=30), "realtime takes no hint"
    assert window.workspace.draft.options.hint == "h", "it is there again in another mode"


def picture(path: Path, *, carrying: bool) -> Path:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    request = Request("fal-ai/flux/dev", Mode.STREAM, {"prompt": "kept"}, options=Options(hint="h"))
    path.write_bytes(with_request(out.getvalue(), Carried(request, seed=7)) if carrying else out.getvalue())
    return path


def test_a_saved_picture_opens_its_request_when_it_is_dropped(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture(tmp_path / "hat.png", carrying=True)))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(5, 5), *how)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), *how))
    qtbot.waitUntil(lambda: len(window.workspaces) == 2)
    draft = window.workspace.draft
    assert (draft.endpoint, draft.mode, draft.options.hint) == ("fal-ai/flux/dev", Mode.STREAM, "h")
    assert json.loads(draft.text) == {"prompt": "kept", "seed": 7}
    assert "Opened hat.png" in news(window)


def test_a_copied_picture_without_a_request_says_so(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture(tmp_path / "other.png", carrying=False)))])
    QGuiApplication.clipboard().setMimeData(data)
    window.pasting.open_clipboard()
    qtbot.waitUntil(lambda: bool(window.toasts.shown()))
    assert "other.png carries no request" in news(window)
    assert len(window.workspaces) == 1


def test_what_holds_no_request_is_not_taken_by_the_window(window: MainWindow, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "letter.pdf"))])
    enter = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_a_result_that_is_saved_carries_its_request(drive: Drive, tmp_path: Path) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.run(prompt="a boat")
        await hand.shown()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "PySide6.QtWidgets.QFileDialog.open",
                lambda dialog: dialog.fileSelected.emit(str(tmp_path / "boat.jpg")),
            )
            hand.space.result.row.save_wanted.emit()
        carried = request_in((tmp_path / "boat.jpg").read_bytes())
        assert carried is not None
        assert carried.request.arguments["prompt"] == "a boat"
        assert carried.request_id == hand.state.request_id
        assert carried.seed == hand.state.output["seed"]

    drive(scenario)
