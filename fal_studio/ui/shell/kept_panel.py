"""The list of kept comparisons: found by words, model and age, opened, renamed, and deleted with a way back."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QWidget

from fal_studio.core.comparing.outcome import Row
from fal_studio.ui.compare.words import counted, day_and_time
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import ChoiceBox, SearchField
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.ui.widgets.rows import TRAILING_ROLE, as_rows
from fal_studio.words import tr

WIDE_PX, TOP_PX, LIST_PX = 640, 72, 300
_ID_ROLE = int(Qt.ItemDataRole.UserRole) + 21
_SHOWN = 36
_DAY_S = 86_400.0
_AGES = ((tr("Any time"), None), (tr("Last 24 hours"), _DAY_S), (tr("Last 7 days"), 7 * _DAY_S), (tr("Last 30 days"), 30 * _DAY_S))  # fmt: skip
_ALL = tr("All models")


def found(rows: Sequence[Row], words: str, model: str = "", since_s: float | None = None) -> tuple[Row, ...]:
    """Return the rows in which every word stands, of a model ("" for all), made after `since_s`; their order is kept."""
    wanted = words.casefold().split()
    return tuple(
        row
        for row in rows
        if all(word in _told(row) for word in wanted)
        and (not model or model in row.endpoints)
        and (since_s is None or row.made_wall_s >= since_s)
    )


def _told(row: Row) -> str:
    return " ".join(
        (row.title, row.prompt, *row.endpoints, *row.names, day_and_time(row.made_wall_s))
    ).casefold()


class KeptPanel(FloatingPanel):
    """Enter or a double click opens, F2 renames, Delete deletes."""

    open_wanted = Signal(str)
    rename_wanted = Signal(str, str)
    """A comparison and its new title."""
    delete_wanted = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Kept comparisons"), window)
        self._window = window
        self._rows: tuple[Row, ...] = ()
        self._is_filling = False
        self.search = SearchField(tr("Words of the title, the prompt, a model or a date"), parent=self)
        self.models = ChoiceBox(name=tr("Model"), parent=self)
        self.ages = ChoiceBox(name=tr("Age"), parent=self)
        self.ages.addItems([words for words, _ in _AGES])
        self.view = QListView(self)
        self._model = QStandardItemModel(self)
        self._words = ElidedLabel("", "caption", "3", parent=self)
        self._rename = Button(tr("Rename"), "quiet", hint="F2", parent=self)
        self._delete = Button("Delete", "quiet", icon="trash", hint="Del", parent=self)
        self._open = Button(tr("Open"), "primary", parent=self)
        self._fill()
        self.search.textChanged.connect(self._show)
        self.models.currentIndexChanged.connect(self._show)
        self.ages.currentIndexChanged.connect(self._show)
        self.view.doubleClicked.connect(self._on_open)
        self.view.selectionModel().currentChanged.connect(self._show_state)
        self._model.itemChanged.connect(self._on_item_changed)
        self._open.clicked.connect(self._on_open)
        self._rename.clicked.connect(self._on_rename)
        self._delete.clicked.connect(self._on_delete)

    @property
    def chosen(self) -> str:
        """The comparison that the keyboard is on; "" for none."""
        index = self.view.currentIndex()
        return str(index.data(_ID_ROLE)) if index.isValid() else ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The comparisons that are listed."""
        return tuple(str(self._model.item(at).data(_ID_ROLE)) for at in range(self._model.rowCount()))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """List other ones; what is looked for stays."""
        self._rows = tuple(rows)
        model = self.models.currentText()
        names = sorted({name for row in rows for name in row.endpoints})
        before = self.models.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.models.clear()
        self.models.addItems([_ALL, *names])
        self.models.setCurrentIndex(max(0, self.models.findText(model)))
        self.models.blockSignals(before)
        self._show()

    def ask(self) -> None:
        """Open the panel with the keyboard in the search."""
        self.place_high(current().px(WIDE_PX), current().px(TOP_PX))
        self.open()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def choose(self, comparison: str) -> None:
        """Put the keyboard on one."""
        ids = self.ids
        if comparison in ids:
            self._choose(ids.index(comparison))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open, rename, delete, walk from the search into the list."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_open()
        elif key == Qt.Key.Key_F2:
            self._on_rename()
        elif key == Qt.Key.Key_Delete and self.view.hasFocus():
            self._on_delete()
        elif key == Qt.Key.Key_Down and self.search.hasFocus():
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        px = current().px
        view = self.view
        view.setModel(self._model)
        as_rows(view)
        view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName(tr("Kept comparisons"))
        view.setFixedHeight(px(LIST_PX))
        grounded(view, "float")
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.search, 1)
        row.addWidget(self.models)
        row.addWidget(self.ages)
        self.models.setMinimumWidth(px(132))
        self.models.setMaximumWidth(px(180))
        self.body.addLayout(row)
        self.body.addWidget(view)
        self.foot.addWidget(self._words, 1)
        for button in (self._rename, self._delete, self._open):
            self.foot.addWidget(button)

    def _show(self) -> None:
        chosen, at = self.chosen, max(0, self.view.currentIndex().row())
        age_s = _AGES[max(0, self.ages.currentIndex())][1]
        model = self.models.currentText() if self.models.currentIndex() > 0 else ""
        rows = found(self._rows, self.search.text(), model, None if age_s is None else time.time() - age_s)
        self._is_filling = True
        self._model.clear()
        for row in rows:
            self._model.appendRow(_item(row))
        self._is_filling = False
        if rows:
            ids = [row.id for row in rows]
            self._choose(ids.index(chosen) if chosen in ids else min(at, len(ids) - 1))
        self._show_state()

    def _choose(self, at: int) -> None:
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.view.selectionModel().setCurrentIndex(self._model.index(at, 0), flag)

    def _show_state(self) -> None:
        shown, whole = self._model.rowCount(), len(self._rows)
        if not whole:
            words = tr("Nothing is kept yet: every comparison that has run is kept by itself.")
        else:
            words = (
                tr("{shown} of {counted}").format(shown=shown, counted=counted(whole, "comparison"))
                if shown < whole
                else counted(whole, "comparison")
            )
        self._words.set_text(words)
        for button in (self._open, self._rename, self._delete):
            button.setEnabled(bool(self.chosen))

    def _on_item_changed(self, item: QStandardItem) -> None:
        title, comparison = item.text().strip(), str(item.data(_ID_ROLE))
        before = next((row.title for row in self._rows if row.id == comparison), "")
        if self._is_filling or title == before:
            return
        if title:
            self.rename_wanted.emit(comparison, title)
        else:
            self._is_filling = True
            item.setText(before)
            self._is_filling = False

    def _on_open(self, _index: QModelIndex | None = None) -> None:
        if self.chosen:
            self.open_wanted.emit(self.chosen)
            self.dismiss()

    def _on_rename(self) -> None:
        if self.chosen:
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.view.edit(self.view.currentIndex())

    def _on_delete(self) -> None:
        if self.chosen:
            self.delete_wanted.emit(self.chosen)


def _item(row: Row) -> QStandardItem:
    item = QStandardItem(row.title)
    prompt = row.prompt if len(row.prompt) <= _SHOWN else f"{row.prompt[: _SHOWN - 1]}…"
    stopped = tr(", stopped") if row.is_stopped else ""
    size = f"{counted(row.lanes, 'lane')} × {row.runs}{stopped}"
    trailing = "   ".join(part for part in (prompt, size, day_and_time(row.made_wall_s)) if part)
    item.setData(trailing, TRAILING_ROLE)
    item.setData(row.id, _ID_ROLE)
    item.setData(f"{row.title}, {trailing}", int(Qt.ItemDataRole.AccessibleTextRole))
    item.setToolTip("\n".join(part for part in (row.prompt, ", ".join(row.endpoints)) if part))
    return item
