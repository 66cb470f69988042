"""The strip at the foot of the form: what the field in focus is for, and what it takes."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field
from fal_studio.ui import theme
from fal_studio.ui.request.inputs.facts import about_of, facts_of
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

HELP_PX = 58
_MOST_LINES = 6
_SHARE = 3
"""At most one of so many parts of the form: the fields are what it is about."""
READING = tr("Still reading the JSON")


class HelpStrip(QWidget):
    """What a field is for, over as many lines as that takes, and a line of what it takes.

    Room for two lines is always there. More is taken upwards, where nothing moves but the end of what is seen of the form.
    """

    fitted = Signal()
    """Its height is another one; see `more_px`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        px = theme.current().px
        self.more_px = 0
        """How much of its height is for more than the two lines."""
        self._first = Paragraph("", "cell", "2", parent=self)
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
        self._column = column
        self._fit()

    def show_field(self, field: Field, value: Json, *, sent: bool) -> None:
        """Tell of a field and of the value it has."""
        about = about_of(field).replace("`", "")  # marks of a document, which are not rendered here
        self._first.set_text(f"{field.name} – {' '.join(about.split())}" if about else field.name)
        self._second.set_text(", ".join(facts_of(field, value, sent=sent)))
        self._fit()
        for line in (self._first, self._second):
            line.setToolTip(f"{field.name}: {about}" if about else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the lines that the new width asks for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        theme_ = theme.current()
        around, line = self._column.contentsMargins(), theme_.line_px("cell")
        wide = self.width() - around.left() - around.right()
        form = self.parentWidget()
        room = (form.height() if form is not None else 0) // _SHARE - theme_.px(HELP_PX) + line
        most = max(line, min(_MOST_LINES * line, room // line * line))
        high = min(self._first.heightForWidth(wide), most) if self._first.text() else line
        self._first.setFixedHeight(high)
        self.more_px = high - line
        self.setFixedHeight(theme_.px(HELP_PX) + self.more_px)
        self.fitted.emit()

    def show_reading(self, *, is_reading: bool) -> None:
        """Say that the fields may be those of the JSON as it was before."""
        self._reading.setVisible(is_reading)

    def clear(self) -> None:
        """Tell nothing."""
        self._first.set_text("")
        self._second.set_text("")
        self._fit()

    def text(self) -> str:
        """Return both lines."""
        return f"{self._first.text()}\n{self._second.text()}"
