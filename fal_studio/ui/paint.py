"""Drawing that stays crisp at every screen scale: frames, rings, hatches, shadows, short texts."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPixmapCache
from PySide6.QtWidgets import QWidget

from fal_studio.core.stages import Hatch, Step
from fal_studio.ui import mirroring
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import STAGES


def scale_of(painter: QPainter) -> float:
    """Return device pixels for each pixel of the window on what the painter draws to."""
    return painter.device().devicePixelRatioF()


def snapped(painter: QPainter, rect: QRectF) -> QRectF:
    """Return the rectangle moved to whole device pixels, so that its edges are not smeared over two."""
    transform = painter.deviceTransform()
    inverse, invertible = transform.inverted()
    if not invertible:
        return rect
    device = transform.mapRect(rect)
    # A half goes inwards: beyond it the widget's own clip would cut the line.
    left, top = math.floor(device.left() + 0.5), math.floor(device.top() + 0.5)
    right, bottom = math.ceil(device.right() - 0.5), math.ceil(device.bottom() - 0.5)
    return inverse.mapRect(QRectF(left, top, max(1, right - left), max(1, bottom - top)))


def hairline(painter: QPainter, width_px: float = 1.0) -> float:
    """Return a line width of whole device pixels, at least one."""
    scale = scale_of(painter)
    return max(1, round(width_px * scale)) / scale


def fill(painter: QPainter, rect: QRect | QRectF, color: QColor) -> None:
    """Fill an area with one colour; its edges are as the painter draws them. It changes the painter's background.

    `QPainter.fillRect` also takes gradients by name, and PySide6 makes 180 names for it at the first call: 2 ms of the start.
    """
    _fill(painter, mirroring.placed(rect), color)


def _fill(painter: QPainter, rect: QRect | QRectF, color: QColor) -> None:
    painter.setBackground(QBrush(color, Qt.BrushStyle.SolidPattern))
    painter.eraseRect(rect)


def frame(
    painter: QPainter,
    rect: QRect | QRectF,
    radius: float,
    fill: QColor | None = None,
    border: QColor | None = None,
    width_px: float = 1.0,
) -> None:
    """Draw a rounded box with the border inside its edge."""
    outer = snapped(painter, mirroring.placed(QRectF(rect)))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(Qt.PenStyle.NoPen)
    if border is not None:
        width = hairline(painter, width_px)
        painter.setPen(QPen(border, width))
        half = width / 2
        outer.adjust(half, half, -half, -half)
        radius -= half
    painter.drawRoundedRect(outer, max(0.0, radius), max(0.0, radius))
    painter.restore()


def box(painter: QPainter, rect: QRect | QRectF, color: QColor) -> None:
    """Fill a square-cornered area with crisp edges."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    _fill(painter, snapped(painter, mirroring.placed(QRectF(rect))), color)
    painter.restore()


def scrim(painter: QPainter, rect: QRect) -> None:
    """Darken what lies under a panel that wants all attention: 36 % black."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(current().color("shadow", 0.36))
    painter.drawRect(rect)


def dot(painter: QPainter, center: QPointF, diameter: float, fill: QColor) -> None:
    """Draw a filled disc."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawEllipse(mirroring.point(center), diameter / 2, diameter / 2)
    painter.restore()


def circle(painter: QPainter, center: QPointF, diameter: float, line: QColor, width_px: float = 1.5) -> None:
    """Draw a ring whose outer diameter is given."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(line, width_px))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = (diameter - width_px) / 2
    painter.drawEllipse(mirroring.point(center), radius, radius)
    painter.restore()


def line(painter: QPainter, start: QPointF, end: QPointF, color: QColor, width_px: float = 1.5) -> None:
    """Draw a line with round ends."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, width_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(mirroring.point(start), mirroring.point(end))
    painter.restore()


