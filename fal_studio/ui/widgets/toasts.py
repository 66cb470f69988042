"""News from a pane that is hidden: at most three, bottom right; failures stay until they are read."""

from collections.abc import Callable
from typing import Final, Literal

import msgspec
from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.ui import icons, paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role, Scheme
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.words import tr

ToastTone = Literal["good", "ask", "bad", "info"]
STAYS_MS: Final = 6000
_TONES: dict[str, tuple[Role, str]] = {
    "good": ("good", "done"),
    "ask": ("ask", "unknown"),
    "bad": ("bad", "failed"),
    "info": ("text.3", "info"),
}
_AT_MOST = 3
_EDGE = 12
_SHADOW = 32


class News(msgspec.Struct, frozen=True):
    """One sentence with at most one action."""

    text: str
    tone: ToastTone = "info"
    action: str = ""
    key: str = ""
    """What the action is about; comes back with the intent."""
    detail: str = ""
    """A quieter second line."""


class Toast(QWidget):
    """One piece of news. `action_wanted` tells its key."""

    action_wanted = Signal(str)
    closed = Signal()

    def __init__(self, news: News, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.news = news
        self.setAccessibleName(news.text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        px = current().px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(14 + 16 + 8), 0, px(6), 0)
        row.setSpacing(4)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(ElidedLabel(news.text, "cell", "1"))
        if news.detail:
            words.addWidget(ElidedLabel(news.detail, "caption", "3"))
            self.setAccessibleDescription(news.detail)
        words.addStretch(1)
        row.addLayout(words, 1)
        if news.action:
            action = Button(news.action, "link", scale="s")
            action.clicked.connect(self._on_action_clicked)
            row.addWidget(action)
        cross = IconButton("close", tr("Close this message"), scale="s")
        cross.clicked.connect(self.closed)
        row.addWidget(cross)

    def sizeHint(self) -> QSize:
        """Return 360 to 520 wide, 40 high, or 56 with a second line."""
        px = current().px
        height = px(56 if self.news.detail else 40)
        return QSize(min(px(520), max(px(360), super().sizeHint().width())), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box, bar and icon."""
        del event
        theme = current()
        painter = QPainter(self)
        area = QRectF(self.rect())
        role, icon = _TONES[self.news.tone]
        radius = tokens.RADIUS_FLOAT
        paint.frame(painter, area, radius, theme.color("bg.float"))
        box = paint.snapped(painter, area)
        shape, bar = QPainterPath(), QPainterPath()
        shape.addRoundedRect(box, radius, radius)
        bar.addRect(QRectF(box.left(), box.top(), 3, box.height()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shape.intersected(bar), theme.color(role))
        painter.restore()
        paint.frame(painter, area, radius, None, theme.color("line.control"))
        side = theme.px(16)
        mark: Role = "text.2" if self.news.tone == "info" else role
        at = QRectF(theme.px(14), (self.height() - side) / 2, side, side)
        icons.draw(painter, at, icon, theme.color(mark))

    def _on_action_clicked(self) -> None:
        self.action_wanted.emit(self.news.key)
        self.closed.emit()


class ToastHost(QObject):
    """Shows news over a window, the newest lowest. `action_wanted` tells the key of a pressed action."""

    action_wanted = Signal(str)
    told = Signal(str, bool)
    """The words of a piece of news that came up, and whether it is bad."""

    def __init__(self, window: QWidget, stays_ms: int = STAYS_MS, foot_px: int = 0) -> None:
        """`foot_px`: how much of the window's foot stays free, for Stop and what else is pressed there."""
        super().__init__(window)
        self._foot_px = foot_px
        self._window = window
        self._stays_ms = stays_ms
        self._shown: list[Toast] = []
        self._shadow: _Shadow | None = None

    def tell(self, news: News) -> Toast:
        """Show one piece of news; the oldest makes room. News that is not bad goes by itself."""
        if self._shadow is None:  # every event of the window passes here from now on
            self._shadow = _Shadow(self._window, self.boxes)
            self._window.installEventFilter(self)
        toast = Toast(news, self._window)
        self.told.emit(f"{news.text}. {news.detail}" if news.detail else news.text, news.tone == "bad")
        toast.closed.connect(lambda: self._take(toast))
        toast.action_wanted.connect(self.action_wanted)
        self._shown.append(toast)
        while len(self._shown) > _AT_MOST:
            self._take(self._shown[0])
        if news.tone != "bad":
            timer = QTimer(toast)
            timer.setSingleShot(True)
            timer.timeout.connect(lambda: self._take(toast))
            timer.start(self._stays_ms)
        self._lay()
        toast.show()
        return toast

    def shown(self) -> tuple[Toast, ...]:
        """Return what is on screen, oldest first."""
        return tuple(self._shown)

    def boxes(self) -> tuple[QRectF, ...]:
        """Return where the toasts lie in the window."""
        return tuple(QRectF(toast.geometry()) for toast in self._shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize:
            self._lay()
        return super().eventFilter(watched, event)

    def _take(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._lay()

    def _lay(self) -> None:
        bottom = self._window.height() - current().px(self._foot_px) - _EDGE
        for toast in reversed(self._shown):
            size = toast.sizeHint()
            toast.resize(size)
            toast.move(self._window.width() - size.width() - _EDGE, bottom - size.height())
            bottom -= size.height() + 8
            toast.raise_()
        if self._shadow is not None:
            self._shadow.follow()
        for toast in self._shown:
            toast.raise_()


class _Shadow(QWidget):
    """The shadow under the toasts; the mouse goes through it."""

    def __init__(self, window: QWidget, boxes: Callable[[], tuple[QRectF, ...]]) -> None:
        super().__init__(window)
        self._boxes = boxes
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def follow(self) -> None:
        """Lie under what is shown now."""
        around = QRectF()
        for box in self._boxes():
            around = around.united(box)
        self.setVisible(not around.isEmpty())
        self.setGeometry(around.adjusted(-_SHADOW, -_SHADOW, _SHADOW, _SHADOW).toAlignedRect())
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        dark = current().resolved is not Scheme.LIGHT
        for box in self._boxes():
            paint.shadow(painter, box.translated(-self.x(), -self.y()), tokens.RADIUS_FLOAT, dark=dark)
