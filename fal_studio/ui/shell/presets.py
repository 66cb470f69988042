"""Presets: arguments with a name that are laid over those of a request, as one step of undo."""

import importlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from fal_studio.core.presets import choices
from fal_studio.core.request import Json
from fal_studio.core.saved import ENDING, Entry, Kind, Saved
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.shell.saving import Saving
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.shell.preset_panel import PresetPanel

FOLDER = tr("Presets")
"""Where new ones are kept, in a folder for each endpoint."""


class Host(Protocol):
    """What is needed of the window."""

    toasts: ToastHost
    status: StatusBar

    @property
    def saving(self) -> Saving:
        """What renames and removes files."""
        ...

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...


class Presets(QObject):
    """Applies, saves, renames and removes presets of the endpoint in front."""

    def __init__(self, host: Host, window: QWidget, files: SavedFiles, catalogue: Catalogue) -> None:
        super().__init__(window)
        self._host, self._window, self._files, self._catalogue = host, window, files, catalogue
        self._panel: PresetPanel | None = None
        self._endpoint = ""

    def show_menu(self) -> None:
        """Offer the presets of the endpoint in front, under their button."""
        space = self._host.workspace
        button = space.editor.presets_button
        at = button if button.isVisible() else space.editor.undo_button
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at.mapToGlobal(at.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """Return a menu of the presets of the endpoint in front."""
        endpoint = self._host.workspace.endpoint
        found = self._files.presets(endpoint)
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        for entry in found:
            action = menu.addAction(_shown(entry), partial(self.apply, entry.path))
            action.setToolTip(
                tr("Lay it over the arguments; Ctrl+Z takes it back\n{path}").format(path=entry.path)
            )
        if not found:
            menu.addAction(tr("No preset of {endpoint} yet").format(endpoint=endpoint)).setEnabled(False)
        menu.addSeparator()
        menu.addAction(tr("&Save as preset…"), self.save)
        for title, work in (
            (tr("&Rename"), self._host.saving.rename),
            (tr("&Move to the trash"), self._host.saving.remove),
        ):
            inner = menu.addMenu(title)
            inner.setEnabled(bool(found))
            for entry in found:
                inner.addAction(_shown(entry), partial(work, entry.path))
        return menu

    def apply(self, file: str) -> None:
        """Lay a preset over the request in front."""
        space = self._host.workspace

        def then(saved: Saved) -> None:
            title = saved.title or Path(file).name.removesuffix(ENDING)
            saved = msgspec.structs.replace(saved, title=title)
            if space.document.arguments is None:
                self._host.toasts.tell(News(tr("Mend the JSON first: a preset would be lost in it."), "ask"))
            elif lay_over(space, saved):
                self._host.status.tell(tr("Applied preset {title}; Ctrl+Z takes it back").format(title=title))
            else:
                self._host.status.tell(tr("Preset {title} is what stands here already").format(title=title))

        self._files.do(lambda shelf: shelf.load(Path(file), then, self._tell))

    def save(self) -> None:
        """Ask for a title, and which of the arguments in front it shall hold."""
        space = self._host.workspace
        arguments = space.document.arguments
        if arguments is None:
            self._host.toasts.tell(News(tr("Mend the JSON first: then it can be a preset."), "ask"))
            return
        self._endpoint = space.endpoint
        schema = self._catalogue.get(space.endpoint).schema
        found = choices(arguments, schema, space.document.prompt_key)
        if not found:
            self._host.toasts.tell(
                News(
                    tr("All arguments are the endpoint's defaults: there is nothing for a preset to hold."),
                    "ask",
                )
            )
            return
        if self._panel is None:
            room: Any = importlib.import_module("fal_studio.ui.shell.preset_panel")
            panel: PresetPanel = room.PresetPanel(self._window)
            self._panel = panel
            panel.save_wanted.connect(self._on_save_wanted)
        self._panel.ask(space.endpoint, found)

    def _on_save_wanted(self, title: str, arguments: dict[str, Json]) -> None:
        known = self._catalogue.get(self._endpoint)
        saved = Saved(title, self._endpoint, arguments, kind=Kind.PRESET, schema_hash=known.schema_hash)
        folder = f"{FOLDER}/{self._endpoint}"
        self._files.do(lambda shelf: shelf.add(saved, folder, self._note_saved, self._refuse))

    def _note_saved(self, path: Path) -> None:
        if self._panel is not None and self._panel.isVisible():
            self._panel.dismiss()
        self._host.status.tell(tr("Saved preset {name}").format(name=path.name))

    def _refuse(self, error: Exception) -> None:
        if self._panel is not None and self._panel.isVisible():
            self._panel.show_problem(str(error))
        else:
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        self._host.toasts.tell(News(str(error), "bad"))


def lay_over(space: Workspace, preset: Saved) -> bool:
    """Put a preset's arguments in the place of a request's, as one step of undo; False if that changes nothing."""
    document = space.document
    document.settle()
    before = document.text
    space.undo.name_next(tr("applying preset {title}").format(title=preset.title))
    for name, value in preset.arguments.items():
        document.set_value(name, value)
    return document.text != before


def _shown(entry: Entry) -> str:
    """Return a title as a menu shows it: an ampersand is one."""
    return entry.title.replace("&", "&&")
