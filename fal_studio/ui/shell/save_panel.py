"""Asks what a saved request is called and in which folder it lies; says where its file will be."""

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCompleter, QGridLayout, QWidget

from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import TextField
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

WIDE_PX, TOP_PX = 440, 88


class SavePanel(FloatingPanel):
    """Title and folder, one button; what is wrong stands under the fields and the panel stays open."""

    save_wanted = Signal(str, str)
    """A title and a folder below that of all saved requests, "" for that itself."""

    def __init__(self, heading: str, verb: str, window: QWidget) -> None:
        super().__init__(heading, window)
        self._window = window
        self._root = ""
        self.title = TextField("", tr("What it makes"), name=tr("Title"), parent=self)
        self.folder = TextField("", tr("no folder"), name=tr("Folder"), icon="folder", parent=self)
        self._where = ElidedLabel("", "caption", "3", parent=self)
        self._problem = Paragraph("", "cell", "bad", parent=self)
        self._save = Button(verb, "primary", parent=self)
        self._fill()
        self.title.textEdited.connect(self._show_state)
        self.folder.textEdited.connect(self._show_state)
        self.title.returnPressed.connect(self._on_save)
        self.folder.returnPressed.connect(self._on_save)
        self._save.clicked.connect(self._on_save)

    def ask(self, title: str, folder: str, folders: Sequence[str], root: str) -> None:
        """Open with these words; `root` is the folder of all saved requests."""
        self._root = root
        self.title.setText(title)
        self.folder.setText(folder)
        completer = QCompleter(list(folders), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.folder.setCompleter(completer)
        self._show_state()
        self._place()
        self.open()
        self.title.setFocus(Qt.FocusReason.PopupFocusReason)
        self.title.selectAll()

    @property
    def problem(self) -> str:
        """Why it could not be done, as it stands there."""
        return self._problem.text()

    def show_problem(self, message: str) -> None:
        """Say why it could not be done."""
        self._problem.set_text(message)
        self._problem.setVisible(bool(message))
        self._place()

    def _fill(self) -> None:
        px = current().px
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        for row, (words, field) in enumerate(((tr("title"), self.title), (tr("folder"), self.folder))):
            label = Label(words, "control", "2")
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.setColumnMinimumWidth(0, px(56))
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self._problem)
        self._problem.hide()
        self.foot.addWidget(self._where, 1)
        self.foot.addWidget(self._save)

    def _place(self) -> None:
        px = current().px
        self.place_high(px(WIDE_PX), px(TOP_PX))

    def sizeHint(self) -> QSize:
        """Return room for everything at the panel's width."""
        return super().sizeHint().expandedTo(QSize(current().px(WIDE_PX), 0))

    def _show_state(self) -> None:
        self.show_problem("")
        folder = "/".join(part.strip() for part in self.folder.text().split("/") if part.strip())
        where = "/".join(part for part in (self._root, folder) if part)
        self._where.set_text("…/" + "/".join(part for part in (PurePath(self._root).name, folder) if part))
        self._where.setToolTip(
            tr("{where}\nPlain files, one for each request, that git can compare.").format(where=where)
        )
        is_named = bool(self.title.text().strip())
        self._save.setEnabled(is_named)
        self._save.setToolTip("" if is_named else tr("Give it a title first."))

    def _on_save(self) -> None:
        if self._save.isEnabled():
            self.save_wanted.emit(self.title.text().strip(), self.folder.text().strip())
