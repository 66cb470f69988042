"""The column of drawing tools beside the paper, and the steps back for the line over it."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fal_studio.figures import number
from fal_studio.ui import paint
from fal_studio.ui.realtime.canvas import Canvas
from fal_studio.ui.realtime.sketch import INKS
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.fields import Slider
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.words import tr

WIDE = 44
_SIZE_FROM = 276
"""A lower column has no room for the size."""
_NAMES = (tr("slate"), tr("green"), tr("red"), tr("yellow"), tr("blue"), tr("white"), tr("black"))


class Tools(QWidget):
    """Sets what the canvas draws with."""

    picked = Signal()

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self._canvas = canvas
        self.brush = IconButton("brush", tr("Brush"), checkable=True, shortcut_text="B", parent=self)
        self.eraser = IconButton("eraser", tr("Eraser"), checkable=True, shortcut_text="E", parent=self)
        self._kinds = QButtonGroup(self)
        for button in (self.brush, self.eraser):
            self._kinds.addButton(button)
            button.toggled.connect(self._on_kind)
        self.brush.setChecked(True)
        self.inks = [Swatch(ink, name) for ink, name in zip(INKS, _NAMES, strict=True)]
        self._inks = QButtonGroup(self)
        for swatch in self.inks:
            self._inks.addButton(swatch)
            swatch.clicked.connect(self._on_ink)
        self.inks[INKS.index(canvas.colour.name().upper())].setChecked(True)
        self._size_words = Label(
            tr("{size_px} px").format(size_px=number(canvas.size_px, ".0f")), "caption", "2"
        )
        self.thickness = Slider(
            int(canvas.size_px), 2, 96, sent=True, name=tr("Brush size"), orientation=Qt.Orientation.Vertical
        )
        self.thickness.valueChanged.connect(self._on_size)
        self.thickness.setMinimumHeight(px(20))
        self.undo = IconButton("undo", tr("Undo"), shortcut_text="Ctrl+Z", parent=self)
        self.redo = IconButton("redo", tr("Redo"), shortcut_text="Ctrl+Shift+Z", parent=self)
        self.clear = IconButton("trash", tr("White paper"), parent=self)
        self.undo.clicked.connect(canvas.undo)
        self.redo.clicked.connect(canvas.redo)
        self.clear.clicked.connect(canvas.clear)
        canvas.steps_changed.connect(self._show_steps)
        self._show_steps()
        inner = QWidget()
        laid(inner, "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, px(4), 0, px(4))
        column.setSpacing(px(1))
        centre = Qt.AlignmentFlag.AlignHCenter
        self._last_line = Divider()
        for widget in (self.brush, self.eraser, Divider(), *self.inks, self._last_line, self._size_words):
            column.addWidget(widget, 0, centre if not isinstance(widget, Divider) else Qt.AlignmentFlag(0))
        column.addWidget(self.thickness, 1, centre)
        self.thickness.setMaximumHeight(px(110))
        column.addStretch(0)
        area = QScrollArea(self)
        area.setAccessibleName(tr("Drawing tools"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self.setFixedWidth(px(WIDE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the size out where there is no room for it: the colours stay pressable."""
        super().resizeEvent(event)
        has_room = self.height() >= current().px(_SIZE_FROM)
        for widget in (self._size_words, self.thickness, self._last_line):
            widget.setVisible(has_room)

    def _on_kind(self) -> None:
        self._canvas.erases = self.eraser.isChecked()

    def _on_ink(self) -> None:
        ink = next(swatch for swatch in self.inks if swatch.isChecked())
        self._canvas.colour = QColor(ink.colour)
        self.brush.setChecked(True)
        self.picked.emit()

    def _on_size(self, value: int) -> None:
        self._canvas.size_px = float(value)
        self._size_words.setText(tr("{value} px").format(value=value))
        self._canvas.update()

    def _show_steps(self) -> None:
        self.undo.setEnabled(self._canvas.can_undo)
        self.redo.setEnabled(self._canvas.can_redo)


class Swatch(QAbstractButton):
    """One colour."""

    def __init__(self, colour: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour = colour
        self.setCheckable(True)
        self.setAccessibleName(tr("Colour {name}").format(name=name))
        self.setToolTip(name.capitalize())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """Return a small square."""
        return QSize(current().px(24), current().px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the colour, with a ring when it is chosen."""
        del event
        theme = current()
        painter = QPainter(self)
        side = theme.px(14)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint.frame(painter, box, theme.px(4), QColor(self.colour), theme.color("line.strong"))
        if self.isChecked() or self.hasFocus():
            role = "focus" if self.hasFocus() else "accent.line"
            paint.frame(painter, box.adjusted(-3, -3, 3, 3), theme.px(6), None, theme.color(role), 1.5)
