"""The panel that picks a file of an earlier result for a field: the newest ones as small pictures."""

import mimetypes
from collections.abc import Sequence
from pathlib import PurePath

from msgspec.structs import replace
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fal_studio.core.artifacts import Kind, in_bytes
from fal_studio.core.blobs import Load
from fal_studio.core.files import Earlier
from fal_studio.core.schema.field import Media
from fal_studio.core.uploading import INLINE_MANY_BYTES, INLINE_MOST_BYTES
from fal_studio.ui import icons, mirroring, paint, tokens
from fal_studio.ui.browser.words import ago
from fal_studio.ui.history import History
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.rows import RowState
from fal_studio.words import tr

SIZE = QSize(600, 480)
_TILE_PX, _CAPTION_PX, _GAP_PX = 128, 22, 4
_KINDS: dict[Media, tuple[Kind, ...]] = {
    Media.IMAGE: (Kind.IMAGE,),
    Media.VIDEO: (Kind.VIDEO,),
    Media.AUDIO: (Kind.AUDIO, Kind.VIDEO),
    Media.MESH: (Kind.MESH,),
}
"""What suits a field; fields for any file get any."""
_WORDS = {
    Media.IMAGE: tr("pictures"),
    Media.VIDEO: tr("videos"),
    Media.AUDIO: tr("sounds"),
    Media.MESH: tr("3D models"),
}
_ICONS = {Kind.IMAGE: "image", Kind.VIDEO: "video", Kind.AUDIO: "audio", Kind.MESH: "mesh", Kind.FILE: "file"}


class EarlierPanel(FloatingPanel):
    """Shows what the ledger holds; Enter or a double press uses the chosen file."""

    picked = Signal(object, bool, object)
    """An Earlier file, whether it goes into the request itself, and its small picture (a QImage) or None."""

    def __init__(self, history: History, load: Load, window: QWidget) -> None:
        super().__init__(tr("Use an earlier output"), window)
        self._history = history
        self._asked = 0
        self._thumbnails = Thumbnails(load, self)
        self._model = _Files(self)
        self.view = _Tiles(self)
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Tile(self.view, self._thumbnails))
        self._nothing = Label("", "cell", "3", parent=self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._words = ElidedLabel("", "cell", "2", parent=self)
        self.inline = Button("", parent=self)
        self.use = Button(tr("Use it"), "primary", parent=self)
        self.use.setToolTip(
            tr("Its bytes are sent to fal again, unless they are there already: result URLs expire.")
        )
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self._nothing, 1)
        self.foot.addWidget(self._words, 1)
        self.foot.addWidget(self.inline)
        self.foot.addWidget(self.use)
        history.files.connect(self._on_files)
        history.failed.connect(self._on_failed)
        self._thumbnails.arrived.connect(self._on_thumbnail)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.view.doubleClicked.connect(self._on_used)
        self.view.taken.connect(self._on_used)
        self.use.clicked.connect(self._on_used)
        self.inline.clicked.connect(self._on_inlined)

    @property
    def files(self) -> tuple[Earlier, ...]:
        """What can be picked."""
        return self._model.files

    @property
    def words(self) -> str:
        """What is said instead of files, "" if there are some."""
        return "" if self._nothing.isHidden() else self._nothing.text()

    def show_for(self, name: str, media: Media | None) -> None:
        """Open for a field: list the newest files of its kind."""
        self._what = _WORDS.get(media or Media.FILE, tr("files"))
        self.setAccessibleName(tr("Use an earlier output for {name}").format(name=name))
        self._show((), tr("Looking…"))
        self.open()
        self.view.setFocus(Qt.FocusReason.PopupFocusReason)
        self._asked = self._history.ask_files(_KINDS.get(media or Media.FILE, ()))

    def _on_files(self, number: int, files: Sequence[Earlier]) -> None:
        if number == self._asked:
            why = tr("No {what} yet. What results hold is kept here, and can be used again.").format(
                what=self._what
            )
            self._show(files, "" if files else why)

    def _on_failed(self, number: int, message: str) -> None:
        if number == self._asked:
            self._show((), message)

    def _show(self, files: Sequence[Earlier], why: str) -> None:
        self._model.show_files(files)
        self.view.setVisible(bool(files))
        self._nothing.setText(why)
        self._nothing.setVisible(not files)
        if files:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.view.setCurrentIndex(self._model.index(0))
        self._on_current_changed()

    def _chosen(self) -> Earlier | None:
        row = self.view.currentIndex().row()
        return self._model.files[row] if 0 <= row < len(self._model.files) else None

    def _on_current_changed(self) -> None:
        file = self._chosen()
        self._words.set_text(_about(file) if file is not None else "")
        self.use.setEnabled(file is not None)
        size = file.size_bytes if file is not None else 0
        self.inline.setVisible(file is not None)
        self.inline.setText(
            tr("Put it into the request, {size}").format(size=in_bytes(size))
            if size
            else tr("Put it into the request")
        )
        self.inline.setEnabled(size <= INLINE_MOST_BYTES)
        self.inline.setToolTip(_inline_words(size))

    def _on_used(self) -> None:
        self._take(is_inline=False)

    def _on_inlined(self) -> None:
        self._take(is_inline=True)

    def _take(self, *, is_inline: bool) -> None:
        file = self._chosen()
        if file is None:
            return
        picture = self._thumbnails.get(file.sha256, _side(self.view)) if file.kind is Kind.IMAGE else None
        self.dismiss()
        self.picked.emit(_named(file), is_inline, picture.toImage() if picture is not None else None)

    def _on_thumbnail(self, _sha256: str) -> None:
        self.view.viewport().update()


