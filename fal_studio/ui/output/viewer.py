"""A window of its own for the pictures of a call: each as large as it is, with what its file says, or all of them small."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, QPoint, QRunnable, Qt, QThreadPool, Signal
from PySide6.QtGui import QCloseEvent, QColor, QContextMenuEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fal_studio.core.artifacts import Artifact, in_bytes
from fal_studio.figures import number
from fal_studio.ui import mirroring, theme
from fal_studio.ui.key_choice import hears
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.canvas import Canvas, levels
from fal_studio.ui.output.decode import Looked, look
from fal_studio.ui.output.picture_table import PictureTable
from fal_studio.ui.output.pictures import described
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import LARGE
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

MOST_SIDE = 16_384
"""Pixels; a larger picture is shown smaller, and that is said."""
START = (1000, 760)
_PAN_PX = 64


class _Read(NamedTuple):
    looked: Looked
    images: tuple[QImage, ...]
    size_bytes: int


class _Answers(QObject):
    ready = Signal(str, object)


class _Reading(QRunnable):
    def __init__(self, key: str, data: bytes) -> None:
        super().__init__()
        self.answers = _Answers()
        self._key, self._data = key, data

    def run(self) -> None:
        looked = look(self._data, MOST_SIDE, exact=True)
        self.answers.ready.emit(self._key, _Read(looked, levels(looked.image), len(self._data)))


class Viewer(QWidget):
    """Shows one picture of several."""

    copy_wanted = Signal(object, QImage)
    """An Artifact and how it looks."""
    keep_wanted = Signal(tuple)
    """Artifacts that are to be saved in the media folder."""
    copy_files_wanted = Signal(tuple)
    menu_wanted = Signal(object, tuple, object, QPoint)
    """An Artifact, all that are shown, how it looks (a QImage or None), and where on the screen its menu opens."""
    drag_wanted = Signal(tuple, QImage)
    chosen_changed = Signal(int)

    def __init__(self, bytes_of: Bytes, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        laid(self, "stage")
        self.setWindowTitle(tr("{name} - fal Studio").format(name=tr("Pictures")))
        self._bytes = bytes_of
        self._files: tuple[Artifact, ...] = ()
        self._place = 0
        self.made_from = ""
        """What the pictures that are put next were made from, in words."""
        self._told: dict[str, str] = {}
        self._is_fine = False
        self._waiting = ""
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self.canvas = Canvas(self)
        self._name = ElidedLabel("", "control", "1", parent=self)
        self._about = Label("", "caption", "3", parent=self)
        self._pixel = Label("", "mono", "2", parent=self)
        self._zoom = Label("", "caption", "2", parent=self)
        self.all = PictureTable(bytes_of, self)
        """The pictures side by side."""
        self.all.open_wanted.connect(self._on_open_one)
        self.all.copy_wanted.connect(self.copy_files_wanted)
        self.all.drag_wanted.connect(self.drag_wanted)
        self.all.chosen_changed.connect(self._say_chosen)
        self._problem = Paragraph("", "body", "2", centred=True, parent=self)
        self._middle = QStackedWidget(self)
        self._lay_out()
        self.canvas.changed.connect(self._show_zoom)
        self.canvas.pointed.connect(self._show_pixel)
        bytes_of.arrived.connect(self._on_arrived)
        bytes_of.failed.connect(self._on_failed)
        self.resize(theme.current().px(START[0]), theme.current().px(START[1]))

    @property
    def place(self) -> int:
        """Number of the picture that is shown."""
        return self._place

    @property
    def has_files(self) -> bool:
        """Whether there is a picture to show."""
        return bool(self._files)

    @property
    def about(self) -> str:
        """What is said about the picture."""
        return self._about.text()

    @property
    def pixel(self) -> str:
        """What is said about the pixel under the pointer."""
        return self._pixel.text()

    @property
    def problem(self) -> str:
        """Why the picture is not shown; "" if it is."""
        return self._problem.text() if self._middle.currentIndex() == 1 else ""

    @property
    def shows_all(self) -> bool:
        """Whether the pictures are shown side by side."""
        return self._middle.currentWidget() is self.all

    @property
    def is_fine(self) -> bool:
        """Whether the picture is shown with all its pixels."""
        return self._is_fine

    def show_files(self, files: Sequence[Artifact], place: int, picture: QImage | None = None) -> None:
        """Show pictures, beginning at one; `picture` is how that one looks, until its file has been read."""
        self.put_files(files, place, picture)
        self.show()
        self.raise_()
        self.activateWindow()
        self.canvas.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_all(self, *, is_wanted: bool) -> None:
        """Show the pictures side by side, or the one that is chosen there."""
        if not self._files:
            return
        if not is_wanted:
            self._on_open_one(max(0, self.all.currentRow()))
            return
        if self._place >= len(self._files):
            return
        self._waiting = ""  # what is said of the one picture is not said over all of them
        self._middle.setCurrentWidget(self.all)
        self.all.show_files(self._files, self._place)
        self._show_mode()
        self._name.set_text(tr("{count} pictures").format(count=number(len(self._files))))
        self._pixel.setText("")
        self._zoom.setText("")
        self._say_chosen()
        self.all.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_files(self, files: Sequence[Artifact], place: int, picture: QImage | None = None) -> None:
        """The same, where the window is: it does not come to the front, and takes no keyboard."""
        self._files = tuple(files)
        self._go(place, picture)

    def set_told(self, told: dict[str, str]) -> None:
        """Say what people wrote that pictures show, by their keys; it is heard of the one that is shown, too."""
        self._told = told
        self.all.set_told(told)
        if self._place < len(self._files):
            self._describe()

    def describe(self, path: str, words: str) -> None:
        """Take what a person says that a picture shows, by its path in the result; "" takes back what was said."""
        keys = {file.key for file in self._files if file.path == path}
        rest = {key: text for key, text in self._told.items() if key not in keys}
        self.set_told(rest | {key: words for key in keys if words})

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the picture that is shown, or chosen among all."""
        place = self.all.currentRow() if self.shows_all else self._place
        if not 0 <= place < len(self._files):
            return
        image = self.canvas.image
        look = None if self.shows_all or image.isNull() else image
        at = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            at = self.mapToGlobal(self.rect().center())
        self.menu_wanted.emit(self._files[place], self._files, look, at)

    def say(self, words: str) -> None:
        """Show no picture, and say why."""
        self._files, self._waiting = (), ""
        self._name.set_text("")
        self._before.hide()
        self._after.hide()
        self.canvas.setAccessibleDescription("")
        self.canvas.show_levels(())
        self._show_problem(words)

    def step(self, by: int) -> None:
        """Go to another picture; at the ends it stays."""
        place = min(len(self._files) - 1, max(0, self._place + by))
        if self._files and place != self._place:
            self._go(place, None)
            self.chosen_changed.emit(place)

    def close_media(self) -> None:
        """Wait for what is being read, and close."""
        self._waiting = ""
        self._pool.clear()
        self._pool.waitForDone(3000)
        self.all.let_go()
        self.close()

    @hears("output.viewer")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, zoom, move, leave."""
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        ways = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
        }  # fmt: skip
        if key in ways and (shift or key in (Qt.Key.Key_Up, Qt.Key.Key_Down)):
            x, y = ways[Qt.Key(key)]
            self.canvas.move_by(x * _PAN_PX, y * _PAN_PX)
        elif key in ways:
            self.step(ways[Qt.Key(key)][0])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.step(-len(self._files) if key == Qt.Key.Key_Home else len(self._files))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.canvas.zoom_by(-1 if key == Qt.Key.Key_Minus else 1)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_F):
            self.canvas.fit()
        elif key == Qt.Key.Key_1:
            self.canvas.zoom_to(1.0)
        elif key == Qt.Key.Key_G and len(self._files) > 1:
            self.show_all(is_wanted=not self.shows_all)
        elif key == Qt.Key.Key_F11:
            self.toggle_full_screen()
        elif key == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._copy()
        elif key == Qt.Key.Key_Escape:
            self.toggle_full_screen() if self.isFullScreen() else self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let go of the picture: it may be large."""
        self._waiting = ""
        self.canvas.show_levels(())
        super().closeEvent(event)
        if (parent := self.parentWidget()) is not None:
            parent.window().activateWindow()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _go(self, place: int, picture: QImage | None) -> None:
        self._place = place
        file = self._files[place]
        self._is_fine = False
        count = (
            tr("  {place} of {count}").format(place=place + 1, count=len(self._files))
            if len(self._files) > 1
            else ""
        )
        self._name.set_text(f"{file.name}{count}")
        for button, is_open in ((self._before, place > 0), (self._after, place + 1 < len(self._files))):
            button.setVisible(len(self._files) > 1)
            button.setEnabled(is_open)
        self._many.setVisible(len(self._files) > 1)
        self._describe()
        self.setWindowTitle(tr("{name} - fal Studio").format(name=file.name))
        self._about.setText(tr("reading …"))
        self._pixel.setText("")
        self._middle.setCurrentWidget(self.canvas)
        self._show_mode()
        self.canvas.show_levels((picture,) if picture is not None else ())
        self._waiting = file.key
        if (found := self._bytes.get(file)) is not None:
            self._read(file.key, found[0])

    def _describe(self) -> None:
        file = self._files[self._place]
        about = self._told.get(file.key) or self.made_from
        self.canvas.setAccessibleDescription(described(self._place, len(self._files), file.name, about))

    def _read(self, key: str, data: bytes) -> None:
        work = _Reading(key, data)
        work.answers.ready.connect(self._on_read)
        self._pool.clear()
        self._pool.start(work)

    def _on_arrived(self, key: str) -> None:
        if key == self._waiting and (found := self._bytes.get(self._files[self._place])) is not None:
            self._read(key, found[0])

    def _on_failed(self, key: str, message: str) -> None:
        if key == self._waiting:
            self._show_problem(message)

    def _on_read(self, key: str, read: _Read) -> None:
        if key != self._waiting:
            return
        self._waiting = ""
        looked = read.looked
        if looked.error:
            self._show_problem(tr("This picture cannot be shown: {error}.").format(error=looked.error))
            return
        self.canvas.show_levels(read.images, keep=not self.canvas.image.isNull())
        self._is_fine = True
        self._about.setText("  ·  ".join(_facts(looked, read.size_bytes)))
        self._show_zoom()

    def _show_problem(self, words: str) -> None:
        self._about.setText("")
        self._problem.set_text(words)
        self._middle.setCurrentIndex(1)

    def _show_zoom(self) -> None:
        is_there = not self.canvas.image.isNull()
        self._zoom.setText(f"{number(self.canvas.scale * 100, '.0f')} %" if is_there else "")

    def _show_pixel(self, x: int, y: int, colour: QColor) -> None:
        if x < 0:
            self._pixel.setText("")
            return
        alpha = f" {colour.alpha():>3}" if self.canvas.image.hasAlphaChannel() else ""
        kind = "RGBA" if alpha else "RGB"
        self._pixel.setText(
            f"x {x} y {y}   {kind} {colour.red():>3} {colour.green():>3} {colour.blue():>3}{alpha}   {colour.name()}"
        )

    def _on_open_one(self, place: int) -> None:
        self._go(place, None)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen_changed.emit(place)

    def _on_many(self, is_wanted: bool) -> None:
        if is_wanted != self.shows_all:
            self.show_all(is_wanted=is_wanted)

    def _on_keep(self) -> None:
        if not self._files:
            return
        self.keep_wanted.emit(self.all.chosen if self.shows_all else (self._files[self._place],))

    def _show_mode(self) -> None:
        """Offer what goes with one picture, or with all."""
        self._many.setChecked(self.shows_all)
        for widget in self._of_one:
            widget.setVisible(not self.shows_all)
        if not self.shows_all:
            for button in (self._before, self._after):
                button.setVisible(len(self._files) > 1)

    def _say_chosen(self) -> None:
        if self.shows_all:
            rows = len(self.all.selectedItems())
            self._about.setText(
                tr("{rows} of {count} chosen").format(rows=number(rows), count=number(len(self._files)))
                if rows
                else ""
            )

    def _copy(self) -> None:
        if self.shows_all:
            self.copy_files_wanted.emit(self.all.chosen)
            return
        if not self.canvas.image.isNull():
            self.copy_wanted.emit(self._files[self._place], self.canvas.image)

    def _lay_out(self) -> None:
        px = theme.current().px
        head, foot = laid(QWidget(self), "panel"), laid(QWidget(self), "panel")
        top, bottom = QHBoxLayout(head), QHBoxLayout(foot)
        for row in (top, bottom):
            mirroring.margins(row, px(12), 0, px(8), 0)
            row.setSpacing(px(8))
        self._before = IconButton(
            "chevron-left", tr("Picture before"), scale="s", shortcut_text="←", parent=head
        )
        self._before.clicked.connect(lambda: self.step(-1))
        self._after = IconButton(
            "chevron-right", tr("Next picture"), scale="s", shortcut_text="→", parent=head
        )
        self._after.clicked.connect(lambda: self.step(1))
        smaller = IconButton("minus", tr("Smaller"), scale="s", shortcut_text="-", parent=head)
        smaller.clicked.connect(lambda: self.canvas.zoom_by(-1))
        larger = IconButton("plus", tr("Larger"), scale="s", shortcut_text="+", parent=head)
        larger.clicked.connect(lambda: self.canvas.zoom_by(1))
        fit = Button(tr("Fit"), "quiet", scale="s", tooltip=tr("Show all of it (0)"), parent=head)
        fit.clicked.connect(self.canvas.fit)
        pixels = Button(
            "1:1", "quiet", scale="s", tooltip=tr("One pixel for one of the screen (1)"), parent=head
        )
        pixels.clicked.connect(lambda: self.canvas.zoom_to(1.0))
        copy = IconButton(
            "copy", tr("Copy as picture, file and text"), scale="s", shortcut_text="Ctrl+C", parent=head
        )
        copy.clicked.connect(self._copy)
        full = IconButton("fullscreen", tr("Full screen"), scale="s", shortcut_text="F11", parent=head)
        full.clicked.connect(self.toggle_full_screen)
        self._many = IconButton(
            "grid", tr("All pictures"), scale="s", checkable=True, shortcut_text="G", parent=head
        )
        self._many.toggled.connect(self._on_many)
        keep = self.keep_button = IconButton("save", tr("Save in the media folder"), scale="s", parent=head)
        keep.clicked.connect(self._on_keep)
        self._of_one = (self._before, self._after, smaller, self._zoom, larger, fit, pixels)
        self._zoom.setFixedWidth(px(48))
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self._name, 1)
        for widget in (*self._of_one, self._many, copy, keep, full):
            top.addWidget(widget)
            widget.setFocusPolicy(
                Qt.FocusPolicy.TabFocus if widget is not self._zoom else Qt.FocusPolicy.NoFocus
            )
        bottom.addWidget(self._pixel)
        bottom.addStretch(1)
        bottom.addWidget(self._about)
        head.setFixedHeight(px(LARGE))
        foot.setFixedHeight(px(28))
        self._middle.addWidget(self.canvas)
        page = QWidget(self)
        middle = QVBoxLayout(page)
        row = QHBoxLayout()
        row.addStretch(1)
        self._problem.setFixedWidth(px(408))
        row.addWidget(self._problem, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        middle.addStretch(1)
        middle.addLayout(row)
        middle.addStretch(1)
        self._middle.addWidget(page)
        self._middle.addWidget(self.all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (head, Divider()):
            column.addWidget(widget)
        column.addWidget(self._middle, 1)
        for widget in (Divider(), foot):
            column.addWidget(widget)


def _facts(looked: Looked, size_bytes: int) -> list[str]:
    size = looked.size
    facts = [f"{number(size.width())} × {number(size.height())}", looked.form, in_bytes(size_bytes)]
    if looked.image.width() != size.width():
        facts.append(
            tr("shown with {width} × {height}").format(
                width=number(looked.image.width()), height=number(looked.image.height())
            )
        )
    if looked.image.hasAlphaChannel():
        facts.append(tr("transparent"))
    if looked.bits > 8:
        facts.append(tr("{bits} bits a channel, shown with 8").format(bits=looked.bits))
    if not looked.profile:
        return [*facts, tr("no colour profile, taken as sRGB")]
    is_srgb = looked.profile.lower().startswith("srgb")
    return [
        *facts,
        looked.profile if is_srgb else tr("{profile}, shown in sRGB").format(profile=looked.profile),
    ]
