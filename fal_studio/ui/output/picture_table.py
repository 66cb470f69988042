"""Many pictures side by side, small: walked through with the arrow keys, several chosen, opened, saved and pulled out."""

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QListWidget, QListWidgetItem, QWidget

from fal_studio.core.artifacts import Artifact
from fal_studio.ui import icons, theme
from fal_studio.ui.key_choice import hears
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.decode import look
from fal_studio.ui.surface import grounded
from fal_studio.words import tr

SIDE = 168
"""Logical pixels of a small picture."""


class _Answers(QObject):
    ready = Signal(str, QImage, str)


class _Making(QRunnable):
    def __init__(self, key: str, data: bytes, side: int) -> None:
        super().__init__()
        self.answers = _Answers()
        self._key, self._data, self._side = key, data, side

    def run(self) -> None:
        looked = look(self._data, self._side)
        image = looked.image
        if max(image.width(), image.height()) > self._side:
            smooth = Qt.TransformationMode.SmoothTransformation
            image = image.scaled(self._side, self._side, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        self.answers.ready.emit(self._key, image, looked.error)


class PictureTable(QListWidget):
    """Makes its small pictures one after another, away from the window's thread; only those are held."""

    open_wanted = Signal(int)
    copy_wanted = Signal(tuple)
    drag_wanted = Signal(tuple, QImage)
    chosen_changed = Signal()

    def __init__(self, bytes_of: Bytes, parent: QWidget) -> None:
        super().__init__(parent)
        px = theme.current().px
        self.setAccessibleName(tr("All pictures"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        grounded(self, "stage")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(px(SIDE), px(SIDE)))
        self.setGridSize(QSize(px(SIDE + 24), px(SIDE + 40)))
        self.setViewportMargins(px(8), px(8), 0, px(8))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setWordWrap(False)
        self._bytes = bytes_of
        self._files: tuple[Artifact, ...] = ()
        self._left: deque[Artifact] = deque()
        self._told: dict[str, str] = {}
        self._waiting = ""
        """The key of the picture that is being made or fetched."""
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        bytes_of.arrived.connect(self._on_arrived)
        bytes_of.failed.connect(self._on_failed)
        self.itemActivated.connect(self._on_activated)
        self.itemSelectionChanged.connect(self.chosen_changed)

    @property
    def chosen(self) -> tuple[Artifact, ...]:
        """The chosen pictures in their order; all of them if none is chosen."""
        rows = sorted(self.row(item) for item in self.selectedItems())
        return tuple(self._files[row] for row in rows) or self._files

    @property
    def is_complete(self) -> bool:
        """Whether every small picture is there, or known to be none."""
        return not self._waiting and not self._left

    def show_files(self, files: Sequence[Artifact], place: int) -> None:
        """Show these pictures, with one chosen."""
        if tuple(files) != self._files:
            self._files = tuple(files)
            self.clear()
            for file in files:
                item = QListWidgetItem(icons.icon("image", "text.off"), file.name)
                item.setToolTip(file.name)
                self.addItem(item)
            self._left = deque(files)
            self._waiting = ""
            self._describe()
            self._go_on()
        self.setCurrentRow(place)

    def set_told(self, told: dict[str, str]) -> None:
        """Say what people wrote that pictures show, by their keys."""
        self._told = told
        self._describe()

    def _describe(self) -> None:
        for row, file in enumerate(self._files):
            self.item(row).setData(
                int(Qt.ItemDataRole.AccessibleDescriptionRole), self._told.get(file.key, "")
            )

    def let_go(self) -> None:
        """Wait for what is being made, and hold no pictures."""
        self._left.clear()
        self._waiting, self._files = "", ()
        self.clear()
        self._pool.clear()
        self._pool.waitForDone(3000)

    def startDrag(self, supported: Qt.DropAction) -> None:
        """Pull the chosen pictures out."""
        del supported
        icon = self.item(max(0, self.currentRow())).icon()
        self.drag_wanted.emit(self.chosen, icon.pixmap(self.iconSize()).toImage())

    @hears("output.viewer")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy files, open with Enter."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit(self.chosen)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.open_wanted.emit(self.currentRow())
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_G, Qt.Key.Key_F11):
            event.ignore()  # the window's own keys
        else:
            super().keyPressEvent(event)

    def _go_on(self) -> None:
        if not self._left:
            self._waiting = ""
            return
        file = self._left.popleft()
        self._waiting = file.key
        if (found := self._bytes.get(file)) is not None:
            self._make(file.key, found[0])

    def _make(self, key: str, data: bytes) -> None:
        work = _Making(key, data, round(theme.current().px(SIDE) * self.devicePixelRatioF()))
        work.answers.ready.connect(self._on_made)
        self._pool.start(work)

    def _on_arrived(self, key: str) -> None:
        file = next((file for file in self._files if file.key == key), None)
        if key == self._waiting and file is not None and (found := self._bytes.get(file)) is not None:
            self._make(key, found[0])

    def _on_failed(self, key: str, message: str) -> None:
        if key == self._waiting:
            self._on_made(key, QImage(), message)

    def _on_made(self, key: str, image: QImage, error: str) -> None:
        for row, file in enumerate(self._files):
            item = self.item(row)
            if file.key == key:
                item.setIcon(self._icon(image) if not error else icons.icon("warning", "bad"))
                item.setToolTip(f"{file.name}: {error}" if error else file.name)
        if key == self._waiting:
            self._go_on()

    def _icon(self, image: QImage) -> QIcon:
        """Return a picture in the middle of a square, so that all names stand in a line."""
        ratio = self.devicePixelRatioF()
        square = QPixmap(self.iconSize() * ratio)
        square.fill(Qt.GlobalColor.transparent)
        painter = QPainter(square)
        area = image.rect()
        area.moveCenter(square.rect().center())
        painter.drawImage(area, image)
        painter.end()
        square.setDevicePixelRatio(ratio)
        icon = QIcon(square)
        icon.addPixmap(square, QIcon.Mode.Selected)  # a chosen picture keeps its colours
        return icon

    def _on_activated(self, item: QListWidgetItem) -> None:
        self.open_wanted.emit(self.row(item))
