"""The private run on the Options page: one press, and in words what it does and what it cannot do."""

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core import privacy
from fal_studio.core.request import Mode, Options
from fal_studio.ui import mirroring, theme
from fal_studio.ui.widgets.labels import Label, Mark
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr


class PrivateRow(QWidget):
    """Off or on."""

    chosen = Signal(object)
    """The new Options."""

    def __init__(self, name_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = Options()
        self.switch = SegmentedControl(
            (Part("off", tr("off")), Part("on", tr("on"))), "off", name=tr("private run"), parent=self
        )
        self.switch.chosen.connect(self._on_chosen)
        self._name = Label(tr("private run"), "control", "2", parent=self)
        self._lock = Mark("lock", "accent.line", 14, self)
        self._does = Paragraph(privacy.OFF, "caption", "3", parent=self)
        self._cannot = Paragraph(privacy.CANNOT, "caption", "3", parent=self)
        px = theme.current().px
        self._name.setFixedSize(px(name_px), px(28))
        control = QHBoxLayout()
        control.setSpacing(px(8))
        control.addWidget(self._name)
        control.addWidget(self.switch)
        control.addWidget(self._lock)
        control.addStretch(1)
        column = QVBoxLayout(self)
        mirroring.margins(column, px(10), 0, 0, 0)
        column.setSpacing(px(6))
        column.addLayout(control)
        column.addWidget(self._does)
        column.addWidget(self._cannot)

    @property
    def about(self) -> str:
        """What it says."""
        return " ".join(one.text() for one in (self._does, self._cannot) if not one.isHidden())

    def show_options(self, options: Options, mode: Mode) -> None:
        """Show whether a request with these options would be private."""
        self._options = options
        is_able = privacy.can_be_private(mode)
        is_on = is_able and privacy.is_private(options)
        self.switch.setEnabled(is_able)
        self._name.setEnabled(is_able)
        self._name.set_tone("1" if is_on else "2")
        self.switch.set_chosen("on" if is_on else "off")
        self._lock.setVisible(is_on)
        self._does.set_text(privacy.ON if is_on else privacy.OFF if is_able else privacy.WHY_NO_SESSION)
        self._cannot.setVisible(is_on)
        self.switch.setAccessibleDescription(self.about)

    def _on_chosen(self, key: str) -> None:
        is_on = key == "on"
        self.chosen.emit(
            msgspec.structs.replace(
                self._options,
                store_io=False if is_on else None,
                object_lifetime_s=privacy.SHORTEST_LIFETIME_S if is_on else None,
            )
        )
