"""A choice whose list is filled when it is first needed: forms have many choices, and few are ever opened."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QWidget,
)

from fal_studio.ui import paint
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.aspect import aspect_icon

_TRAILING = int(Qt.ItemDataRole.UserRole) + 7
_MOST_PX = 420
"""A list is at most this wide; longer words are elided."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One line of the list."""

    text: str
    trailing: str = ""
    """Quiet words at the right edge: 1024 × 768."""
    ratio: float = 0.0
    """Drawn in front as a box of this width by height."""


class Picker(QComboBox):
    """Shows one of several words; `picked` tells the place of what the user chose in the list.

    The wheel changes it only while it has the focus.
    """

    picked = Signal(int)
    _words = ""  # Qt asks for it while the constructor runs

    def __init__(self, picks: Sequence[Pick], *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Before anything else: Qt would build the list to measure it.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)
        self.setAccessibleName(name)
        self._picks = picks
        self._index = -1
        self._is_filled = False
        self.activated.connect(self._on_activated)

    def index(self) -> int:
        """Return the place of what is shown, -1 for words that are not in the list."""
        return self._index

    def words(self) -> str:
        """Return what is shown."""
        return self._words

    def show_pick(self, index: int, otherwise: str = "") -> None:
        """Show a line of the list, or other words if `index` is -1."""
        words = self._picks[index].text if index >= 0 else otherwise
        if (index, words) != (self._index, self._words):
            self._index, self._words = index, words
            if self._is_filled:
                self.setCurrentIndex(index)
            self.setToolTip(words if text_width("cell", words) > self.width() - current().px(40) else "")
            self.update()

    def set_sent(self, *, sent: bool) -> None:
        """Say whether the value will be sent; one that will not is quieter."""
        if self.property("sent") is not sent:
            self.setProperty("sent", sent)
            self.update()

    def fill(self) -> None:
        """Fill the list, if that was not done before."""
        if self._is_filled:
            return
        self._is_filled = True
        delegate = _PickDelegate(self)
        self.setItemDelegate(delegate)
        for pick in self._picks:
            self.addItem(pick.text)
            row = self.count() - 1
            if pick.ratio:
                self.setItemIcon(row, aspect_icon(pick.ratio))
            if pick.trailing:
                self.setItemData(row, pick.trailing, _TRAILING)
                self.setItemData(row, f"{pick.text}, {pick.trailing}", Qt.ItemDataRole.AccessibleTextRole)
        self.setCurrentIndex(self._index)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Show the words, also those that are not in the list."""
        super().initStyleOption(option)
        option.currentText = self._words  # pyright: ignore[reportAttributeAccessIssue] - writable in Qt
        option.currentIcon = type(option.currentIcon)()  # pyright: ignore[reportAttributeAccessIssue]

    def showPopup(self) -> None:
        """Open the list, wide enough for its words."""
        self.fill()
        px = current().px
        widest = max((text_width("cell", f"{p.text}  {p.trailing}") for p in self._picks), default=0)
        self.view().setMinimumWidth(min(px(_MOST_PX), max(self.width(), round(widest) + px(72))))
        super().showPopup()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Be ready for keys and for a screen reader."""
        self.fill()
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the list."""
        self.fill()
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let a pane scroll under the pointer."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def sizeHint(self) -> QSize:
        """Return room for the words that are shown."""
        return QSize(
            max(current().px(64), round(text_width("cell", self._words)) + current().px(44)),
            super().sizeHint().height(),
        )

    def _on_activated(self, index: int) -> None:
        self.show_pick(index)
        self.picked.emit(index)


class _PickDelegate(QStyledItemDelegate):
    """A line of the list with quiet words at its right edge."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a row."""
        return QSize(super().sizeHint(option, index).width(), current().px(28))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one line."""
        super().paint(painter, option, index)
        if trailing := str(index.data(_TRAILING) or ""):
            theme = current()
            room = QRectF(option.rect).adjusted(0, 0, -theme.px(12), 0)
            paint.text(
                painter, room, trailing, theme.font("caption"), theme.color("text.3"), Qt.AlignmentFlag.AlignRight
            )  # fmt: skip
