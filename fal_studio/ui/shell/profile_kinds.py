"""The kinds of profiles that can be added, with a sentence each: shown where a profile has nothing to set."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from fal_studio.core.request import ProfileKind
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr


class ProfileKinds(QWidget):
    """A button and what it is for, in a line each."""

    wanted = Signal(ProfileKind)

    def __init__(
        self,
        names: Mapping[ProfileKind, str],
        about: Mapping[ProfileKind, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        px = current().px
        self.buttons: dict[ProfileKind, Button] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, px(20), 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(12))
        grid.setColumnStretch(1, 1)
        grid.addWidget(Divider(), 0, 0, 1, 2)
        grid.addWidget(Label(tr("Add a profile"), "chosen", "1"), 1, 0, 1, 2)
        for row, (kind, name) in enumerate(names.items(), start=2):
            button = Button(name, icon="plus", parent=self)
            button.setAccessibleDescription(about[kind])
            button.clicked.connect(partial(self._on_clicked, kind))
            self.buttons[kind] = button
            grid.addWidget(button, row, 0)
            grid.addWidget(Paragraph(about[kind], "cell", "2"), row, 1, Qt.AlignmentFlag.AlignVCenter)
        wide = max(button.sizeHint().width() for button in self.buttons.values())
        for button in self.buttons.values():
            button.setFixedWidth(wide)

    def _on_clicked(self, kind: ProfileKind) -> None:
        self.wanted.emit(kind)
