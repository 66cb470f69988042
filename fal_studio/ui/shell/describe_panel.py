"""Asks for words that say what a picture shows, for people who cannot see it."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from fal_studio.core.alt_text import LONGEST
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

WIDE_PX, TOP_PX = 560, 88
PICTURE_PX = 144
_LINES = 6
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Edit(QPlainTextEdit):
    """Some lines of text; Ctrl+Enter keeps them, and does not run the request behind the panel."""

    done = Signal()

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Enter from the window's own command."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_done(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say that it is done."""
        if _is_done(event):
            self.done.emit()
            return
        super().keyPressEvent(event)


def _is_done(event: QEvent) -> bool:
    is_key = isinstance(event, QKeyEvent) and event.key() in _ENTER
    return is_key and event.modifiers() == Qt.KeyboardModifier.ControlModifier  # pyright: ignore[reportAttributeAccessIssue]


class DescribePanel(FloatingPanel):
    """The picture, the words, and what is told without them."""

    keep_wanted = Signal(str)
    """The words; "" takes back what was there."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Describe the picture"), window)
        self.edit = _Edit(self)
        self._picture = QLabel(self)
        self._name = ElidedLabel("", "cell", "3", parent=self)
        self._without = Paragraph("", "caption", "3", parent=self)
        self.keep = Button(
            tr("Keep"), "primary", tooltip=tr("Keep it with the call (Ctrl+Enter)"), parent=self
        )
        self._fill()
        self.keep.clicked.connect(self._on_keep)
        self.edit.done.connect(self._on_keep)
        self.edit.textChanged.connect(self._on_edited)

    def ask(self, name: str, words: str, without: str, picture: QImage | None) -> None:
        """Open for a picture with the words that it has; `without` is what is told where it has none."""
        side = current().px(PICTURE_PX)
        self._picture.setVisible(picture is not None)
        if picture is not None:
            ratio = self.devicePixelRatioF()
            small = picture.scaled(
                QSize(side, side) * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            small.setDevicePixelRatio(ratio)
            self._picture.setPixmap(QPixmap.fromImage(small))
        self._name.set_text(name)
        self._without.set_text(tr("Without a description it says: {words}").format(words=without))
        self.edit.setPlainText(words)
        self.edit.selectAll()
        px = current().px
        self.edit.setFont(current().font("control"))
        self.edit.setFixedHeight(_LINES * self.edit.fontMetrics().lineSpacing() + px(16))
        self.place_high(px(WIDE_PX), px(TOP_PX))
        self.open()
        self.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self) -> None:
        px = current().px
        label = Label(tr("&What it shows"), "control", "2")
        label.setBuddy(self.edit)
        self.edit.setAccessibleName(tr("What it shows"))
        self.edit.setTabChangesFocus(True)
        self.edit.setPlaceholderText(tr("What somebody would miss who cannot see it"))
        self._picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        about = Paragraph(
            tr(
                "Read out by screen readers, kept with the call, and written into saved PNG, JPEG and WebP files."
            ),
            "caption",
            "3",
            parent=self,
        )
        column = QVBoxLayout()
        column.setSpacing(px(6))
        for part in (label, self.edit, about, self._without):
            column.addWidget(part)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(px(16))
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.body.addLayout(row)
        self.foot.addWidget(self._name, 1)
        self.foot.addWidget(self.keep)

    def _on_edited(self) -> None:
        is_too_long = len(self.edit.toPlainText()) > LONGEST
        self.keep.setEnabled(not is_too_long)
        why = tr("It has more than {most} letters.").format(most=LONGEST) if is_too_long else ""
        self.keep.setToolTip(why or tr("Keep it with the call (Ctrl+Enter)"))

    def _on_keep(self) -> None:
        if self.keep.isEnabled():
            self.dismiss()
            self.keep_wanted.emit(self.edit.toPlainText().strip())
