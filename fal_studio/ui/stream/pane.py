"""The events of a call: a list that follows the newest until somebody looks, and the chosen one in full."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QItemSelection, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from fal_studio import figures
from fal_studio.core.events import Event
from fal_studio.ui import key_choice, theme
from fal_studio.ui.stream.detail import DetailView
from fal_studio.ui.stream.events_list import EventsList
from fal_studio.ui.stream.json_path import pick_of
from fal_studio.ui.stream.jump_bar import JumpBar
from fal_studio.ui.stream.model import Column, EventsModel
from fal_studio.ui.stream.side import Side
from fal_studio.ui.stream.timebar import TimeBar
from fal_studio.ui.stream.waiting import WaitingLine
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import SearchField, TextField, mark_error
from fal_studio.ui.widgets.kept_sizes import KeptSplitter
from fal_studio.words import tr, trn

_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
SIFT_AT_ONCE = 400
"""Events that are held against a filter between two frames."""
_SIDE_PX = 288
_SIDE_FROM_PX = 560
"""In a narrower pane there is no room beside the list."""
_SIZE_FROM_PX = 760
"""In a narrower pane the preview has the room of the sizes."""
_GAP_FROM_PX = 280
"""In a narrower list what came has the room of the gaps."""


class EventsPane(QWidget):
    """Everything that happened, in order; beside it the latest value. It can be looked back at, with its own timing."""

    copy_wanted = Signal(str)
    save_wanted = Signal(str, object)
    """See `Side.save_wanted`."""
    transcript_wanted = Signal()
    """All that came shall be saved as it came."""
    frame_wanted = Signal(int)
    """See `DetailView.frame_wanted`; answer with `detail.show_frame`."""

    def __init__(
        self,
        latest: QWidget,
        parent: QWidget | None = None,
        tree: QWidget | None = None,
        *,
        is_low: bool = False,
    ) -> None:
        """`latest`: a widget that is a `side.Latest`; `tree`: one that is a `detail.Tree`, for events as trees.

        `is_low`: there is much width and little height, and the latest value is seen elsewhere.
        """
        super().__init__(parent)
        self.setObjectName("eventsPane")
        laid(self, "panel")
        self._is_low = is_low
        self._model = EventsModel(self)
        self._view = EventsList(self._model, self)
        self.detail = DetailView(self, tree)
        self.detail.frame_wanted.connect(self.frame_wanted)
        self.detail.copy_wanted.connect(self.copy_wanted)
        self.detail.save_wanted.connect(self._on_save_event)
        self.side = Side(latest, self)
        self.side.copy_wanted.connect(self.copy_wanted)
        self.side.save_wanted.connect(self.save_wanted)
        self.bar = TimeBar(self)
        self._waiting = WaitingLine(self)
        self._jump = JumpBar(self)
        self._jump.jump_wanted.connect(self.follow)
        self._follow_button = Button(tr("Follow"), icon="pause", scale="s", parent=self)
        self._follow_button.setToolTip(tr("Keep the newest event in sight"))
        self.filter = SearchField(tr("Filter events  /"), scale="s", parent=self)
        self.filter.setAccessibleName(tr("Filter events"))
        asked = tr("JSONPath: {example}").format(example="$.images[*].url")
        self.path = TextField("", asked, scale="s", mono=True, parent=self)
        self.path.setAccessibleName(tr("JSONPath: what is taken out of every event"))
        self._matches = QLabel("", self)
        self._matches.setProperty("role", "caption")
        self._follows = True
        self._seen = 0
        self._is_dirty = self._moves_selection = False
        self._sifting = QTimer(self)
        self._sifting.setInterval(0)
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        self._show_follow()

    @property
    def model(self) -> EventsModel:
        """The rows."""
        return self._model

    @property
    def follows(self) -> bool:
        """Whether the newest event is kept in sight."""
        return self._follows

    def show_call(self, events: Sequence[Event]) -> None:
        """Show the events of a call from the beginning; `grow` shows those that are put at their end later."""
        self._is_dirty = False
        self._model.show(events)
        self._sift()
        self.detail.clear()
        self.bar.show_events(events)
        self.side.show_events(events)
        self._show_matches()
        self.follow()

    def grow(self, *, is_ended: bool = False) -> None:
        """Show what the call has by now; a hidden pane does so when it is shown."""
        if not self.isVisible():
            self._is_dirty = True
            return
        self._model.grow()
        self.bar.ruler.grow()
        if is_ended:
            self.bar.ruler.fit()
        self.side.grow()
        self._show_matches()
        if self._follows:
            self._view.scrollToBottom()
        else:
            self._jump.show_new(len(self._model.events) - self._seen)

    def follow(self) -> None:
        """Keep the newest in sight from now on."""
        self._follows = True
        self.bar.pause()
        self.bar.ruler.set_place(None)
        self.side.look_at(None)
        self._jump.hide()
        self._view.clearSelection()
        self.detail.clear()
        self._view.scrollToBottom()
        self._show_follow()

    def stop_following(self) -> None:
        """Leave the list where it is."""
        if self._follows:
            self._follows = False
            self._seen = len(self._model.events)
            self._jump.show_new(0)
            self._show_follow()

    def select(self, row: int) -> None:
        """Choose an event."""
        self._view.selectRow(row)

    def focus_list(self) -> None:
        """Put the keyboard into the list."""
        self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_find(self) -> None:
        """Look for words."""
        self.detail.open_find()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self.detail.find_step(step)

    def show_age(self, now_s: float, *, is_ended: bool) -> None:
        """Say what is waited for in an open stream; `now_s` is the age of the call."""
        self._waiting.show_age(self._model.events, now_s, is_ended=is_ended)

    def show_flags(self, first_ns: int | None, useful_ns: int | None) -> None:
        """Mark the first event and the first useful preview on the ruler."""
        self.bar.ruler.set_flags(first_ns, useful_ns)

    def showEvent(self, event: object) -> None:
        """Take what came while hidden."""
        super().showEvent(event)  # pyright: ignore[reportArgumentType] - Qt's own
        if self._is_dirty:
            self._is_dirty = False
            self.grow()

    def resizeEvent(self, event: object) -> None:
        """Give the side its room where there is enough."""
        super().resizeEvent(event)  # pyright: ignore[reportArgumentType] - Qt's own
        px = theme.current().px
        self.side.setVisible(self.width() >= px(_SIDE_FROM_PX) and not self._is_low)
        self._view.setColumnHidden(Column.SIZE, self.width() < px(_SIZE_FROM_PX))
        letter = QFontMetrics(theme.current().font("log")).averageCharWidth()
        self._model.set_room(self._view.width() // max(1, letter))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the list before the list itself looks for letters, and Ctrl+S before the window does."""
        if watched is self.filter:
            return self._take_filter_key(event) or super().eventFilter(watched, event)
        if event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._on_list_resized)  # the list itself is resized after this
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Save):
                event.accept()
                return True
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            meant = key_choice.current().meant("stream.pane", event)
            if meant is not None and self._take_key(meant):
                return True
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        """/ filters, n and N step, b shows bytes, Space plays, Enter opens, End and Esc follow."""
        keys: dict[str, Callable[[], object]] = {
            "/": lambda: self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason),
            "n": lambda: self._step(1),
            "N": lambda: self._step(-1),
            "b": lambda: self.detail.set_form("pretty" if self.detail.form.current() == "bytes" else "bytes"),
            " ": self.bar.toggle,
        }
        if self._follows and event.key() in _ARROWS:
            self._leave_newest()
        if (do := keys.get(event.text())) is not None:
            do()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.detail.has_event:
            self._split.setSizes([1, 2] if self._split.sizes()[0] > self._split.sizes()[1] else [2, 1])
            self._split.note()
        elif event.key() == Qt.Key.Key_End or (event.key() == Qt.Key.Key_Escape and not self._follows):
            self.follow()
        elif event.matches(QKeySequence.StandardKey.Save):
            self.transcript_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Copy) and self.detail.has_event:
            self.copy_wanted.emit(self.detail.whole)
        else:
            return False
        return True

    def _leave_newest(self) -> None:
        """Let the arrows begin at the newest row, which is in sight, and not at the first."""
        last = self._model.index(self._model.rowCount() - 1, Column.NUMBER)
        if last.isValid():
            self.stop_following()
            self._view.setCurrentIndex(last)

    def _take_filter_key(self, event: QEvent) -> bool:
        """Enter and Down go from the filter into the list, Esc takes the filter away first."""
        if not isinstance(event, QKeyEvent) or event.type() == QEvent.Type.KeyRelease:
            return False
        is_escape = event.key() == Qt.Key.Key_Escape and bool(self.filter.text())
        if event.type() == QEvent.Type.ShortcutOverride:
            if is_escape:
                event.accept()  # it is no Stop while there is a filter to take away
            return is_escape
        if is_escape:
            self.filter.clear()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            return False
        self.focus_list()
        return True

    def set_path(self, text: str) -> None:
        """Take what a JSONPath names out of every event; "" for what models are known to say."""
        pick, why = pick_of(text)
        mark_error(self.path, why)
        if not why:
            self.side.set_pick(pick)
        self._show_matches()

    def _step(self, step: int) -> None:
        rows = self._view.selectionModel().selectedRows()
        row = (rows[0].row() if rows else -1) + step
        if 0 <= row < self._model.rowCount():
            self._view.selectRow(row)

    def _connect(self) -> None:
        self._view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._view.installEventFilter(self)
        self.filter.installEventFilter(self)
        self._view.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._follow_button.clicked.connect(self._on_follow_clicked)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.path.editingFinished.connect(lambda: self.set_path(self.path.text()))
        self.bar.moved.connect(self._on_moved)
        self.side.frame_chosen.connect(self._on_moved)
        self._sifting.timeout.connect(self._sift)
        theme.current().changed.connect(self._on_theme_changed)

    def _lay_out(self) -> None:
        px = theme.current().px
        tools = QHBoxLayout()
        tools.setContentsMargins(px(12), px(6), px(12), px(6))
        tools.setSpacing(px(8))
        tools.addWidget(self._follow_button)
        tools.addWidget(self.filter, 1)
        tools.addWidget(self.path, 1)
        tools.addWidget(self._matches)
        top = QWidget(self)
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._view, 1)
        column.addWidget(self._waiting)
        column.addWidget(self._jump)
        across = Qt.Orientation.Horizontal if self._is_low else Qt.Orientation.Vertical
        self._split = KeptSplitter(across, "events", self)
        self._split.addWidget(top)
        self._split.addWidget(self.detail)
        self._split.setSizes([300, 200])
        # In a low window both give way, so that the list shows more than the chosen row.
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        beside = KeptSplitter(Qt.Orientation.Horizontal, "events beside", self)
        beside.addWidget(self._split)
        beside.addWidget(self.side)
        self.side.setMinimumWidth(px(200))
        beside.setSizes([px(600), px(_SIDE_PX) // 2])
        beside.setStretchFactor(0, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(tools)
        whole.addWidget(self.bar)
        whole.addWidget(beside, 1)

    def _on_filter_changed(self, words: str) -> None:
        self._model.set_filter(words)
        self._sift()

    def _sift(self) -> None:
        self._model.sift(SIFT_AT_ONCE)
        if self._model.is_sifting:
            self._sifting.start()
        else:
            self._sifting.stop()
        self._show_matches()

    def _show_matches(self) -> None:
        parts: list[str] = []
        if self.filter.text().strip():
            parts.append(
                tr("{row_count} of {count}").format(
                    row_count=figures.number(self._model.rowCount()),
                    count=figures.number(len(self._model.events)),
                )
            )
        if self.path.text().strip():
            count = self.side.extract.matches
            parts.append(trn("1 match", "{count} matches", count).format(count=figures.number(count)))
        self._matches.setText(", ".join(parts))
        self._matches.setVisible(bool(parts))

    def _on_moved(self, number: int) -> None:
        """Look at the moment of an event."""
        self.stop_following()
        if not self.bar.is_playing:
            self.bar.ruler.set_place(self._model.events[number].t_ns)
        self.side.look_at(number)
        row = self._model.row_of(number)
        if row >= 0:
            self._moves_selection = True
            self._view.selectRow(row)
            self._moves_selection = False

    def _on_list_resized(self) -> None:
        """Keep the chosen event in sight: what opens below it takes the room of the list's last rows."""
        self._view.setColumnHidden(Column.GAP, self._view.width() < theme.current().px(_GAP_FROM_PX))
        self._view.leave_out()
        if not self._follows and (chosen := self._view.currentIndex()).isValid():
            self._view.scrollTo(chosen)

    def _on_selection_changed(self, chosen: QItemSelection, _before: QItemSelection) -> None:
        indexes = chosen.indexes()
        if not indexes:
            return
        self.stop_following()
        row = indexes[0].row()
        if not self.bar.is_playing:
            self.detail.show_event(self._model.number(row), self._model.event_at(row))
        if not self._moves_selection:
            self.bar.pause()
            self.bar.ruler.set_place(self._model.event_at(row).t_ns)
            self.side.look_at(self._model.number(row))

    def _on_save_event(self, text: str) -> None:
        self.save_wanted.emit("text", text)

    def _on_follow_clicked(self) -> None:
        if self._follows:
            self.stop_following()
        else:
            self.follow()

    def _show_follow(self) -> None:
        self._follow_button.setText(tr("Following") if self._follows else tr("Follow"))
        self._follow_button.set_icon_name("pause" if self._follows else "play")

    def _on_scrolled(self, value: int) -> None:
        bar = self._view.verticalScrollBar()
        if self._follows and value < bar.maximum() - 1 and bar.isSliderDown():
            self.stop_following()

    def _on_theme_changed(self) -> None:
        self._view.fit()
