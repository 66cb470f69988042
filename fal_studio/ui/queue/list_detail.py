"""The list of calls and the chosen call: side by side, one under the other, or, where neither has room, one at a time."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from fal_studio.ui.theme import current
from fal_studio.ui.widgets.kept_sizes import KeptSplitter

BESIDE_FROM_PX = 1100
"""Narrower, the detail stands under the table …"""
UNDER_FROM_PX = 480
"""… if both have room there; a low dock keeps them side by side, and columns give way …"""
ALONE_BELOW_PX = 680
"""… until that would cut them: then one is turned to at a time."""
DETAIL_PX, DETAIL_NARROW_PX = 444, 400


class ListAndDetail(KeptSplitter):
    """Arranges the two by the room there is."""

    turned = Signal()
    """Another one is seen, or both are."""

    def __init__(self, listed: QWidget, detail: QWidget, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, "queue", parent)
        self._list, self._detail = listed, detail
        self._laid: tuple[Qt.Orientation, bool] | None = None
        self.is_single = False
        """Whether one is seen at a time."""
        self.is_turned = False
        """Whether it is the detail then."""
        self.addWidget(listed)
        self.addWidget(detail)
        self.setStretchFactor(0, 1)

    def lay(self, room: QSize) -> None:
        """Arrange them in so much room, in pixels."""
        px = current().px
        is_wide = room.width() >= px(BESIDE_FROM_PX)
        is_beside = is_wide or room.height() < px(UNDER_FROM_PX)
        self._set_single(is_single=is_beside and room.width() < px(ALONE_BELOW_PX))
        way = Qt.Orientation.Horizontal if is_beside else Qt.Orientation.Vertical
        if self.is_single or (way, is_wide) == self._laid:
            return
        self._laid = (way, is_wide)
        self.setOrientation(way)
        whole = room.width() if is_beside else room.height()
        detail = px(DETAIL_PX if is_wide else DETAIL_NARROW_PX) if is_beside else room.height() // 2
        self.setSizes([whole - detail - 1, detail])
        self.apply()

    def turn(self, *, to_detail: bool) -> None:
        """Show the one or the other, where only one is seen."""
        if self.is_single and to_detail is not self.is_turned:
            self.is_turned = to_detail
            self._show()

    def _set_single(self, *, is_single: bool) -> None:
        if is_single is not self.is_single:
            self.is_single, self.is_turned = is_single, False
            self._laid = None
            self._show()

    def _show(self) -> None:
        """Show first, hide then: the keyboard must not fall out of both."""
        shown = [(self._list, not self.is_single or not self.is_turned)]
        shown.append((self._detail, not self.is_single or self.is_turned))
        for part, is_shown in sorted(shown, key=lambda one: not one[1]):
            part.setVisible(is_shown)
        self.turned.emit()
