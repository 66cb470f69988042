"""Results are pulled out of the window as real files, and such a file dropped back onto it fills the editor."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QWidget

from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.core.carried import request_in
from fal_studio.core.request import Mode
from fal_studio.ui.request.inputs.file import FileInput
from fal_studio.ui.shell import files
from tests.core.test_carried import clip, picture, sound
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

KINDS: dict[str, tuple[Kind, str, Callable[[], bytes]]] = {
    "bird.png": (Kind.IMAGE, "image/png", lambda: picture("PNG")),
    "bird.jpg": (Kind.IMAGE, "image/jpeg", lambda: picture("JPEG")),
    "bird.webp": (Kind.IMAGE, "image/webp", lambda: picture("WEBP")),
    "bird.mp4": (Kind.VIDEO, "video/mp4", clip),
    "bird.wav": (Kind.AUDIO, "audio/wav", sound),
}
COPY, LEFT, NO_KEYS = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def dragged(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, bytes]]:
    """What real drags carry, as another program gets it: bytes by their types. The drag itself waits for a hand, so it ends at once."""
    seen: list[dict[str, bytes]] = []

    class Watched(QDrag):
        def exec(self, *actions: Any) -> Qt.DropAction:
            assert actions == (COPY,)
            assert not self.pixmap().isNull(), "something is under the pointer"
            data = self.mimeData()
            seen.append({kind: bytes(data.data(kind).data()) for kind in data.formats()})
            return COPY

    monkeypatch.setattr(files, "QDrag", Watched)
    return seen


def drop_on_window(hand: Driven, seen: dict[str, bytes]) -> Path:
    """Drop onto the window what was dragged, and return the file."""
    data = QMimeData()
    for kind, content in seen.items():
        data.setData(kind, content)
    (url,) = data.urls()
    enter = QDragEnterEvent(QPoint(300, 300), COPY, data, LEFT, NO_KEYS)
    hand.window.dragEnterEvent(enter)
    assert enter.isAccepted()
    event = QDropEvent(QPointF(300, 300), COPY, data, LEFT, NO_KEYS)
    hand.window.dropEvent(event)
    assert event.isAccepted()
    return Path(url.toLocalFile())


def test_a_result_pulled_out_and_dropped_back_fills_the_editor(
    drive: Drive, dragged: list[dict[str, bytes]]
) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_endpoint("emulator/image")
        hand.space.set_mode(Mode.RUN)
        await hand.run(prompt="a bird of paradise", guidance_scale=2.5)
        await hand.shown()
        made, key = hand.space, hand.window.tabs.current()
        output: Any = made.result.state.output
        seed = output["seed"]
        (own,) = hand.space.result.preview.artifacts
        others = [own]
        for name, (kind, content_type, content) in KINDS.items():
            item = Artifact(kind, "file", f"https://files.test/{name}", content_type=content_type)
            hand.window.bytes_of.put(item.url, content(), content_type)
            others.append(item)
        for item in others:
            made.result.drag_wanted.emit((item,), QImage())
            file = drop_on_window(hand, dragged[-1])
            assert file.suffix == Path(item.name).suffix
            carried = request_in(file.read_bytes())
            assert carried is not None, item.name
            assert (carried.request.endpoint, carried.seed, carried.request_id) == (
                "emulator/image", seed, made.result.state.request_id,
            )  # fmt: skip
            assert carried.app.startswith("fal Studio ")
            await until(lambda: hand.space is not made, what=f"{item.name} opened a request")
            arguments = hand.space.document.arguments
            assert arguments is not None
            assert hand.space.endpoint == "emulator/image"
            told = {name: arguments.get(name) for name in ("prompt", "guidance_scale", "seed")}
            assert told == {"prompt": "a bird of paradise", "guidance_scale": 2.5, "seed": seed}, item.name
            hand.window.show_request(key)
            await until(lambda: hand.space is made)
        assert len(dragged) == 6

    drive(scenario)


def test_a_file_that_carries_nothing_says_so(drive: Drive, tmp_path: Path) -> None:
    async def scenario(hand: Driven) -> None:
        plain = tmp_path / "plain.png"
        plain.write_bytes(picture("PNG"))
        before = hand.space
        said: list[str] = []
        hand.window.toasts.told.connect(lambda text, _is_bad: said.append(text))
        drop_on_window(hand, {"text/uri-list": plain.as_uri().encode() + b"\r\n"})
        await until(
            lambda: any("plain.png carries no request" in text for text in said), what=lambda: str(said)
        )
        assert hand.space is before

    drive(scenario)


def entered(hand: Driven, path: Path, actions: Qt.DropAction) -> tuple[QDragEnterEvent, QMimeData]:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDragEnterEvent(QPoint(300, 300), actions, data, LEFT, NO_KEYS)
    hand.window.dragEnterEvent(event)
    return event, data


def test_a_drop_never_takes_a_file_away_from_where_it_came_from(drive: Drive, tmp_path: Path) -> None:
    async def scenario(hand: Driven) -> None:
        plain = tmp_path / "plain.png"
        plain.write_bytes(picture("PNG"))
        both = Qt.DropAction.MoveAction | COPY
        enter, data = entered(hand, plain, both)
        assert (enter.isAccepted(), enter.dropAction()) == (True, COPY)
        drop = QDropEvent(QPointF(300, 300), both, data, LEFT, NO_KEYS)
        drop.setDropAction(Qt.DropAction.MoveAction)  # as it comes when the source proposes it
        hand.window.dropEvent(drop)
        assert (drop.isAccepted(), drop.dropAction()) == (True, COPY)
        hint = hand.window.findChild(QWidget, "dropHint")
        assert isinstance(hint, QWidget)
        only_moved, data = entered(hand, plain, Qt.DropAction.MoveAction)
        assert not only_moved.isAccepted()
        assert hint.isHidden(), "nobody would tell when it leaves"
        hand.space.set_endpoint("emulator/edit")
        field = hand.space.editor.form.findChild(FileInput)
        assert isinstance(field, FileInput)
        field.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), Qt.DropAction.MoveAction, data, LEFT, NO_KEYS))
        assert field.choose.isEnabled(), "and the field can still be used"
        field.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), both, data, LEFT, NO_KEYS))
        assert not field.choose.isEnabled()
        field.dragLeaveEvent(QDragLeaveEvent())
        assert field.choose.isEnabled()

    drive(scenario)


def test_a_file_without_a_request_fills_the_field_in_front_and_the_window_says_so_before(
    drive: Drive, tmp_path: Path
) -> None:
    async def scenario(hand: Driven) -> None:
        plain, tune, notes = (tmp_path / name for name in ("plain.png", "tune.mp3", "notes.txt"))
        plain.write_bytes(picture("PNG"))
        tune.write_bytes(sound())
        notes.write_text("words")
        window = hand.window
        hint = window.findChild(QWidget, "dropHint")
        assert hint is None, "it is made for the first drag"
        entered(hand, plain, COPY)
        hint = window.findChild(QWidget, "dropHint")
        assert isinstance(hint, QWidget)
        assert (hint.isVisible(), hint.accessibleName()) == (True, "Open the request in it")
        window.dragLeaveEvent(QDragLeaveEvent())
        assert not hint.isVisible()

        hand.space.set_endpoint("emulator/edit")
        hand.space.document.set_value("image_url", "https://old.test/a.png")
        event, data = entered(hand, plain, COPY)
        assert hint.accessibleName() == "Open the request in it, or use it as image_url"
        assert not entered(hand, tune, COPY)[0].isAccepted(), "no field of this model takes a sound"
        before = hand.space
        window.dropEvent(QDropEvent(QPointF(300, 300), COPY, data, LEFT, NO_KEYS))
        assert event.isAccepted()
        assert not hint.isVisible()

        def given() -> Any:
            return (hand.space.document.arguments or {}).get("image_url")

        await until(
            lambda: str(given()).startswith("http://127.0.0.1"), what=lambda: str(given()), limit_s=20
        )
        assert hand.space is before
        window.undo.undo()
        assert given() == "https://old.test/a.png"

        hand.space.set_endpoint("emulator/transcribe")
        await until(lambda: hand.space.editor.form.row("audio_url") is not None, what="the field for a sound")
        event, data = entered(hand, tune, COPY)
        assert (event.isAccepted(), hint.accessibleName()) == (True, "Use as audio_url")
        assert not entered(hand, notes, COPY)[0].isAccepted()
        window.pages.show_page("compare")
        assert not entered(hand, tune, COPY)[0].isAccepted(), "the form is not in front"

    drive(scenario)
