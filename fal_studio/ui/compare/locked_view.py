"""Pictures of all lanes under one lens: they zoom and move together, side by side or laid over each other."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import paint
from fal_studio.ui.key_choice import hears
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.waveform import draw_loudness
from fal_studio.words import tr

_GAP, _CAPTION, _SIDE = 8, 40, 12
_MOST_ZOOM = 32.0
_PLAYED = (Qt.Key.Key_Comma, Qt.Key.Key_Period, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_L)
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Way(StrEnum):
    """How pictures are put against each other."""

    SIDE = "side"
    SLIDER = "slider"
    FLIP = "flip"
    DIFFERENCE = "difference"


class Tile(NamedTuple):
    """What one lane gave."""

    lane: str
    name: str
    note: str
    """How it compares with the reference."""
    tone: Role = "text.3"
    image: QImage | None = None
    text: str = ""
    """Of an answer in words, or why there is nothing."""
    apart: QImage | None = None
    """What differs from the reference."""
    peaks: list[float] | None = None
    """The loudness of a sound, 0 to 1 from its beginning to its end."""
    share: float = 1.0
    """How long the sound is, against the longest."""


class LockedView(QWidget):
    """Arrow keys choose a lane, plus and minus zoom, 0 fits, M goes to the next way, C swaps the sides, Space flips.

    Ctrl+wheel zooms, dragging moves all. Where there are films or sounds, Space plays them, but in flip, and the comma and the
    full stop go picture by picture.
    """

    moved = Signal()
    """Zoom or position is another one."""
    chosen_changed = Signal(str)
    way_wanted = Signal()
    """The next way, please."""
    played_key = Signal(int)
    """A key that is meant for the playhead."""
    seek_wanted = Signal(float)
    """A place in the longest sound, 0 to 1."""
    menu_wanted = Signal(QPoint)
    """Offer what can be done with the output of the chosen lane, at this place of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: tuple[Tile, ...] = ()
        self.way = Way.SIDE
        self.reference = self.chosen = ""
        self.zoom, self.centre = 1.0, QPointF(0.5, 0.5)
        self.split = 0.5
        """Where the slider stands, 0 to 1."""
        self.is_flipped = self.is_swapped = False
        self.has_playhead = False
        self.played = 0.0
        """How much of the longest was played, 0 to 1."""
        self._is_picked = False
        """Somebody has chosen a lane; until then it is the first one beside the reference."""
        self._grip: tuple[QPointF, QPointF] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Outputs of the lanes"))

    def show_tiles(self, tiles: Sequence[Tile], reference: str) -> None:
        """Show what the lanes gave; `reference` is the lane that the others are compared with."""
        self.tiles, self.reference = tuple(tiles), reference
        lanes = [tile.lane for tile in self.tiles]
        if not self._is_picked or self.chosen not in lanes:
            others = [
                tile.lane for tile in self.tiles if (tile.image or tile.text) and tile.lane != reference
            ]
            self.chosen = others[0] if others else reference
        self._tell()
        self.update()

    def show_frame(self, lane: str, picture: QImage) -> None:
        """Show another picture of a lane's film."""
        self.tiles = tuple(
            tile._replace(image=picture, apart=None) if tile.lane == lane else tile for tile in self.tiles
        )
        self.update()

    def show_played(self, played: float) -> None:
        """Show where the playhead stands, 0 to 1."""
        if played != self.played:
            self.played = played
            if any(tile.peaks for tile in self.tiles):
                self.update()

    def show_way(self, way: Way) -> None:
        """Put them against each other in another way."""
        self.way = way
        self.is_flipped = False
        self.update()

    def choose(self, lane: str) -> None:
        """Choose the lane that is laid over the reference."""
        self._is_picked = True
        if lane != self.chosen:
            self.chosen = lane
            self.chosen_changed.emit(lane)
        self._tell()
        self.update()

    @property
    def percent(self) -> int:
        """How large the pictures are shown, against their pixels."""
        first = next((tile.image for tile in self.tiles if tile.image is not None), None)
        if first is None:
            return 0
        return round(self._scale(first, self._areas()[0][1]) * 100)

    def zoom_by(self, factor: float) -> None:
        """Show all closer, or from further away."""
        self.zoom = min(_MOST_ZOOM, max(1.0, self.zoom * factor))
        if self.zoom == 1.0:
            self.centre = QPointF(0.5, 0.5)
        self.moved.emit()
        self.update()

    def fit(self) -> None:
        """Show all of each."""
        self.zoom_by(0)

    def sizeHint(self) -> QSize:
        """Return room for a row of pictures."""
        return QSize(current().px(800), current().px(116))  # a page that wraps words takes this for the least

    def minimumSizeHint(self) -> QSize:
        """Return room for something to be seen."""
        return QSize(current().px(400), current().px(100))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pictures."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 4)
        for tile, area in self._areas():
            self._draw_tile(painter, tile, area)

    @hears("compare.pane")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose, zoom, flip, slide."""
        key = Qt.Key(event.key())
        if key in _KEYS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.split = min(1.0, max(0.0, self.split + _KEYS[key] * 0.05))
            self.update()
        elif key in _KEYS and self.tiles:
            lanes = [tile.lane for tile in self.tiles]
            at = lanes.index(self.chosen) if self.chosen in lanes else 0
            self.choose(lanes[min(max(0, at + _KEYS[key]), len(lanes) - 1)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(0.8)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_M and not event.modifiers():
            self.way_wanted.emit()
        elif self.has_playhead and (key in _PLAYED or (key == Qt.Key.Key_Space and self.way is not Way.FLIP)):
            self.played_key.emit(key)
        elif key == Qt.Key.Key_Space:
            self.is_flipped = not self.is_flipped
            self._tell()
            self.update()
        elif key == Qt.Key.Key_C and not event.modifiers():
            self.is_swapped = not self.is_swapped
            self.update()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer and take hold of it; in flip a press shows the other one."""
        is_left = event.button() == Qt.MouseButton.LeftButton
        for tile, area in self._areas():
            if (
                area.adjusted(0, 0, 0, current().px(_CAPTION)).contains(event.position().toPoint())
                and self.way is Way.SIDE
            ):
                self.choose(tile.lane)
                if is_left and tile.peaks and area.contains(event.position().toPoint()):
                    self.seek_wanted.emit((event.position().x() - area.left()) / max(1, area.width()))
        if not is_left:
            return
        if self.way is Way.FLIP:
            self.is_flipped = not self.is_flipped
            self.update()
        self._grip = (event.position(), QPointF(self.centre))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done, at the pointer or at the chosen lane; a press has chosen the lane under it."""
        areas = {tile.lane: area for tile, area in self._areas()}
        if self.chosen not in areas:
            return
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        self.menu_wanted.emit(self.mapToGlobal(areas[self.chosen].center()) if is_key else event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the slider, or all pictures."""
        if self._grip is None or not self.tiles:
            return
        area = self._areas()[0][1]
        if self.way is Way.SLIDER and self.zoom == 1.0:
            self.split = min(1.0, max(0.0, (event.position().x() - area.left()) / max(1, area.width())))
        else:
            began, centre = self._grip
            picture = next((tile.image for tile in self.tiles if tile.image is not None), None)
            if picture is None:
                return
            scale = self._scale(picture, area)
            moved = (event.position() - began) / scale
            x = min(1.0, max(0.0, centre.x() - moved.x() / picture.width()))
            y = min(1.0, max(0.0, centre.y() - moved.y() / picture.height()))
            self.centre = QPointF(x, y) if self.zoom > 1 else QPointF(0.5, 0.5)
            self.moved.emit()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._grip = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all of each."""
        del event
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl; else let the pane scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.25 if event.angleDelta().y() > 0 else 0.8)
            event.accept()
        else:
            event.ignore()

    @property
    def _shows_base(self) -> bool:
        return self.is_flipped is not self.is_swapped

    def _tell(self) -> None:
        tile = next((tile for tile in self.tiles if tile.lane == self.chosen), None)
        side = tr(" The reference is in front.") if self.way is Way.FLIP and self._shows_base else ""
        self.setAccessibleDescription(f"{tile.name}: {tile.note}.{side}" if tile is not None else "")

    def _areas(self) -> list[tuple[Tile, QRect]]:
        """Return the tiles that are drawn and where their pictures stand."""
        px = current().px
        shown = self.tiles
        if self.way is not Way.SIDE:
            shown = tuple(tile for tile in self.tiles if tile.lane == self.chosen)[:1]
        left, whole = px(_SIDE), self.width() - 2 * px(_SIDE)
        count = max(1, len(shown))
        wide = (whole - (count - 1) * px(_GAP)) / count
        high = self.height() - px(_CAPTION) - px(4)
        return [
            (tile, QRect(round(left + n * (wide + px(_GAP))), 0, round(wide), max(1, high)))
            for n, tile in enumerate(shown)
        ]

    def _scale(self, image: QImage, area: QRect) -> float:
        return min(area.width() / max(1, image.width()), area.height() / max(1, image.height())) * self.zoom

    def _place(self, image: QImage, area: QRect) -> QRectF:
        scale = self._scale(image, area)
        wide, high = image.width() * scale, image.height() * scale
        middle = QRectF(area).center()
        return QRectF(middle.x() - wide * self.centre.x(), middle.y() - high * self.centre.y(), wide, high)

    def _draw_tile(self, painter: QPainter, tile: Tile, area: QRect) -> None:
        theme = current()
        painter.fillRect(area, theme.color("bg.stage"))
        painter.save()
        painter.setClipRect(area)
        if tile.image is not None:
            self._draw_picture(painter, tile, area)
        elif tile.peaks:
            whole = QRectF(area).adjusted(theme.px(8), theme.px(8), -theme.px(8), -theme.px(8))
            whole.setWidth(whole.width() * tile.share)
            draw_loudness(painter, whole, tile.peaks, min(1.0, self.played / (tile.share or 1.0)))
        else:
            words = QRectF(area).adjusted(theme.px(8), theme.px(6), -theme.px(8), -theme.px(6))
            painter.setFont(theme.font("cell"))
            painter.setPen(theme.color("text.2" if tile.text else "text.3"))
            align = Qt.AlignmentFlag.AlignLeft if tile.text else Qt.AlignmentFlag.AlignCenter
            painter.drawText(words, int(align | Qt.TextFlag.TextWrapAnywhere), tile.text[:2000] or "–")
        painter.restore()
        if self.hasFocus() and tile.lane == self.chosen:
            paint.frame(painter, area, 2, border=theme.color("focus"), width_px=2)
        name = QRectF(area.left(), area.bottom() + theme.px(4), area.width(), theme.px(16))
        title = tile.name
        if self.way in (Way.FLIP, Way.SLIDER) and tile.lane != self.reference:
            base = next((one.name for one in self.tiles if one.lane == self.reference), "")
            sides = (tile.name, base) if self.is_swapped else (base, tile.name)
            title = "  |  ".join(sides) if self.way is Way.SLIDER else base if self._shows_base else tile.name
        paint.text(painter, name, title, theme.font("caption"), theme.color("text.1"))
        note = name.translated(0, theme.px(15))
        paint.text(painter, note, tile.note, theme.font("caption"), theme.color(tile.tone))

    def _draw_picture(self, painter: QPainter, tile: Tile, area: QRect) -> None:
        theme = current()
        base = next((one.image for one in self.tiles if one.lane == self.reference), None)
        picture = tile.image
        assert picture is not None
        if self.way is Way.DIFFERENCE and tile.lane != self.reference:
            picture = tile.apart or picture
        if self.way is Way.FLIP and self._shows_base and base is not None:
            picture = base
        if self.way is Way.SLIDER and self.is_swapped and base is not None:
            picture, base = base, picture
        painter.drawImage(self._place(picture, area), picture)
        if self.way is Way.SLIDER and base is not None:
            at = round(area.left() + area.width() * self.split)
            painter.setClipRect(QRect(area.left(), area.top(), at - area.left(), area.height()))
            painter.drawImage(self._place(base, area), base)
            painter.setClipRect(area)
            painter.fillRect(QRect(at - 1, area.top(), 2, area.height()), theme.color("focus"))
