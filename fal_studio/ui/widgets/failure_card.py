"""A failure where the result would have been: what happened, whose fault, what it cost, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from fal_studio.ui import icons, mirroring, paint, tokens
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.buttons import Button, Kind
from fal_studio.ui.widgets.flow import FlowRow
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr


@dataclass(frozen=True, slots=True)
class CardFact:
    """One of the facts side by side: "charged", "Not charged", with a tick or a cross in front."""

    label: str
    value: str
    icon: Literal["", "check", "close", "help"] = ""
    note: str = ""
    """How that is known, under it."""


@dataclass(frozen=True, slots=True)
class CardAction:
    """A button of the card; `tooltip` says why a disabled one is."""

    key: str
    text: str
    icon: str = ""
    kind: Kind = "default"
    enabled: bool = True
    tooltip: str = ""


class FailureCard(QWidget):
    """A box with a red bar. `action_wanted` tells the key of the pressed button. `dense` is for the queue's detail."""

    action_wanted = Signal(str)

    def __init__(
        self,
        title: str,
        line: str = "",
        facts: Sequence[CardFact] = (),
        actions: Sequence[CardAction] = (),
        *,
        dense: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._buttons: dict[str, Button] = {}
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(tr("Failed: {title}").format(title=title))
        self.setAccessibleDescription(line)
        column = QVBoxLayout(self)
        across, down = (12, 10) if dense else (20, 16)
        mirroring.margins(column, across + 3, down, across, down)
        column.setSpacing(8 if dense else 12)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(Paragraph(title, "value" if dense else "title", "1"))
        if line:
            head.addWidget(Paragraph(line, "body", "2"))
        column.addLayout(head)
        if facts:
            column.addWidget(_Facts(facts, self))
        if actions:
            column.addWidget(self._row_of(actions, dense=dense))

    @property
    def focused(self) -> str:
        """The key of the button that has the keyboard, "" for none."""
        return next((key for key, button in self._buttons.items() if button.hasFocus()), "")

    def focus(self, key: str) -> None:
        """Put the keyboard to a button; one that is not there changes nothing."""
        if key in self._buttons:
            self._buttons[key].setFocus(Qt.FocusReason.OtherFocusReason)

    def _row_of(self, actions: Sequence[CardAction], *, dense: bool) -> FlowRow:
        row = FlowRow(parent=self)
        for action in actions:
            button = Button(
                action.text, action.kind, icon=action.icon, scale="s" if dense else "", tooltip=action.tooltip
            )
            button.setEnabled(action.enabled)
            button.clicked.connect(lambda _=False, key=action.key: self.action_wanted.emit(key))
            self._buttons[action.key] = button
            row.add(button)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the words need at this width: what lies around scrolls rather than cut them."""
        super().resizeEvent(event)
        self._keep_whole()

    def changeEvent(self, event: QEvent) -> None:
        """The same, when words got larger or smaller."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._keep_whole()

    def _keep_whole(self) -> None:
        if (column := self.layout()) is not None:
            self.setMinimumHeight(column.totalHeightForWidth(self.width()))

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tint and the bar."""
        del event
        paint_barred(QPainter(self), QRectF(self.rect()))


def paint_barred(painter: QPainter, area: QRectF) -> None:
    """Draw the failure tint with its bar of 3 px following the rounded corners."""
    theme = current()
    radius = theme.px(tokens.RADIUS)
    box = paint.snapped(painter, area)
    shape = QPainterPath()
    shape.addRoundedRect(box, radius, radius)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(shape, theme.color("bad.tint"))
    bar = QPainterPath()
    bar.addRect(mirroring.placed(QRectF(box.left(), box.top(), 3, box.height())))
    painter.fillPath(shape.intersected(bar), theme.color("bad"))
    painter.restore()
    if theme.resolved is tokens.Scheme.HIGH_CONTRAST:
        paint.frame(painter, area, radius, None, theme.color("bad"))


def _said(fact: CardFact) -> str:
    return f"{fact.label}: {fact.value}, {fact.note}" if fact.note else f"{fact.label}: {fact.value}"


class _Facts(QWidget):
    """Label above value, in equal columns; more lines when they do not fit."""

    def __init__(self, facts: Sequence[CardFact], parent: QWidget) -> None:
        super().__init__(parent)
        self._facts = tuple(facts)
        # "Fixed" would hold them at the height of one line, and hide those below.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("; ".join(_said(fact) for fact in facts))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._facts) // self._columns(width))
        return rows * self._row_height() + (rows - 1) * current().px(8)

    def sizeHint(self) -> QSize:
        return QSize(round(self._widest() * len(self._facts)), self._row_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._widest()), self._row_height())

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = current()
        painter = QPainter(self)
        columns = self._columns(self.width())
        wide = min(self.width() / columns, max(self._widest(), theme.px(139)))
        for index, fact in enumerate(self._facts):
            x = (index % columns) * wide
            y = (index // columns) * (self._row_height() + theme.px(8))
            label = QRectF(x, y, wide, theme.line_px("caption"))
            paint.text(painter, label, fact.label, theme.font("caption"), theme.color("text.3"))
            row = QRectF(x, label.bottom(), wide - theme.px(8), theme.line_px("control"))
            if fact.icon:
                side = theme.px(14)
                box = QRectF(row.left(), row.center().y() - side / 2, side, side)
                icons.draw(painter, box, fact.icon, theme.color("text.1"))
                row = row.adjusted(side + theme.px(5), 0, 0, 0)
            paint.text(painter, row, fact.value, theme.font("chosen"), theme.color("text.1"))
            note = QRectF(x, row.bottom(), wide - theme.px(8), theme.line_px("caption"))
            paint.text(painter, note, fact.note, theme.font("caption"), theme.color("text.2"))

    def _row_height(self) -> int:
        theme = current()
        noted = theme.line_px("caption") if any(fact.note for fact in self._facts) else 0
        return theme.line_px("caption") + theme.line_px("control") + noted

    def _widest(self) -> float:
        px = current().px
        return max(
            max(
                text_width("chosen", fact.value) + (px(14 + 5) if fact.icon else 0),
                text_width("caption", fact.note),
            )
            + px(16)
            for fact in self._facts
        )

    def _columns(self, width: int) -> int:
        return max(1, min(len(self._facts), int(width / max(1.0, self._widest()))))
