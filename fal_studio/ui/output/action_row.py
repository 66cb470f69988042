"""The row under a result: the last word of a call while it runs and the way to stop it; then what to do with the result."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.core.artifacts import Kind
from fal_studio.core.call import CallState, Phase
from fal_studio.ui import mirroring, paint, theme
from fal_studio.ui.output.pull import Pull
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.words import told, tr

if TYPE_CHECKING:
    from fal_studio.ui.output.preview import Preview


class ActionRow(QWidget):
    """One row, always in the same place."""

    cancel_wanted = Signal()
    follow_wanted = Signal()
    why_wanted = Signal()
    """Tell again why the call failed."""
    save_wanted = Signal()
    open_wanted = Signal()
    look_wanted = Signal()
    """Show the picture in a window of its own."""
    copy_picture_wanted = Signal()
    folder_wanted = Signal()
    """Save the file in the media folder, if it is not there, and show it there."""
    single_wanted = Signal(bool)
    pulled = Signal()
    """Somebody pulls the file out by its name."""
    menu_wanted = Signal(QPoint)
    """Show what else can be done, at a place of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._words = ElidedLabel("", "mono", "1", parent=self)
        self._name = ElidedLabel("", "control", "2", parent=self)
        pull = Pull(self._name)
        pull.pulled.connect(self.pulled)
        pull.menu_wanted.connect(self.menu_wanted)
        self._aside = ElidedLabel("", "caption", "3", parent=self)
        self._zoom = Label("", "caption", "3", parent=self)
        self._many = IconButton("grid", tr("Show one picture or all"), scale="s", checkable=True, parent=self)
        self._many.setChecked(True)
        self._many.toggled.connect(self._on_many_toggled)
        self._copy = IconButton("copy", tr("Copy as picture, file and text"), scale="s", parent=self)
        self._copy.clicked.connect(self.copy_picture_wanted)
        self._look = IconButton(
            "fullscreen", tr("Look closely"), scale="s", shortcut_text="Enter", parent=self
        )
        self._look.clicked.connect(self.look_wanted)
        self._folder = IconButton("folder", tr("Show in its folder"), scale="s", parent=self)
        self._folder.clicked.connect(self.folder_wanted)
        self._open = Button(tr("Open"), "quiet", icon="external", scale="s", parent=self)
        self._open.setToolTip(tr("Open the file in the program that your system has for it"))
        self._open.clicked.connect(self.open_wanted)
        self._save = Button(tr("Save as…"), "quiet", icon="save", scale="s", parent=self)
        self._save.clicked.connect(self.save_wanted)
        self._more = IconButton("more", tr("What else can be done with it"), scale="s", parent=self)
        self._more.clicked.connect(self._on_more)
        self._follow = Button(tr("Follow to the result"), "default", icon="eye", scale="s", parent=self)
        self._follow.clicked.connect(self.follow_wanted)
        self._why = Button(tr("Why it failed"), "default", icon="failed", scale="s", parent=self)
        self._why.clicked.connect(self.why_wanted)
        self._cancel = Button(tr("Cancel"), "default", scale="s", hint="Esc", parent=self)
        self._cancel.clicked.connect(self.cancel_wanted)
        px = theme.current().px
        row = QHBoxLayout(self)
        mirroring.margins(row, px(12), 0, px(8), 0)
        row.setSpacing(px(8))
        row.addWidget(self._words, 1)
        row.addWidget(self._name, 1)
        self._of_result = (
            self._zoom,
            self._many,
            self._look,
            self._copy,
            self._folder,
            self._open,
            self._save,
            self._more,
        )
        for widget in (self._aside, *self._of_result, self._why, self._follow, self._cancel):
            row.addWidget(widget)
        self._ended = False
        self.setFixedHeight(px(HEIGHTS["action row"]))

    def sizeHint(self) -> QSize:
        """Return the row's height."""
        return QSize(320, theme.current().px(HEIGHTS["action row"]))

    @property
    def text(self) -> str:
        """What is said of an open call."""
        return f"{self._words.text} {self._aside.text()}".strip()

    @property
    def cancel_button(self) -> Button:
        """The button that stops the call."""
        return self._cancel

    @property
    def why_button(self) -> Button:
        """The button that leads back to why a call failed."""
        return self._why

    @property
    def follow_button(self) -> Button:
        """The button that follows a detached call."""
        return self._follow

    def show_open(self, words: str, aside: str, *, can_cancel: bool) -> None:
        """Show the last word of an open call."""
        self._ended = False
        self._words.set_text(words)
        self._words.show()
        self._name.hide()
        self._aside.set_text(aside)
        self._aside.show()
        self._cancel.setVisible(can_cancel)
        for widget in (*self._of_result, self._why, self._follow):
            widget.hide()

    def set_detached(self, *, detached: bool, stops: bool) -> None:
        """Offer to follow a call that nobody waits for; name the button by what it does."""
        self._follow.setVisible(detached)
        self._cancel.setText(tr("Stop") if stops else tr("Cancel"))
        self._cancel.set_icon_name("stop" if stops else "")

    def show_zoom(self, preview: "Preview") -> None:
        """Say how large the chosen picture is drawn, once the result is here."""
        if not self._ended:
            return
        item = preview.chosen
        zoom = preview.pictures.zoom() if item is not None and item.kind is Kind.IMAGE else 0
        self._zoom.setText(f"{zoom} %" if zoom else "")
        self._zoom.setVisible(bool(zoom))

    def show_ended(self, preview: "Preview", state: CallState) -> None:
        """Show what can be done with the result."""
        self._ended = True
        item = preview.chosen
        picture = item is not None and item.kind is Kind.IMAGE
        self._words.hide()
        self._name.set_text(item.name if item else _last_word(state))
        self._name.show()
        self._aside.set_text("")
        self.show_zoom(preview)
        self._many.setVisible(picture and preview.pictures.count > 1)
        self._look.setVisible(picture)
        self._copy.setVisible(picture)
        self._folder.setVisible(item is not None)
        self._open.setVisible(item is not None)
        self._save.setVisible(item is not None)
        self._more.setVisible(item is not None)
        self._why.setVisible(state.phase is Phase.FAILED)
        self._follow.hide()
        self._cancel.hide()

    def _on_many_toggled(self, are_all_shown: bool) -> None:
        self.single_wanted.emit(not are_all_shown)

    def _on_more(self) -> None:
        self.menu_wanted.emit(self._more.mapToGlobal(self._more.rect().topLeft()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dividing line above."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().color("bg.panel"))
        paint.box(
            painter, self.rect().adjusted(0, 0, 0, 1 - self.height()), theme.current().color("line.subtle")
        )


def _last_word(state: CallState) -> str:
    if state.phase is Phase.DONE and state.output is not None:
        return tr("the whole result is under JSON")
    return told(state.phase)
