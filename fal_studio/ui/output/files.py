"""Files that are not shown as pictures: a row each, with name, kind, size, and a way to save it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fal_studio.core.artifacts import Artifact, in_bytes
from fal_studio.ui import icons, theme
from fal_studio.ui.output.pull import Pull
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.labels import ElidedLabel, Label

MOST_ROWS = 50
ROW_PX = 28
_ROWS_IN_SIGHT = 5


class FilesView(QScrollArea):
    """Rows of files."""

    save_wanted = Signal(object)
    drag_wanted = Signal(object)
    menu_wanted = Signal(object, QPoint)
    """An Artifact, and a place of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = laid(QWidget(), "panel")
        self.setWidget(self._inner)
        px = theme.current().px
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(px(12), px(8), px(12), px(8))
        self._column.setSpacing(px(4))
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._shown: tuple[Artifact, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows."""
        return not self._shown

    def show_files(self, artifacts: Sequence[Artifact]) -> None:
        """Show these files."""
        if tuple(artifacts) == self._shown:
            return
        self._shown = tuple(artifacts)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for artifact in self._shown[:MOST_ROWS]:
            self._column.addWidget(self._row(artifact))
        if (more := len(self._shown) - MOST_ROWS) > 0:
            words = f"{more:,} more files; the JSON tab names all of them."
            self._column.addWidget(Label(words, "caption", "3", parent=self._inner))
        rows = min(self._column.count(), _ROWS_IN_SIGHT)
        self.setMinimumHeight(theme.current().px(rows * (ROW_PX + 4) + 12))

    def _row(self, artifact: Artifact) -> QWidget:
        px = theme.current().px
        row = QWidget(self._inner)
        pull = Pull(row)
        pull.pulled.connect(partial(self.drag_wanted.emit, artifact))
        pull.menu_wanted.connect(partial(self.menu_wanted.emit, artifact))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(8))
        picture = Label("", parent=row)
        picture.setPixmap(icons.icon(artifact.kind.value, "text.3").pixmap(px(16), px(16)))
        name = ElidedLabel(artifact.name, "control", "1", parent=row)
        size = artifact.blob.size_bytes if artifact.blob else artifact.size_bytes
        about = ", ".join(part for part in (artifact.content_type, in_bytes(size) if size else "") if part)
        save = Button("Save as…", "quiet", icon="save", scale="s", parent=row)
        save.setAccessibleName(f"Save {artifact.name}")
        save.clicked.connect(lambda: self.save_wanted.emit(artifact))
        line.addWidget(picture)
        line.addWidget(name, 1)
        line.addWidget(Label(about, "caption", "3", parent=row))
        line.addWidget(save)
        row.setFixedHeight(px(ROW_PX))
        return row
