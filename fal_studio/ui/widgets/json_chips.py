"""How held text looks in the JSON: a chip with its kind and size in the middle of the line."""

from PySide6.QtCore import QObject, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPyTextObject, QTextCharFormat, QTextDocument, QTextFormat

from fal_studio.ui import theme
from fal_studio.ui.theme import text_width
from fal_studio.ui.widgets.json_display import Held

KIND = QTextFormat.ObjectTypes.UserObject.value + 1
_LABEL = QTextFormat.Property.UserProperty.value + 1
_NUMBER = _LABEL + 1


class Chips(QPyTextObject):
    """Draws the chips of a document, and knows the text behind each."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._held: list[Held] = []
        self._sizes: dict[str, QSizeF] = {}
        theme.current().changed.connect(self._sizes.clear)

    def form_of(self, held: Held) -> QTextCharFormat:
        """Return the format that makes a mark the chip of this text."""
        form = QTextCharFormat()
        form.setObjectType(KIND)
        form.setProperty(_LABEL, held.label)
        form.setProperty(_NUMBER, len(self._held))
        self._held.append(held)
        return form

    def held_by(self, form: QTextFormat) -> Held | None:
        """Return the text behind a chip, None for the format of ordinary text."""
        number = form.property(_NUMBER)
        return self._held[number] if isinstance(number, int) else None

    def forget(self) -> None:
        """Let go of all text; to be called when the document is empty."""
        self._held.clear()

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:  # noqa: A002, N803
        """Return the size of a chip."""
        del doc, posInDocument
        label = str(format.property(_LABEL))
        size = self._sizes.get(label)
        if size is None:  # Qt asks for every chip in sight with every key
            width = text_width("caption", label) + theme.current().px(14)
            size = self._sizes[label] = QSizeF(width, theme.current().metrics("mono").ascent())
        return size

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF,
        doc: QTextDocument,
        posInDocument: int,  # noqa: N803 - Qt's name
        format: QTextFormat,  # noqa: A002 - Qt's name
    ) -> None:
        """Draw one chip."""
        del doc, posInDocument
        colours = theme.current()
        box = rect.adjusted(
            1, 0, -1, theme.current().metrics("mono").descent() - 1
        )  # it stands on the baseline
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.color("bg.hover"))
        painter.drawRoundedRect(box, colours.px(4), colours.px(4))
        painter.setFont(colours.font("caption"))
        painter.setPen(colours.color("text.2"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(format.property(_LABEL)))
        painter.restore()
