"""The events of a call: a list that follows the newest until somebody looks, and the chosen one in full."""

import json
from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.events import Event
from fal_studio.ui import icons, theme
from fal_studio.ui.highlight import JsonHighlighter
from fal_studio.ui.stream.delegate import EventDelegate
from fal_studio.ui.stream.model import Column, EventsModel
from fal_studio.ui.stream.rows import detail
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.finding import Finder

DETAIL_UP_TO_CHARS = 200_000
"""Longer events are cut in the detail view; copying still gives all."""


class EventsPane(QWidget):
    """Everything that happened, in order."""

    copy_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("eventsPane")
        self._model = EventsModel(self)
        self._view = _make_view(self._model)
        self._view.setParent(self)
        self._detail = _DetailView(self)
        self._detail.copy_wanted.connect(self.copy_wanted)
        self._jump = _JumpBar(self)
        self._jump.jump_wanted.connect(self.follow)
        self._follows = True
        self._seen = 0
        self._waiting: list[Event] = []
        self._lay_out()
        self._view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._view.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def model(self) -> EventsModel:
        """The rows."""
        return self._model

    @property
    def follows(self) -> bool:
        """Whether the newest event is kept in sight."""
        return self._follows

    def show_call(self, events: Sequence[Event]) -> None:
        """Show the events of a call from the beginning."""
        self._waiting.clear()
        self._model.show(events)
        self._detail.clear()
        self.follow()

    def append(self, events: Sequence[Event]) -> None:
        """Put new events at the end; a hidden pane takes them when it is shown."""
        if not self.isVisible():
            self._waiting.extend(events)
            return
        self._model.append(events)
        if self._follows:
            self._view.scrollToBottom()
        else:
            self._jump.show_new(self._model.rowCount() - self._seen)

    def follow(self) -> None:
        """Keep the newest in sight from now on."""
        self._follows = True
        self._jump.hide()
        self._view.clearSelection()
        self._view.scrollToBottom()

    def stop_following(self) -> None:
        """Leave the list where it is."""
        if self._follows:
            self._follows = False
            self._seen = self._model.rowCount()

    def select(self, row: int) -> None:
        """Choose an event."""
        self._view.selectRow(row)

    def focus_list(self) -> None:
        """Put the keyboard into the list."""
        self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_find(self) -> None:
        """Look for words."""
        self._detail.finder.open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self._detail.finder.step(step)

    def showEvent(self, event: object) -> None:
        """Take what came while hidden."""
        super().showEvent(event)  # pyright: ignore[reportArgumentType] - Qt's own
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self.append(waiting)

    def _lay_out(self) -> None:
        top = QWidget(self)
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._view, 1)
        column.addWidget(self._jump)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(top)
        split.addWidget(self._detail)
        split.setSizes([340, 200])
        split.setStretchFactor(0, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)

    def _on_selection_changed(self, chosen: QItemSelection, _before: QItemSelection) -> None:
        indexes = chosen.indexes()
        if indexes:
            self.stop_following()
            self._detail.show_event(indexes[0].row(), self._model.event_at(indexes[0].row()))

    def _on_scrolled(self, value: int) -> None:
        bar = self._view.verticalScrollBar()
        if self._follows and value < bar.maximum() - 1 and bar.isSliderDown():
            self.stop_following()

    def _on_theme_changed(self) -> None:
        colours = theme.current()
        self._view.verticalHeader().setDefaultSectionSize(colours.px(HEIGHTS["event"]))
        wide = QFontMetrics(colours.font("cell")).horizontalAdvance("0")
        header = self._view.horizontalHeader()
        header.setFixedHeight(colours.px(HEIGHTS["header"]))
        sizes = {
            Column.NUMBER: wide * 6,
            Column.TIME: wide * 9,
            Column.GAP: wide * 8 + 36,
            Column.KIND: 118,
            Column.SIZE: 72,
        }
        for section, width in sizes.items():
            header.resizeSection(section, colours.px(width))


def _make_view(model: EventsModel) -> QTableView:
    view = QTableView()
    view.setObjectName("eventsList")
    view.setAccessibleName("Events")
    view.setModel(model)
    view.setItemDelegate(EventDelegate(view))
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setCornerButtonEnabled(False)
    view.setMouseTracking(True)
    view.setTabKeyNavigation(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().hide()
    view.verticalHeader().setMinimumSectionSize(16)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setStretchLastSection(True)
    header.setMinimumSectionSize(24)
    return view


class _JumpBar(QWidget):
    """Says that new events came while the list stood still."""

    jump_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("jumpBar")
        self._words = QLabel("Following stopped where you looked", self)
        self._words.setProperty("role", "caption")
        self._button = QPushButton("", self)
        self._button.setProperty("kind", "quiet")
        self._button.setIcon(icons.icon("arrow-down", "accent.text"))
        self._button.clicked.connect(self.jump_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.addWidget(self._words)
        row.addStretch(1)
        row.addWidget(self._button)
        self.hide()

    def show_new(self, count: int) -> None:
        """Show how many events came since."""
        self._button.setText(f"Jump to latest ({count} new)")
        self.show()


class _DetailView(QWidget):
    """One event in full, as JSON."""

    copy_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self.setMinimumHeight(110)
        self._title = QLabel("Choose an event to see all of it", self)
        self._copy = QPushButton("", self)
        self._copy.setProperty("kind", "quiet")
        self._copy.setIcon(icons.icon("copy"))
        self._copy.setToolTip("Copy this event as JSON")
        self._copy.setAccessibleName("Copy this event as JSON")
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self._whole))
        self._text = QPlainTextEdit(self)
        self._text.setAccessibleName("Event as JSON")
        self._text.setReadOnly(True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setTabChangesFocus(True)
        self._highlighter = JsonHighlighter(self._text.document())
        self._whole = ""
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 8, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._text, 1)
        self.finder = Finder(self._text, "the event", lambda bar: column.insertWidget(1, bar))
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self._title.setText("Choose an event to see all of it")
        self._text.clear()
        self._whole = ""
        self._copy.setEnabled(False)

    def show_event(self, number: int, event: Event) -> None:
        """Show one event."""
        self._whole = json.dumps(detail(event.fact), ensure_ascii=False, indent=2, default=str)
        self._title.setText(f"Event {number}  at {event.t_ns / 1e6:,.1f} ms, {type(event.fact).__name__}")
        more = "" if len(self._whole) <= DETAIL_UP_TO_CHARS else "\n… copy it to see the rest"
        self._text.setPlainText(self._whole[:DETAIL_UP_TO_CHARS] + more)
        self._copy.setEnabled(True)

    def _on_theme_changed(self) -> None:
        self._text.setFont(theme.current().font("mono"))
        self._text.document().setDocumentMargin(theme.current().px(12))


def index_of(model: EventsModel, row: int) -> QModelIndex:
    """Return the index of a row's preview, for tests and drivers."""
    return model.index(row, Column.PREVIEW)
