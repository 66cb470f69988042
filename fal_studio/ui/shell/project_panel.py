"""Asks what the runs of a request are counted for: one field that knows the projects there are."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QWidget

from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.shell.today import Today
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import TextField
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

WIDE_PX, TOP_PX = 440, 88
LONGEST = 80
"""Characters of a project's name."""


class Host(Protocol):
    """What is needed of the window."""

    saved: SavedFiles
    today: Today

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...


class ProjectPanel(FloatingPanel):
    """Names the project of one request; what it was run for before stays as it was."""

    def __init__(self, space: Workspace, projects: Sequence[str], window: QWidget) -> None:
        super().__init__(tr("Project of this request"), window)
        self._space = space
        self.name = TextField(
            "",
            space.written.project_of_file or tr("no project"),
            name=tr("Project"),
            icon="folder",
            parent=self,
        )
        self.name.setMaxLength(LONGEST)
        self.name.setText(space.draft.project)
        completer = QCompleter(list(projects), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.name.setCompleter(completer)
        self.save = Button(tr("Count for it"), "primary", parent=self)
        row = QHBoxLayout()
        row.setSpacing(current().px(8))
        label = Label(tr("project"), "control", "2")
        label.setBuddy(self.name)
        row.addWidget(label)
        row.addWidget(self.name, 1)
        self.body.addLayout(row)
        self.body.addWidget(Paragraph(_about(space.written.project_of_file), "cell", "3", parent=self))
        self.foot.addStretch(1)
        self.foot.addWidget(self.save)
        self.save.clicked.connect(self._on_save)
        self.name.returnPressed.connect(self._on_save)
        self.closed.connect(self.deleteLater)

    def ask(self) -> None:
        """Open it in the middle of the window."""
        px = current().px
        self.place_high(px(WIDE_PX), px(TOP_PX))
        self.open()
        self.name.setFocus(Qt.FocusReason.PopupFocusReason)
        self.name.selectAll()

    def _on_save(self) -> None:
        self._space.set_project(" ".join(self.name.text().split()))
        self.dismiss()


def ask(host: Host, window: QWidget) -> None:
    """Ask for the project of the request in front, unless somebody is being asked already."""
    if window.findChild(ProjectPanel) is None:
        ProjectPanel(host.workspace, known(host), window).ask()


def known(host: Host) -> list[str]:
    """Return the projects that something was spent for, the newest first, then the folders of saved requests."""
    spent = [line.project for line in host.today.spent.summary.projects]
    return list(dict.fromkeys([*spent, *host.saved.folders()]))


def _about(folder: str) -> str:
    says = (
        tr("Empty: as the folder of its file is called, {folder}. ").format(folder=folder) if folder else ""
    )
    return tr(
        "{says}From now on, what its runs cost is added up for this project in What was spent, and "
        "project: finds them in the history. fal is not told."
    ).format(says=says)
