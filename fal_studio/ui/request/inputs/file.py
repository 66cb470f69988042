"""A file for the model: its URL in a line, a button to choose one, a place to drop one, and how the upload goes.

The control moves no bytes: it tells that a file is wanted or was dropped, and is told the URL, the progress, the
trouble and the preview.
"""

import tempfile
from functools import partial

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, QSize, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, Media
from fal_studio.ui import clipboard, dropping, icons, paint, theme, tokens
from fal_studio.ui.request.inputs.base import Input, line_in
from fal_studio.ui.request.inputs.intents import DropFile, Source, Unset, WantFile
from fal_studio.ui.request.inputs.text import placeholder
from fal_studio.ui.request.inputs.words import data_words
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.chips import Chip
from fal_studio.ui.widgets.fields import TextField, mark_error
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.progress import ProgressLine
from fal_studio.words import tr

_WORDS = {
    Media.IMAGE: tr("picture"), Media.VIDEO: tr("video"), Media.AUDIO: tr("sound"), Media.MESH: tr("3D model"),
    Media.ARCHIVE: tr("archive"), Media.FILE: tr("file"),
}  # fmt: skip
_SHOWN_CHARS = 2000


class FileInput(Input):
    """Edits the URL of a file; a data URI is shown by its type and size."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        px = theme.current().px
        self._word = _WORDS[field.media or Media.FILE]
        self._problem = ""
        self._message = ""
        self._is_wanted_here = False
        self._line = TextField("", name=field.name, parent=self)
        self._line.textEdited.connect(self._tell_text)
        self._line.installEventFilter(self)
        self._chip = Chip("", closable=True, parent=self)
        self._chip.close_wanted.connect(lambda: self._tell(Unset(())))
        self._chip.installEventFilter(self)
        self._chip.setSizePolicy(
            QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed
        )  # it gives way in a narrow pane
        self._chip.setMinimumWidth(px(48))
        self._chip.hide()
        self._preview: _Preview | None = None
        self._progress: ProgressLine | None = None
        self._state: Label | None = None
        self.choose = IconButton(
            "folder", tr("Choose a {word} for {name}").format(word=self._word, name=field.name), parent=self
        )
        self.choose.clicked.connect(lambda: self._tell(WantFile(())))
        self.more = IconButton(
            "chevron-down", tr("More ways to fill {name}").format(name=field.name), parent=self
        )
        self.more.clicked.connect(self._open_ways)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(4))
        holder = QWidget(self)
        self._row = line_in(holder, 4)
        self._row.addWidget(self._line, 1)
        self._row.addWidget(self._chip)
        self._row.addStretch(0)  # beside a chip: the buttons stay where they are beside the line
        self._row.addWidget(self.choose)
        self._row.addWidget(self.more)
        self._row.setSpacing(px(2))
        self._column.addWidget(holder)
        self.setAcceptDrops(True)
        self._line.setAcceptDrops(False)  # the whole control takes drops

    def focus_widget(self) -> QWidget:
        """Return the line, or the chip of a data URI."""
        return self._chip if self._line.isHidden() else self._line

    def set_progress(self, fraction: float | None, words: str = "") -> None:
        """Show how far an upload is, 0 to 1 and in words; None and no words when there is none."""
        if self._progress is None or self._state is None:
            if fraction is None and not words:
                return
            self._progress, self._state = ProgressLine(4, parent=self), Label("", "caption", "3", parent=self)
            self._column.addWidget(self._progress)
            self._column.addWidget(self._state)
        self._progress.setVisible(fraction is not None)
        self._progress.show_fraction(fraction or 0.0)
        self._state.setVisible(bool(words))
        self._state.setText(words)
        self.setAccessibleDescription(words)

    def set_busy(self, *, is_busy: bool) -> None:
        """Say whether a file is under way; pressing the button then gives it up."""
        self.choose.set_icon_name("close" if is_busy else "folder")
        self.more.setEnabled(not is_busy)
        name = (
            tr("Cancel the upload for {name}").format(name=self.field.name)
            if is_busy
            else tr("Choose a {word} for {name}").format(word=self._word, name=self.field.name)
        )
        self.choose.setAccessibleName(name)
        self.choose.setToolTip(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a file or a picture that is pasted into the line."""
        is_paste = (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Paste)
        )
        if is_paste and (file := pasted_file(clipboard.held())):
            self._tell(DropFile((), file))
            return True
        return super().eventFilter(watched, event)

    def ways(self) -> QMenu:
        """Return the menu of all ways to fill the field."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for source, words, icon in (
            (Source.UPLOAD, tr("Upload a {word}…").format(word=self._word), "folder"),
            (Source.OUTPUT, tr("Use an earlier output…"), "history"),
            (Source.INLINE, tr("Put a {word} into the request itself…").format(word=self._word), "json"),
        ):
            action = menu.addAction(icons.icon(icon), words)
            action.setData(source)
            action.triggered.connect(partial(self._want, source))
        return menu

    def _want(self, source: Source, *_is_checked: bool) -> None:
        self._tell(WantFile((), source))

    def _open_ways(self) -> None:
        self.ways().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def set_problem(self, message: str) -> None:
        """Say why a file cannot be used or sent; an empty text takes it away."""
        self._problem = message
        self.troubled.emit(message)

    def set_preview(self, image: QImage | None) -> None:
        """Show a small picture of the file, or none."""
        if self._preview is None:
            if image is None:
                return
            self._preview = _Preview(self)
            self._row.insertWidget(0, self._preview)
        self._preview.set_image(image)
        self._preview.setVisible(image is not None)

    def mark(self, message: str) -> None:
        """Mark the line; trouble with the file itself is told first."""
        self._message = message
        mark_error(self._line, self._problem or message)

    def problem(self) -> str:
        """Return why the file cannot be used, empty if it can."""
        return self._problem

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and addresses."""
        is_fitting = file_of(event.mimeData()) or event.mimeData().hasText()
        if is_fitting and dropping.take(event):
            self._set_wanted_here(wanted=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the mark away."""
        del event
        self._set_wanted_here(wanted=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Use the file or the address."""
        self._set_wanted_here(wanted=False)
        if file := file_of(event.mimeData()):
            self._tell(DropFile((), file))
        elif text := event.mimeData().text().strip():
            self._tell_text(text)
        dropping.take(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw where a drop would go."""
        del event
        if self._is_wanted_here:
            colours = theme.current()
            area = QRectF(self.rect())
            paint.frame(
                QPainter(self), area, tokens.RADIUS, colours.color("accent.tint"), colours.color("accent.line"), 2
            )  # fmt: skip

    def _set_wanted_here(self, *, wanted: bool) -> None:
        self._is_wanted_here = wanted
        for each in (self._line, self._chip, self.choose, self.more):
            each.setEnabled(not wanted)
        self._line.setPlaceholderText(
            tr("Use as {name}").format(name=self.field.name) if wanted else placeholder(self.field)
        )
        self.update()

    def _show(self, value: Json, sent: bool) -> None:
        text = value if sent and isinstance(value, str) else ""
        is_data = text.startswith("data:")
        self._line.setVisible(not is_data)
        self._chip.setVisible(is_data)
        if is_data:
            words = data_words(text)
            self._chip.set_text(tr("{partition} in request").format(partition=words.partition(" ")[2]))
            self._chip.setAccessibleName(tr("{words} in the request").format(words=words))
            self._chip.setToolTip(
                tr("{words}: it stands in the request itself, and is sent anew with every run.").format(
                    words=words
                )
            )
            return
        self._line.setPlaceholderText(
            placeholder(self.field)
            if self.field.has_default
            else tr("URL of a {word}").format(word=self._word)
        )
        shown = text if len(text) <= _SHOWN_CHARS else f"{text[:60]}…"
        if self._line.text() != shown:
            self._line.setText(shown)
            self._line.setCursorPosition(0)
        self._line.setToolTip(self._problem or self._message or text[:500])


class _Preview(QWidget):
    """The file as a small picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        side = theme.current().px(28)
        self.setFixedSize(QSize(side, side))

    def set_image(self, image: QImage | None) -> None:
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        if self._image is None or self._image.isNull():
            icons.draw(painter, self.rect(), "image", theme.current().color("text.3"))
            return
        scale = self.devicePixelRatioF()
        small = self._image.scaled(
            self.size() * scale,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        small.setDevicePixelRatio(scale)
        size = small.deviceIndependentSize()
        painter.drawImage(
            QRectF(
                (self.width() - size.width()) / 2,
                (self.height() - size.height()) / 2,
                size.width(),
                size.height(),
            ),
            small,
        )


def file_of(data: QMimeData) -> str:
    """Return the first file of a drag that lies on this machine, empty if there is none."""
    return next((url.toLocalFile() for url in data.urls() if url.isLocalFile()), "")


def pasted_file(data: QMimeData) -> str:
    """Return the file of a paste: one that lies on this machine, or a bare picture, which is written to one; else ""."""
    if file := file_of(data):
        return file
    image = data.imageData() if data.hasImage() and not data.hasText() else None
    if not isinstance(image, QImage) or image.isNull():
        return ""
    with tempfile.NamedTemporaryFile(prefix="pasted-", suffix=".png", delete=False) as target:
        name = target.name
    return name if image.save(name) else ""