def text(
    painter: QPainter,
    rect: QRect | QRectF,
    words: str,
    font: QFont,
    color: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Draw one line, vertically centred and elided at the end when it is too long; return its width."""
    area = QRectF(rect)
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width() + 0.5)
    painter.setFont(font)
    painter.setPen(color)
    flags = align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip
    words_in(painter, area, int(flags), shown)
    return metrics.horizontalAdvance(shown)


Piece = tuple[str, QFont, QColor]
"""Words, how they are written, and their colour."""


def run(painter: QPainter, rect: QRect | QRectF, pieces: Sequence[Piece]) -> float:
    """Draw pieces of one line behind each other, elided at the end; return their width.

    They stay in their order where the window stands mirrored, as the parts of an address or an id have to.
    """
    area = QRectF(rect)
    widths = [QFontMetricsF(font).horizontalAdvance(words) for words, font, _ in pieces]
    whole = min(area.width(), sum(widths))
    box = mirroring.placed(QRectF(area.left(), area.top(), whole, area.height()))
    used = 0.0
    with mirroring.mirrored(box, Qt.LayoutDirection.LeftToRight):
        for words, font, color in pieces:
            room = QRectF(box.left() + used, box.top(), max(0.0, box.width() - used), box.height())
            used += text(painter, room, words, font, color)
    return used


def picture(painter: QPainter, rect: QRectF, pixmap: QPixmap) -> None:
    """Draw a picture so that it fills a rectangle; the picture itself is never mirrored."""
    painter.drawPixmap(mirroring.placed(rect), pixmap, QRectF(pixmap.rect()))


def words_in(painter: QPainter, area: QRect | QRectF, flags: int, words: str) -> None:
    """Draw words whose place was counted from the left: they stay there where the window stands mirrored, but for `mirroring`.

    Left as they are, left and right would change their places in such a window, and words would lie over each other. Within
    the line the words themselves say where it begins: dots behind Hebrew stand left of it, those behind English right of it.
    """
    area, flags = mirroring.placed(area), mirroring.aligned(flags)
    before = painter.layoutDirection()
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    painter.drawText(area, flags | int(Qt.AlignmentFlag.AlignAbsolute), words)
    painter.setLayoutDirection(before)


def stage(painter: QPainter, rect: QRectF, step: Step) -> None:
    """Draw one bar of a waterfall in its family colour and hatch."""
    role, hatch = STAGES[step]
    theme = current()
    color = theme.color(role)
    area = snapped(painter, rect)
    if hatch == "solid":
        box(painter, area, color)
        return
    if hatch == "none":
        _dashed(painter, mirroring.placed(area), color)
        return
    box(painter, area, theme.color(role, 0.3))
    painter.save()
    spot = mirroring.placed(area)
    painter.setBrushOrigin(spot.topLeft())
    painter.fillRect(spot, _hatched(color, hatch, scale_of(painter)))
    painter.restore()
    frame(painter, area, 0, border=color)


def _dashed(painter: QPainter, area: QRectF, color: QColor) -> None:
    width = hairline(painter)
    painter.save()
    pen = QPen(color, width)
    pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(width / 2, width / 2, -width / 2, -width / 2))
    painter.restore()


def _hatched(color: QColor, hatch: Hatch, scale: float) -> QBrush:
    key = f"hatch-{hatch}-{color.rgba():x}-{scale}"
    tile = QPixmap()
    if not QPixmapCache.find(key, tile):
        tile = _tile(color, hatch, scale)
        QPixmapCache.insert(key, tile)
    return QBrush(tile)


def _tile(color: QColor, hatch: Hatch, scale: float) -> QPixmap:
    side = {"dots": 5.0, "horizontal": 4.0, "vertical": 4.0}.get(hatch, 6.0)
    pixels = max(4, round(side * scale))
    tile = QPixmap(pixels, pixels)
    tile.setDevicePixelRatio(scale)
    tile.fill(Qt.GlobalColor.transparent)
    side = pixels / scale
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.6))
    if hatch == "dots":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(side / 2, side / 2), 1.1, 1.1)
    for start, end in _strokes(hatch, side):
        painter.drawLine(start, end)
    painter.end()
    return tile


def _strokes(hatch: Hatch, side: float) -> Sequence[tuple[QPointF, QPointF]]:
    if hatch == "horizontal":
        return [(QPointF(0, side / 2), QPointF(side, side / 2))]
    if hatch == "vertical":
        return [(QPointF(side / 2, 0), QPointF(side / 2, side))]
    rising = [(QPointF(-side + d, side), QPointF(d, 0)) for d in (0.0, side, 2 * side)]
    falling = [(QPointF(-side + d, 0), QPointF(d, side)) for d in (0.0, side, 2 * side)]
    wanted = {"rising": rising, "falling": falling, "crossed": rising + falling}
    return wanted.get(hatch, [])


def shadow(painter: QPainter, panel: QRectF, radius: float, *, dark: bool) -> None:
    """Draw the soft shadow of a floating panel in nine pieces: 24 px blur, 8 px down."""
    blur, down = 24.0, 8.0
    scale = scale_of(painter)
    strength = 0.42 if dark else 0.18
    edge = blur + radius
    key = f"shadow-{radius}-{strength}-{scale}"
    source = QPixmap()
    if not QPixmapCache.find(key, source):
        source = _blurred(2 * edge + 2 * blur, blur, radius, strength, scale)
        QPixmapCache.insert(key, source)
    outer = panel.adjusted(-blur, -blur + down, blur, blur + down)
    corner = edge + 2
    side = source.width() / scale
    middle = side - 2 * corner
    xs = ((0.0, corner), (corner, middle), (side - corner, corner))
    widths = (corner, outer.width() - 2 * corner, corner)
    heights = (corner, outer.height() - 2 * corner, corner)
    y = outer.top()
    for row, height in enumerate(heights):
        x = outer.left()
        for column, width in enumerate(widths):
            if (row, column) != (1, 1):
                cut = QRectF(
                    xs[column][0] * scale, xs[row][0] * scale, xs[column][1] * scale, xs[row][1] * scale
                )
                painter.drawPixmap(QRectF(x, y, width, height), source, cut)
            x += width
        y += height


def _blurred(side: float, blur: float, radius: float, strength: float, scale: float) -> QPixmap:
    """Return a rounded black square that fades out over `blur` pixels at every edge."""
    pixels = int(side * scale) + 1
    source = QPixmap(pixels, pixels)
    source.setDevicePixelRatio(scale)
    source.fill(Qt.GlobalColor.transparent)
    theme = current()
    painter = QPainter(source)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    steps = int(blur)
    # Each ring adds its share; the shares follow the slope of a smooth fall-off.
    for step in range(steps):
        share = (step + 0.5) / steps
        painter.setBrush(theme.color("shadow", strength * 6 * share * (1 - share) / steps))
        grow = blur * (1 - share) - blur / 2
        inset = blur - grow
        corner = max(1.0, radius + grow)
        painter.drawRoundedRect(QRectF(inset, inset, side - 2 * inset, side - 2 * inset), corner, corner)
    painter.end()
    return source


def refresh_style(widget: QWidget) -> None:
    """Let the style see a changed dynamic property of a widget."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.updateGeometry()
    widget.update()
