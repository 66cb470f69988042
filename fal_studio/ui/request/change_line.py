"""The line under the run bar that says that the endpoint's inputs are not what they were."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.core.schema.drift import summed_up
from fal_studio.ui import theme
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.day import moment
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.core.catalogue import InputsChange


class ChangeLine(QWidget):
    """36 px; hidden while nothing changed."""

    show_wanted = Signal()
    seen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._line = NoticeLine(
            "",
            "ask",
            icon="warning",
            actions=(("show", tr("Show what changed"), "default"), ("seen", tr("Got it"), "quiet")),
            parent=self,
        )
        self._line.action_wanted.connect(self._on_action)
        row = QHBoxLayout(self)
        px = theme.current().px
        row.setContentsMargins(px(12), 0, px(12), px(8))
        row.addWidget(self._line)
        self.hide()

    @property
    def text(self) -> str:
        """What it says, "" while it is hidden."""
        return "" if self.isHidden() else self._line.accessibleName()

    def tell(self, change: "InputsChange | None") -> None:
        """Say what changed, or nothing."""
        if change is not None:
            self._line.set_text(
                tr("The model's inputs changed since {moment}: {summed_up}").format(
                    moment=moment(change.since_s), summed_up=summed_up(change.drifts)
                )
            )
        self.setVisible(change is not None)

    def _on_action(self, key: str) -> None:
        (self.show_wanted if key == "show" else self.seen).emit()
