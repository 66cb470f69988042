"""What the bars of the lanes mean: a swatch and a word for each stage, in one line or two."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.core.stages import Step
from fal_studio.ui import mirroring, paint
from fal_studio.ui.compare import bars
from fal_studio.ui.theme import current, text_width
from fal_studio.words import mark, told, tr

WHISKER, DOT = mark("may be off by a poll"), mark("one run")
_USUAL = frozenset(
    {
        *(Step.PREPARE, Step.TOKEN, Step.CONNECT, Step.SEND, Step.SUBMIT, Step.QUEUE, Step.RUN, Step.SLACK),
        *(Step.WAIT, Step.STREAM, Step.LIVE, Step.FETCH, Step.RECEIVE, Step.DOWNLOAD, Step.DECODE),
    }
)
"""What the lanes of a request have that is called without trouble."""
_SWATCH, _LINE = 18, 22


class Legend(QWidget):
    """Every stage; the ones that nothing shows are left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[Step | str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_steps(_USUAL)

    def show_steps(self, steps: frozenset[Step]) -> None:
        """Name these stages, in their order."""
        names = (*(step for step in Step if step in steps), WHISKER, DOT)
        if names != self._names:
            self._names = names
            self.setAccessibleName(tr("Legend: ") + ", ".join(told(name) for name in names))
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take another line where one is too short."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return room for the lines."""
        return QSize(current().px(600), self.height())

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw swatches and words."""
        del event
        theme = current()
        painter = QPainter(self)
        for name, x, y in self._places():
            middle = y + theme.px(_LINE) / 2
            swatch = QRectF(x, middle - theme.px(5), theme.px(_SWATCH), theme.px(10))
            if name == WHISKER:
                bars.draw_whisker(painter, swatch.left(), swatch.right(), middle)
            elif name == DOT:
                paint.dot(painter, QPointF(swatch.center().x(), middle), bars.DOT_PX, theme.color("text.2"))
            elif isinstance(name, Step):
                paint.stage(painter, swatch, name)
            area = QRectF(
                swatch.right() + theme.px(6), y, text_width("caption", told(name)) + 2, theme.px(_LINE)
            )
            paint.text(painter, area, told(name), theme.font("caption"), theme.color("text.2"))

    def _places(self) -> Iterator[tuple[Step | str, float, float]]:
        px = current().px
        x, y = float(px(12)), float(px(4))
        for name in self._names:
            wide = px(_SWATCH) + px(6) + text_width("caption", told(name))
            if x > px(12) and x + wide > self.width() - px(12):
                x, y = float(px(12)), y + px(_LINE)
            yield name, x, y
            x += wide + px(13)

    def _fit(self) -> None:
        last = max((y for _name, _x, y in self._places()), default=0.0)
        self.setFixedHeight(round(last + current().px(_LINE + 4)))
        self.update()
