"""The result: the newest answer as large as there is room, with a mark while inputs are on their way."""

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import paint
from fal_studio.ui.realtime.canvas import MARGIN
from fal_studio.ui.theme import current
from fal_studio.ui.ticker import Moving
from fal_studio.words import tr

_TURN_S = 1.0


class Turning(Moving):
    """The mark of inputs on their way: small, so that its motion does not draw the picture again."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(current().ticker, parent)
        side = current().px(22)
        self.resize(side, side)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw an arc that turns; with less motion it stands."""
        del event
        theme = current()
        painter = QPainter(self)
        box = QRectF(self.rect())
        paint.dot(painter, box.center(), box.width(), QColor(theme.color("plate", 0.7)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("on.plate"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        angle = 0.0 if theme.reduced_motion else -theme.ticker.turn(_TURN_S) * 360
        painter.drawArc(box.adjusted(5, 5, -5, -5), round(angle * 16), 250 * 16)


class ResultView(QWidget):
    """Shows a picture, or the words of an answer that has none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._turning = Turning(self)
        self._image = QImage()
        self._words = ""
        self._note = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Result"))

    @property
    def image(self) -> QImage:
        """The picture that is shown; null before the first one."""
        return self._image

    @property
    def words(self) -> str:
        """The words that are shown in place of a picture."""
        return self._words

    def show_image(self, image: QImage) -> None:
        """Show a picture."""
        is_other_size = image.size() != self._image.size()
        self._image = image
        self._set_words("")
        if is_other_size:
            self._place()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._image = QImage()
        self._set_words("")
        self._place()
        self.update()

    def show_words(self, words: str) -> None:
        """Show an answer that holds no picture."""
        self._set_words(words)
        self.update()

    def tell(self, note: str) -> None:
        """Say what to do or wait for, over the picture if there is one."""
        if note != self._note:
            self._note = note
            self._describe()
            self.update()

    @property
    def note(self) -> str:
        """What is said over the picture."""
        return self._note

    def set_moving(self, *, moving: bool) -> None:
        """Show that inputs are on their way, or that none are."""
        if moving != self._turning.is_moving:
            self._turning.setVisible(moving)
            self._turning.set_moving(moving=moving)
            self._place()

    def _set_words(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self._describe()

    def _describe(self) -> None:
        # Drawn words are nothing to a screen reader. What is to be done comes first: an answer may be long.
        self.setAccessibleDescription("\n".join(part for part in (self._note, self._words) if part))

    def _place(self) -> None:
        area = self._area() if not self._image.isNull() else QRectF(self.rect()).adjusted(10, 10, -10, -10)
        self._turning.move(round(area.right()) - self._turning.width() - 8, round(area.top()) + 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the mark in its corner."""
        super().resizeEvent(event)
        self._place()

    def zoom(self) -> float | None:
        """Return how large the picture is shown: 1.0 is pixel for pixel; None without a picture."""
        return None if self._image.isNull() else self._area().width() / self._image.width()

    def minimumSizeHint(self) -> QSize:
        """Return room for a small picture."""
        return QSize(200, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture or the words on the stage."""
        theme = current()
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.fillRect(event.rect(), theme.color("bg.stage"))
        if self._words:
            area = QRectF(self.rect()).adjusted(24, 24, -24, -24)
            painter.setFont(theme.font("mono"))
            painter.setPen(theme.color("text.1"))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWrapAnywhere
            painter.drawText(area, int(flags), self._words)
        elif not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._area(), self._image)
        if self._note:
            self._draw_note(painter)

    def _area(self) -> QRectF:
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        size = self._image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        centre = room.center()
        return QRectF(
            round(centre.x() - size.width() / 2),
            round(centre.y() - size.height() / 2),
            max(1, size.width()),
            max(1, size.height()),
        )

    def _draw_note(self, painter: QPainter) -> None:
        theme = current()
        font = theme.font("body")
        painter.setFont(font)
        room = QRectF(self.rect()).adjusted(32, 32, -32, -32)
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        if self._image.isNull() or self._words:
            painter.setPen(theme.color("text.2"))
            painter.drawText(room, flags, self._note)
            return
        # A picture may be much smaller than what is said over it: then it is said over the stage around it too.
        most = float(self.width() - 2 * MARGIN - 28)
        box = QRectF()
        for width in (min(most, theme.px(360)), most):
            wide = QRectF(room.center().x() - width / 2, room.top(), width, room.height())
            box = painter.boundingRect(wide, flags, self._note).adjusted(-14, -10, 14, 10)
            if box.height() <= self.height() - 2 * MARGIN:
                break
        box.moveBottom(self._area().bottom() - 16)
        box.moveTop(max(box.top(), 2.0))
        paint.frame(painter, box, theme.px(6), theme.color("plate", 0.78))
        painter.setPen(theme.color("on.plate"))
        painter.drawText(box.adjusted(13, 9, -13, -9), flags, self._note)


def ring(painter: QPainter, box: QRectF, part: float, colour: QColor, ground: QColor) -> None:
    """Draw how much of a time is left as an arc that shrinks, clockwise from the top."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = box.adjusted(1.5, 1.5, -1.5, -1.5)
    painter.setPen(QPen(ground, 2.5))
    painter.drawEllipse(inner)
    bounded = min(1.0, max(0.0, part))
    if bounded > 0 and not math.isnan(bounded):
        painter.setPen(QPen(colour, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(inner, 90 * 16, round(-360 * 16 * bounded))
    painter.restore()
