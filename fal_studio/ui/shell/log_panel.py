"""The program's own log, to be read, searched and copied; and the report of a mistake."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from fal_studio.core.log_record import Record
from fal_studio.ui.queue.log_view import LogLine, LogView, level_of, log_lines
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

_NOTHING = tr("Nothing was worth a line since the start.")
_ABOUT = tr("The newest lines since the start. Keys and tokens are taken out; nothing is sent anywhere.")
_REPORT = tr(
    "This is all that the report holds: versions, and where the mistake happened. Keys and tokens are taken out, "
    "and nothing is sent by itself. Copy it into a message to whoever looks after fal Studio for you."
)


class LogPanel(FloatingPanel):
    """Filter, search and follow are those of the logs of calls."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Log"), window)
        self.log = LogView()
        self.copy = Button(tr("Copy"), "default", icon="copy", tooltip=tr("Copy the lines that are shown"))
        self._words = ElidedLabel(_ABOUT, "caption", "3")
        self.head.insertWidget(self.head.count() - 2, self.log.tools)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.log, 1)
        self.foot.addWidget(self._words, 1)
        self.foot.addWidget(self.copy)
        self.copy.clicked.connect(self._on_copy_clicked)

    def show_records(self, records: Sequence[Record]) -> None:
        """Show these from the beginning."""
        self.log.show_lines([line for record in records for line in lines_of_record(record)], _NOTHING)

    def append(self, records: Sequence[Record]) -> None:
        """Put newer ones at the end."""
        self.log.append_lines([line for record in records for line in lines_of_record(record)])

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.log.text)
        self._words.set_text(tr("Copied"))


class ReportPanel(FloatingPanel):
    """What a report says, before it is copied."""

    log_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Report of a mistake"), window)
        px = current().px
        self.about = Paragraph(_REPORT, "cell", "2")
        self.text = QPlainTextEdit()
        grounded(self.text, "field")
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Report"))
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setTabChangesFocus(True)
        self.text.setFont(current().font("log"))
        self.text.document().setDocumentMargin(px(10))
        self.log = Button(tr("Show log"))
        self.copy = Button(tr("Copy report"), "primary", icon="copy")
        self._words = ElidedLabel("", "caption", "3")
        self.body.addWidget(self.about)
        self.body.addWidget(self.text, 1)
        self.foot.addWidget(self._words, 1)
        self.foot.addWidget(self.log)
        self.foot.addWidget(self.copy)
        self.copy.clicked.connect(self._on_copy_clicked)
        self.log.clicked.connect(self._on_log_clicked)

    def show_report(self, text: str) -> None:
        """Open it with a report, in the middle of the window."""
        window, px = self.window(), current().px
        self.text.setPlainText(text)
        self._words.set_text("")
        wide, high = min(px(760), window.width() - px(48)), min(px(520), window.height() - px(48))
        self.place(QRect((window.width() - wide) // 2, (window.height() - high) // 2, wide, high))
        if not self.isVisible():
            self.open()
        self.copy.setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._words.set_text(tr("Copied"))

    def _on_log_clicked(self) -> None:
        self.dismiss()
        self.log_wanted.emit()


def lines_of_record(record: Record) -> list[LogLine]:
    """Return a record as the view shows it."""
    return log_lines(record.when(), level_of(record.level.lower()), f"{record.name}: {record.text}")
