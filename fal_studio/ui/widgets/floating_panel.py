"""A panel that floats over the window: rounded, with a line and a soft shadow."""

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.ui import mirroring, paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.ui.widgets.roomy import Roomy
from fal_studio.words import tr

SHADOW = 32
"""Room around the panel for its shadow, in pixels."""


class FloatingPanel(QWidget):
    """A child of the window, above everything in it. Esc and the cross close it and give the focus back.

    Put widgets into `body` and buttons into `foot`; `place` takes the panel's box without its shadow.
    """

    closed = Signal()

    def __init__(self, title: str, window: QWidget, *, has_head: bool = True) -> None:
        """`has_head`: whether the title and a cross stand above the body."""
        super().__init__(window)
        self._before: QWidget | None = None
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)  # noqa: FBT003 -- a property value
        self.head = QHBoxLayout()
        """The row of the title; what is added stands at its right."""
        self.body = QVBoxLayout()
        self.body.setContentsMargins(16, 16, 16, 16)
        self.body.setSpacing(8)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(16, 12, 16, 12)
        self.foot.setSpacing(8)
        self._lay(title, has_head=has_head)
        self.hide()

    def place(self, box: QRect) -> None:
        """Put the panel's box at a place in the window."""
        self.setGeometry(box.adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW))

    def size_wanted(self) -> QSize:
        """Return the size of the box without its shadow."""
        self._middle.updateGeometry()
        return self.sizeHint() - QSize(2 * SHADOW, 2 * SHADOW)

    def height_at(self, wide: int) -> int:
        """Return how high the box has to be at this width for everything in it."""
        layout = self.layout()
        assert layout is not None
        self._middle.updateGeometry()  # what changed in the body before it is seen has told nobody yet
        layout.activate()
        whole = wide + 2 * SHADOW
        # Without words that wrap, Qt gives no height for a width at all.
        high = (
            layout.totalHeightForWidth(whole)
            if layout.hasHeightForWidth()
            else layout.totalSizeHint().height()
        )
        return high - 2 * SHADOW

    def place_high(self, wide: int, top: int) -> None:
        """Put the box into the middle of the window, `top` pixels below its edge, as high as everything in it needs."""
        room = self.window().width()
        wide = min(wide, room - 2 * current().px(24))
        self.place(QRect((room - wide) // 2, top, wide, self.height_at(wide)))

    def open(self) -> None:
        """Show the panel and give it the keyboard."""
        self._before = self.window().focusWidget()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.window().installEventFilter(self)

    def dismiss(self) -> None:
        """Close the panel and give the keyboard back."""
        self.window().removeEventFilter(self)
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._before = None
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window's own command while the keyboard is in here."""
        is_esc = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_esc and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay inside the window when it gets smaller."""
        if watched is self.window() and event.type() == QEvent.Type.Resize:
            out = SHADOW - current().px(8)  # the shadow may be cut off, but some room stays at the edge
            inside = self.window().rect().adjusted(-out, -out, out, out)
            box = self.geometry()
            box.moveRight(min(box.right(), inside.right()))
            box.moveBottom(min(box.bottom(), inside.bottom()))
            self.move(max(inside.left(), box.left()), max(inside.top(), box.top()))
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw shadow and box."""
        del event
        theme = current()
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint.shadow(painter, box, tokens.RADIUS_FLOAT, dark=theme.resolved is not Scheme.LIGHT)
        paint.frame(painter, box, tokens.RADIUS_FLOAT, theme.color("bg.float"), theme.color("line.control"))

    def _lay(self, title: str, *, has_head: bool) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SHADOW + 1, SHADOW + 1, SHADOW + 1, SHADOW + 1)
        column.setSpacing(0)
        if has_head:
            self._lay_head(title)
            column.addLayout(self.head)
            column.addWidget(Divider())
        inner = QWidget()
        inner.setLayout(self.body)
        self._middle = Roomy(inner, self)
        for part in (self._middle.viewport(), inner):
            part.setAutoFillBackground(False)  # the panel is the ground; Qt turns it on in what it scrolls
        column.addWidget(self._middle, 1)
        column.addWidget(Divider())
        column.addLayout(self.foot)

    def _lay_head(self, title: str) -> None:
        head = self.head
        mirroring.margins(head, 16, 8, 8, 8)
        head.setSpacing(8)
        cross = IconButton("close", tr("Close"), shortcut_text="Esc")
        cross.clicked.connect(self.dismiss)
        head.addWidget(Label(title, "title", "1"))
        head.addStretch(1)
        head.addWidget(Label("Esc", "caption", "3"))
        head.addWidget(cross)
