"""The head of a part that folds: an arrow, its name, a quiet word on what is inside, and a mark if something is wrong."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fal_studio.ui import icons, mirroring, paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.words import tr

Weight = Literal["section", "field"]
"""A part of a pane, or one field of a form."""
_GAP = 6
_ICON = 16


class FoldHead(QAbstractButton):
    """Checked means open. Space and a press turn it; Right opens and Left closes."""

    def __init__(self, name: str, weight: Weight = "section", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weight: Weight = weight
        self._note = ""
        self._problem = ""
        self._is_sent = False
        self.setText(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("scale", "s")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._tell)
        self._tell()

    def set_name(self, name: str) -> None:
        """Give it another name."""
        if name != self.text():
            self.setText(name)
            self._tell()
            self._show_tip()

    def set_note(self, note: str) -> None:
        """Say what is inside: "4 fields, all default, not sent"."""
        if note != self._note:
            self._note = note
            self._tell()
            self.update()

    def set_sent(self, *, sent: bool) -> None:
        """Say whether something inside will be sent."""
        if sent != self._is_sent:
            self._is_sent = sent
            self.update()

    def set_problem(self, problem: str) -> None:
        """Mark it, and say what is wrong inside; an empty text takes the mark away."""
        if problem != self._problem:
            self._problem = problem
            self._tell()
            self._show_tip()
            self.update()

    def problem(self) -> str:
        """Return what is wrong inside."""
        return self._problem

    def note(self) -> str:
        """Return the words behind the name."""
        return self._note

    def sizeHint(self) -> QSize:
        """Return room for the name."""
        theme = current()
        words = QFontMetricsF(theme.font("chosen")).horizontalAdvance(self.text())
        return QSize(round(words) + theme.px(_ICON + 2 * _GAP + 40), theme.px(tokens.CONTROL))

    def minimumSizeHint(self) -> QSize:
        """Return room for a short name."""
        return QSize(current().px(60), current().px(tokens.CONTROL))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open and close with the arrow keys, as trees do."""
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.setChecked(event.key() == Qt.Key.Key_Right)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say the whole name where it is cut off."""
        super().resizeEvent(event)
        self._show_tip()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Answer the pointer."""
        super().enterEvent(event)
        self.update()

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw arrow, name, note and mark."""
        del event
        theme = current()
        painter = QPainter(self)
        area = QRectF(self.rect())
        side = theme.px(12)
        lively = self.underMouse() or self.isDown()
        arrow = "chevron-down" if self.isChecked() else "chevron-right"
        box = QRectF(area.left(), area.center().y() - side / 2, side, side)
        icons.draw(painter, box, arrow, theme.color("text.1" if lively else "text.2"))
        x = box.right() + theme.px(4)
        is_loud = self._weight == "section" or self._is_sent or lively
        font = theme.font("chosen" if self._weight == "section" else "control")
        x = self._word(painter, x, self.text(), "text.1" if is_loud else "text.2", font)
        if self._problem:
            mark = theme.px(14)
            icons.draw(
                painter, QRectF(x, area.center().y() - mark / 2, mark, mark), "failed", theme.color("bad")
            )
            self._word(painter, x + mark + theme.px(4), self._problem, "bad", theme.font("cell"))
        else:
            self._word(painter, x, self._note, "text.3", theme.font("control"))

    def _word(self, painter: QPainter, x: float, words: str, role: Role, font: QFont) -> float:
        theme = current()
        room = QRectF(x, 0, max(0.0, self.width() - x), self.height())
        used = paint.text(painter, room, words, font, theme.color(role))
        return x + used + theme.px(_GAP)

    def _show_tip(self) -> None:
        is_cut = self.sizeHint().width() > self.width()
        self.setToolTip(self._problem or (self.text() if is_cut else ""))

    def _tell(self) -> None:
        """Say it to a screen reader."""
        parts = (self._note, self._problem, tr("open") if self.isChecked() else tr("folded"))
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(", ".join(part for part in parts if part))
