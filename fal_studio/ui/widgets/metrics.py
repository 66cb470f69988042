"""The strip of numbers over a result: label above value, each in its fixed place."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fal_studio.ui import mirroring, paint, tokens
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.ticker import Moving
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.progress import ProgressLine
from fal_studio.ui.widgets.state_label import draw_state
from fal_studio.words import told, tr

_APART = 24


class Metric(msgspec.Struct, frozen=True):
    """One number. `unit` is quieter and behind it; `state` draws a call state in place of a value."""

    key: str
    label: str
    value: str = ""
    unit: str = ""
    state: str = ""
    mono: bool = False
    copyable: bool = False
    at_end: bool = False
    """Stands at the right edge, as the request id does."""


class MetricsStrip(QWidget):
    """Numbers of a call. A place never gets narrower while its keys stay, so nothing moves as numbers grow."""

    copied = Signal(str)

    def __init__(self, metrics: Sequence[Metric] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: dict[str, _Cell] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 0)
        # Qt would keep the width that all numbers want as the least one, if the strip is laid out before it has a parent.
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._line = ProgressLine(2, groove=False, parent=self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Numbers of this call"))
        self.set_metrics(metrics)

    def set_metrics(self, metrics: Sequence[Metric]) -> None:
        """Show these numbers; the same keys in the same order are updated in place."""
        if [metric.key for metric in metrics] == list(self._cells):
            for metric in metrics:
                self._cells[metric.key].set_metric(metric)
        else:
            self._rebuild(metrics)
        self._give_way()
        self._row.activate()  # a number that grew has its room before it is painted

    @property
    def progress(self) -> ProgressLine:
        """The line of 2 px along the lower edge."""
        return self._line

    def sizeHint(self) -> QSize:
        """Return the strip's height."""
        return QSize(super().sizeHint().width(), current().px(tokens.HEIGHTS["metrics"]))

    def minimumSizeHint(self) -> QSize:
        """Let a narrow pane cut the strip at the right rather than grow."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the line along the lower edge."""
        super().resizeEvent(event)
        self._line.setGeometry(0, self.height() - 2, self.width(), 2)
        self._give_way()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the dividing line."""
        del event
        theme = current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg.panel"))
        paint.box(painter, QRectF(0, self.height() - 1, self.width(), 1), theme.color("line.subtle"))

    def _give_way(self) -> None:
        """Leave out what does not fit: first what stands at the right edge, then from the right; the state stays."""
        self._row.setSpacing(current().px(_APART))
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        at_end = [cell for cell in self._cells.values() if cell.stands_at_end]
        others = [cell for cell in self._cells.values() if not cell.stands_at_end]
        apart = 0
        for cell in others + at_end:
            wanted = cell.sizeHint().width() + apart
            fits = wanted <= room or not apart
            room = room - wanted if fits else 0
            apart = self._row.spacing()
            cell.setVisible(fits)

    def _rebuild(self, metrics: Sequence[Metric]) -> None:
        while item := self._row.takeAt(0):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._cells.clear()
        stretched = False
        for metric in metrics:
            if metric.at_end and not stretched:
                self._row.addStretch(1)
                stretched = True
            cell = _Cell(metric, self)
            cell.copied.connect(self.copied)
            self._cells[metric.key] = cell
            self._row.addWidget(cell)
        if not stretched:
            self._row.addStretch(1)
        self._line.raise_()


class _Cell(Moving):
    """One place: label, value, and a button to copy it."""

    copied = Signal(str)

    def __init__(self, metric: Metric, parent: QWidget) -> None:
        super().__init__(current().ticker, parent)
        self._metric = metric
        self._widest = 0.0
        self._zoom = 0.0
        self._copy: IconButton | None = None
        if metric.copyable:
            self._copy = IconButton(
                "copy", tr("Copy {label}").format(label=metric.label), scale="s", parent=self
            )
            self._copy.clicked.connect(self._on_copy_clicked)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.set_metric(metric)

    @property
    def stands_at_end(self) -> bool:
        return self._metric.at_end

    def set_metric(self, metric: Metric) -> None:
        self._metric = metric
        words = f"{metric.label}: {told(metric.state) or metric.value} {metric.unit}".strip()
        self.setAccessibleName(words)
        # A value that is cut in the middle, as request ids are, is whole here.
        self.setToolTip(metric.value if metric.mono else "")
        moving = metric.state == "running"
        if moving != self.is_moving:
            self.set_moving(moving=moving)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = current()
        if self._zoom != theme.zoom:
            self._zoom, self._widest = theme.zoom, 0.0
        self._widest = max(self._widest, self._width_now())
        extra = theme.px(24) if self._copy else 0
        return QSize(round(self._widest + 1.5) + extra, theme.px(tokens.HEIGHTS["metrics"]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._copy is not None:
            side = self._copy.sizeHint()
            self._copy.resize(side)
            middle = current().px(31)
            place = QRect(QPoint(self.width() - side.width(), middle - side.height() // 2), side)
            self._copy.setGeometry(mirroring.seen(place, self.rect(), self.layoutDirection()))

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = current()
        painter = QPainter(self)
        metric = self._metric
        top = theme.px(6)
        label = QRectF(0, top, self.width(), theme.line_px("caption"))
        paint.text(painter, label, metric.label, theme.font("caption"), theme.color("text.3"))
        row = QRectF(
            0, label.bottom(), self.width() - (theme.px(24) if self._copy else 0), theme.line_px("value")
        )
        if metric.state:
            draw_state(painter, row, metric.state, metric.value)
            return
        style = "mono" if metric.mono else "value"
        used = paint.text(painter, row, self._shown(), theme.font(style), theme.color("text.1"))
        if metric.unit:
            rest = row.adjusted(used + theme.px(4), 0, 0, 0)
            paint.text(painter, rest, metric.unit, theme.font("cell"), theme.color("text.3"))

    def _shown(self) -> str:
        value = self._metric.value
        return f"{value[:8]}…{value[-4:]}" if self._metric.mono and len(value) > 16 else value

    def _width_now(self) -> float:
        theme = current()
        metric = self._metric
        if metric.state:
            # The widest state, so that the next word moves nothing.
            words = max(
                text_width("control", word)
                for word in (told("uploading"), told("submitted?"), metric.value or told(metric.state))
            )
            return max(theme.px(16 + 6) + words, text_width("caption", metric.label))
        value = text_width("mono" if metric.mono else "value", self._shown())
        if metric.unit:
            value += theme.px(4) + text_width("cell", metric.unit)
        return max(value, text_width("caption", metric.label))

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._metric.value)
        self.copied.emit(self._metric.value)
