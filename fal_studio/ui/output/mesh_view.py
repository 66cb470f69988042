"""A 3D model to be turned about: dragged, zoomed, with its triangles shown or its texture taken away."""

from pathlib import PurePath

import msgspec
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.mesh import FARTHEST, NEAREST, Drawn, Look, MeshFacts
from fal_studio.figures import number
from fal_studio.ui import mirroring, theme
from fal_studio.ui.key_choice import hears
from fal_studio.ui.output.mesh_process import MeshProcess
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.labels import ElidedLabel, Mark
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr, trn

HOME = Look(0, 0, 0)
FINE_AFTER_MS = 140
"""So long nothing has moved before the fine picture is drawn."""
_TURN_DEG = 0.4
"""A pixel of the pointer's way."""
_KEY_DEG = 15.0
_STEP = 1.2
_QUICK_MS, _SLOW_MS = 18.0, 40.0
"""A coarse picture that takes less gets more pixels, one that takes more gets fewer."""
_LARGEST_PIXEL = 4.0


class MeshScene(QWidget):
    """Shows views of a model as they come; the pointer, the wheel and the keys ask for others."""

    moved = Signal(Look)
    """Somebody wants to see it so."""
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("3D model"))
        self.setAccessibleDescription(
            tr("Arrow keys turn it, Shift with them moves it, + and - zoom, 0 goes back")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 80)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.image = QImage()
        self.look = HOME
        self._from: QPointF | None = None
        self._moves_it = False
        theme.current().changed.connect(self.update)

    def show_image(self, image: QImage) -> None:
        """Show another view."""
        self.image = image
        self.update()

    def turn(self, right_deg: float, up_deg: float) -> None:
        """Turn the model as if it were taken by its front."""
        yaw = (self.look.yaw - right_deg + 180) % 360 - 180
        pitch = min(90.0, max(-90.0, self.look.pitch + up_deg))
        self.show_from(msgspec.structs.replace(self.look, yaw=yaw, pitch=pitch))

    def move_by(self, right_px: float, down_px: float) -> None:
        """Move the model by logical pixels."""
        # At the distance of the model's middle a view of 32 degrees is so many radii high.
        each = self.look.distance * 0.5735 / max(1, min(self.width(), self.height()))
        x = min(3.0, max(-3.0, self.look.x - right_px * each))
        y = min(3.0, max(-3.0, self.look.y + down_px * each))
        self.show_from(msgspec.structs.replace(self.look, x=x, y=y))

    def zoom(self, steps: float) -> None:
        """Go nearer, or away with a negative number."""
        distance = min(FARTHEST, max(NEAREST, self.look.distance * _STEP**-steps))
        self.show_from(msgspec.structs.replace(self.look, distance=distance))

    def go_home(self) -> None:
        """Show it as at first."""
        self.show_from(HOME)

    def show_from(self, look: Look) -> None:
        """Show it from somewhere else."""
        self.look = look
        self.moved.emit(look)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the newest view, whatever its size."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.current().color("bg.stage"))
        if not self.image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), self.image)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for a view of the new size."""
        super().resizeEvent(event)
        if self.image.size() != event.size() * self.devicePixelRatioF():
            self.moved.emit(self.look)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the model."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._from = event.position()
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._moves_it = shift or event.button() == Qt.MouseButton.MiddleButton
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn it, or move it with Shift or the middle button."""
        if self._from is None:
            return
        way, self._from = event.position() - self._from, event.position()
        if self._moves_it:
            self.move_by(way.x(), way.y())
        else:
            self.turn(way.x() * _TURN_DEG, way.y() * _TURN_DEG)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        del event
        self._from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show it as at first."""
        del event
        self.go_home()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go nearer or away."""
        self.zoom(event.angleDelta().y() / 120)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the file."""
        self.menu_wanted.emit(event.globalPos())

    @hears("output.mesh_view")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn, move, zoom, go back."""
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        ways = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
        }  # fmt: skip
        if key in ways:
            x, y = ways[Qt.Key(key)]
            self.move_by(x * 32, y * 32) if shift else self.turn(x * _KEY_DEG, y * _KEY_DEG)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(-1 if key == Qt.Key.Key_Minus else 1)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_Home):
            self.go_home()
        else:
            super().keyPressEvent(event)


