"""The line above a result that is one of several: which one it is, how the others are, and all of them ended at once."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.call import CallState, Phase
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.words import tr

HIGH_PX = 33
"""As high as the tabs of the editor beside it, so that their lines meet."""
_WORDS = {
    Phase.DONE: tr("done"),
    Phase.FAILED: tr("failed"),
    Phase.UNKNOWN: tr("unknown"),
    Phase.CANCELLED: tr("cancelled"),
    Phase.CANCEL_REQUESTED: tr("cancelling"),
    Phase.RUNNING: tr("running"),
    Phase.FETCHING: tr("fetching"),
    Phase.QUEUED: tr("queued"),
    Phase.SUBMITTED: tr("sent"),
    Phase.UPLOADING: tr("uploading"),
    Phase.WAITING: tr("waiting here"),
}


class BatchBar(QWidget):
    """Says "3 of 4" and steps; hidden where a result is the only one."""

    step_wanted = Signal(int)
    """1 for the next, -1 for the one before."""
    cancel_wanted = Signal()
    """End all that are open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self._before = IconButton(
            "chevron-left", tr("The result before"), shortcut_text="Alt+PgUp", scale="s", parent=self
        )
        self._after = IconButton(
            "chevron-right", tr("The next result"), shortcut_text="Alt+PgDown", scale="s", parent=self
        )
        self._place = Label("", "value", "1", parent=self)
        self._states = ElidedLabel("", "cell", "3", parent=self)
        self.cancel = Button(tr("Cancel all"), "quiet", scale="s", parent=self)
        self.cancel.setToolTip(tr("Cancel all of these that are open (Shift+Esc)"))
        row = QHBoxLayout()
        row.setContentsMargins(px(8), 0, px(8), 0)
        row.setSpacing(px(4))
        row.addWidget(self._before)
        row.addWidget(self._place)
        row.addWidget(self._after)
        row.addSpacing(px(8))
        row.addWidget(self._states, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        column.addWidget(Divider())
        self.setFixedHeight(px(HIGH_PX))
        self._before.clicked.connect(lambda: self.step_wanted.emit(-1))
        self._after.clicked.connect(lambda: self.step_wanted.emit(1))
        self.cancel.clicked.connect(self.cancel_wanted)

    @property
    def words(self) -> str:
        """All that it says."""
        return f"{self._place.text()}: {self._states.text()}"

    def show_batch(self, place: int, states: Sequence[CallState]) -> None:
        """Show which one this is, from 0, and how all of them are."""
        self._place.setText(tr("{place} of {count}").format(place=place + 1, count=len(states)))
        self._before.setEnabled(place > 0)
        self._after.setEnabled(place < len(states) - 1)
        counts = Counter(state.phase for state in states)
        self._states.set_text(", ".join(f"{counts[p]} {words}" for p, words in _WORDS.items() if counts[p]))
        self.cancel.setVisible(any(not state.is_ended for state in states))
        self.setAccessibleName(self.words)
