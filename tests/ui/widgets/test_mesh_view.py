"""A 3D model that is turned about: what is asked of the process that draws it, and what is seen when it cannot."""

import os
import signal
from collections.abc import Iterator

import pytest
import trimesh
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fal_studio.core.mesh import MOST_BYTES
from fal_studio.ui.output.mesh_view import HOME, MeshView
from fal_studio.ui.theme import Theme


def model() -> bytes:
    box = trimesh.creation.box((1, 2, 3))
    box.visual.face_colors = [[250, 40, 40, 255]] * 4 + [[40, 40, 250, 255]] * 8
    return box.export(file_type="glb")


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> Iterator[MeshView]:
    view = MeshView("box.glb")
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    yield view
    view.stop()


def settle(view: MeshView, qtbot: QtBot) -> None:
    """Wait until the fine picture of where it stands is on screen."""

    def is_settled() -> bool:
        return view.is_still and view.frame.size() == view.scene.size() * view.devicePixelRatioF()

    qtbot.waitUntil(is_settled, timeout=30_000)


def test_it_is_read_turned_zoomed_and_put_back(view: MeshView, qtbot: QtBot) -> None:
    assert view.message == "Fetching box.glb …"
    view.take(model(), "model/gltf-binary")
    settle(view, qtbot)
    assert view.is_ready
    assert view.about.startswith("12 triangles")
    assert "1 × 2 × 3" in view.about
    first = view.frame
    QTest.mousePress(view.scene, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    QTest.mouseMove(view.scene, QPoint(260, 130))
    QTest.mouseRelease(view.scene, Qt.MouseButton.LeftButton, pos=QPoint(260, 130))
    assert view.scene.look.yaw == pytest.approx(HOME.yaw - 24)
    assert view.scene.look.pitch == pytest.approx(HOME.pitch + 12)
    settle(view, qtbot)
    assert view.frame != first
    for key, name in ((Qt.Key.Key_Left, "yaw"), (Qt.Key.Key_Up, "pitch"), (Qt.Key.Key_Plus, "distance")):
        before = getattr(view.scene.look, name)
        QTest.keyClick(view.scene, key)
        assert getattr(view.scene.look, name) != before
    QTest.keyClick(view.scene, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.scene.look.x != 0
    QTest.keyClick(view.scene, Qt.Key.Key_0)
    assert view.scene.look == HOME
    settle(view, qtbot)
    assert view.frame == first, "the same view is the same picture"
    for key in (Qt.Key.Key_W, Qt.Key.Key_T):
        before_it = view.frame
        QTest.keyClick(view.scene, key)
        settle(view, qtbot)
        assert view.frame != before_it


def test_what_cannot_be_shown_says_why_and_what_to_do(view: MeshView, qtbot: QtBot) -> None:
    for name, data, words in (
        ("a.glb", b"glTF" + bytes(40), "no binary glTF"),
        ("a.fbx", b"Kaydara FBX Binary", "is a .fbx file"),
        ("a.obj", bytes(MOST_BYTES + 1), "at most 268 MB"),
    ):
        told: list[str] = []
        view = MeshView(name)
        qtbot.addWidget(view)
        view.failed.connect(told.append)
        view.take(data, "")
        qtbot.waitUntil(lambda: bool(told), timeout=20_000)  # noqa: B023
        assert words in told[0]
        assert "Save it" in view.message
        assert view.is_ready, "nobody waits for it"


def test_a_reader_that_dies_is_said_and_the_window_lives(view: MeshView, qtbot: QtBot) -> None:
    view.take(model(), "model/gltf-binary")
    settle(view, qtbot)
    os.kill(view.process_id, signal.SIGTERM)
    qtbot.waitUntil(lambda: bool(view.message), timeout=10_000)
    assert "ended the program that reads it" in view.message
    QTest.keyClick(view.scene, Qt.Key.Key_Left)
