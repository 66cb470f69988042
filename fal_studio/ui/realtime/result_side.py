"""The result side of the desk: the newest answer, how old it is, and a window of its own for a second screen."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio import figures
from fal_studio.ui.realtime.numbers import age
from fal_studio.ui.realtime.result_view import ResultView
from fal_studio.ui.realtime.side_head import SideHead
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.words import tr


class ResultSide(QWidget):
    """Shows pictures and words; `own` is the second window while there is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self.view = ResultView(self)
        self.frame_words, self.zoom_words = Label("", "caption", "3"), Label("", "caption", "3")
        self.detach = IconButton("detach", tr("Show the result in a window of its own"), parent=self)
        self.links = Button(
            tr("Fetch links"),
            "quiet",
            icon="link",
            scale="s",
            checkable=True,
            tooltip=tr("Fetch and show the pictures that answers only link to; the key is never sent along"),
        )
        self.links.hide()
        """There once an answer was a link."""
        self.own: ResultWindow | None = None
        self.detach.clicked.connect(self.open_own)
        head = SideHead(tr("Result"), self)
        head.put_first(self.frame_words)
        head.put_last(self.links, self.zoom_words, self.detach)
        head.spare(self.zoom_words, self.frame_words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(Divider())
        column.addWidget(self.view)

    def show_image(self, image: QImage) -> None:
        """Show a picture, in the second window too."""
        self.view.show_image(image)
        if self.own is not None:
            self.own.show_image(image)

    def clear(self) -> None:
        """Show no answer."""
        self.view.clear()
        if self.own is not None:
            self.own.clear()

    def show_frame(self, number: int, old_ms: float | None) -> None:
        """Say which frame is shown, how old it is (None: there is none), and how large."""
        self.frame_words.setText(
            "" if old_ms is None else tr("frame {number}   age {age}").format(number=number, age=age(old_ms))
        )
        zoom = self.view.zoom()
        size = self.view.image.size()
        self.zoom_words.setText(
            ""
            if zoom is None
            else tr("{width} × {height} at {zoom}").format(
                width=size.width(), height=size.height(), zoom=figures.percent(zoom)
            )
        )

    def open_own(self) -> None:
        """Show the result in a window of its own."""
        if self.own is None:
            self.own = ResultWindow(self)
            self.own.closed.connect(self._on_own_closed)
        self.own.show_image(self.view.image)
        self.own.show()

    def let_go(self) -> None:
        """Close the second window."""
        if self.own is not None:
            self.own.close()

    def _on_own_closed(self) -> None:
        self.own = None


class ResultWindow(ResultView):
    """The result on a second screen."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("{name} - fal Studio").format(name=tr("Live result")))
        self.resize(720, 720)

    def closeEvent(self, event: Any) -> None:
        """Say so."""
        super().closeEvent(event)
        self.closed.emit()
