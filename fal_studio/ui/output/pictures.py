"""The pictures of a result on a stage: as large as fits, slots before they come, the newest without a flash."""

import functools
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from fal_studio.ui import theme
from fal_studio.words import tr

MOST_TOLD = 300
"""Letters of a prompt that are told of a picture."""
GAP = 8
EDGE = 16


class Slot(NamedTuple):
    """A place for one picture."""

    key: str
    size: QSize
    """As told; its ratio is kept until the picture comes."""
    caption: str = ""
    error: str = ""


class PictureGrid(QWidget):
    """Shows one to many pictures; a place keeps its old picture until the new one is decoded."""

    chosen_changed = Signal(int)
    open_wanted = Signal(int)
    menu_wanted = Signal(int, QPoint)
    drag_wanted = Signal(int)
    """Somebody pulls at a picture."""
    zoom_changed = Signal()
    """Pictures have another size now: see `zoom`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pictureGrid")
        self.setAccessibleName(tr("Pictures"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 48)  # what an open queue leaves in the smallest window
        self.setMouseTracking(True)
        self._slots: list[Slot] = []
        self._images: dict[str, QImage] = {}
        self._by_place: list[QImage | None] = []
        self._scaled: dict[int, QPixmap] = {}
        self._single = False
        self._made_from = ""
        self._told: dict[str, str] = {}
        self._chosen = 0
        self._pressed: QPoint | None = None
        theme.current().changed.connect(self.update)

    @property
    def chosen(self) -> int:
        """Number of the chosen picture."""
        return self._chosen

    @property
    def count(self) -> int:
        """How many places there are."""
        return len(self._slots)

    def image(self, place: int) -> QImage | None:
        """Return the picture that is shown in a place."""
        return self._by_place[place] if 0 <= place < len(self._by_place) else None

    def error(self, place: int) -> str:
        """Return why a place has no picture, "" if it has one or waits for it."""
        return self._slots[place].error if 0 <= place < len(self._slots) else ""

    def set_slots(self, slots: Sequence[Slot], *, keep: bool = True) -> None:
        """Set the places; `keep` leaves what they show until the new pictures are there."""
        before = self._by_place if keep else []
        self._slots = list(slots)
        self._by_place = [
            self._images.get(slot.key) or (before[n] if n < len(before) else None)
            for n, slot in enumerate(self._slots)
        ]
        keys = {slot.key for slot in self._slots}
        self._images = {key: image for key, image in self._images.items() if key in keys}
        self._chosen = min(self._chosen, max(0, len(self._slots) - 1))
        self._scaled.clear()
        self._describe()
        self.update()

    @property
    def made_from(self) -> str:
        """What the pictures were made from, in words; "" if nobody said."""
        return self._made_from

    def set_made_from(self, prompt: str, model: str) -> None:
        """Say what the pictures were made from: who cannot see them hears it."""
        self._made_from = made_from(prompt, model)
        self._describe()

    @property
    def told(self) -> dict[str, str]:
        """What people wrote that pictures show, by their keys."""
        return self._told

    def set_told(self, told: dict[str, str]) -> None:
        """Say what people wrote that pictures show: it is heard in the place of what they were made from."""
        if told != self._told:
            self._told = told
            self._describe()

    def set_image(self, key: str, image: QImage) -> None:
        """Put a decoded picture in its place."""
        for place, slot in enumerate(self._slots):
            if slot.key == key:
                self._slots[place] = slot._replace(error="")
                self._images[key] = image
                self._by_place[place] = image
                self._scaled.pop(place, None)
                self.update()
        self._describe()

    def set_error(self, key: str, message: str) -> None:
        """Say in its place why a picture is not there."""
        for place, slot in enumerate(self._slots):
            if slot.key == key:
                self._slots[place] = slot._replace(error=message)
                self.update()
        self._describe()

    def set_single(self, single: bool) -> None:
        """Show only the chosen picture, or all."""
        self._single = single
        self._scaled.clear()
        self.update()
        self.zoom_changed.emit()

    def zoom(self) -> int:
        """Return how large the chosen picture is drawn, in percent of its pixels."""
        areas = self._areas()
        image = self.image(self._chosen)
        if not areas or image is None or image.width() == 0:
            return 0
        area = areas[0] if self._single else areas[self._chosen]
        return round(area.width() * self.devicePixelRatioF() * 100 / image.width())

    def is_complete(self) -> bool:
        """Whether every place shows its own picture."""
        return bool(self._slots) and all(slot.key in self._images for slot in self._slots)

    def choose(self, place: int) -> None:
        """Choose a picture."""
        if 0 <= place < len(self._slots) and place != self._chosen:
            self._chosen = place
            self._scaled.clear() if self._single else None
            self._describe()
            self.update()
            self.chosen_changed.emit(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        colours = theme.current()
        painter.fillRect(event.rect(), colours.color("bg.stage"))
        many = len(self._slots) > 1 and not self._single
        for place, area in zip(self._shown(), self._areas(), strict=False):
            self._paint_place(painter, place, area)
            if many and place == self._chosen and self.image(place) is not None:
                painter.setPen(QPen(colours.color("accent.line"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(area).adjusted(-3, -3, 3, 3))
        painter.end()

    def _paint_place(self, painter: QPainter, place: int, area: QRect) -> None:
        colours, slot = theme.current(), self._slots[place]
        image = self._by_place[place]
        if image is not None and not slot.error:
            painter.drawPixmap(area.topLeft(), self._pixmap(place, image, area.size()))
            return
        painter.fillRect(area, colours.color("bg.field"))
        painter.setPen(QPen(colours.color("line.subtle"), 1))
        painter.drawRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setFont(colours.font("control"))
        painter.setPen(colours.color("bad" if slot.error else "text.off"))
        text = slot.error or str(place + 1)
        painter.drawText(
            area.adjusted(12, 12, -12, -12), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text
        )

    def _pixmap(self, place: int, image: QImage, size: QSize) -> QPixmap:
        ratio = self.devicePixelRatioF()
        wanted = QSize(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)))
        found = self._scaled.get(place)
        if found is None or found.size() != wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            found = QPixmap.fromImage(image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))
            found.setDevicePixelRatio(ratio)
            self._scaled[place] = found
        return found

    def _shown(self) -> list[int]:
        return [self._chosen] if self._single and self._slots else list(range(len(self._slots)))

    def _areas(self) -> list[QRect]:
        """Return where each shown picture goes: the number of columns that makes them largest."""
        shown = self._shown()
        if not shown:
            return []
        edge, gap = theme.current().px(EDGE), theme.current().px(GAP)
        room = self.rect().adjusted(edge, edge, -edge, -edge)
        return _largest(room.getRect(), tuple(self._ratio(place) for place in shown), gap)

    def _ratio(self, place: int) -> float:
        image = self._by_place[place]
        size = image.size() if image is not None else self._slots[place].size
        return size.width() / size.height() if size.height() > 0 and size.width() > 0 else 4 / 3

    def _place_at(self, point: QPoint) -> int:
        for place, area in zip(self._shown(), self._areas(), strict=False):
            if area.contains(point):
                return place
        return -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what was pressed."""
        place = self._place_at(event.position().toPoint())
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = event.position().toPoint() if place >= 0 and is_left else None
        if place >= 0:
            self.choose(place)
            if event.button() == Qt.MouseButton.RightButton:
                self.menu_wanted.emit(place, event.globalPosition().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to pull a picture out."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = (event.position().toPoint() - self._pressed).manhattanLength()
        if way >= QApplication.startDragDistance():
            place, self._pressed = self._place_at(self._pressed), None
            if self.image(place) is not None and not self.error(place):
                self.drag_wanted.emit(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what was pressed."""
        if (place := self._place_at(event.position().toPoint())) >= 0:
            self.open_wanted.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys."""
        wide = self._columns()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -wide, Qt.Key.Key_Down: wide}.get(
            Qt.Key(event.key())
        )
        if step is not None and self._slots:
            place = self._chosen + step
            if abs(step) == 1 or 0 <= place < len(self._slots):
                self.choose(max(0, min(len(self._slots) - 1, place)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and self._slots:
            self.open_wanted.emit(self._chosen)
        else:
            super().keyPressEvent(event)

    def _columns(self) -> int:
        """Return how many pictures stand beside each other; 1 where only one is shown."""
        areas = self._areas()
        return sum(area.top() < areas[0].bottom() and area.bottom() > areas[0].top() for area in areas) or 1

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of the chosen picture by its key; a mouse does so when it is pressed."""
        if event.reason() is not QContextMenuEvent.Reason.Keyboard or not self._slots:
            return
        at = self._chosen_area().center()
        self.menu_wanted.emit(self._chosen, self.mapToGlobal(at))

    def _chosen_area(self) -> QRect:
        areas = self._areas()
        place = 0 if self._single else self._chosen
        return areas[place] if place < len(areas) else self.rect()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Notice the keyboard."""
        super().focusInEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the new size."""
        super().resizeEvent(event)
        self._scaled.clear()
        self.zoom_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Notice another screen."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._scaled.clear()
        super().changeEvent(event)

    def _describe(self) -> None:
        if self._slots:
            slot = self._slots[self._chosen]
            about = slot.error or self._told.get(slot.key) or self._made_from
            self.setAccessibleDescription(described(self._chosen, len(self._slots), slot.caption, about))


def made_from(prompt: str, model: str) -> str:
    """Return what a picture was made from, in words."""
    words = " ".join(prompt.split())
    if not words:
        return tr("Made by {model}").format(model=model)
    if len(words) > MOST_TOLD:
        words = f"{words[:MOST_TOLD].rstrip()}…"
    return tr("Made by {model} from: {prompt}").format(model=model, prompt=words)


def described(place: int, count: int, caption: str, about: str) -> str:
    """Return what is told of a picture to those who cannot see it; `about`: what it shows, or was made from."""
    text = tr("Picture {chosen} of {count}").format(chosen=place + 1, count=count)
    return ". ".join(part for part in (f"{text}, {caption}" if caption else text, about) if part)


@functools.lru_cache(maxsize=8)
def _largest(room: tuple[int, int, int, int], ratios: tuple[float, ...], gap: int) -> list[QRect]:
    area, kinds = QRect(*room), Counter(ratios)
    best = (-1.0, 1, (0.0, 0.0))
    for columns in range(1, len(ratios) + 1):
        width, height = _cell(area, ratios, columns, gap)
        sizes = ((count, _within(own, width, height)) for own, count in kinds.items())
        covered = sum(count * own_w * own_h for count, (own_w, own_h) in sizes)
        if width > 0 and covered > best[0]:
            best = (covered, columns, (width, height))
    return _laid_out(area, ratios, best[1], best[2], gap) if best[0] > 0 else []


def _cell(room: QRect, ratios: tuple[float, ...], columns: int, gap: int) -> tuple[float, float]:
    """Return the size of a place in so many columns; nothing where it would be too small to see."""
    rows = -(-len(ratios) // columns)
    cell_w = (room.width() - gap * (columns - 1)) / columns
    cell_h = (room.height() - gap * (rows - 1)) / rows
    if cell_w < 8 or cell_h < 8:
        return 0.0, 0.0
    ratio = max(ratios)
    width = min(cell_w, cell_h * ratio)
    return width, width / ratio


def _within(ratio: float, width: float, height: float) -> tuple[float, float]:
    return (width, width / ratio) if width / ratio <= height else (height * ratio, height)


def _laid_out(
    room: QRect, ratios: tuple[float, ...], columns: int, cell: tuple[float, float], gap: int
) -> list[QRect]:
    (width, height), rows = cell, -(-len(ratios) // columns)
    left = room.left() + (room.width() - width * columns - gap * (columns - 1)) / 2
    top = room.top() + (room.height() - height * rows - gap * (rows - 1)) / 2
    areas: list[QRect] = []
    for place, own in enumerate(ratios):
        row, column = divmod(place, columns)
        own_w, own_h = _within(own, width, height)
        x = left + column * (width + gap) + (width - own_w) / 2
        y = top + row * (height + gap) + (height - own_h) / 2
        areas.append(QRect(round(x), round(y), max(1, round(own_w)), max(1, round(own_h))))
    return areas
