"""The program's own icons: drawn in the theme's colour of the moment, so a theme switch needs no new icons."""

from functools import cache

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from fal_studio import resources
from fal_studio.ui import mirroring
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role

DEFAULT_SIZE = 16


@cache
def _svg(name: str) -> str:
    return resources.text("icons", f"{name}.svg")


def names() -> tuple[str, ...]:
    """Return the names of all icons, sorted."""
    return tuple(sorted(file.stem for file in resources.path("icons").glob("*.svg")))


def pixmap(name: str, color: QColor, size_px: float, scale: float) -> QPixmap:
    """Return an icon as a picture of `size_px` in one colour for a screen of `scale` device pixels a pixel."""
    pixels = max(1, round(size_px * scale))
    key = f"icon-{name}-{color.rgba():x}-{pixels}-{scale}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    drawn = QPixmap(pixels, pixels)
    drawn.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", color.name()).encode()))
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(color.alphaF())
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    drawn.setDevicePixelRatio(scale)
    QPixmapCache.insert(key, drawn)
    return drawn


def draw(painter: QPainter, rect: QRect | QRectF, name: str, color: QColor, angle: float = 0.0) -> None:
    """Draw an icon centred in a rectangle, as large as its shorter side, turned by `angle` degrees."""
    area, name = mirroring.placed(QRectF(rect)), mirroring.icon(name)
    scale = painter.device().devicePixelRatioF()
    side = min(area.width(), area.height())
    picture = pixmap(name, color, side, scale)
    center = area.center()
    if angle:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(center)
        painter.rotate(angle)
        painter.drawPixmap(QPointF(-side / 2, -side / 2), picture)
        painter.restore()
        return
    corner = QPointF(center.x() - side / 2, center.y() - side / 2)
    # Whole device pixels: a half-pixel offset would smear every stroke.
    origin = painter.deviceTransform().map(corner)
    inverse, invertible = painter.deviceTransform().inverted()
    if invertible:
        corner = inverse.map(QPointF(round(origin.x()), round(origin.y())))
    painter.drawPixmap(corner, picture)


class ThemeIconEngine(QIconEngine):
    """Draws one icon in a colour role, looked up each time it is painted."""

    def __init__(self, name: str, role: Role) -> None:
        super().__init__()
        self._name = name
        self._role: Role = role

    def _color(self, mode: QIcon.Mode) -> QColor:
        return current().color("text.off" if mode == QIcon.Mode.Disabled else self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon in a rectangle."""
        del state
        draw(painter, rect, self._name, self._color(mode))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """Return the icon as a picture; `size` is in device pixels."""
        del state
        side = min(size.width(), size.height())
        return pixmap(self._name, self._color(mode), side / scale, scale)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon as a picture for a screen of one device pixel a pixel."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        """Return the square that fits."""
        del mode, state
        side = min(size.width(), size.height())
        return QSize(side, side)

    def clone(self) -> QIconEngine:
        """Return an equal engine."""
        return ThemeIconEngine(self._name, self._role)

    def key(self) -> str:
        """Return the engine's name for Qt's caches."""
        return "fal-theme"

    def isNull(self) -> bool:
        """Say that there is always something to draw."""
        return False


def icon(name: str, role: Role = "text.2") -> QIcon:
    """Return an icon that follows the theme. Raises FileNotFoundError for a name without a drawing."""
    _svg(name)
    return QIcon(ThemeIconEngine(name, role))
