"""The strip at the foot of the form: what the field in focus is for, and what it takes."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field
from fal_studio.ui import theme
from fal_studio.ui.request.inputs.facts import about_of, facts_of
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.words import tr

HELP_PX = 58
READING = tr("Still reading the JSON")


class HelpStrip(QWidget):
    """Two lines; their room is always there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        px = theme.current().px
        self._first = ElidedLabel("", "cell", "2", parent=self)
        self._second = ElidedLabel("", "cell", "3", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(8), px(16), px(8))
        column.setSpacing(0)
        self._reading = Label(READING, "cell", "3", parent=self)
        self._reading.hide()
        foot = QHBoxLayout()
        foot.setSpacing(px(12))
        foot.addWidget(self._second, 1)
        foot.addWidget(self._reading)
        column.addWidget(self._first)
        column.addLayout(foot)
        self.setFixedHeight(px(HELP_PX))

    def show_field(self, field: Field, value: Json, *, sent: bool) -> None:
        """Tell of a field and of the value it has."""
        about = about_of(field).replace("`", "")  # marks of a document, which are not rendered here
        self._first.set_text(f"{field.name} – {' '.join(about.split())}" if about else field.name)
        self._second.set_text(", ".join(facts_of(field, value, sent=sent)))
        for line in (self._first, self._second):
            line.setToolTip(f"{field.name}: {about}" if about else "")

    def show_reading(self, *, is_reading: bool) -> None:
        """Say that the fields may be those of the JSON as it was before."""
        self._reading.setVisible(is_reading)

    def clear(self) -> None:
        """Tell nothing."""
        self._first.set_text("")
        self._second.set_text("")

    def text(self) -> str:
        """Return both lines."""
        return f"{self._first.text()}\n{self._second.text()}"
