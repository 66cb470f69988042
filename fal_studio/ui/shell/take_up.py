"""Taking up a request that was sent elsewhere: its id is pasted, or picked from what the account ran lately."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QGridLayout, QListView, QWidget

from fal_studio.core.listing import Listed
from fal_studio.core.request import Json
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.queue.words import brief
from fal_studio.ui.request.endpoint_text import endpoint_of, endpoint_problem
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import ModelBox, TextField, mark_error
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.rows import ICON_ROLE, TRAILING_ROLE, as_rows
from fal_studio.words import tr

SIZE = QSize(520, 440)
_ID_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_GIVEN_ROLE = _ID_ROLE + 1


class TakeUpPanel(FloatingPanel):
    """Endpoint, id, and the recent requests of the endpoint to pick from."""

    recent_wanted = Signal(str)
    """An endpoint; answer with `show_recent` or `show_problem`."""
    take_up_wanted = Signal(str, str, object)
    """Endpoint, request id, and the inputs as far as they are known."""

    def __init__(self, catalogue: Catalogue, window: QWidget) -> None:
        super().__init__(tr("Take up a request"), window)
        self._catalogue = catalogue
        self._asked = ""
        self.box = ModelBox(parent=self)
        self.box.setProperty("scale", "")
        self.id = TextField("", tr("Paste a request id"), name=tr("Request id"), mono=True)
        self._model = QStandardItemModel(self)
        self.view = QListView(self)
        self._words = ElidedLabel("", "caption", "3", parent=self)
        self._take = Button(tr("Take it up"), "primary", parent=self)
        self._fill()
        self.box.activated.connect(self._on_endpoint_chosen)
        line = self.box.lineEdit()
        assert line is not None
        line.editingFinished.connect(self._on_endpoint_chosen)
        self.id.textEdited.connect(self._on_id_edited)
        self.id.returnPressed.connect(self._on_take)
        self.view.clicked.connect(self._on_picked)
        self.view.activated.connect(self._on_picked_and_taken)
        self._take.clicked.connect(self._on_take)

    @property
    def endpoint(self) -> str:
        """The endpoint that is written."""
        return endpoint_of(self.box.currentText())

    def show_for(self, endpoint: str) -> None:
        """Begin with an endpoint, the one in front."""
        self.box.set_endpoints([known.id for known in self._catalogue.all()])
        self.box.setEditText(endpoint)
        self.id.clear()
        self._asked = ""
        self._on_endpoint_chosen()
        self._show_state()
        self.open()
        self.id.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_recent(self, endpoint: str, found: Sequence[Listed]) -> None:
        """List what the account ran on the endpoint lately, newest first."""
        if endpoint != self.endpoint:
            return
        self._model.clear()
        now_s = time.time()
        for listed in found:
            item = QStandardItem(listed.request_id)
            item.setEditable(False)
            words = tr("{ended}, {part} ago").format(
                ended=_ended(listed), part=brief(max(0.0, now_s - listed.sent_s))
            )
            item.setData(words, TRAILING_ROLE)
            item.setData(_icon(listed), ICON_ROLE)
            item.setData(listed.request_id, _ID_ROLE)
            item.setData(listed.given, _GIVEN_ROLE)
            item.setData(f"{listed.request_id}, {words}", int(Qt.ItemDataRole.AccessibleTextRole))
            self._model.appendRow(item)
        self._words.set_text(
            "" if found else tr("No request of {endpoint} in the last 24 hours.").format(endpoint=endpoint)
        )

    def show_problem(self, endpoint: str, why: str) -> None:
        """Say why nothing is listed."""
        if endpoint == self.endpoint:
            self._model.clear()
            self._words.set_text(why)

    def event(self, event: QEvent) -> bool:
        """Enter in the endpoint field belongs to the field."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Return and self.box.hasFocus():
            event.accept()
            return True
        return super().event(event)

    def _fill(self) -> None:
        px = current().px
        view = self.view
        view.setModel(self._model)
        as_rows(view)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setAccessibleName(tr("Recent requests of this endpoint"))
        grounded(view, "float")
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        grid.addWidget(Label(tr("endpoint"), "control", "2", of=self.box), 0, 0)
        grid.addWidget(self.box, 0, 1)
        grid.addWidget(Label(tr("request id"), "control", "2", of=self.id), 1, 0)
        grid.addWidget(self.id, 1, 1)
        grid.setColumnMinimumWidth(0, px(80))
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addSpacing(px(8))
        self.body.addWidget(Label(tr("Recent requests of this endpoint"), "section", "1"))
        self.body.addWidget(view, 1)
        self.foot.addWidget(self._words, 1)
        self.foot.addWidget(self._take)

    def _on_endpoint_chosen(self) -> None:
        problem = endpoint_problem(self.endpoint)
        mark_error(self.box, problem)
        if self.endpoint == self._asked:
            return
        self._asked = self.endpoint
        self._model.clear()
        self._show_state()
        if not problem:
            self._words.set_text(tr("Asking …"))
            self.recent_wanted.emit(self.endpoint)

    def _on_id_edited(self, text: str) -> None:
        """Take the address of a request apart: it names the endpoint too."""
        head, found, tail = text.strip().partition("/requests/")
        if found and "://" in head:
            self.box.setEditText(endpoint_of(head))
            self.id.setText(tail.split("/", 1)[0].split("?", 1)[0])
            self._on_endpoint_chosen()
        self._show_state()

    def _on_picked(self, index: QModelIndex) -> None:
        self.id.setText(str(index.data(_ID_ROLE)))
        self._show_state()

    def _on_picked_and_taken(self, index: QModelIndex) -> None:
        self._on_picked(index)
        self._on_take()

    def _on_take(self) -> None:
        if not self._take.isEnabled():
            return
        request_id = self.id.text().strip()
        self.take_up_wanted.emit(self.endpoint, request_id, self._given(request_id))
        self.dismiss()

    def _given(self, request_id: str) -> Json:
        """Return the inputs of a request that was listed with them."""
        for at in range(self._model.rowCount()):
            item = self._model.item(at)
            if item.data(_ID_ROLE) == request_id and isinstance(item.data(_GIVEN_ROLE), dict):
                return item.data(_GIVEN_ROLE)
        return {}

    def _show_state(self) -> None:
        problem = endpoint_problem(self.endpoint)
        why = problem or ("" if self.id.text().strip() else tr("Paste an id, or pick one below."))
        self._take.setEnabled(not why)
        self._take.setToolTip(why)


def _ended(listed: Listed) -> str:
    if listed.ended_s is None:
        return tr("open")
    return (
        tr("done")
        if listed.status is None or listed.status < 400
        else tr("failed with {status}").format(status=listed.status)
    )


def _icon(listed: Listed) -> str:
    if listed.ended_s is None:
        return "running"
    return "done" if listed.status is None or listed.status < 400 else "failed"
