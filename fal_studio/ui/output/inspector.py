"""One request taken apart: what it was sent with, every exchange on one time scale, and where each one's time went."""

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.events import Event
from fal_studio.core.request import Request
from fal_studio.ui import theme
from fal_studio.ui.output.exchange_text import text_of
from fal_studio.ui.output.waterfall import Lane, Waterfall, lanes_of, line_of
from fal_studio.ui.output.waterfall_key import WaterfallKey
from fal_studio.ui.output.waterfall_menu import WaterfallMenu
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.finding import Finder
from fal_studio.ui.widgets.kept_sizes import KeptSplitter
from fal_studio.ui.widgets.labels import Divider
from fal_studio.words import tr


class Inspector(QWidget):
    """The waterfall, and the chosen exchange in full."""

    archive_wanted = Signal()
    transcript_wanted = Signal()
    copy_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self.lanes: tuple[Lane, ...] = ()
        self._request: Request | None = None
        self._request_id = ""
        self.waterfall = Waterfall()
        self.waterfall.chosen.connect(self._on_chosen)
        self.waterfall.menu_wanted.connect(self._on_menu_wanted)
        self.key = WaterfallKey(self.waterfall, self)
        self._text = QPlainTextEdit(self)
        self._text.setAccessibleName(tr("The chosen exchange"))
        self._text.setReadOnly(True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setTabChangesFocus(True)
        self._archive = Button(
            tr("Save as HAR"), icon="save", scale="s", tooltip=tr("Save as HTTP archive, without keys")
        )
        self._archive.clicked.connect(self.archive_wanted)
        self._transcript = Button(
            tr("Save transcript"), icon="save", scale="s", tooltip=tr("Save every byte as it came")
        )
        self._transcript.clicked.connect(self.transcript_wanted)
        self._copy = Button(tr("Copy request id"), icon="copy", scale="s")
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self._request_id))
        self._lay_out()
        self.finder = Finder(self._text, tr("the exchange"), lambda bar: self._below.insertWidget(0, bar))
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """What is told of the chosen lane."""
        return self._text.toPlainText()

    def show_call(
        self, events: Sequence[Event], request: Request | None, request_id: str, *, has_bytes: bool
    ) -> None:
        """Show a call as far as it is; `has_bytes`: there is a transcript of it."""
        self._request, self._request_id = request, request_id
        self.lanes = lanes_of(events)
        self.waterfall.show_lanes(self.lanes)
        self._area.setMaximumHeight(self.waterfall.sizeHint().height())
        for button in (self._archive, self._transcript, self._copy):
            button.setEnabled(bool(self.lanes))
        self._transcript.setVisible(has_bytes)
        self._copy.setVisible(bool(request_id))
        self._show_detail(self.waterfall.index)

    def open_find(self) -> None:
        """Look for words."""
        self.finder.open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self.finder.step(step)

    @cached_property
    def _menu(self) -> WaterfallMenu:
        menu = WaterfallMenu(self._copy, (self._archive, self._transcript), self)
        menu.copy_wanted.connect(self.copy_wanted)
        return menu

    def _on_menu_wanted(self, at: QPoint) -> None:
        self._menu.offer(at, [line_of(lane) for lane in self.lanes], self.waterfall.index, self.text)

    def _on_chosen(self, index: int) -> None:
        self._show_detail(index)
        row = self.waterfall.row_of(index)
        self._area.ensureVisible(0, row.center().y(), 0, row.height())

    def _show_detail(self, index: int) -> None:
        text = tr("Run a request to see where its time goes.")
        self.key.show_lane(self.lanes[index] if self.lanes else None)
        if self.lanes:
            text = text_of(self.lanes, index, self._request)
        if text != self._text.toPlainText():
            self._text.setPlainText(text)

    def _lay_out(self) -> None:
        px = theme.current().px
        tools = QHBoxLayout()
        tools.setContentsMargins(px(12), px(6), px(12), px(6))
        tools.setSpacing(px(8))
        for button in (self._archive, self._transcript):
            tools.addWidget(button)
        tools.addStretch(1)
        tools.addWidget(self._copy)
        area = self._area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = laid(QWidget(), "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.waterfall)
        column.addStretch(1)
        area.setWidget(inner)
        above = laid(QWidget(self), "panel")
        rows = QVBoxLayout(above)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(area, 1000)
        rows.addWidget(Divider())
        rows.addWidget(self.key)
        rows.addStretch(1)  # few rows have their key right below them
        below = QWidget(self)
        self._below = QVBoxLayout(below)
        self._below.setContentsMargins(0, 0, 0, 0)
        self._below.setSpacing(0)
        self._below.addWidget(self._text, 1)
        split = KeptSplitter(Qt.Orientation.Vertical, "timeline", self)
        split.addWidget(above)
        split.addWidget(below)
        split.setSizes([220, 260])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(tools)
        whole.addWidget(Divider())
        whole.addWidget(split, 1)

    def _on_theme_changed(self) -> None:
        self._text.setFont(theme.current().font("mono"))
        self._text.document().setDocumentMargin(theme.current().px(12))
