"""News from a pane that is hidden: at most three, at the foot; failures stay until they are read."""

from collections.abc import Callable
from typing import Final, Literal

import msgspec
from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QStyle, QWidget

from fal_studio.ui import icons, paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import HEIGHTS, Role, Scheme
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
        self._is_slim = False
        row = QHBoxLayout(self)
        row.setSpacing(4)
        self._words = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._words.setSpacing(0)
        self._words.addWidget(ElidedLabel(news.text, "cell", "1"))
        if news.detail:
            self._words.addWidget(ElidedLabel(news.detail, "caption", "3"))
            self.setAccessibleDescription(news.detail)
        row.addLayout(self._words, 1)
        row.setAlignment(self._words, Qt.AlignmentFlag.AlignVCenter)
        if news.action:
            action = Button(news.action, "link", scale="s")
            action.clicked.connect(self._on_action_clicked)
            row.addWidget(action)
        cross = IconButton("close", tr("Close this message"), scale="s")
        cross.clicked.connect(self.closed)
        row.addWidget(cross)
        self._keep_icon_free()

    @property
    def is_slim(self) -> bool:
        """Whether it says all in one line."""
        return self._is_slim

    def set_slim(self, *, is_slim: bool) -> None:
        """Say all of it in one line, as high as a line of status."""
        if is_slim is not self._is_slim:
            self._is_slim = is_slim
            way = QBoxLayout.Direction
            self._words.setDirection(way.LeftToRight if is_slim else way.TopToBottom)
            self._words.setSpacing(current().px(8) if is_slim else 0)

    def event(self, event: QEvent) -> bool:
        """Notice that the window stands the other way round."""
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._keep_icon_free()
        return super().event(event)

    def _keep_icon_free(self) -> None:
        px = current().px
        begin, end = px(14 + 16 + 8), px(6)
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        sides = (end, 0, begin, 0) if is_mirrored else (begin, 0, end, 0)
        if (row := self.layout()) is not None:
            row.setContentsMargins(*sides)

    def sizeHint(self) -> QSize:
        """Return 360 to 520 wide, 40 high, or 56 with a second line; a slim one is as wide as its words."""
        px = current().px
        if self._is_slim:
            return QSize(super().sizeHint().width(), px(HEIGHTS["status bar"]))
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
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        bar.addRect(QRectF(box.right() - 3 if is_mirrored else box.left(), box.top(), 3, box.height()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shape.intersected(bar), theme.color(role))
        painter.restore()
        paint.frame(painter, area, radius, None, theme.color("line.control"))
        side = theme.px(16)
        mark: Role = "text.2" if self.news.tone == "info" else role
        left = self.width() - theme.px(14) - side if is_mirrored else theme.px(14)
        at = QRectF(left, (self.height() - side) / 2, side, side)
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
        self.perch: Callable[[], QRect | None] = lambda: None
        """Returns the line of the window in which news is said where nothing else may be covered; None: over the foot."""

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
        toast.show()
        self.lay()
        return toast

    def shown(self) -> tuple[Toast, ...]:
        """Return what is on screen, oldest first."""
        return tuple(self._shown)

    def boxes(self) -> tuple[QRectF, ...]:
        """Return where toasts lie over the window; a slim one lies in a line of its own."""
        return tuple(QRectF(toast.geometry()) for toast in self._shown if not toast.is_slim)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize:
            self.lay()
        return super().eventFilter(watched, event)

    def _take(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self.lay()

    def lay(self) -> None:
        """Put each in its place: to be called when `perch` returns something else."""
        perch = self.perch()
        if perch is not None:
            self._lay_slim(perch)
        else:
            self._lay_high()
        if self._shadow is not None:
            self._shadow.follow()
        for toast in self._shown:
            toast.raise_()

    def _lay_high(self) -> None:
        """Stack them over the foot of the window, at the end of its lines."""
        bottom = self._window.height() - current().px(self._foot_px) - _EDGE
        for toast in reversed(self._shown):
            toast.set_slim(is_slim=False)
            size = toast.sizeHint()
            size.setWidth(min(size.width(), self._window.width() - 2 * _EDGE))
            left = self._window.width() - size.width() - _EDGE
            place = QRect(left, bottom - size.height(), size.width(), size.height())
            toast.setGeometry(QStyle.visualRect(self._window.layoutDirection(), self._window.rect(), place))
            bottom -= size.height() + 8
            toast.show()

    def _lay_slim(self, perch: QRect) -> None:
        """Say the newest one in a line; those before come back when it is gone."""
        for toast in self._shown:
            toast.set_slim(is_slim=True)
            wide = min(toast.sizeHint().width(), perch.width())
            place = QRect(perch.right() + 1 - wide, perch.top(), wide, perch.height())
            toast.setGeometry(QStyle.visualRect(self._window.layoutDirection(), perch, place))
            toast.setVisible(toast is self._shown[-1])


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