class MeshView(QWidget):
    """One model with its bar. The file is read and drawn elsewhere, so the window never waits for it."""

    frame_shown = Signal()
    """The first fine view of it is on screen."""
    failed = Signal(str)
    menu_wanted = Signal(QPoint)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("meshView")
        self._name = name
        self._process = MeshProcess(self)
        self._process.told.connect(self._on_told)
        self._process.drawn.connect(self._on_drawn)
        self._process.failed.connect(self._on_failed)
        self._is_read = self._is_asked = self._is_fine = self._has_failed = False
        self._size_bytes = 0
        self._is_stale = False
        """Whether somebody wants another view than the one that is being drawn."""
        self._pixel = 2.0
        """Device pixels a side for one of a coarse view."""
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(FINE_AFTER_MS)
        self._still.timeout.connect(self._on_still)
        self.scene = MeshScene(self)
        self.scene.moved.connect(self._on_moved)
        self.scene.menu_wanted.connect(self.menu_wanted)
        self._message = Paragraph(
            tr("Fetching {name} …").format(name=name), "body", "2", centred=True, parent=self
        )
        self._facts = ElidedLabel("", "caption", "2", parent=self)
        self._notes = ElidedLabel("", "caption", "3", parent=self)
        self._middle = QStackedWidget(self)
        self._lay_out()
        self.setFocusProxy(self.scene)
        theme.current().changed.connect(self._on_still)

    @property
    def is_ready(self) -> bool:
        """Whether the model is on screen with all its triangles, or never will be."""
        return self._is_fine or self._has_failed

    @property
    def is_still(self) -> bool:
        """Whether the newest view is on screen and no other is wanted."""
        return self._is_fine and not self._is_asked and not self._still.isActive()

    @property
    def process_id(self) -> int:
        """Number of the process that reads and draws it, 0 if there is none."""
        return self._process.process_id

    @property
    def frame(self) -> QImage:
        """How it looks now; an empty picture while it is not on screen."""
        return self.scene.image

    @property
    def about(self) -> str:
        """What is said of the file."""
        return self._facts.text()

    @property
    def message(self) -> str:
        """What is said instead of showing it; "" if it is shown."""
        return "" if self._middle.currentWidget() is self.scene else self._message.text()

    def take(self, data: bytes, content_type: str) -> None:
        """Take the file and begin to read it."""
        self._message.set_text(
            tr("Reading {name}, {count} …").format(name=self._name, count=in_bytes(len(data)))
        )
        ending = {
            "model/obj": ".obj",
            "model/stl": ".stl",
            "model/gltf+json": ".gltf",
            "model/gltf-binary": ".glb",
        }
        has_ending = bool(PurePath(self._name).suffix)
        name = self._name if has_ending else f"{self._name}{ending.get(content_type, '')}"
        self._size_bytes = len(data)
        self._process.open(data, name)

    def stop(self) -> None:
        """Let go of the file and of the process that reads it."""
        self._still.stop()
        self._process.close()

    def show_message(self, text: str) -> None:
        """Say something instead of showing it."""
        self._message.set_text(text)
        self._middle.setCurrentIndex(0)
        self._bar.hide()
        self._notes.hide()
        self.failed.emit(text)

    def show_progress(self, received_bytes: int, total_bytes: int | None) -> None:
        """Say how much of the file is here."""
        of = tr(" of {total_bytes}").format(total_bytes=in_bytes(total_bytes)) if total_bytes else ""
        self._message.set_text(
            tr("Fetching {name}: {received_bytes}{of}").format(
                name=self._name, received_bytes=in_bytes(received_bytes), of=of
            )
        )

    @hears("output.mesh_view")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the triangles or the texture."""
        toggles = {Qt.Key.Key_W: self._wires, Qt.Key.Key_T: self._texture}
        button = toggles.get(Qt.Key(event.key()))
        if button is not None and not event.modifiers() and button.isEnabled():
            button.toggle()
        else:
            super().keyPressEvent(event)

    def _on_told(self, facts: MeshFacts) -> None:
        self._is_read = True
        self._facts.set_text("  ·  ".join(_facts(facts, self._size_bytes)))
        self._notes.set_text(_sentence(facts.notes))
        self._notes.setVisible(bool(facts.notes))
        self._bar.show()
        self._wires.setVisible(facts.triangles > 0)
        self._texture.setVisible(facts.triangles > 0)
        self._ask(is_fine=True)

    def _on_moved(self, _look: Look) -> None:
        if not self._is_read:
            return
        self._still.start()
        if self._is_asked:
            self._is_stale = True
        else:
            self._ask(is_fine=False)

    def _on_still(self) -> None:
        if not self._is_read:
            return
        if self._is_asked:
            self._still.start()  # the coarse one has to come first
        else:
            self._ask(is_fine=True)

    def _ask(self, *, is_fine: bool) -> None:
        self._is_asked, self._is_stale = True, False
        ratio = self.devicePixelRatioF() / (1.0 if is_fine else self._pixel)
        colour = theme.current().color("accent.line")
        self._process.ask(
            msgspec.structs.replace(
                self.scene.look,
                number=1 if is_fine else 0,
                width=max(8, round(self._middle.width() * ratio)),
                height=max(8, round(self._middle.height() * ratio)),
                is_fine=is_fine,
                is_textured=self._texture.isChecked(),
                lines=(colour.red(), colour.green(), colour.blue()) if self._wires.isChecked() else None,
            )
        )

    def _on_drawn(self, image: QImage, drawn: Drawn) -> None:
        self._is_asked = False
        is_fine = drawn.number == 1
        self.scene.show_image(image)
        if self._middle.currentWidget() is not self.scene:
            self._middle.setCurrentWidget(self.scene)
        if not is_fine:
            self._fit_pixel(drawn.took_ms)
        if self._is_stale:
            self._ask(is_fine=False)
        if is_fine and not self._is_fine:
            self._is_fine = True
            self.frame_shown.emit()

    def _fit_pixel(self, took_ms: float) -> None:
        if took_ms > _SLOW_MS:
            self._pixel = min(_LARGEST_PIXEL, self._pixel * 1.25)
        elif took_ms < _QUICK_MS:
            self._pixel = max(1.0, self._pixel / 1.25)

    def _on_failed(self, why: str) -> None:
        self._is_read = False
        self._has_failed = True
        self.show_message(
            tr("{name} cannot be shown: it {why}. Save it, or pull its name below into a 3D program.").format(
                name=self._name, why=why
            )
        )
        self.frame_shown.emit()

    def _on_toggled(self) -> None:
        self._on_moved(self.scene.look)

    def _lay_out(self) -> None:
        px = theme.current().px
        self._bar = QWidget(self)
        smaller = IconButton("minus", tr("Farther away"), scale="s", shortcut_text="-", parent=self._bar)
        smaller.clicked.connect(lambda: self.scene.zoom(-1))
        larger = IconButton("plus", tr("Nearer"), scale="s", shortcut_text="+", parent=self._bar)
        larger.clicked.connect(lambda: self.scene.zoom(1))
        home = IconButton("frame", tr("Show it as at first"), scale="s", shortcut_text="0", parent=self._bar)
        home.clicked.connect(self.scene.go_home)
        self._wires = IconButton(
            "mesh", tr("Show its triangles"), scale="s", checkable=True, shortcut_text="W", parent=self._bar
        )
        self._texture = IconButton(
            "image",
            tr("With or without colours"),
            scale="s",
            checkable=True,
            shortcut_text="T",
            parent=self._bar,
        )
        self._texture.setChecked(True)
        for toggle in (self._wires, self._texture):
            toggle.toggled.connect(self._on_toggled)
        line = QHBoxLayout(self._bar)
        mirroring.margins(line, px(12), 0, px(8), 0)
        line.setSpacing(px(4))
        line.addWidget(self._facts, 1)
        for button in (self._wires, self._texture, home, smaller, larger):
            line.addWidget(button)
        self._bar.setFixedHeight(px(32))
        self._bar.hide()
        page = QWidget(self)
        middle = QVBoxLayout(page)
        middle.setSpacing(px(12))
        middle.addStretch(1)
        middle.addWidget(Mark("mesh", "text.off", 32, parent=page), 0, Qt.AlignmentFlag.AlignHCenter)
        self._message.setMaximumWidth(px(408))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._message, 4)
        row.addStretch(1)
        middle.addLayout(row)
        middle.addStretch(1)
        self._middle.addWidget(page)
        self._middle.addWidget(self.scene)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._middle, 1)
        self._notes.setContentsMargins(px(12), 0, px(12), 0)
        self._notes.hide()
        column.addWidget(self._notes)
        column.addWidget(self._bar)


def _facts(facts: MeshFacts, size_bytes: int) -> list[str]:
    said = [tr("{triangles} triangles").format(triangles=number(facts.triangles))] if facts.triangles else []
    said.append(
        tr("{points} points").format(points=number(facts.points))
        if facts.points
        else tr("{vertices} vertices").format(vertices=number(facts.vertices))
    )
    said.append(" × ".join(number(side, ".3g") for side in facts.size))
    if facts.materials:
        words = trn("{count} material", "{count} materials", facts.materials)
        said.append(words.format(count=number(facts.materials)))
    if facts.textures:
        said.append(
            trn("{count} texture", "{count} textures", facts.textures).format(count=number(facts.textures))
        )
    return [*said, in_bytes(size_bytes)]


def _sentence(notes: tuple[str, ...]) -> str:
    words = "; ".join(notes)
    return f"{words[:1].upper()}{words[1:]}." if words else ""
