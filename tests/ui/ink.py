"""Words as they are really painted: which colour each has, and on which ground it stands."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import (
    QColor,
    QImage,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPen,
    QTextItem,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Scheme

_Metric = QPaintDevice.PaintDeviceMetric
_Dirty = QPaintEngine.DirtyFlag


class Words(NamedTuple):
    """One run of letters: the colour of the pen and the box around it, in pixels of the widget."""

    text: str
    ink: QColor
    box: QRect


def words_of(widget: QWidget) -> list[Words]:
    """Return all words that a widget and its children paint."""
    paper = _Paper(widget.size())
    widget.render(paper)
    return paper.pen.words


def faint(widget: QWidget) -> Iterator[str]:
    """Tell of words that stand out too little from what is around them; words of what is off may."""
    theme = current()
    need = 7.0 if theme.resolved is Scheme.HIGH_CONTRAST else 4.5
    off = theme.color("text.off").rgb()
    pixels = _pixels(widget.grab().toImage())
    for words in words_of(widget):
        inside = words.box.intersected(widget.rect())
        if words.ink.rgb() == off or inside.isEmpty() or not words.text.strip():
            continue
        ground = _ground(pixels, inside, words.ink.rgb())
        if (ratio := contrast(words.ink, ground)) < need:
            yield f"“{words.text[:40]}” {words.ink.name()} on {ground.name()} is {ratio:.2f} in {theme.resolved}"


def contrast(one: QColor, other: QColor) -> float:
    """Return the ratio of WCAG 2, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def count(image: QImage, rgb: int) -> int:
    """Return how many pixels have exactly this colour."""
    return int((_pixels(image) == rgb).sum())


def _luminance(color: QColor) -> float:
    channels = (color.redF(), color.greenF(), color.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _pixels(image: QImage) -> Any:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(
        image.height(), image.bytesPerLine() // 4
    )
    return data[:, : image.width()].copy()


def _ground(pixels: Any, box: QRect, ink: int) -> QColor:
    """Return the colour that most of a box has beside the ink."""
    part = pixels[box.top() : box.bottom() + 1, box.left() : box.right() + 1]
    colours, counts = np.unique(part[part != ink], return_counts=True)
    return QColor.fromRgb(int(colours[counts.argmax()])) if len(colours) else QColor.fromRgb(ink)


class _Pen(QPaintEngine):
    """Notes the words and lets everything else go."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.words: list[Words] = []
        self._ink, self._at = QColor(), QTransform()

    def begin(self, device: QPaintDevice) -> bool:
        return device is not None

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:
        changed = state.state()
        if changed & _Dirty.DirtyPen:
            self._ink = QPen(state.pen()).color()
        if changed & _Dirty.DirtyTransform:
            self._at = QTransform(state.transform())

    def drawTextItem(self, at: QPointF, item: QTextItem) -> None:
        box = QRectF(at.x(), at.y() - item.ascent(), item.width(), item.ascent() + item.descent())
        shown = self.systemClip()
        if not shown.isEmpty() and not shown.contains(self._at.mapRect(box).toRect()):
            return  # out of sight in its parent
        painter = self.painter()
        if painter.hasClipping() and not painter.clipPath().contains(box.center()):
            return  # scrolled away, or the part of a line that is drawn once more as chosen
        self.words.append(Words(item.text(), QColor(self._ink), self._at.mapRect(box).toRect()))

    def drawPath(self, *_: object) -> None: ...
    def drawPixmap(self, *_: object) -> None: ...
    def drawImage(self, *_: object) -> None: ...
    def drawTiledPixmap(self, *_: object) -> None: ...
    def drawPolygon(self, *_: object) -> None: ...
    def drawRects(self, *_: object) -> None: ...
    def drawLines(self, *_: object) -> None: ...
    def drawEllipse(self, *_: object) -> None: ...
    def drawPoints(self, *_: object) -> None: ...


class _Paper(QPaintDevice):
    """What the pen writes on."""

    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.pen = _Pen()
        self._metrics = {
            _Metric.PdmWidth: size.width(),
            _Metric.PdmHeight: size.height(),
            _Metric.PdmWidthMM: size.width() // 4,
            _Metric.PdmHeightMM: size.height() // 4,
            _Metric.PdmNumColors: 1 << 24,
            _Metric.PdmDepth: 32,
            _Metric.PdmDpiX: 96,
            _Metric.PdmDpiY: 96,
            _Metric.PdmPhysicalDpiX: 96,
            _Metric.PdmPhysicalDpiY: 96,
            _Metric.PdmDevicePixelRatio: 1,
            _Metric.PdmDevicePixelRatioScaled: 1 << 16,
        }

    def paintEngine(self) -> QPaintEngine:
        return self.pen

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        return self._metrics.get(metric, 0)
