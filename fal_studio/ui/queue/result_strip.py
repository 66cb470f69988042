"""The files that a call made, small and in a row; a press shows the call with its results in full."""

from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.core.artifacts import Kind
from fal_studio.ui import icons, paint
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import RADIUS_SMALL
from fal_studio.words import tr, trn

TILE = QSize(84, 56)
GAP_PX = 6
_ICONS = {
    Kind.IMAGE: "image",
    Kind.VIDEO: "video",
    Kind.AUDIO: "audio",
    Kind.MESH: "mesh",
    Kind.FILE: "file",
}


class Tile(NamedTuple):
    """One file of a result."""

    kind: Kind
    name: str
    sha256: str
    """The blob; "" while the file is not on this machine."""


class ResultStrip(QWidget):
    """Tiles from left to right; what has no room is counted at the end."""

    show_wanted = Signal()

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._tiles: tuple[Tile, ...] = ()
        self._is_hovered = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)  # noqa: FBT003 - a property value
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(tr("Show the results in full"))
        thumbnails.arrived.connect(self._on_arrived)
        self.hide()

    def show_tiles(self, tiles: tuple[Tile, ...]) -> None:
        """Show other files; none takes no room."""
        if tiles == self._tiles:
            return
        self._tiles = tiles
        self.setVisible(bool(tiles))
        noun = trn("file", "files", len(tiles))
        self.setAccessibleName(
            tr("{count} {noun} of the result: {tiles}").format(
                count=len(tiles), noun=noun, tiles=", ".join(tile.name for tile in tiles[:6])
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a tile."""
        return QSize(200, current().px(TILE.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tiles."""
        del event
        theme = current()
        painter = QPainter(self)
        wide, gap = self._tile_px(), theme.px(GAP_PX)
        fits = max(1, (self.width() + gap) // (wide + gap))
        shown = self._tiles if len(self._tiles) <= fits else self._tiles[: fits - 1] or self._tiles[:1]
        for number, tile in enumerate(shown):
            self._paint_tile(painter, QRectF(number * (wide + gap), 0, wide, self.height()), tile)
        if len(shown) < len(self._tiles):
            left = len(shown) * (wide + gap)
            room = QRectF(left, 0, self.width() - left, self.height())
            paint.text(
                painter, room, f"+{len(self._tiles) - len(shown)}", theme.font("cell"), theme.color("text.2")
            )
        if self.hasFocus() and self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            paint.frame(painter, QRectF(self.rect()), RADIUS_SMALL, None, theme.color("focus"), 2)

    def _tile_px(self) -> int:
        """Return how wide each tile is: pictures are all alike, names of other files are shown whole where there is room."""
        px = current().px
        names = [tile.name for tile in self._tiles if tile.kind is not Kind.IMAGE or not tile.sha256]
        longest = max((text_width("caption", name) for name in names), default=0.0)
        count = max(1, len(self._tiles))
        each = (self.width() - (count - 1) * px(GAP_PX)) // count
        return max(px(TILE.width()), min(ceil(longest) + px(14), each))

    def _paint_tile(self, painter: QPainter, box: QRectF, tile: Tile) -> None:
        theme = current()
        scale = paint.scale_of(painter)
        picture = None
        if tile.kind is Kind.IMAGE and tile.sha256:
            size = QSize(round(box.width() * scale), round(box.height() * scale))
            picture = self._thumbnails.get(tile.sha256, size)
        if picture is not None:
            painter.drawPixmap(box, picture, QRectF(picture.rect()))
        else:
            paint.frame(painter, box, RADIUS_SMALL, theme.color("bg.field"), theme.color("line.subtle"))
            side = theme.px(16)
            middle = QPointF(box.center().x() - side / 2, box.top() + theme.px(10))
            icons.draw(
                painter, QRectF(middle.x(), middle.y(), side, side), _ICONS[tile.kind], theme.color("text.3")
            )
            room = QRectF(
                box.left() + theme.px(6),
                box.bottom() - theme.px(24),
                box.width() - theme.px(12),
                theme.px(18),
            )
            name = _ends(tile.name, room.width())
            paint.text(painter, room, name, theme.font("caption"), theme.color("text.2"))
        if self._is_hovered:
            paint.frame(painter, box, RADIUS_SMALL, None, theme.color("accent.line"), 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Show the call."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.show_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the call on Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.show_wanted.emit()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Say that it can be pressed."""
        super().enterEvent(event)
        self._is_hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Rest."""
        super().leaveEvent(event)
        self._is_hovered = False
        self.update()

    def _on_arrived(self, sha256: str) -> None:
        if any(tile.sha256 == sha256 for tile in self._tiles):
            self.update()


def _ends(name: str, room: float) -> str:
    """Return the name, or its end, which tells files apart."""
    while len(name) > 4 and text_width("caption", name) > room:
        name = f"…{name.removeprefix('…')[1:]}"
    return name