class _Tiles(QListView):
    """Small pictures side by side; Enter takes the current one."""

    taken = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        grounded(self, "float")
        px = current().px
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSpacing(px(_GAP_PX))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(tr("Earlier outputs"))
        self.setProperty("ownFocus", True)  # noqa: FBT003 - a property value
        self.setContentsMargins(0, 0, 0, 0)
        self.setViewportMargins(px(8), px(8), 0, px(8))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.taken.emit()
        else:
            super().keyPressEvent(event)


class _Files(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.files: tuple[Earlier, ...] = ()

    def show_files(self, files: Sequence[Earlier]) -> None:
        self.beginResetModel()
        self.files = tuple(files)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's
        return 0 if parent.isValid() else len(self.files)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        file = self.files[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return file.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return _about(file)
        return None


class _Tile(QStyledItemDelegate):
    """The picture, or the sign of its kind, and how long ago it was made."""

    def __init__(self, view: QListView, thumbnails: Thumbnails) -> None:
        super().__init__(view)
        self._view, self._thumbnails = view, thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the size of a tile."""
        del option, index
        px = current().px
        return QSize(px(_TILE_PX), px(_TILE_PX) + px(_CAPTION_PX))

    @mirroring.row
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one tile."""
        theme, state = current(), RowState.of(option)
        model = index.model()
        assert isinstance(model, _Files)
        file = model.files[index.row()]
        area = QRectF(option.rect)
        is_current = self._view.currentIndex().row() == index.row()
        painter.save()
        if is_current or state.hovered:
            ground = theme.color("accent.tint" if is_current else "bg.hover")
            line = theme.color("accent.line") if is_current else None
            paint.frame(painter, area, tokens.RADIUS_SMALL, ground, line, 2 if is_current else 1)
        inner = area.adjusted(theme.px(6), theme.px(6), -theme.px(6), -theme.px(_CAPTION_PX))
        self._paint_picture(painter, inner, file)
        caption = QRectF(inner.left(), inner.bottom(), inner.width(), area.bottom() - inner.bottom())
        words = ago(file.created_s)
        paint.text(
            painter, caption, words, theme.font("caption"), theme.color("text.2" if is_current else "text.3")
        )
        painter.restore()

    def _paint_picture(self, painter: QPainter, area: QRectF, file: Earlier) -> None:
        theme = current()
        picture: QPixmap | None = None
        if file.kind is Kind.IMAGE:
            picture = self._thumbnails.get(file.sha256, _side(self._view))
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            paint.picture(painter, area, picture)
            return
        paint.frame(painter, area, tokens.RADIUS_SMALL, theme.color("bg.field"), theme.color("line.subtle"))
        side = theme.px(24)
        middle = QRectF(area.center().x() - side / 2, area.center().y() - side / 2 - theme.px(8), side, side)
        icons.draw(painter, middle, _ICONS[file.kind], theme.color("text.3"))
        below = QRectF(area.left() + 6, middle.bottom() + theme.px(4), area.width() - 12, theme.px(18))
        paint.text(
            painter,
            below,
            file.name,
            theme.font("caption"),
            theme.color("text.3"),
            Qt.AlignmentFlag.AlignHCenter,
        )


def _side(view: QWidget) -> QSize:
    """Return the size of a small picture in device pixels: the room of one, all of which it covers."""
    px, ratio = current().px, view.devicePixelRatioF()
    wide = px(_TILE_PX) - 2 * px(6)
    return QSize(round(wide * ratio), round((px(_TILE_PX) - px(6)) * ratio))


def _about(file: Earlier) -> str:
    size = in_bytes(file.size_bytes) if file.size_bytes else ""
    return ", ".join(filter(None, (file.name, size, file.endpoint, ago(file.created_s))))


def _inline_words(size: int) -> str:
    if size > INLINE_MOST_BYTES:
        return tr("A request takes at most {inline_most_bytes} in itself. Use it by its URL.").format(
            inline_most_bytes=in_bytes(INLINE_MOST_BYTES)
        )
    if size > INLINE_MANY_BYTES:
        return tr("{size} would be sent anew with every run. Using it by its URL sends them once.").format(
            size=in_bytes(size)
        )
    return tr("As a data URI: nothing is uploaded, and every run sends it anew.")


def _named(file: Earlier) -> Earlier:
    """Return the file with a name that says what it is: the storage tells its type by the ending."""
    name = PurePath(file.name).name or f"output-{file.sha256[:8]}"
    if not PurePath(name).suffix:
        name += mimetypes.guess_extension(file.content_type) or ""
    return replace(file, name=name)
