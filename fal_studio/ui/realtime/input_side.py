"""The input side of the desk: the paper with its tools, and what else can be laid on it."""

import base64
from functools import cached_property

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.ui import clipboard
from fal_studio.ui.realtime.canvas import Canvas
from fal_studio.ui.realtime.drawing_menu import DrawingMenu
from fal_studio.ui.realtime.result_view import ResultView
from fal_studio.ui.realtime.side_head import SideHead
from fal_studio.ui.realtime.sources import Sources
from fal_studio.ui.realtime.tools import Tools
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import Divider, ElidedLabel
from fal_studio.words import tr


class InputSide(QWidget):
    """The drawing, or a recorded input in its place."""

    picture_wanted = Signal()
    """A picture of the disk shall be laid on the paper: `sources.open_picture`."""
    told = Signal(str)
    swap_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self.canvas = Canvas(self)
        self.tools = Tools(self.canvas, self)
        self.recorded = ResultView(self)
        """The recorded input, in the drawing's place."""
        self.recorded.hide()
        self.sources = Sources(self.canvas.show_frame, self.told.emit, self)
        self.picture = Button(
            tr("Picture…"),
            "quiet",
            icon="image",
            scale="s",
            tooltip=tr("Lay a picture on the paper; dropping and pasting one does the same"),
        )
        self.camera = Button(tr("Camera"), "quiet", icon="video", scale="s", checkable=True)
        self.screen_ = Button(
            tr("Screen"),
            "quiet",
            icon="fullscreen",
            scale="s",
            checkable=True,
            tooltip=tr("Choose a part of the screen; it is sent whenever it changes"),
        )
        self.unsent = ElidedLabel(tr("not sent: takes no picture"), "caption", "ask")
        self.unsent.hide()
        self.swap = IconButton("swap", tr("Swap input and result"), parent=self)
        self.picture.clicked.connect(self.picture_wanted)
        self.canvas.dropped.connect(self.sources.take)
        self.canvas.menu_wanted.connect(self._on_menu_wanted)
        self.sources.laid.connect(self.canvas.put)
        self.sources.changed.connect(self._show_source)
        self.camera.clicked.connect(self._on_camera)
        self.screen_.clicked.connect(self._on_screen)
        self.swap.clicked.connect(self.swap_wanted)
        self._lay_out()

    def drawing(self, *, as_bytes: bool) -> bytes | str:
        """Return the paper as a JPEG: its bytes, or a data URL."""
        data = self.canvas.jpeg()
        return data if as_bytes else f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"

    def show_recorded(self, *, shown: bool) -> None:
        """Show the recorded input in place of the drawing, or the drawing again."""
        self.recorded.setVisible(shown)
        for widget in (self.tools, self.canvas):
            widget.setVisible(not shown)

    def let_go_of_source(self) -> None:
        """Stop the camera or the screen."""
        self.sources.stop()
        self._show_source()

    def paste(self) -> None:
        """Lay the clipboard's picture on the paper."""
        if not self.sources.take(clipboard.held()):
            self.told.emit(tr("The clipboard holds no picture."))

    def let_go(self) -> None:
        """End what runs beside."""
        self.sources.close()

    @cached_property
    def _menu(self) -> DrawingMenu:
        menu = DrawingMenu(self.canvas, self.tools, self)
        menu.paste_wanted.connect(self.paste)
        menu.picture_wanted.connect(self.picture_wanted)
        return menu

    def _on_menu_wanted(self, at: QPoint) -> None:
        self._menu.offer(at)

    def _on_camera(self, is_on: bool) -> None:
        if is_on:
            self.sources.start_camera()
        else:
            self.sources.stop()
        self._show_source()

    def _on_screen(self, is_on: bool) -> None:
        if is_on:
            self.sources.start_screen()
        else:
            self.sources.stop()
        self._show_source()

    def _show_source(self) -> None:
        self.camera.setChecked(self.sources.running == "camera")
        self.screen_.setChecked(self.sources.running == "screen")

    def _lay_out(self) -> None:
        tools = self.tools
        head = SideHead(tr("Input"), self)
        head.put_first(self.picture, self.camera, self.screen_)
        head.put_last(self.unsent, tools.undo, tools.redo, tools.clear, self.swap)
        head.spare()
        page = QHBoxLayout()
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(tools)
        page.addWidget(Divider(Qt.Orientation.Vertical))
        page.addWidget(self.canvas, 1)
        page.addWidget(self.recorded, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(Divider())
        column.addLayout(page)
