"""The chosen call at the side of the list: its state, why it failed, its logs and its inputs."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.events import Event
from fal_studio.core.history import CallRow
from fal_studio.ui.models import Calls
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.state_label import StateLabel


class CallDetail(QWidget):
    """One call in full. A call that is not in memory is asked for by whoever shows it."""

    copy_wanted = Signal(str)
    check_wanted = Signal(str)

    def __init__(self, calls: Calls, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._calls = calls
        self._row: CallRow | None = None
        px = current().px
        self._state = StateLabel("draft", parent=self)
        self._endpoint = ElidedLabel("", "control", "1", quiet_until="/", parent=self)
        self._id = Label("", "mono", "2", selectable=True, parent=self)
        self._copy = IconButton("copy", "Copy the request id", scale="s", parent=self)
        row = QHBoxLayout()
        row.setContentsMargins(px(12), 0, px(8), 0)
        row.setSpacing(px(8))
        row.addWidget(self._state)
        row.addWidget(self._endpoint, 1)
        row.addWidget(self._id)
        row.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addStretch(1)
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self._row.request_id if self._row else ""))
        self.show_call(None)

    def show_call(self, row: CallRow | None) -> None:
        """Show another call, or none."""
        self._row = row
        for widget in (self._state, self._endpoint, self._id, self._copy):
            widget.setVisible(row is not None)
        if row is not None:
            self._state.set_state(row.phase.value)
            self._endpoint.set_text(row.endpoint)
            self._id.setText(row.request_id)

    def take(self, call: str, _events: Sequence[Event]) -> None:
        """Show what is new in the call."""
        if self._row is not None and call == self._row.call:
            self.show_call(self._calls.row(call))
