"""The list of events: one line for each, columns as wide as their letters want."""

from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from fal_studio.ui import theme
from fal_studio.ui.stream.delegate import EventDelegate
from fal_studio.ui.stream.model import Column, EventsModel
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.kept_sizes import KeptHead
from fal_studio.words import tr

_LEAST_PREVIEW_PX = 64


class EventsList(QTableView):
    """Shows the rows of a model; widths that somebody gave its columns are kept."""

    def __init__(self, model: EventsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setObjectName("eventsList")
        self.setAccessibleName(tr("Events"))
        self.setItemDelegate(EventDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(16)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._wide: dict[Column, int] = dict.fromkeys(Column, 0)
        """How wide columns are at first, in pixels."""
        self._head = KeptHead("events", self)
        self.setHorizontalHeader(self._head)
        self._head.setStretchLastSection(True)
        self._head.setMinimumSectionSize(24)
        self._head.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room, also when only the bar at the side came."""
        super().resizeEvent(event)
        self.leave_out()

    def leave_out(self) -> None:
        """Leave out the number, or the preview, too, where time and kind would be cut: the detail tells both."""
        fixed = (Column.TIME, Column.GAP, Column.KIND, Column.SIZE)
        used = sum(self._wide[one] for one in fixed if not self.isColumnHidden(one))
        room, least = self.viewport().width() - used, theme.current().px(_LEAST_PREVIEW_PX)
        has_preview = room >= least
        has_number = room >= self._wide[Column.NUMBER] + (least if has_preview else 0)
        self.setColumnHidden(Column.PREVIEW, not has_preview)
        self.setColumnHidden(Column.NUMBER, not has_number)
        if (
            has_preview
        ):  # it comes back as wide as it once was, and is stretched only when the head is resized
            others = sum(
                self._head.sectionSize(one) for one in (Column.NUMBER, *fixed)
            )  # 0 for what is left out
            rest = self.viewport().width() - others
            self._head.resizeSection(Column.PREVIEW, max(rest, self._head.minimumSectionSize()))

    def fit(self) -> None:
        """Give rows and columns their sizes anew: letters are as large as they are now."""
        looks = theme.current()
        self.verticalHeader().setDefaultSectionSize(looks.px(HEIGHTS["event"]))
        wide = QFontMetrics(looks.font("cell")).horizontalAdvance("0")
        header = self._head
        header.setFixedHeight(looks.px(HEIGHTS["header"]))
        px = looks.px
        sizes = {  # letters are measured as large as they are now
            Column.NUMBER: wide * 5 + px(10),
            Column.TIME: wide * 7 + px(10),
            Column.GAP: wide * 6 + px(46),
            Column.SIZE: px(64),
        }
        longest = ceil(theme.text_width("cell", tr("connection")))  # of the kinds that are seen in every call
        sizes[Column.KIND] = max(px(96), longest + px(38))
        self._wide = sizes
        for section, width in sizes.items():
            header.resizeSection(section, width)
        header.apply()
        self.leave_out()
