"""Results are pulled out of the window as real files, and such a file dropped back onto it fills the editor."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QImage

from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.core.carried import request_in
from fal_studio.core.request import Mode
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
