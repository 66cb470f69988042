"""Keeps the fields of a form where they are while the help below them takes more room, or gives it back."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from fal_studio.ui.request.help_strip import HelpStrip


class HelpRoom(QObject):
    """What the help takes is covered, not pressed together: it comes into sight by scrolling."""

    def __init__(self, area: QScrollArea, inner: QWidget, help_strip: HelpStrip) -> None:
        """`inner` is what `area` shows."""
        super().__init__(area)
        self._area, self._inner, self._help = area, inner, help_strip
        inner.installEventFilter(self)
        area.installEventFilter(self)
        help_strip.fitted.connect(self._hold)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the fields, or the room for them, have changed."""
        is_other_need = watched is self._inner and event.type() == QEvent.Type.LayoutRequest
        if is_other_need or (watched is self._area and event.type() == QEvent.Type.Resize):
            self._hold()
        return super().eventFilter(watched, event)

    def _hold(self) -> None:
        more = self._help.more_px
        form = self._area.parentWidget()
        whole = form.height() - 1 - (self._help.height() - more) if form is not None else 0
        is_held = more > 0 and self._natural() < whole
        self._inner.setMinimumHeight(whole if is_held else 0)
        # A scroll bar that comes and goes with the help would move the fields sideways.
        shown = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if is_held else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._area.setVerticalScrollBarPolicy(shown)

    def _natural(self) -> int:
        """Return how high the fields are at least."""
        layout = self._inner.layout()
        if layout is None:
            return 0
        if layout.hasHeightForWidth():
            return layout.totalMinimumHeightForWidth(self._inner.width())
        return layout.totalMinimumSize().height()
